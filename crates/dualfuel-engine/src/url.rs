//! The URL that names a database, and what may be written in it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::Engine;

/// The address of a database: it decides the engine.
///
/// | Written | Names |
/// |---|---|
/// | `sqlite::memory:` | a private database in memory, gone with its pool |
/// | `sqlite:app.db`, `sqlite://app.db` | a file, from the current folder |
/// | `sqlite:///var/lib/app/app.db` | a file, by its full path |
/// | `postgres://user:password@host:5432/name` | a PostgreSQL server |
/// | `postgres://user@/name?host=/run/postgresql` | one by Unix socket |
///
/// `postgresql:` is the same as `postgres:`. PostgreSQL URLs take the parameters
/// of libpq that apply, among them `sslmode` = `disable`, `prefer` (the
/// default), `require`, `verify-full`, and `sslrootcert`.
///
/// It prints without its password, with `Display` and with `Debug`.
///
/// # Examples
///
/// ```
/// use dualfuel_engine::{DatabaseUrl, Engine};
///
/// let url: DatabaseUrl = "postgres://app:secret@db.internal/billing".parse()?;
/// assert_eq!(url.engine(), Engine::Postgres);
/// assert_eq!(url.to_string(), "postgres://app:***@db.internal/billing");
/// # Ok::<(), dualfuel_engine::UrlError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct DatabaseUrl {
    kind: UrlKind,
    printed: String,
}

#[derive(Clone, PartialEq)]
pub(crate) enum UrlKind {
    Sqlite(SqlitePlace),
    Postgres(Box<PostgresAddress>),
}

/// Where a SQLite database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SqlitePlace {
    Memory,
    File(PathBuf),
}

/// Which PostgreSQL server and database, and how to get there.
#[derive(Clone, PartialEq)]
pub(crate) struct PostgresAddress {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) tls: TlsMode,
    pub(crate) root_certificate: Option<PathBuf>,
    /// Host and port, for messages.
    pub(crate) printed: String,
}

/// libpq's `sslmode` (PostgreSQL manual, 34.19.1), without the two between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsMode {
    Disable,
    /// Encrypted when the server can; the certificate is not checked.
    Prefer,
    /// Encrypted; the certificate is not checked.
    Require,
    /// Encrypted, and the certificate is valid for the host name.
    VerifyFull,
}

/// Why a text is no database URL. The text itself is never shown: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// Nothing was given.
    #[error("the database URL is empty; {SUPPORTED}")]
    Empty,

    /// The part before the colon is neither of the two.
    #[error("{scheme:?} is not a kind of database that Dualfuel runs on; {SUPPORTED}")]
    UnknownScheme {
        /// What stood before the first colon.
        scheme: String,
    },

    /// There is no colon, so it is not a URL: probably a path.
    #[error("the database URL has no scheme; {SUPPORTED}")]
    NoScheme,

    /// A SQLite URL without a path.
    #[error("the SQLite URL names no file; {SUPPORTED}")]
    NoFile,

    /// A SQLite URL with parameters that have no meaning here.
    #[error(
        "the SQLite URL has the parameter {name:?}, which Dualfuel does not know; SQLite URLs take none"
    )]
    UnknownParameter {
        /// The parameter's name.
        name: String,
    },

    /// `%` without two hexadecimal digits, or bytes that are not UTF-8.
    #[error("the database URL has a malformed percent escape")]
    PercentEscape,

    /// PostgreSQL's part does not parse.
    #[error("the PostgreSQL URL is malformed: {reason}")]
    Postgres {
        /// What is wrong with it, without its values.
        reason: String,
    },
}

const SUPPORTED: &str = "supported are sqlite::memory:, sqlite://path/to/file.db and \
                         postgres://user:password@host:port/database";

