//! Queries: what a view shows, what an INSERT copies, subqueries.
//!
//! `*` is written out, since an engine's table may have columns that the
//! source knows nothing of. NULL sorts as the least value everywhere, as it
//! does on SQLite.

mod sorted;

use super::{
    data::order,
    function, rows,
    scope::{Found, Held, Scope, Source},
    sql::{Sql, list},
    types::{self, DEPTH_LIMIT},
    writer::Writer,
};
use crate::{
    Engine, Refusal,
    model::{
        Call, DataType, Expr, Function, Join, JoinKind, Name, Query, QueryBody, Select, SelectItem,
        SetOp, TableFactor,
        visit::{Visit, walk_expr, walk_factor},
    },
};

/// The types that a query's columns have to be of, as far as any is wanted.
type Wanted<'w> = &'w [Option<DataType>];

impl Writer {
    /// `(SELECT ..)` as a value.
    pub(super) fn subquery(
        &self,
        scope: &Scope<'_>,
        query: &Query,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        // Of several rows SQLite takes the first.
        let first;
        let alone = !self.once || !self.typed() || query.limit.is_some();
        let query = if alone || order::is_single(scope, query) {
            query
        } else {
            first = Query {
                limit: Some(Expr::integer(1)),
                ..query.clone()
            };
            &first
        };
        let text = self.query(scope, query, &[wanted.cloned()])?;
        Ok(Sql::atom(format!("({text})")))
    }

    pub(super) fn exists(&self, scope: &Scope<'_>, query: &Query) -> Result<String, Refusal> {
        self.query(scope, query, &[])
    }

    pub(super) fn in_query(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        negated: bool,
        query: &Query,
    ) -> Result<Sql, Refusal> {
        let cells = match expr {
            Expr::Row(cells) => cells.as_slice(),
            one => std::slice::from_ref(one),
        };
        let found = rows::columns(scope, query, DEPTH_LIMIT);
        if self.typed() && found.len() != cells.len() {
            return Err(Refusal::new(format!(
                "{} values are looked for in a query of {} columns",
                cells.len(),
                found.len()
            )));
        }
        let (mut lefts, mut wanted, mut folds) = (Vec::new(), Vec::new(), false);
        for (place, cell) in cells.iter().enumerate() {
            let column = found.get(place).map(|column| column.kind.clone());
            let column = column.unwrap_or_default();
            let own = types::of(scope, cell);
            let nocase = own.nocase;
            let kind = types::Type {
                nocase,
                ..types::meet(own, column.clone())
            };
            self.comparable(&column, &kind)?;
            folds |= kind.nocase;
            lefts.push(self.compared(scope, cell, &kind)?);
            wanted.push(kind.data);
        }
        let folded;
        let query = if folds && self.typed() {
            folded = lowered(query).ok_or_else(|| {
                Refusal::new("a NOCASE column is looked for in a query that is no plain SELECT")
            })?;
            &folded
        } else {
            query
        };
        let text = self.query(scope, query, &wanted)?;
        // MariaDB takes no LIMIT in such a subquery, but in one inside it.
        let text = if self.engine == Engine::Mariadb && query.limit.is_some() {
            format!("SELECT * FROM ({text}) AS {}", self.quote(&self.name()))
        } else {
            text
        };
        let not = if negated { "NOT " } else { "" };
        let left = match lefts.len() {
            1 => lefts.remove(0).side(),
            _ => format!("({})", list(lefts)),
        };
        Ok(Sql::compare(format!("{left} {not}IN ({text})")))
    }

    /// A name for a subquery that has none.
    fn name(&self) -> Name {
        self.unnamed.set(self.unnamed.get() + 1);
        Name::new(format!("dualfuel_{}", self.unnamed.get()))
    }

    /// A query, with columns of the wanted types as far as any are.
    pub(super) fn query(
        &self,
        outer: &Scope<'_>,
        query: &Query,
        wanted: Wanted<'_>,
    ) -> Result<String, Refusal> {
        self.deeper(|| {
            let said;
            let query = if self.once && self.typed() && query.limit.is_some() {
                said = order::as_read(outer, query).query;
                &said
            } else {
                query
            };
            let scope = rows::with_ctes(outer, query, DEPTH_LIMIT);
            let mut text = self.ctes(&scope, query)?;
            text.push_str(&self.body(&scope, query, &query.body, wanted)?);
            if !query.order_by.is_empty() {
                let order = self.query_order(&scope, query)?;
                text.push_str(&format!(" {order}"));
            }
            text.push_str(&self.limit(&scope, query)?);
            Ok(text)
        })
    }

