//! Parents before children.

use crate::model::{ForeignKey, Name, Schema, Table};

/// The tables, each after those that it refers to. Where references go round
/// in a circle, the table comes first that can do without its own.
pub(super) fn parents_first(schema: &Schema) -> Vec<&Table> {
    let mut waiting: Vec<&Table> = schema.tables.iter().collect();
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let waits = |table: &Table, name: &Name| {
            *name != table.name && waiting.iter().any(|other| other.name == *name)
        };
        let free = |table: &Table, enough: &dyn Fn(&ForeignKey) -> bool| {
            let mut keys = table.foreign_keys.iter();
            keys.all(|key| !waits(table, &key.parent) || enough(key))
        };
        let next = waiting
            .iter()
            .position(|table| free(table, &|_| false))
            .or_else(|| {
                let mut tables = waiting.iter();
                tables.position(|table| free(table, &|key| may_be_null(table, key)))
            })
            .unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}

/// Whether a row may do without the reference.
pub(super) fn may_be_null(table: &Table, key: &ForeignKey) -> bool {
    key.columns.iter().any(|column| nullable(table, column))
}

pub(super) fn nullable(table: &Table, column: &Name) -> bool {
    let in_key = (table.primary_key.as_ref()).is_some_and(|key| key.columns.contains(column));
    !in_key && table.column(column).is_some_and(|column| column.nullable)
}

/// The columns that a foreign key refers to.
pub(super) fn parent_columns<'a>(schema: &'a Schema, key: &'a ForeignKey) -> &'a [Name] {
    if !key.parent_columns.is_empty() {
        return &key.parent_columns;
    }
    let parent = schema.table(&key.parent);
    let primary_key = parent.and_then(|parent| parent.primary_key.as_ref());
    primary_key.map_or(&[], |key| &key.columns)
}
