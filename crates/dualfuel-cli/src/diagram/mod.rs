//! A schema as a picture.

mod mermaid;
mod svg;

pub use mermaid::mermaid;
pub use svg::svg;

use dualfuel_schema::model::{ForeignKey, Name, Table};

/// What a column is in its table's keys: `PK`, `FK`, `UK`.
fn marks(table: &Table, column: &Name) -> Vec<&'static str> {
    let mut marks = Vec::new();
    let in_key = |key: &[Name]| key.contains(column);
    if table
        .primary_key
        .as_ref()
        .is_some_and(|key| in_key(&key.columns))
    {
        marks.push("PK");
    }
    if table.foreign_keys.iter().any(|key| in_key(&key.columns)) {
        marks.push("FK");
    }
    if table
        .uniques
        .iter()
        .any(|unique| unique.columns == [column.clone()])
    {
        marks.push("UK");
    }
    marks
}

/// Whether a child may be without a parent.
fn is_optional(table: &Table, key: &ForeignKey) -> bool {
    let mut columns = key.columns.iter().filter_map(|column| table.column(column));
    columns.any(|column| column.nullable)
}

/// Whether a parent has at most one child.
fn is_single(table: &Table, key: &ForeignKey) -> bool {
    let all = |columns: &[Name]| columns.iter().all(|column| key.columns.contains(column));
    table
        .primary_key
        .as_ref()
        .is_some_and(|primary| all(&primary.columns))
        || table.uniques.iter().any(|unique| all(&unique.columns))
}
