//! What an UPDATE reads of the table that it writes.
//!
//! SQLite goes from row to row, and a subquery of SET sees what was written to
//! the rows before; other engines see the table as it was. The two are the
//! same where the subquery reads no column that the UPDATE assigns, where one
//! row is changed, and where it hangs on no row and so is asked once, before
//! the first is written. WHERE, and an UPDATE with FROM, read everything first.

use crate::{
    Refusal,
    lower::expr::scope::Scope,
    model::{
        BinaryOp, Expr, Function, Name, Query, QueryBody, Schema, Select, SelectItem, Table,
        TableFactor,
        visit::{Visit, walk_expr, walk_factor, walk_select},
    },
    statement::{Insert, OnConflict, Update},
};

/// Refuses an UPDATE whose SET reads what it writes.
pub(super) fn refuse(schema: &Schema, table: &Table, update: &Update) -> Result<(), Refusal> {
    let row = update.alias.as_ref().unwrap_or(&table.name);
    let one = update
        .filter
        .as_ref()
        .is_some_and(|filter| takes_one(table, row, filter));
    if one || !update.from.is_empty() {
        return Ok(());
    }
    let mut values = Values {
        schema,
        table,
        row,
        assigned: assigned(table, update),
        first: true,
        found: None,
    };
    for (_, value) in &update.set {
        values.expr(value);
    }
    match values.found {
        None => Ok(()),
        Some(what) => Err(Refusal::new(format!(
            "a subquery in SET reads {what}, which the same UPDATE writes: on SQLite it sees the \
             rows that were changed before, elsewhere all as they were. Put the new values in a \
             temporary table and UPDATE from that, or write an override file",
        ))),
    }
}

/// Refuses an upsert that reads its table: on SQLite it sees the rows that the
/// same INSERT brought before.
pub(super) fn refuse_upsert(
    schema: &Schema,
    table: &Table,
    insert: &Insert,
) -> Result<(), Refusal> {
    let OnConflict::Update { set, filter, .. } = &insert.on_conflict else {
        return Ok(());
    };
    let body = insert.source.as_ref().map(|query| &query.body);
    if matches!(body, None | Some(QueryBody::Values(_))) && rows(body) < 2 {
        return Ok(());
    }
    let mut reads = false;
    for expr in set.iter().map(|(_, value)| value).chain(filter) {
        expr.for_each(&mut |expr| {
            if let Expr::Subquery(query)
            | Expr::Exists { query, .. }
            | Expr::InQuery { query, .. } = expr
            {
                let mut found = Reads::new(schema, table, &table.name);
                found.query(query);
                reads |= found.own || found.view.is_some();
            }
        });
    }
    if reads {
        return Err(Refusal::new(format!(
            "DO UPDATE asks `{}` with a subquery, and on SQLite sees the rows that the same INSERT \
             brought before, elsewhere none of them: insert them one by one, or write an override file",
            table.name
        )));
    }
    Ok(())
}

fn rows(body: Option<&QueryBody>) -> usize {
    match body {
        Some(QueryBody::Values(rows)) => rows.len(),
        _ => 1,
    }
}

/// The columns that get other values, and those computed from them.
fn assigned(table: &Table, update: &Update) -> Vec<Name> {
    let mut names: Vec<Name> = update.set.iter().map(|(name, _)| name.clone()).collect();
    for _ in 0..table.columns.len().min(4) {
        for column in &table.columns {
            if let Some(generated) = &column.generated
                && names.iter().any(|name| generated.expr.mentions(name))
                && !names.contains(&column.name)
            {
                names.push(column.name.clone());
            }
        }
    }
    names
}

/// Whether a condition says which row it is: `id = 5`.
fn takes_one(table: &Table, row: &Name, filter: &Expr) -> bool {
    let Some([key]) = table.primary_key.as_ref().map(|key| key.columns.as_slice()) else {
        return false;
    };
    let own = |table: &Option<Name>| table.as_ref().is_none_or(|table| table == row);
    let is_key =
        |expr: &Expr| matches!(expr, Expr::Column { table, column } if own(table) && column == key);
    let is_fixed = |expr: &Expr| match expr {
        Expr::Literal(_) => true,
        Expr::Column {
            table: Some(table), ..
        } => table.is("new") || table.is("old"),
        _ => false,
    };
    match filter {
        Expr::Binary {
            left,
            op: BinaryOp::And,
            right,
        } => takes_one(table, row, left) || takes_one(table, row, right),
        Expr::Binary {
            left,
            op: BinaryOp::Eq,
            right,
        } => is_key(left) && is_fixed(right) || is_fixed(left) && is_key(right),
        _ => false,
    }
}

/// Walks over what is assigned, but not into subqueries.
struct Values<'a> {
    schema: &'a Schema,
    table: &'a Table,
    row: &'a Name,
    assigned: Vec<Name>,
    /// Whether what stands here is asked at the first row already.
    first: bool,
    found: Option<String>,
}

impl Values<'_> {
    fn ask(&mut self, query: &Query) {
        let mut reads = Reads::new(self.schema, self.table, self.row);
        reads.query(query);
        let read = reads.read(&self.assigned);
        if read.is_some() && !(self.first && reads.stands_alone()) {
            self.found = self.found.take().or(read);
        }
    }

    fn later(&mut self, expr: &Expr) {
        let first = std::mem::replace(&mut self.first, false);
        self.expr(expr);
        self.first = first;
    }

    fn never_null(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Literal(_) => !expr.is_null_literal(),
            Expr::Column { column, .. } => self
                .table
                .column(column)
                .is_some_and(|column| !column.nullable),
            _ => false,
        }
    }
}

