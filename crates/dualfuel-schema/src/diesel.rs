//! `schema.rs` for Diesel, from the model.
//!
//! One file serves both run-time engines, because `dualfuel`'s backend stores
//! one SQL type in each engine's own way. It is the schema as queries see it:
//! a tenant table has no `org_id`, whose default fills it and which the wall
//! filters by, and its key is the key of the source.
//!
//! It differs from `diesel print-schema` on purpose: text of any length is
//! `Text`, JSON is `Jsonb` and an instant `Timestamptz` whatever the engine's
//! catalogue calls them.

use std::fmt::Write as _;

use crate::model::{Column, DataType, ForeignKey, Name, Schema, Table};

/// The text of a `schema.rs` that holds on both run-time engines: `table!`,
/// `joinable!` and `allow_tables_to_appear_in_same_query!`, without a header.
pub fn schema_rs(schema: &Schema) -> String {
    let mut tables: Vec<&Table> = schema.tables.iter().filter(|t| !t.temporary).collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = String::new();
    for table in &tables {
        write_table(&mut text, table);
    }
    tables.retain(|table| table.primary_key.is_some());
    write_joins(&mut text, &tables);
    if tables.len() > 1 {
        text += "diesel::allow_tables_to_appear_in_same_query!(\n";
        for table in &tables {
            let _ = writeln!(text, "    {},", rust_name(table.name.as_str(), None));
        }
        text += ");\n";
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn write_table(text: &mut String, table: &Table) {
    let Some(key) = &table.primary_key else {
        let name = one_line(&table.name);
        let _ = writeln!(
            text,
            "// `{name}` has no primary key, which Diesel needs.\n"
        );
        return;
    };
    if let Some(feature) = wide(table.columns.len()) {
        let _ = writeln!(
            text,
            "// {} columns: needs Diesel's feature `{feature}`.",
            table.columns.len()
        );
    }
    let name = rust_name(table.name.as_str(), None);
    text.push_str("diesel::table! {\n");
    write_sql_name(text, &table.name, &name, 4);
    let key: Vec<String> = key
        .columns
        .iter()
        .map(|column| in_table(table, column))
        .collect();
    let _ = writeln!(text, "    {name} ({}) {{", key.join(", "));
    for column in &table.columns {
        let name = in_table(table, &column.name);
        write_sql_name(text, &column.name, &name, 8);
        let _ = writeln!(text, "        {name} -> {},", sql_type(column));
    }
    text.push_str("    }\n}\n\n");
}

/// What Diesel has to be compiled with for so many columns.
fn wide(columns: usize) -> Option<&'static str> {
    match columns {
        0..=32 => None,
        33..=64 => Some("64-column-tables"),
        _ => Some("128-column-tables"),
    }
}

fn write_sql_name(text: &mut String, name: &Name, rust: &str, indent: usize) {
    if name.as_str() != rust {
        let _ = writeln!(text, "{:indent$}#[sql_name = {:?}]", "", name.as_str());
    }
}

fn sql_type(column: &Column) -> String {
    let name = match &column.data_type {
        DataType::SmallInt => "SmallInt",
        DataType::Integer => "Integer",
        DataType::BigInt => "BigInt",
        DataType::Boolean => "Bool",
        DataType::Real => "Float",
        DataType::Double => "Double",
        DataType::Numeric(_) => "Numeric",
        // What only one engine has is read as the text that it prints.
        DataType::Text | DataType::Varchar(_) | DataType::Char(_) | DataType::Other(_) => "Text",
        DataType::Blob => "Binary",
        DataType::Date => "Date",
        DataType::Time => "Time",
        DataType::Timestamp => "Timestamp",
        DataType::TimestampTz => "Timestamptz",
        DataType::Json => "Jsonb",
        DataType::Uuid => "Uuid",
    };
    match column.nullable {
        true => format!("Nullable<{name}>"),
        false => name.to_owned(),
    }
}

/// `joinable!` where a join can mean one thing only: one foreign key between
/// two tables, of one column, to the other's key.
fn write_joins(text: &mut String, tables: &[&Table]) {
    let mut any = false;
    for table in tables {
        for key in &table.foreign_keys {
            if let Some(column) = joins(table, key, tables) {
                any = true;
                let _ = writeln!(
                    text,
                    "diesel::joinable!({} -> {} ({}));",
                    rust_name(table.name.as_str(), None),
                    parent_name(key, tables),
                    in_table(table, column)
                );
            }
        }
    }
    if any {
        text.push('\n');
    }
}

fn joins<'a>(table: &Table, key: &'a ForeignKey, tables: &[&Table]) -> Option<&'a Name> {
    let parent = tables.iter().find(|parent| parent.name == key.parent)?;
    let mut between = table
        .foreign_keys
        .iter()
        .filter(|other| other.parent == key.parent);
    let back = parent
        .foreign_keys
        .iter()
        .any(|other| other.parent == table.name);
    if parent.name == table.name || between.nth(1).is_some() || back {
        return None;
    }
    let parent_key = &parent.primary_key.as_ref()?.columns;
    let to_key = key.parent_columns.is_empty() || key.parent_columns == *parent_key;
    match (key.columns.as_slice(), parent_key.len()) {
        ([column], 1) if to_key => Some(column),
        _ => None,
    }
}

