//! INSERT, and what it does with a row that is there already.

use super::{Numbers, at, change, column, numbered::may_give_zero, order, own, settle, target};
use crate::{
    Engine, Refusal,
    lower::expr::{
        scope::{Scope, Source},
        writer::Writer,
    },
    model::{
        Collation, Column, DataType, Expr, Identity, IndexPart, Name, Query, QueryBody, Schema,
        SelectItem, Table, TableFactor,
    },
    statement::{Insert, OnConflict},
};

impl Writer {
    pub(super) fn insert(
        &self,
        schema: &Schema,
        around: &Scope<'_>,
        insert: &Insert,
    ) -> Result<Vec<String>, Refusal> {
        if insert.on_conflict == OnConflict::Replace && self.typed() {
            return self.replace(schema, around, insert);
        }
        own::refuse_upsert(schema, target(schema, &insert.table)?, insert)?;
        if self.typed() {
            has_its_values(target(schema, &insert.table)?, insert)?;
        }
        if let Some(rows) = self.one_by_one(schema, insert)? {
            let mut statements = Vec::new();
            for row in &rows {
                statements.extend(self.insert(schema, around, row)?);
            }
            return Ok(statements);
        }
        if let Some(statements) = self.update_or_insert(schema, around, insert)? {
            return Ok(statements);
        }
        let verb = match &insert.on_conflict {
            OnConflict::Nothing { target }
                if self.engine == Engine::Sqlite && target.is_empty() =>
            {
                "INSERT OR IGNORE INTO"
            }
            OnConflict::Replace => "INSERT OR REPLACE INTO",
            _ => "INSERT INTO",
        };
        self.insert_text(schema, around, insert, verb, false)
    }

    /// An INSERT and what its numbers need. `alone` says that the key that it
    /// names is the only one that a row can hit.
    pub(super) fn insert_text(
        &self,
        schema: &Schema,
        around: &Scope<'_>,
        insert: &Insert,
        verb: &str,
        alone: bool,
    ) -> Result<Vec<String>, Refusal> {
        let table = target(schema, &insert.table)?;
        let mut columns = columns(table, insert)?;
        let source = match &insert.source {
            None => None,
            Some(query) => {
                let mut query = without_numbers(self.engine, query, &mut columns);
                let counted = !columns.iter().any(|column| column.identity.is_some())
                    && numbered_by_order(table, insert).is_some();
                if self.once && self.typed() && counted {
                    query = order::as_read(around, &query).query;
                }
                let upserts = insert.on_conflict != OnConflict::Fail;
                Some(self.source(table, around, &query, &columns, upserts)?)
            }
        };
        let target = self.quote(&table.name);
        let mut text = match (&source, self.engine) {
            (None, Engine::Mariadb) => format!("INSERT INTO {target} () VALUES ()"),
            (None, _) => format!("INSERT INTO {target} DEFAULT VALUES"),
            (Some(source), _) => {
                let names: Vec<Name> = columns.iter().map(|column| column.name.clone()).collect();
                format!("{verb} {target} ({}) {source}", self.names(&names))
            }
        };
        if source.is_some() {
            text.push_str(&self.on_conflict(table, around, insert, (&columns, alone))?);
        }
        let numbered = columns.iter().any(|column| column.identity.is_some());
        // It takes a 0 for "the next number" otherwise.
        if self.engine == Engine::Mariadb && numbered && may_give_zero(insert, &columns, self.once)
        {
            text = format!(
                "SET STATEMENT sql_mode = concat(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO') FOR {text}"
            );
        }
        let mut statements = vec![text];
        if self.once {
            let replaces = verb == "REPLACE INTO";
            let numbers = self.numbers(table, insert, numbered, replaces);
            statements.extend(numbers.and_then(|numbers| settle(self.engine, table, numbers)));
        }
        Ok(statements)
    }

