//! Rebuilds, in every order seen.

use dualfuel_schema::Dialect;

use super::live::{agree, steps as all_steps};

const SETUP: &str = "
    CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
    CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id) ON DELETE CASCADE);
    CREATE INDEX p_a ON p (a);
";

/// Agrees with SQLite, and takes these steps.
#[track_caller]
fn check(sql: &str, steps: &str) {
    agree(&[SETUP, sql]);
    assert_eq!(all_steps(Dialect::Sqlite, &[SETUP, sql]), steps);
}

#[test]
fn create_copy_drop_rename_is_one_step_with_its_indexes() {
    check(
        "PRAGMA foreign_keys=OFF;
         BEGIN TRANSACTION;
         DROP INDEX p_a;
         CREATE TABLE p_new (id INTEGER PRIMARY KEY, a TEXT NOT NULL, label TEXT);
         INSERT INTO p_new (id, a, label) SELECT id, a, b FROM p;
         DROP TABLE p;
         ALTER TABLE p_new RENAME TO p;
         CREATE INDEX p_a ON p (a);
         COMMIT;
         PRAGMA foreign_keys=ON;",
        "define p.b -> p.label\n",
    );
}

#[test]
fn values_that_are_not_a_plain_column_are_rewritten() {
    check(
        "CREATE TABLE p_new (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT, kind TEXT NOT NULL);
         INSERT INTO p_new SELECT p.id, COALESCE(p.a, ''), NULL, 'old' FROM p WHERE p.id > 0;
         DROP TABLE p;
         ALTER TABLE p_new RENAME TO p;",
        "define p.a = Coalesce(a, Text(\"\")) p.b = Null p.kind = Text(\"old\") where id Gt Integer(0)\n",
    );
}

#[test]
fn a_column_that_is_left_out_of_the_copy_takes_its_default() {
    check(
        "CREATE TABLE p_new (id INTEGER PRIMARY KEY, a TEXT DEFAULT 'x', b TEXT, c TEXT DEFAULT 'y');
         INSERT INTO p_new (id) SELECT id FROM p;
         DROP TABLE p;
         ALTER TABLE p_new RENAME TO p;",
        "define p.a = Text(\"x\") p.b = Null\n",
    );
}

#[test]
fn columns_that_change_places_are_rewritten_not_renamed() {
    check(
        "CREATE TABLE p_new (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
         INSERT INTO p_new (id, b, a) SELECT * FROM p;
         DROP TABLE p;
         ALTER TABLE p_new RENAME TO p;",
        "define p.a = b p.b = a\n",
    );
}

/// SQLite takes the child's foreign key along to the name that is dropped.
#[test]
fn renaming_the_old_table_away_first_leaves_children_behind() {
    check(
        "ALTER TABLE p RENAME TO p_old;
         CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT);
         INSERT INTO p (id, a) SELECT id, a FROM p_old;
         DROP TABLE p_old;",
        "define\n",
    );
}

#[test]
fn renaming_away_in_legacy_mode_does_not() {
    check(
        "PRAGMA foreign_keys=OFF;
         PRAGMA legacy_alter_table=ON;
         ALTER TABLE p RENAME TO p_old;
         CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT);
         INSERT INTO p (id, a) SELECT id, a FROM p_old;
         DROP TABLE p_old;
         PRAGMA legacy_alter_table=OFF;",
        "define\n",
    );
}

#[test]
fn rows_may_wait_in_a_backup() {
    let dance = |create: &str| {
        format!(
            "{create}
             DROP TABLE p;
             CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, n INT DEFAULT 0);
             INSERT INTO p (id, name) SELECT id, a FROM backup;
             DROP TABLE backup;"
        )
    };
    for create in [
        "CREATE TEMPORARY TABLE backup AS SELECT * FROM p;",
        "CREATE TABLE backup AS SELECT id, a FROM p;",
        "CREATE TEMPORARY TABLE backup (id, a); INSERT INTO backup SELECT id, a FROM p;",
    ] {
        check(&dance(create), "define p.a -> p.name\n");
    }
}