    fn ctes(&self, scope: &Scope<'_>, query: &Query) -> Result<String, Refusal> {
        if query.ctes.is_empty() {
            return Ok(String::new());
        }
        let mut parts = Vec::new();
        for cte in &query.ctes {
            self.sees_no_row_around(scope, &cte.query)?;
            let columns = scope.cte(&cte.name).unwrap_or_default();
            let names: Vec<Name> = columns.iter().map(|column| column.name.clone()).collect();
            // The types of a recursive one are fixed by its first part.
            let wanted: Vec<Option<DataType>> = match query.recursive {
                true => columns
                    .iter()
                    .map(|column| column.kind.data.clone())
                    .collect(),
                false => Vec::new(),
            };
            let listed = if cte.columns.is_empty() {
                String::new()
            } else {
                format!(" ({})", self.names(&names))
            };
            let body = if query.recursive {
                self.recursive(scope, &cte.query, &wanted)?
            } else {
                self.query(scope, &cte.query, &wanted)?
            };
            parts.push(format!("{}{listed} AS ({body})", self.quote(&cte.name)));
        }
        let recursive = if query.recursive { "RECURSIVE " } else { "" };
        Ok(format!("WITH {recursive}{} ", parts.join(", ")))
    }

    /// On MariaDB a subquery in FROM or WITH can't name the row that a query
    /// around it is at.
    fn sees_no_row_around(&self, scope: &Scope<'_>, query: &Query) -> Result<(), Refusal> {
        #[derive(Default)]
        struct Names {
            own: Vec<Name>,
            asked: Vec<(Name, Name)>,
        }
        impl Visit for Names {
            fn expr(&mut self, expr: &Expr) {
                if let Expr::Column {
                    table: Some(table),
                    column,
                } = expr
                {
                    self.asked.push((table.clone(), column.clone()));
                }
                walk_expr(self, expr);
            }

            fn factor(&mut self, factor: &TableFactor) {
                self.own.extend(match factor {
                    TableFactor::Table { name, alias } => {
                        Some(alias.as_ref().unwrap_or(name).clone())
                    }
                    TableFactor::Query { alias, .. } => alias.clone(),
                    TableFactor::JsonEach { alias, .. } => {
                        Some(alias.clone().unwrap_or_else(|| Name::new("json_each")))
                    }
                });
                walk_factor(self, factor);
            }
        }
        if self.engine != Engine::Mariadb {
            return Ok(());
        }
        let mut names = Names::default();
        names.query(query);
        let outside = names.asked.iter().find(|(table, column)| {
            !names.own.contains(table) && scope.find(Some(table), column).is_some()
        });
        match outside {
            Some((table, column)) => Err(Refusal::new(format!(
                "MariaDB's subqueries in FROM and WITH can't see `{table}.{column}` of the row around them: reckon it for all rows, and join"
            ))),
            None => Ok(()),
        }
    }

    /// The query of a recursive expression: PostgreSQL wants its parts' types
    /// to be the very same, so they are said.
    fn recursive(
        &self,
        scope: &Scope<'_>,
        query: &Query,
        wanted: Wanted<'_>,
    ) -> Result<String, Refusal> {
        let (Engine::Postgres, QueryBody::SetOp { .. }) = (self.engine, &query.body) else {
            return self.query(scope, query, wanted);
        };
        let mut said = query.clone();
        cast_items(&mut said.body, wanted, 0);
        self.query(scope, &said, wanted)
    }

    pub(super) fn names(&self, names: &[Name]) -> String {
        let names: Vec<String> = names.iter().map(|name| self.quote(name)).collect();
        names.join(", ")
    }

    fn body(
        &self,
        scope: &Scope<'_>,
        query: &Query,
        body: &QueryBody,
        wanted: Wanted<'_>,
    ) -> Result<String, Refusal> {
        match body {
            QueryBody::Select(select) => self.select(scope, select, wanted),
            QueryBody::Values(values) => self.values(scope, values, wanted),
            QueryBody::SetOp {
                op,
                all,
                left,
                right,
            } => self.deeper(|| self.set_op(scope, query, (*op, *all), (left, right), wanted)),
            QueryBody::Nested(nested) => {
                let text = self.query(scope, nested, wanted)?;
                Ok(match self.engine {
                    Engine::Sqlite => format!("SELECT * FROM ({text})"),
                    _ => format!("({text})"),
                })
            }
        }
    }