impl DatabaseUrl {
    /// A file, without writing a URL: no character in `path` has to be escaped.
    ///
    /// # Examples
    ///
    /// ```
    /// use dualfuel_engine::DatabaseUrl;
    ///
    /// assert_eq!(DatabaseUrl::sqlite_file("a b.db").to_string(), "sqlite://a%20b.db");
    /// ```
    #[must_use]
    pub fn sqlite_file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let printed = format!("sqlite://{}", escape(&path.to_string_lossy()));
        DatabaseUrl {
            kind: UrlKind::Sqlite(SqlitePlace::File(path)),
            printed,
        }
    }

    /// A private database in memory.
    #[must_use]
    pub fn sqlite_memory() -> Self {
        DatabaseUrl {
            kind: UrlKind::Sqlite(SqlitePlace::Memory),
            printed: "sqlite::memory:".to_owned(),
        }
    }

    /// The engine it names.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.kind {
            UrlKind::Sqlite(_) => Engine::Sqlite,
            UrlKind::Postgres(_) => Engine::Postgres,
        }
    }

    /// The SQLite file it names, if it names one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.kind {
            UrlKind::Sqlite(SqlitePlace::File(path)) => Some(path),
            _ => None,
        }
    }

    /// Whether the database lives in memory and only for as long as its pool.
    #[must_use]
    pub fn is_memory(&self) -> bool {
        matches!(self.kind, UrlKind::Sqlite(SqlitePlace::Memory))
    }

    pub(crate) fn kind(&self) -> &UrlKind {
        &self.kind
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.printed)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.printed)
    }
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::NoScheme)?;
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => sqlite(rest),
            "postgres" | "postgresql" => postgres(rest),
            // `C:\data\app.db`, or a word that may be a secret: do not repeat it.
            other if other.len() == 1 || !is_scheme(other) => Err(UrlError::NoScheme),
            other => Err(UrlError::UnknownScheme {
                scheme: other.to_owned(),
            }),
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.len() <= 20
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn sqlite(rest: &str) -> Result<DatabaseUrl, UrlError> {
    if rest == ":memory:" || rest == "//:memory:" {
        return Ok(DatabaseUrl::sqlite_memory());
    }
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = match path.split_once('?') {
        None => path,
        Some((path, "")) => path,
        Some((_, parameters)) => {
            let name = parameters.split(['=', '&']).next().unwrap_or_default();
            return Err(UrlError::UnknownParameter {
                name: name.to_owned(),
            });
        }
    };
    if path.is_empty() {
        return Err(UrlError::NoFile);
    }
    let path = unescape(path)?;
    if path.contains('\0') {
        return Err(UrlError::PercentEscape);
    }
    Ok(DatabaseUrl::sqlite_file(path))
}

fn unescape(text: &str) -> Result<String, UrlError> {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        if *first != b'%' {
            plain.push(*first);
            rest = tail;
            continue;
        }
        let [high, low, tail @ ..] = tail else {
            return Err(UrlError::PercentEscape);
        };
        let digit = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        };
        match (digit(*high), digit(*low)) {
            (Some(high), Some(low)) => plain.push(high * 16 + low),
            _ => return Err(UrlError::PercentEscape),
        }
        rest = tail;
    }
    String::from_utf8(plain).map_err(|_| UrlError::PercentEscape)
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, ' ' | '%' | '?' | '#') || character.is_control() {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                escaped.push_str(&format!("%{byte:02X}"));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn malformed(reason: &str) -> UrlError {
    UrlError::Postgres {
        reason: reason.to_owned(),
    }
}

fn postgres(rest: &str) -> Result<DatabaseUrl, UrlError> {
    let rest = rest
        .strip_prefix("//")
        .ok_or_else(|| malformed("after the scheme comes //user@host/database"))?;
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let parameters = Parameters::of(parameters)?;
    let config = parse_config(address, &parameters)?;
    let address = print_address(&config);
    let printed = print_url(&config, &parameters);
    Ok(DatabaseUrl {
        kind: UrlKind::Postgres(Box::new(PostgresAddress {
            config,
            tls: parameters.tls,
            root_certificate: parameters.root_certificate,
            printed: address,
        })),
        printed,
    })
}

/// The part behind the `?`: what is ours, and what tokio-postgres reads.
struct Parameters<'a> {
    tls: TlsMode,
    root_certificate: Option<PathBuf>,
    others: Vec<&'a str>,
    all: Vec<&'a str>,
}

