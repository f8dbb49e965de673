//! A constraint or an index, as an engine has it.

use crate::{
    Refusal,
    model::{Expr, ForeignKey, Index, Name, Schema, Table},
};

/// A constraint or an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    /// What it is.
    pub(crate) kind: ObjectKind,
    /// Its name there.
    pub(crate) name: Name,
    /// Its definition in the engine's words, all but the name; or why the
    /// engine has no words for it.
    pub(crate) sql: Result<String, Refusal>,
    /// Whether an index allows each key once.
    pub(crate) unique: bool,
    /// The columns of its table that it rests on.
    pub(crate) columns: Vec<Name>,
    /// A foreign key's parent, and the columns there.
    pub(crate) parent: Option<(Name, Vec<Name>)>,
}

/// What an [`Object`] is. In the order in which they are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ObjectKind {
    /// MariaDB's virtual column that stands for an index's predicate or
    /// expression.
    Guard,
    PrimaryKey,
    Unique,
    Check,
    Index,
    ForeignKey,
}

impl Object {
    /// The same thing, whatever it is called.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.kind == other.kind && self.unique == other.unique && self.sql == other.sql
    }

    /// The same thing by another name.
    pub(crate) fn called(&self, name: &Name) -> Self {
        Self {
            name: name.clone(),
            ..self.clone()
        }
    }
}

/// The table that a foreign key refers to, and the columns there in its
/// order, when there is a key for it to refer to.
///
/// SQLite takes a foreign key before its parent exists, even in an earlier
/// migration; it only has to be there when rows are written. Elsewhere such a
/// key waits for the step that brings its parent.
pub(crate) fn effective_parent<'a>(
    schema: &'a Schema,
    key: &ForeignKey,
) -> Option<(&'a Table, Vec<Name>)> {
    let parent = schema.table(&key.parent)?;
    let wanted = if key.parent_columns.is_empty() {
        parent.primary_key.as_ref()?.columns.clone()
    } else {
        key.parent_columns.clone()
    };
    if wanted.len() != key.columns.len() {
        return None;
    }
    let columns = wanted
        .iter()
        .map(|name| parent.column(name).map(|column| column.name.clone()))
        .collect::<Option<Vec<_>>>()?;
    keys(parent)
        .iter()
        .any(|unique| same_set(unique, &columns))
        .then_some((parent, columns))
}

/// What a foreign key may refer to: the columns of each key of a table.
pub(crate) fn keys(table: &Table) -> Vec<Vec<Name>> {
    let primary = table.primary_key.iter().map(|key| key.columns.clone());
    let uniques = table.uniques.iter().map(|unique| unique.columns.clone());
    let indexes = table.indexes.iter().filter_map(unique_columns);
    primary.chain(uniques).chain(indexes).collect()
}

/// The columns of an index that allows each row once.
fn unique_columns(index: &Index) -> Option<Vec<Name>> {
    if !index.unique || index.predicate.is_some() {
        return None;
    }
    index
        .parts
        .iter()
        .map(|part| match (&part.expr, &part.collation) {
            (Expr::Column { column, .. }, None) => Some(column.clone()),
            _ => None,
        })
        .collect()
}

/// Whether the same columns, in whatever order.
pub(crate) fn same_set(left: &[Name], right: &[Name]) -> bool {
    left.len() == right.len() && left.iter().all(|name| right.contains(name))
}
