//! An open database, which hands out scopes.

use std::fmt;
use std::sync::Arc;

use dualfuel_engine::{Engine, Pool, PoolStatus};
use dualfuel_migrate::{MigrateError, Migrations, Status};
use dualfuel_org::{EveryOrg, GlobalScope, OrgError, OrgId, OrgScope, OrgSource, Reason};

use crate::{OpenError, OpenOptions};

/// An open database: migrated, checked, and reached through scopes only.
///
/// Cloning it is cheap and shares its connections. It closes when the last
/// clone and the last scope are gone, or at [`close`](Self::close).
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool,
    file_org: Option<OrgId>,
    organisations: Option<OrgSource>,
    migrations: Migrations,
}

/// How a database is doing, for a status page.
#[derive(Debug, Clone)]
pub struct DatabaseStatus {
    /// The engine.
    pub engine: Engine,
    /// Its version, as it was when the database was opened: `3.51.3`, `15.18`.
    pub server_version: String,
    /// Which migrations it has.
    pub schema: Status,
    /// How its connections are doing.
    pub pool: PoolStatus,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("url", self.inner.pool.url())
            .finish_non_exhaustive()
    }
}

impl Database {
    pub(crate) fn new(
        pool: Pool,
        file_org: Option<OrgId>,
        organisations: Option<OrgSource>,
        migrations: Migrations,
    ) -> Self {
        Database {
            inner: Arc::new(Inner {
                pool,
                file_org,
                organisations,
                migrations,
            }),
        }
    }

    /// Opens the database at `url` with the default options: connects, migrates it
    /// to the newest of `migrations`, and makes sure that the wall will hold.
    ///
    /// # Errors
    ///
    /// [`OpenError`], whose sentence says what to do.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use dualfuel::{Database, Engine, Migrations};
    ///
    /// let migrations = Migrations::load("tests/migrations")?;
    /// let db = Database::open("sqlite::memory:", &migrations).await?;
    /// assert_eq!(db.engine(), Engine::Sqlite);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open(url: &str, migrations: &Migrations) -> Result<Self, OpenError> {
        Self::options().open(url, migrations).await
    }

    /// Options other than the defaults.
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// Permission to touch the rows of `org`, which the caller has authenticated.
    ///
    /// # Errors
    ///
    /// [`OrgError::OtherOrg`]: this is the SQLite file of another organisation.
    /// On PostgreSQL an unknown organisation simply has no rows.
    pub fn org(&self, org: OrgId) -> Result<OrgScope, OrgError> {
        match self.inner.file_org {
            Some(file) if file != org => Err(OrgError::OtherOrg { file, asked: org }),
            _ => Ok(OrgScope::new(self.inner.pool.clone(), org)),
        }
    }

    /// Permission to touch rows that belong to no organisation.
    #[must_use]
    pub fn global(&self) -> GlobalScope {
        GlobalScope::new(self.inner.pool.clone())
    }

    /// Permission to visit every organisation, one after another. It is written to
    /// `dualfuel_audit`.
    ///
    /// # Errors
    ///
    /// [`NoOrganisations`]: on PostgreSQL, when [`OpenOptions::organisations`] did
    /// not say where they are listed.
    pub fn every_org(&self, reason: Reason) -> Result<EveryOrg, NoOrganisations> {
        let pool = self.inner.pool.clone();
        match (self.inner.file_org, &self.inner.organisations) {
            (Some(org), _) => Ok(EveryOrg::of_file(pool, org, reason)),
            (None, Some(source)) => Ok(EveryOrg::of_table(pool, source.clone(), reason)),
            (None, None) => Err(NoOrganisations),
        }
    }

    /// Whose file it is, on SQLite.
    #[must_use]
    pub fn file_org(&self) -> Option<OrgId> {
        self.inner.file_org
    }

    /// The engine that the URL named.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.inner.pool.engine()
    }

    /// The URL as it may be shown: without its password.
    #[must_use]
    pub fn url(&self) -> String {
        self.inner.pool.url().to_string()
    }

    /// How its connections are doing. Asks the database nothing.
    #[must_use]
    pub fn pool_status(&self) -> PoolStatus {
        self.inner.pool.status()
    }

    /// How it is doing: asks the database, and writes nothing.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn status(&self) -> Result<DatabaseStatus, OpenError> {
        let mut connection = self.inner.pool.read().await?;
        let schema = dualfuel_migrate::status(&mut *connection, &self.inner.migrations)
            .await
            .map_err(|error: MigrateError| OpenError::Migrate(error))?;
        Ok(DatabaseStatus {
            engine: self.engine(),
            server_version: connection.server_version().to_owned(),
            schema,
            pool: self.pool_status(),
        })
    }

    /// Closes the connections: idle ones now, the others as they come back.
    pub fn close(&self) {
        self.inner.pool.close();
    }
}

/// It was not said where a PostgreSQL database lists its organisations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is not known where the organisations are listed: name their table with `OpenOptions::organisations`"
)]
pub struct NoOrganisations;
