//! Begins and ends a version on SQLite.
//!
//! Foreign keys are on or off as the version needs it (`foreign_keys.rs`). That
//! has to be said before `BEGIN`: inside a transaction the pragma does nothing,
//! and `defer_foreign_keys` or `legacy_alter_table` in its place lost child rows
//! of a table that was rebuilt (both checked). Where they are on, they are
//! deferred: rows may come in any order, and what is wrong in the end is found
//! by `foreign_key_check` before the version commits, with a better sentence
//! than the engine's.
//!
//! A file is a script for SQLite, and read as one: LIKE takes `A` for `a` in it,
//! which is what is rendered for the other engines.

use diesel::deserialize::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use dualfuel_engine::{Connection, Manner};

use super::lock;
use crate::apply::Run;
use crate::error::While;
use crate::{MigrateError, Migration};

/// Switches foreign keys and begins, once the write lock is to be had.
pub(crate) async fn begin(run: &mut Run<'_>) -> Result<(), MigrateError> {
    let on = run.foreign_keys.are_on();
    run.conn
        .set_manner(Manner::Script)
        .while_to("prepare for a script")?;
    if !on {
        run.conn
            .batch_execute("PRAGMA foreign_keys = OFF")
            .await
            .while_to("switch foreign keys off")?;
    }
    let begun = lock::begin(run).await;
    match &begun {
        // It ends with the transaction.
        Ok(()) if on => run
            .conn
            .batch_execute("PRAGMA defer_foreign_keys = ON")
            .await
            .while_to("defer foreign keys")?,
        Ok(()) => {}
        Err(_) => restore(run.conn).await?,
    }
    begun
}

#[derive(QueryableByName)]
struct Orphans {
    #[diesel(sql_type = Text)]
    child: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = BigInt)]
    orphans: i64,
}

/// Refuses rows whose parent is missing.
pub(crate) async fn verify(run: &mut Run<'_>, migration: &Migration) -> Result<(), MigrateError> {
    match orphans(run.conn).await?.into_iter().next() {
        None => Ok(()),
        Some(Orphans {
            child,
            parent,
            orphans,
        }) => Err(MigrateError::ForeignKeyCheck {
            version: migration.version().clone(),
            table: child,
            parent,
            rows: count(orphans),
            rows_before: 0,
            foreign_keys: run.foreign_keys,
        }),
    }
}

/// After the rollback: which of the orphans were there before.
pub(crate) async fn look_back(
    conn: &mut Connection,
    failure: &mut MigrateError,
) -> Result<(), MigrateError> {
    if let MigrateError::ForeignKeyCheck {
        table,
        parent,
        rows_before,
        ..
    } = failure
    {
        let before = orphans(conn).await?;
        let same = before
            .iter()
            .find(|found| found.child == *table && found.parent == *parent);
        *rows_before = same.map_or(0, |found| count(found.orphans));
    }
    Ok(())
}

async fn orphans(conn: &mut Connection) -> Result<Vec<Orphans>, MigrateError> {
    sql_query(
        "SELECT \"table\" AS child, parent, count(*) AS orphans \
         FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2",
    )
    .load(conn)
    .await
    .while_to("check foreign keys")
}

fn count(rows: i64) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
}

/// Leaves the connection as every other one is, whatever the file has set.
pub(crate) async fn restore(conn: &mut Connection) -> Result<(), MigrateError> {
    conn.set_manner(Manner::Program)
        .while_to("go on after a script")?;
    conn.batch_execute("PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF")
        .await
        .while_to("switch foreign keys on")
}
