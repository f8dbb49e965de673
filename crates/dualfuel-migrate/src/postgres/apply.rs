//! Begins and ends a version on PostgreSQL.
//!
//! Under `FORCE ROW LEVEL SECURITY` the owner that migrates is blind: an UPDATE
//! finds no row and succeeds, a foreign key is validated over orphans (both
//! checked). With `row_security` off, a statement that a policy would filter
//! fails instead.
//!
//! A statement that waits for a lock makes everyone else queue behind it, so it
//! waits for a limited time, and runs for one.

use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use dualfuel_engine::Begin;

use super::lock;
use crate::apply::Run;
use crate::error::While;
use crate::{MigrateError, Options};

/// Begins, with the settings of a version until it ends.
pub(crate) async fn begin(run: &mut Run<'_>) -> Result<(), MigrateError> {
    run.conn
        .begin(&transaction(run.options))
        .await
        .while_to("begin a transaction")?;
    match lock::confirm(run.conn).await {
        Ok(search_path) => {
            run.search_path = search_path;
            Ok(())
        }
        Err(failure) => {
            let _ = run.conn.rollback().await;
            Err(failure)
        }
    }
}

fn transaction(options: &Options) -> Begin {
    let millis = |limit: std::time::Duration| limit.as_millis().to_string();
    Begin::write()
        .setting("row_security", "off")
        .setting("lock_timeout", millis(options.lock_timeout))
        .setting(
            "statement_timeout",
            options
                .statement_timeout
                .map_or_else(|| "0".to_owned(), millis),
        )
}

/// Goes back to where the ledger is: a dump that serves as a first migration
/// ends with an empty search path.
pub(crate) async fn verify(run: &mut Run<'_>) -> Result<(), MigrateError> {
    sql_query("SELECT set_config('search_path', $1, false)")
        .bind::<Text, _>(&run.search_path)
        .execute(run.conn)
        .await
        .while_to("restore the search path")?;
    Ok(())
}
