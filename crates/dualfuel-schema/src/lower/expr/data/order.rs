//! The order in which SQLite reads rows that nobody ordered.
//!
//! A copy into a numbered table numbers rows as they come, and a LIMIT keeps
//! those that come first. SQLite reads a table along its row numbers, a group
//! in the order of its keys; the others read as they please. So the order is
//! said. Where SQLite itself might read along an index or begin with another
//! table, the likeliest order is said and [`Ordered::sure`] is not set.

use crate::{
    lower::expr::{query::aggregated, scope::Scope, types::DEPTH_LIMIT},
    model::{
        BinaryOp, DataType, Expr, Family, Function, JoinKind, Literal, Name, OrderBy, Query,
        QueryBody, Schema, Select, SelectItem, Table, TableFactor, Window,
        visit::{Visit, walk_expr, walk_select},
    },
};

/// A query with its order said.
pub(in crate::lower::expr) struct Ordered {
    pub(in crate::lower::expr) query: Query,
    /// Whether it is SQLite's for certain.
    pub(in crate::lower::expr) sure: bool,
}

/// The query in the order in which SQLite gives its rows.
pub(in crate::lower::expr) fn as_read(scope: &Scope<'_>, query: &Query) -> Ordered {
    let unchanged = |sure| Ordered {
        query: query.clone(),
        sure,
    };
    let Some(schema) = scope.tables() else {
        return unchanged(false);
    };
    let local = Local {
        schema,
        query,
        scope,
    };
    match &query.body {
        QueryBody::Values(_) => unchanged(true),
        QueryBody::Nested(inner) if query.order_by.is_empty() && query.limit.is_none() => {
            let inner = as_read(scope, inner);
            Ordered {
                query: Query {
                    body: QueryBody::Nested(Box::new(inner.query)),
                    ..query.clone()
                },
                sure: inner.sure,
            }
        }
        // Ties keep their order.
        QueryBody::Select(select) if !query.order_by.is_empty() && !select.distinct => {
            match local.plain(select) {
                Some((keys, _)) => ordered(query, query.order_by.iter().cloned().chain(keys), true),
                None => unchanged(true),
            }
        }
        _ if !query.order_by.is_empty() => unchanged(true),
        QueryBody::Select(select) => local.select(select),
        QueryBody::SetOp { all: false, .. } => {
            let width = local.width(&query.body, 0);
            ordered(
                query,
                (1..=width).map(|place| key(Expr::integer(place))),
                width > 0,
            )
        }
        body => unchanged(constant(body, 0)),
    }
}

/// The order in which what a SELECT gathers into one value comes, as far as
/// it can be told.
pub(in crate::lower::expr) fn gathered(scope: &Scope<'_>, select: &Select) -> Vec<OrderBy> {
    let (Some(schema), true) = (scope.tables(), values(select).any(gathers)) else {
        return Vec::new();
    };
    let query = Query {
        recursive: false,
        ctes: Vec::new(),
        body: QueryBody::Values(Vec::new()),
        order_by: Vec::new(),
        limit: None,
        offset: None,
    };
    let local = Local {
        schema,
        query: &query,
        scope,
    };
    if let [join] = &select.from[..]
        && let Some((table, name)) = local.table(&join.factor)
        && row_keys(table, &name).is_none()
    {
        // Its rows are found by the key, and come in the key's order.
        let key_columns = table.primary_key.iter().flat_map(|key| &key.columns);
        let asked = |column: &Name| {
            let conditions = select.filter.iter().chain(&select.group_by);
            conditions.into_iter().any(|one| one.mentions(column))
        };
        return match table
            .primary_key
            .as_ref()
            .and_then(|key| key.columns.first())
        {
            Some(first) if asked(first) => {
                key_columns.map(|column| key(of(&name, column))).collect()
            }
            _ => Vec::new(),
        };
    }
    local.joined(select).map_or_else(Vec::new, |(keys, _)| keys)
}

