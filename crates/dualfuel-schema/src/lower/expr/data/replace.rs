//! `INSERT OR REPLACE`.
//!
//! SQLite deletes every row that has one of the new row's keys, then inserts;
//! foreign keys are taken to be on, so what refers to the row goes with it, as
//! its ON DELETE says. Elsewhere:
//!
//! - where the row has but one key to hit, and nothing follows from deleting
//!   it, it gets the new values;
//! - where it has several, rows that are in the way of others than the primary
//!   one are deleted first;
//! - else it is deleted too, and inserted: `REPLACE` on MariaDB.
//!
//! Triggers of SQLite see an INSERT and no DELETE.

use super::{
    Numbers,
    insert::columns,
    keys::{Key, NewRow, by_itself, keys, takes_along},
    settle, taken_along, target,
};
use crate::{
    Engine, Refusal,
    lower::expr::{scope::Scope, writer::Writer},
    model::{
        BinaryOp, Column, Cte, Expr, Join, JoinKind, Name, Query, QueryBody, Schema, Select,
        SelectItem, Table, TableFactor, TriggerEvent, UnaryOp, visit::Visit,
    },
    statement::{Delete, Insert, OnConflict},
};

/// How a row takes the place of others.
enum Way {
    /// There are none.
    Insert,
    /// It is the row with this key that changes.
    Update(Vec<Name>),
    /// Those in its way go.
    Evict,
}

impl Writer {
    pub(super) fn replace(
        &self,
        schema: &Schema,
        around: &Scope<'_>,
        insert: &Insert,
    ) -> Result<Vec<String>, Refusal> {
        let table = target(schema, &insert.table)?;
        let columns = columns(table, insert)?;
        let keys = keys(table, &columns);
        let way = way(schema, table, &columns, &keys)?;
        let mut statements = Vec::new();
        match &way {
            Way::Insert => {
                return self.insert_text(schema, around, &failing(insert), "INSERT INTO", true);
            }
            Way::Evict if self.engine == Engine::Mariadb => {
                statements =
                    self.insert_text(schema, around, &failing(insert), "REPLACE INTO", true)?;
            }
            way => {
                let sequential = matches!(way, Way::Update(_))
                    && keys.len() == 1
                    && self.engine == Engine::Mariadb;
                for part in parts(table, &columns, &keys, insert, around, sequential) {
                    statements.extend(self.in_place(
                        schema,
                        around,
                        (table, &columns),
                        &keys,
                        (&part, way),
                    )?);
                }
            }
        }
        if self.once && matches!(way, Way::Evict) {
            let children = taken_along(schema, table).into_iter().skip(1);
            statements
                .extend(children.filter_map(|child| settle(self.engine, child, Numbers::Gone)));
        }
        Ok(statements)
    }

    /// What is in the way goes, then the rows come.
    fn in_place(
        &self,
        schema: &Schema,
        around: &Scope<'_>,
        (table, columns): (&Table, &[&Column]),
        keys: &[Key],
        (insert, way): (&Insert, &Way),
    ) -> Result<Vec<String>, Refusal> {
        let mut statements = Vec::new();
        let filter = in_the_way(schema, around, (table, columns), keys, (insert, way))?;
        if let Some(filter) = filter {
            let delete = Delete {
                table: table.name.clone(),
                alias: None,
                using: Vec::new(),
                filter: Some(filter),
            };
            statements.push(self.delete_text(schema, around, &delete)?);
        }
        let insert = match way {
            Way::Update(key) => Insert {
                on_conflict: updating(table, columns, key),
                ..insert.clone()
            },
            _ => failing(insert),
        };
        statements.extend(self.insert_text(schema, around, &insert, "INSERT INTO", true)?);
        Ok(statements)
    }
}

pub(super) fn failing(insert: &Insert) -> Insert {
    Insert {
        on_conflict: OnConflict::Fail,
        ..insert.clone()
    }
}

