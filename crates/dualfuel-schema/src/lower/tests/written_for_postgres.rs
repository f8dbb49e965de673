//! Sources that were written for PostgreSQL, on the other engines.

use super::steps;
use crate::{
    Dialect,
    Engine::{self, Mariadb, Sqlite},
    lower::lower,
};

fn up(engine: Engine, history: &str, change: &str) -> String {
    let steps = steps(Dialect::Postgres, history, change);
    super::lines(&lower(engine, &steps).expect("it can be said"))
}

fn refused(engine: Engine, history: &str, change: &str) -> String {
    let steps = steps(Dialect::Postgres, history, change);
    let unlowered = lower(engine, &steps).expect_err("it can't be said");
    let reasons = unlowered.into_iter().map(|one| one.refusal.reason);
    reasons.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_second_serial_is_refused_where_one_column_is_numbered() {
    let change = "CREATE TABLE visits (id bigserial PRIMARY KEY, guest_id bigserial NOT NULL)";
    assert_eq!(
        refused(Mariadb, "", change),
        "`visits.id` is numbered by the database: MariaDB does that for one column of a table only"
    );
    assert_eq!(
        refused(Sqlite, "", change),
        "`visits.guest_id` is numbered by the database: SQLite does that only for a column that \
         is the whole primary key"
    );
}

/// "8.1.4. Serial Types": a serial is an integer with a default.
#[test]
fn a_serial_without_its_default_is_a_number_like_any_other() {
    assert_eq!(
        up(
            Mariadb,
            "CREATE TABLE visits (id bigserial PRIMARY KEY)",
            "ALTER TABLE visits ALTER COLUMN id DROP DEFAULT"
        ),
        "ALTER TABLE `visits` MODIFY COLUMN `id` bigint NOT NULL"
    );
}

#[test]
fn a_key_over_json_is_refused_on_mariadb() {
    assert_eq!(
        refused(Mariadb, "", "CREATE TABLE t (j jsonb PRIMARY KEY)"),
        "`t.j` is JSON and part of the primary key: InnoDB has none over JSON"
    );
    assert_eq!(
        refused(
            Mariadb,
            "CREATE TABLE p (a int, j jsonb, UNIQUE (a, j))",
            "CREATE TABLE c (a int, j jsonb, FOREIGN KEY (a, j) REFERENCES p (a, j))"
        ),
        "the foreign key of `c` is over `j`, which is JSON: InnoDB keeps JSON outside the row, \
         where no key of that kind reaches"
    );
}

/// The other tables, and what happens to this one later, are rendered.
#[test]
fn a_type_of_postgresql_alone_is_refused_with_its_column_and_nothing_else() {
    let history = "CREATE TABLE posts (id bigint PRIMARY KEY, tags text[] NOT NULL DEFAULT ARRAY[]::text[], at inet)";
    assert_eq!(
        refused(Sqlite, "", history),
        "`tags` is of type text[], which has no equal on the other engines"
    );
    assert_eq!(
        up(Mariadb, history, "ALTER TABLE posts ADD COLUMN title text"),
        "ALTER TABLE `posts` ADD COLUMN `title` longtext"
    );
    assert_eq!(
        refused(Mariadb, history, "UPDATE posts SET tags = '{a}'::varchar[]"),
        "`posts.tags`: '{a}' is no value of type text[]"
    );
    assert_eq!(
        refused(Sqlite, history, "UPDATE posts SET tags = ARRAY['a']"),
        "`posts.tags`: `ARRAY['a']` is PostgreSQL's own and can't be said otherwise"
    );
}

/// Such an index finds rows faster and does nothing else.
#[test]
fn an_index_by_another_method_is_a_plain_one() {
    let history = "CREATE TABLE posts (id bigint PRIMARY KEY, body jsonb, title text)";
    assert_eq!(
        up(
            Sqlite,
            history,
            "CREATE INDEX by_body ON posts USING gin (body jsonb_path_ops);
             CREATE INDEX by_title ON posts USING gist (title gist_trgm_ops(siglen = 32))"
        ),
        "CREATE INDEX \"by_body\" ON \"posts\" (\"body\")\nCREATE INDEX \"by_title\" ON \"posts\" (\"title\")"
    );
}
