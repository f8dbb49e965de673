//! A database for one test.

use std::fmt;
use std::ops::Deref;

use dualfuel::{Database, Engine, Migrations, OrgId, OrgScope};
use uuid::Uuid;

use crate::postgres::ClonedDatabase;

/// What a test database starts with.
#[derive(Debug, Clone)]
pub struct TestOptions {
    /// Applied first. Default: none.
    pub migrations: Migrations,
    /// On SQLite, use a file in the system's temporary folder, where several
    /// connections work at the same time. Default: in memory.
    pub sqlite_file: bool,
    /// Where PostgreSQL lists organisations: a table and its UUID column.
    pub organisations: Option<(&'static str, &'static str)>,
}

impl Default for TestOptions {
    fn default() -> Self {
        TestOptions {
            migrations: Migrations::none(),
            sqlite_file: false,
            organisations: None,
        }
    }
}

/// A fresh database, gone when it is dropped. It is a [`Database`].
pub struct TestDatabase {
    database: Database,
    url: String,
    org: OrgId,
    place: Place,
}

/// What has to go when the test is over.
enum Place {
    Memory,
    File(#[expect(dead_code, reason = "removes the folder when dropped")] tempfile::TempDir),
    Postgres(#[expect(dead_code, reason = "drops the database when dropped")] ClonedDatabase),
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDatabase")
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

impl TestDatabase {
    /// A fresh database on `engine`, migrated.
    ///
    /// # Panics
    ///
    /// When it cannot be had; the message says what is missing.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use dualfuel::{Engine, Migrations};
    /// use dualfuel_test::TestDatabase;
    ///
    /// let db = TestDatabase::new(Engine::Sqlite, &Migrations::none()).await;
    /// assert_eq!(db.engine(), Engine::Sqlite);
    /// # }
    /// ```
    pub async fn new(engine: Engine, migrations: &Migrations) -> Self {
        let migrations = migrations.clone();
        Self::with(
            engine,
            TestOptions {
                migrations,
                ..TestOptions::default()
            },
        )
        .await
    }

    /// A fresh database on `engine`, with other options.
    ///
    /// # Panics
    ///
    /// When it cannot be had; the message says what is missing.
    pub async fn with(engine: Engine, options: TestOptions) -> Self {
        match Self::make(engine, options).await {
            Ok(database) => database,
            Err(error) => panic!("no {engine} database for the test: {}", chain(&*error)),
        }
    }

    async fn make(
        engine: Engine,
        options: TestOptions,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        // One organisation for all tests: a test that depends on which is wrong.
        let org = OrgId::new(Uuid::from_u128(0x0194_1f29_7c00_7000_8000_0000_0000_00a1))?;
        let mut open = Database::options().file_org(org);
        if let Some((table, column)) = options.organisations {
            open = open.organisations(table, column);
        }
        let (url, place) = match engine {
            Engine::Sqlite if options.sqlite_file => {
                let folder = tempfile::Builder::new()
                    .prefix("dualfuel-test-")
                    .tempdir_in(disk_free())?;
                let file = folder.path().join("test.db");
                (format!("sqlite://{}", file.display()), Place::File(folder))
            }
            Engine::Sqlite => ("sqlite::memory:".to_owned(), Place::Memory),
            Engine::Postgres => {
                let clone = ClonedDatabase::make(&options.migrations).await?;
                (clone.url().to_owned(), Place::Postgres(clone))
            }
        };
        let database = open.open(&url, &options.migrations).await?;
        Ok(TestDatabase {
            database,
            url,
            org,
            place,
        })
    }

    /// The organisation that [`scope`](Self::scope) is for: the file's on SQLite.
    #[must_use]
    pub fn org_id(&self) -> OrgId {
        self.org
    }

    /// A scope of the test's organisation.
    ///
    /// # Panics
    ///
    /// Never: the file was made for it.
    #[must_use]
    pub fn scope(&self) -> OrgScope {
        match self.database.org(self.org) {
            Ok(scope) => scope,
            Err(error) => panic!("the test's own organisation: {error}"),
        }
    }

    /// The URL, to open the same database again: not on SQLite in memory, where
    /// each opening is another database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether a second connection reaches the same database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        !matches!(self.place, Place::Memory)
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

/// A folder in memory where there is one, so that no test waits for a disk.
fn disk_free() -> std::path::PathBuf {
    let shared_memory = std::path::Path::new("/dev/shm");
    if shared_memory.is_dir() {
        shared_memory.to_owned()
    } else {
        std::env::temp_dir()
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str("\n  caused by: ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
