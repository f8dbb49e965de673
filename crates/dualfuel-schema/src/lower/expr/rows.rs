//! Which columns a query gives, and what a SELECT can name.
//!
//! What can't be found out (a table that is not there) gives no columns; the
//! writer refuses it when it gets there.

use super::{
    scope::{Found, Held, Scope, Source, SourceColumn},
    types::{self, Type},
};
use crate::model::{
    Cte, DataType, Expr, Name, Query, QueryBody, Select, SelectItem, TableFactor, View,
};

/// The type of a query's only column.
pub(super) fn first(scope: &Scope<'_>, query: &Query, depth: usize) -> Type {
    let columns = columns(scope, query, depth);
    columns
        .into_iter()
        .next()
        .map_or(Type::UNKNOWN, |column| Type {
            nocase: false,
            ..column.kind
        })
}

/// A query's columns.
pub(super) fn columns(outer: &Scope<'_>, query: &Query, depth: usize) -> Vec<SourceColumn> {
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    let scope = with_ctes(outer, query, depth);
    of_body(&scope, &query.body, query.recursive, depth)
}

/// What is around a query's body: its common table expressions, and all that
/// was around the query.
pub(super) fn with_ctes<'s>(outer: &'s Scope<'s>, query: &Query, depth: usize) -> Scope<'s> {
    let mut scope = outer.inner();
    for cte in &query.ctes {
        let columns = of_cte(&scope, cte, query.recursive, depth);
        scope.ctes.push((cte.name.clone(), columns));
    }
    scope
}

fn of_cte(scope: &Scope<'_>, cte: &Cte, recursive: bool, depth: usize) -> Vec<SourceColumn> {
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    let inner = with_ctes(scope, &cte.query, depth);
    let found = of_body(&inner, &cte.query.body, recursive, depth);
    renamed(found, &cte.columns)
}

/// Columns under the names that were given them, where any were.
pub(super) fn renamed(mut columns: Vec<SourceColumn>, names: &[Name]) -> Vec<SourceColumn> {
    for (column, name) in columns.iter_mut().zip(names) {
        column.name = name.clone();
    }
    columns
}

/// The columns of a query's body. A recursive one's are those of its first
/// part, which can't name itself.
pub(super) fn of_body(
    scope: &Scope<'_>,
    body: &QueryBody,
    recursive: bool,
    depth: usize,
) -> Vec<SourceColumn> {
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    match body {
        QueryBody::Select(select) => {
            let inner = of_select(scope, select, depth);
            let items = select.items.iter();
            items
                .flat_map(|item| of_item(&inner, select, item, depth))
                .collect()
        }
        QueryBody::Values(rows) => {
            let width = rows.first().map_or(0, Vec::len);
            let column = |place: usize| {
                let cells = rows.iter().filter_map(|row| row.get(place));
                types::common(cells.map(|cell| types::within(scope, cell, depth)))
            };
            (0..width)
                .map(|place| {
                    let name = Name::new(format!("column{}", place + 1));
                    SourceColumn::new(name, column(place))
                })
                .collect()
        }
        QueryBody::SetOp { left, right, .. } => {
            let mut columns = of_body(scope, left, recursive, depth);
            if !recursive {
                let others = of_body(scope, right, recursive, depth);
                for (column, other) in columns.iter_mut().zip(others) {
                    column.kind = types::meet(column.kind.clone(), other.kind);
                }
            }
            columns
        }
        QueryBody::Nested(query) => self::columns(scope, query, depth),
    }
}

/// What the expressions of a SELECT can name.
pub(super) fn of_select<'s>(outer: &'s Scope<'s>, select: &Select, depth: usize) -> Scope<'s> {
    let mut scope = outer.inner();
    for join in &select.from {
        // A function in FROM sees the tables before it; nothing else does.
        let source = of_factor(&scope, &join.factor, depth);
        scope.sources.push(source);
    }
    scope.aliases = select
        .items
        .iter()
        .filter_map(|item| match item {
            SelectItem::Expr {
                expr,
                alias: Some(alias),
            } => Some((alias.clone(), expr.clone())),
            _ => None,
        })
        .collect();
    scope
}