fn way(schema: &Schema, table: &Table, columns: &[&Column], keys: &[Key]) -> Result<Way, Refusal> {
    if keys.is_empty() {
        return Ok(Way::Insert);
    }
    let fires = |event: fn(&TriggerEvent) -> bool| {
        let mut triggers = schema.triggers.iter();
        triggers.any(|trigger| trigger.table == table.name && event(&trigger.event))
    };
    let numbered = table
        .columns
        .iter()
        .find(|column| column.identity.is_some());
    let renumbers = numbered.is_some_and(|number| !columns.contains(&number));
    let replaces = renumbers
        || takes_along(schema, table)
        || fires(|event| !matches!(event, TriggerEvent::Delete));
    if !replaces {
        let primary = keys.iter().find(|key| key.primary);
        let only = keys.first().filter(|_| keys.len() == 1);
        if let Some(columns) = primary.or(only).and_then(Key::columns_as_they_are) {
            return Ok(Way::Update(columns));
        }
    }
    if fires(|event| matches!(event, TriggerEvent::Delete)) {
        return Err(Refusal::new(format!(
            "INSERT OR REPLACE deletes the row that is there, and a trigger of `{}` fires on DELETE, which it does not on SQLite then: write what is to happen as DELETE, UPDATE or INSERT",
            table.name
        )));
    }
    Ok(Way::Evict)
}

impl Key {
    /// Its columns for ON CONFLICT.
    pub(super) fn columns_as_they_are(&self) -> Option<Vec<Name>> {
        let bare = self.parts.iter().map(|part| match part {
            Expr::CollateNoCase(inner) => (**inner).clone(),
            part => part.clone(),
        });
        let bare = Key {
            parts: bare.collect(),
            predicate: self.predicate.clone(),
            primary: self.primary,
        };
        bare.columns()
    }
}

/// The row gets what is given, and what columns have by themselves.
fn updating(table: &Table, columns: &[&Column], key: &[Name]) -> OnConflict {
    let set: Vec<(Name, Expr)> = table
        .columns
        .iter()
        .filter(|column| column.generated.is_none() && !key.contains(&column.name))
        .map(|column| {
            let value = if columns.contains(&column) {
                Expr::Column {
                    table: Some(Name::new("excluded")),
                    column: column.name.clone(),
                }
            } else {
                by_itself(column)
            };
            (column.name.clone(), value)
        })
        .collect();
    let target = key.to_vec();
    if set.is_empty() {
        return OnConflict::Nothing { target };
    }
    OnConflict::Update {
        target,
        set,
        filter: None,
    }
}

/// The INSERT, or one for each of its rows where two of them may have one key:
/// the later one replaces the earlier.
fn parts(
    table: &Table,
    columns: &[&Column],
    keys: &[Key],
    insert: &Insert,
    around: &Scope<'_>,
    sequential: bool,
) -> Vec<Insert> {
    let Some(query) = &insert.source else {
        return vec![insert.clone()];
    };
    let QueryBody::Values(rows) = &query.body else {
        return vec![insert.clone()];
    };
    let apart = keys.iter().all(|key| {
        let mut seen = Vec::new();
        rows.iter().all(|row| {
            let new = NewRow::of_cells(table, columns, row, around);
            if key.hit(&table.name, &new).is_none() {
                return true;
            }
            let value = key.constants(&new);
            let fresh = value.is_some() && !seen.contains(&value);
            seen.push(value);
            fresh
        })
    });
    if rows.len() == 1 || apart || sequential {
        return vec![insert.clone()];
    }
    let one = |row: &Vec<Expr>| Insert {
        source: Some(Query {
            body: QueryBody::Values(vec![row.clone()]),
            ..query.clone()
        }),
        ..insert.clone()
    };
    rows.iter().map(one).collect()
}

