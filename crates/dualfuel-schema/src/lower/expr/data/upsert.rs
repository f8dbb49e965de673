//! `ON CONFLICT (key) DO UPDATE` where a row has other keys too.
//!
//! MariaDB's upsert takes whichever key a row hits. So there the row with the
//! key that was meant is changed, and inserted where there is none; another
//! key in the way fails, as it does on SQLite.

use super::{
    insert::{columns, is_default},
    keys::{NewRow, keys},
    replace::{failing, plain, select_one},
    target,
};
use crate::{
    Engine, Refusal,
    lower::expr::{scope::Scope, writer::Writer},
    model::{BinaryOp, Column, Expr, Name, QueryBody, Schema, Select, SelectItem, Table},
    statement::{Insert, OnConflict, Update, UpdateOr},
};

impl Writer {
    /// None where MariaDB's own upsert does it, or nothing can.
    pub(super) fn update_or_insert(
        &self,
        schema: &Schema,
        around: &Scope<'_>,
        insert: &Insert,
    ) -> Result<Option<Vec<String>>, Refusal> {
        let (
            OnConflict::Update {
                target: meant,
                set,
                filter,
            },
            Some(query),
        ) = (&insert.on_conflict, &insert.source)
        else {
            return Ok(None);
        };
        let QueryBody::Values(rows) = &query.body else {
            return Ok(None);
        };
        let table = target(schema, &insert.table)?;
        let named = columns(table, insert)?;
        let keys = keys(table, &named);
        let found = keys.iter().find(|key| {
            key.columns_as_they_are().is_some_and(|columns| {
                columns.len() == meant.len() && columns.iter().all(|name| meant.contains(name))
            })
        });
        let moves = set.iter().any(|(column, _)| meant.contains(column));
        let Some(key) =
            found.filter(|_| self.engine == Engine::Mariadb && keys.len() > 1 && !moves)
        else {
            return Ok(None);
        };
        let mut statements = Vec::new();
        for row in rows {
            let new = NewRow::of_cells(table, &named, row, around);
            let Some(hit) = key.hit(&table.name, &new) else {
                let one = values(insert, row);
                statements.extend(self.insert_text(schema, around, &one, "INSERT INTO", true)?);
                continue;
            };
            let asked = filter.iter().map(|filter| given(filter, &new));
            let update = Update {
                table: table.name.clone(),
                alias: None,
                set: set
                    .iter()
                    .map(|(column, value)| (column.clone(), given(value, &new)))
                    .collect(),
                from: Vec::new(),
                filter: asked
                    .chain([hit])
                    .reduce(|all, one| Expr::binary(all, BinaryOp::And, one)),
                or: UpdateOr::Fail,
            };
            statements.extend(self.update(schema, around, &update)?);
            let other = Name::new("dualfuel_other");
            let free = key.hit(&other, &new).map(|hit| Expr::Exists {
                negated: true,
                query: Box::new(select_one(table, &other, hit)),
            });
            let one = selected(table, &named, row, &new, insert, free);
            statements.extend(self.insert_text(schema, around, &one, "INSERT INTO", true)?);
        }
        Ok(Some(statements))
    }
}

/// The INSERT of one row that fails on a conflict.
fn values(insert: &Insert, row: &[Expr]) -> Insert {
    Insert {
        source: Some(plain(QueryBody::Values(vec![row.to_vec()]))),
        ..failing(insert)
    }
}

/// The INSERT of one row where `free` holds.
fn selected(
    table: &Table,
    columns: &[&Column],
    row: &[Expr],
    new: &NewRow<'_>,
    insert: &Insert,
    free: Option<Expr>,
) -> Insert {
    let items = columns
        .iter()
        .zip(row)
        .map(|(column, cell)| SelectItem::Expr {
            expr: match is_default(cell) {
                true => new.value(&Expr::Column {
                    table: None,
                    column: column.name.clone(),
                }),
                false => cell.clone(),
            },
            alias: None,
        });
    let select = Select {
        distinct: false,
        items: items.collect(),
        from: Vec::new(),
        filter: free,
        group_by: Vec::new(),
        having: None,
    };
    Insert {
        table: table.name.clone(),
        source: Some(plain(QueryBody::Select(Box::new(select)))),
        ..failing(insert)
    }
}

/// An expression of DO UPDATE with the new row's values in it.
fn given(expr: &Expr, new: &NewRow<'_>) -> Expr {
    let mut expr = expr.clone();
    expr.for_each_mut(&mut |expr| {
        if let Expr::Column {
            table: Some(table),
            column,
        } = expr
            && table.is("excluded")
        {
            *expr = new.value(&Expr::Column {
                table: None,
                column: column.clone(),
            });
        }
    });
    expr
}
