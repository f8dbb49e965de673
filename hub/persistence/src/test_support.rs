//! A real service on a database of its own, for the tests of this crate and of
//! those that build on it.
//!
//! Nothing is mocked: [`TestDbService`] is the service that production runs, on
//! a database that is gone when it is dropped. Time stands still, ids repeat,
//! and each call is told to whoever [subscribes](TestDbService::subscribe).
//!
//! ```
//! use hub_domain::PageRequest;
//! use hub_persistence::test_support::{Event, TestDbService};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), hub_domain::DbError> {
//! let db = TestDbService::sqlite().await;
//! let mut events = db.subscribe();
//!
//! let page = db.service().list_download_requests(PageRequest::default()).await?;
//!
//! assert_eq!(page.total, 0);
//! let told = events.try_recv().unwrap();
//! assert_eq!(told, Event { method: "list_download_requests", succeeded: true });
//! # Ok(())
//! # }
//! ```
//!
//! A test on both engines takes the database from `dualfuel-test` and gives it
//! to [`TestDbService::on`]:
//!
//! ```no_run
//! use dualfuel_test::{TestDatabase, each_engine};
//! use hub_domain::DbServices as _;
//! use hub_persistence::test_support::{TestDbService, migrations};
//!
//! #[each_engine(migrations = migrations())]
//! async fn a_new_database_has_one_organisation(db: TestDatabase) {
//!     let db = TestDbService::on(db).await;
//!     assert!(db.global().get_organisation(db.org_id()).await.unwrap().is_some());
//! }
//! # fn main() {}
//! ```

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use dualfuel::{Database, Engine, Migrations};
use dualfuel_test::TestDatabase;
use hub_domain::test_support::{FrozenClock, SeededIds};
use hub_domain::{
    ApiToken, DbCore, DbResult, DbService, DbServices, DownloadChange, DownloadRequest, Filename,
    GlobalService, Id, ModelRepository, Name, NewApiToken, NewDownloadRequest, NewOperatorToken,
    NewOrganisation, NewSetting, OperatorToken, OperatorTokenRepository, OrgId, Organisation,
    OrganisationRepository, Page, PageRequest, Repo, Setting, SettingKey, SettingsRepository, Slug,
    Timestamp, TokenChange, TokenPrefix, TokenRepository, UserAlias, UserAliasInput,
    UserAliasRepository, UserId,
};
use tokio::sync::broadcast;

use crate::database;
use crate::{HubDatabase, Mode};

/// How many events a subscriber may be behind before it misses some.
const EVENTS_KEPT: usize = 1_024;

/// A call that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The method of the repository.
    pub method: &'static str,
    /// Whether it gave `Ok`.
    pub succeeded: bool,
}

/// Hub's migrations, for `#[each_engine]`.
///
/// # Panics
///
/// They are faulty.
#[must_use]
pub fn migrations() -> &'static Migrations {
    match database::migrations() {
        Ok(migrations) => migrations,
        Err(error) => panic!("{error}"),
    }
}

/// Hub on a disposable database.
pub struct TestDbService {
    database: TestDatabase,
    hub: HubDatabase,
    services: Observed<Arc<dyn DbServices>>,
    org: OrgId,
    clock: FrozenClock,
}

impl fmt::Debug for TestDbService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDbService")
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

impl TestDbService {
    /// On SQLite, in memory.
    ///
    /// # Panics
    ///
    /// When no database can be had, as in every function here.
    pub async fn sqlite() -> Self {
        Self::on(TestDatabase::new(Engine::Sqlite, migrations()).await).await
    }

    /// On PostgreSQL, on the server that `dualfuel-test` finds.
    ///
    /// # Panics
    ///
    /// There is none.
    pub async fn postgres() -> Self {
        Self::on(TestDatabase::new(Engine::Postgres, migrations()).await).await
    }