/// The rows that are in the way of the new ones; but for one that gets the new
/// values.
fn in_the_way(
    schema: &Schema,
    around: &Scope<'_>,
    (table, columns): (&Table, &[&Column]),
    keys: &[Key],
    (insert, way): (&Insert, &Way),
) -> Result<Option<Expr>, Refusal> {
    let stays = match way {
        Way::Update(columns) => keys
            .iter()
            .find(|key| key.columns_as_they_are().as_ref() == Some(columns)),
        _ => None,
    };
    let hit = |new: &NewRow<'_>| {
        let others = keys
            .iter()
            .filter(|key| !stays.is_some_and(|stays| std::ptr::eq(*key, stays)));
        let hit = others
            .filter_map(|key| key.hit(&table.name, new))
            .reduce(|any, one| Expr::binary(any, BinaryOp::Or, one))?;
        Some(match stays.and_then(|stays| stays.hit(&table.name, new)) {
            Some(stays) => {
                let another = Expr::Unary {
                    op: UnaryOp::Not,
                    expr: Box::new(stays),
                };
                Expr::binary(hit, BinaryOp::And, another)
            }
            None => hit,
        })
    };
    let Some(query) = &insert.source else {
        return Ok(None);
    };
    if let QueryBody::Values(rows) = &query.body {
        return Ok(rows
            .iter()
            .filter_map(|row| hit(&NewRow::of_cells(table, columns, row, around)))
            .reduce(|any, one| Expr::binary(any, BinaryOp::Or, one)));
    }
    let name = Name::new("dualfuel_new");
    let Some(hit) = hit(&NewRow::of_query(table, columns, &name)) else {
        return Ok(None);
    };
    let gone = taken_along(schema, table);
    if reads(query, |read| gone.iter().any(|table| table.name == *read)) {
        return Err(Refusal::new(format!(
            "INSERT OR REPLACE deletes the rows that are in the way, and here it reads them too: write a DELETE of those rows of `{}`, and an INSERT",
            table.name
        )));
    }
    Ok(Some(Expr::Exists {
        negated: false,
        query: Box::new(among(query, columns, &name, hit)),
    }))
}

/// `SELECT 1 FROM (query) AS name WHERE filter`, with the query's columns
/// called as those that they are for.
pub(super) fn among(query: &Query, columns: &[&Column], name: &Name, filter: Expr) -> Query {
    let rows = Name::new("dualfuel_rows");
    // Only so do all engines let a subquery's columns be named.
    let named = Cte {
        name: rows.clone(),
        columns: columns.iter().map(|column| column.name.clone()).collect(),
        query: query.clone(),
    };
    let table = TableFactor::Table {
        name: rows,
        alias: None,
    };
    let named = Query {
        ctes: vec![named],
        ..plain(select(SelectItem::All, table, None))
    };
    let factor = TableFactor::Query {
        query: Box::new(named),
        alias: Some(name.clone()),
        columns: Vec::new(),
    };
    plain(select(one(), factor, Some(filter)))
}

/// `SELECT 1 FROM table AS name WHERE filter`.
pub(super) fn select_one(table: &Table, name: &Name, filter: Expr) -> Query {
    let factor = TableFactor::Table {
        name: table.name.clone(),
        alias: Some(name.clone()),
    };
    plain(select(one(), factor, Some(filter)))
}

fn one() -> SelectItem {
    SelectItem::Expr {
        expr: Expr::integer(1),
        alias: None,
    }
}

fn select(item: SelectItem, factor: TableFactor, filter: Option<Expr>) -> QueryBody {
    QueryBody::Select(Box::new(Select {
        distinct: false,
        items: vec![item],
        from: vec![Join {
            kind: JoinKind::Cross,
            factor,
            on: None,
            using: Vec::new(),
        }],
        filter,
        group_by: Vec::new(),
        having: None,
    }))
}

pub(super) fn plain(body: QueryBody) -> Query {
    Query {
        recursive: false,
        ctes: Vec::new(),
        body,
        order_by: Vec::new(),
        limit: None,
        offset: None,
    }
}

/// Whether a query reads such a table.
pub(super) fn reads(query: &Query, such: impl Fn(&Name) -> bool) -> bool {
    struct Reads<F>(F, bool);
    impl<F: Fn(&Name) -> bool> Visit for Reads<F> {
        fn table(&mut self, name: &Name) {
            self.1 |= (self.0)(name);
        }
    }
    let mut reads = Reads(such, false);
    reads.query(query);
    reads.1
}