#[test]
fn rows_are_corrected_after_the_step() {
    check(
        "CREATE TABLE p_new (id INTEGER PRIMARY KEY, a TEXT, b TEXT, n INT);
         CREATE INDEX p_n ON p_new (n);
         INSERT INTO p_new (id, a, b) SELECT id, a, b FROM p;
         UPDATE p_new SET n = length(a) WHERE p_new.n IS NULL;
         INSERT INTO p_new (a) VALUES ('more');
         DROP TABLE p;
         ALTER TABLE p_new RENAME TO p;
         CREATE TRIGGER t AFTER INSERT ON p BEGIN UPDATE p SET n = 0; END;",
        "define\nupdate p\ninsert p\ndefine\n",
    );
}

#[test]
fn rows_that_move_elsewhere_do_so_before_the_step() {
    check(
        "CREATE TABLE p_new (id INTEGER PRIMARY KEY, a TEXT);
         INSERT INTO p_new SELECT id, a FROM p;
         CREATE TABLE labels (p INTEGER REFERENCES p (id), b TEXT);
         INSERT INTO labels SELECT id, b FROM p WHERE b IS NOT NULL;
         DROP TABLE p;
         ALTER TABLE p_new RENAME TO p;",
        "define +labels\ninsert labels\ndefine\n",
    );
}

#[test]
fn several_rebuilds_at_a_time_are_told_apart() {
    check(
        "CREATE TABLE p_new (id INTEGER PRIMARY KEY, a TEXT NOT NULL);
         CREATE TABLE c_new (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p_new (id) ON DELETE CASCADE);
         INSERT INTO p_new SELECT id, a FROM p;
         INSERT INTO c_new SELECT * FROM c;
         DROP TABLE c;
         DROP TABLE p;
         ALTER TABLE p_new RENAME TO p;
         ALTER TABLE c_new RENAME TO c;",
        "define\ndefine\n",
    );
}

/// Between the two, no other engine could have the foreign key.
#[test]
fn a_key_and_what_refers_to_it_change_their_type_together() {
    check(
        "CREATE TABLE p_new (id TEXT PRIMARY KEY, a TEXT);
         INSERT INTO p_new SELECT CAST(id AS TEXT), a FROM p;
         DROP TABLE p;
         ALTER TABLE p_new RENAME TO p;
         CREATE INDEX p_a ON p (a);
         CREATE TABLE c_new (id INTEGER PRIMARY KEY, p TEXT REFERENCES p (id) ON DELETE CASCADE);
         INSERT INTO c_new SELECT id, CAST(p AS TEXT) FROM c;
         DROP TABLE c;
         ALTER TABLE c_new RENAME TO c;
         CREATE INDEX c_p ON c (p);",
        "define p.id = .. c.p = ..\n",
    );
}

#[test]
fn a_table_may_be_rebuilt_twice_and_renamed_after() {
    let dance = |column: &str| {
        format!(
            "CREATE TABLE p_new (id INTEGER PRIMARY KEY, {column} TEXT);
             INSERT INTO p_new SELECT id, {column} FROM p;
             DROP TABLE p;
             ALTER TABLE p_new RENAME TO p;"
        )
    };
    let again = dance("a").replace(
        "p_new (id INTEGER PRIMARY KEY, a",
        "p_new (id INTEGER PRIMARY KEY, z",
    );
    check(
        &format!("{}{again} ALTER TABLE p RENAME TO q;", dance("a")),
        "define\ndefine p.a -> p.z\ndefine p -> q -p +q\n",
    );
}

