//! What a column's name means where it stands.
//!
//! [`Scoped`] walks a query or a data statement and says of every column
//! which table it belongs to, through aliases, common table expressions and
//! the queries around it. Renaming a column, finding what depends on one, and
//! SQLite's habit of reading `"name"` as text where there is no such column,
//! all need just that.

use super::{
    Cte, Expr, Join, Name, Query, QueryBody, Schema, Select, SelectItem, Table, TableFactor,
    visit::{VisitMut, mut_body, mut_expr, mut_factor, mut_select},
};
use crate::statement::{OnConflict, Statement};

/// What a column's name was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A column of that table, or its name says so and there is none.
    Table {
        /// The table, by its own name.
        table: Name,
        /// Whether the table has such a column; `rowid` counts as one.
        exists: bool,
        /// Whether the table goes by another name here.
        aliased: bool,
    },
    /// A column of a view, a query in FROM, a common table expression, or an
    /// entry of the SELECT's list.
    Derived,
    /// Nothing of that name, though all that is there is known.
    Nothing,
    /// Something that is there is not known, so it may be of that.
    Unknown,
}

/// Who is told what names mean.
pub trait Names {
    /// A column, as an expression.
    fn column(&mut self, expr: &mut Expr, found: &Found);
    /// A column of `table` that is written: in INSERT's list, SET, a conflict target.
    fn written(&mut self, table: &Name, column: &mut Name) {
        let _ = (table, column);
    }
    /// A table or view that is read or written, by its own name.
    fn table(&mut self, name: &mut Name) {
        let _ = name;
    }
}

/// A name in a scope.
#[derive(Debug, Clone)]
struct Binding {
    /// What it is called here.
    name: Name,
    /// The table behind it.
    table: Option<Name>,
    /// Its columns, where known.
    columns: Option<Vec<Name>>,
}

/// A walk that keeps account of what is in scope.
pub struct Scoped<'a, N: ?Sized> {
    schema: &'a Schema,
    names: &'a mut N,
    scopes: Vec<Vec<Binding>>,
    ctes: Vec<(Name, Option<Vec<Name>>)>,
    /// Names that the SELECT's list gives, innermost last.
    aliases: Vec<Vec<Name>>,
}