    fn set_op(
        &self,
        scope: &Scope<'_>,
        query: &Query,
        (op, all): (SetOp, bool),
        (left, right): (&QueryBody, &QueryBody),
        wanted: Wanted<'_>,
    ) -> Result<String, Refusal> {
        let whole = QueryBody::SetOp {
            op,
            all,
            left: Box::new(left.clone()),
            right: Box::new(right.clone()),
        };
        let columns = rows::of_body(scope, &whole, query.recursive, DEPTH_LIMIT);
        let own: Vec<Option<DataType>> = columns
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let wanted = wanted.get(place).cloned().flatten();
                wanted.or_else(|| column.kind.data.clone())
            })
            .collect();
        let word = match op {
            SetOp::Union => "UNION",
            SetOp::Intersect => "INTERSECT",
            SetOp::Except => "EXCEPT",
        };
        let all = if all { " ALL" } else { "" };
        let nested = |body: &QueryBody, same: bool| -> Result<String, Refusal> {
            let text = self.body(scope, query, body, &own)?;
            let grouped =
                matches!(body, QueryBody::SetOp { op: inner, .. } if !same || *inner != op);
            Ok(match (grouped, self.engine) {
                (false, _) => text,
                (true, Engine::Sqlite) => format!("SELECT * FROM ({text})"),
                (true, _) => format!("({text})"),
            })
        };
        Ok(format!(
            "{} {word}{all} {}",
            nested(left, true)?,
            nested(right, false)?
        ))
    }

    /// `VALUES`, which on MariaDB would name its columns after its first row.
    fn values(
        &self,
        scope: &Scope<'_>,
        values: &[Vec<Expr>],
        wanted: Wanted<'_>,
    ) -> Result<String, Refusal> {
        let columns = rows::of_body(
            scope,
            &QueryBody::Values(values.to_vec()),
            false,
            DEPTH_LIMIT,
        );
        let mut lines = Vec::new();
        for (line, row) in values.iter().enumerate() {
            let mut cells = Vec::new();
            for (place, cell) in row.iter().enumerate() {
                let column = columns.get(place);
                let own = column.and_then(|column| column.kind.data.clone());
                let kind = wanted.get(place).cloned().flatten().or(own);
                let kind = kind.filter(|_| self.typed());
                let sql = self.item(scope, cell, kind.as_ref())?;
                cells.push(match (self.engine, column) {
                    (Engine::Mariadb, Some(column)) if line == 0 => {
                        format!("{} AS {}", sql.text, self.quote(&column.name))
                    }
                    _ => sql.text,
                });
            }
            lines.push(cells.join(", "));
        }
        Ok(match self.engine {
            Engine::Mariadb => {
                let lines: Vec<String> = lines
                    .into_iter()
                    .map(|line| format!("SELECT {line}"))
                    .collect();
                lines.join(" UNION ALL ")
            }
            _ => {
                let lines: Vec<String> =
                    lines.into_iter().map(|line| format!("({line})")).collect();
                format!("VALUES {}", lines.join(", "))
            }
        })
    }

    /// A value of a SELECT's list. PostgreSQL takes a bare NULL for text.
    fn item(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        let sql = self.value(scope, expr, wanted)?;
        Ok(match (self.engine, wanted) {
            (Engine::Postgres, Some(wanted)) if expr.is_null_literal() => {
                sql.cast(&self.spelling.data_type(wanted))
            }
            _ => sql,
        })
    }

    fn select(
        &self,
        outer: &Scope<'_>,
        select: &Select,
        wanted: Wanted<'_>,
    ) -> Result<String, Refusal> {
        let flat = match self.once && self.typed() {
            true => order::flattened(select),
            false => None,
        };
        let (select, mut along) = match &flat {
            Some((select, along)) => (select, along.clone()),
            None => (select, Vec::new()),
        };
        let scope = rows::of_select(outer, select, DEPTH_LIMIT);
        if self.typed() {
            grouped(&scope, select)?;
        }
        if self.once && self.typed() {
            along.extend(order::gathered(&scope, select));
        }
        let around = self.gathered.replace(along);
        let mut items = Vec::new();
        for item in &select.items {
            self.items(&scope, select, item, wanted, &mut items)?;
        }
        self.gathered.replace(around);
        let distinct = if select.distinct { "DISTINCT " } else { "" };
        let mut text = format!("SELECT {distinct}{}", items.join(", "));
        if !select.from.is_empty() {
            text.push_str(&format!(" FROM {}", self.from(&scope, &select.from)?));
        }
        if let Some(filter) = &select.filter {
            text.push_str(&format!(" WHERE {}", self.condition(&scope, filter)?.text));
        }
        if self.typed()
            && select
                .group_by
                .iter()
                .any(|key| matches!(key, Expr::CollateNoCase(_)))
        {
            return Err(Refusal::new(
                "GROUP BY .. COLLATE NOCASE shows a group as some row of it spells it: group by lower(..)",
            ));
        }
        if !select.group_by.is_empty() {
            let keys = select
                .group_by
                .iter()
                .map(|key| self.value(&scope, key, None));
            let keys: Vec<Sql> = keys.collect::<Result<_, _>>()?;
            text.push_str(&format!(" GROUP BY {}", list(keys)));
        }
        if let Some(having) = &select.having {
            text.push_str(&format!(" HAVING {}", self.condition(&scope, having)?.text));
        }
        Ok(text)
    }

    fn items(
        &self,
        scope: &Scope<'_>,
        select: &Select,
        item: &SelectItem,
        wanted: Wanted<'_>,
        items: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        let want = |place: usize| wanted.get(place).and_then(Option::as_ref);
        let starred: Vec<(Name, Name)> = match item {
            SelectItem::Expr { expr, alias } => {
                let sql = self.item(scope, expr, want(items.len()))?;
                // What is written for it may be no name any more.
                let own = match expr {
                    Expr::Column { table, column } => scope
                        .find(table.as_ref(), column)
                        .and_then(|found| match found {
                            Found::Column { column, .. } => Some(column),
                            Found::Alias(_) => None,
                        })
                        .filter(|column| column.held != Held::AsItIs)
                        .map(|column| &column.name),
                    _ => None,
                };
                items.push(match alias.as_ref().or(own) {
                    Some(alias) => format!("{} AS {}", sql.text, self.quote(alias)),
                    None => sql.text,
                });
                return Ok(());
            }
            SelectItem::All => rows::starred(scope, select)
                .map(|(source, column)| (source.name.clone(), column.name.clone()))
                .collect(),
            SelectItem::AllOf(name) => scope
                .visible()
                .filter(|source| source.name == *name)
                .flat_map(|source| {
                    let columns = source.columns.iter();
                    columns.map(|column| (source.name.clone(), column.name.clone()))
                })
                .collect(),
        };
        if starred.is_empty() {
            return Err(Refusal::new("`*` stands for columns that are not known"));
        }
        let eight = |factor: &TableFactor| matches!(factor, TableFactor::JsonEach { .. });
        if select.from.iter().any(|join| eight(&join.factor)) {
            return Err(Refusal::new(
                "`*` with `json_each` stands for eight columns of SQLite's: name those that are needed",
            ));
        }
        for (table, column) in starred {
            let table = Some(table).filter(|table| !table.as_str().is_empty());
            let expr = Expr::Column { table, column };
            let sql = self.value(scope, &expr, want(items.len()))?;
            items.push(sql.text);
        }
        Ok(())
    }

    /// The tables of FROM, with their joins.
    pub(super) fn from(&self, scope: &Scope<'_>, joins: &[Join]) -> Result<String, Refusal> {
        let mut text = String::new();
        for (place, join) in joins.iter().enumerate() {
            let factor = self.factor(scope, &join.factor)?;
            if place > 0 {
                text.push_str(match join.kind {
                    JoinKind::Left => " LEFT JOIN ",
                    JoinKind::Right => " RIGHT JOIN ",
                    JoinKind::Full if self.engine == Engine::Mariadb => {
                        return Err(Refusal::new("MariaDB has no FULL JOIN"));
                    }
                    JoinKind::Full => " FULL JOIN ",
                    // SQLite takes a JOIN without a condition.
                    _ if join.on.is_none() && join.using.is_empty() => " CROSS JOIN ",
                    _ => " JOIN ",
                });
            }
            text.push_str(&factor);
            if let Some(on) = &join.on {
                text.push_str(&format!(" ON {}", self.condition(scope, on)?.text));
            } else if !join.using.is_empty() {
                text.push_str(&format!(" USING ({})", self.names(&join.using)));
            }
        }
        Ok(text)
    }

    fn factor(&self, scope: &Scope<'_>, factor: &TableFactor) -> Result<String, Refusal> {
        match factor {
            TableFactor::Table { name, alias } => {
                let written = self.table_name(scope, name)?;
                Ok(match alias {
                    Some(alias) => format!("{written} AS {}", self.quote(alias)),
                    None => written,
                })
            }
            TableFactor::Query {
                query,
                alias,
                columns,
            } => {
                // What is inside sees the tables around the SELECT, not those
                // beside it.
                let around = Scope::default();
                if let Some(outer) = scope.outer {
                    self.sees_no_row_around(outer, query)?;
                }
                let text = self.query(scope.outer.unwrap_or(&around), query, &[])?;
                let alias = alias.clone().unwrap_or_else(|| self.name());
                let listed = match (columns.is_empty(), self.engine) {
                    (true, _) => String::new(),
                    (false, Engine::Postgres) => format!(" ({})", self.names(columns)),
                    (false, engine) => {
                        return Err(Refusal::new(format!(
                            "{engine} can't name the columns of a subquery in FROM"
                        )));
                    }
                };
                Ok(format!("({text}) AS {}{listed}", self.quote(&alias)))
            }
            TableFactor::JsonEach { json, path, alias } => {
                self.json_each(scope, json, path.as_ref(), alias.as_ref())
            }
        }
    }

    /// A table, view or common table expression, as it was declared.
    pub(super) fn table_name(&self, scope: &Scope<'_>, name: &Name) -> Result<String, Refusal> {
        let mut around = Some(scope);
        while let Some(here) = around {
            if let Some((cte, _)) = here.ctes.iter().find(|(cte, _)| cte == name) {
                return Ok(self.quote(cte));
            }
            around = here.outer;
        }
        let declared = scope.tables().and_then(|schema| {
            let table = schema.table(name).map(|table| &table.name);
            table.or_else(|| schema.view(name).map(|view| &view.name))
        });
        match declared {
            Some(declared) => Ok(self.quote(declared)),
            None if name.folded().starts_with("sqlite_") => {
                Err(Refusal::new(format!("`{name}` is SQLite's own catalogue")))
            }
            None => Err(Refusal::new(format!("there is no table `{name}`"))),
        }
    }
}

