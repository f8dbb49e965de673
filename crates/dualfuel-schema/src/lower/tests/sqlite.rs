use super::{down, lines, steps};
use crate::{
    Dialect,
    Engine::Sqlite,
    lower::{Lowered, lower},
};

/// From PostgreSQL's spelling: SQLite's own files pass as they are.
fn lowered(history: &str, change: &str) -> Lowered {
    lower(Sqlite, &steps(Dialect::Postgres, history, change)).expect("it can be said")
}

fn check(history: &str, change: &str, foreign_keys_off: bool, expected: &[&str]) {
    let lowered = lowered(history, change);
    assert_eq!(lines(&lowered), expected.join("\n"));
    assert_eq!(lowered.foreign_keys_off, foreign_keys_off);
}

#[test]
fn types_hold_what_they_promise() {
    check(
        "",
        "CREATE TABLE t (id bigserial PRIMARY KEY, ok boolean NOT NULL DEFAULT true, doc jsonb)",
        false,
        &[
            r#"CREATE TABLE "t" ( "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "ok" BOOLEAN NOT NULL DEFAULT TRUE CHECK ("ok" IN (FALSE, TRUE)), "doc" JSON_TEXT CHECK (json_valid("doc")) )"#,
        ],
    );
}

#[test]
fn an_alter_is_one_where_sqlite_has_it() {
    let history = "CREATE TABLE t (id bigint PRIMARY KEY, a text)";
    check(
        history,
        "ALTER TABLE t ADD COLUMN b integer NOT NULL DEFAULT 0 CHECK (b > -1)",
        false,
        &[
            r#"ALTER TABLE "t" ADD COLUMN "b" INT4 NOT NULL DEFAULT 0 CONSTRAINT "t_b_check" CHECK ("b" > -1)"#,
        ],
    );
    check(
        history,
        "ALTER TABLE t RENAME COLUMN a TO b; ALTER TABLE t DROP COLUMN b",
        false,
        &[
            r#"ALTER TABLE "t" RENAME COLUMN "a" TO "b""#,
            r#"ALTER TABLE "t" DROP COLUMN "b""#,
        ],
    );
}

/// With foreign keys on, DROP TABLE would delete the rows of `c`.
#[test]
fn a_parent_is_built_anew_with_foreign_keys_off() {
    check(
        "CREATE TABLE p (id bigint PRIMARY KEY, a text);
         CREATE TABLE c (p_id bigint REFERENCES p ON DELETE CASCADE);
         CREATE INDEX i ON p (a); CREATE VIEW v AS SELECT a FROM p",
        "ALTER TABLE p ALTER COLUMN a SET NOT NULL",
        true,
        &[
            r#"DROP VIEW "v""#,
            r#"CREATE TABLE "dualfuel_new_p" ( "id" BIGINT NOT NULL, "a" TEXT NOT NULL, CONSTRAINT "p_pkey" PRIMARY KEY ("id") )"#,
            r#"INSERT INTO "dualfuel_new_p" ("id", "a") SELECT "id", "a" FROM "p""#,
            r#"DROP TABLE "p""#,
            r#"ALTER TABLE "dualfuel_new_p" RENAME TO "p""#,
            r#"CREATE INDEX "i" ON "p" ("a")"#,
            r#"CREATE VIEW "v" ("a") AS SELECT "a" FROM "p""#,
        ],
    );
}

/// MySQL's indexes are named by table, SQLite's by database.
#[test]
fn indexes_of_one_name_are_told_apart() {
    let steps = steps(
        Dialect::Mysql,
        "",
        "CREATE TABLE a (x int, KEY k (x)); CREATE TABLE b (x int, KEY k (x))",
    );
    let lowered = lines(&lower(Sqlite, &steps).expect("it can be said"));
    assert!(
        lowered.contains(r#"CREATE INDEX "k" ON "a" ("x")"#),
        "{lowered}"
    );
    assert!(
        lowered.contains(r#"CREATE INDEX "k1" ON "b" ("x")"#),
        "{lowered}"
    );
}

/// `ALTER TABLE "pos" RENAME TO "Pos"`: "there is already another table".
#[test]
fn a_table_gets_other_capitals_in_two_steps() {
    let back = down(
        Sqlite,
        r#"CREATE TABLE "Pos" (id INTEGER PRIMARY KEY)"#,
        "CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO n (id) SELECT id FROM Pos;
         DROP TABLE Pos; ALTER TABLE n RENAME TO pos",
    );
    assert!(
        back.starts_with(
            "ALTER TABLE \"pos\" RENAME TO \"dualfuel_old_pos\"\n\
             ALTER TABLE \"dualfuel_old_pos\" RENAME TO \"Pos\"\n"
        ),
        "{back}"
    );
}