impl<N: ?Sized> std::fmt::Debug for Scoped<'_, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scoped")
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl<'a, N: Names + ?Sized> Scoped<'a, N> {
    /// A walk over something that stands by itself: a query, a data statement.
    pub fn new(schema: &'a Schema, names: &'a mut N) -> Self {
        Self {
            schema,
            names,
            scopes: Vec::new(),
            ctes: Vec::new(),
            aliases: Vec::new(),
        }
    }

    /// A walk over an expression about `table`'s row: a CHECK, an index's key.
    pub fn of_row(schema: &'a Schema, table: &Table, names: &'a mut N) -> Self {
        let mut scoped = Self::new(schema, names);
        scoped.scopes.push(vec![Binding::of_table(table, None)]);
        scoped
    }

    /// A walk over what a trigger of `table` says: its rows are `new` and `old`.
    pub fn of_trigger(schema: &'a Schema, table: &Name, names: &'a mut N) -> Self {
        let mut scoped = Self::new(schema, names);
        let rows = ["new", "old"].map(|row| {
            let mut binding = scoped.binding(table, Some(&Name::new(row)));
            // Only by its qualifier: `id` alone is not `new.id`.
            if binding.columns.is_none() {
                binding.columns = Some(Vec::new());
            }
            binding
        });
        scoped.scopes.push(rows.to_vec());
        scoped
    }

    fn binding(&self, name: &Name, alias: Option<&Name>) -> Binding {
        if alias.is_none()
            && let Some((cte, columns)) = self.ctes.iter().rev().find(|(cte, _)| cte == name)
        {
            return Binding {
                name: cte.clone(),
                table: None,
                columns: columns.clone(),
            };
        }
        if let Some((_, columns)) = self.ctes.iter().rev().find(|(cte, _)| cte == name) {
            return Binding {
                name: alias.unwrap_or(name).clone(),
                table: None,
                columns: columns.clone(),
            };
        }
        if let Some(table) = self.schema.table(name) {
            return Binding::of_table(table, alias);
        }
        Binding {
            name: alias.unwrap_or(name).clone(),
            table: None,
            columns: self.schema.view(name).map(|view| view.columns.clone()),
        }
    }

    fn scope_of(&self, from: &[Join]) -> Vec<Binding> {
        let unnamed = || Name::new(String::new());
        from.iter()
            .map(|join| match &join.factor {
                TableFactor::Table { name, alias } => self.binding(name, alias.as_ref()),
                TableFactor::Query {
                    query,
                    alias,
                    columns,
                } => Binding {
                    name: alias.clone().unwrap_or_else(unnamed),
                    table: None,
                    columns: if columns.is_empty() {
                        self.columns_of(query)
                    } else {
                        Some(columns.clone())
                    },
                },
                TableFactor::JsonEach { alias, .. } => Binding {
                    name: alias.clone().unwrap_or_else(|| Name::new("json_each")),
                    table: None,
                    columns: Some(JSON_EACH.iter().map(|name| Name::new(*name)).collect()),
                },
            })
            .collect()
    }

    /// The names of a query's columns; none where they are not known.
    fn columns_of(&self, query: &Query) -> Option<Vec<Name>> {
        let mut nobody = ();
        let mut scoped = Scoped {
            schema: self.schema,
            names: &mut nobody,
            scopes: Vec::new(),
            ctes: self.ctes.clone(),
            aliases: Vec::new(),
        };
        for cte in &query.ctes {
            let columns = if cte.columns.is_empty() {
                scoped.columns_of(&cte.query)
            } else {
                Some(cte.columns.clone())
            };
            scoped.ctes.push((cte.name.clone(), columns));
        }
        let mut body = &query.body;
        let select = loop {
            match body {
                QueryBody::Select(select) => break select,
                QueryBody::SetOp { left, .. } => body = left,
                QueryBody::Nested(query) => return scoped.columns_of(query),
                QueryBody::Values(rows) => {
                    let width = rows.first().map_or(0, Vec::len);
                    return Some(
                        (1..=width)
                            .map(|n| Name::new(format!("column{n}")))
                            .collect(),
                    );
                }
            }
        };
        let scope = scoped.scope_of(&select.from);
        let mut columns = Vec::new();
        for item in &select.items {
            match item {
                SelectItem::All => {
                    for (place, binding) in scope.iter().enumerate() {
                        let using = select.from.get(place).map_or(&[][..], |join| &join.using);
                        let own = binding.columns.as_ref()?;
                        columns.extend(own.iter().filter(|name| !using.contains(name)).cloned());
                    }
                }
                SelectItem::AllOf(name) => {
                    let binding = scope.iter().find(|binding| binding.name == *name)?;
                    columns.extend(binding.columns.clone()?);
                }
                SelectItem::Expr {
                    alias: Some(alias), ..
                } => columns.push(alias.clone()),
                SelectItem::Expr {
                    expr: Expr::Column { column, .. },
                    ..
                } => columns.push(column.clone()),
                SelectItem::Expr { .. } => {
                    columns.push(Name::new(format!("column{}", columns.len() + 1)));
                }
            }
        }
        Some(columns)
    }

    fn find(&self, table: Option<&Name>, column: &Name) -> Found {
        let mut unknown = false;
        for scope in self.scopes.iter().rev() {
            let there = scope
                .iter()
                .filter(|binding| table.is_none_or(|table| binding.name == *table));
            for binding in there {
                let exists = match &binding.columns {
                    Some(columns) => {
                        columns.contains(column) || binding.table.is_some() && column.is_rowid()
                    }
                    None => {
                        unknown = true;
                        continue;
                    }
                };
                match &binding.table {
                    Some(of) if exists || table.is_some() => {
                        return Found::Table {
                            table: of.clone(),
                            exists,
                            aliased: binding.name != *of,
                        };
                    }
                    None if exists => return Found::Derived,
                    _ => {}
                }
            }
        }
        if table.is_none() && self.aliases.iter().flatten().any(|alias| alias == column) {
            return Found::Derived;
        }
        if unknown {
            Found::Unknown
        } else {
            Found::Nothing
        }
    }

    fn conflict(&mut self, table: &Name, on_conflict: &mut OnConflict) {
        let excluded = Name::new("excluded");
        let scope = vec![
            self.binding(table, None),
            self.binding(table, Some(&excluded)),
        ];
        match on_conflict {
            OnConflict::Fail | OnConflict::Replace => {}
            OnConflict::Nothing { target } => {
                for column in target {
                    self.names.written(table, column);
                }
            }
            OnConflict::Update {
                target,
                set,
                filter,
            } => {
                self.scopes.push(scope);
                for column in target {
                    self.names.written(table, column);
                }
                for (column, value) in set {
                    self.expr(value);
                    self.names.written(table, column);
                }
                if let Some(filter) = filter {
                    self.expr(filter);
                }
                self.scopes.pop();
            }
        }
    }

    /// A statement that writes a table, with FROM or USING of its own.
    fn write(
        &mut self,
        table: &mut Name,
        alias: Option<&Name>,
        from: &mut [Join],
        set: &mut [(Name, Expr)],
        filter: &mut Option<Expr>,
    ) {
        let mut scope = vec![self.binding(table, alias)];
        scope.extend(self.scope_of(from));
        self.scopes.push(scope);
        for Join { on, .. } in from.iter_mut() {
            if let Some(on) = on {
                self.expr(on);
            }
        }
        for (column, value) in set {
            self.expr(value);
            self.names.written(table, column);
        }
        if let Some(filter) = filter {
            self.expr(filter);
        }
        for Join { factor, .. } in from {
            self.factor(factor);
        }
        self.scopes.pop();
        self.names.table(table);
    }
}