/// A SELECT that gathers from an ordered subquery, as one from the subquery's
/// own tables, with that order. MariaDB would forget it, and its subqueries in
/// FROM see no row around them.
pub(in crate::lower::expr) fn flattened(select: &Select) -> Option<(Select, Vec<OrderBy>)> {
    let [join] = &select.from[..] else {
        return None;
    };
    let TableFactor::Query {
        query,
        alias,
        columns,
    } = &join.factor
    else {
        return None;
    };
    let QueryBody::Select(inner) = &query.body else {
        return None;
    };
    let plain = columns.is_empty()
        && query.ctes.is_empty()
        && query.limit.is_none()
        && query.offset.is_none()
        && !inner.distinct
        && inner.group_by.is_empty()
        && inner.having.is_none()
        && values(inner).count() == inner.items.len()
        && !values(inner).any(|value| aggregated(value, 0) || window(value).is_some());
    if !plain || !values(select).any(gathers) || values(select).count() < select.items.len() {
        return None;
    }
    let named = |name: &Name| {
        inner.items.iter().find_map(|item| match item {
            SelectItem::Expr {
                expr,
                alias: Some(alias),
            } => (alias == name).then(|| expr.clone()),
            SelectItem::Expr {
                expr: expr @ Expr::Column { column, .. },
                alias: None,
            } => (column == name).then(|| expr.clone()),
            _ => None,
        })
    };
    let mut known = true;
    let mut replaced = |expr: &Expr| {
        let mut expr = expr.clone();
        expr.for_each_mut(&mut |expr| match expr {
            Expr::Column { table, column } if table.is_none() || *table == *alias => {
                match named(column) {
                    Some(value) => *expr = value,
                    None => known = false,
                }
            }
            Expr::Column { .. }
            | Expr::Subquery(_)
            | Expr::Exists { .. }
            | Expr::InQuery { .. } => {
                known = false;
            }
            _ => {}
        });
        expr
    };
    let items = select.items.iter().map(|item| match item {
        SelectItem::Expr { expr, alias } => SelectItem::Expr {
            expr: replaced(expr),
            alias: alias.clone(),
        },
        item => item.clone(),
    });
    let items = items.collect();
    let group_by = select.group_by.iter().map(&mut replaced).collect();
    let having = select.having.as_ref().map(&mut replaced);
    let filter = select.filter.as_ref().map(&mut replaced);
    let filter = inner
        .filter
        .iter()
        .cloned()
        .chain(filter)
        .reduce(|all, one| Expr::binary(all, BinaryOp::And, one));
    let order = query.order_by.iter().map(|key| {
        let place = match key.expr {
            Expr::Literal(Literal::Integer(place)) => usize::try_from(place - 1).ok(),
            _ => None,
        };
        let expr = match (place, &key.expr) {
            (Some(place), _) => values(inner).nth(place).cloned(),
            (
                None,
                Expr::Column {
                    table: None,
                    column,
                },
            ) => named(column),
            _ => None,
        };
        OrderBy {
            expr: expr.unwrap_or_else(|| key.expr.clone()),
            ..key.clone()
        }
    });
    let flat = Select {
        distinct: select.distinct,
        items,
        from: inner.from.clone(),
        filter,
        group_by,
        having,
    };
    let order = order.collect();
    known.then_some((flat, order))
}

/// Whether a value is made of many, in their order.
fn gathers(expr: &Expr) -> bool {
    let mut found = false;
    expr.for_each(&mut |expr| {
        if let Expr::Call(call) = expr {
            found |= matches!(
                call.function,
                Function::GroupConcat | Function::JsonGroupArray | Function::JsonGroupObject
            );
        }
    });
    found
}

/// Whether a query gives one row at most: an aggregate, or the row of a key.
pub(in crate::lower::expr) fn is_single(scope: &Scope<'_>, query: &Query) -> bool {
    let QueryBody::Select(select) = &query.body else {
        return matches!(&query.body, QueryBody::Values(rows) if rows.len() == 1);
    };
    if select.from.is_empty()
        || select.group_by.is_empty() && values(select).any(|value| aggregated(value, 0))
    {
        return true;
    }
    let Some(schema) = scope.tables() else {
        return false;
    };
    let local = Local {
        schema,
        query,
        scope,
    };
    let [join] = &select.from[..] else {
        return false;
    };
    let Some((table, name)) = local.table(&join.factor) else {
        return false;
    };
    let own = |expr: &Expr, column: &Name| {
        matches!(
            expr,
            Expr::Column { table, column: found } if found == column && table.as_ref().is_none_or(|table| *table == name)
        )
    };
    let fixed = |column: &Name| {
        conditions(select).any(|condition| match condition {
            Expr::Binary {
                left,
                op: BinaryOp::Eq,
                right,
            } => own(left, column) || own(right, column),
            _ => false,
        })
    };
    let primary = table.primary_key.iter().map(|key| &key.columns);
    let mut keys = primary.chain(table.uniques.iter().map(|unique| &unique.columns));
    let indexed = table.indexes.iter().any(|index| {
        index.unique
            && index.predicate.is_none()
            && index.parts.iter().all(|part| match &part.expr {
                Expr::Column { column, .. } => fixed(column),
                _ => false,
            })
    });
    indexed || keys.any(|key| key.iter().all(fixed))
}

