//! Reads SQLite's catalogue.
//!
//! `sqlite_schema` keeps each object's statement, brought up to date by every
//! ALTER, so it is read by the same front end as a migration. What SQLite
//! itself says of a table (`PRAGMA table_xinfo`, `index_list`,
//! `foreign_key_list`) is held against that reading: where the two differ,
//! the table is what SQLite says, and an oddity `definition` keeps the text.
//! So is a table whose text can't be read; CHECKs are then in that text only.
//!
//! A virtual table is not part of the model: it is listed as an oddity, and
//! the tables that it keeps its data in are left out.

mod pragmas;

use std::collections::HashMap;

use self::pragmas::Facts;
use super::{Catalog, IntrospectError, Row, ask, lift, lift_type, oddity, table_mut};
use crate::{
    Dialect, Engine,
    model::{Index, Name, Schema, Table, Trigger, TriggerEvent, TriggerTime, View},
    parse::{self, Parsed, ReadOptions},
    statement::Statement,
};

const ENGINE: Engine = Engine::Sqlite;

pub(super) async fn introspect<C: Catalog>(
    catalog: &mut C,
    options: ReadOptions,
) -> Result<Schema, IntrospectError<C::Error>> {
    let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema \
               WHERE sql IS NOT NULL ORDER BY rowid";
    let objects = ask(ENGINE, catalog, sql).await?;
    let virtuals: Vec<Name> = objects
        .iter()
        .filter(|row| is_virtual(row))
        .map(|row| row.name(1))
        .collect();
    let mut facts = pragmas::read(catalog, options).await?;
    let mut schema = Schema::default();
    for row in &objects {
        let name = row.name(1);
        if row.text(0) != "table" || is_shadow(&virtuals, &name) {
            continue;
        }
        if is_virtual(row) {
            let text = row.text(3);
            schema
                .oddities
                .push(oddity(&name, "", "virtual table", text));
        } else {
            let facts = facts.remove(&name).unwrap_or_default();
            table(row, options, facts, &mut schema);
        }
    }
    for row in &objects {
        match row.text(0) {
            "index" => index(catalog, row, &mut schema).await?,
            "view" => view(catalog, row, &mut schema).await,
            "trigger" => trigger(row, options, &mut schema),
            _ => {}
        }
    }
    Ok(schema)
}

fn is_virtual(row: &Row) -> bool {
    let mut words = row.text(3).split_ascii_whitespace();
    row.text(0) == "table"
        && words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("create"))
        && words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("virtual"))
}

/// Whether a virtual table of FTS3, FTS4, FTS5 or R-Tree keeps its data there.
/// `PRAGMA table_list` knows, but fails where the module is not compiled in.
fn is_shadow(virtuals: &[Name], table: &Name) -> bool {
    const SUFFIXES: [&str; 10] = [
        "_data",
        "_idx",
        "_content",
        "_docsize",
        "_config",
        "_segments",
        "_segdir",
        "_stat",
        "_node",
        "_rowid",
    ];
    let folded = table.folded();
    virtuals.iter().any(|name| {
        folded
            .strip_prefix(&name.folded())
            .is_some_and(|rest| SUFFIXES.contains(&rest) || rest == "_parent")
    })
}

fn statement(text: &str, options: ReadOptions) -> Option<Statement> {
    Some(parsed(text, options)?.statement)
}

fn parsed(text: &str, options: ReadOptions) -> Option<Parsed> {
    let mut statements = parse::parse(Dialect::Sqlite, text, options);
    if statements.len() != 1 {
        return None;
    }
    statements.pop()?.ok()
}

fn table(row: &Row, options: ReadOptions, facts: Facts, schema: &mut Schema) {
    let name = row.name(1);
    let read = match parsed(row.text(3), options) {
        Some(Parsed {
            statement: Statement::CreateTable { table, .. },
            notes,
            ..
        }) if facts.agrees(&table) => {
            // ON CONFLICT, which is in no model.
            let clauses = notes
                .into_iter()
                .map(|note| oddity(&name, "", "clause", note));
            schema.oddities.extend(clauses);
            Some(table)
        }
        _ => None,
    };
    let table = read.map_or_else(
        || {
            let text = row.text(3);
            schema.oddities.push(oddity(&name, "", "definition", text));
            facts.into_table(name.clone())
        },
        |table| Table {
            name: name.clone(),
            ..table
        },
    );
    schema.tables.push(table);
}

async fn index<C: Catalog>(
    catalog: &mut C,
    row: &Row,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let read = match statement(row.text(3), ReadOptions::default()) {
        Some(Statement::CreateIndex { index, .. }) => Some(index),
        _ => None,
    };
    let index = match read {
        Some(index) => Index {
            name: row.name(1),
            ..index
        },
        None => pragmas::index(catalog, &row.name(1), row.text(3)).await?,
    };
    if let Some(table) = table_mut(schema, &row.name(2)) {
        table.indexes.push(index);
    }
    Ok(())
}

/// A view that refers to what is gone has no columns, and every question
/// about it fails.
async fn view<C: Catalog>(catalog: &mut C, row: &Row, schema: &mut Schema) {
    let name = row.name(1);
    let sql = format!(
        "SELECT name FROM pragma_table_xinfo({}) ORDER BY cid",
        literal(name.as_str())
    );
    let columns = match ask(ENGINE, catalog, &sql).await {
        Ok(rows) => rows.iter().map(|row| row.name(0)).collect(),
        Err(_) => {
            schema
                .oddities
                .push(oddity(&name, "", "broken view", row.text(3)));
            Vec::new()
        }
    };
    schema.views.push(View {
        name,
        columns,
        query: None,
        text: row.get(3).map(str::to_owned),
    });
}

fn trigger(row: &Row, options: ReadOptions, schema: &mut Schema) {
    let (name, table) = (row.name(1), row.name(2));
    let text = row.text(3);
    let read = match statement(text, options) {
        Some(Statement::CreateTrigger { trigger, .. }) => Some(trigger),
        _ => None,
    };
    let trigger = read.unwrap_or_else(|| {
        schema
            .oddities
            .push(oddity(&table, name.as_str(), "definition", text));
        let (time, event) = time_and_event(text);
        Trigger {
            name: name.clone(),
            table: table.clone(),
            time,
            event,
            when: None,
            body: None,
            text: None,
            calls: None,
        }
    });
    schema.triggers.push(Trigger {
        name,
        table,
        text: Some(text.to_owned()),
        ..trigger
    });
}

/// When an unreadable trigger fires, from the words before its body.
fn time_and_event(text: &str) -> (TriggerTime, TriggerEvent) {
    let mut time = TriggerTime::Before;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        match word.to_ascii_uppercase().as_str() {
            "AFTER" => time = TriggerTime::After,
            "INSTEAD" => time = TriggerTime::InsteadOf,
            "INSERT" => return (time, TriggerEvent::Insert),
            "DELETE" => return (time, TriggerEvent::Delete),
            "UPDATE" => return (time, TriggerEvent::Update(Vec::new())),
            _ => {}
        }
    }
    (time, TriggerEvent::Insert)
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What SQLite says of each table.
type AllFacts = HashMap<Name, Facts>;
