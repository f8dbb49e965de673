//! The command line, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dualfuel_schema::Dialect;

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

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write each engine's migration directory from the source
    Render(Render),
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
#[command(
    long_about = "Reads a directory of migrations as Diesel, sqlx, refinery or rusqlite_migration \
                  keep them and writes OUT/sqlite, OUT/postgres and OUT/mariadb, each a Diesel \
                  migration directory. The files of the source's own engine pass as they are.\n\n\
                  What was rendered once never changes: the lock file OUT/dualfuel.lock tells, and \
                  is committed with the rest.\n\nA statement that can't be rendered is reported \
                  with its place and with the override to write, and nothing is written unless \
                  --keep-going is given.",
    after_long_help = "\
Examples:
  A portable source in migrations/source, into migrations/{sqlite,postgres,mariadb}:
    dualfuel render

  The migrations of a project on sqlx and SQLite:
    dualfuel render --source migrations --from sqlite --out migrations-rendered

  In CI, without writing:
    dualfuel render --check"
)]
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
