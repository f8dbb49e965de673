//! Which columns an expression can name, and what they are.
//!
//! SQLite finds names whatever the case of their letters; PostgreSQL finds
//! quoted names as they are spelled. So a name is always written as the
//! catalogue spells it, and never as the expression does.

use std::cell::Cell;

use super::types::Type;
use crate::{
    Refusal,
    model::{Collation, Expr, Name, Schema, Table},
};

/// A column of a [`Source`].
#[derive(Debug, Clone)]
pub(super) struct SourceColumn {
    pub(super) name: Name,
    pub(super) kind: Type,
    pub(super) held: Held,
}

impl SourceColumn {
    /// One that is what it says.
    pub(super) fn new(name: Name, kind: Type) -> Self {
        Self {
            name,
            kind,
            held: Held::AsItIs,
        }
    }
}

/// How a column's value stands in its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    AsItIs,
    /// As JSON, though it is the SQL value in it.
    Json,
    /// Counted from 1, though it is counted from 0.
    FromOne,
}

/// A table, view, subquery or common table expression in FROM.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// What columns are qualified with.
    pub(super) name: Name,
    pub(super) columns: Vec<SourceColumn>,
    /// The column that SQLite's `rowid` is another name of.
    pub(super) rowid: Option<Name>,
    /// The primary key: grouped by it, every column has one value.
    pub(super) key: Vec<Name>,
    /// Only found where the expression names it: `excluded`, `new`, `old`.
    pub(super) qualified_only: bool,
}

impl Source {
    /// A table under its own name or an alias.
    pub(super) fn table(table: &Table, alias: Option<&Name>) -> Self {
        let columns = table.columns.iter().map(|column| {
            let kind = Type {
                nocase: column.collation == Collation::NoCase,
                ..Type::hard(column.data_type.clone())
            };
            SourceColumn::new(column.name.clone(), kind)
        });
        let identity = table
            .columns
            .iter()
            .find(|column| column.identity.is_some());
        Self {
            name: alias.unwrap_or(&table.name).clone(),
            columns: columns.collect(),
            rowid: identity.map(|column| column.name.clone()),
            key: table
                .primary_key
                .as_ref()
                .map(|key| key.columns.clone())
                .unwrap_or_default(),
            qualified_only: false,
        }
    }

    /// The same rows under a name that has to be said.
    pub(super) fn named(mut self, name: &str) -> Self {
        self.name = Name::new(name);
        self.qualified_only = true;
        self
    }

    fn column(&self, name: &Name) -> Option<&SourceColumn> {
        let found = self.columns.iter().find(|column| column.name == *name);
        found.or_else(|| {
            let column = self.rowid.as_ref().filter(|_| Scope::is_rowid(name))?;
            self.columns.iter().find(|found| found.name == *column)
        })
    }
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub(super) enum Found<'a> {
    /// A column of a source.
    Column {
        source: &'a Source,
        column: &'a SourceColumn,
    },
    /// A value of the SELECT's own list, by its alias.
    Alias(&'a Expr),
}

/// The columns that can be named, innermost first.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope<'a> {
    pub(super) sources: Vec<Source>,
    /// Values of the SELECT's list that have a name of their own. SQLite lets
    /// WHERE and GROUP BY use them; a column of that name goes first.
    pub(super) aliases: Vec<(Name, Expr)>,
    /// The tables there are; the innermost that is set counts.
    pub(super) schema: Option<&'a Schema>,
    /// Common table expressions and their columns.
    pub(super) ctes: Vec<(Name, Vec<SourceColumn>)>,
    /// The query around this one.
    pub(super) outer: Option<&'a Scope<'a>>,
    /// Whether columns are written with their source's name.
    pub(super) qualify: bool,
    /// Set while an alias is being replaced, so that one that names itself
    /// ends.
    pub(super) in_alias: Cell<bool>,
}

impl<'a> Scope<'a> {
    /// No columns at all: a default.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// A table's row. `new.` and `old.` are the same row inside a trigger.
    pub(super) fn row(table: &Table) -> Self {
        let source = Source::table(table, None);
        let new = source.clone().named("new");
        let old = source.clone().named("old");
        Self {
            sources: vec![source, new, old],
            ..Self::default()
        }
    }

    /// Nothing but the tables of a schema: a query that stands by itself.
    pub(super) fn schema(schema: &'a Schema) -> Self {
        Self {
            schema: Some(schema),
            ..Self::default()
        }
    }

    /// What is inside a query, with this around it.
    pub(super) fn inner(&'a self) -> Self {
        Self {
            outer: Some(self),
            qualify: self.qualify,
            ..Self::default()
        }
    }

    /// The tables there are.
    pub(super) fn tables(&self) -> Option<&'a Schema> {
        self.schema.or_else(|| self.outer?.tables())
    }

    /// A common table expression's columns.
    pub(super) fn cte(&self, name: &Name) -> Option<&[SourceColumn]> {
        let here = self.ctes.iter().rev().find(|(cte, _)| cte == name);
        match here {
            Some((_, columns)) => Some(columns),
            None => self.outer?.cte(name),
        }
    }

    /// The sources that a `*` stands for.
    pub(super) fn visible(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| !source.qualified_only)
    }

    /// The source and column, or the value, that a name stands for.
    pub(super) fn find(&self, table: Option<&Name>, column: &Name) -> Option<Found<'_>> {
        let here = match table {
            Some(table) => self
                .sources
                .iter()
                .filter(|source| source.name == *table)
                .find_map(|source| Some((source, source.column(column)?))),
            None => self
                .sources
                .iter()
                .filter(|source| !source.qualified_only)
                .find_map(|source| Some((source, source.column(column)?))),
        };
        if let Some((source, column)) = here {
            return Some(Found::Column { source, column });
        }
        if table.is_none() && !self.in_alias.get() {
            let alias = self.aliases.iter().find(|(name, _)| name == column);
            if let Some((_, expr)) = alias {
                return Some(Found::Alias(expr));
            }
        }
        self.outer?.find(table, column)
    }

    /// Whether it is a name of SQLite's hidden row number.
    pub(super) fn is_rowid(column: &Name) -> bool {
        ["rowid", "oid", "_rowid_"]
            .iter()
            .any(|word| column.is(*word))
    }

    /// Refuses a name that stands for nothing, in words.
    pub(super) fn missing(table: Option<&Name>, column: &Name) -> Refusal {
        if Self::is_rowid(column) {
            return Refusal::new(format!(
                "`{column}` is SQLite's hidden row number, and the table has no INTEGER PRIMARY KEY that stands for it"
            ));
        }
        match table {
            Some(table) => Refusal::new(format!("there is no column `{table}.{column}` here")),
            None => Refusal::new(format!("there is no column `{column}` here")),
        }
    }
}
