//! Disposable databases and migration sets.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use dualfuel_engine::{ConnectOptions, Connection, DatabaseUrl};
use dualfuel_migrate::{
    Engine, Finding, MigrateError, Migrations, Options, ProgramVersion, Ran, Report, Status, check,
    mariadb, migrate, revert, split_statements, status,
};
use tempfile::TempDir;

/// Runs `body` on a fresh database of each engine.
pub(crate) async fn each_engine(body: impl AsyncFn(&Database)) {
    on_engines(&Engine::ALL, body).await;
}

/// Runs `body` on a fresh database of each of `engines`.
pub(crate) async fn on_engines(engines: &[Engine], body: impl AsyncFn(&Database)) {
    for engine in engines {
        eprintln!("on {engine}");
        let database = Database::new(*engine).await;
        body(&database).await;
    }
}

/// A connection of either kind.
pub(crate) enum Conn {
    Diesel(Box<Connection>),
    Mariadb(Box<mariadb::Connection>),
}

impl Conn {
    pub(crate) async fn open(url: &str) -> Self {
        if url.starts_with("mysql:") {
            Conn::Mariadb(Box::new(mariadb::Connection::open(url).await.unwrap()))
        } else {
            Conn::Diesel(Box::new(open(url).await))
        }
    }

    pub(crate) async fn migrate(
        &mut self,
        migrations: &Migrations,
        options: &Options,
    ) -> Result<Report, MigrateError> {
        match self {
            Conn::Diesel(conn) => migrate(conn.as_mut(), migrations, options).await,
            Conn::Mariadb(conn) => migrate(conn.as_mut(), migrations, options).await,
        }
    }

    pub(crate) async fn revert(
        &mut self,
        migrations: &Migrations,
        steps: usize,
        options: &Options,
    ) -> Result<Vec<Ran>, MigrateError> {
        match self {
            Conn::Diesel(conn) => revert(conn.as_mut(), migrations, steps, options).await,
            Conn::Mariadb(conn) => revert(conn.as_mut(), migrations, steps, options).await,
        }
    }

    pub(crate) async fn status(&mut self, migrations: &Migrations) -> Result<Status, MigrateError> {
        match self {
            Conn::Diesel(conn) => status(conn.as_mut(), migrations).await,
            Conn::Mariadb(conn) => status(conn.as_mut(), migrations).await,
        }
    }

    pub(crate) async fn check(
        &mut self,
        migrations: &Migrations,
        program_version: &ProgramVersion,
    ) -> Result<Vec<Finding>, MigrateError> {
        match self {
            Conn::Diesel(conn) => check(conn.as_mut(), migrations, program_version).await,
            Conn::Mariadb(conn) => check(conn.as_mut(), migrations, program_version).await,
        }
    }

    pub(crate) async fn execute(&mut self, sql: &str) {
        match self {
            Conn::Diesel(conn) => conn.batch_execute(sql).await.unwrap(),
            Conn::Mariadb(conn) => {
                for statement in split_statements(Engine::Mariadb, sql) {
                    conn.execute(statement.text).await.unwrap();
                }
            }
        }
    }

    /// The first column, as text.
    pub(crate) async fn lines(&mut self, sql: &str) -> Vec<String> {
        let rows = match self {
            Conn::Diesel(conn) => conn.text_rows(sql).await,
            Conn::Mariadb(conn) => conn.text_rows(sql).await,
        };
        let first = |row: Vec<Option<String>>| row.into_iter().next().flatten();
        rows.unwrap().into_iter().filter_map(first).collect()
    }

    /// Whether it could serve again. MariaDB's is closed after a run.
    pub(crate) fn is_clean(&self) -> bool {
        match self {
            Conn::Diesel(conn) => conn.is_clean(),
            Conn::Mariadb(_) => true,
        }
    }
}

/// An empty database, gone when dropped.
pub(crate) struct Database {
    pub(crate) engine: Engine,
    /// As a URL for programs.
    pub(crate) url: String,
    /// Holds the file on SQLite.
    folder: TempDir,
    /// The name of database and role on a server.
    pub(crate) name: String,
}

/// Missing servers fail tests: nothing is skipped.
fn admin_url(engine: Engine) -> String {
    let variable = match engine {
        Engine::Mariadb => "DUALFUEL_TEST_MARIADB_URL",
        _ => "DUALFUEL_TEST_POSTGRES_URL",
    };
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("these tests need {engine}: run `cargo xtask test`"))
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
    let (authority, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let query = rest
        .split_once('?')
        .map_or(String::new(), |(_, query)| format!("?{query}"));
    format!("{scheme}://{name}:{name}@{host}/{name}{query}")
}

fn create_sql(engine: Engine, name: &str) -> Vec<String> {
    match engine {
        Engine::Mariadb => vec![
            format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"),
            format!("CREATE USER {name}@'%' IDENTIFIED BY '{name}'"),
            format!("GRANT ALL ON {name}.* TO {name}@'%'"),
        ],
        _ => vec![
            format!("CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{name}'"),
            format!("CREATE DATABASE {name} OWNER {name}"),
        ],
    }
}

