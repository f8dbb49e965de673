//! On SQLite itself.

use rusqlite::Connection;

use super::steps;
use crate::{Dialect, Engine::Sqlite, lower::lower};

/// A database after `history` and `rows`, and then after `change`.
fn after(history: &str, rows: &str, change: &str) -> Connection {
    let database = Connection::open_in_memory().expect("SQLite");
    let run = |sql: &str| database.execute_batch(sql).expect(sql);
    run("PRAGMA foreign_keys = ON");
    let created = lower(Sqlite, &steps(Dialect::Postgres, "", history)).expect("history");
    run(&created.statements.join(";\n"));
    run(rows);
    let changed = lower(Sqlite, &steps(Dialect::Postgres, history, change)).expect("change");
    if changed.foreign_keys_off {
        run("PRAGMA foreign_keys = OFF");
    }
    run("BEGIN");
    run(&changed.statements.join(";\n"));
    run("COMMIT; PRAGMA foreign_keys = ON");
    database
}

fn number(database: &Connection, sql: &str) -> i64 {
    database
        .query_row(sql, [], |row| row.get(0))
        .expect("a number")
}

#[test]
fn a_rebuild_takes_no_child_along() {
    let database = after(
        "CREATE TABLE p (id bigint PRIMARY KEY, a text);
         CREATE TABLE c (p_id bigint REFERENCES p ON DELETE CASCADE)",
        "INSERT INTO p VALUES (1, 'x'), (2, 'y'); INSERT INTO c VALUES (1), (2), (2)",
        "ALTER TABLE p ALTER COLUMN a SET NOT NULL",
    );
    assert_eq!(number(&database, "SELECT count(*) FROM c"), 3);
    let orphans = "SELECT count(*) FROM pragma_foreign_key_check";
    assert_eq!(number(&database, orphans), 0);
}

/// The row that had the greatest number is gone; its number stays used.
#[test]
fn a_rebuild_keeps_the_next_number() {
    let database = after(
        "CREATE TABLE t (id bigserial PRIMARY KEY, a text)",
        "INSERT INTO t VALUES (1, 'x'), (9, 'y'); DELETE FROM t WHERE id = 9",
        "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
    );
    database
        .execute("INSERT INTO t (a) VALUES ('z')", [])
        .expect("a row");
    assert_eq!(number(&database, "SELECT max(id) FROM t"), 10);
}

#[test]
fn tables_that_change_places_keep_their_rows() {
    let database = after(
        "CREATE TABLE a (x bigint); CREATE TABLE b (x bigint)",
        "INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)",
        "ALTER TABLE a RENAME TO t; ALTER TABLE b RENAME TO a; ALTER TABLE t RENAME TO b",
    );
    assert_eq!(number(&database, "SELECT x FROM a"), 2);
    assert_eq!(number(&database, "SELECT x FROM b"), 1);
}
