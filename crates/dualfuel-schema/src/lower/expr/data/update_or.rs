//! `UPDATE OR IGNORE` and `UPDATE OR REPLACE`.
//!
//! SQLite goes from row to row: one that would get another row's key is passed
//! over, or the other is deleted. Where what a row gets does not hang on what
//! others got before it, that can be said beforehand. Two changed rows that
//! meet in one key are left to fail, loudly.

use super::{
    Numbers,
    keys::{Key, NewRow, keys, of_table},
    replace::{reads, select_one},
    settle, taken_along, target,
};
use crate::{
    Refusal,
    lower::expr::{scope::Scope, writer::Writer},
    model::{BinaryOp, Column, Expr, Name, Query, Schema, Table, TriggerEvent, UnaryOp},
    statement::{Delete, Update, UpdateOr},
};

impl Writer {
    pub(super) fn update_or(
        &self,
        schema: &Schema,
        around: &Scope<'_>,
        update: &Update,
    ) -> Result<Vec<String>, Refusal> {
        let table = target(schema, &update.table)?;
        let columns: Vec<&Column> = table.columns.iter().collect();
        let assigned = |name: &Name| update.set.iter().any(|(column, _)| column == name);
        let mut touched = keys(table, &columns);
        let primary = touched
            .iter()
            .find(|key| key.primary)
            .and_then(Key::columns);
        touched.retain(|key| {
            let all = key.parts.iter().chain(&key.predicate);
            all.flat_map(Expr::columns).any(|name| assigned(&name))
        });
        let mut plainly = Update {
            or: UpdateOr::Fail,
            ..update.clone()
        };
        if touched.is_empty() {
            return self.update(schema, around, &plainly);
        }
        let primary = primary.filter(|_| foreseeable(table, update, &touched)).ok_or_else(|| {
            Refusal::new(
                "UPDATE OR IGNORE and OR REPLACE of a key go from row to row on SQLite: write a \
                 DELETE of the rows in the way, and an UPDATE of the others",
            )
        })?;
        let row = update.alias.as_ref().unwrap_or(&table.name);
        let mut statements = Vec::new();
        let way = Way {
            table,
            update,
            row,
            keys: &touched,
            primary: &primary,
        };
        if update.or == UpdateOr::Ignore {
            let free = way
                .taken(row, &Name::new("dualfuel_other"))
                .map(|query| Expr::Exists {
                    negated: true,
                    query: Box::new(query),
                });
            plainly.filter = plainly
                .filter
                .into_iter()
                .chain(free)
                .reduce(|all, one| Expr::binary(all, BinaryOp::And, one));
        } else if let Some(delete) = way.evicting(schema)? {
            statements.push(self.delete_text(schema, around, &delete)?);
        }
        statements.extend(self.update(schema, around, &plainly)?);
        if self.once && update.or == UpdateOr::Replace {
            let gone = taken_along(schema, table).into_iter();
            statements.extend(gone.filter_map(|table| settle(self.engine, table, Numbers::Gone)));
        }
        Ok(statements)
    }
}

/// Whether what each row gets hangs on nothing that the UPDATE changes.
fn foreseeable(table: &Table, update: &Update, touched: &[Key]) -> bool {
    let parts = touched
        .iter()
        .flat_map(|key| key.parts.iter().chain(&key.predicate));
    let names: Vec<Name> = parts.flat_map(Expr::columns).collect();
    let mut assigned = update
        .set
        .iter()
        .filter(|(column, _)| names.contains(column));
    let changed = |name: &Name| update.set.iter().any(|(column, _)| column == name);
    let steady = assigned.all(|(_, value)| {
        !has_query(value)
            && !names
                .iter()
                .any(|name| changed(name) && value.mentions(name))
    });
    let asks = update.filter.as_ref().is_some_and(|filter| {
        let mut found = false;
        filter.for_each(&mut |expr| {
            found |= match expr {
                Expr::Subquery(query)
                | Expr::Exists { query, .. }
                | Expr::InQuery { query, .. } => reads(query, |name| *name == table.name),
                _ => false,
            };
        });
        found
    });
    steady && !asks && update.from.is_empty()
}

fn has_query(value: &Expr) -> bool {
    let mut found = false;
    value.for_each(&mut |expr| {
        found |= matches!(
            expr,
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InQuery { .. }
        );
    });
    found
}

/// An UPDATE and the keys that it changes.
struct Way<'a> {
    table: &'a Table,
    update: &'a Update,
    /// What the changed row goes by.
    row: &'a Name,
    keys: &'a [Key],
    primary: &'a [Name],
}

impl Way<'_> {
    /// That another row has one of the keys that the row `mine` gets.
    fn meets(&self, mine: &Name, other: &Name) -> Option<Expr> {
        let set: Vec<(Name, Expr)> = self
            .update
            .set
            .iter()
            .map(|(column, value)| (column.clone(), self.seen(value, mine)))
            .collect();
        let new = NewRow::of_assignments(self.table, &set, mine);
        let hit = self
            .keys
            .iter()
            .filter_map(|key| key.hit(other, &new))
            .reduce(|any, one| Expr::binary(any, BinaryOp::Or, one))?;
        let of = |table: &Name, column: &Name| Expr::Column {
            table: Some(table.clone()),
            column: column.clone(),
        };
        let itself = self
            .primary
            .iter()
            .map(|column| Expr::binary(of(other, column), BinaryOp::Eq, of(mine, column)))
            .reduce(|all, one| Expr::binary(all, BinaryOp::And, one))?;
        let another = Expr::Unary {
            op: UnaryOp::Not,
            expr: Box::new(itself),
        };
        Some(Expr::binary(hit, BinaryOp::And, another))
    }

    /// An expression over the row as one over the row called `mine`.
    fn seen(&self, expr: &Expr, mine: &Name) -> Expr {
        of_table(expr, mine, |table, column| match table {
            Some(table) => table == self.row || *table == self.table.name,
            None => self.table.column(column).is_some(),
        })
    }

    /// The rows called `other` that have a key that `mine` gets.
    fn taken(&self, mine: &Name, other: &Name) -> Option<Query> {
        Some(select_one(self.table, other, self.meets(mine, other)?))
    }

    /// The DELETE of the rows that are in the way.
    fn evicting(&self, schema: &Schema) -> Result<Option<Delete>, Refusal> {
        let mut triggers = schema.triggers.iter();
        if triggers.any(|trigger| {
            trigger.table == self.table.name && matches!(trigger.event, TriggerEvent::Delete)
        }) {
            return Err(Refusal::new(format!(
                "UPDATE OR REPLACE deletes rows, and a trigger of `{}` fires on DELETE, which it does not on SQLite then",
                self.table.name
            )));
        }
        let mine = Name::new("dualfuel_row");
        let Some(meets) = self.meets(&mine, &self.table.name) else {
            return Ok(None);
        };
        let changed = self
            .update
            .filter
            .as_ref()
            .map(|filter| self.seen(filter, &mine));
        let filter = changed
            .into_iter()
            .chain([meets])
            .reduce(|all, one| Expr::binary(all, BinaryOp::And, one));
        let query = filter.map(|filter| select_one(self.table, &mine, filter));
        Ok(query.map(|query| Delete {
            table: self.table.name.clone(),
            alias: None,
            using: Vec::new(),
            filter: Some(Expr::Exists {
                negated: false,
                query: Box::new(query),
            }),
        }))
    }
}