/// The columns of `json_each`.
const JSON_EACH: [&str; 8] = [
    "key", "value", "type", "atom", "id", "parent", "fullkey", "path",
];

impl Binding {
    fn of_table(table: &Table, alias: Option<&Name>) -> Self {
        Self {
            name: alias.unwrap_or(&table.name).clone(),
            table: Some(table.name.clone()),
            columns: Some(table.columns.iter().map(|c| c.name.clone()).collect()),
        }
    }
}

/// Nobody is told.
impl Names for () {
    fn column(&mut self, _: &mut Expr, _: &Found) {}
}

impl<N: Names + ?Sized> VisitMut for Scoped<'_, N> {
    fn expr(&mut self, expr: &mut Expr) {
        if let Expr::Column { table, column } = expr {
            let found = self.find(table.as_ref(), column);
            self.names.column(expr, &found);
        } else {
            mut_expr(self, expr);
        }
    }

    fn query(&mut self, query: &mut Query) {
        let outer = self.ctes.len();
        for Cte {
            name,
            columns,
            query: inner,
        } in &mut query.ctes
        {
            let known = if columns.is_empty() {
                self.columns_of(inner)
            } else {
                Some(columns.clone())
            };
            // A recursive one reads itself.
            self.ctes.push((name.clone(), known));
            self.query(inner);
        }
        // ORDER BY sees what the SELECT's FROM has, and the names it gives.
        let (scope, aliases) = match &query.body {
            QueryBody::Select(select) => (self.scope_of(&select.from), given_names(select)),
            _ => (Vec::new(), self.columns_of(query).unwrap_or_default()),
        };
        mut_body(self, &mut query.body);
        self.scopes.push(scope);
        self.aliases.push(aliases);
        for order in &mut query.order_by {
            let entries = self.aliases.last();
            let names_an_entry = matches!(
                &order.expr,
                Expr::Column { table: None, column }
                    if entries.is_some_and(|entries| entries.contains(column))
            );
            if !names_an_entry {
                self.expr(&mut order.expr);
            }
        }
        self.aliases.pop();
        self.scopes.pop();
        for expr in query.limit.iter_mut().chain(&mut query.offset) {
            self.expr(expr);
        }
        self.ctes.truncate(outer);
    }

    fn select(&mut self, select: &mut Select) {
        let scope = self.scope_of(&select.from);
        self.scopes.push(scope);
        self.aliases.push(given_names(select));
        mut_select(self, select);
        self.aliases.pop();
        self.scopes.pop();
    }

    fn factor(&mut self, factor: &mut TableFactor) {
        match factor {
            TableFactor::Table { name, .. } if self.ctes.iter().any(|(cte, _)| cte == name) => {}
            _ => mut_factor(self, factor),
        }
    }

    fn table(&mut self, name: &mut Name) {
        self.names.table(name);
    }

    fn statement(&mut self, statement: &mut Statement) {
        match statement {
            Statement::Insert(insert) => {
                if let Some(source) = &mut insert.source {
                    self.query(source);
                }
                for column in &mut insert.columns {
                    self.names.written(&insert.table, column);
                }
                self.conflict(&insert.table.clone(), &mut insert.on_conflict);
                self.names.table(&mut insert.table);
            }
            Statement::Update(update) => self.write(
                &mut update.table,
                update.alias.as_ref(),
                &mut update.from,
                &mut update.set,
                &mut update.filter,
            ),
            Statement::Delete(delete) => self.write(
                &mut delete.table,
                delete.alias.as_ref(),
                &mut delete.using,
                &mut [],
                &mut delete.filter,
            ),
            Statement::Raise {
                condition: Some(condition),
                ..
            } => self.expr(condition),
            _ => {}
        }
    }
}

fn given_names(select: &Select) -> Vec<Name> {
    select
        .items
        .iter()
        .filter_map(|item| match item {
            SelectItem::Expr { alias, .. } => alias.clone(),
            SelectItem::All | SelectItem::AllOf(_) => None,
        })
        .collect()
}

impl Schema {
    /// The names of a query's columns, `*` written out; none where it reads
    /// something that is not there. An unnamed expression is `column3`.
    pub fn columns_of(&self, query: &Query) -> Option<Vec<Name>> {
        Scoped::new(self, &mut ()).columns_of(query)
    }
}