#[test]
fn views_that_are_dropped_for_a_rebuild_come_back() {
    check(
        "CREATE VIEW v AS SELECT a FROM p;
         DROP VIEW v;
         CREATE TABLE p_new (id INTEGER PRIMARY KEY, a TEXT);
         INSERT INTO p_new SELECT id, a FROM p;
         DROP TABLE p;
         ALTER TABLE p_new RENAME TO p;
         CREATE VIEW v AS SELECT id, a FROM p;",
        "define\ndefine\ndefine\ndefine\n",
    );
}

/// Every one of these may have fewer rows, other rows, or the rows of a
/// moment that is over.
#[test]
fn what_is_no_plain_copy_is_taken_statement_by_statement() {
    for copy in [
        "INSERT INTO p_new SELECT DISTINCT id, a FROM p;",
        "INSERT INTO p_new SELECT id, a FROM p LIMIT 10;",
        "INSERT INTO p_new SELECT max(id), a FROM p GROUP BY a;",
        "INSERT INTO p_new SELECT p.id, a FROM p JOIN c ON c.p = p.id;",
        "INSERT INTO p_new SELECT id, a FROM p UNION SELECT id, b FROM p;",
        "INSERT OR IGNORE INTO p_new SELECT id, a FROM p;",
        "INSERT OR REPLACE INTO p_new SELECT id, a FROM p;",
        "INSERT INTO p_new SELECT id, (SELECT max(id) FROM c) FROM p;",
        "INSERT INTO p_new VALUES (0, 'first'); INSERT INTO p_new SELECT id, a FROM p;",
        "INSERT INTO p_new SELECT id, (SELECT b) FROM p;",
        "INSERT INTO p_new SELECT id, a FROM p; DELETE FROM p WHERE id = 1;",
        "INSERT INTO p_new SELECT id, a FROM p; UPDATE p_new SET a = (SELECT b FROM p WHERE p.id = p_new.id);",
    ] {
        let sql = format!(
            "CREATE TABLE p_new (id INTEGER PRIMARY KEY, a TEXT); {copy}
             DROP TABLE p; ALTER TABLE p_new RENAME TO p;"
        );
        agree(&[SETUP, &sql]);
        let steps = all_steps(Dialect::Sqlite, &[SETUP, &sql]);
        assert!(steps.starts_with("define +p_new\n"), "{copy}\n{steps}");
        assert!(
            steps.ends_with("define -p\ndefine p_new -> p -p_new +p\n"),
            "{copy}\n{steps}"
        );
    }
}

#[test]
fn a_table_of_the_same_migration_may_be_rebuilt() {
    check(
        "CREATE TABLE first (id INTEGER PRIMARY KEY, a TEXT);
         INSERT INTO first (a) VALUES ('x');
         CREATE INDEX first_a ON first (a);
         ALTER TABLE first RENAME TO t;
         UPDATE t SET a = 'y';
         CREATE TABLE t_new (id INTEGER PRIMARY KEY, b TEXT);
         INSERT INTO t_new SELECT id, a FROM t;
         DROP TABLE t;
         ALTER TABLE t_new RENAME TO t;",
        "define +first\ninsert first\ndefine\ndefine first -> t -first +t\nupdate t\ndefine t.a -> t.b\n",
    );
}

/// `rowid` is no column that another engine could copy.
#[test]
fn a_rowid_without_a_column_is_not_a_column_under_another_name() {
    let setup = "CREATE TABLE t (a TEXT);";
    let sql = "CREATE TABLE t_new (id INTEGER PRIMARY KEY, a TEXT);
               INSERT INTO t_new SELECT rowid, a FROM t;
               DROP TABLE t;
               ALTER TABLE t_new RENAME TO t;";
    agree(&[setup, sql]);
    assert!(all_steps(Dialect::Sqlite, &[setup, sql]).starts_with("define +t_new\ninsert t_new\n"));
}

#[test]
fn an_old_table_that_is_kept_is_a_table() {
    check(
        "ALTER TABLE p RENAME TO p_old;
         CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT);
         INSERT INTO p SELECT id, a FROM p_old;",
        "define p -> p_old -p +p_old\ndefine +p\ninsert p\n",
    );
}