    /// What the engine's own counting makes of an INSERT.
    fn numbers(
        &self,
        table: &Table,
        insert: &Insert,
        numbered: bool,
        replaces: bool,
    ) -> Option<Numbers> {
        let upserts = replaces || insert.on_conflict != OnConflict::Fail;
        let remembers = !replaces
            && table
                .columns
                .iter()
                .any(|column| column.identity == Some(Identity::Sequence));
        let copies = insert
            .source
            .as_ref()
            .is_some_and(|query| !matches!(query.body, QueryBody::Values(_)));
        match self.engine {
            Engine::Postgres if numbered => Some(Numbers::Given),
            // With AUTOINCREMENT SQLite passes over the number of a row that is
            // there already, as they do.
            Engine::Postgres if upserts && remembers => None,
            Engine::Mariadb if upserts && remembers && !copies => None,
            // A row that is there already has taken a number from the sequence.
            Engine::Postgres if upserts => Some(Numbers::Skipped),
            // For a copy of unknown length it sets aside 1, 2, 4, 8 numbers.
            Engine::Mariadb if upserts || copies && !numbered => Some(Numbers::Skipped),
            _ => None,
        }
    }

    /// What follows the list of columns.
    fn source(
        &self,
        table: &Table,
        around: &Scope<'_>,
        query: &Query,
        columns: &[&Column],
        upserts: bool,
    ) -> Result<String, Refusal> {
        let wanted: Vec<Option<DataType>> = columns
            .iter()
            .map(|column| Some(column.data_type.clone()))
            .collect();
        let QueryBody::Values(rows) = &query.body else {
            let found = crate::lower::expr::rows::columns(
                around,
                query,
                crate::lower::expr::types::DEPTH_LIMIT,
            );
            width(table, columns, found.len())?;
            let text = self
                .query(around, query, &wanted)
                .map_err(|refusal| Refusal {
                    reason: format!("into `{}`: {}", table.name, refusal.reason),
                    ..refusal
                })?;
            // MariaDB's upsert sees the tables of the SELECT, but not those of
            // one inside it.
            return Ok(match self.engine {
                Engine::Mariadb if upserts && reads(query, &table.name) => {
                    let name = self.quote(&Name::new("dualfuel_new"));
                    format!("SELECT * FROM ({text}) AS {name}")
                }
                // Else it takes the ON that follows for that of the join.
                Engine::Mariadb if upserts && ends_in_join(query) => {
                    format!("{text} WHERE TRUE")
                }
                _ => text,
            });
        };
        let mut lines = Vec::new();
        for row in rows {
            width(table, columns, row.len())?;
            let mut cells = Vec::new();
            for (cell, column) in row.iter().zip(columns) {
                cells.push(self.cell(table, around, cell, column)?);
            }
            lines.push(format!("({})", cells.join(", ")));
        }
        Ok(format!("VALUES {}", lines.join(", ")))
    }

    fn cell(
        &self,
        table: &Table,
        around: &Scope<'_>,
        cell: &Expr,
        column: &Column,
    ) -> Result<String, Refusal> {
        let default = is_default(cell) || cell.is_null_literal() && column.identity.is_some();
        if default && self.engine == Engine::Sqlite {
            // Its VALUES know no DEFAULT.
            return match &column.default {
                Some(default) => Ok(self
                    .value(&Scope::none(), default, Some(&column.data_type))
                    .map_err(at(table, &column.name))?
                    .text),
                None => Ok("NULL".into()),
            };
        }
        // Its DEFAULT is 0 where 0 is taken as it is.
        if default && self.engine == Engine::Mariadb && column.identity.is_some() {
            return Ok("NULL".into());
        }
        if default {
            return Ok("DEFAULT".into());
        }
        let sql = self
            .value(around, cell, Some(&column.data_type))
            .map_err(at(table, &column.name))?;
        Ok(sql.text)
    }