    /// On `database`, which has Hub's [`migrations`], in development mode.
    ///
    /// On both engines the organisation that [`Self::service`] is for has its row.
    ///
    /// # Panics
    ///
    /// The organisation's row cannot be written.
    pub async fn on(database: TestDatabase) -> Self {
        Self::in_mode(database, Mode::Development).await
    }

    /// The same in another mode.
    ///
    /// # Panics
    ///
    /// The organisation's row cannot be written.
    pub async fn in_mode(database: TestDatabase, mode: Mode) -> Self {
        let clock = FrozenClock::default();
        let hub = HubDatabase::on(
            Database::clone(&database),
            Arc::new(clock.clone()),
            Arc::new(SeededIds::new(0)),
            mode,
        );
        let org = OrgId::new(database.org_id().as_uuid()).expect("it is not nil there either");
        hub.seed_organisation(org)
            .await
            .expect("the organisation's row is written");
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        TestDbService {
            services: Observed {
                inner: hub.services(),
                events,
            },
            database,
            hub,
            org,
            clock,
        }
    }

    /// The service of [`Self::org_id`].
    #[must_use]
    pub fn service(&self) -> Arc<dyn DbService> {
        self.services.org(self.org)
    }

    /// All services, for what takes ownership of them. The database still goes
    /// when this is dropped.
    #[must_use]
    pub fn services(&self) -> Arc<dyn DbServices> {
        Arc::new(self.services.clone())
    }

    /// The organisation of the test: the file's on SQLite.
    #[must_use]
    pub fn org_id(&self) -> OrgId {
        self.org
    }

    /// The clock that the service reads. Moving it moves the service's time.
    #[must_use]
    pub fn clock(&self) -> &FrozenClock {
        &self.clock
    }

    /// Tells of each call from here on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.services.events.subscribe()
    }

    /// The open database, as the binary has it.
    #[must_use]
    pub fn hub(&self) -> &HubDatabase {
        &self.hub
    }

    /// The database beneath, for rows that no method would write.
    #[must_use]
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }
}

impl DbServices for TestDbService {
    fn org(&self, org: OrgId) -> Arc<dyn DbService> {
        self.services.org(org)
    }

    fn global(&self) -> Arc<dyn GlobalService> {
        self.services.global()
    }
}

/// Something whose calls are told.
#[derive(Clone)]
struct Observed<S> {
    inner: S,
    events: broadcast::Sender<Event>,
}

impl<S> Observed<S> {
    fn tell<T>(&self, method: &'static str, result: DbResult<T>) -> DbResult<T> {
        let succeeded = result.is_ok();
        // Nobody listening is no error.
        let _ = self.events.send(Event { method, succeeded });
        result
    }
}

impl DbServices for Observed<Arc<dyn DbServices>> {
    fn org(&self, org: OrgId) -> Arc<dyn DbService> {
        Arc::new(Observed {
            inner: self.inner.org(org),
            events: self.events.clone(),
        })
    }

    fn global(&self) -> Arc<dyn GlobalService> {
        Arc::new(Observed {
            inner: self.inner.global(),
            events: self.events.clone(),
        })
    }
}

/// Implements repositories on an observed service: each method calls the real
/// one and tells how it ended.
macro_rules! observe {
    ($(#[$doc:meta])* $methods:ident, $inner:ty: $($repository:ident {
        $(async fn $method:ident(&self $(, $argument:ident: $type:ty)*) -> $result:ty;)*
        $(fn $plain:ident(&self) -> $value:ty;)?
    })*) => {
        $(#[$doc])*
        pub const $methods: &[&str] = &[$($(stringify!($method)),*),*];

        $(#[async_trait]
        impl $repository for Observed<Arc<$inner>> {
            $(async fn $method(&self $(, $argument: $type)*) -> $result {
                let result = self.inner.$method($($argument),*).await;
                self.tell(stringify!($method), result)
            })*
            $(fn $plain(&self) -> $value {
                self.inner.$plain()
            })?
        })*
    };
}

