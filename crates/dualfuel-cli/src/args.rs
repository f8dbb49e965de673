//! The command line, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dualfuel_schema::{Dialect, Engine};

use crate::project::Given;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "dualfuel",
    version,
    propagate_version = true,
    about = "One migration source for SQLite, PostgreSQL and MariaDB",
    long_about = "Migrations are written once and rendered to a plain Diesel migration directory \
                  for each engine; what the databases then hold is read back and compared.",
    after_help = "Exit status: 0 done, 1 a check found something, 2 the command could not do its \
                  work."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

// What a command says of itself at length. clap takes it from the variant, and
// would pass over it on the variant's own type.
const CHECK: &str = "Renders the source and compares it with what is in OUT; then applies every \
                  migration to an empty scratch database of each engine, reads the schema back \
                  after each one and compares it with the model; then takes each back and \
                  compares again; and names statements that block a busy PostgreSQL table.\n\n\
                  The URLs are of servers on which the login may create databases; the databases \
                  they name are not touched.";

const ADOPT: &str = "Reads which migrations the tool that kept a database has applied, works out the \
                  schema they make and compares it with the database. When they agree, it writes \
                  down that those migrations are applied, so that `dualfuel migrate` goes on from \
                  there; when not, it lists the differences and writes nothing. Tables are never \
                  touched.";

const RENDER: &str = "Reads a directory of migrations as Diesel, sqlx, refinery or rusqlite_migration \
                  keep them and writes OUT/sqlite, OUT/postgres and OUT/mariadb, each a Diesel \
                  migration directory. The files of the source's own engine pass as they are.\n\n\
                  What was rendered once never changes: the lock file OUT/dualfuel.lock tells, and \
                  is committed with the rest.\n\nA statement that can't be rendered is reported \
                  with its place and with the override to write, and nothing is written unless \
                  --keep-going is given.";

const PLAN: &str = "Shows which migrations `migrate` would apply, and what would stop it. Writes \
                    nothing; a SQLite file that is not there counts as an empty one.\n\nExit \
                    status: 0 it would run, 1 it would refuse, 2 the database can't be looked at.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write each engine's migration directory from the source
    #[command(long_about = RENDER)]
    Render(Render),
    /// Make the next migration, laid out as those before it
    New(New),
    /// Prove the migrations on scratch databases: rendered, equal, reversible
    #[command(long_about = CHECK)]
    Check(Check),
    /// Show what `migrate` would do
    #[command(long_about = PLAN)]
    Plan(Database),
    /// Apply what is pending
    Migrate(Migrate),
    /// Take back the newest migrations
    Revert(Revert),
    /// Show which migrations a database has
    Status(Database),
    /// Print what a database holds
    Inspect(Inspect),
    /// Compare two databases or directories
    Diff(Diff),
    /// Go on with a database that another tool has migrated
    #[command(long_about = ADOPT)]
    Adopt(Adopt),
    /// Draw the schema
    Diagram(Diagram),
    /// Print schema.rs for Diesel
    Schema(Schema),
}

/// Which database.
#[derive(Debug, Clone, Args)]
pub struct UrlArgs {
    /// Database: sqlite://PATH, postgres://.., mysql://.. [or BODHI_DATABASE_URL, DATABASE_URL]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
}

/// A database and the rendered directories it belongs to.
#[derive(Debug, Args)]
pub struct Database {
    /// Which database.
    #[command(flatten)]
    pub url: UrlArgs,
    /// Where the migrations are.
    #[command(flatten)]
    pub out: OutArgs,
    /// Print data as JSON
    #[arg(long)]
    pub json: bool,
}

/// `dualfuel new`.
#[derive(Debug, Args)]
#[command(
    disable_version_flag = true,
    after_long_help = "\
Examples:
  dualfuel new add_due_on
  dualfuel new add_due_on --version 0012"
)]
pub struct New {
    /// What it does, in a few words: add_due_on
    pub name: String,
    /// Its version [default: the next number, or the time, as those before it]
    #[arg(long, value_name = "DIGITS")]
    pub version: Option<String>,
    /// Which migrations.
    #[command(flatten)]
    pub source: SourceArgs,
}

