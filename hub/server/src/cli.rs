//! The command line: parse, call, print.
//!
//! Data goes to standard output, with `--json` for scripts; everything else
//! goes to standard error. Exit 0: done. 2: the command could not do its work.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use hub_domain::{
    ApiToken, Clock, DbServices, Id, Name, NewApiToken, NewOperatorToken, NewOrganisation,
    OperatorToken, OrgId, Organisation, Page, PageRequest, Slug, SystemClock, Timestamp,
    TokenChange, TokenOwner, TokenScopes, TokenStatus, TokenText, UserId,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::backend::OpenBackend;
use crate::config::Config;
use crate::serve::{Ended, serve, stop_signal};
use crate::start::{Started, start};
use crate::telemetry::{Metrics, start_logging};
use crate::{AppState, router};

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "hub",
    version,
    propagate_version = true,
    about = "The data service of an application that runs and routes language models",
    long_about = "The data service of an application that runs and routes language models: \
                  aliases, downloads, API tokens and settings, over HTTP.\n\nWithout a command it \
                  serves. Without a database URL it keeps everything in one SQLite file in the \
                  data directory and needs nothing else; the first start makes the file and prints \
                  an administrator's token, once.",
    after_long_help = EXAMPLES
)]
pub struct Cli {
    /// What the server is told.
    #[command(flatten)]
    pub options: Options,
    /// What to do; serve when not given.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  On this machine, in one file:
    hub
    curl -H \"Authorization: Bearer $HUB_TOKEN\" http://127.0.0.1:8640/api/v1/whoami

  On PostgreSQL, for many organisations:
    export BODHI_DATABASE_URL=postgres://hub@db.internal/hub
    hub org create \"Acme Labs\" --slug acme
    hub token create --org acme --user ann --scopes admin --expires-in 90d
    hub serve --listen 0.0.0.0:8640

  What the server is told, and by whom:
    hub config

Each option may also be given by its environment variable, or in the configuration file under its \
name with _ for - (`data_dir = \"/var/lib/hub\"`); an option wins over the environment, and that \
over the file. The file is config.toml in the folder `hub` of the platform's configuration folder, \
unless --config names another.

BODHI_ENCRYPTION_KEY (or `encryption_key` in the file) is the master key of stored secrets, at least \
20 characters. It has no option, because a command line is seen by every process of the machine. \
With a SQLite file and no key, the first start makes a key file in the data directory.

Exit status: 0 done, 2 the command could not do its work.";

/// What the server is told. Values are checked by [`Config::load`].
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for every command")]
pub struct Options {
    /// Address and port to listen on [default: 127.0.0.1:8640]
    #[arg(
        long,
        global = true,
        env = "HUB_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS"
    )]
    listen: Option<String>,
    /// Folder for the SQLite file and the key file [default: the platform's]
    #[arg(
        long,
        global = true,
        env = "HUB_DATA_DIR",
        hide_env_values = true,
        value_name = "FOLDER"
    )]
    data_dir: Option<String>,
    /// Configuration file (TOML)
    #[arg(
        long,
        global = true,
        env = "HUB_CONFIG",
        hide_env_values = true,
        value_name = "FILE"
    )]
    config: Option<PathBuf>,
    /// Log lines to write: a level, or directives [default: info]
    #[arg(
        long,
        global = true,
        env = "HUB_LOG",
        hide_env_values = true,
        value_name = "FILTER"
    )]
    log: Option<String>,
    /// How log lines look: text or json [default: text]
    #[arg(
        long,
        global = true,
        env = "HUB_LOG_FORMAT",
        hide_env_values = true,
        value_name = "FORMAT"
    )]
    log_format: Option<String>,
    /// Database: sqlite://PATH, sqlite::memory: or postgres://...
    /// [default: hub.db in the data directory]
    #[arg(
        long,
        global = true,
        env = "BODHI_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    database_url: Option<String>,
    /// The same database for the role that migrates, where that is another
    #[arg(
        long,
        global = true,
        env = "BODHI_DATABASE_OWNER_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    database_owner_url: Option<String>,
    /// Largest request body in bytes [default: 1048576]
    #[arg(
        long,
        global = true,
        env = "HUB_BODY_LIMIT_BYTES",
        hide_env_values = true,
        value_name = "BYTES"
    )]
    body_limit_bytes: Option<String>,
    /// Longest time for one request [default: 30s]
    #[arg(
        long,
        global = true,
        env = "HUB_REQUEST_TIMEOUT",
        hide_env_values = true,
        value_name = "DURATION"
    )]
    request_timeout: Option<String>,
    /// Longest time to finish requests after a signal to stop [default: 30s]
    #[arg(
        long,
        global = true,
        env = "HUB_DRAIN_TIMEOUT",
        hide_env_values = true,
        value_name = "DURATION"
    )]
    drain_timeout: Option<String>,
    /// Print data as JSON
    #[arg(long, global = true)]
    json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the HTTP API (the default)
    Serve,
    /// Make and list organisations
    #[command(subcommand)]
    Org(OrgCommand),
    /// Make, list and revoke tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Print what the server is told and where each value came from
    Config,
    /// Print the OpenAPI document
    Openapi,
}