    fn on_conflict(
        &self,
        table: &Table,
        around: &Scope<'_>,
        insert: &Insert,
        (columns, alone): (&[&Column], bool),
    ) -> Result<String, Refusal> {
        let selects = insert
            .source
            .as_ref()
            .is_some_and(|query| !matches!(query.body, QueryBody::Values(_)));
        // SQLite would read the ON of a bare SELECT as a join's.
        let begin = match (self.engine, selects) {
            (Engine::Sqlite, true) if !filtered(insert) => " WHERE true ON CONFLICT",
            _ => " ON CONFLICT",
        };
        match (&insert.on_conflict, self.engine) {
            (OnConflict::Fail, _) => Ok(String::new()),
            (OnConflict::Nothing { target }, Engine::Sqlite) if target.is_empty() => {
                Ok(String::new())
            }
            (OnConflict::Replace, _) => Ok(String::new()),
            (OnConflict::Nothing { .. }, Engine::Mariadb) => {
                // `INSERT IGNORE` would also cut values that do not fit.
                let column = key_column(table).ok_or_else(|| no_key(table))?;
                let column = format!("{}.{}", self.quote(&table.name), self.quote(column));
                Ok(format!(" ON DUPLICATE KEY UPDATE {column} = {column}"))
            }
            (OnConflict::Nothing { target }, _) => {
                let target = self.conflict_target(table, target)?;
                Ok(format!("{begin}{target} DO NOTHING"))
            }
            (
                OnConflict::Update {
                    target,
                    set,
                    filter,
                },
                engine,
            ) => {
                let keys: Vec<Vec<Name>> = if alone {
                    vec![target.clone()]
                } else {
                    candidates(table, columns)
                };
                let target: Vec<Name> = match (target.is_empty(), keys.as_slice()) {
                    (false, _) => target.clone(),
                    (true, [only]) => only.clone(),
                    (true, _) => {
                        return Err(Refusal::new(format!(
                            "ON CONFLICT without columns, where `{}` has several keys",
                            table.name
                        )));
                    }
                };
                let scope = upsert_scope(table, around);
                if engine == Engine::Mariadb {
                    return self.duplicate_key(
                        table,
                        &scope,
                        (&target, &keys),
                        set,
                        filter.as_ref(),
                    );
                }
                let set = self.assignments(table, &scope, set, None)?;
                let target = self.conflict_target(table, &target)?;
                let filter = match filter {
                    Some(filter) => format!(" WHERE {}", self.condition(&scope, filter)?.text),
                    None => String::new(),
                };
                Ok(format!(
                    "{begin}{target} DO UPDATE SET {}{filter}",
                    set.join(", ")
                ))
            }
        }
    }

    /// ` (columns)`: on PostgreSQL a NOCASE column is unique by `lower`.
    fn conflict_target(&self, table: &Table, target: &[Name]) -> Result<String, Refusal> {
        if target.is_empty() {
            return Ok(String::new());
        }
        let mut parts = Vec::new();
        for name in target {
            let column = column(table, name)?;
            let quoted = self.quote(&column.name);
            let folded = self.engine == Engine::Postgres
                && (column.collation == Collation::NoCase || is_folded(table, target, name));
            parts.push(if folded {
                format!("lower({quoted})")
            } else {
                quoted
            });
        }
        Ok(format!(" ({})", parts.join(", ")))
    }

    /// MariaDB's upsert takes whichever key the row hits, so there may be but
    /// the one that was meant.
    fn duplicate_key(
        &self,
        table: &Table,
        scope: &Scope<'_>,
        (target, keys): (&[Name], &[Vec<Name>]),
        set: &[(Name, Expr)],
        filter: Option<&Expr>,
    ) -> Result<String, Refusal> {
        if keys.iter().any(|key| !same_names(key, target)) {
            return Err(Refusal::new(format!(
                "MariaDB can't tell a conflict on ({}) from one on another key of `{}`",
                listed(target),
                table.name
            )));
        }
        let set = change::ordered(set, filter).ok_or_else(|| {
            Refusal::new(
                "MariaDB assigns one after the other, and these assignments read what others write",
            )
        })?;
        let filter = match filter {
            Some(filter) => Some(self.condition(scope, filter)?.text),
            None => None,
        };
        let set = self.assignments(table, scope, &set, filter.as_deref())?;
        Ok(format!(" ON DUPLICATE KEY UPDATE {}", set.join(", ")))
    }
}