/// `dualfuel check`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  dualfuel check --postgres postgres://postgres@localhost/postgres --mariadb mysql://root@localhost
  dualfuel check --engines sqlite,postgres
  dualfuel check --source migrations --from sqlite --engines sqlite

Exit status: 0 all is well, 1 something was found, 2 it could not be checked.")]
pub struct Check {
    /// Which migrations.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Where they are rendered.
    #[command(flatten)]
    pub out: OutArgs,
    /// Engines to check on
    #[arg(long, value_delimiter = ',', default_values = ["sqlite", "postgres", "mariadb"])]
    pub engines: Vec<EngineName>,
    /// A PostgreSQL server for scratch databases
    #[arg(
        long,
        value_name = "URL",
        env = "DUALFUEL_CHECK_POSTGRES_URL",
        hide_env_values = true
    )]
    pub postgres: Option<String>,
    /// A MariaDB server for scratch databases
    #[arg(
        long,
        value_name = "URL",
        env = "DUALFUEL_CHECK_MARIADB_URL",
        hide_env_values = true
    )]
    pub mariadb: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// `dualfuel migrate`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  dualfuel migrate --url postgres://app@db.internal/billing
  dualfuel migrate --url sqlite://app.db --to 20250131091500

A version that is under way when Ctrl-C comes is rolled back, or, where the engine can't do that, \
taken up by the next run.")]
pub struct Migrate {
    /// The database and its migrations.
    #[command(flatten)]
    pub database: Database,
    /// Go to this version and no further
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    /// Fill holes in the order, which branches leave
    #[arg(long)]
    pub allow_out_of_order: bool,
    /// Seconds to wait for another run
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub lock_wait: u64,
}

/// `dualfuel revert`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  dualfuel revert --url sqlite://app.db
  dualfuel revert --url sqlite://app.db --steps 2 --allow-loss")]
pub struct Revert {
    /// The database and its migrations.
    #[command(flatten)]
    pub database: Database,
    /// How many migrations to take back, newest first
    #[arg(long, default_value_t = 1)]
    pub steps: usize,
    /// Take back also what loses data, as its down.sql says (`irreversible`)
    #[arg(long)]
    pub allow_loss: bool,
}

/// `dualfuel inspect`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  dualfuel inspect --url sqlite://app.db
  dualfuel inspect --url postgres://app@db.internal/billing --json")]
pub struct Inspect {
    /// Which database.
    #[command(flatten)]
    pub url: UrlArgs,
    /// Read SQLite's INTEGER as 32 bits
    #[arg(long)]
    pub narrow_integers: bool,
    /// Print the canonical JSON
    #[arg(long)]
    pub json: bool,
}

/// `dualfuel diff`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  dualfuel diff sqlite://app.db postgres://app@db.internal/billing
  dualfuel diff migrations sqlite://app.db --from sqlite

Exit status: 0 they are equal, 1 they differ, 2 they could not be compared.")]
pub struct Diff {
    /// A database's URL, or a directory with migrations
    pub a: String,
    /// Another one
    pub b: String,
    /// What directories are written in [default: dualfuel.toml's, or portable]
    #[arg(long, value_name = "DIALECT")]
    pub from: Option<From>,
    /// Read SQLite's INTEGER as 32 bits
    #[arg(long)]
    pub narrow_integers: bool,
    /// Print the differences as JSON
    #[arg(long)]
    pub json: bool,
}

/// `dualfuel adopt`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  dualfuel adopt --from sqlx migrations --url sqlite://app.db --dry-run
  dualfuel adopt --from refinery src/migrations --dialect postgres --url postgres://app@db/app

Exit status: 0 adopted, 1 the database is not what its migrations make, 2 it could not be done.")]
pub struct Adopt {
    /// The tool that kept it
    #[arg(long, value_name = "TOOL")]
    pub from: Tool,
    /// Its migrations
    pub dir: PathBuf,
    /// Which database.
    #[command(flatten)]
    pub url: UrlArgs,
    /// What the migrations are written in [default: the database's own]
    #[arg(long, value_name = "DIALECT")]
    pub dialect: Option<From>,
    /// Read SQLite's INTEGER as 32 bits
    #[arg(long)]
    pub narrow_integers: bool,
    /// Compare, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// A tool that migrates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// Its table is _sqlx_migrations
    Sqlx,
    /// Its table is __diesel_schema_migrations
    Diesel,
    /// Its table is refinery_schema_history
    Refinery,
    /// rusqlite_migration: PRAGMA user_version counts them
    Rusqlite,
}