impl Visit for Values<'_> {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Subquery(query) | Expr::Exists { query, .. } => self.ask(query),
            Expr::InQuery { expr, query, .. } => {
                self.later(expr);
                self.ask(query);
            }
            // The right side may not be asked at all.
            Expr::Binary { left, op, right } => {
                self.expr(left);
                let asked = !matches!(op, BinaryOp::And | BinaryOp::Or) && self.never_null(left);
                if asked {
                    self.expr(right);
                } else {
                    self.later(right);
                }
            }
            Expr::Unary { .. } | Expr::Cast { .. } => walk_expr(self, expr),
            Expr::Call(call) if call.function == Function::Coalesce => {
                if let Some((always, rest)) = call.args.split_first() {
                    self.expr(always);
                    rest.iter().for_each(|expr| self.later(expr));
                }
            }
            Expr::Call(_) => walk_expr(self, expr),
            _ => {
                let first = std::mem::replace(&mut self.first, false);
                walk_expr(self, expr);
                self.first = first;
            }
        }
    }
}

/// What a subquery reads.
struct Reads<'a> {
    schema: &'a Schema,
    table: &'a Table,
    /// What the changed row goes by.
    row: &'a Name,
    /// Whether the table is among what it reads.
    own: bool,
    /// Whether `*` of anything is, but for EXISTS.
    all: bool,
    /// A view that stands on the table.
    view: Option<Name>,
    /// Whether it has no other tables, and each SELECT has one.
    only: bool,
    /// What other tables go by.
    others: Vec<Name>,
    /// What the tables go by.
    known: Vec<Name>,
    columns: Vec<(Option<Name>, Name)>,
    exists: bool,
}

impl<'a> Reads<'a> {
    fn new(schema: &'a Schema, table: &'a Table, row: &'a Name) -> Self {
        Self {
            schema,
            table,
            row,
            own: false,
            all: false,
            view: None,
            only: true,
            others: Vec::new(),
            known: Vec::new(),
            columns: Vec::new(),
            exists: false,
        }
    }

    /// What of `assigned` it reads of other rows than the one around it.
    fn read(&self, assigned: &[Name]) -> Option<String> {
        if let Some(view) = &self.view {
            return Some(format!("the view `{view}` of `{}`", self.table.name));
        }
        let identity = self
            .table
            .columns
            .iter()
            .find(|column| column.identity.is_some());
        let is_assigned = |column: &Name| {
            assigned.contains(column)
                || Scope::is_rowid(column)
                    && identity.is_some_and(|identity| assigned.contains(&identity.name))
        };
        let of_others = |table: &Option<Name>| {
            table.as_ref().is_some_and(|table| {
                !self.known.contains(table) && table == self.row || self.others.contains(table)
            })
        };
        let column = self
            .columns
            .iter()
            .find(|(table, column)| is_assigned(column) && !of_others(table));
        match column {
            Some((_, column)) if self.own => Some(format!("`{}.{column}`", self.table.name)),
            None if self.own && self.all => Some(format!("all of `{}`", self.table.name)),
            _ => None,
        }
    }

    /// Whether it names nothing of the row around it.
    fn stands_alone(&self) -> bool {
        self.columns.iter().all(|(table, _)| match table {
            Some(table) => self.known.contains(table),
            None => self.only,
        })
    }
}

impl Visit for Reads<'_> {
    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Column { table, column } => self.columns.push((table.clone(), column.clone())),
            Expr::Exists { query, .. } => {
                let exists = std::mem::replace(&mut self.exists, true);
                self.query(query);
                self.exists = exists;
            }
            _ => walk_expr(self, expr),
        }
    }

    fn select(&mut self, select: &Select) {
        let stars = select
            .items
            .iter()
            .any(|item| !matches!(item, SelectItem::Expr { .. }));
        self.all |= stars && !self.exists;
        self.only &= !select.from.is_empty();
        walk_select(self, select);
    }

    fn factor(&mut self, factor: &TableFactor) {
        let name = match factor {
            TableFactor::Table { name, alias } => Some(alias.as_ref().unwrap_or(name)),
            TableFactor::Query { alias, .. } | TableFactor::JsonEach { alias, .. } => {
                alias.as_ref()
            }
        };
        self.known.extend(name.cloned());
        match factor {
            TableFactor::Table { name: table, .. } if *table == self.table.name => self.own = true,
            TableFactor::Table { name: table, .. } => {
                self.only = false;
                // Not one that WITH makes, which may pass on what it read.
                if self.schema.table(table).is_some() {
                    self.others.extend(name.cloned());
                }
                if stands_on(self.schema, table, &self.table.name) {
                    self.view = Some(table.clone());
                }
            }
            _ => self.only = false,
        }
        walk_factor(self, factor);
    }
}

/// Whether a view reads a table, by itself or through others.
fn stands_on(schema: &Schema, view: &Name, table: &Name) -> bool {
    let mut on = vec![table];
    let mut place = 0;
    while let Some(name) = on.get(place).copied() {
        place += 1;
        for found in schema.views_of(name) {
            if !on.contains(&&found.name) {
                on.push(&found.name);
            }
        }
    }
    on.iter().skip(1).any(|name| *name == view)
}
