//! CREATE and DROP of tables, indexes, views and triggers.

use dualfuel_schema::{
    Dialect,
    model::{Expr, Literal, Name},
};

use super::live::{after, agree, misfits, refused, steps};

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT);";

#[test]
fn keys_uniques_and_foreign_keys_are_found_wherever_they_are_declared() {
    agree(&[
        USERS,
        "CREATE TABLE notes (
            id TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
            slug TEXT UNIQUE, a INT, b INT, UNIQUE (a, b), UNIQUE (slug), CHECK (a > b)
         );
         CREATE TABLE tags (note TEXT, tag TEXT, PRIMARY KEY (tag, note), UNIQUE (tag, note),
            FOREIGN KEY (note) REFERENCES notes (id) ON UPDATE SET NULL) WITHOUT ROWID;
         CREATE TABLE kin (id INTEGER PRIMARY KEY UNIQUE, parent REFERENCES kin);",
    ]);
}

#[test]
fn a_foreign_key_may_come_before_its_parent() {
    agree(&[
        "CREATE TABLE child (id INTEGER PRIMARY KEY, p REFERENCES parent);",
        "CREATE TABLE parent (code TEXT PRIMARY KEY);",
        "DROP TABLE parent; CREATE TABLE parent (id TEXT PRIMARY KEY);",
    ]);
}

#[test]
fn if_not_exists_does_nothing_to_what_is_there() {
    let again = "CREATE TABLE IF NOT EXISTS Users (x); CREATE INDEX IF NOT EXISTS i ON users (name);
                 CREATE VIEW IF NOT EXISTS v AS SELECT 1; DROP TABLE IF EXISTS absent;
                 DROP INDEX IF EXISTS absent; DROP VIEW IF EXISTS absent; DROP TRIGGER IF EXISTS absent;";
    let first = "CREATE INDEX i ON users (email); CREATE VIEW v AS SELECT id FROM users;";
    agree(&[USERS, first, again]);
    assert_eq!(steps(Dialect::Sqlite, &[USERS, first, again]), "");
}

#[test]
fn a_name_is_taken_once_among_tables_indexes_and_views() {
    let there = "CREATE INDEX i ON users (name); CREATE VIEW v AS SELECT id FROM users;";
    refused(
        &[USERS, there, "CREATE TABLE I (x)"],
        "there is an index `I` already",
    );
    refused(
        &[USERS, there, "CREATE INDEX users ON users (id)"],
        "there is a table `users` already",
    );
    refused(
        &[USERS, there, "CREATE VIEW i AS SELECT 1"],
        "there is an index `i` already",
    );
    refused(&[USERS, there, "DROP TABLE v"], "`v` is a view");
    refused(&[USERS, there, "DROP VIEW users"], "`users` is a table");
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    refused(
        &[USERS, "DROP TABLE usrs"],
        "there is no table `usrs`; there is `users`",
    );
    refused(
        &[USERS, "CREATE INDEX i ON users (mail)"],
        "`users` has no column `mail`; it has `email`",
    );
    refused(
        &[USERS, "INSERT INTO users (emial) VALUES ('')"],
        "`users` has no column `emial`; it has `email`",
    );
    refused(
        &[USERS, "UPDATE users SET nme = ''"],
        "`users` has no column `nme`; it has `name`",
    );
    refused(
        &[USERS, "DELETE FROM invoices"],
        "there is no table `invoices`",
    );
}

#[test]
fn dropping_a_table_takes_its_indexes_and_triggers_along() {
    agree(&[
        USERS,
        "CREATE TABLE log (what); CREATE INDEX i ON users (name);
         CREATE TRIGGER t AFTER INSERT ON users BEGIN INSERT INTO log VALUES ('x'); END;
         CREATE TRIGGER u AFTER INSERT ON log BEGIN DELETE FROM users; END;",
        "DROP TABLE users;",
    ]);
}

#[test]
fn a_view_with_a_star_grows_with_its_table() {
    agree(&[
        USERS,
        "CREATE VIEW v AS SELECT * FROM users; CREATE VIEW w AS SELECT v.*, 1 AS one FROM v;
         CREATE VIEW named (a, b) AS SELECT id, name FROM users;",
        "ALTER TABLE users ADD COLUMN age INT;",
        "DROP VIEW named; ALTER TABLE users DROP COLUMN name;",
    ]);
}

/// "Quirks", section 8: a string in double quotes is a string where there is
/// no such column.
#[test]
fn a_word_in_double_quotes_that_names_no_column_is_text() {
    let schema = after(
        Dialect::Sqlite,
        &[r#"CREATE TABLE t (state TEXT DEFAULT "new" CHECK (state IN ("new", "done")))"#],
    );
    let table = schema.table(&Name::new("t")).unwrap();
    let text = |word: &str| Expr::Literal(Literal::Text(word.into()));
    assert_eq!(table.columns[0].default, Some(text("new")));
    let Expr::InList { list, .. } = &table.checks[0].expr else {
        panic!("{:?}", table.checks)
    };
    assert_eq!(*list, [text("new"), text("done")]);
}

#[test]
fn a_temporary_table_is_gone_after_its_migration() {
    agree(&[
        USERS,
        "CREATE TEMP TABLE seen AS SELECT id FROM users; DELETE FROM users WHERE id IN (SELECT id FROM seen);",
    ]);
    assert_eq!(
        steps(
            Dialect::Sqlite,
            &[USERS, "CREATE TEMP TABLE seen AS SELECT id FROM users;"]
        ),
        "define +seen\ninsert seen\ndefine -seen\n"
    );
}

#[test]
fn create_table_as_select_has_its_querys_columns_and_nothing_else() {
    agree(&[
        USERS,
        "CREATE TABLE copy AS SELECT *, name AS nick, 1 AS one FROM users;",
    ]);
}

#[test]
fn a_portable_source_is_refused_a_column_that_is_not_there() {
    assert_eq!(
        misfits(
            Dialect::Portable,
            &[
                "CREATE TABLE t (id BIGINT PRIMARY KEY)",
                "CREATE INDEX i ON t (idd)"
            ]
        ),
        ["`t` has no column `idd`; it has `id`"]
    );
}

/// Where AUTOINCREMENT goes on is each engine's own business; the schema is not.
#[test]
fn of_sqlites_own_tables_only_the_sequence_may_be_written() {
    let setup = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);";
    let sequence = "DELETE FROM sqlite_sequence WHERE name = 't';";
    assert_eq!(steps(Dialect::Sqlite, &[setup, sequence]), "");
    let schema = "UPDATE sqlite_master SET sql = '' WHERE name = 't';";
    assert_eq!(
        misfits(Dialect::Sqlite, &[setup, schema]),
        ["there is no table `sqlite_master`"]
    );
}
