//! INSERT, UPDATE and DELETE.
//!
//! Every value is written for its column, and a refusal names that column. An
//! engine that numbers rows by a sequence has it follow what was given.

mod change;
mod insert;
mod keys;
mod numbered;
pub(super) mod order;
mod own;
mod replace;
mod update_or;
mod upsert;

use super::{
    Spelling,
    scope::{Scope, Source},
    writer::{Place, Writer},
};
use crate::{
    Engine, Refusal,
    model::{Action, Expr, Identity, Name, Schema, Table},
    statement::{OnConflict, Statement},
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
    let mut statements = match statement {
        Statement::Insert(insert) => writer.insert(schema, around, insert),
        Statement::Update(update) => writer.update(schema, around, update),
        Statement::Delete(delete) => writer.delete(schema, around, delete),
        _ => Err(Refusal::new("it is no INSERT, UPDATE or DELETE")),
    }?;
    if writer.asks_json.get() {
        statements.insert(0, JSON_VALID.into());
    }
    Ok(statements)
}

/// PostgreSQL 15 can only try whether a text is JSON. The function ends with
/// the session.
const JSON_VALID: &str = "\
CREATE OR REPLACE FUNCTION pg_temp.dualfuel_json_valid(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $dualfuel$
BEGIN
    PERFORM $1::jsonb;
    RETURN TRUE;
EXCEPTION WHEN data_exception THEN
    RETURN FALSE;
END
$dualfuel$";

/// See [`super::ordered`].
pub(super) fn ordered(set: &[(Name, Expr)]) -> Option<Vec<(Name, Expr)>> {
    change::ordered(set, None)
}

/// What may be numbered otherwise than on SQLite: see `order`.
pub(super) fn unordered<'s>(schema: &'s Schema, statement: &Statement) -> Option<&'s Table> {
    let Statement::Insert(insert) = statement else {
        return None;
    };
    let table = schema.table(&insert.table)?;
    if numbered::stays_whole(table, insert) {
        return Some(table);
    }
    let query = insert::numbered_by_order(table, insert)?;
    let scope = Scope::schema(schema);
    let columns = insert::columns(table, insert).ok()?;
    let meets = !matches!(insert.on_conflict, OnConflict::Fail | OnConflict::Replace)
        && !keys::keys(table, &columns).is_empty();
    (meets || !order::as_read(&scope, query).sure).then_some(table)
}

/// The rows that a trigger's statements can name beside their own tables.
pub(super) fn trigger_rows<'s>(schema: &'s Schema, table: &Table) -> Scope<'s> {
    let source = Source::table(table, None);
    let mut scope = Scope::schema(schema);
    scope.sources = vec![source.clone().named("new"), source.named("old")];
    scope
}

/// What happened to a numbered column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Rows came with numbers of their own, or got others.
    Given,
    /// The engine may have passed over numbers that no row got.
    Skipped,
    /// Rows went.
    Gone,
}

/// Has the next row of a table get the number that it gets on SQLite: one
/// above them all, and with AUTOINCREMENT none that was there before.
pub(super) fn settle(engine: Engine, table: &Table, numbers: Numbers) -> Option<String> {
    let identity = table
        .columns
        .iter()
        .find(|column| column.identity.is_some())?;
    let remembers = identity.identity == Some(Identity::Sequence);
    if remembers && numbers == Numbers::Gone {
        return None;
    }
    match engine {
        Engine::Sqlite => None,
        // InnoDB takes the next one that is free.
        Engine::Mariadb => Some(format!(
            "ALTER TABLE {} AUTO_INCREMENT = 1",
            super::mariadb::quote(&table.name)
        )),
        Engine::Postgres => {
            let remembers = remembers && numbers == Numbers::Given;
            Some(set_sequence(table, &identity.name, remembers))
        }
    }
}

/// What a PostgreSQL sequence needs once rows were given numbers of their own:
/// the next one is above them all, and none that was used comes again.
pub(super) fn follow(table: &Table) -> Option<String> {
    settle(Engine::Postgres, table, Numbers::Given)
}

fn set_sequence(table: &Table, column: &Name, remembers: bool) -> String {
    let quoted = super::postgres::quote(&table.name);
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    // The function reads its first argument as SQL does and its second as is.
    let sequence = format!(
        "pg_get_serial_sequence({}, {})",
        literal(&quoted),
        literal(column.as_str())
    );
    let greatest = format!("max({})", super::postgres::quote(column));
    if !remembers {
        return format!(
            "SELECT setval({sequence}, GREATEST({greatest}, 0) + 1, false) FROM {quoted}"
        );
    }
    // It is NULL where it was set to a number that none has got yet: so the
    // last number is set, and not the next.
    let last = format!("pg_sequence_last_value({sequence})");
    format!(
        "SELECT setval({sequence}, GREATEST({greatest}, {last}, 1), COALESCE(GREATEST({greatest}, {last}) > 0, false)) FROM {quoted}"
    )
}

/// The tables whose rows go with those of `table`, itself first.
fn taken_along<'s>(schema: &'s Schema, table: &'s Table) -> Vec<&'s Table> {
    let mut found = vec![table];
    let mut place = 0;
    while let Some(parent) = found.get(place).copied() {
        place += 1;
        for child in &schema.tables {
            let cascades = child
                .foreign_keys
                .iter()
                .any(|key| key.parent == parent.name && key.on_delete == Action::Cascade);
            if cascades && !found.iter().any(|one| one.name == child.name) {
                found.push(child);
            }
        }
    }
    found
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
