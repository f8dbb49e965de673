//! `lower(col)` in an index becomes a column.
//!
//! Under row level security PostgreSQL lets only leakproof operators reach an
//! index, and `lower` is not one: an index over the expression is never used
//! by the role that serves requests. An index over a generated column is. The
//! column also gives `ON CONFLICT` a target that all engines have, and
//! `ci_eq` something to compare with. Its fold is of ASCII letters alone
//! where the engine can (PostgreSQL under `COLLATE "C"`, SQLite); MariaDB's
//! `lower` folds all letters, which is a declared weakening there.
//!
//! PostgreSQL 15 has only stored computed columns. SQLite can add none but a
//! virtual one to a table that is there, and its index holds the value anyway.

use crate::{
    Engine, Refusal,
    model::{Collation, Column, DataType, Expr, Family, Function, Generated, Name, Schema, Table},
};

/// Adds the columns, and puts them in the place of the expressions.
///
/// # Errors
///
/// A [`Refusal`] when the table has another column of that name.
pub fn with_columns(schema: &mut Schema, engine: Engine) -> Result<(), Refusal> {
    for table in &mut schema.tables {
        for column in folded_columns(table) {
            add(table, &column, engine)?;
        }
    }
    Ok(())
}

/// The name of the column that holds `column` with its letters folded.
pub fn column_name(column: &Name) -> Name {
    Name::new(format!("{column}_ci"))
}

/// The columns whose folded form some index holds, each once.
fn folded_columns(table: &Table) -> Vec<Name> {
    let mut columns: Vec<Name> = Vec::new();
    for part in table.indexes.iter().flat_map(|index| &index.parts) {
        if let Some(column) = folded(&part.expr)
            && !columns.contains(column)
            && is_text(table, column)
        {
            columns.push(column.clone());
        }
    }
    columns
}

/// The column of `lower(column)`.
fn folded(expr: &Expr) -> Option<&Name> {
    let Expr::Call(call) = expr else { return None };
    match (call.function, call.args.as_slice()) {
        (Function::Lower, [Expr::Column { column, .. }]) => Some(column),
        _ => None,
    }
}

fn is_text(table: &Table, column: &Name) -> bool {
    table
        .column(column)
        .is_some_and(|column| column.data_type.family() == Family::Text)
}

fn add(table: &mut Table, source: &Name, engine: Engine) -> Result<(), Refusal> {
    let name = column_name(source);
    let expr = Expr::call(Function::Lower, vec![Expr::column(source.clone())]);
    let Some(place) = table.columns.iter().position(|c| c.name == *source) else {
        return Ok(());
    };
    let wanted = Column {
        nullable: table.columns[place].nullable,
        generated: Some(Generated {
            expr: expr.clone(),
            stored: engine == Engine::Postgres,
        }),
        collation: Collation::Binary,
        ..Column::new(name.clone(), folded_type(&table.columns[place].data_type))
    };
    match table.column(&name) {
        None => table.columns.push(wanted),
        Some(present) if present.generated.as_ref().is_some_and(|g| g.expr == expr) => {}
        Some(_) => {
            return Err(Refusal::new(format!(
                "an index over lower({source}) needs the column `{name}` of `{}`, which is \
                 something else already: rename it",
                table.name
            )));
        }
    }
    for part in table.indexes.iter_mut().flat_map(|index| &mut index.parts) {
        if folded(&part.expr) == Some(source) {
            part.expr = Expr::column(name.clone());
        }
    }
    Ok(())
}

/// A folded text is as long as the text.
fn folded_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Varchar(length) | DataType::Char(length) => DataType::Varchar(*length),
        _ => DataType::Text,
    }
}
