//! One JSON for equal schemas.

use serde_json::{Map, Value, json};

use super::{Side, columns, constraints, keys, names, others};
use crate::model::{Column, Identity, Schema, Table};

/// The canonical JSON of a schema: sorted, normalised, and the same for equal
/// schemas.
///
/// ```json
/// {
///   "tables": {
///     "users": {
///       "columns": {
///         "id": { "type": "BIGINT", "null": false, "identity": true },
///         "name": { "type": "TEXT", "null": false, "default": "'x'" }
///       },
///       "primary_key": ["id"],
///       "uniques": [{ "keys": ["name"] }],
///       "indexes": { "users_name": { "keys": ["name DESC"], "where": "id > 0" } },
///       "checks": ["name <> ''"],
///       "foreign_keys": [{ "columns": ["a"], "parent": "b", "parent_columns": ["id"], "on_delete": "CASCADE" }]
///     }
///   },
///   "views": { "names": ["name"] },
///   "triggers": ["users_touch: AFTER UPDATE ON users"],
///   "oddities": []
/// }
/// ```
///
/// What is not there, or as it is by default, is left out. Names are in
/// lower case; a unique has none, since an engine makes it up. Expressions
/// are text in normal form, for reading and not for any engine.
pub fn canonical_json(side: Side<'_>) -> Value {
    let schema = side.schema;
    let tables: Map<String, Value> = sorted(
        schema
            .tables
            .iter()
            .map(|one| (one.name.folded(), table(side, one))),
    );
    let views = sorted(schema.views.iter().map(|view| {
        let columns: Vec<_> = view.columns.iter().map(|name| name.folded()).collect();
        (view.name.folded(), json!(columns))
    }));
    let mut triggers: Vec<_> = schema
        .triggers
        .iter()
        .map(|trigger| format!("{}: {}", trigger.name, others::words(trigger)))
        .collect();
    triggers.sort();
    let mut oddities = schema.oddities.clone();
    oddities.sort();
    json!({ "tables": tables, "views": views, "triggers": triggers, "oddities": oddities })
}

/// `serde_json` may keep the order of insertion.
fn sorted(entries: impl Iterator<Item = (String, Value)>) -> Map<String, Value> {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.into_iter().collect()
}

fn table(side: Side<'_>, table: &Table) -> Value {
    let mut out = Map::new();
    let mut checks: Vec<_> = constraints::check_texts(table)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    checks.sort();
    put(&mut out, "checks", json!(checks));
    let columns = table
        .columns
        .iter()
        .map(|one| (one.name.folded(), column(table, one)));
    put(&mut out, "columns", Value::Object(sorted(columns)));
    put(&mut out, "foreign_keys", foreign_keys(side.schema, table));
    let all = keys::keys(table, side.engine, None);
    let indexes = all.iter().filter(|key| !key.unique).filter_map(|index| {
        let name = index.name.as_ref()?.folded();
        Some((name, key(index)))
    });
    put(&mut out, "indexes", Value::Object(sorted(indexes)));
    if let Some(primary) = &table.primary_key {
        let columns: Vec<_> = primary.columns.iter().map(|name| name.folded()).collect();
        put(&mut out, "primary_key", json!(columns));
    }
    if table.tenant {
        put(&mut out, "tenant", json!(true));
    }
    let mut uniques: Vec<_> = all.iter().filter(|key| key.unique).map(key).collect();
    uniques.sort_by_key(Value::to_string);
    uniques.dedup();
    put(&mut out, "uniques", Value::Array(uniques));
    Value::Object(out)
}

/// A member that is not empty.
fn put(out: &mut Map<String, Value>, name: &str, value: Value) {
    let empty = match &value {
        Value::Null => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    if !empty {
        out.insert(name.to_owned(), value);
    }
}

fn column(table: &Table, column: &Column) -> Value {
    let mut out = Map::new();
    let in_key = table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.columns.contains(&column.name));
    let collation = columns::collation(&column.collation);
    if collation != "BINARY" {
        put(&mut out, "collation", json!(collation));
    }
    put(&mut out, "default", json!(columns::default(table, column)));
    put(&mut out, "generated", json!(columns::expr(table, column)));
    if matches!(column.identity, Some(Identity::Rowid | Identity::Sequence)) {
        put(&mut out, "identity", json!(true));
    }
    put(&mut out, "null", json!(column.nullable && !in_key));
    put(&mut out, "type", json!(column.data_type.to_string()));
    Value::Object(out)
}

fn key(key: &keys::Key) -> Value {
    let mut out = Map::new();
    put(&mut out, "keys", json!(key.parts));
    if key.nulls_not_distinct {
        put(&mut out, "nulls_not_distinct", json!(true));
    }
    put(&mut out, "where", json!(key.predicate));
    Value::Object(out)
}

fn foreign_keys(schema: &Schema, table: &Table) -> Value {
    let mut all: Vec<Value> = constraints::resolved_parents(schema, table)
        .into_iter()
        .map(|(key, parent_columns)| {
            let mut out = Map::new();
            put(
                &mut out,
                "columns",
                json!(names(&key.columns).to_ascii_lowercase()),
            );
            let deferral = constraints::deferral(key.deferral);
            if deferral != "NOT DEFERRABLE" {
                put(&mut out, "deferral", json!(deferral));
            }
            for (name, action) in [("on_delete", key.on_delete), ("on_update", key.on_update)] {
                let words = constraints::action_words(action);
                if words != "NO ACTION" {
                    put(&mut out, name, json!(words));
                }
            }
            let set = names(&key.on_delete_columns).to_ascii_lowercase();
            put(&mut out, "on_delete_columns", json!(set));
            put(&mut out, "parent", json!(key.parent.folded()));
            let parent_columns = names(&parent_columns).to_ascii_lowercase();
            put(&mut out, "parent_columns", json!(parent_columns));
            Value::Object(out)
        })
        .collect();
    all.sort_by_key(Value::to_string);
    all.dedup();
    Value::Array(all)
}
