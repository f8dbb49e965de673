//! What PostgreSQL and MySQL do where SQLite does something else.

use dualfuel_schema::{
    Dialect,
    model::{Expr, Name, Schema, Table},
};

use super::live::{after, misfits};

fn table<'a>(schema: &'a Schema, name: &str) -> &'a Table {
    schema.table(&Name::new(name)).unwrap()
}

fn names(table: &Table) -> Vec<String> {
    let uniques = table.uniques.iter().filter_map(|c| c.name.as_ref());
    let checks = table.checks.iter().filter_map(|c| c.name.as_ref());
    let keys = table.foreign_keys.iter().filter_map(|c| c.name.as_ref());
    uniques
        .chain(checks)
        .chain(keys)
        .map(Name::to_string)
        .collect()
}

#[test]
fn a_postgresql_constraint_goes_by_the_name_it_was_given() {
    let create = "CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE, age int CHECK (age > 0), boss bigint REFERENCES users (id));";
    let schema = after(Dialect::Postgres, &[create]);
    assert_eq!(
        names(table(&schema, "users")),
        ["users_email_key", "users_age_check", "users_boss_fkey"]
    );
    let renamed =
        "ALTER TABLE users RENAME TO people; ALTER TABLE people DROP CONSTRAINT users_email_key;";
    let schema = after(Dialect::Postgres, &[create, renamed]);
    assert_eq!(
        names(table(&schema, "people")),
        ["users_age_check", "users_boss_fkey"]
    );
}

#[test]
fn postgresql_drops_what_uses_a_dropped_column() {
    let schema = after(
        Dialect::Postgres,
        &[
            "CREATE TABLE t (a int, b int, UNIQUE (a, b), CHECK (a > b)); CREATE INDEX i ON t (b);",
            "ALTER TABLE t DROP COLUMN b;",
        ],
    );
    let t = table(&schema, "t");
    assert!(t.uniques.is_empty() && t.checks.is_empty() && t.indexes.is_empty());
}

#[test]
fn mysql_takes_a_dropped_column_out_of_indexes() {
    let schema = after(
        Dialect::Mysql,
        &[
            "CREATE TABLE t (a int, b int, KEY i (a, b), KEY j (b));",
            "ALTER TABLE t DROP COLUMN b;",
        ],
    );
    let t = table(&schema, "t");
    let indexes: Vec<_> = t
        .indexes
        .iter()
        .map(|i| (i.name.as_str(), i.parts.len()))
        .collect();
    assert_eq!(indexes, [("i", 1)]);
}

#[test]
fn postgresql_refuses_to_drop_what_others_refer_to() {
    let setup = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p);";
    assert_eq!(
        misfits(Dialect::Postgres, &[setup, "DROP TABLE p"]),
        ["a foreign key of `c` refers to `p`"]
    );
    let schema = after(Dialect::Postgres, &[setup, "DROP TABLE p CASCADE"]);
    assert!(table(&schema, "c").foreign_keys.is_empty());
}

#[test]
fn an_enums_labels_are_checked_wherever_it_is_used() {
    let schema = after(
        Dialect::Postgres,
        &[
            "CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE TABLE a (m mood NOT NULL DEFAULT 'ok'); CREATE TABLE b (id int);",
            "ALTER TABLE b ADD COLUMN m mood;",
            "ALTER TYPE mood ADD VALUE 'glad';",
        ],
    );
    for name in ["a", "b"] {
        let checks = &table(&schema, name).checks;
        let [check] = checks.as_slice() else {
            panic!("{checks:?}")
        };
        let Expr::InList { list, .. } = &check.expr else {
            panic!("{check:?}")
        };
        assert_eq!(*list, ["sad", "ok", "glad"].map(Expr::text));
    }
}

#[test]
fn an_enum_may_be_replaced_by_another() {
    let schema = after(
        Dialect::Postgres,
        &[
            "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE a (m mood);",
            "ALTER TYPE mood RENAME TO mood_old;
         CREATE TYPE mood AS ENUM ('ok');
         ALTER TABLE a ALTER COLUMN m TYPE mood USING m::text::mood;
         DROP TYPE mood_old;",
            "ALTER TABLE a ALTER COLUMN m TYPE text;",
        ],
    );
    assert!(table(&schema, "a").checks.is_empty());
    assert_eq!(schema.enums.len(), 1);
}

#[test]
fn a_postgresql_view_keeps_its_columns_names() {
    let schema = after(
        Dialect::Postgres,
        &[
            "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;",
            "ALTER TABLE t RENAME COLUMN a TO b;",
        ],
    );
    assert_eq!(schema.views[0].columns, [Name::new("a")]);
}

/// The portable source may say `-- dualfuel: tenant`.
#[test]
fn a_tenant_table_is_marked() {
    let schema = after(
        Dialect::Portable,
        &[
            "-- dualfuel: tenant\nCREATE TABLE a (id UUID PRIMARY KEY); CREATE TABLE b (id UUID PRIMARY KEY);",
        ],
    );
    assert!(table(&schema, "a").tenant && !table(&schema, "b").tenant);
}
