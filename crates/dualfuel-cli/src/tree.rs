//! A schema as a tree, for people.

use dualfuel_schema::{
    Engine,
    lower::expr,
    model::{Action, Collation, Column, Deferral, Expr, ForeignKey, Index, Name, Schema, Table},
};

use crate::proof::place;

/// The lines of the tree: tables by name, what belongs to them below.
pub(crate) fn lines(schema: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    let mut tables: Vec<&Table> = schema.tables.iter().collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in tables {
        lines.push(table.name.to_string());
        let inside = inside(table);
        let last = inside.len().saturating_sub(1);
        for (index, line) in inside.into_iter().enumerate() {
            let branch = if index == last { "└─" } else { "├─" };
            lines.push(format!("{branch} {line}"));
        }
    }
    for view in &schema.views {
        lines.push(format!("view {} ({})", view.name, names(&view.columns)));
    }
    for trigger in &schema.triggers {
        lines.push(format!("trigger {} on {}", trigger.name, trigger.table));
    }
    for oddity in &schema.oddities {
        lines.push(format!(
            "{}: {} is {}",
            place(oddity.table.as_str(), oddity.object.as_str()),
            oddity.attribute,
            oddity.value
        ));
    }
    lines
}

fn inside(table: &Table) -> Vec<String> {
    let width = table
        .columns
        .iter()
        .map(|column| column.name.as_str().chars().count())
        .max();
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .map(|column| column_line(table, column, width.unwrap_or_default()))
        .collect();
    if let Some(key) = &table.primary_key {
        lines.push(format!("primary key ({})", names(&key.columns)));
    }
    for unique in &table.uniques {
        let nulls = match unique.nulls_not_distinct {
            true => " nulls not distinct",
            false => "",
        };
        lines.push(format!("unique ({}){nulls}", names(&unique.columns)));
    }
    for key in &table.foreign_keys {
        lines.push(foreign_key(key));
    }
    for check in &table.checks {
        lines.push(format!("check {}", condition(table, &check.expr)));
    }
    for index in &table.indexes {
        lines.push(index_line(table, index));
    }
    lines
}

fn column_line(table: &Table, column: &Column, width: usize) -> String {
    let mut line = format!("{:<width$}  {}", column.name.as_str(), column.data_type);
    if !column.nullable {
        line += " not null";
    }
    if column.identity.is_some() {
        line += " identity";
    }
    if let Some(default) = &column.default {
        line += &format!(" default {}", value(table, default));
    }
    if let Some(generated) = &column.generated {
        line += &format!(" generated {}", value(table, &generated.expr));
    }
    match &column.collation {
        Collation::Binary => {}
        Collation::NoCase => line += " nocase",
        Collation::Rtrim => line += " rtrim",
        Collation::Other(name) => line += &format!(" collate {name}"),
    }
    line
}

fn foreign_key(key: &ForeignKey) -> String {
    let mut line = format!("foreign key ({}) to {}", names(&key.columns), key.parent);
    if !key.parent_columns.is_empty() {
        line += &format!(" ({})", names(&key.parent_columns));
    }
    for (event, action) in [("delete", key.on_delete), ("update", key.on_update)] {
        let does = match action {
            Action::NoAction => continue,
            Action::Restrict => "restrict",
            Action::Cascade => "cascade",
            Action::SetNull => "set null",
            Action::SetDefault => "set default",
        };
        line += &format!(" on {event} {does}");
    }
    match key.deferral {
        Deferral::NotDeferrable => {}
        Deferral::InitiallyImmediate => line += " deferrable",
        Deferral::InitiallyDeferred => line += " deferred",
    }
    line
}

fn index_line(table: &Table, index: &Index) -> String {
    let parts: Vec<String> = index
        .parts
        .iter()
        .map(|part| {
            let descending = if part.descending { " desc" } else { "" };
            format!("{}{descending}", value(table, &part.expr))
        })
        .collect();
    let kind = if index.unique {
        "unique index"
    } else {
        "index"
    };
    let mut line = format!("{kind} {} ({})", index.name, parts.join(", "));
    if let Some(predicate) = &index.predicate {
        line += &format!(" where {}", condition(table, predicate));
    }
    line
}

fn names(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(Name::as_str).collect();
    names.join(", ")
}

/// An expression in SQLite's spelling, quotes taken off plain names.
fn value(table: &Table, expr: &Expr) -> String {
    match expr {
        Expr::Opaque { text, .. } => text.clone(),
        Expr::Column { column, .. } => column.to_string(),
        expr => expr::value(Engine::Sqlite, table, expr, None)
            .unwrap_or_else(|refusal| format!("({refusal})")),
    }
}

fn condition(table: &Table, expr: &Expr) -> String {
    match expr {
        Expr::Opaque { text, .. } => text.clone(),
        expr => expr::condition(Engine::Sqlite, table, expr)
            .unwrap_or_else(|refusal| format!("({refusal})")),
    }
}