/// Organisations.
#[derive(Debug, Subcommand)]
pub enum OrgCommand {
    /// Make an organisation
    Create {
        /// Its name, for people
        name: Name,
        /// Its short name: letters, digits and hyphens, at most 24
        #[arg(long)]
        slug: Slug,
    },
    /// List organisations by slug
    List(Paging),
}

/// Tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it, once
    Create(CreateToken),
    /// List tokens, the newest first
    List {
        /// Whose tokens
        #[command(flatten)]
        whose: Whose,
        /// Which page
        #[command(flatten)]
        paging: Paging,
    },
    /// Revoke a token; it opens nothing from then on
    Revoke {
        /// The token's id, from `hub token list`
        id: uuid::Uuid,
        /// Whose token
        #[command(flatten)]
        whose: Whose,
    },
}

/// A token to make.
#[derive(Debug, Args)]
pub struct CreateToken {
    /// Whose token
    #[command(flatten)]
    whose: Whose,
    /// What it may do: read, write, admin; each includes those before
    #[arg(
        long,
        required_unless_present = "operator",
        conflicts_with = "operator"
    )]
    scopes: Option<TokenScopes>,
    /// What it is called
    #[arg(long)]
    name: Option<Name>,
    /// When it expires, from now on, such as 90d; never when not given
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    expires_in: Option<Duration>,
}

/// Whose tokens: a user's of an organisation, or operators'.
#[derive(Debug, Args)]
pub struct Whose {
    /// The organisation: its slug or id. May be left out where there is one
    #[arg(long, conflicts_with = "operator")]
    org: Option<String>,
    /// The user
    #[arg(
        long,
        required_unless_present = "operator",
        conflicts_with = "operator"
    )]
    user: Option<UserId>,
    /// Operators': for what belongs to no organisation
    #[arg(long)]
    operator: bool,
}

/// Which page of a list.
#[derive(Debug, Args)]
pub struct Paging {
    /// The page, from 1
    #[arg(long, default_value_t = 1)]
    page: u32,
    /// The most items on a page, 1 to 100
    #[arg(long, default_value_t = PageRequest::MAX_SIZE)]
    size: u32,
}

impl Paging {
    fn request(&self) -> PageRequest {
        PageRequest::new(self.page, self.size)
    }
}

/// Parses the process's arguments and does what they say, with databases
/// opened by `opener`. A wrong argument or `--help` ends the process.
///
/// # Errors
///
/// Whatever stopped the command.
pub async fn main(opener: &dyn OpenBackend) -> anyhow::Result<()> {
    let matches = Cli::command().get_matches();
    run(
        &matches,
        |name| std::env::var_os(name),
        opener,
        &mut io::stdout(),
    )
    .await
}

/// Does what `matches`, those of [`Cli`], say.
///
/// # Errors
///
/// Whatever stopped the command.
pub async fn run(
    matches: &ArgMatches,
    env: impl Fn(&str) -> Option<OsString>,
    opener: &dyn OpenBackend,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let cli = Cli::from_arg_matches(matches)?;
    let config = Config::load(matches, env)?;
    start_logging(EnvFilter::try_new(&config.log)?, config.log_format);
    let printer = Printer {
        json: cli.options.json,
        out,
    };
    match cli.command {
        None | Some(Command::Serve) => serve_until_stopped(&config, opener, printer).await,
        Some(Command::Config) => print_config(&config, printer),
        Some(Command::Openapi) => {
            let document = serde_json::to_value(crate::openapi::openapi())?;
            printer.json(&document)
        }
        Some(Command::Org(command)) => {
            let services = open(&config, opener).await?;
            org_command(command, services.as_ref(), printer).await
        }
        Some(Command::Token(command)) => {
            let services = open(&config, opener).await?;
            token_command(command, services.as_ref(), &SystemClock, printer).await
        }
    }
}

