//! What an engine can't hold is said, and is no difference.

use super::*;
use crate::{
    Dialect,
    parse::{ReadOptions, parse, parse_expr},
    statement::Statement,
};

fn schema(sql: &str) -> Schema {
    let tables = parse(Dialect::Sqlite, sql, ReadOptions::default())
        .into_iter()
        .map(|parsed| match parsed.expect("it is read").statement {
            Statement::CreateTable { table, .. } => table,
            other => panic!("{other:?}"),
        });
    Schema {
        tables: tables.collect(),
        ..Schema::default()
    }
}

/// What PostgreSQL's catalogue has for a SQLite source's CHECK.
fn differences(declared: &str, found: &str) -> Vec<Difference> {
    let sql = |check: &str| {
        format!("CREATE TABLE t (a BIGINT, b BIGINT, c TEXT COLLATE NOCASE, CHECK ({check}))")
    };
    let model = Schema {
        dialect: Some(Dialect::Sqlite),
        ..schema(&sql(declared))
    };
    let mut there = schema(&sql("1"));
    there.tables[0].checks[0].expr = parse_expr(Dialect::Postgres, found).expect("it is read");
    let side = |schema, engine| Side { schema, engine };
    compare(side(&model, None), side(&there, Some(Engine::Postgres))).differences
}

/// SQLite's `a / b` is NULL where `b` is 0, and its `c` folds letters: an
/// engine that says `a / b` and `c` means something else.
#[test]
fn an_engines_words_count_by_its_own_meaning() {
    assert_eq!(differences("a / b > 1", "((a / NULLIF(b, 0)) > 1)"), []);
    assert_eq!(differences("a / b > 1", "((a / b) > 1)").len(), 1);
    assert_eq!(differences("c <> 'X'", "(lower(c) <> 'x'::text)"), []);
    assert_eq!(differences("c <> 'X'", "(c <> 'X'::text)").len(), 1);
}

/// SQLite takes the next number for a row number that is left out, whatever
/// its DEFAULT says, and no other engine lets a numbered column have one.
#[test]
fn a_numbered_columns_default_is_its_sequence() {
    let left = schema("CREATE TABLE t (id INTEGER DEFAULT 0 PRIMARY KEY, n INTEGER DEFAULT 0)");
    let right = schema("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER DEFAULT 0)");
    let side = |schema, engine| Side {
        schema,
        engine: Some(engine),
    };
    let compared = compare(side(&left, Engine::Sqlite), side(&right, Engine::Postgres));
    assert_eq!(compared.differences, []);
    let other = schema("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER DEFAULT 1)");
    let compared = compare(side(&left, Engine::Sqlite), side(&other, Engine::Postgres));
    assert_eq!(compared.differences.len(), 1);
}

/// A computed column that is stored on SQLite and only read on MariaDB.
fn stored_and_not(reference: &str) -> Comparison {
    let sql = |kind: &str| {
        format!(
            "CREATE TABLE p (a TEXT PRIMARY KEY NOT NULL); \
             CREATE TABLE c (a TEXT {reference}, b TEXT AS (a || '/') {kind})"
        )
    };
    let (left, right) = (schema(&sql("STORED")), schema(&sql("VIRTUAL")));
    let side = |schema, engine| Side {
        schema,
        engine: Some(engine),
    };
    compare(side(&left, Engine::Sqlite), side(&right, Engine::Mariadb))
}

#[test]
fn mariadb_stores_nothing_that_rests_on_what_a_foreign_key_sets() {
    let moved = stored_and_not("REFERENCES p (a) ON UPDATE CASCADE");
    assert_eq!(moved.differences, []);
    assert!(moved.weakenings.iter().any(|one| one.object == "b"));

    let still = stored_and_not("REFERENCES p (a)");
    let attributes = still.differences.iter().map(|one| one.attribute.as_str());
    assert_eq!(attributes.collect::<Vec<_>>(), ["stored"]);
}
