//! The number of the row that was written last.
//!
//! After a statement of several rows SQLite gives the last one's number and
//! MariaDB the first one's; and only SQLite has one for a row whose number was
//! given. They agree after an INSERT of one row that is numbered.

use crate::{
    Refusal,
    model::{
        Expr, Function, QueryBody,
        visit::{Visit, walk_expr},
    },
    simulate::{Step, StepKind},
    statement::{Insert, OnConflict, Statement},
};

/// Refuses a statement that asks for the number where the engines differ.
///
/// # Errors
///
/// What to write instead.
pub(super) fn agrees(before: &[Step], statement: &Statement) -> Result<(), Refusal> {
    let mut asks = Asks(false);
    asks.statement(statement);
    let last = before.iter().rev().find_map(|step| match &step.kind {
        StepKind::Data(statement) => match &**statement {
            Statement::Insert(insert) => Some((step, insert)),
            _ => None,
        },
        StepKind::Define(_) => None,
    });
    let one = match statement {
        Statement::Insert(insert) => is_one_row(insert),
        _ => true,
    };
    if !asks.0 || one && last.is_some_and(|(step, insert)| is_numbered(step, insert)) {
        return Ok(());
    }
    Err(Refusal::new(
        "last_insert_rowid() is one number on all engines only after an INSERT of one row, by VALUES and without its number, and in an INSERT of one row: ask for the row by its other columns",
    ))
}

fn is_one_row(insert: &Insert) -> bool {
    match &insert.source {
        Some(query) => matches!(&query.body, QueryBody::Values(rows) if rows.len() == 1),
        None => true,
    }
}

fn is_numbered(step: &Step, insert: &Insert) -> bool {
    let Some(table) = step.before.table(&insert.table) else {
        return false;
    };
    let mut numbered = table.columns.iter().filter(|c| c.identity.is_some());
    let left_out = numbered.any(|column| !insert.columns.contains(&column.name));
    let named = !insert.columns.is_empty() || insert.source.is_none();
    is_one_row(insert) && insert.on_conflict == OnConflict::Fail && named && left_out
}

struct Asks(bool);

impl Visit for Asks {
    fn expr(&mut self, expr: &Expr) {
        self.0 |= matches!(expr, Expr::Call(call) if call.function == Function::LastInsertRowid);
        walk_expr(self, expr);
    }
}