/// Opens the database for one command. A first start by such a command prints
/// the token as serving would: there is no second chance to.
async fn open(config: &Config, opener: &dyn OpenBackend) -> anyhow::Result<Arc<dyn DbServices>> {
    let Started {
        backend,
        first_token,
    } = start(config, opener).await?;
    if let Some(token) = first_token {
        eprintln!(
            "First start. The administrator's token, shown this once:\n\n  {}\n",
            token.reveal().as_str()
        );
    }
    Ok(backend.services())
}

async fn serve_until_stopped(
    config: &Config,
    opener: &dyn OpenBackend,
    mut printer: Printer<'_>,
) -> anyhow::Result<()> {
    // Before anything is made: a taken port is the likeliest reason to stop.
    let listener = listen(config).await?;
    let address = listener.local_addr()?;
    let stop = stop_signal().context("cannot listen for signals")?;
    let metrics = Metrics::start()?;
    let started = start(config, opener).await?;
    if let Some(token) = &started.first_token {
        printer.first_token(token, &address.to_string())?;
    }
    tokio::spawn(metrics.clone().keep_up());
    let state = AppState::new(
        Arc::clone(&started.backend),
        Arc::new(SystemClock),
        metrics,
        config.limits,
    );
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving on http://{address}");

    let draining = {
        let state = state.clone();
        move || {
            state.start_draining();
            tracing::info!("stopping: letting requests finish");
        }
    };
    match serve(
        listener,
        router(state),
        stop,
        draining,
        config.drain_timeout,
    )
    .await
    {
        Ended::Drained => tracing::info!("stopped"),
        Ended::CutOff => tracing::warn!("stopped with requests under way"),
    }
    started.backend.close();
    Ok(())
}

async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    TcpListener::bind(config.listen).await.map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::AddrInUse => "\n\nhint: another program listens there; stop it, or choose another with --listen 127.0.0.1:0",
            io::ErrorKind::PermissionDenied => "\n\nhint: choose a port above 1023 with --listen",
            _ => "",
        };
        anyhow!("cannot listen on {}: {error}{hint}", config.listen)
    })
}

fn print_config(config: &Config, mut printer: Printer<'_>) -> anyhow::Result<()> {
    if printer.json {
        return printer.json(&serde_json::to_value(config.shown())?);
    }
    let rows = config.shown().iter().map(|(key, shown)| {
        let value = shown.value.clone().unwrap_or_else(|| "-".to_owned());
        [(*key).to_owned(), value, shown.source.clone()]
    });
    printer.table(["KEY", "VALUE", "FROM"], rows)
}

async fn org_command(
    command: OrgCommand,
    services: &dyn DbServices,
    mut printer: Printer<'_>,
) -> anyhow::Result<()> {
    match command {
        OrgCommand::Create { name, slug } => {
            let made = services
                .global()
                .create_organisation(NewOrganisation { slug, name })
                .await?;
            if printer.json {
                return printer.json(&org_json(&made));
            }
            printer.line(&format!("{}  {}", made.id, made.slug))
        }
        OrgCommand::List(paging) => {
            let page = services
                .global()
                .list_organisations(paging.request())
                .await?;
            if printer.json {
                return printer.json(&page_json(&page, org_json));
            }
            printer.table(
                ["ID", "SLUG", "NAME"],
                page.items.into_iter().map(|org| {
                    [
                        org.id.to_string(),
                        org.slug.into_string(),
                        org.name.into_string(),
                    ]
                }),
            )?;
            note_rest(page.total, paging)
        }
    }
}

fn org_json(org: &Organisation) -> Value {
    json!({
        "id": org.id,
        "slug": org.slug,
        "name": org.name,
        "created_at": org.created_at,
        "updated_at": org.updated_at,
    })
}