fn ordered(query: &Query, keys: impl IntoIterator<Item = OrderBy>, sure: bool) -> Ordered {
    Ordered {
        query: Query {
            order_by: keys.into_iter().collect(),
            ..query.clone()
        },
        sure,
    }
}

fn key(expr: Expr) -> OrderBy {
    OrderBy {
        expr,
        descending: false,
        nulls_first: None,
    }
}

/// Whether no table is read at all.
fn constant(body: &QueryBody, depth: usize) -> bool {
    depth < DEPTH_LIMIT
        && match body {
            QueryBody::Values(_) => true,
            QueryBody::Select(select) => select.from.is_empty(),
            QueryBody::SetOp { left, right, .. } => {
                constant(left, depth + 1) && constant(right, depth + 1)
            }
            QueryBody::Nested(query) => constant(&query.body, depth + 1),
        }
}

/// A query among the tables there are.
struct Local<'a> {
    schema: &'a Schema,
    query: &'a Query,
    scope: &'a Scope<'a>,
}

impl<'a> Local<'a> {
    fn select(&self, select: &Select) -> Ordered {
        let query = self.query;
        let unchanged = |sure| Ordered {
            query: query.clone(),
            sure,
        };
        if !select.group_by.is_empty() {
            if select.distinct {
                return unchanged(false);
            }
            return ordered(query, select.group_by.iter().cloned().map(key), true);
        }
        let one_row = values(select).any(|value| aggregated(value, 0));
        if select.from.is_empty() || one_row {
            return unchanged(true);
        }
        if select.distinct {
            return self.distinct(select).unwrap_or_else(|| unchanged(false));
        }
        if let Some(window) = values(select).find_map(window) {
            let keys = window.partition_by.into_iter().map(key);
            let keys = keys.chain(window.order_by);
            let rows = self.plain(select).map(|(rows, _)| rows);
            let sure = rows.is_some();
            return ordered(query, keys.chain(rows.unwrap_or_default()), sure);
        }
        if let Some((keys, sure)) = self.plain(select) {
            return ordered(query, keys, sure);
        }
        match self.joined(select) {
            Some((keys, sure)) => ordered(query, keys, sure),
            None => unchanged(false),
        }
    }

    /// Of equal rows the first counts.
    fn distinct(&self, select: &Select) -> Option<Ordered> {
        let (mut keys, sure) = self.plain(select)?;
        let items: Vec<&Expr> = values(select).collect();
        let plain = items.len() == select.items.len()
            && items
                .iter()
                .all(|item| !matches!(item, Expr::Literal(_)) && window(item).is_none());
        if !plain {
            return None;
        }
        // Read along an index, equal values stand together.
        if let ([Expr::Column { column, .. }], Some(table)) = (&items[..], self.only(select))
            && select.filter.is_none()
            && let Some(lead) = indexes(table).find_map(|index| {
                let first = index.into_iter().next()?;
                (first.0 == *column).then_some(first)
            })
        {
            let lead = OrderBy {
                descending: lead.1,
                ..key(Expr::integer(1))
            };
            return Some(ordered(self.query, [lead], sure));
        }
        let row = keys.pop().filter(|_| keys.is_empty())?;
        let mut select = select.clone();
        select.distinct = false;
        select.group_by = (1..).take(items.len()).map(Expr::integer).collect();
        let query = Query {
            body: QueryBody::Select(Box::new(select)),
            ..self.query.clone()
        };
        let first = key(Expr::call(Function::Min, vec![row.expr]));
        Some(ordered(&query, [first], sure))
    }