/// A table of FROM.
pub(super) fn of_factor(scope: &Scope<'_>, factor: &TableFactor, depth: usize) -> Source {
    let derived = |name: Name, columns| Source {
        name,
        columns,
        rowid: None,
        key: Vec::new(),
        qualified_only: false,
    };
    match factor {
        TableFactor::Table { name, alias } => {
            let shown = alias.as_ref().unwrap_or(name).clone();
            if let Some(columns) = scope.cte(name) {
                return derived(shown, columns.to_vec());
            }
            let Some(schema) = scope.tables() else {
                return derived(shown, Vec::new());
            };
            match (schema.table(name), schema.view(name)) {
                (Some(table), _) => Source::table(table, alias.as_ref()),
                (None, Some(view)) => derived(shown, of_view(schema, view, depth)),
                (None, None) => derived(shown, Vec::new()),
            }
        }
        TableFactor::Query {
            query,
            alias,
            columns: names,
        } => derived(
            alias.clone().unwrap_or_else(|| Name::new("")),
            renamed(columns(scope, query, depth), names),
        ),
        TableFactor::JsonEach { alias, .. } => derived(
            alias.clone().unwrap_or_else(|| Name::new("json_each")),
            vec![
                SourceColumn {
                    held: Held::Json,
                    ..SourceColumn::new(Name::new("value"), Type::soft(DataType::Text))
                },
                SourceColumn {
                    held: Held::FromOne,
                    ..SourceColumn::new(Name::new("key"), Type::hard(DataType::BigInt))
                },
            ],
        ),
    }
}

fn of_view(schema: &crate::model::Schema, view: &View, depth: usize) -> Vec<SourceColumn> {
    let found = match &view.query {
        Some(query) => columns(&Scope::schema(schema), query, depth / 2),
        None => Vec::new(),
    };
    if view.columns.len() == found.len() {
        return renamed(found, &view.columns);
    }
    let unknown = view.columns.iter();
    unknown
        .map(|name| SourceColumn::new(name.clone(), Type::UNKNOWN))
        .collect()
}

/// The columns that one entry of a SELECT's list gives.
fn of_item(
    scope: &Scope<'_>,
    select: &Select,
    item: &SelectItem,
    depth: usize,
) -> Vec<SourceColumn> {
    match item {
        SelectItem::All => starred(scope, select)
            .map(|(_, column)| SourceColumn::new(column.name.clone(), column.kind.clone()))
            .collect(),
        SelectItem::AllOf(name) => scope
            .visible()
            .filter(|source| source.name == *name)
            .flat_map(|source| source.columns.clone())
            .collect(),
        SelectItem::Expr { expr, alias } => {
            let name = match (alias, expr) {
                (Some(alias), _) => alias.clone(),
                // By its own spelling, which the expression's may not be.
                (None, Expr::Column { table, column }) => {
                    match scope.find(table.as_ref(), column) {
                        Some(Found::Column { column, .. }) => column.name.clone(),
                        _ => column.clone(),
                    }
                }
                (None, _) => Name::new(""),
            };
            vec![SourceColumn::new(name, types::within(scope, expr, depth))]
        }
    }
}

/// What `*` stands for: every column of every source, one that joins by
/// `USING` only once.
pub(super) fn starred<'s>(
    scope: &'s Scope<'_>,
    select: &'s Select,
) -> impl Iterator<Item = (&'s Source, &'s SourceColumn)> {
    scope
        .visible()
        .zip(&select.from)
        .flat_map(|(source, join)| {
            source
                .columns
                .iter()
                .filter(|column| !join.using.contains(&column.name))
                .map(move |column| (source, column))
        })
}
