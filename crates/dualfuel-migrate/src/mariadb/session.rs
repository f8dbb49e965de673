//! MariaDB's part of a run, put together from the files beside this one.

use std::time::Instant;

use diesel::QueryResult;

use super::{Connection, apply, error, journal, ledger, lock};
use crate::apply::Run;
use crate::error::While;
use crate::journal::Journal;
use crate::ledger::{EntryState, Ledger, Record};
use crate::session::{Driver, ledger_in};
use crate::{Engine, MigrateError, Migration, Version};

impl Driver for Connection {
    fn engine(&self) -> Engine {
        Engine::Mariadb
    }

    ledger_in!(ledger);

    async fn send(&mut self, sql: &str) -> QueryResult<()> {
        self.execute(sql).await
    }

    fn lines_before(&self, failure: &diesel::result::Error, _sql: &str) -> usize {
        error::lines_before(failure)
    }

    async fn lock(run: &mut Run<'_, Self>) -> Result<(), MigrateError> {
        lock::take(run).await
    }

    async fn unlock(run: &mut Run<'_, Self>) {
        lock::give_back(run.conn).await;
    }

    async fn begin(run: &mut Run<'_, Self>) -> Result<(), MigrateError> {
        apply::begin(run).await
    }

    /// Foreign keys are enforced all along.
    async fn verify(_run: &mut Run<'_, Self>, _migration: &Migration) -> Result<(), MigrateError> {
        Ok(())
    }

    async fn commit(run: &mut Run<'_, Self>) -> Result<(), MigrateError> {
        run.conn.execute("COMMIT").await.while_to("commit")
    }

    async fn roll_back(
        run: &mut Run<'_, Self>,
        _failure: &mut MigrateError,
    ) -> Result<(), MigrateError> {
        let _ = run.conn.execute("ROLLBACK").await;
        Ok(())
    }

    /// A change of the schema commits what was before it, so none is a unit.
    fn is_journalled(&self, _migration: &Migration) -> bool {
        true
    }

    async fn run_journal<'a>(
        run: &mut Run<'a, Self>,
        journal: Journal<'a>,
        start: Instant,
    ) -> Result<(), MigrateError> {
        journal::run(run, journal, start).await
    }
}
