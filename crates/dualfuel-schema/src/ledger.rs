//! The tables in which migration tools note what they have run.
//!
//! A tool makes its own, and no migration does; so one that mends a row of it
//! has nothing to mend on an engine where that tool has not been.

use crate::{model::Name, statement::Statement};

/// sqlx, Diesel, refinery, goose, Prisma and Drizzle.
const LEDGERS: [&str; 6] = [
    "_sqlx_migrations",
    "__diesel_schema_migrations",
    "refinery_schema_history",
    "goose_db_version",
    "_prisma_migrations",
    "__drizzle_migrations",
];

/// The ledger whose rows a statement changes.
pub(crate) fn of(statement: &Statement) -> Option<&Name> {
    let table = match statement {
        Statement::Insert(insert) => &insert.table,
        Statement::Update(update) => &update.table,
        Statement::Delete(delete) => &delete.table,
        _ => return None,
    };
    LEDGERS
        .iter()
        .any(|ledger| *table == **ledger)
        .then_some(table)
}
