//! What a run needs of a connection.
//!
//! Programs run on SQLite and PostgreSQL through one Diesel connection; tools
//! bring MariaDB's, which knows text. The run itself (`apply.rs`) is written
//! once over [`Driver`], and each engine's answers are in its own directory.

use std::future::Future;
use std::time::Instant;

use diesel::QueryResult;
use diesel_async::SimpleAsyncConnection as _;
use dualfuel_engine::Connection;

use crate::apply::Run;
use crate::error::While;
use crate::journal::Journal;
use crate::ledger::{self, EntryState, Ledger, Record};
use crate::{Engine, MigrateError, Migration, Version};
use crate::{postgres, sqlite};

/// A connection that migrations run on: `dualfuel_engine::Connection`, and with
/// the feature `mariadb` [`mariadb::Connection`](crate::mariadb::Connection).
pub trait Session: Driver {}

impl<D: Driver> Session for D {}

type Done<T> = Result<T, MigrateError>;

/// The ledger and the units of one kind of connection.
pub trait Driver: Sized + Send {
    fn engine(&self) -> Engine;

    /// Reads both tables as of one moment. Writes nothing.
    fn read_ledger(&mut self) -> impl Future<Output = QueryResult<Ledger>> + Send;
    /// Makes the tables that are not there.
    fn create_ledger(&mut self, ledger: &Ledger) -> impl Future<Output = QueryResult<()>> + Send;
    /// Writes Diesel's row of an applied version.
    fn write_diesel(&mut self, version: &Version) -> impl Future<Output = QueryResult<()>> + Send;
    /// Writes our row, in place of a stale one.
    fn write(&mut self, record: Record<'_>) -> impl Future<Output = QueryResult<()>> + Send;
    /// Changes what our row says, with no statement done; `None` removes it.
    fn write_state(
        &mut self,
        version: &Version,
        state: Option<EntryState>,
    ) -> impl Future<Output = QueryResult<()>> + Send;
    /// Removes both rows of a reverted version.
    fn delete(&mut self, version: &Version) -> impl Future<Output = QueryResult<()>> + Send;

    /// Sends a statement of a migration.
    fn send(&mut self, sql: &str) -> impl Future<Output = QueryResult<()>> + Send;
    /// How many lines into the statement the engine found the fault.
    fn lines_before(&self, failure: &diesel::result::Error, sql: &str) -> usize;

    /// Keeps other runs out for the whole run.
    fn lock(run: &mut Run<'_, Self>) -> impl Future<Output = Done<()>> + Send;
    fn unlock(run: &mut Run<'_, Self>) -> impl Future<Output = ()> + Send;
    /// Begins a unit.
    fn begin(run: &mut Run<'_, Self>) -> impl Future<Output = Done<()>> + Send;
    /// What has to hold before a unit commits.
    fn verify(
        run: &mut Run<'_, Self>,
        migration: &Migration,
    ) -> impl Future<Output = Done<()>> + Send;
    /// Commits a unit.
    fn commit(run: &mut Run<'_, Self>) -> impl Future<Output = Done<()>> + Send;
    /// Rolls a unit back, and may add to the failure what it sees then. The
    /// failure that led here is the one to tell, not one in its wake.
    fn roll_back(
        run: &mut Run<'_, Self>,
        failure: &mut MigrateError,
    ) -> impl Future<Output = Done<()>> + Send;

    /// Whether a version runs outside a transaction, noting each step.
    fn is_journalled(&self, migration: &Migration) -> bool;
    /// Runs what is left of such a version, and records it.
    fn run_journal<'a>(
        run: &mut Run<'a, Self>,
        journal: Journal<'a>,
        start: Instant,
    ) -> impl Future<Output = Done<()>> + Send;
}

/// A connection's ledger, as the functions of a module have it: each engine's
/// SQL is its own, and which function does what is not.
macro_rules! ledger_in {
    ($ledger:ident) => {
        async fn read_ledger(&mut self) -> QueryResult<Ledger> {
            $ledger::read(self).await
        }

        async fn create_ledger(&mut self, ledger: &Ledger) -> QueryResult<()> {
            $ledger::create(self, ledger).await
        }

        async fn write_diesel(&mut self, version: &Version) -> QueryResult<()> {
            $ledger::write_diesel(self, version).await
        }

        async fn write(&mut self, record: Record<'_>) -> QueryResult<()> {
            $ledger::write(self, record).await
        }

        async fn write_state(
            &mut self,
            version: &Version,
            state: Option<EntryState>,
        ) -> QueryResult<()> {
            $ledger::write_state(self, version, state).await
        }

        async fn delete(&mut self, version: &Version) -> QueryResult<()> {
            $ledger::delete(self, version).await
        }
    };
}
#[cfg(feature = "mariadb")]
pub(crate) use ledger_in;

fn without_values(conn: &Connection, failure: diesel::result::Error) -> diesel::result::Error {
    match conn.engine() {
        dualfuel_engine::Engine::Sqlite => sqlite::values::leave_out(failure),
        dualfuel_engine::Engine::Postgres => postgres::values::leave_out(failure),
    }
}

impl Driver for Connection {
    fn engine(&self) -> Engine {
        Connection::engine(self).into()
    }

    ledger_in!(ledger);

    async fn send(&mut self, sql: &str) -> QueryResult<()> {
        let sent = self.batch_execute(sql).await;
        sent.map_err(|failure| without_values(self, failure))
    }

    /// The offset that SQLite tells is in bytes, PostgreSQL's in characters.
    fn lines_before(&self, failure: &diesel::result::Error, sql: &str) -> usize {
        let diesel::result::Error::DatabaseError(_, information) = failure else {
            return 0;
        };
        let position = information.statement_position().unwrap_or(1);
        let before = usize::try_from(position).unwrap_or(1).saturating_sub(1);
        match Connection::engine(self) {
            dualfuel_engine::Engine::Sqlite => {
                let bytes = sql.bytes().take(before);
                bytes.filter(|byte| *byte == b'\n').count()
            }
            dualfuel_engine::Engine::Postgres => {
                sql.chars().take(before).filter(|c| *c == '\n').count()
            }
        }
    }

    async fn lock(run: &mut Run<'_, Self>) -> Done<()> {
        match Connection::engine(run.conn) {
            // The write lock comes with each version's transaction.
            dualfuel_engine::Engine::Sqlite => Ok(()),
            dualfuel_engine::Engine::Postgres => postgres::lock::take(run).await,
        }
    }

    async fn unlock(run: &mut Run<'_, Self>) {
        match Connection::engine(run.conn) {
            dualfuel_engine::Engine::Sqlite => {}
            dualfuel_engine::Engine::Postgres => postgres::lock::give_back(run.conn).await,
        }
    }

    async fn begin(run: &mut Run<'_, Self>) -> Done<()> {
        match Connection::engine(run.conn) {
            dualfuel_engine::Engine::Sqlite => sqlite::apply::begin(run).await,
            dualfuel_engine::Engine::Postgres => postgres::apply::begin(run).await,
        }
    }

    async fn verify(run: &mut Run<'_, Self>, migration: &Migration) -> Done<()> {
        match Connection::engine(run.conn) {
            dualfuel_engine::Engine::Sqlite => sqlite::apply::verify(run, migration).await,
            dualfuel_engine::Engine::Postgres => postgres::apply::verify(run).await,
        }
    }

    async fn commit(run: &mut Run<'_, Self>) -> Done<()> {
        let committed = run.conn.commit().await;
        // Deferred triggers run now.
        let committed = committed.map_err(|failure| without_values(run.conn, failure));
        let committed = committed.while_to("commit");
        if Connection::engine(run.conn) == dualfuel_engine::Engine::Sqlite {
            sqlite::apply::restore(run.conn).await?;
        }
        committed
    }

    async fn roll_back(run: &mut Run<'_, Self>, failure: &mut MigrateError) -> Done<()> {
        let _ = run.conn.rollback().await;
        if Connection::engine(run.conn) == dualfuel_engine::Engine::Sqlite {
            let _ = sqlite::apply::look_back(run.conn, failure).await;
            sqlite::apply::restore(run.conn).await?;
        }
        Ok(())
    }

    /// SQLite has no statement that a migration needs and a transaction can't
    /// hold; there, `run_in_transaction = false` is said for the foreign keys.
    fn is_journalled(&self, migration: &Migration) -> bool {
        Connection::engine(self) == dualfuel_engine::Engine::Postgres
            && !migration.run_in_transaction()
    }

    async fn run_journal<'a>(
        run: &mut Run<'a, Self>,
        journal: Journal<'a>,
        start: Instant,
    ) -> Done<()> {
        postgres::journal::run(run, journal, start).await
    }
}
