//! Disposable databases and migration sets.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::deserialize::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use dualfuel_engine::{ConnectOptions, Connection, DatabaseUrl};
use dualfuel_migrate::{Engine, MigrateError, Migrations, Options, Report, migrate};
use tempfile::TempDir;

/// The engines that a Diesel connection reaches.
pub(crate) const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// Runs `body` on a fresh database of each engine.
pub(crate) async fn each_engine(body: impl AsyncFn(&Database)) {
    for engine in ENGINES {
        eprintln!("on {engine}");
        let database = Database::new(engine).await;
        body(&database).await;
    }
}

/// An empty database, gone when dropped.
pub(crate) struct Database {
    pub(crate) engine: Engine,
    /// As a URL for programs.
    pub(crate) url: String,
    /// Holds the file on SQLite.
    folder: TempDir,
    /// The name of database and role on PostgreSQL.
    name: String,
}

fn admin_url() -> String {
    std::env::var("DUALFUEL_TEST_POSTGRES_URL")
        .expect("these tests need PostgreSQL: run `cargo xtask test`")
}

async fn open(url: &str) -> Connection {
    let url: DatabaseUrl = url.parse().unwrap();
    Connection::open(&url, &ConnectOptions::default())
        .await
        .unwrap()
}

/// The admin's URL with another login and database.
fn owner_url(admin: &str, name: &str) -> String {
    let (scheme, rest) = admin.split_once("://").unwrap();
    let (authority, rest) = rest.split_once('/').unwrap();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let query = rest
        .split_once('?')
        .map_or(String::new(), |(_, query)| format!("?{query}"));
    format!("{scheme}://{name}:{name}@{host}/{name}{query}")
}

impl Database {
    pub(crate) async fn new(engine: Engine) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dualfuel_migrate_{}_{count}", std::process::id());
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
            Engine::Postgres => {
                let mut admin = open(&admin_url()).await;
                // Left by a killed process that had our number.
                for sql in [
                    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                    format!("DROP ROLE IF EXISTS {name}"),
                    format!("CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{name}'"),
                    format!("CREATE DATABASE {name} OWNER {name}"),
                ] {
                    admin.batch_execute(&sql).await.unwrap();
                }
                owner_url(&admin_url(), &name)
            }
            Engine::Mariadb => unreachable!("not among ENGINES"),
        };
        Database {
            engine,
            url,
            folder,
            name,
        }
    }

    /// The SQLite file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    pub(crate) async fn connect(&self) -> Connection {
        open(&self.url).await
    }

    pub(crate) async fn migrate(&self, set: &Set) -> Result<Report, MigrateError> {
        self.migrate_with(set, &Options::default()).await
    }

    pub(crate) async fn migrate_with(
        &self,
        set: &Set,
        options: &Options,
    ) -> Result<Report, MigrateError> {
        migrate(&mut self.connect().await, &set.load(), options).await
    }

    /// Everything that a run could change: tables, columns, indexes, and the
    /// rows of both ledger tables without their times.
    pub(crate) async fn picture(&self) -> Vec<String> {
        let mut lines = self.schema().await;
        for table in ["__diesel_schema_migrations", "dualfuel_ledger"] {
            let (columns, run_on) = match table {
                "dualfuel_ledger" => (
                    "version || ' ' || name || ' ' || state || ' ' || coalesce(checksum, '-') || \
                     ' ' || CAST(statements_done AS TEXT)",
                    "run_on",
                ),
                _ => ("version", "version"),
            };
            if lines.iter().any(|line| line.contains(table)) {
                let sql = format!("SELECT {columns} AS line FROM {table} ORDER BY {run_on}, 1");
                for line in self.lines(&sql).await {
                    lines.push(format!("{table}: {line}"));
                }
            }
        }
        lines
    }

    /// The tables, columns and indexes.
    pub(crate) async fn schema(&self) -> Vec<String> {
        self.lines(match self.engine {
            Engine::Sqlite => {
                "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line \
                 FROM sqlite_master ORDER BY 1"
            }
            Engine::Postgres => {
                "SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || \
                        is_nullable AS line \
                 FROM information_schema.columns WHERE table_schema = 'public' \
                 UNION ALL \
                 SELECT 'index ' || pg_get_indexdef(indexrelid) || ' valid ' || indisvalid \
                 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                 WHERE c.relnamespace = 'public'::regnamespace \
                 ORDER BY 1"
            }
            Engine::Mariadb => unreachable!("not among ENGINES"),
        })
        .await
    }

    pub(crate) async fn lines(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let rows: Vec<Line> = sql_query(sql)
            .load(&mut self.connect().await)
            .await
            .unwrap();
        rows.into_iter().map(|row| row.line).collect()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        self.connect().await.batch_execute(sql).await.unwrap();
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let sql = format!("SELECT count(*) AS count FROM {table}");
        let row: Count = sql_query(sql)
            .get_result(&mut self.connect().await)
            .await
            .unwrap();
        row.count
    }

    /// The versions in Diesel's table.
    pub(crate) async fn versions(&self) -> Vec<String> {
        self.lines("SELECT version AS line FROM __diesel_schema_migrations ORDER BY 1")
            .await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.engine == Engine::Postgres {
            let name = std::mem::take(&mut self.name);
            // A runtime can't wait inside another.
            let dropped = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime.unwrap().block_on(async {
                    let mut admin = open(&admin_url()).await;
                    for sql in [
                        format!("DROP DATABASE {name} WITH (FORCE)"),
                        format!("DROP ROLE {name}"),
                    ] {
                        if let Err(error) = admin.batch_execute(&sql).await {
                            eprintln!("{sql}: {error}");
                        }
                    }
                });
            });
            let _ = dropped.join();
        }
    }
}

