//! Opening a database: connect, migrate, verify, or refuse with a sentence that
//! says what to do.

use dualfuel_engine::{
    AcquireError, ConnectError, Connection, DatabaseUrl, Engine, Pool, PoolOptions, UrlError,
};
use dualfuel_migrate::{
    MigrateError, Migrations, Observer, Options as MigrateOptions, Order, ProgramVersion, Report,
};
use dualfuel_org::{FileOrgError, LoginError, OrgId, OrgSource, TableError};
use std::sync::Arc;
use std::time::Duration;

use crate::Database;

/// Why a database was not opened. The sentence says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL is not one. Nothing was touched.
    #[error("the database URL cannot be used")]
    Url(#[from] UrlError),

    /// No connection.
    #[error("the database cannot be opened")]
    Connect(#[from] ConnectError),

    /// The migrations stopped, or the database is not one for this program.
    #[error("the database's schema cannot be brought to this program's")]
    Migrate(#[from] MigrateError),

    /// The SQLite file is another organisation's, or does not say whose.
    #[error("the database file cannot be used")]
    FileOrg(#[from] FileOrgError),

    /// The PostgreSQL login is above the wall, or its rights cannot be told.
    #[error("the database login cannot be used")]
    Login(#[from] LoginError),

    /// A PostgreSQL table that belongs to organisations is not guarded.
    #[error("the database does not keep organisations apart")]
    Table(#[from] TableError),

    /// One URL names SQLite and the other PostgreSQL.
    #[error(
        "the database URL names {url} and the owner's URL {owner_url}: both must name the same database"
    )]
    TwoEngines {
        /// The engine of the URL.
        url: Engine,
        /// The engine of the owner's URL.
        owner_url: Engine,
    },

    /// The pool gave no connection.
    #[error("the database cannot be reached")]
    Acquire(#[from] AcquireError),

    /// A statement of our own was refused.
    #[error("the database refused what every start does")]
    Database(#[from] diesel::result::Error),
}

/// How a database is opened. Made by [`Database::options`].
#[derive(Clone)]
pub struct OpenOptions {
    pool: PoolOptions,
    owner_url: Option<String>,
    file_org: Option<OrgId>,
    organisations: Option<OrgSource>,
    migrate: MigrateOptions,
}

impl std::fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The owner's URL may hold a password.
        f.debug_struct("OpenOptions")
            .field("pool", &self.pool)
            .field("owner_url", &self.owner_url.as_ref().map(|_| "***"))
            .field("file_org", &self.file_org)
            .field("organisations", &self.organisations)
            .field("migrate", &self.migrate)
            .finish()
    }
}

impl OpenOptions {
    pub(crate) fn new() -> Self {
        OpenOptions {
            pool: PoolOptions::default(),
            owner_url: None,
            file_org: None,
            organisations: None,
            migrate: MigrateOptions::default(),
        }
    }

    /// Sizes and limits of the pool.
    #[must_use]
    pub fn pool(mut self, pool: PoolOptions) -> Self {
        self.pool = pool;
        self
    }

    /// The URL that migrates, when the other may only serve: on PostgreSQL, the
    /// role that owns the tables. Its migrations grant the other what it needs, on
    /// `__diesel_schema_migrations`, `dualfuel_ledger` and `dualfuel_audit` too.
    #[must_use]
    pub fn owner_url(mut self, url: impl Into<String>) -> Self {
        self.owner_url = Some(url.into());
        self
    }

    /// Whose SQLite file it is: a new file becomes this organisation's, another's
    /// file is refused. Without it a new file gets a new organisation, which
    /// [`Database::file_org`] tells. Means nothing on PostgreSQL.
    #[must_use]
    pub fn file_org(mut self, org: OrgId) -> Self {
        self.file_org = Some(org);
        self
    }

    /// Where the organisations of a PostgreSQL database are listed, for
    /// [`Database::every_org`].
    #[must_use]
    pub fn organisations(mut self, table: &'static str, column: &'static str) -> Self {
        self.organisations = Some(OrgSource::new(table, column));
        self
    }

    /// The release of the program. A database that a newer release migrated opens
    /// if that migration says it is compatible with this one.
    #[must_use]
    pub fn program_version(mut self, version: ProgramVersion) -> Self {
        self.migrate.program_version = version;
        self
    }

    /// How long to wait for another server that is migrating. Default: 60 s.
    #[must_use]
    pub fn lock_wait(mut self, wait: Duration) -> Self {
        self.migrate.lock_wait = wait;
        self
    }

    /// Applies a version although a newer one is applied, as branches bring about.
    /// Refused without it.
    #[must_use]
    pub fn allow_out_of_order(mut self) -> Self {
        self.migrate.order = Order::FillHoles;
        self
    }

    /// Who is told of each version and statement as migrations run.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.migrate.observer = Some(observer);
        self
    }

    /// Opens the database at `url`: connects, migrates it to the newest of
    /// `migrations`, and makes sure that the wall will hold.
    ///
    /// Of several servers that open an empty database at once one migrates and the
    /// others wait for it. With nothing to migrate, nothing is written.
    ///
    /// # Errors
    ///
    /// [`OpenError`]. Migrations that were committed stay; nothing else changed.
    pub async fn open(self, url: &str, migrations: &Migrations) -> Result<Database, OpenError> {
        let url: DatabaseUrl = url.parse()?;
        let owner_url = match &self.owner_url {
            Some(owner_url) => Some(owner_url.parse::<DatabaseUrl>()?),
            None => None,
        };
        if let Some(owner_url) = &owner_url
            && owner_url.engine() != url.engine()
        {
            return Err(OpenError::TwoEngines {
                url: url.engine(),
                owner_url: owner_url.engine(),
            });
        }
        let pool = Pool::connect(url.clone(), self.pool.clone()).await?;
        let (file_org, report) = match url.engine() {
            Engine::Sqlite => self.start_sqlite(&pool, migrations).await?,
            Engine::Postgres => {
                let owner_url = owner_url.as_ref().unwrap_or(&url);
                (
                    None,
                    self.start_postgres(&pool, owner_url, migrations).await?,
                )
            }
        };
        for ran in &report.applied {
            tracing::info!(version = %ran.version, name = ran.name, took = ?ran.duration, "migrated");
        }
        Ok(Database::new(
            pool,
            file_org,
            self.organisations,
            migrations.clone(),
        ))
    }

    /// A database in memory lives in its one connection, so that one migrates.
    async fn start_sqlite(
        &self,
        pool: &Pool,
        migrations: &Migrations,
    ) -> Result<(Option<OrgId>, Report), OpenError> {
        let mut connection = pool.write().await?;
        dualfuel_org::check_file_owner(&mut connection, self.file_org).await?;
        let report = dualfuel_migrate::migrate(&mut *connection, migrations, &self.migrate).await?;
        let org = dualfuel_org::claim_file(&mut connection, self.file_org).await?;
        Ok((Some(org), report))
    }

    /// A migration can change settings of its session, so its connection is closed
    /// when it is done.
    async fn start_postgres(
        &self,
        pool: &Pool,
        owner_url: &DatabaseUrl,
        migrations: &Migrations,
    ) -> Result<Report, OpenError> {
        dualfuel_org::check_login(&mut *pool.read().await?).await?;
        let mut owner = Connection::open(owner_url, &self.pool.connect).await?;
        let report = dualfuel_migrate::migrate(&mut owner, migrations, &self.migrate).await?;
        dualfuel_org::check_tables(&mut owner).await?;
        dualfuel_org::prepare_postgres(&mut owner).await?;
        Ok(report)
    }
}