/// The columns that values are given for; all that take one when none is named.
pub(super) fn columns<'t>(table: &'t Table, insert: &Insert) -> Result<Vec<&'t Column>, Refusal> {
    if insert.columns.is_empty() {
        let plain = table
            .columns
            .iter()
            .filter(|column| column.generated.is_none());
        return Ok(plain.collect());
    }
    insert
        .columns
        .iter()
        .map(|name| column(table, name))
        .collect()
}

fn width(table: &Table, columns: &[&Column], values: usize) -> Result<(), Refusal> {
    if values == columns.len() {
        return Ok(());
    }
    Err(Refusal::new(format!(
        "{values} values are given for {} columns of `{}`",
        columns.len(),
        table.name
    )))
}

/// The SELECT whose rows are numbered as they come.
pub(super) fn numbered_by_order<'i>(table: &Table, insert: &'i Insert) -> Option<&'i Query> {
    let query = insert.source.as_ref()?;
    let place = match insert.columns.as_slice() {
        [] => table
            .columns
            .iter()
            .filter(|column| column.generated.is_none())
            .position(|column| column.identity.is_some()),
        names => names.iter().position(|name| {
            let column = table.column(name);
            column.is_some_and(|column| column.identity.is_some())
        }),
    };
    let counted = table.columns.iter().any(|column| column.identity.is_some())
        && match (place, &query.body) {
            (_, QueryBody::Values(_)) => false,
            (None, _) => true,
            (Some(place), QueryBody::Select(select)) => matches!(
                select.items.get(place),
                Some(SelectItem::Expr { expr, .. }) if expr.is_null_literal()
            ),
            (Some(_), _) => false,
        };
    counted.then_some(query)
}

/// Whether the query's own FROM has the table.
fn reads(query: &Query, table: &Name) -> bool {
    let QueryBody::Select(select) = &query.body else {
        return false;
    };
    select.from.iter().any(|join| match &join.factor {
        TableFactor::Table { name, .. } => name == table,
        _ => false,
    })
}

pub(super) fn is_default(cell: &Expr) -> bool {
    matches!(cell, Expr::Column { column, .. } if *column == Insert::DEFAULT)
}

/// A copy that selects NULL for a numbered column has the database number
/// the rows: that column is left out.
fn without_numbers(engine: Engine, query: &Query, columns: &mut Vec<&Column>) -> Query {
    let mut query = query.clone();
    if let QueryBody::Select(select) = &mut query.body {
        let numbered = columns.iter().position(|column| column.identity.is_some());
        let plain = select
            .items
            .iter()
            .all(|item| matches!(item, SelectItem::Expr { .. }));
        if let Some(place) = numbered.filter(|_| plain && engine != Engine::Sqlite)
            && columns.len() == select.items.len()
            && matches!(select.items.get(place), Some(SelectItem::Expr { expr, .. }) if expr.is_null_literal())
        {
            columns.remove(place);
            select.items.remove(place);
        }
    }
    query
}

/// Refuses a row of INSERT OR IGNORE that has no value where it needs one:
/// SQLite leaves it out, MySQL makes it up, the others fail.
fn has_its_values(table: &Table, insert: &Insert) -> Result<(), Refusal> {
    let (OnConflict::Nothing { target }, Some(query)) = (&insert.on_conflict, &insert.source)
    else {
        return Ok(());
    };
    let QueryBody::Values(rows) = &query.body else {
        return Ok(());
    };
    let columns = columns(table, insert)?;
    let needs = |column: &&Column| {
        !column.nullable && column.identity.is_none() && column.generated.is_none()
    };
    let lacks = |column: &&Column| match columns.iter().position(|given| given == column) {
        None => column.default.is_none(),
        Some(place) => {
            let mut cells = rows.iter().filter_map(|row| row.get(place));
            cells.any(Expr::is_null_literal)
        }
    };
    let mut needed = table.columns.iter().filter(needs);
    match needed.find(lacks).filter(|_| target.is_empty()) {
        None => Ok(()),
        Some(column) => Err(Refusal::new(format!(
            "a row has no value for `{}.{}`, which is NOT NULL: OR IGNORE leaves it out on SQLite, \
             and elsewhere it fails. Take the row out, or write an override file",
            table.name, column.name
        ))),
    }
}