/// Migration directories, written as a test needs them.
pub(crate) struct Set(TempDir);

impl Set {
    pub(crate) fn new() -> Self {
        let set = Set(tempfile::tempdir().unwrap());
        for engine in ENGINES {
            fs::create_dir(set.0.path().join(engine.key())).unwrap();
        }
        set
    }

    /// Two tables and an index, with a way back.
    pub(crate) fn of_two() -> Self {
        Set::new()
            .with(
                "0001_create_authors",
                "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
                 INSERT INTO authors (id, name) VALUES (1, 'first; and only');",
                "DROP TABLE authors;",
            )
            .with(
                "0002_create_books",
                "CREATE TABLE books (id INTEGER PRIMARY KEY, \
                 author_id INTEGER NOT NULL REFERENCES authors (id) ON DELETE CASCADE);\n\
                 CREATE INDEX books_author_id ON books (author_id);",
                "DROP TABLE books;",
            )
    }

    /// A version whose files are the same for both engines. No `down.sql`
    /// where `down` is empty.
    pub(crate) fn with(self, directory: &str, up: &str, down: &str) -> Self {
        self.on(Engine::Sqlite, directory, up, down)
            .on(Engine::Postgres, directory, up, down)
    }

    /// One engine's half of a version.
    pub(crate) fn on(self, engine: Engine, directory: &str, up: &str, down: &str) -> Self {
        self.write(engine, directory, "up.sql", up);
        if !down.is_empty() {
            self.write(engine, directory, "down.sql", down);
        }
        self
    }

    /// Takes a version out of its transaction.
    pub(crate) fn without_transaction(self, engine: Engine, directory: &str) -> Self {
        self.write(
            engine,
            directory,
            "metadata.toml",
            "run_in_transaction = false\n",
        );
        self
    }

    pub(crate) fn write(&self, engine: Engine, directory: &str, file: &str, text: &str) {
        let directory = self.path(engine).join(directory);
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join(file), text).unwrap();
    }

    pub(crate) fn write_up(&self, directory: &str, up: &str) {
        for engine in ENGINES {
            self.write(engine, directory, "up.sql", up);
        }
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, engine: Engine) -> PathBuf {
        self.0.path().join(engine.key())
    }

    pub(crate) fn load(&self) -> Migrations {
        Migrations::load(self.0.path()).unwrap()
    }
}

/// An error with everything below it, as a command line prints it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(below) = source {
        text += &format!(" / {below}");
        source = below.source();
    }
    text
}

pub(crate) fn impatient() -> Options {
    Options {
        lock_wait: Duration::from_millis(300),
        ..Options::default()
    }
}