observe! {
    /// The methods that are told of a service of one organisation, so that a
    /// test of a rule can show that it forgot none.
    ORG_METHODS, dyn DbService:

    DbCore {
        async fn migrate(&self) -> DbResult<()>;
        async fn seed(&self) -> DbResult<()>;
        async fn reset_all(&self) -> DbResult<()>;
        fn now(&self) -> Timestamp;
    }

    ModelRepository {
        async fn create_download_request(&self, new: NewDownloadRequest) -> DbResult<DownloadRequest>;
        async fn get_download_request(&self, id: Id<DownloadRequest>) -> DbResult<Option<DownloadRequest>>;
        async fn update_download_request(&self, id: Id<DownloadRequest>, change: DownloadChange) -> DbResult<DownloadRequest>;
        async fn list_download_requests(&self, page: PageRequest) -> DbResult<Page<DownloadRequest>>;
        async fn find_download_requests(&self, repo: &Repo, filename: &Filename, page: PageRequest) -> DbResult<Page<DownloadRequest>>;
    }

    TokenRepository {
        async fn create_token(&self, new: NewApiToken) -> DbResult<ApiToken>;
        async fn list_tokens(&self, user: &UserId, page: PageRequest) -> DbResult<Page<ApiToken>>;
        async fn get_token(&self, user: &UserId, id: Id<ApiToken>) -> DbResult<Option<ApiToken>>;
        async fn find_token_by_prefix(&self, prefix: &TokenPrefix) -> DbResult<Option<ApiToken>>;
        async fn update_token(&self, user: &UserId, id: Id<ApiToken>, change: TokenChange) -> DbResult<ApiToken>;
    }

    UserAliasRepository {
        async fn create_user_alias(&self, user: &UserId, input: UserAliasInput) -> DbResult<UserAlias>;
        async fn get_user_alias(&self, user: &UserId, id: Id<UserAlias>) -> DbResult<Option<UserAlias>>;
        async fn find_user_alias(&self, user: &UserId, alias: &Name) -> DbResult<Option<UserAlias>>;
        async fn update_user_alias(&self, user: &UserId, id: Id<UserAlias>, input: UserAliasInput) -> DbResult<UserAlias>;
        async fn delete_user_alias(&self, user: &UserId, id: Id<UserAlias>) -> DbResult<u64>;
        async fn list_user_aliases(&self, user: &UserId, page: PageRequest) -> DbResult<Page<UserAlias>>;
    }
}

observe! {
    /// The same of the service of no organisation.
    GLOBAL_METHODS, dyn GlobalService:

    SettingsRepository {
        async fn get_setting(&self, key: &SettingKey) -> DbResult<Option<Setting>>;
        async fn upsert_setting(&self, new: NewSetting) -> DbResult<Setting>;
        async fn delete_setting(&self, key: &SettingKey) -> DbResult<u64>;
        async fn list_settings(&self, page: PageRequest) -> DbResult<Page<Setting>>;
    }

    OrganisationRepository {
        async fn create_organisation(&self, new: NewOrganisation) -> DbResult<Organisation>;
        async fn get_organisation(&self, id: OrgId) -> DbResult<Option<Organisation>>;
        async fn find_organisation(&self, slug: &Slug) -> DbResult<Option<Organisation>>;
        async fn list_organisations(&self, page: PageRequest) -> DbResult<Page<Organisation>>;
    }

    OperatorTokenRepository {
        async fn create_operator_token(&self, new: NewOperatorToken) -> DbResult<OperatorToken>;
        async fn list_operator_tokens(&self, page: PageRequest) -> DbResult<Page<OperatorToken>>;
        async fn find_operator_token_by_prefix(&self, prefix: &TokenPrefix) -> DbResult<Option<OperatorToken>>;
        async fn update_operator_token(&self, id: Id<OperatorToken>, change: TokenChange) -> DbResult<OperatorToken>;
    }
}
