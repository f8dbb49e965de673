//! Begins and ends a version on SQLite.
//!
//! SQLite changes a table by building a new one and dropping the old, and a
//! drop deletes the rows that refer to the table, by ON DELETE CASCADE. So
//! foreign keys are off while a version runs. That has to be said before
//! `BEGIN`: inside a transaction the pragma does nothing, and
//! `defer_foreign_keys` or `legacy_alter_table` in its place lost child rows
//! (both checked). What enforcement would have refused is found by
//! `foreign_key_check` before the version commits.

use diesel::deserialize::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use dualfuel_engine::Connection;

use super::lock;
use crate::apply::Run;
use crate::error::While;
use crate::{MigrateError, Migration};

/// Switches foreign keys off and begins, once the write lock is to be had.
pub(crate) async fn begin(run: &mut Run<'_>) -> Result<(), MigrateError> {
    run.conn
        .batch_execute("PRAGMA foreign_keys = OFF")
        .await
        .while_to("switch foreign keys off")?;
    let begun = lock::begin(run).await;
    if begun.is_err() {
        restore(run.conn).await?;
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
pub(crate) async fn verify(
    conn: &mut Connection,
    migration: &Migration,
) -> Result<(), MigrateError> {
    match orphans(conn).await?.into_iter().next() {
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
    conn.batch_execute("PRAGMA foreign_keys = ON; PRAGMA legacy_alter_table = OFF")
        .await
        .while_to("switch foreign keys on")
}
