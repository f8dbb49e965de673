//! Rows of a table that stays: those that go, and new values of the others.

use super::{
    delta::{Delta, TableDelta},
    expr,
};
use crate::{
    Engine, Refusal,
    model::{Column, Expr, Literal, Schema},
    statement::{Delete, Statement, Update, UpdateOr},
};

/// The DELETE and the UPDATE of a rewrite, for the columns that `by_update`
/// names. Both run while columns that go are still there and those that come
/// are there already.
pub(crate) fn rewrite(
    engine: Engine,
    delta: &Delta<'_>,
    table: &TableDelta<'_>,
    by_update: impl Fn(&Column) -> bool,
) -> Result<Vec<String>, Refusal> {
    let mut statements = Vec::new();
    if let Some(filter) = table.filter() {
        let schema = meanwhile(&delta.renamed, table);
        let delete = Statement::Delete(Delete {
            table: table.to.name.clone(),
            alias: None,
            using: Vec::new(),
            filter: Some(not_true(filter)),
        });
        statements.extend(expr::data_statement(engine, &schema, &delete)?);
    }
    statements.extend(update(engine, delta, table, by_update)?);
    Ok(statements)
}

/// The UPDATE of a rewrite alone.
pub(crate) fn update(
    engine: Engine,
    delta: &Delta<'_>,
    table: &TableDelta<'_>,
    by_update: impl Fn(&Column) -> bool,
) -> Result<Vec<String>, Refusal> {
    let set: Vec<_> = table
        .to
        .columns
        .iter()
        .filter(|column| by_update(column))
        .filter_map(|column| Some((column.name.clone(), table.value(&column.name)?.clone())))
        .collect();
    if set.is_empty() {
        return Ok(Vec::new());
    }
    let schema = meanwhile(&delta.renamed, table);
    let update = Statement::Update(Update {
        table: table.to.name.clone(),
        alias: None,
        set,
        from: Vec::new(),
        filter: None,
        or: UpdateOr::Fail,
    });
    expr::data_statement(engine, &schema, &update)
}

fn meanwhile(renamed: &Schema, table: &TableDelta<'_>) -> Schema {
    let mut schema = renamed.clone();
    // Meanwhile nothing refers to it.
    for other in &mut schema.tables {
        other.foreign_keys.retain(|key| key.parent != table.to.name);
    }
    if let Some(own) = schema.table_mut(&table.to.name) {
        own.columns.extend(table.added_columns().cloned());
    }
    schema
}

/// Of the rows that a filter does not keep: also those of which it is NULL.
fn not_true(filter: &Expr) -> Expr {
    match filter {
        Expr::IsNull { expr, negated } => Expr::IsNull {
            expr: expr.clone(),
            negated: !negated,
        },
        Expr::Exists { negated, query } => Expr::Exists {
            negated: !negated,
            query: query.clone(),
        },
        _ => Expr::Case {
            operand: None,
            branches: vec![(filter.clone(), Expr::Literal(Literal::Boolean(false)))],
            otherwise: Some(Box::new(Expr::Literal(Literal::Boolean(true)))),
        },
    }
}
