//! Opening Hub's database, and how it does once it is open.

use std::sync::{Arc, LazyLock};

use dualfuel::{Database, Migrations};
use hub_domain::{
    BoxError, Clock, DbError, DbResult, DbServices, IdSource, OrgId, RandomIds, SystemClock,
};

use crate::errors;
use crate::service::{NoOrgService, Services, Shared};

/// What an embedded set of migrations reads as. A fault in them is a fault of
/// the build, told at the first opening.
static MIGRATIONS: LazyLock<Result<Migrations, Arc<BoxError>>> = LazyLock::new(|| {
    dualfuel::embed_migrations!("$CARGO_MANIFEST_DIR/migrations")
        .map_err(|fault| Arc::new(BoxError::from(fault)))
});

/// Whether a mistake costs data that someone needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Someone's real data: `reset_all` is refused.
    #[default]
    Production,
    /// Data that may go.
    Development,
}

/// How Hub's database is opened.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use hub_domain::PageRequest;
/// use hub_persistence::{Mode, OpenOptions};
///
/// let hub = OpenOptions::new("sqlite::memory:").mode(Mode::Development).open().await?;
///
/// let orgs = hub.services().global().list_organisations(PageRequest::default()).await?;
/// assert_eq!(Some(orgs.items[0].id), hub.file_org());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct OpenOptions {
    database_url: String,
    owner_url: Option<String>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    mode: Mode,
}

impl std::fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // URLs may hold passwords.
        f.debug_struct("OpenOptions")
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl OpenOptions {
    /// The database at `database_url`, in production, with the system's clock
    /// and random ids.
    #[must_use]
    pub fn new(database_url: impl Into<String>) -> Self {
        OpenOptions {
            database_url: database_url.into(),
            owner_url: None,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            mode: Mode::default(),
        }
    }

    /// The URL of the role that migrates, where the other may only serve.
    #[must_use]
    pub fn owner_url(mut self, url: impl Into<String>) -> Self {
        self.owner_url = Some(url.into());
        self
    }

    /// Where `created_at` and `updated_at` come from.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where ids come from.
    #[must_use]
    pub fn ids(mut self, ids: impl IdSource + 'static) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// Whether a mistake costs data that someone needs.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Opens the database: connects, migrates, verifies. A new SQLite file gets
    /// an organisation, slug `local`. Opening it again changes nothing.
    ///
    /// # Errors
    ///
    /// [`OpenError`], whose chain of sources says what to do.
    pub async fn open(self) -> Result<HubDatabase, OpenError> {
        let migrations = migrations()?;
        let mut options = Database::options()
            .organisations("organisations", "id")
            .program_version(
                env!("CARGO_PKG_VERSION")
                    .parse()
                    .map_err(|fault| OpenError::Database(BoxError::from(fault)))?,
            );
        if let Some(owner_url) = self.owner_url {
            options = options.owner_url(owner_url);
        }
        let database = options
            .open(&self.database_url, migrations)
            .await
            .map_err(|error| OpenError::Database(error.into()))?;
        let hub = HubDatabase::on(database, self.clock, self.ids, self.mode);
        if let Some(org) = hub.file_org {
            hub.seed_organisation(org).await.map_err(OpenError::Seed)?;
        }
        Ok(hub)
    }
}

/// Hub's migrations for both engines.
///
/// # Errors
///
/// [`OpenError::Migrations`]: the build put a faulty set into the program.
pub(crate) fn migrations() -> Result<&'static Migrations, OpenError> {
    MIGRATIONS
        .as_ref()
        .map_err(|fault| OpenError::Migrations(Arc::clone(fault)))
}

/// Why Hub's database was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The program's own migrations cannot be read: it was built wrongly.
    #[error("this program's migrations cannot be read: {0}")]
    Migrations(Arc<BoxError>),

    /// It cannot be connected to, brought to this program's schema, or trusted
    /// to keep organisations apart. The sentence says what to do.
    #[error(transparent)]
    Database(BoxError),

    /// The file's organisation could not be written. The next opening does it.
    #[error("the file's organisation cannot be written to it")]
    Seed(#[source] DbError),
}

/// How a database does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseStatus {
    /// `SQLite` or `PostgreSQL`.
    pub engine: String,
    /// The engine's version, such as `15.18`.
    pub server_version: String,
    /// The newest migration that was applied.
    pub schema_version: Option<String>,
    /// How its connections do.
    pub pool: PoolStatus,
}

/// How a pool of connections does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// The most connections that there may be.
    pub max: usize,
    /// Connections that are open.
    pub open: usize,
    /// Open connections that no one uses.
    pub idle: usize,
    /// Tasks that wait for one.
    pub waiting: usize,
}

/// Hub's open database. Cloning it is cheap and shares its connections.
#[derive(Debug, Clone)]
pub struct HubDatabase {
    services: Arc<Services>,
    file_org: Option<OrgId>,
}

impl HubDatabase {
    /// On a database that is migrated already.
    pub(crate) fn on(
        database: Database,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        mode: Mode,
    ) -> Self {
        // Neither of the two types can be nil, so none is lost.
        let file_org = database
            .file_org()
            .and_then(|org| OrgId::new(org.as_uuid()).ok());
        let shared = Shared {
            database,
            clock,
            ids,
            mode,
        };
        HubDatabase {
            services: Arc::new(Services { shared }),
            file_org,
        }
    }

    /// Writes the row of the one organisation, unless it is there.
    pub(crate) async fn seed_organisation(&self, org: OrgId) -> DbResult<()> {
        NoOrgService::new(self.services.shared.clone())
            .seed_organisation(org)
            .await
    }

    /// Its services.
    #[must_use]
    pub fn services(&self) -> Arc<dyn DbServices> {
        Arc::clone(&self.services) as Arc<dyn DbServices>
    }

    /// The one organisation that it holds, when it is a SQLite file: standalone.
    #[must_use]
    pub fn file_org(&self) -> Option<OrgId> {
        self.file_org
    }

    /// How it does. Asks the database and writes nothing.
    ///
    /// # Errors
    ///
    /// `Unavailable`: it does not answer.
    pub async fn status(&self) -> DbResult<DatabaseStatus> {
        let status = self.services.shared.database.status().await;
        let status = status.map_err(errors::status)?;
        Ok(DatabaseStatus {
            engine: status.engine.to_string(),
            server_version: status.server_version,
            schema_version: status.schema.current.map(|version| version.to_string()),
            pool: self.pool(),
        })
    }

    /// How its connections do. Asks no one.
    #[must_use]
    pub fn pool(&self) -> PoolStatus {
        let status = self.services.shared.database.pool_status();
        PoolStatus {
            max: status.max,
            open: status.open,
            idle: status.idle,
            waiting: status.waiting,
        }
    }

    /// Closes its connections: idle ones now, the others when their work is
    /// done. Every method from here on is `Unavailable`.
    pub fn close(&self) {
        self.services.shared.database.close();
    }
}
