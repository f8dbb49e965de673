//! INSERT, UPDATE and DELETE.
//!
//! Every value is written for its column, and a refusal names that column. An
//! engine that numbers rows by a sequence has it follow what was given.

mod change;
mod insert;

use super::{
    Spelling,
    scope::{Scope, Source},
    writer::{Place, Writer},
};
use crate::{
    Engine, Refusal,
    model::{Name, Schema, Table},
    statement::Statement,
};

/// The statements for one of the source's.
pub(super) fn write(
    engine: Engine,
    schema: &Schema,
    around: &Scope<'_>,
    statement: &Statement,
) -> Result<Vec<String>, Refusal> {
    let mut writer = Writer::new(Spelling::of_schema(engine, schema), Place::Query);
    writer.once = around.sources.is_empty();
    match statement {
        Statement::Insert(insert) => writer.insert(schema, around, insert),
        Statement::Update(update) => writer.update(schema, around, update),
        Statement::Delete(delete) => writer.delete(schema, around, delete),
        _ => Err(Refusal::new("it is no INSERT, UPDATE or DELETE")),
    }
}

/// The rows that a trigger's statements can name beside their own tables.
pub(super) fn trigger_rows<'s>(schema: &'s Schema, table: &Table) -> Scope<'s> {
    let source = Source::table(table, None);
    let mut scope = Scope::schema(schema);
    scope.sources = vec![source.clone().named("new"), source.named("old")];
    scope
}

/// What a PostgreSQL sequence needs once rows were given numbers of their own:
/// the next one is above them all, and none that was used comes again.
pub(super) fn follow(table: &Table) -> Option<String> {
    let identity = table
        .columns
        .iter()
        .find(|column| column.identity.is_some())?;
    let quoted = super::postgres::quote(&table.name);
    let column = super::postgres::quote(&identity.name);
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    // The function reads its first argument as SQL does and its second as is.
    let sequence = format!(
        "pg_get_serial_sequence({}, {})",
        literal(&quoted),
        literal(identity.name.as_str())
    );
    Some(format!(
        "SELECT setval({sequence}, GREATEST(max({column}), pg_sequence_last_value({sequence}), 0) + 1, false) FROM {quoted}"
    ))
}

/// A refusal for what is written to a column, with the column's name.
fn at(table: &Table, column: &Name) -> impl FnOnce(Refusal) -> Refusal {
    let place = format!("`{}.{column}`", table.name);
    move |refusal| Refusal {
        reason: format!("{place}: {}", refusal.reason),
        ..refusal
    }
}

/// The table that a statement writes.
fn target<'s>(schema: &'s Schema, name: &Name) -> Result<&'s Table, Refusal> {
    schema.table(name).ok_or_else(|| {
        Refusal::new(match schema.view(name) {
            Some(_) => format!("`{name}` is a view: rows are not written through it"),
            None => format!("there is no table `{name}`"),
        })
    })
}

fn column<'t>(table: &'t Table, name: &Name) -> Result<&'t crate::model::Column, Refusal> {
    let found = table.column(name).or_else(|| {
        let identity = table
            .columns
            .iter()
            .find(|column| column.identity.is_some());
        identity.filter(|_| Scope::is_rowid(name))
    });
    found.ok_or_else(|| Scope::missing(Some(&table.name), name))
}