impl<'a> Parameters<'a> {
    fn of(text: &'a str) -> Result<Self, UrlError> {
        let mut parameters = Parameters {
            tls: TlsMode::Prefer,
            root_certificate: None,
            others: Vec::new(),
            all: Vec::new(),
        };
        for parameter in text.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            parameters.all.push(parameter);
            match name {
                "sslmode" => parameters.tls = tls_mode(value)?,
                "sslrootcert" => {
                    parameters.root_certificate = Some(PathBuf::from(unescape(value)?));
                }
                _ => parameters.others.push(parameter),
            }
        }
        if parameters.root_certificate.is_some() && parameters.tls != TlsMode::VerifyFull {
            return Err(malformed(
                "sslrootcert is looked at with sslmode=verify-full only; add it",
            ));
        }
        Ok(parameters)
    }
}

fn tls_mode(value: &str) -> Result<TlsMode, UrlError> {
    match value {
        "disable" => Ok(TlsMode::Disable),
        "allow" | "prefer" => Ok(TlsMode::Prefer),
        "require" => Ok(TlsMode::Require),
        "verify-full" => Ok(TlsMode::VerifyFull),
        "verify-ca" => Err(malformed(
            "sslmode=verify-ca is not supported; use verify-full, which also checks the host name",
        )),
        _ => Err(malformed(
            "sslmode is one of disable, prefer, require, verify-full",
        )),
    }
}

fn parse_config(
    address: &str,
    parameters: &Parameters<'_>,
) -> Result<tokio_postgres::Config, UrlError> {
    let mut cleaned = format!("postgres://{address}");
    if !parameters.others.is_empty() {
        cleaned.push('?');
        cleaned.push_str(&parameters.others.join("&"));
    }
    // What tokio-postgres found wrong it quotes, and it may be the password.
    let mut config: tokio_postgres::Config = cleaned.parse().map_err(|_| {
        malformed(
            "it does not parse; in user name and password write / as %2F, ? as %3F, @ as %40, \
             and use parameters of libpq only",
        )
    })?;
    config.ssl_mode(match parameters.tls {
        TlsMode::Disable => tokio_postgres::config::SslMode::Disable,
        TlsMode::Prefer => tokio_postgres::config::SslMode::Prefer,
        TlsMode::Require | TlsMode::VerifyFull => tokio_postgres::config::SslMode::Require,
    });
    if config.get_hosts().is_empty() {
        return Err(malformed(
            "it names no host; for a Unix socket add ?host=/path/to/its/folder",
        ));
    }
    let at_in_host = config.get_hosts().iter().any(|host| match host {
        tokio_postgres::config::Host::Tcp(name) => name.contains('@'),
        #[cfg(unix)]
        tokio_postgres::config::Host::Unix(_) => false,
    });
    if at_in_host {
        return Err(malformed(
            "a user name or password holds @; write it as %40",
        ));
    }
    if config.get_user().is_none() {
        return Err(malformed("it names no user"));
    }
    Ok(config)
}

/// The URL from what was read, so that nothing is shown that was not understood.
fn print_url(config: &tokio_postgres::Config, parameters: &Parameters<'_>) -> String {
    const SHOWN: [&str; 8] = [
        "sslmode",
        "sslrootcert",
        "host",
        "port",
        "application_name",
        "connect_timeout",
        "target_session_attrs",
        "keepalives",
    ];
    let mut printed = format!("postgres://{}", config.get_user().unwrap_or_default());
    if config.get_password().is_some() {
        printed.push_str(":***");
    }
    printed.push('@');
    let has = |name: &str| {
        let prefix = format!("{name}=");
        parameters
            .all
            .iter()
            .any(|parameter| parameter.starts_with(&prefix))
    };
    if !has("host") {
        printed.push_str(&print_hosts(config));
    }
    printed.push('/');
    printed.push_str(config.get_dbname().unwrap_or_default());
    let mut mark = '?';
    for parameter in &parameters.all {
        let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
        printed.push(mark);
        mark = '&';
        if SHOWN.contains(&name) {
            printed.push_str(parameter);
        } else {
            printed.push_str("***");
        }
    }
    printed
}

