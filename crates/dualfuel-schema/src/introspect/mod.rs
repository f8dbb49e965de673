//! From a live database to the model.
//!
//! One introspector an engine, file for file; each asks a few questions for
//! the whole database, never one a table. They never fail for what they find:
//! a database that is not ours may hold types, expressions and objects that
//! the model has no word for. What can't be lifted stays as the catalogue's
//! text ([`DataType::Other`], [`Expr::Opaque`]) or is listed as an
//! [`Oddity`], and is compared by that text.
//!
//! The questions are not one snapshot: whoever needs that asks inside a
//! transaction, or under the migration lock.

mod mariadb;
mod postgres;
mod sqlite;

use std::future::Future;

use crate::{
    Dialect, Engine,
    model::{DataType, Expr, Name, Oddity, Schema, Table},
    parse::{self, ReadOptions},
};

/// A connection that an introspector asks. It brings no driver of its own.
pub trait Catalog {
    /// What goes wrong when asking.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The rows of a query without parameters, each value as text.
    fn rows(
        &mut self,
        sql: &str,
    ) -> impl Future<Output = Result<Vec<Vec<Option<String>>>, Self::Error>> + Send;
}

/// Why a database could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntrospectError<E: std::error::Error + 'static> {
    /// The database did not answer.
    #[error("the catalogue of {engine} could not be read")]
    Catalog {
        /// Which engine.
        engine: Engine,
        /// What it said.
        source: E,
    },
    /// It answered with something that its documentation does not have.
    #[error("{object}: {reason}")]
    Unknown {
        /// The table, column or constraint.
        object: String,
        /// Why not.
        reason: String,
    },
}

/// What a database holds: the schema that its connection finds names in,
/// without Diesel's and Dualfuel's own tables (`__diesel_schema_migrations`,
/// `_sqlx_migrations`, `refinery_schema_history`, `dualfuel_*`). Tables, their
/// constraints and indexes come by name.
///
/// # Errors
///
/// - [`IntrospectError::Catalog`]: a query failed.
/// - [`IntrospectError::Unknown`]: an answer makes no sense.
pub async fn introspect<C: Catalog>(
    engine: Engine,
    catalog: &mut C,
    options: ReadOptions,
) -> Result<Schema, IntrospectError<C::Error>> {
    let mut schema = match engine {
        Engine::Sqlite => sqlite::introspect(catalog, options).await,
        Engine::Postgres => postgres::introspect(catalog, options).await,
        Engine::Mariadb => mariadb::introspect(catalog, options).await,
    }?;
    schema.tables.retain(|table| !is_bookkeeping(&table.name));
    schema.views.retain(|view| !is_bookkeeping(&view.name));
    schema
        .triggers
        .retain(|trigger| !is_bookkeeping(&trigger.table));
    schema
        .oddities
        .retain(|oddity| !is_bookkeeping(&oddity.table));
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut schema.tables {
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema.views.sort_by(|a, b| a.name.cmp(&b.name));
    schema.triggers.sort_by(|a, b| a.name.cmp(&b.name));
    schema.oddities.sort();
    schema.oddities.dedup();
    Ok(schema)
}

/// Tables that migration tools keep for themselves.
pub(crate) fn is_bookkeeping(table: &Name) -> bool {
    const TABLES: [&str; 3] = [
        "__diesel_schema_migrations",
        "_sqlx_migrations",
        "refinery_schema_history",
    ];
    let folded = table.folded();
    TABLES.contains(&folded.as_str())
        || folded.starts_with("dualfuel_")
        || folded.starts_with("sqlite_")
}

/// One row of an answer.
struct Row(Vec<Option<String>>);

impl Row {
    /// A value that may be NULL.
    fn get(&self, place: usize) -> Option<&str> {
        self.0.get(place).and_then(Option::as_deref)
    }

    /// A value; NULL is the empty text.
    fn text(&self, place: usize) -> &str {
        self.get(place).unwrap_or_default()
    }

    /// A name.
    fn name(&self, place: usize) -> Name {
        Name::new(self.text(place))
    }

    /// A truth: `true`, `t`, `1` or `YES`.
    fn is(&self, place: usize) -> bool {
        matches!(self.text(place), "true" | "t" | "1" | "YES")
    }

    /// A JSON array of texts, NULL for the empty one.
    fn list(&self, place: usize) -> Vec<String> {
        self.get(place)
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// A JSON array of names.
    fn names(&self, place: usize) -> Vec<Name> {
        self.list(place).into_iter().map(Name::new).collect()
    }
}

async fn ask<C: Catalog>(
    engine: Engine,
    catalog: &mut C,
    sql: &str,
) -> Result<Vec<Row>, IntrospectError<C::Error>> {
    let rows = catalog
        .rows(sql)
        .await
        .map_err(|source| IntrospectError::Catalog { engine, source })?;
    Ok(rows.into_iter().map(Row).collect())
}

/// An expression as the catalogue spells it, opaque where it can't be lifted.
fn lift(engine: Engine, text: &str) -> Expr {
    parse::parse_expr(Dialect::from(engine), text).unwrap_or_else(|_| Expr::Opaque {
        engine,
        text: text.trim().to_owned(),
    })
}

/// A type as the catalogue spells it.
fn lift_type(engine: Engine, text: &str, options: ReadOptions) -> DataType {
    parse::parse_type(Dialect::from(engine), text, options)
        .unwrap_or_else(|_| DataType::Other(text.trim().to_owned()))
}

/// The table of that name, to change.
fn table_mut<'a>(schema: &'a mut Schema, name: &Name) -> Option<&'a mut Table> {
    schema.tables.iter_mut().find(|table| table.name == *name)
}

fn oddity(
    table: &Name,
    object: impl Into<String>,
    attribute: &str,
    value: impl Into<String>,
) -> Oddity {
    Oddity {
        table: table.clone(),
        object: object.into(),
        attribute: attribute.to_owned(),
        value: value.into(),
    }
}
