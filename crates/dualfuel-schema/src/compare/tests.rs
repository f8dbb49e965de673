//! What an engine can't hold is said, and is no difference.

use super::*;
use crate::{
    Dialect,
    parse::{ReadOptions, parse},
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