/// Hosts, with their ports where those are not the usual one.
fn print_hosts(config: &tokio_postgres::Config) -> String {
    print_address(config).replace(":5432", "")
}

fn print_address(config: &tokio_postgres::Config) -> String {
    use tokio_postgres::config::Host;
    let ports = config.get_ports();
    let mut printed = Vec::new();
    for (index, host) in config.get_hosts().iter().enumerate() {
        let port = ports
            .get(index)
            .or_else(|| ports.first())
            .copied()
            .unwrap_or(5432);
        printed.push(match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            #[cfg(unix)]
            Host::Unix(folder) => format!("{}/.s.PGSQL.{port}", folder.display()),
        });
    }
    printed.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn prints(text: &str, expected: &str) {
        match text.parse::<DatabaseUrl>() {
            Ok(url) => assert_eq!(url.to_string(), expected),
            Err(error) => panic!("{text}: {error}"),
        }
    }

    #[track_caller]
    fn refuses(text: &str, expected: &str) {
        let error = text.parse::<DatabaseUrl>().expect_err(text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
        assert!(!error.contains("s3cret"), "{error}");
    }

    #[test]
    fn each_form_is_read() {
        prints("sqlite::memory:", "sqlite::memory:");
        prints("sqlite://app.db", "sqlite://app.db");
        prints("sqlite:app.db", "sqlite://app.db");
        prints("SQLite:///var/lib/a%20b.db", "sqlite:///var/lib/a%20b.db");
        prints("postgresql://u@h/d", "postgres://u@h/d");
        prints("postgres://u@/d?host=/tmp", "postgres://u@/d?host=/tmp");
    }

    #[test]
    fn a_password_is_never_printed() {
        prints("postgres://u:s3cret@h:5433/d", "postgres://u:***@h:5433/d");
        prints("postgres://u:s3%40cret@h/d", "postgres://u:***@h/d");
        prints("postgres://u:s3%2Fcret@h/d", "postgres://u:***@h/d");
        prints("postgres://u:s3/cret@h/d", "postgres://u:***@h/d");
        prints("postgres://u:s3?cret@h/d", "postgres://u:***@h/d?***");
        prints(
            "postgres://u@h/d?password=s3cret",
            "postgres://u:***@h/d?***",
        );
        let url: DatabaseUrl = "postgres://u:s3cret@h/d".parse().unwrap();
        assert!(!format!("{url:?}").contains("s3cret"));
    }

    #[test]
    fn each_mistake_says_what_is_supported_or_wrong() {
        refuses("", "empty");
        refuses("   ", "empty");
        refuses(
            "mysql://u:s3cret@h/d",
            "\"mysql\" is not a kind of database",
        );
        refuses("app.db", "no scheme");
        refuses("C:\\app.db", "no scheme");
        refuses("user:s3cret@host", "\"user\"");
        refuses("sqlite:", "names no file");
        refuses("sqlite://", "names no file");
        refuses("sqlite://app.db?mode=ro", "mode");
        refuses("sqlite://a%2", "percent");
        refuses("sqlite://a%FF", "percent");
        refuses("sqlite://a%00", "percent");
        refuses("postgres:u@h", "after the scheme");
        refuses("postgres://u:s3cret@h/d?sslmode=maybe", "sslmode");
        refuses("postgres://u:s3cret@h:port/d", "malformed");
        refuses("postgres://u:x@s3cret@h/d", "holds @");
        refuses("postgres://u:x@h/d?s3cret=s3cret", "malformed");
        refuses("postgres://u:x@h/d?sslrootcert=ca.pem", "verify-full");
        refuses("postgres://h/d", "no user");
        refuses("postgres:///d", "no host");
    }
}
