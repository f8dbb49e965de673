//! A database to migrate: the runner's own connection to it.

use std::{fs, io, path::PathBuf, sync::Arc};

use anyhow::{Context as _, anyhow, bail};
use dualfuel_engine::{ConnectOptions, Connection, DatabaseUrl, FileAccess};
use dualfuel_migrate::{MigrateError, Migrations, Options, Ran, Report, Status, Version, mariadb};
use dualfuel_schema::Engine;

use crate::{
    args::Database,
    database::Place,
    lock::{self, LOCK_FILE, Lock},
    output::Hint,
    project::{Given, Project},
    reach,
};

/// A database and the migrations it is to have.
pub struct Session {
    connection: Runner,
    /// Where it is.
    pub place: Place,
    /// The rendered directories.
    pub migrations: Migrations,
    /// Where they are.
    out: PathBuf,
}

/// What a command does with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It changes it. A SQLite file that is not there is made.
    Migrate,
    /// It changes what is there.
    Revert,
    /// It looks. A SQLite file that is not there counts as an empty one.
    Plan,
    /// It looks at what is there.
    Status,
}

enum Runner {
    Both(Box<Connection>),
    Mariadb(Box<mariadb::Connection>),
}

/// Runs the same call on either connection.
macro_rules! on_either {
    ($session:expr, $connection:ident => $call:expr) => {
        match &mut $session.connection {
            Runner::Both($connection) => $call,
            Runner::Mariadb($connection) => $call,
        }
    };
}

impl Session {
    /// Opens the database that was named, with the migrations of the project.
    ///
    /// # Errors
    ///
    /// No database was named, it can't be reached, or its migrations can't be
    /// loaded.
    pub async fn open(
        args: &Database,
        here: &std::path::Path,
        purpose: Purpose,
    ) -> anyhow::Result<Self> {
        let place = reach::place(&args.url)?;
        let given = Given {
            out: args.out.out.clone(),
            ..Given::default()
        };
        let project = Project::find(here, given)?;
        let migrations = Migrations::load(&project.out)?;
        let is_absent = match &place {
            Place::Sqlite(url) => url.file().is_some_and(|file| !file.exists()),
            _ => false,
        };
        if is_absent && matches!(purpose, Purpose::Revert | Purpose::Status) {
            bail!("there is no database at {place}: `dualfuel migrate` makes it");
        }
        let failed = || format!("could not open {place}");
        let connection = match &place {
            Place::Mariadb(url) => {
                let connection = mariadb::Connection::open(url).await;
                Runner::Mariadb(Box::new(connection.with_context(failed)?))
            }
            place => {
                let url = match (is_absent, purpose) {
                    (true, Purpose::Plan) => DatabaseUrl::sqlite_memory(),
                    _ => place.secret().parse()?,
                };
                let options = ConnectOptions {
                    file_access: match purpose {
                        Purpose::Migrate | Purpose::Revert => FileAccess::Write,
                        Purpose::Plan | Purpose::Status => FileAccess::Read,
                    },
                    ..ConnectOptions::default()
                };
                let connection = Connection::open(&url, &options).await;
                Runner::Both(Box::new(connection.with_context(failed)?))
            }
        };
        Ok(Self {
            connection,
            place,
            migrations,
            out: project.out,
        })
    }

    /// "PostgreSQL 15.4 at postgres://app@db/billing".
    pub fn name(&self) -> String {
        let version = match &self.connection {
            Runner::Both(connection) => connection.server_version(),
            Runner::Mariadb(connection) => connection.server_version(),
        };
        format!("{} {version} at {}", self.place.engine(), self.place)
    }

    /// Refuses files that are about to run and are not what was rendered.
    /// Directories without a lock file are somebody else's, and taken as they are.
    ///
    /// # Errors
    ///
    /// One of them was edited, or can't be read.
    pub fn refuse_edited<'a>(
        &self,
        versions: impl IntoIterator<Item = &'a Version>,
        file: &str,
    ) -> anyhow::Result<()> {
        let lock = Lock::read(&self.out)?;
        for version in versions {
            let mut rendered = lock.migrations.iter();
            let Some(locked) =
                rendered.find(|locked| Version::of_directory(&locked.directory) == *version)
            else {
                continue;
            };
            let engine = self.place.engine().slug();
            let path = format!("{engine}/{}/{file}", locked.directory);
            let full = self.out.join(&path);
            let now = match fs::read_to_string(&full) {
                Ok(text) => Some(lock::file_hash(&text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("could not read {}", full.display()));
                }
            };
            if now.as_ref() != locked.files.get(&path) {
                let refused = anyhow!(
                    "{} is not what was rendered: it was edited by hand, or rendered without \
                     {LOCK_FILE}; nothing ran",
                    full.display()
                );
                let hint = "take both from version control; what you need to say otherwise is an \
                            override or a new migration: see `dualfuel render --check`";
                return Err(refused.context(Hint(hint.to_owned())));
            }
        }
        Ok(())
    }

    /// Whether the future of a run can be dropped while it waits: SQLite works
    /// without waiting, and its file is whole however the process ends.
    pub fn waits(&self) -> bool {
        self.place.engine() != Engine::Sqlite
    }

    /// See [`dualfuel_migrate::status`].
    ///
    /// # Errors
    ///
    /// The ledger could not be read.
    pub async fn status(&mut self) -> Result<Status, MigrateError> {
        on_either!(self, connection => {
            dualfuel_migrate::status(connection.as_mut(), &self.migrations).await
        })
    }

    /// See [`dualfuel_migrate::migrate`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn migrate(&mut self, options: &Options) -> Result<Report, MigrateError> {
        on_either!(self, connection => {
            dualfuel_migrate::migrate(connection.as_mut(), &self.migrations, options).await
        })
    }

    /// See [`dualfuel_migrate::revert`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn revert(
        &mut self,
        steps: usize,
        options: &Options,
    ) -> Result<Vec<Ran>, MigrateError> {
        on_either!(self, connection => {
            dualfuel_migrate::revert(connection.as_mut(), &self.migrations, steps, options).await
        })
    }
}

/// Tells that a run waits for another, and what it sends.
pub struct Progress;

impl Progress {
    /// For [`Options::observer`].
    pub fn observer() -> Option<Arc<dyn dualfuel_migrate::Observer>> {
        Some(Arc::new(Self))
    }
}

impl dualfuel_migrate::Observer for Progress {
    fn observe(&self, event: dualfuel_migrate::Event<'_>) {
        if let dualfuel_migrate::Event::Waiting = event {
            eprintln!("another migration run holds the lock: waiting for it");
        }
    }
}