fn filtered(insert: &Insert) -> bool {
    match insert.source.as_ref().map(|query| &query.body) {
        Some(QueryBody::Select(select)) => {
            select.filter.is_some() || !select.group_by.is_empty() || select.from.is_empty()
        }
        _ => false,
    }
}

/// The keys that a row with these columns can hit: a column that is left out
/// is NULL or a new number, and hits nothing.
fn candidates(table: &Table, columns: &[&Column]) -> Vec<Vec<Name>> {
    let given = |name: &Name| {
        columns.iter().any(|column| column.name == *name)
            || table
                .column(name)
                .is_some_and(|column| column.default.is_some() || column.generated.is_some())
    };
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique)
        .map(|index| {
            let names = index.parts.iter().map(|part: &IndexPart| match &part.expr {
                Expr::Column { column, .. } => column.clone(),
                _ => Name::new(""),
            });
            names.collect::<Vec<Name>>()
        });
    let mut keys: Vec<Vec<Name>> = table
        .primary_key
        .iter()
        .map(|key| key.columns.clone())
        .chain(table.uniques.iter().map(|unique| unique.columns.clone()))
        .chain(indexes)
        .filter(|key| {
            key.iter()
                .all(|name| name.as_str().is_empty() || given(name))
        })
        .collect();
    let mut distinct: Vec<Vec<Name>> = Vec::new();
    for key in keys.drain(..) {
        if !distinct.iter().any(|other| same_names(other, &key)) {
            distinct.push(key);
        }
    }
    distinct
}

/// Whether the unique index that ON CONFLICT means has the column without
/// regard to case.
fn is_folded(table: &Table, target: &[Name], name: &Name) -> bool {
    let plain = table
        .primary_key
        .iter()
        .map(|key| &key.columns)
        .chain(table.uniques.iter().map(|unique| &unique.columns));
    if plain.into_iter().any(|columns| same_names(columns, target)) {
        return false;
    }
    let of = |part: &IndexPart, name: &Name| matches!(&part.expr, Expr::Column { column, .. } if column == name);
    let mut indexes = table.indexes.iter().filter(|index| {
        index.unique
            && index.parts.len() == target.len()
            && target
                .iter()
                .all(|name| index.parts.iter().any(|part| of(part, name)))
    });
    indexes.next().is_some_and(|index| {
        let mut parts = index.parts.iter();
        parts.any(|part| of(part, name) && part.collation == Some(Collation::NoCase))
    })
}

fn same_names(left: &[Name], right: &[Name]) -> bool {
    left.len() == right.len() && left.iter().all(|name| right.contains(name))
}

fn listed(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(Name::as_str).collect();
    names.join(", ")
}

fn key_column(table: &Table) -> Option<&Name> {
    let key = table
        .primary_key
        .as_ref()
        .and_then(|key| key.columns.first());
    key.or_else(|| table.columns.first().map(|column| &column.name))
}

fn no_key(table: &Table) -> Refusal {
    Refusal::new(format!("`{}` has no columns", table.name))
}

/// The row that is there, by its table's name, and the new one.
fn upsert_scope<'s>(table: &Table, around: &'s Scope<'s>) -> Scope<'s> {
    let mut scope = around.inner();
    let source = Source::table(table, None);
    scope.sources = vec![source.clone(), source.named("excluded")];
    scope.qualify = true;
    scope
}

/// Whether nothing stands behind the tables of a SELECT from several.
fn ends_in_join(query: &Query) -> bool {
    let ends = query.order_by.is_empty() && query.limit.is_none() && query.offset.is_none();
    match &query.body {
        QueryBody::Select(select) => {
            ends && select.from.len() > 1
                && select.filter.is_none()
                && select.group_by.is_empty()
                && select.having.is_none()
        }
        _ => false,
    }
}
