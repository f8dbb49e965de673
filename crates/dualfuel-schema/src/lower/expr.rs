//! Typed expressions, queries and data statements.
//!
//! SQLite compares and stores anything as anything; the other engines do not.
//! So an expression is written for the types of the columns around it: `1` for
//! a boolean column is `TRUE` on PostgreSQL, `unixepoch()` for a timestamp is
//! an instant and not a number.

use crate::{
    Engine, Refusal,
    model::{Column, DataType, Expr, Name, Query, Schema, Table},
    statement::Statement,
};

/// A name, quoted where the engine needs it (always, for safety).
pub fn quote(engine: Engine, name: &Name) -> String {
    let _ = engine;
    name.to_string()
}

/// A type's name on an engine, for a column that is no key.
pub fn data_type(engine: Engine, data_type: &DataType) -> String {
    let _ = (engine, data_type);
    String::new()
}

/// What follows DEFAULT for that column.
///
/// # Errors
///
/// A [`Refusal`] when the engine has no such default for the column's type.
pub fn default(engine: Engine, column: &Column, default: &Expr) -> Result<String, Refusal> {
    let _ = (engine, column, default);
    Err(Refusal::new("not yet"))
}

/// A condition over a table's row: a CHECK, an index's predicate, a WHEN.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn condition(engine: Engine, table: &Table, expr: &Expr) -> Result<String, Refusal> {
    let _ = (engine, table, expr);
    Err(Refusal::new("not yet"))
}

/// A value over a table's row, of the given type where one is wanted: a
/// generated column, an index's key, the USING of a change of type.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn value(
    engine: Engine,
    table: &Table,
    expr: &Expr,
    wanted: Option<&DataType>,
) -> Result<String, Refusal> {
    let _ = (engine, table, expr, wanted);
    Err(Refusal::new("not yet"))
}

/// A query over a schema: a view's.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn query(engine: Engine, schema: &Schema, query: &Query) -> Result<String, Refusal> {
    let _ = (engine, schema, query);
    Err(Refusal::new("not yet"))
}

/// The statements for an INSERT, UPDATE or DELETE, without `;`: several where
/// an identity's sequence has to follow explicit values.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn data_statement(
    engine: Engine,
    schema: &Schema,
    statement: &Statement,
) -> Result<Vec<String>, Refusal> {
    let _ = (engine, schema, statement);
    Err(Refusal::new("not yet"))
}

/// The type of an expression over a table's row, where it has one.
pub fn type_of(table: &Table, expr: &Expr) -> Option<DataType> {
    let _ = (table, expr);
    None
}