async fn token_command(
    command: TokenCommand,
    services: &dyn DbServices,
    clock: &dyn Clock,
    mut printer: Printer<'_>,
) -> anyhow::Result<()> {
    match command {
        TokenCommand::Create(create) => {
            let text = create_token(create, services, clock).await?;
            if printer.json {
                return printer.json(&json!({ "token": text.reveal().as_str() }));
            }
            eprintln!("The token, shown this once:");
            printer.line(text.reveal().as_str())
        }
        TokenCommand::List { whose, paging } => {
            let page = match whose.resolve(services).await? {
                Owner::Operator => {
                    let page = services
                        .global()
                        .list_operator_tokens(paging.request())
                        .await?;
                    page.map(TokenRow::from)
                }
                Owner::User { org, user } => {
                    let page = services
                        .org(org)
                        .list_tokens(&user, paging.request())
                        .await?;
                    page.map(TokenRow::from)
                }
            };
            if printer.json {
                return printer.json(&page_json(&page, TokenRow::json));
            }
            let total = page.total;
            printer.table(
                ["ID", "PREFIX", "SCOPES", "STATUS", "EXPIRES", "NAME"],
                page.items.into_iter().map(TokenRow::cells),
            )?;
            note_rest(total, paging)
        }
        TokenCommand::Revoke { id, whose } => {
            let status = Some(TokenStatus::Inactive);
            let change = TokenChange {
                status,
                ..TokenChange::default()
            };
            let row = match whose.resolve(services).await? {
                Owner::Operator => services
                    .global()
                    .update_operator_token(id.into(), change)
                    .await?
                    .into(),
                Owner::User { org, user } => services
                    .org(org)
                    .update_token(&user, id.into(), change)
                    .await?
                    .into(),
            };
            if printer.json {
                return printer.json(&TokenRow::json(&row));
            }
            printer.line(&format!("{}  {}", row.id, row.status))
        }
    }
}

async fn create_token(
    create: CreateToken,
    services: &dyn DbServices,
    clock: &dyn Clock,
) -> anyhow::Result<TokenText> {
    let expires_at = match create.expires_in {
        Some(duration) => Some(
            clock
                .now()
                .checked_add(duration)
                .context("--expires-in reaches past the year 9999")?,
        ),
        None => None,
    };
    let name = create.name;
    match create.whose.resolve(services).await? {
        Owner::Operator => {
            let text = TokenText::generate(TokenOwner::Operator);
            let (prefix, hash) = (text.prefix().clone(), text.hash());
            let new = NewOperatorToken {
                name,
                prefix,
                hash,
                expires_at,
            };
            services.global().create_operator_token(new).await?;
            Ok(text)
        }
        Owner::User { org, user: user_id } => {
            // clap asked for them: only an operator's token goes without.
            let scopes = create.scopes.context("--scopes is missing")?;
            let text = TokenText::generate(TokenOwner::Org(org));
            let (prefix, hash) = (text.prefix().clone(), text.hash());
            let new = NewApiToken {
                user_id,
                name,
                prefix,
                hash,
                scopes,
                expires_at,
            };
            services.org(org).create_token(new).await?;
            Ok(text)
        }
    }
}

/// Whose tokens, with the organisation found.
enum Owner {
    User { org: OrgId, user: UserId },
    Operator,
}

impl Whose {
    async fn resolve(self, services: &dyn DbServices) -> anyhow::Result<Owner> {
        match self.user {
            _ if self.operator => Ok(Owner::Operator),
            Some(user) => Ok(Owner::User {
                org: find_org(self.org.as_deref(), services).await?,
                user,
            }),
            None => bail!("--user is missing"),
        }
    }
}

async fn find_org(named: Option<&str>, services: &dyn DbServices) -> anyhow::Result<OrgId> {
    let global = services.global();
    let Some(named) = named else {
        let page = global.list_organisations(PageRequest::new(1, 2)).await?;
        return match page.items.as_slice() {
            [only] => Ok(only.id),
            [] => bail!("there is no organisation yet\n\nhint: hub org create NAME --slug SLUG"),
            _ => bail!("there are several organisations\n\nhint: say which with --org SLUG"),
        };
    };
    let found = match named.parse::<OrgId>() {
        Ok(id) => global.get_organisation(id).await?,
        Err(_) => match Slug::new(named) {
            Ok(slug) => global.find_organisation(&slug).await?,
            Err(_) => None,
        },
    };
    let found = found.map(|org| org.id);
    found.ok_or_else(|| anyhow!("there is no organisation {named:?}\n\nhint: hub org list"))
}