/// The parent as its own table is spelled, which a foreign key may not be.
fn parent_name(key: &ForeignKey, tables: &[&Table]) -> String {
    let parent = tables.iter().find(|table| table.name == key.parent);
    let name = parent.map_or(&key.parent, |table| &table.name);
    rust_name(name.as_str(), None)
}

/// A column's name in its table's module.
fn in_table(table: &Table, column: &Name) -> String {
    let declared = table.column(column).map_or(column, |column| &column.name);
    let of_table = rust_name(table.name.as_str(), None);
    rust_name(declared.as_str(), Some(&of_table))
}

/// A name as Rust and `table!` can have it. Inside a table's module, the
/// table's own name and those that the macro makes are taken.
fn rust_name(name: &str, table: Option<&str>) -> String {
    const TAKEN: [&str; 6] = ["all_columns", "columns", "dsl", "star", "table", "SqlType"];
    let mut rust: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '_' {
                c
            } else {
                '_'
            }
        })
        .collect();
    if !rust.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        rust.insert(0, '_');
    }
    let taken = table.is_some_and(|table| table == rust || TAKEN.contains(&rust.as_str()));
    if taken || KEYWORDS.contains(&rust.as_str()) || rust == "_" {
        rust.push('_');
    }
    rust
}

fn one_line(name: &Name) -> String {
    name.as_str().replace(['\n', '\r'], " ")
}

/// Words that are no names in Rust 2024 (reference, "Keywords").
const KEYWORDS: [&str; 53] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PrimaryKey;

    fn table(name: &str, columns: &[(&str, DataType)]) -> Table {
        let columns = columns.iter().map(|(name, data_type)| Column {
            nullable: false,
            ..Column::new(*name, data_type.clone())
        });
        let mut table = Table::new(name);
        table.columns = columns.collect();
        table.primary_key = Some(PrimaryKey {
            name: None,
            columns: vec![Name::from("id")],
        });
        table
    }

    fn key(column: &str, parent: &str) -> ForeignKey {
        ForeignKey {
            name: None,
            columns: vec![Name::from(column)],
            parent: Name::from(parent),
            parent_columns: Vec::new(),
            on_delete: Default::default(),
            on_update: Default::default(),
            on_delete_columns: Vec::new(),
            deferral: Default::default(),
        }
    }

    #[test]
    fn a_table_reads_as_diesel_has_it() {
        let mut posts = table(
            "posts",
            &[
                ("id", DataType::Uuid),
                ("author_id", DataType::BigInt),
                ("type", DataType::Varchar(20)),
                ("posts", DataType::Json),
                ("2nd-line", DataType::Text),
            ],
        );
        posts.columns[4].nullable = true;
        posts.foreign_keys = vec![key("author_id", "Authors")];
        let authors = table("authors", &[("id", DataType::BigInt)]);
        let schema = Schema {
            tables: vec![posts, authors],
            ..Schema::default()
        };
        assert_eq!(
            schema_rs(&schema),
            r#"diesel::table! {
    authors (id) {
        id -> BigInt,
    }
}

diesel::table! {
    posts (id) {
        id -> Uuid,
        author_id -> BigInt,
        #[sql_name = "type"]
        type_ -> Text,
        #[sql_name = "posts"]
        posts_ -> Jsonb,
        #[sql_name = "2nd-line"]
        _2nd_line -> Nullable<Text>,
    }
}

diesel::joinable!(posts -> authors (author_id));

diesel::allow_tables_to_appear_in_same_query!(
    authors,
    posts,
);
"#
        );
    }

    /// Diesel's rule: two foreign keys, or a table's own, leave open which is meant.
    #[test]
    fn a_join_that_could_mean_two_things_is_left_out() {
        let people = table("people", &[("id", DataType::BigInt)]);
        let joins = |keys: Vec<ForeignKey>| {
            let mut one = table("one", &[("id", DataType::BigInt), ("a", DataType::BigInt)]);
            one.foreign_keys = keys;
            let schema = Schema {
                tables: vec![one, people.clone()],
                ..Schema::default()
            };
            schema_rs(&schema).matches("joinable!").count()
        };
        assert_eq!(joins(vec![key("a", "people")]), 1);
        assert_eq!(joins(vec![key("a", "people"), key("id", "people")]), 0);
        assert_eq!(joins(vec![key("a", "one")]), 0);
        assert_eq!(joins(vec![key("a", "nowhere")]), 0);
    }

    #[test]
    fn what_diesel_cannot_have_is_said() {
        let mut keyless = table("log", &[("id", DataType::BigInt)]);
        keyless.primary_key = None;
        let names: Vec<String> = (0..40).map(|n| format!("c{n}")).collect();
        let mut columns = vec![("id", DataType::BigInt)];
        columns.extend(names.iter().map(|name| (name.as_str(), DataType::Text)));
        let schema = Schema {
            tables: vec![keyless, table("wide", &columns)],
            ..Schema::default()
        };
        let text = schema_rs(&schema);
        assert!(
            text.starts_with(
                "// `log` has no primary key, which Diesel needs.\n\n// 41 columns: \
                              needs Diesel's feature `64-column-tables`.\ndiesel::table! {"
            ),
            "{text}"
        );
        assert!(!text.contains("allow_tables"), "{text}");
    }
}
