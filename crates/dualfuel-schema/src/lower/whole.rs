//! Fractions that a MySQL source assigns to whole columns.
//!
//! MySQL rounds `7 / 2` to 4 when an INT takes it. SQLite would keep 3.5, and
//! PostgreSQL rounds halves to the even neighbour. Which of them was meant the
//! source says with `round`, `floor` or DIV.

use super::expr;
use crate::{
    Dialect, Engine, Refusal,
    model::{Expr, Family, Function, Name, QueryBody, Schema, SelectItem, Table},
    statement::Statement,
};

/// Refuses what a whole column would take otherwise than on MySQL.
pub(super) fn check(engine: Engine, schema: &Schema, statement: &Statement) -> Result<(), Refusal> {
    if schema.dialect != Some(Dialect::Mysql) || engine == Engine::Mariadb {
        return Ok(());
    }
    match statement {
        Statement::Update(update) => {
            let table = schema.table(&update.table);
            let set = update.set.iter();
            set.map(|(name, value)| (name, value))
                .try_for_each(|(name, value)| assigned(table, name, value))
        }
        Statement::Insert(insert) => {
            let table = schema.table(&insert.table);
            let all = || table.map(|table| table.columns.iter().map(|c| c.name.clone()).collect());
            let columns: Vec<Name> = match insert.columns.as_slice() {
                [] => all().unwrap_or_default(),
                columns => columns.to_vec(),
            };
            let rows = insert.source.as_ref().map(|query| rows(&query.body));
            for row in rows.unwrap_or_default() {
                for (name, value) in columns.iter().zip(row) {
                    assigned(table, name, value)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The values of each row, or of each row's pattern.
fn rows(body: &QueryBody) -> Vec<Vec<&Expr>> {
    match body {
        QueryBody::Values(rows) => rows.iter().map(|row| row.iter().collect()).collect(),
        QueryBody::Select(select) => {
            let items = select.items.iter().map_while(|item| match item {
                SelectItem::Expr { expr, .. } => Some(expr),
                _ => None,
            });
            vec![items.collect()]
        }
        QueryBody::SetOp { .. } | QueryBody::Nested(_) => Vec::new(),
    }
}

fn assigned(table: Option<&Table>, name: &Name, value: &Expr) -> Result<(), Refusal> {
    let Some((table, column)) = table.and_then(|table| Some((table, table.column(name)?))) else {
        return Ok(());
    };
    let is_whole = matches!(value, Expr::Call(call)
        if matches!(call.function, Function::Round | Function::Floor | Function::Ceil)
            && call.args.len() == 1);
    let fraction = expr::type_of(table, value).is_some_and(|of| of.family() == Family::Number);
    if column.data_type.family() != Family::Integer || is_whole || !fraction {
        return Ok(());
    }
    Err(Refusal::new(format!(
        "`{}.{}` holds whole numbers and is given one that may have a fraction: MySQL rounds it, \
         the others do otherwise; write round(), floor() or DIV",
        table.name, column.name
    )))
}