/// A token of either kind, as it is listed.
struct TokenRow {
    id: uuid::Uuid,
    name: Option<Name>,
    prefix: String,
    scopes: String,
    status: TokenStatus,
    expires_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl From<ApiToken> for TokenRow {
    fn from(token: ApiToken) -> Self {
        TokenRow {
            id: Id::uuid(token.id),
            name: token.name,
            prefix: token.prefix.into_string(),
            scopes: token.scopes.to_string(),
            status: token.status,
            expires_at: token.expires_at,
            created_at: token.created_at,
        }
    }
}

impl From<OperatorToken> for TokenRow {
    fn from(token: OperatorToken) -> Self {
        TokenRow {
            id: Id::uuid(token.id),
            name: token.name,
            prefix: token.prefix.into_string(),
            scopes: "operator".to_owned(),
            status: token.status,
            expires_at: token.expires_at,
            created_at: token.created_at,
        }
    }
}

impl TokenRow {
    fn json(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "name": self.name,
            "prefix": self.prefix,
            "scopes": self.scopes.split(' ').collect::<Vec<_>>(),
            "status": self.status,
            "expires_at": self.expires_at,
            "created_at": self.created_at,
        })
    }

    fn cells(self) -> [String; 6] {
        let expires_at = self
            .expires_at
            .map_or_else(|| "never".to_owned(), |at| at.to_string());
        let name = self.name.map_or_else(|| "-".to_owned(), Name::into_string);
        let status = self.status.to_string();
        [
            self.id.to_string(),
            self.prefix,
            self.scopes,
            status,
            expires_at,
            name,
        ]
    }
}

fn page_json<T>(page: &Page<T>, item: impl Fn(&T) -> Value) -> Value {
    json!({
        "items": page.items.iter().map(item).collect::<Vec<_>>(),
        "total": page.total,
        "page": page.request.page(),
        "size": page.request.size(),
    })
}

/// Says that a list goes on. Not data, so not on standard output.
fn note_rest(total: u64, paging: Paging) -> anyhow::Result<()> {
    let request = paging.request();
    let shown = u64::from(request.page()) * u64::from(request.size());
    if total > shown {
        eprintln!("{} more; see --page {}", total - shown, request.page() + 1);
    }
    Ok(())
}

/// What stopped a command, for standard error: the error, its causes, and
/// what to do about it last.
#[must_use]
pub fn report(error: &anyhow::Error) -> String {
    let mut hints = String::new();
    let mut lines = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        let (what, hint) = text.split_once(HINT).unwrap_or((&text, ""));
        if !hint.is_empty() {
            hints = format!("{hints}{HINT}{hint}");
        }
        let lead = if lines.is_empty() {
            "error"
        } else {
            "  caused by"
        };
        lines.push(format!("{lead}: {what}"));
    }
    lines.join("\n") + &hints
}

/// What stands between an error and what to do about it.
const HINT: &str = "\n\nhint: ";

/// Prints data.
struct Printer<'a> {
    json: bool,
    out: &'a mut (dyn Write + Send),
}

impl Printer<'_> {
    fn line(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(writeln!(self.out, "{text}")?)
    }

    fn json(self, value: &Value) -> anyhow::Result<()> {
        Ok(writeln!(self.out, "{value:#}")?)
    }

    /// Columns as wide as their widest cell; the last as wide as it is.
    fn table<const N: usize>(
        &mut self,
        heads: [&str; N],
        rows: impl Iterator<Item = [String; N]>,
    ) -> anyhow::Result<()> {
        let rows: Vec<[String; N]> = std::iter::once(heads.map(str::to_owned))
            .chain(rows)
            .collect();
        let width = |column: usize| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..N).map(width).collect();
        for row in &rows {
            let cells = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}"));
            let line = cells.collect::<Vec<_>>().join("  ");
            self.line(line.trim_end())?;
        }
        Ok(())
    }

    /// The one chance to see the first token.
    fn first_token(&mut self, token: &TokenText, address: &str) -> anyhow::Result<()> {
        let text = token.reveal();
        if self.json {
            writeln!(self.out, "{}", json!({ "token": text.as_str() }))?;
        } else {
            writeln!(
                self.out,
                "First start. The administrator's token, shown this once:\n\n  {}\n\nTry it:\n\n  \
                 export HUB_TOKEN={}\n  curl -H \"Authorization: Bearer $HUB_TOKEN\" \
                 http://{address}/api/v1/whoami\n",
                text.as_str(),
                text.as_str(),
            )?;
        }
        Ok(self.out.flush()?)
    }
}