/// `dualfuel diagram`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  dualfuel diagram > schema.mmd
  dualfuel diagram --svg schema.svg")]
pub struct Diagram {
    /// Which migrations.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Write an SVG to this file [default: Mermaid text to standard output]
    #[arg(long, value_name = "FILE", conflicts_with = "mermaid")]
    pub svg: Option<PathBuf>,
    /// Print Mermaid text (the default)
    #[arg(long)]
    pub mermaid: bool,
}

/// `dualfuel schema`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  dualfuel schema --output src/schema.rs
  dualfuel schema --check src/schema.rs")]
pub struct Schema {
    /// Which migrations.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Write to FILE rather than to standard output
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub output: Option<PathBuf>,
    /// Print nothing; exit 1 when FILE is another
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
}

/// An engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EngineName {
    /// SQLite
    Sqlite,
    /// PostgreSQL
    Postgres,
    /// MariaDB
    #[value(alias = "mysql")]
    Mariadb,
}

impl EngineName {
    /// The engine.
    pub fn engine(self) -> Engine {
        match self {
            Self::Sqlite => Engine::Sqlite,
            Self::Postgres => Engine::Postgres,
            Self::Mariadb => Engine::Mariadb,
        }
    }
}

/// Where the migrations are, and how they are written.
#[derive(Debug, Clone, Default, Args)]
pub struct SourceArgs {
    /// Directory with the migrations [default: dualfuel.toml's, or migrations/source]
    #[arg(long, value_name = "DIR")]
    pub source: Option<PathBuf>,
    /// What they are written in [default: dualfuel.toml's, or portable]
    #[arg(long, value_name = "DIALECT")]
    pub from: Option<From>,
    /// Read SQLite's INTEGER as 32 bits, as `diesel print-schema` does
    #[arg(long)]
    pub narrow_integers: bool,
}

/// Where the rendered directories are.
#[derive(Debug, Clone, Default, Args)]
pub struct OutArgs {
    /// Directory with the rendered directories [default: dualfuel.toml's, or migrations]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// What migrations are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum From {
    /// Dualfuel's own: SQLite's spelling, canonical types, the standard's ALTERs
    Portable,
    /// SQLite
    Sqlite,
    /// PostgreSQL
    Postgres,
    /// MySQL or MariaDB
    #[value(alias = "mariadb")]
    Mysql,
}

impl From {
    /// The dialect.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Portable => Dialect::Portable,
            Self::Sqlite => Dialect::Sqlite,
            Self::Postgres => Dialect::Postgres,
            Self::Mysql => Dialect::Mysql,
        }
    }
}

impl SourceArgs {
    /// With where to write.
    pub fn given(&self, out: &OutArgs) -> Given {
        Given {
            source: self.source.clone(),
            out: out.out.clone(),
            from: self.from.map(From::dialect),
            narrow_integers: self.narrow_integers,
        }
    }
}

/// `dualfuel render`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  A portable source in migrations/source, into migrations/{sqlite,postgres,mariadb}:
    dualfuel render

  The migrations of a project on sqlx and SQLite:
    dualfuel render --source migrations --from sqlite --out migrations-rendered

  In CI, without writing:
    dualfuel render --check")]
pub struct Render {
    /// Which migrations.
    #[command(flatten)]
    pub source: SourceArgs,
    /// Where they go.
    #[command(flatten)]
    pub out: OutArgs,
    /// Write nothing; exit 1 with a line for each difference
    #[arg(long)]
    pub check: bool,
    /// Render what can be rendered, though something can't
    #[arg(long)]
    pub keep_going: bool,
    /// Render this migration and those after it anew, though they were rendered before: only while
    /// no database has them
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "check")]
    pub rewrite_from: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}
