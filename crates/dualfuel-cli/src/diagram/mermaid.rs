//! Mermaid's text for a diagram of entities and their relations.

use std::fmt::Write as _;

use dualfuel_schema::model::{DataType, Name, Schema, Table};

use super::{is_optional, is_single, marks};

/// The text of an `erDiagram`.
pub fn mermaid(schema: &Schema) -> String {
    let mut text = "erDiagram\n".to_owned();
    for table in &schema.tables {
        let _ = writeln!(text, "    {} {{", entity(&table.name));
        for column in &table.columns {
            let marks = marks(table, &column.name).join(", ");
            let line = format!(
                "{} {} {marks}",
                plain_type(&column.data_type),
                word(&column.name)
            );
            let _ = writeln!(text, "        {}", line.trim_end());
        }
        text += "    }\n";
    }
    for table in &schema.tables {
        relations(&mut text, table);
    }
    text
}

fn relations(text: &mut String, table: &Table) {
    for key in &table.foreign_keys {
        let children = if is_single(table, key) { "|o" } else { "}o" };
        let parent = if is_optional(table, key) { "o|" } else { "||" };
        let columns: Vec<&str> = key.columns.iter().map(Name::as_str).collect();
        let label = columns.join(", ").replace('"', "'");
        let _ = writeln!(
            text,
            "    {} {children}--{parent} {} : \"{label}\"",
            entity(&table.name),
            entity(&key.parent)
        );
    }
}

/// An entity's name; in quotes where Mermaid would take it for something else.
fn entity(name: &Name) -> String {
    format!("\"{}\"", name.as_str().replace('"', "'"))
}

/// An attribute's name: letters, digits, `_` and `-`.
fn word(name: &Name) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let word: String = name.as_str().chars().map(plain).collect();
    match word.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        true => word,
        false => format!("_{word}"),
    }
}

/// A comma would end the type.
fn plain_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Numeric(_) => "NUMERIC".to_owned(),
        DataType::Other(name) => word(&Name::new(name.clone())),
        other => other.to_string(),
    }
}
