//! Typed expressions, queries and data statements.
//!
//! SQLite compares and stores anything as anything; the other engines do not.
//! So an expression is written for the types of the columns around it: `1` for
//! a boolean column is `TRUE` on PostgreSQL, `unixepoch()` for a timestamp is
//! an instant and not a number.
//!
//! - `scope`: which columns can be named; `types`: what type a value has.
//! - `writer`: every expression; `constant`, `operator`, `function`,
//!   `time`, `calendar`, `json`: its parts; `fit`: from one type to another.
//! - [`query`], `data`: what is made of expressions.
//! - `sqlite`, `postgres`, `mariadb`: names, types and constants.
//!
//! What has SQLite's meaning on an engine only under a condition that is not
//! seen here (a number in a text column) is refused.

mod calendar;
mod constant;
mod data;
mod fit;
mod function;
mod json;
mod mariadb;
mod operator;
mod postgres;
mod query;
mod rows;
mod scope;
mod sql;
mod sqlite;
mod time;
mod types;
mod writer;

#[cfg(test)]
mod tests;

use scope::Scope;
use sql::Sql;
use writer::{Place, Writer};

use crate::{
    Engine, Refusal,
    model::{Column, DataType, Expr, Literal, Name, Query, Schema, Table},
    statement::Statement,
};

/// Whose SQL is written.
///
/// SQLite's comes in two kinds. A schema from SQLite's own migrations is
/// written back as it was read, and its times are whatever the program puts
/// there. Any other holds the canonical text of a type, so that text sorts
/// as what it stands for: `2025-01-31T09:15:00.000000Z`. A column's
/// [`declared`](Column::declared) spelling tells which: only SQLite's front
/// end gives one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    SqliteAsWritten,
    SqliteCanonical,
    Postgres,
    Mariadb,
}

impl Spelling {
    fn new<'a>(engine: Engine, columns: impl IntoIterator<Item = &'a Column>) -> Self {
        match engine {
            Engine::Postgres => Self::Postgres,
            Engine::Mariadb => Self::Mariadb,
            Engine::Sqlite => {
                if columns.into_iter().any(|column| column.declared.is_some()) {
                    Self::SqliteAsWritten
                } else {
                    Self::SqliteCanonical
                }
            }
        }
    }

    fn of_schema(engine: Engine, schema: &Schema) -> Self {
        Self::new(
            engine,
            schema.tables.iter().flat_map(|table| &table.columns),
        )
    }

    fn engine(self) -> Engine {
        match self {
            Self::SqliteAsWritten | Self::SqliteCanonical => Engine::Sqlite,
            Self::Postgres => Engine::Postgres,
            Self::Mariadb => Engine::Mariadb,
        }
    }

    fn data_type(self, wanted: &DataType) -> String {
        data_type(self.engine(), wanted)
    }

    fn text(self, text: &str) -> Result<Sql, Refusal> {
        match self.engine() {
            Engine::Sqlite => sqlite::text(text),
            Engine::Postgres => postgres::text(text),
            Engine::Mariadb => mariadb::text(text),
        }
    }

    fn blob(self, bytes: &[u8]) -> Sql {
        match self.engine() {
            Engine::Sqlite => sqlite::blob(bytes),
            Engine::Postgres => postgres::blob(bytes),
            Engine::Mariadb => mariadb::blob(bytes),
        }
    }
}

/// Lower-case hexadecimal.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A name, quoted where the engine needs it (always, for safety).
pub fn quote(engine: Engine, name: &Name) -> String {
    match engine {
        Engine::Sqlite => sqlite::quote(name),
        Engine::Postgres => postgres::quote(name),
        Engine::Mariadb => mariadb::quote(name),
    }
}

/// Text as a constant: a label of an enum, a comment.
///
/// # Errors
///
/// A [`Refusal`] for text with a zero byte, which PostgreSQL can't hold.
pub fn text_constant(engine: Engine, text: &str) -> Result<String, Refusal> {
    let spelling = Spelling::new(engine, []);
    Ok(spelling.text(text)?.text)
}

/// A type's name on an engine, for a column that is no key.
pub fn data_type(engine: Engine, data_type: &DataType) -> String {
    match engine {
        Engine::Sqlite => sqlite::data_type(data_type),
        Engine::Postgres => postgres::data_type(data_type),
        Engine::Mariadb => mariadb::data_type(data_type),
    }
}

/// What follows DEFAULT for that column, in parentheses where the engine
/// wants them.
///
/// # Errors
///
/// A [`Refusal`] when the engine has no such default for the column's type.
pub fn default(engine: Engine, column: &Column, default: &Expr) -> Result<String, Refusal> {
    let spelling = Spelling::new(engine, [column]);
    let writer = Writer::new(spelling, Place::Default);
    let bytes = bytes_of_number(column, default).filter(|_| engine != Engine::Sqlite);
    let default = bytes.as_ref().unwrap_or(default);
    let sql = writer.value(&Scope::none(), default, Some(&column.data_type))?;
    let bare = match default {
        Expr::Literal(_) => true,
        Expr::Unary { expr, .. } => matches!(
            **expr,
            Expr::Literal(Literal::Integer(_) | Literal::Number(_))
        ),
        _ => matches!(
            sql.text.as_str(),
            "CURRENT_TIMESTAMP" | "CURRENT_DATE" | "CURRENT_TIME"
        ),
    };
    // PostgreSQL takes any expression as it is.
    if bare || engine == Engine::Postgres {
        return Ok(sql.text);
    }
    Ok(format!("({})", sql.text))
}

