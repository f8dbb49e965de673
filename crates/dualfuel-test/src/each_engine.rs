//! What `#[each_engine]` expands to: a runtime, a database, the body.

use std::future::Future;

use dualfuel::{Engine, Migrations};

use crate::{TestDatabase, TestOptions};

/// Runs one test body on one engine. `#[each_engine]` writes this.
#[derive(Debug)]
pub struct EachEngine {
    engine: Engine,
    threads: usize,
    options: TestOptions,
}

impl EachEngine {
    /// On `engine`, on one thread, with an empty database in memory.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        EachEngine {
            engine,
            threads: 1,
            options: TestOptions::default(),
        }
    }

    /// Migrates the database first.
    #[must_use]
    pub fn migrations(mut self, migrations: impl std::borrow::Borrow<Migrations>) -> Self {
        self.options.migrations = migrations.borrow().clone();
        self
    }

    /// Gives the runtime this many worker threads.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// On SQLite, uses a file, where several connections work at the same time.
    #[must_use]
    pub fn sqlite_file(mut self) -> Self {
        self.options.sqlite_file = true;
        self
    }

    /// Runs the body, or prints that PostgreSQL was skipped where that was asked for.
    ///
    /// # Panics
    ///
    /// When no database can be had.
    pub fn run<F, Fut>(self, body: F) -> Fut::Output
    where
        F: FnOnce(TestDatabase) -> Fut,
        Fut: Future,
        Fut::Output: Skipped,
    {
        let mut builder = if self.threads > 1 {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            builder.worker_threads(self.threads);
            builder
        } else {
            tokio::runtime::Builder::new_current_thread()
        };
        let runtime = match builder.enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => panic!("no tokio runtime for the test: {error}"),
        };
        if self.engine == Engine::Postgres && crate::postgres::is_skipped() {
            say_skipped();
            return Fut::Output::skipped();
        }
        runtime.block_on(async {
            let database = TestDatabase::with(self.engine, self.options).await;
            body(database).await
        })
    }
}

/// What a test returns that was skipped: `()`, or `Ok` of it.
pub trait Skipped {
    /// The value that passes.
    fn skipped() -> Self;
}

impl Skipped for () {
    fn skipped() -> Self {}
}

impl<E> Skipped for Result<(), E> {
    fn skipped() -> Self {
        Ok(())
    }
}

/// Past the test runner, which keeps what a passing test prints to itself.
fn say_skipped() {
    use std::io::Write as _;
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED {name}: DUALFUEL_TEST_SKIP_POSTGRES is set"
    );
}