/// The same query with its values in lower case: for a NOCASE comparison.
fn lowered(query: &Query) -> Option<Query> {
    let mut query = query.clone();
    let QueryBody::Select(select) = &mut query.body else {
        return None;
    };
    for item in &mut select.items {
        let SelectItem::Expr { expr, .. } = item else {
            return None;
        };
        *expr = Expr::call(Function::Lower, vec![expr.clone()]);
    }
    Some(query)
}

/// Says the type of every value of a recursive query's parts.
fn cast_items(body: &mut QueryBody, wanted: Wanted<'_>, depth: usize) {
    match body {
        QueryBody::Select(select) => {
            for (item, wanted) in select.items.iter_mut().zip(wanted) {
                if let (SelectItem::Expr { expr, .. }, Some(wanted)) = (item, wanted) {
                    let inner = std::mem::replace(expr, Expr::NULL);
                    *expr = Expr::Cast {
                        expr: Box::new(inner),
                        data_type: wanted.clone(),
                    };
                }
            }
        }
        QueryBody::SetOp { left, right, .. } if depth < DEPTH_LIMIT => {
            cast_items(left, wanted, depth + 1);
            cast_items(right, wanted, depth + 1);
        }
        _ => {}
    }
}

/// Refuses a column beside aggregates that is neither grouped by nor fixed by
/// a key that is: SQLite takes it from some row of the group.
fn grouped(scope: &Scope<'_>, select: &Select) -> Result<(), Refusal> {
    let values = || {
        select.items.iter().filter_map(|item| match item {
            SelectItem::Expr { expr, .. } => Some(expr),
            _ => None,
        })
    };
    let aggregates = values()
        .chain(&select.having)
        .any(|expr| aggregated(expr, 0));
    if select.group_by.is_empty() && !aggregates {
        return Ok(());
    }
    // A place in the list, or a name in it, stands for that entry.
    let keys: Vec<&Expr> = select
        .group_by
        .iter()
        .map(|key| {
            let place = function::integer(key).and_then(|place| usize::try_from(place - 1).ok());
            let entry = place.and_then(|place| match select.items.get(place) {
                Some(SelectItem::Expr { expr, .. }) => Some(expr),
                _ => None,
            });
            entry.unwrap_or(match key {
                Expr::Column {
                    table: None,
                    column,
                } => match scope.find(None, column) {
                    Some(Found::Alias(value)) => value,
                    _ => key,
                },
                _ => key,
            })
        })
        .collect();
    let fixed = |source: &Source| {
        !source.key.is_empty()
            && source.key.iter().all(|part| {
                keys.iter().any(|key| match key {
                    Expr::Column { table, column } => match scope.find(table.as_ref(), column) {
                        Some(Found::Column {
                            source: found,
                            column,
                        }) => found.name == source.name && column.name == *part,
                        _ => false,
                    },
                    _ => false,
                })
            })
    };
    let starred = select
        .items
        .iter()
        .any(|item| !matches!(item, SelectItem::Expr { .. }));
    if starred && !scope.visible().all(fixed) {
        return Err(Refusal::new(
            "`*` stands beside an aggregate or GROUP BY: SQLite takes the columns from some row",
        ));
    }
    for value in values().chain(&select.having) {
        if let Some(loose) = ungrouped(scope, value, &keys, &fixed, 0) {
            return Err(Refusal::new(format!(
                "`{loose}` is neither aggregated nor grouped by: SQLite takes it from some row of the group, and no other engine from the same"
            )));
        }
    }
    Ok(())
}

