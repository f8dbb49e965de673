//! The normal form, over expressions that no one thought of.
//!
//! SQLite itself says what they mean: each is computed over rows with every
//! kind of value, NULL among them.

#[path = "../../../tests/random/mod.rs"]
mod random;

use std::{collections::HashMap, rc::Rc};

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use rusqlite::Connection;

use self::random::{TABLE, Text, condition, integer, real, text};
use super::{Expr, Table, normal_condition, normal_form};
use crate::{
    Dialect, Engine,
    lower::expr as lower,
    parse::{ReadOptions, parse, parse_expr},
    statement::Statement,
};

fn table() -> Table {
    match parse(Dialect::Sqlite, TABLE, ReadOptions::default()).pop() {
        Some(Ok(parsed)) => match parsed.statement {
            Statement::CreateTable { table, .. } => table,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// A database with rows of every kind of value.
fn rows() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(TABLE).unwrap();
    connection
        .execute_batch(
            "WITH ints(i) AS (VALUES (NULL), (-1), (0), (1), (2)),
                  texts(v) AS (VALUES (NULL), (''), ('a'), ('A'), ('1'), ('b ')),
                  flags(q) AS (VALUES (NULL), (0), (1))
             INSERT INTO x SELECT p.i, q.i, r.i / 2.0, u.v, v.v, w.v, g.q, h.q
             FROM ints p, ints q, ints r, texts u, texts v, texts w, flags g, flags h
             WHERE abs(random()) % 700 = 0;
             INSERT INTO x SELECT i, i, i, i, i, i, i, i FROM
               (SELECT NULL AS i UNION ALL SELECT 0 UNION ALL SELECT 1);",
        )
        .unwrap();
    connection
}

/// An expression's values, row by row.
fn values(connection: &Connection, sql: &str) -> Vec<String> {
    let sql = format!("SELECT quote({sql}) FROM x ORDER BY rowid");
    let mut statement = connection
        .prepare(&sql)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// A condition's: true, false or unknown.
fn truths(connection: &Connection, sql: &str) -> Vec<String> {
    values(
        connection,
        &format!("CASE WHEN {sql} THEN 1 WHEN NOT ({sql}) THEN 0 END"),
    )
}

fn read(sql: &str) -> Option<Expr> {
    parse_expr(Dialect::Sqlite, sql).ok()
}

/// So many of a kind that small ones meet often.
fn many(strategy: &Text, count: usize) -> Vec<String> {
    let mut runner = TestRunner::new(Config::default());
    let draw = |_| strategy.new_tree(&mut runner).unwrap().current();
    (0..count).map(draw).collect()
}

/// Groups expressions by their form and reports those of one group that have
/// not one value.
fn false_equalities(
    texts: Vec<String>,
    form: impl Fn(&Expr) -> Expr,
    values: impl Fn(&Connection, &str) -> Vec<String>,
) -> (usize, Vec<String>) {
    let connection = rows();
    let mut groups: HashMap<Expr, Rc<(String, Vec<String>)>> = HashMap::new();
    let (mut met, mut wrong) = (0, Vec::new());
    for text in texts {
        let Some(expr) = read(&text) else {
            continue;
        };
        let form = form(&expr);
        let found = values(&connection, &text);
        match groups.get(&form) {
            None => {
                groups.insert(form, Rc::new((text, found)));
            }
            Some(first) if first.0 == text => {}
            Some(first) => {
                met += 1;
                if first.1 != found {
                    wrong.push(format!("{} and {text}\n  are both {form:?}", first.0));
                }
            }
        }
    }
    (met, wrong)
}

#[test]
fn no_two_conditions_of_different_meaning_meet() {
    let table = table();
    let texts = [
        many(&condition(0), 3000),
        many(&condition(1), 6000),
        many(&condition(2), 3000),
    ];
    let (met, wrong) = false_equalities(
        texts.concat(),
        |expr| normal_condition(&table, expr),
        truths,
    );
    assert!(
        wrong.is_empty(),
        "{} of {met}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(met > 500, "{met}");
}

#[test]
fn no_two_values_that_differ_meet() {
    let table = table();
    let texts: Vec<_> = [integer, real, text]
        .iter()
        .flat_map(|of| [many(&of(1), 2000), many(&of(2), 1000)].concat())
        .collect();
    let (met, wrong) = false_equalities(texts, |expr| normal_form(&table, expr), values);
    assert!(
        wrong.is_empty(),
        "{} of {met}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(met > 500, "{met}");
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_form_is_its_own_form(text in condition(3)) {
        let table = table();
        if let Some(expr) = read(&text) {
            let once = normal_condition(&table, &expr);
            prop_assert_eq!(normal_condition(&table, &once), once);
        }
    }

    /// What the other engines' catalogues make of what is written for them is
    /// the command's test `round_trip`.
    #[test]
    fn what_sqlite_is_told_is_what_it_was(text in condition(2)) {
        let table = table();
        if let Some(expr) = read(&text)
            && let Ok(lowered) = lower::condition(Engine::Sqlite, &table, &expr)
        {
            let lifted = read(&lowered);
            prop_assert!(lifted.is_some(), "{}", lowered);
            let lifted = normal_condition(&table, &lifted.unwrap());
            prop_assert_eq!(lifted, normal_condition(&table, &expr), "{}", lowered);
        }
    }
}