    /// The only table that is read.
    fn only(&self, select: &Select) -> Option<&'a Table> {
        match &select.from[..] {
            [join] => Some(self.table(&join.factor)?.0),
            _ => None,
        }
    }

    /// A table of the schema, with the name that its columns go by.
    fn table(&self, factor: &TableFactor) -> Option<(&'a Table, Name)> {
        let TableFactor::Table { name, alias } = factor else {
            return None;
        };
        let hidden =
            self.scope.cte(name).is_some() || self.query.ctes.iter().any(|cte| cte.name == *name);
        let table = self.schema.table(name).filter(|_| !hidden)?;
        Some((table, alias.as_ref().unwrap_or(&table.name).clone()))
    }

    /// The keys of a SELECT from one table, and whether they are certain.
    fn plain(&self, select: &Select) -> Option<(Vec<OrderBy>, bool)> {
        let [join] = &select.from[..] else {
            return None;
        };
        if !select.group_by.is_empty() {
            return None;
        }
        let (table, name) = self.table(&join.factor)?;
        let rows = row_keys(table, &name)?;
        let read = Read::of(select);
        let covers: Vec<Vec<(Name, bool)>> = indexes(table)
            .filter(|index| read.within(table, index) && is_narrower(table, index))
            .collect();
        Some(match (&select.filter, covers.as_slice()) {
            (None, []) => (rows, true),
            (None, [only]) => {
                let along = only.iter().map(|(column, descending)| OrderBy {
                    descending: *descending,
                    ..key(of(&name, column))
                });
                (along.chain(rows).collect(), !select.distinct)
            }
            (Some(filter), []) => {
                let mut filtered = Read::default();
                filtered.expr(filter);
                let mut leads = indexes(table).filter_map(|index| index.into_iter().next());
                let indexed = leads.any(|(lead, _)| filtered.names.contains(&lead));
                (rows, !indexed)
            }
            _ => (rows, false),
        })
    }

    /// The keys of a join: the outermost table's rows, then those of the next.
    fn joined(&self, select: &Select) -> Option<(Vec<OrderBy>, bool)> {
        let mut tables = Vec::new();
        let mut elements = Vec::new();
        for join in &select.from {
            match &join.factor {
                TableFactor::JsonEach { alias, .. } => {
                    let name = alias.clone().unwrap_or_else(|| Name::new("json_each"));
                    elements.push(key(of(&name, &Name::new("key"))));
                }
                factor => tables.push(self.table(factor)?),
            }
        }
        let fixed = tables.len() == 1
            || select
                .from
                .iter()
                .skip(1)
                .all(|join| join.kind == JoinKind::Left);
        // Looking a row up by its number is the cheapest, so that is the
        // inner loop.
        if let [(first, first_name), _] = tables.as_slice()
            && !fixed
            && conditions(select).any(|condition| asks_for_row(first, first_name, condition))
        {
            tables.swap(0, 1);
        }
        let mut keys = Vec::new();
        for (table, name) in &tables {
            keys.extend(row_keys(table, name)?);
        }
        keys.extend(elements);
        Some((keys, fixed && select.filter.is_none()))
    }

    fn width(&self, body: &QueryBody, depth: usize) -> i64 {
        if depth >= DEPTH_LIMIT {
            return 0;
        }
        let count = |count| i64::try_from(count).unwrap_or_default();
        match body {
            QueryBody::Select(select) if values(select).count() == select.items.len() => {
                count(select.items.len())
            }
            QueryBody::Select(_) => 0,
            QueryBody::Values(rows) => count(rows.first().map_or(0, Vec::len)),
            QueryBody::SetOp { left, .. } => self.width(left, depth + 1),
            QueryBody::Nested(query) => self.width(&query.body, depth + 1),
        }
    }
}

fn of(table: &Name, column: &Name) -> Expr {
    Expr::Column {
        table: Some(table.clone()),
        column: column.clone(),
    }
}

/// What SQLite keeps a table's rows by, where it has a name.
fn row_keys(table: &Table, name: &Name) -> Option<Vec<OrderBy>> {
    let identity = table
        .columns
        .iter()
        .find(|column| column.identity.is_some());
    if let Some(identity) = identity {
        return Some(vec![key(of(name, &identity.name))]);
    }
    let primary = table
        .primary_key
        .as_ref()
        .filter(|_| table.options.without_rowid)?;
    Some(
        primary
            .columns
            .iter()
            .map(|column| key(of(name, column)))
            .collect(),
    )
}

