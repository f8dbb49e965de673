//! Begins a unit on MariaDB.
//!
//! A transaction holds rows only: the ledger's, and those of a file's INSERT,
//! UPDATE and DELETE. `journal.rs` sees to the rest.
//!
//! What the file before has set is set back, foreign keys foremost. A statement
//! that waits for a lock makes everyone else queue behind it, and by default
//! waits a day, so here it waits for a limited time.

use super::connection::SETTINGS;
use super::{Connection, lock};
use crate::apply::Run;
use crate::error::While;
use crate::{MigrateError, Options};

/// Begins, with the settings of a version.
pub(super) async fn begin(run: &mut Run<'_, Connection>) -> Result<(), MigrateError> {
    for settings in [SETTINGS, &limits(run.options)] {
        run.conn
            .execute(settings)
            .await
            .while_to("change settings")?;
    }
    lock::confirm(run.conn).await?;
    begin_rows(run).await
}

/// Begins a transaction with the settings as the file has them.
pub(super) async fn begin_rows(run: &mut Run<'_, Connection>) -> Result<(), MigrateError> {
    run.conn
        .execute("START TRANSACTION")
        .await
        .while_to("begin a transaction")
}

fn limits(options: &Options) -> String {
    // 0 would not wait at all.
    let lock = options.lock_timeout.as_secs().max(1);
    let statement = options
        .statement_timeout
        .map_or(0.0, |limit| limit.as_secs_f64());
    format!(
        "SET SESSION lock_wait_timeout = {lock}, innodb_lock_wait_timeout = {lock}, \
         max_statement_time = {statement}"
    )
}