/// `BLOB NOT NULL DEFAULT 0`, which SQLite wants where a NOT NULL column is
/// added: a row holds the number, and who reads it as a blob gets its digits.
pub(crate) fn bytes_of_number(column: &Column, default: &Expr) -> Option<Expr> {
    let Expr::Literal(Literal::Integer(number)) = default else {
        return None;
    };
    let bytes = number.to_string().into_bytes();
    (column.data_type == DataType::Blob).then_some(Expr::Literal(Literal::Blob(bytes)))
}

/// A condition over a table's row: a CHECK, a WHEN.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn condition(engine: Engine, table: &Table, expr: &Expr) -> Result<String, Refusal> {
    let writer = Writer::new(Spelling::new(engine, &table.columns), Place::Row);
    Ok(writer.condition(&Scope::row(table), expr)?.text)
}

/// The same for an index's predicate, of which engines ask more.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn predicate(engine: Engine, table: &Table, expr: &Expr) -> Result<String, Refusal> {
    let writer = Writer::new(Spelling::new(engine, &table.columns), Place::Steady);
    Ok(writer.condition(&Scope::row(table), expr)?.text)
}

/// A value over a table's row, of the given type where one is wanted: a
/// generated column, an index's key.
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
    let writer = Writer::new(Spelling::new(engine, &table.columns), Place::Steady);
    Ok(writer.value(&Scope::row(table), expr, wanted)?.text)
}

/// A row's value as it is copied once, of the given type: the USING of a change
/// of type.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn copied(
    engine: Engine,
    table: &Table,
    expr: &Expr,
    wanted: &DataType,
) -> Result<String, Refusal> {
    let writer = Writer::new(Spelling::new(engine, &table.columns), Place::Query);
    Ok(writer.value(&Scope::row(table), expr, Some(wanted))?.text)
}

/// A query over a schema: a view's.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn query(engine: Engine, schema: &Schema, query: &Query) -> Result<String, Refusal> {
    let writer = Writer::new(Spelling::of_schema(engine, schema), Place::Query);
    writer.query(&Scope::schema(schema), query, &[])
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
    data::write(engine, schema, &Scope::schema(schema), statement)
}

/// The table whose rows a data statement may number otherwise than SQLite
/// does: the order of what it copies is not known.
pub fn numbered_otherwise<'s>(schema: &'s Schema, statement: &Statement) -> Option<&'s Table> {
    data::unordered(schema, statement)
}

/// Assignments in an order in which none reads what an earlier one wrote. None
/// where there is no such order.
pub(crate) fn ordered(set: &[(Name, Expr)]) -> Option<Vec<(Name, Expr)>> {
    data::ordered(set)
}

/// [`data_statement`] inside a trigger of `table`, whose rows are `new` and
/// `old`.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn trigger_statement(
    engine: Engine,
    schema: &Schema,
    table: &Table,
    statement: &Statement,
) -> Result<Vec<String>, Refusal> {
    let rows = data::trigger_rows(schema, table);
    data::write(engine, schema, &rows, statement)
}

/// A condition inside a trigger of `table`: its WHEN, or when a RAISE is due.
/// Unlike [`condition`] it may ask other tables.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn trigger_condition(
    engine: Engine,
    schema: &Schema,
    table: &Table,
    expr: &Expr,
) -> Result<String, Refusal> {
    let writer = Writer::new(Spelling::of_schema(engine, schema), Place::Query);
    let rows = data::trigger_rows(schema, table);
    Ok(writer.condition(&rows, expr)?.text)
}

/// A value inside a trigger of `table`: what it assigns to the new row.
///
/// # Errors
///
/// A [`Refusal`] for what the engine can't say.
pub fn trigger_value(
    engine: Engine,
    schema: &Schema,
    table: &Table,
    expr: &Expr,
    wanted: Option<&DataType>,
) -> Result<String, Refusal> {
    let writer = Writer::new(Spelling::of_schema(engine, schema), Place::Query);
    let rows = data::trigger_rows(schema, table);
    Ok(writer.value(&rows, expr, wanted)?.text)
}

/// The statement that has a numbered column's sequence go on above every
/// number there is, once rows were given some or copied with theirs. Only
/// PostgreSQL needs one.
pub fn follow_identity(engine: Engine, table: &Table) -> Option<String> {
    (engine == Engine::Postgres)
        .then(|| data::follow(table))
        .flatten()
}

/// A condition as the engine's catalogue would give it: rendered, and lifted
/// from what was rendered. Equal to what an introspector found where that is
/// what was rendered, also where the way there and back does not end where it
/// began: `min(a, b)` comes back as the CASE that PostgreSQL needs.
///
/// None where it can't be rendered or not be lifted.
pub fn rendered_condition(engine: Engine, table: &Table, expr: &Expr) -> Option<Expr> {
    let text = condition(engine, table, expr).ok()?;
    crate::parse::parse_expr(engine.into(), &text).ok()
}

/// [`rendered_condition`] for a value: a generated column's, an index's key.
pub fn rendered_value(
    engine: Engine,
    table: &Table,
    expr: &Expr,
    wanted: Option<&DataType>,
) -> Option<Expr> {
    let text = value(engine, table, expr, wanted).ok()?;
    crate::parse::parse_expr(engine.into(), &text).ok()
}

/// [`rendered_condition`] for a column's default.
pub fn rendered_default(engine: Engine, column: &Column, expr: &Expr) -> Option<Expr> {
    let text = default(engine, column, expr).ok()?;
    crate::parse::parse_expr(engine.into(), &text).ok()
}

/// The type of an expression over a table's row, where it has one.
pub fn type_of(table: &Table, expr: &Expr) -> Option<DataType> {
    types::of(&Scope::row(table), expr).data
}