/// The parts of an expression that are not queries of their own.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Unary { expr, .. }
        | Expr::IsNull { expr, .. }
        | Expr::Cast { expr, .. }
        | Expr::CollateNoCase(expr)
        | Expr::InQuery { expr, .. } => vec![expr],
        Expr::Binary { left, right, .. } => vec![left, right],
        Expr::Between {
            expr, low, high, ..
        } => vec![expr, low, high],
        Expr::InList { expr, list, .. } => std::iter::once(&**expr).chain(list).collect(),
        Expr::Like(like) => vec![&like.expr, &like.pattern],
        Expr::Case {
            operand,
            branches,
            otherwise,
        } => operand
            .as_deref()
            .into_iter()
            .chain(branches.iter().flat_map(|(when, then)| [when, then]))
            .chain(otherwise.as_deref())
            .collect(),
        Expr::Call(call) => call.args.iter().collect(),
        Expr::Row(values) => values.iter().collect(),
        Expr::Literal(_)
        | Expr::Column { .. }
        | Expr::Exists { .. }
        | Expr::Subquery(_)
        | Expr::Opaque { .. } => Vec::new(),
    }
}

fn is_aggregate(call: &Call) -> bool {
    call.over.is_none()
        && matches!(
            call.function,
            Function::Count
                | Function::Sum
                | Function::Total
                | Function::Avg
                | Function::Min
                | Function::Max
                | Function::GroupConcat
                | Function::JsonGroupArray
                | Function::JsonGroupObject
        )
}