fn drop_sql(engine: Engine, name: &str) -> Vec<String> {
    match engine {
        Engine::Mariadb => vec![
            format!("DROP DATABASE IF EXISTS {name}"),
            format!("DROP USER IF EXISTS {name}@'%'"),
        ],
        _ => vec![
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("DROP ROLE IF EXISTS {name}"),
        ],
    }
}

impl Database {
    pub(crate) async fn new(engine: Engine) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dualfuel_migrate_{}_{count}", std::process::id());
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
            Engine::Postgres | Engine::Mariadb => {
                let mut admin = Conn::open(&admin_url(engine)).await;
                // Left by a killed process that had our number.
                for sql in drop_sql(engine, &name) {
                    admin.execute(&sql).await;
                }
                for sql in create_sql(engine, &name) {
                    admin.execute(&sql).await;
                }
                owner_url(&admin_url(engine), &name)
            }
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

    pub(crate) async fn connect(&self) -> Conn {
        Conn::open(&self.url).await
    }

    /// SQLite's or PostgreSQL's, for what only Diesel can say.
    pub(crate) async fn diesel(&self) -> Connection {
        open(&self.url).await
    }

    /// A connection that holds the lock which a run takes, till it is closed.
    pub(crate) async fn locked(&self) -> Conn {
        let mut other = self.connect().await;
        match self.engine {
            Engine::Sqlite => other.execute("BEGIN IMMEDIATE").await,
            Engine::Postgres => {
                let key = i64::from_be_bytes(*b"dualfuel");
                let sql = format!("SELECT pg_advisory_lock({key})");
                other.execute(&sql).await;
            }
            Engine::Mariadb => {
                let sql = "DO GET_LOCK(CONCAT('dualfuel.', LEFT(SHA2(DATABASE(), 256), 48)), 0)";
                other.execute(sql).await;
            }
        }
        other
    }

    pub(crate) async fn migrate(&self, set: &Set) -> Result<Report, MigrateError> {
        self.migrate_with(set, &Options::default()).await
    }

    pub(crate) async fn migrate_with(
        &self,
        set: &Set,
        options: &Options,
    ) -> Result<Report, MigrateError> {
        let mut conn = self.connect().await;
        conn.migrate(&set.load(), options).await
    }

    /// Everything that a run could change: tables, columns, indexes, and the
    /// rows of both ledger tables without their times.
    pub(crate) async fn picture(&self) -> Vec<String> {
        let mut lines = self.schema().await;
        for table in ["__diesel_schema_migrations", "dualfuel_ledger"] {
            let (columns, run_on) = match table {
                "dualfuel_ledger" if self.engine == Engine::Mariadb => (
                    "CONCAT_WS(' ', version, name, state, COALESCE(checksum, '-'), \
                               statements_done, COALESCE(in_flight, '-'))",
                    "run_on",
                ),
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
            Engine::Mariadb => {
                "SELECT CONCAT_WS(' ', 'column', table_name, column_name, column_type, \
                                  is_nullable, column_default) AS line \
                 FROM information_schema.columns WHERE table_schema = DATABASE() \
                 UNION ALL \
                 SELECT CONCAT_WS(' ', 'index', table_name, index_name, column_name, non_unique) \
                 FROM information_schema.statistics WHERE table_schema = DATABASE() \
                 ORDER BY 1"
            }
        })
        .await
    }

    /// The first column, as text.
    pub(crate) async fn lines(&self, sql: &str) -> Vec<String> {
        self.connect().await.lines(sql).await
    }

    pub(crate) async fn execute(&self, sql: &str) {
        self.connect().await.execute(sql).await;
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        let count = self.lines(&format!("SELECT count(*) FROM {table}")).await;
        count[0].parse().unwrap()
    }

    /// The versions in Diesel's table.
    pub(crate) async fn versions(&self) -> Vec<String> {
        self.lines("SELECT version AS line FROM __diesel_schema_migrations ORDER BY 1")
            .await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.engine != Engine::Sqlite {
            let (engine, name) = (self.engine, std::mem::take(&mut self.name));
            // A runtime can't wait inside another.
            let dropped = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime.unwrap().block_on(async {
                    let mut admin = Conn::open(&admin_url(engine)).await;
                    for sql in drop_sql(engine, &name) {
                        admin.execute(&sql).await;
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
        for engine in Engine::ALL {
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

    /// A version whose files are the same for each engine. No `down.sql`
    /// where `down` is empty.
    pub(crate) fn with(self, directory: &str, up: &str, down: &str) -> Self {
        let mariadb_first = Engine::ALL.into_iter().rev();
        mariadb_first.fold(self, |set, engine| set.on(engine, directory, up, down))
    }

    /// One engine's part of a version.
    pub(crate) fn on(self, engine: Engine, directory: &str, up: &str, down: &str) -> Self {
        // A test that says nothing for MariaDB needs nothing there.
        if engine != Engine::Mariadb && !self.path(Engine::Mariadb).join(directory).exists() {
            self.write(Engine::Mariadb, directory, "up.sql", "SELECT 1;");
            self.write(Engine::Mariadb, directory, "down.sql", "SELECT 1;");
        }
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
        for engine in Engine::ALL {
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