/// The columns of each index that has all rows, with whether it descends.
fn indexes(table: &Table) -> impl Iterator<Item = Vec<(Name, bool)>> {
    let indexed = table
        .indexes
        .iter()
        .filter(|index| index.predicate.is_none())
        .filter_map(|index| {
            let parts = index.parts.iter().map(|part| match &part.expr {
                Expr::Column { column, .. } => Some((column.clone(), part.descending)),
                _ => None,
            });
            parts.collect::<Option<Vec<_>>>()
        });
    let unique = table.uniques.iter().map(|unique| {
        let columns = unique.columns.iter();
        columns.map(|column| (column.clone(), false)).collect()
    });
    indexed.chain(unique)
}

/// Whether SQLite takes an index for smaller than its table: it reckons by
/// the columns' types.
fn is_narrower(table: &Table, index: &[(Name, bool)]) -> bool {
    let width = |data_type: &DataType| match (data_type, data_type.family()) {
        (DataType::Varchar(length) | DataType::Char(length), _) => (length / 4 + 1).min(255),
        (_, Family::Text | Family::Blob) => 5,
        _ => 1,
    };
    let all: u32 = table
        .columns
        .iter()
        .map(|column| width(&column.data_type))
        .sum();
    let hidden = u32::from(!table.columns.iter().any(|column| column.identity.is_some()));
    let parts = index.iter().filter_map(|(name, _)| table.column(name));
    let own: u32 = parts.map(|column| width(&column.data_type)).sum();
    own + 1 < all + hidden
}

/// The columns that a SELECT reads.
#[derive(Default)]
struct Read {
    names: Vec<Name>,
    all: bool,
}

impl Read {
    fn of(select: &Select) -> Self {
        let mut read = Self::default();
        read.select(select);
        read
    }

    fn within(&self, table: &Table, index: &[(Name, bool)]) -> bool {
        let number = |name: &Name| {
            Scope::is_rowid(name)
                || table
                    .column(name)
                    .is_some_and(|column| column.identity.is_some())
        };
        !self.all
            && self
                .names
                .iter()
                .all(|name| number(name) || index.iter().any(|(part, _)| part == name))
    }
}

impl Visit for Read {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Column { column, .. } = expr {
            self.names.push(column.clone());
        }
        walk_expr(self, expr);
    }

    fn select(&mut self, select: &Select) {
        self.all |= values(select).count() < select.items.len();
        walk_select(self, select);
    }
}

fn values(select: &Select) -> impl Iterator<Item = &Expr> {
    select.items.iter().filter_map(|item| match item {
        SelectItem::Expr { expr, .. } => Some(expr),
        _ => None,
    })
}

/// The window of a value that has one.
fn window(expr: &Expr) -> Option<Window> {
    let mut found = None;
    expr.for_each(&mut |expr| {
        if let Expr::Call(call) = expr
            && found.is_none()
        {
            found.clone_from(&call.over);
        }
    });
    found
}

/// What a join's rows have to meet, each by itself.
fn conditions(select: &Select) -> impl Iterator<Item = &Expr> {
    let mut all = Vec::new();
    let mut rest: Vec<&Expr> = select
        .from
        .iter()
        .filter_map(|join| join.on.as_ref())
        .collect();
    rest.extend(&select.filter);
    while let Some(expr) = rest.pop() {
        match expr {
            Expr::Binary {
                left,
                op: BinaryOp::And,
                right,
            } => rest.extend([&**left, &**right]),
            other => all.push(other),
        }
    }
    all.into_iter()
}

/// `x = table.id`.
fn asks_for_row(table: &Table, name: &Name, condition: &Expr) -> bool {
    let Expr::Binary {
        left,
        op: BinaryOp::Eq,
        right,
    } = condition
    else {
        return false;
    };
    [left, right].into_iter().any(|side| match &**side {
        Expr::Column {
            table: Some(of),
            column,
        } => {
            let column = table.column(column);
            of == name && column.is_some_and(|column| column.identity.is_some())
        }
        _ => false,
    })
}