pub(super) fn aggregated(expr: &Expr, depth: usize) -> bool {
    let here = matches!(expr, Expr::Call(call) if is_aggregate(call));
    here || depth < DEPTH_LIMIT && parts(expr).iter().any(|part| aggregated(part, depth + 1))
}

/// A column outside aggregates that has several values in a group.
fn ungrouped(
    scope: &Scope<'_>,
    expr: &Expr,
    keys: &[&Expr],
    fixed: &dyn Fn(&Source) -> bool,
    depth: usize,
) -> Option<Name> {
    if depth >= DEPTH_LIMIT || keys.iter().any(|key| same(scope, key, expr)) {
        return None;
    }
    match expr {
        Expr::Call(call) if is_aggregate(call) => None,
        Expr::Column { table, column } => match scope.find(table.as_ref(), column) {
            Some(Found::Column { source, .. }) => {
                let own = scope.sources.iter().any(|own| std::ptr::eq(own, source));
                (own && !fixed(source)).then(|| column.clone())
            }
            _ => None,
        },
        _ => parts(expr)
            .into_iter()
            .find_map(|part| ungrouped(scope, part, keys, fixed, depth + 1)),
    }
}

/// Whether two expressions are the same, `t.a` and `a` among them.
fn same(scope: &Scope<'_>, left: &Expr, right: &Expr) -> bool {
    let found = |expr: &Expr| match expr {
        Expr::Column { table, column } => match scope.find(table.as_ref(), column) {
            Some(Found::Column { source, column }) => {
                Some((source.name.clone(), column.name.clone()))
            }
            _ => None,
        },
        _ => None,
    };
    left == right
        || match (found(left), found(right)) {
            (Some(left), Some(right)) => left == right,
            _ => false,
        }
}
