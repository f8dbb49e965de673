//! A database that Dualfuel never saw, with whatever its engine has: it is
//! read, nothing of it goes unsaid, and two of them differ in what they
//! differ in.
//!
//! Servers are reached through `DUALFUEL_TEST_POSTGRES_URL` and
//! `DUALFUEL_TEST_MARIADB_URL`, which `cargo xtask test` sets.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/databases.rs"]
mod databases;
#[path = "../support/servers.rs"]
mod servers;

use databases::{database, run, schema_of};
use dualfuel_schema::{
    Engine,
    compare::{Side, canonical_json, compare},
    model::Schema,
};

/// What is done to one of two equal databases, and a difference that it makes:
/// table, object, attribute.
type Change = (&'static str, [&'static str; 3]);

fn differences(engine: Engine, left: &Schema, right: &Schema) -> Vec<[String; 3]> {
    let side = |schema| Side {
        schema,
        engine: Some(engine),
    };
    let found = compare(side(left), side(right)).differences;
    found
        .into_iter()
        .map(|one| [one.table, one.object, one.attribute])
        .collect()
}

/// Reads a database twice, and once more after each change.
async fn check(engine: Engine, script: &str, said: &[&str], changes: &[Change]) {
    let (_scratch, mut connection) = database(engine, script).await;
    let schema = schema_of(&mut connection).await;
    let json = canonical_json(Side {
        schema: &schema,
        engine: Some(engine),
    })
    .to_string();
    for said in said {
        assert!(json.contains(said), "{said} is not in {json}");
    }
    let (_other, mut connection) = database(engine, script).await;
    let twin = schema_of(&mut connection).await;
    assert_eq!(
        differences(engine, &schema, &twin),
        <[[String; 3]; 0]>::default()
    );
    let mut missed = Vec::new();
    for (sql, expected) in changes {
        let (_scratch, mut connection) = database(engine, script).await;
        run(&mut connection, sql).await;
        let changed = schema_of(&mut connection).await;
        let found = differences(engine, &schema, &changed);
        if !found.iter().any(|one| one == expected) {
            missed.push(format!("{sql}\n  wanted {expected:?}, got {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

const POSTGRES: &str = r#"
CREATE SCHEMA other;
CREATE TABLE other.things (id int PRIMARY KEY);
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s fine');
CREATE TYPE unused AS ENUM ('x');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN age AS integer DEFAULT 1 NOT NULL CHECK (VALUE BETWEEN 0 AND 150);
CREATE DOMAIN adult AS age CHECK (VALUE >= 18);
CREATE TABLE "Odd ""one" (
    id int GENERATED ALWAYS AS IDENTITY (START WITH 5) PRIMARY KEY,
    tags text[] NOT NULL DEFAULT '{}',
    grid int[][],
    both_ pair,
    mood mood DEFAULT 'ok',
    age age,
    adult adult,
    span tstzrange,
    addr inet DEFAULT '127.0.0.1',
    money_ money,
    bits bit(3),
    wait interval DEFAULT '1 day',
    doc xml,
    search tsvector,
    pos point,
    raw json,
    at timestamptz(3) DEFAULT now(),
    "select" text COLLATE "C" CHECK ("select" ~ '^[a-z]+$' AND cardinality(tags) > 0),
    thing int REFERENCES other.things (id),
    EXCLUDE USING gist (span WITH &&)
);
COMMENT ON TABLE "Odd ""one" IS 'odd; -- comment';
CREATE INDEX odd_tags ON "Odd ""one" USING gin (tags);
CREATE INDEX odd_part ON "Odd ""one" (lower("select") text_pattern_ops) INCLUDE (id) WHERE cardinality(tags) > 1;
CREATE STATISTICS odd_stats ON id, age FROM "Odd ""one";
CREATE TABLE logs (at date NOT NULL, note text) PARTITION BY RANGE (at);
CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
CREATE TABLE base (id serial, note text);
CREATE TABLE child (extra int CHECK (extra > 0)) INHERITS (base);
CREATE UNLOGGED TABLE fast (id bigint);
CREATE TABLE empty ();
CREATE SEQUENCE numbers INCREMENT 2;
CREATE TABLE numbered (id bigint DEFAULT nextval('numbers'), n numeric(3, -2), m numeric(4, 6));
CREATE VIEW v AS SELECT id, age + 1 AS older FROM "Odd ""one" WHERE mood = 'ok';
CREATE VIEW guarded WITH (security_barrier) AS SELECT id FROM base WHERE id > 0 WITH CHECK OPTION;
CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n FROM base;
CREATE UNIQUE INDEX mv_n ON mv (n);
CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * x';
CREATE PROCEDURE nothing() LANGUAGE sql AS '';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
CREATE TABLE computed (a int, b int GENERATED ALWAYS AS (twice(a)) STORED);
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE INSERT OR UPDATE OF note ON base FOR EACH ROW WHEN (NEW.note <> '') EXECUTE FUNCTION touched();
CREATE TRIGGER wiped AFTER TRUNCATE ON base EXECUTE FUNCTION touched();
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON base DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touched();
CREATE RULE quiet AS ON DELETE TO base DO INSTEAD NOTHING;
ALTER TABLE base ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON base FOR SELECT USING (id > 0);
CREATE FOREIGN DATA WRAPPER none_;
CREATE SERVER nowhere FOREIGN DATA WRAPPER none_;
CREATE FOREIGN TABLE far (id int) SERVER nowhere;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE TABLE users (name citext UNIQUE, deleted boolean);
"#;

#[tokio::test]
async fn an_odd_postgresql_is_read_whole() {
    let said = [
        "odd_tags",
        "gin",
        "exclusion",
        "partition",
        "logs_2024",
        "inherits",
        "unlogged",
        "foreign table",
        "materialized view",
        "composite",
        "security_barrier",
        "twice",
        "nothing",
        "policy",
        "rule",
        "sequence",
        "other",
        "text[]",
        "tstzrange",
        "citext",
        "interval",
        "row security",
    ];
    let changes: &[Change] = &[
        (
            "ALTER TYPE mood ADD VALUE 'new'",
            ["Odd \"one", "mood", "check"],
        ),
        ("ALTER TYPE unused ADD VALUE 'new'", ["unused", "", "type"]),
        ("ALTER TYPE pair ADD ATTRIBUTE c int", ["pair", "", "type"]),
        (
            "ALTER DOMAIN age DROP NOT NULL",
            ["Odd \"one", "age", "null"],
        ),
        (
            "ALTER DOMAIN age SET DEFAULT 2",
            ["Odd \"one", "age", "default"],
        ),
        (
            r#"ALTER TABLE "Odd ""one" ALTER tags SET DEFAULT '{a}'"#,
            ["Odd \"one", "tags", "default"],
        ),
        (
            r#"ALTER TABLE "Odd ""one" ALTER addr SET DEFAULT '127.0.0.2'"#,
            ["Odd \"one", "addr", "default"],
        ),
        (
            r#"ALTER TABLE "Odd ""one" ALTER wait SET DEFAULT '2 days'"#,
            ["Odd \"one", "wait", "default"],
        ),
        (
            r#"ALTER TABLE "Odd ""one" ALTER grid TYPE bigint[]"#,
            ["Odd \"one", "grid", "type"],
        ),
        (
            r#"ALTER TABLE "Odd ""one" ALTER raw TYPE jsonb USING raw::jsonb"#,
            ["Odd \"one", "raw", "native type"],
        ),
        (
            r#"ALTER TABLE "Odd ""one" ALTER at TYPE timestamptz(4)"#,
            ["Odd \"one", "at", "native type"],
        ),
        (
            r#"ALTER TABLE "Odd ""one" ALTER id SET GENERATED BY DEFAULT"#,
            ["Odd \"one", "id", "identity"],
        ),
        ("DROP INDEX odd_tags", ["Odd \"one", "odd_tags", "index"]),
        (
            r#"DROP INDEX odd_part; CREATE INDEX odd_part ON "Odd ""one" (lower("select")) INCLUDE (id) WHERE cardinality(tags) > 1"#,
            ["Odd \"one", "odd_part", "operator class"],
        ),
        (
            r#"DROP INDEX odd_part; CREATE INDEX odd_part ON "Odd ""one" (lower("select") text_pattern_ops) INCLUDE (id) WHERE cardinality(tags) > 2"#,
            ["Odd \"one", "odd_part", "predicate"],
        ),
        ("DROP TABLE logs_2024", ["logs", "logs_2024", "partition"]),
        (
            "ALTER TABLE child NO INHERIT base",
            ["child", "", "inherits"],
        ),
        ("ALTER TABLE fast SET LOGGED", ["fast", "", "persistence"]),
        (
            "ALTER TABLE numbered ALTER n TYPE numeric(4, -2)",
            ["numbered", "n", "type"],
        ),
        (
            r#"CREATE OR REPLACE VIEW v AS SELECT id, age + 2 AS older FROM "Odd ""one" WHERE mood = 'ok'"#,
            ["v", "", "definition"],
        ),
        (
            "ALTER VIEW guarded RESET (security_barrier)",
            ["guarded", "", "options"],
        ),
        (
            "CREATE OR REPLACE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 3 * x'",
            ["twice", "x integer", "function"],
        ),
        (
            "CREATE OR REPLACE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            ["base", "touch", "definition"],
        ),
        (
            "DROP TRIGGER touch ON base; CREATE TRIGGER touch BEFORE INSERT OR UPDATE OF note ON base FOR EACH ROW WHEN (NEW.note <> 'x') EXECUTE FUNCTION touched()",
            ["base", "touch", "definition"],
        ),
        (
            "DROP POLICY readers ON base; CREATE POLICY readers ON base FOR SELECT USING (id > 1)",
            ["base", "readers", "policy"],
        ),
        (
            "ALTER TABLE base FORCE ROW LEVEL SECURITY",
            ["base", "", "row security"],
        ),
        ("DROP RULE quiet ON base", ["base", "quiet", "rule"]),
        ("CREATE TABLE other.more (id int)", ["other", "", "schema"]),
        (
            "ALTER TABLE users ALTER name TYPE text",
            ["users", "name", "native type"],
        ),
        (
            "REFRESH MATERIALIZED VIEW mv; DROP MATERIALIZED VIEW mv; CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n FROM logs",
            ["mv", "", "definition"],
        ),
    ];
    check(Engine::Postgres, POSTGRES, &said, changes).await;
}

const MARIADB: &str = r"
CREATE TABLE `od``d` (
    id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    small tinyint(3) unsigned zerofill,
    mid mediumint,
    y year DEFAULT 2024,
    b bit(3) DEFAULT b'101',
    e enum('a', 'it''s', '') NOT NULL DEFAULT 'a',
    s set('x', 'y'),
    latin varchar(20) CHARACTER SET latin1 COLLATE latin1_bin,
    ci varchar(20) COLLATE utf8mb4_unicode_ci,
    hidden int INVISIBLE DEFAULT 3,
    at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
    d decimal(5,2) unsigned,
    g point NOT NULL,
    t text,
    fixed binary(16),
    ip inet6,
    doc json,
    calc int AS (char_length(ci) + 1) PERSISTENT,
    UNIQUE KEY pre (t(20)),
    KEY fast (ci) USING HASH,
    FULLTEXT KEY words (ci),
    SPATIAL KEY place (g),
    CHECK (soundex(ci) <> 'x')
) COMMENT 'odd';
CREATE TABLE old (id int, name varchar(10)) ENGINE = MyISAM DEFAULT CHARSET latin1;
CREATE TABLE parts (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at))
    PARTITION BY RANGE (year(at)) (PARTITION p1 VALUES LESS THAN (2020), PARTITION p2 VALUES LESS THAN MAXVALUE);
CREATE TABLE versions (id int PRIMARY KEY, note text, scratch int WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING;
CREATE TABLE periods (id int, a date, b date, PERIOD FOR span (a, b));
CREATE SEQUENCE numbers START WITH 10;
CREATE TABLE numbered (id bigint DEFAULT (NEXT VALUE FOR numbers));
CREATE VIEW v AS SELECT id, ci FROM `od``d` WHERE small > 1;
CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN 2 * x;
CREATE PROCEDURE nothing() SELECT 1;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM old;
CREATE TRIGGER touch BEFORE UPDATE ON old FOR EACH ROW SET NEW.name = upper(NEW.name);
";

#[tokio::test]
async fn an_odd_mariadb_is_read_whole() {
    let said = [
        "fulltext",
        "spatial",
        "MyISAM",
        "partition",
        "versioned",
        "sequence",
        "twice",
        "nothing",
        "nightly",
        "invisible",
        "latin1",
        "unsigned",
        "year",
        "set('x','y')",
        "on update",
        "inet6",
    ];
    let changes: &[Change] = &[
        (
            "ALTER TABLE `od``d` MODIFY e enum('a', 'b') NOT NULL DEFAULT 'a'",
            ["od`d", "e", "check"],
        ),
        (
            "ALTER TABLE `od``d` MODIFY s set('x', 'y', 'z')",
            ["od`d", "s", "type"],
        ),
        (
            "ALTER TABLE `od``d` MODIFY y year DEFAULT 2025",
            ["od`d", "y", "default"],
        ),
        (
            "ALTER TABLE `od``d` MODIFY b bit(3) DEFAULT b'100'",
            ["od`d", "b", "default"],
        ),
        (
            "ALTER TABLE `od``d` MODIFY hidden int DEFAULT 3",
            ["od`d", "hidden", "visibility"],
        ),
        (
            "ALTER TABLE `od``d` MODIFY latin varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            ["od`d", "latin", "character set"],
        ),
        (
            "ALTER TABLE `od``d` MODIFY at timestamp NOT NULL DEFAULT current_timestamp()",
            ["od`d", "at", "on update"],
        ),
        (
            "ALTER TABLE `od``d` MODIFY d decimal(5,2)",
            ["od`d", "d", "native type"],
        ),
        (
            "ALTER TABLE `od``d` MODIFY fixed binary(17)",
            ["od`d", "fixed", "size"],
        ),
        (
            "ALTER TABLE `od``d` MODIFY mid int",
            ["od`d", "mid", "size"],
        ),
        (
            "ALTER TABLE `od``d` DROP KEY pre, ADD UNIQUE KEY pre (t(21))",
            ["od`d", "pre", "unique prefix"],
        ),
        (
            "ALTER TABLE `od``d` DROP KEY words",
            ["od`d", "words", "index"],
        ),
        (
            "ALTER TABLE `od``d` DROP KEY words, ADD KEY words (ci)",
            ["od`d", "words", "method"],
        ),
        ("ALTER TABLE old ENGINE = InnoDB", ["old", "", "engine"]),
        (
            "ALTER TABLE parts DROP PARTITION p1",
            ["parts", "p1", "partition"],
        ),
        (
            "ALTER TABLE versions DROP SYSTEM VERSIONING",
            ["versions", "", "kind"],
        ),
        (
            "CREATE OR REPLACE VIEW v AS SELECT id, ci FROM `od``d` WHERE small > 2",
            ["v", "", "definition"],
        ),
        (
            "CREATE OR REPLACE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN 3 * x",
            ["twice", "", "function"],
        ),
        ("ALTER EVENT nightly ENABLE", ["nightly", "", "event"]),
        (
            "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON old FOR EACH ROW SET NEW.name = lower(NEW.name)",
            ["old", "touch", "definition"],
        ),
        ("DROP SEQUENCE numbers", ["numbers", "", "kind"]),
    ];
    check(Engine::Mariadb, MARIADB, &said, changes).await;
}

const SQLITE: &str = r#"
CREATE TABLE "odd ""one" (a, b FLOATING POINT, c "weird type"(1,2), [d] CHECK (d GLOB '[0-9]*'), PRIMARY KEY (a DESC)) WITHOUT ROWID;
CREATE TABLE strict (id INTEGER PRIMARY KEY, n INT, t TEXT, x ANY, b BLOB) STRICT;
CREATE TABLE loose (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, u UNIQUE ON CONFLICT IGNORE, n DEFAULT (abs(-1)), g AS (n + 1));
CREATE VIRTUAL TABLE docs USING fts5(title, body);
CREATE VIRTUAL TABLE area USING rtree(id, x0, x1);
CREATE TABLE gone (id INTEGER REFERENCES nowhere (x) DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX odd_c ON "odd ""one" (c COLLATE RTRIM DESC, abs(b)) WHERE c IS NOT NULL AND typeof(b) = 'real';
CREATE VIEW v AS SELECT a, b FROM "odd ""one";
CREATE TRIGGER on_view INSTEAD OF INSERT ON v BEGIN INSERT INTO "odd ""one" (a) VALUES (NEW.a); END;
CREATE TRIGGER raising BEFORE UPDATE ON strict WHEN NEW.n < 0 BEGIN SELECT RAISE(ABORT, 'no'); END;
CREATE VIEW broken AS SELECT missing FROM nowhere;
"#;

#[tokio::test]
async fn an_odd_sqlite_is_read_whole() {
    let said = [
        "fts5",
        "rtree",
        "broken view",
        "on_view",
        "raising",
        "gone",
        "odd_c",
    ];
    let changes: &[Change] = &[
        (
            "DROP TABLE docs; CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize = porter)",
            ["docs", "", "virtual table"],
        ),
        ("DROP TABLE area", ["area", "", "virtual table"]),
        (
            "DROP VIEW v; CREATE VIEW v AS SELECT a, c AS b FROM \"odd \"\"one\"",
            ["v", "", "definition"],
        ),
        (
            "DROP TRIGGER raising; CREATE TRIGGER raising BEFORE UPDATE ON strict WHEN NEW.n < 1 BEGIN SELECT RAISE(ABORT, 'no'); END",
            ["strict", "raising", "definition"],
        ),
        (
            "DROP TABLE strict; CREATE TABLE strict (id INTEGER PRIMARY KEY, n INT, t TEXT, x ANY, b BLOB)",
            ["strict", "", "strict"],
        ),
        (
            "DROP TABLE \"odd \"\"one\"; CREATE TABLE \"odd \"\"one\" (a, b FLOATING POINT, c \"weird type\"(1,2), [d] CHECK (d GLOB '[0-9]*'), PRIMARY KEY (a DESC))",
            ["odd \"one", "", "without rowid"],
        ),
        (
            "DROP INDEX odd_c; CREATE INDEX odd_c ON \"odd \"\"one\" (c COLLATE RTRIM DESC, abs(b)) WHERE c IS NOT NULL AND typeof(b) = 'text'",
            ["odd \"one", "odd_c", "predicate"],
        ),
        (
            "DROP TABLE gone; CREATE TABLE gone (id INTEGER REFERENCES nowhere (y) DEFERRABLE INITIALLY DEFERRED)",
            ["gone", "id", "foreign key"],
        ),
    ];
    check(Engine::Sqlite, SQLITE, &said, changes).await;
}
