//! The numbers that rows of an INSERT get, given or counted.
//!
//! Each engine counts in its own way once a row comes with a number, or is
//! there already. Where one INSERT would number its rows otherwise than SQLite
//! does, there is one for each row.

use super::{
    insert::{columns, is_default},
    keys::keys,
    target,
};
use crate::{
    Engine, Refusal,
    lower::expr::writer::Writer,
    model::{
        Column, Expr, Identity, Literal, Name, Query, QueryBody, Schema, SelectItem, Table, UnaryOp,
    },
    statement::{Insert, OnConflict},
};

impl Writer {
    /// An INSERT for each row, where those of one would not get SQLite's
    /// numbers.
    pub(super) fn one_by_one(
        &self,
        schema: &Schema,
        insert: &Insert,
    ) -> Result<Option<Vec<Insert>>, Refusal> {
        let table = target(schema, &insert.table)?;
        let Some(numbered) = numbered(table, insert).filter(|_| self.once) else {
            return Ok(None);
        };
        let meets = meets(table, insert)?;
        let apart = match (self.engine, numbered.remembers) {
            (Engine::Sqlite, _) => false,
            // A row that is there already takes a number from the sequence, as
            // with AUTOINCREMENT; one that is given is not heard of.
            (Engine::Postgres, remembers) => meets && !remembers || numbered.given,
            // It takes one too, but gives it back for the next of the same INSERT.
            (Engine::Mariadb, remembers) => meets && remembers,
        };
        if !apart || numbered.rows.len() < 2 || numbered.stays_whole(&table.name) {
            return Ok(None);
        }
        let one = |row: &Vec<Expr>| Insert {
            source: insert.source.as_ref().map(|query| Query {
                body: QueryBody::Values(vec![row.clone()]),
                ..query.clone()
            }),
            ..insert.clone()
        };
        Ok(Some(numbered.rows.iter().map(one).collect()))
    }
}

/// So many rows are inserted one by one. Of more, numbers may be left out.
const MOST: usize = 100;

/// Whether a number that is given may be 0. In a trigger, which is read back,
/// only where it is written out.
pub(super) fn may_give_zero(insert: &Insert, columns: &[&Column], once: bool) -> bool {
    let Some(place) = columns.iter().position(|column| column.identity.is_some()) else {
        return false;
    };
    let is_other = |cell: &Expr| match cell {
        Expr::Literal(Literal::Integer(number)) => *number != 0,
        Expr::Unary {
            op: UnaryOp::Minus,
            expr,
        } => {
            matches!(**expr, Expr::Literal(Literal::Integer(number)) if number != 0)
        }
        cell => cell.is_null_literal() || is_default(cell),
    };
    let may = |cell: &Expr| match once {
        true => !is_other(cell),
        false => *cell == Expr::integer(0),
    };
    match insert.source.as_ref().map(|query| &query.body) {
        None => false,
        Some(QueryBody::Values(rows)) => rows.iter().filter_map(|row| row.get(place)).any(may),
        Some(QueryBody::Select(select)) => match select.items.get(place) {
            Some(SelectItem::Expr { expr, .. }) if columns.len() == select.items.len() => may(expr),
            _ => once,
        },
        Some(_) => once,
    }
}

/// VALUES some of which the engine numbers.
struct Numbered<'i> {
    rows: &'i [Vec<Expr>],
    /// Whether others come with their number.
    given: bool,
    /// Whether no number comes again.
    remembers: bool,
}

impl Numbered<'_> {
    /// Whether the rows can't be inserted one by one: there are too many, or
    /// what a value asks the table would change from row to row.
    fn stays_whole(&self, table: &Name) -> bool {
        let mut asks = self.rows.len() > MOST;
        for cell in self.rows.iter().flatten() {
            cell.for_each(&mut |expr| {
                if let Expr::Subquery(query)
                | Expr::Exists { query, .. }
                | Expr::InQuery { query, .. } = expr
                {
                    asks |= query.reads(table);
                }
            });
        }
        asks
    }
}

fn numbered<'i>(table: &Table, insert: &'i Insert) -> Option<Numbered<'i>> {
    let columns = columns(table, insert).ok()?;
    let identity = table
        .columns
        .iter()
        .find(|column| column.identity.is_some())?;
    let QueryBody::Values(rows) = &insert.source.as_ref()?.body else {
        return None;
    };
    let place = columns.iter().position(|column| *column == identity);
    let counted = |row: &&Vec<Expr>| {
        let cell = place.map(|place| row.get(place));
        cell.flatten()
            .is_none_or(|cell| cell.is_null_literal() || is_default(cell))
    };
    let count = rows.iter().filter(counted).count();
    (count > 0).then_some(Numbered {
        rows,
        given: count < rows.len(),
        remembers: identity.identity == Some(Identity::Sequence),
    })
}

/// Whether a row may be there already and the INSERT go on.
fn meets(table: &Table, insert: &Insert) -> Result<bool, Refusal> {
    let passes = !matches!(insert.on_conflict, OnConflict::Fail | OnConflict::Replace);
    Ok(passes && !keys(table, &columns(table, insert)?).is_empty())
}

/// Whether rows that would have to be inserted one by one are not, so that
/// numbers may be left out.
pub(super) fn stays_whole(table: &Table, insert: &Insert) -> bool {
    numbered(table, insert).is_some_and(|numbered| {
        let differs = numbered.given || meets(table, insert).unwrap_or(false);
        differs && numbered.rows.len() > 1 && numbered.stays_whole(&table.name)
    })
}
