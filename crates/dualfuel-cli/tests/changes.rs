//! A data statement leaves the same rows on every engine, with the same
//! numbers, and the next row gets the same number.
//!
//! Unlike in `expressions.rs` the tables are rendered as a migration's are,
//! with keys and foreign keys, and each case begins with the same rows.
//! SQLite has foreign keys on.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/servers.rs"]
mod servers;
#[path = "support/values.rs"]
mod values;

use std::sync::Arc;

use dualfuel_cli::database::{Access, Connection, Scratch};
use dualfuel_schema::introspect::Catalog as _;
use dualfuel_schema::lower::{expr, lower};
use dualfuel_schema::model::Schema;
use dualfuel_schema::parse::{ReadOptions, parse};
use dualfuel_schema::simulate::{Step, simulate};
use dualfuel_schema::{Dialect, Engine};
use servers::admin;
use values::{first_difference, said, same};

const TABLES: &str = "
CREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, level INTEGER NOT NULL DEFAULT 7, note TEXT);
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE,
    handle TEXT UNIQUE,
    role_id INTEGER REFERENCES roles (id) ON DELETE SET NULL,
    score INTEGER,
    ratio REAL,
    bio TEXT
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    body TEXT,
    tags JSON,
    words INTEGER,
    price REAL
);
CREATE TABLE likes (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    post_id INTEGER NOT NULL REFERENCES posts (id),
    weight INTEGER DEFAULT 1,
    PRIMARY KEY (user_id, post_id)
);
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT, hits INTEGER DEFAULT 3);
CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL, n INTEGER);
CREATE UNIQUE INDEX words_by_word ON words (word COLLATE NOCASE);
CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT, n INTEGER, x REAL);
CREATE INDEX posts_by_title ON posts (title);
CREATE INDEX posts_by_user ON posts (user_id);
";

const ROWS: &str = r#"
INSERT INTO roles (id, name, level, note) VALUES (1, 'admin', 1, 'a'), (2, 'user', 2, 'b'), (5, 'guest', 3, NULL);
INSERT INTO users (id, email, handle, role_id, score, ratio, bio) VALUES
    (1, 'a@x', 'ann', 1, 10, 0.5, 'hi'), (2, 'b@x', 'bob', 2, -3, 2.5, ''),
    (3, 'c@x', NULL, 5, NULL, NULL, NULL), (7, 'Ünal@x', 'ünal', NULL, 0, 1000, '  x ');
INSERT INTO posts (id, user_id, title, body, tags, words, price) VALUES
    (10, 3, 'zeta', 'b1', '["x", "y"]', 5, 1.5), (11, 1, 'alpha', NULL, '["y"]', NULL, NULL),
    (12, 2, 'mid', '', NULL, -2, 3.0), (13, 1, 'alpha', 'dup', '[]', 7, 99.99);
INSERT INTO likes (user_id, post_id, weight) VALUES (1, 10, 1), (2, 10, 2), (2, 12, NULL);
INSERT INTO tags (id, name) VALUES (1, 'x'), (2, 'old');
INSERT INTO settings (key, value, hits) VALUES ('a', '1', 1), ('b', 'x', 2);
INSERT INTO log (id, what, n, x) VALUES (1, 'start', 1, 1.0);
"#;

/// `INSERT OR REPLACE` deletes what is in the way, and what hangs on it.
const REPLACES: &[&str] = &[
    "INSERT OR REPLACE INTO users (id, email, handle) VALUES (1, 'n@x', 'nn')",
    "INSERT OR REPLACE INTO users (email, handle) VALUES ('a@x', 'bob'), ('new@x', 'bob')",
    "REPLACE INTO roles (id, name) VALUES (1, 'user')",
    "INSERT OR REPLACE INTO roles (name, level) VALUES ('user', 9), ('extra', 1)",
    "INSERT OR REPLACE INTO posts (id, user_id, title) VALUES (11, 1, 'replaced'), (50, 1, 'new')",
    "INSERT OR REPLACE INTO settings (key, value) VALUES ('a', '2'), ('a', '3'), ('c', '4')",
    "INSERT OR REPLACE INTO settings (key, value) VALUES (\"value\", \"key\")",
    "INSERT OR REPLACE INTO settings (key, value) SELECT key, value || '!' FROM settings",
    "INSERT OR REPLACE INTO tags (id, name) VALUES (1, 'old'), (7, 'seven')",
    "INSERT OR REPLACE INTO tags (id, name) SELECT id, handle FROM users WHERE handle IS NOT NULL",
    "INSERT OR REPLACE INTO tags (name) SELECT 'x' UNION ALL SELECT 'z'; INSERT INTO tags (name) VALUES ('next')",
    "INSERT OR REPLACE INTO likes (user_id, post_id) SELECT user_id, id FROM posts",
    "INSERT INTO users (id, email, score) VALUES (1, 'zz@x', 5), (NULL, 'n@x', 1), (9, 'i@x', 6) ON CONFLICT (id) DO UPDATE SET email = excluded.email, score = users.score + excluded.score WHERE users.score > 0",
    "UPDATE OR IGNORE roles SET name = 'user' WHERE id = 1",
    "UPDATE OR REPLACE roles SET name = 'user', note = 'z' WHERE id = 1",
    "UPDATE OR IGNORE likes SET user_id = 1 WHERE user_id = 2",
    "UPDATE OR REPLACE likes SET user_id = 1, weight = weight + 1 WHERE user_id = 2",
    "UPDATE OR REPLACE posts SET words = 3",
];

/// Rows are numbered in the order in which SQLite reads what nobody ordered,
/// and no number is left out or given twice.
const NUMBERS: &[&str] = &[
    "INSERT INTO log (what) SELECT title AS t FROM posts ORDER BY length(t), t DESC",
    "INSERT INTO tags (id, name) VALUES (7, 'Zed'), (8, 'abc'); INSERT INTO log (what) SELECT name FROM tags ORDER BY name COLLATE NOCASE",
    "INSERT INTO tags (id, name) VALUES (7, 'Zed'), (8, 'abc'); INSERT INTO log (what) SELECT name AS n FROM tags ORDER BY n COLLATE NOCASE DESC LIMIT 3",
    "INSERT INTO log (what) SELECT DISTINCT substr(title, 1, 1) FROM posts ORDER BY 1",
    "INSERT INTO log (what) SELECT body FROM posts; INSERT INTO log (what) VALUES ('next')",
    "INSERT INTO log (what) SELECT title FROM posts",
    "INSERT INTO log (what) SELECT email FROM users",
    "INSERT INTO log (what, n) SELECT title, words FROM posts ORDER BY title; INSERT INTO log (what) VALUES ('next')",
    "INSERT INTO tags (name) SELECT DISTINCT title FROM posts",
    "INSERT INTO tags (name) SELECT DISTINCT coalesce(body, title) FROM posts",
    "INSERT INTO log (what, n) SELECT title, count(*) FROM posts GROUP BY title",
    "INSERT INTO log (n, x) SELECT user_id, sum(price) FROM posts GROUP BY user_id",
    "INSERT INTO log (what, n) SELECT u.email, p.words FROM users u JOIN posts p ON p.user_id = u.id",
    "INSERT INTO log (what, n) SELECT u.email, p.id FROM users u LEFT JOIN posts p ON p.user_id = u.id",
    "INSERT INTO log (what) SELECT email FROM users UNION SELECT title FROM posts",
    "INSERT INTO log (n) SELECT row_number() OVER (PARTITION BY user_id ORDER BY id DESC) FROM posts",
    "INSERT INTO log (n) WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT n FROM c; INSERT INTO log (what) VALUES ('next')",
    "DELETE FROM log WHERE id = 1; INSERT INTO log (what) VALUES ('first again')",
    "DELETE FROM users WHERE id = 7; INSERT INTO users (email) VALUES ('eighth all the same')",
    "DELETE FROM likes; DELETE FROM users WHERE id = 1; INSERT INTO posts (user_id, title) VALUES (2, 'thirteen again')",
    "DELETE FROM users WHERE id = 7; INSERT INTO users (id, email) VALUES (4, 'fourth'); INSERT INTO users (email) VALUES ('eighth')",
    "UPDATE tags SET id = id + 10 WHERE id = 2; INSERT INTO tags (name) VALUES ('thirteenth')",
    "UPDATE users SET bio = (SELECT title FROM posts WHERE user_id = users.id LIMIT 1)",
];

/// A number is as whole as it was, and a document's values are what SQLite
/// takes out of it.
const WHOLE: &[&str] = &[
    "UPDATE posts SET words = price WHERE id = 12",
    "UPDATE posts SET words = words * 2.0",
    "UPDATE posts SET words = (SELECT avg(weight) FROM likes WHERE post_id = posts.id) WHERE id = 12",
    "UPDATE posts SET words = (SELECT total(weight) FROM likes WHERE post_id = posts.id)",
    "UPDATE posts SET words = CAST(price * 100 AS INTEGER)",
    "UPDATE posts SET words = CASE WHEN price > 2 THEN round(price) ELSE 7 END",
    "UPDATE posts SET words = CAST(3.99 AS INTEGER), price = CAST('4.5abc' AS REAL)",
    "UPDATE posts SET words = CAST('12abc' AS INTEGER), price = CAST(-3.99 AS INTEGER)",
    "UPDATE posts SET words = CAST('99999999999999999999' AS INTEGER), price = CAST('' AS REAL)",
    "UPDATE posts SET words = price & 3 WHERE price IS NOT NULL",
    "UPDATE posts SET price = words * 1.1 + 0.2 WHERE words IS NOT NULL",
    "UPDATE posts SET price = 0.1 + 0.2",
    "UPDATE posts SET body = lower('ÄB') || upper(title) || upper('straße')",
    r#"INSERT INTO log (what, n, x) VALUES (json_extract('{"a":true}', '$.a'), json_extract('{"a":9007199254740993}', '$.a'), json_extract('{"a":1.5}', '$.a'))"#,
    r#"INSERT INTO log (what, n, x) VALUES (json_extract('{"a":null}', '$.a'), json_extract('{"a":false}', '$.a'), json_extract('{"a":2}', '$.a') + 1)"#,
    r#"INSERT INTO log (n, x) VALUES (json_extract('{"a":5}', '$.a') % 2, json_extract('{"a":5}', '$.a') / 2.0)"#,
    r#"INSERT INTO log (n, x) SELECT sum(json_extract(tags, '$[9]')), abs(json_extract('{"a":-2}', '$.a')) FROM posts"#,
];

/// What is gathered comes in the order in which SQLite reads it, of several
/// rows the first counts, and a time in another zone is the time that it is.
const READ: &[&str] = &[
    "INSERT INTO log (what) VALUES ('p'); INSERT INTO settings (key, hits) VALUES ('k', last_insert_rowid() + 1)",
    "UPDATE settings SET value = CAST(value AS INTEGER) / 2, hits = CAST(value AS REAL) / 0.5",
    "UPDATE users SET bio = (SELECT total(words) FROM posts WHERE user_id = users.id)",
    "UPDATE settings SET value = strftime('%s', '2024-01-01') - 10 WHERE key = 'a'",
    "UPDATE users SET bio = substr(email, 2, instr(email, '@') - 3)",
    "UPDATE users SET bio = substr(email, instr(email, '@') + 1, length(handle) - 4)",
    "UPDATE users SET bio = substr('abcdef', length(email) + 1, 2 - length(email))",
    "UPDATE users SET bio = concat('[', handle, ']:', score, NULL)",
    "UPDATE users SET bio = (SELECT title FROM posts WHERE user_id = users.id)",
    "INSERT INTO log (what) SELECT group_concat(title || words, '; ') FROM posts GROUP BY user_id",
    "UPDATE users SET bio = (SELECT group_concat(post_id) FROM likes WHERE user_id = users.id)",
    "UPDATE users SET bio = (SELECT json_group_array(post_id) FROM likes WHERE user_id = users.id)",
    "UPDATE users SET bio = (SELECT group_concat(title) FROM (SELECT title FROM posts WHERE user_id = users.id ORDER BY words DESC, id))",
    "UPDATE users SET bio = (SELECT group_concat(t) FROM (SELECT title || id AS t FROM posts ORDER BY title, id DESC))",
    "INSERT INTO log (what, n) SELECT title, lag(words, 1, -1) OVER (ORDER BY id) FROM posts",
    "INSERT INTO log (what, n) SELECT title, lead(words, 2, -1) OVER (PARTITION BY title ORDER BY id) FROM posts",
    "INSERT INTO log (what, n) SELECT p.title, j.key FROM posts p, json_each(p.tags) j",
    "INSERT INTO tags (name) SELECT DISTINCT title FROM posts ORDER BY title DESC",
    "INSERT INTO log (what) SELECT title || id FROM (SELECT title, id FROM posts UNION ALL SELECT 'Beta', 0) ORDER BY title COLLATE NOCASE, id",
    "UPDATE posts SET body = substr(title, -3, 2) || substr(title, -9, 7)",
    "UPDATE posts SET words = json_valid(title) + json_valid('[1]')",
    "UPDATE users SET bio = '2024-01-01T01:00:00+02:00'; UPDATE users SET score = unixepoch(bio), handle = datetime(bio, '+' || id || ' days')",
    "UPDATE users SET bio = '2024-01-01T01:00:00.5Z'; UPDATE users SET score = strftime('%s', bio)",
    "INSERT OR IGNORE INTO tags (name) VALUES ('x'), ('fresh'), ('old'), ('more'); INSERT INTO tags (name) VALUES ('next')",
    "INSERT INTO tags (name) VALUES ('x'), ('fresh'), ('x') ON CONFLICT (name) DO UPDATE SET name = excluded.name || id",
];

/// A row's number may be 0, and a row that is there already takes a number
/// away with AUTOINCREMENT, and none without.
const KEYS: &[&str] = &[
    "UPDATE posts SET id = 0 WHERE id = 10 AND id NOT IN (SELECT post_id FROM likes); INSERT INTO tags (id, name) SELECT id - 10, title FROM posts WHERE id = 10; INSERT INTO tags (name) VALUES ('next')",
    "INSERT INTO tags (id, name) VALUES (3 - 3, 'zero'), (9 - 4, 'five'), (NULL, 'six')",
    "INSERT INTO tags (id, name) VALUES (NULL, 'm'), (0, 'z')",
    "INSERT INTO tags (id, name) VALUES (NULL, 'm'), (9, 'z'), (NULL, 'n'); INSERT INTO tags (name) VALUES ('next')",
    "INSERT INTO users (id, email) VALUES (NULL, 'm'), (20, 'z'), (NULL, 'n'); INSERT INTO users (email) VALUES ('next')",
    "INSERT OR IGNORE INTO roles (name) VALUES ('admin'), ('editor'), ('guest'), ('last'); INSERT INTO roles (name) VALUES ('next')",
    "INSERT OR IGNORE INTO users (email) VALUES ('a@x'), ('n@x'), ('b@x'), ('m@x'), ('c@x'); INSERT INTO users (email) VALUES ('next')",
    "INSERT OR IGNORE INTO users (id, email) VALUES (NULL, 'a@x'), (NULL, 'n@x'); INSERT INTO users (email) VALUES ('next')",
    "INSERT INTO users (email) VALUES ('a@x'), ('n@x') ON CONFLICT (email) DO UPDATE SET score = 5; INSERT INTO users (email) VALUES ('next')",
    "INSERT OR IGNORE INTO tags (name) VALUES ('x'), ((SELECT 'n' || max(id) FROM posts)), ('y')",
    "INSERT INTO words (id, word, n) VALUES (1, 'One', 1); INSERT INTO words (id, word, n) VALUES (2, 'ONE', 5) ON CONFLICT (word COLLATE NOCASE) DO UPDATE SET n = excluded.n",
];

/// A subquery of SET reads the table that is written, as it was.
const OWN: &[&str] = &[
    "UPDATE posts SET words = (SELECT max(words) FROM posts)",
    "UPDATE posts SET words = coalesce((SELECT max(p.words) FROM posts p), 0) + 1",
    "UPDATE posts SET body = (SELECT p.title FROM posts p WHERE p.id < posts.id ORDER BY p.id DESC LIMIT 1)",
    "UPDATE posts SET words = (SELECT count(*) FROM posts p WHERE p.words < posts.words) WHERE id = 13",
    "UPDATE posts SET words = 1 WHERE words = (SELECT max(p.words) FROM posts p WHERE p.id >= posts.id)",
];

const ALL: &[&[&str]] = &[REPLACES, NUMBERS, WHOLE, READ, KEYS, OWN];

/// What SQLite keeps and the others can't: they fail, and keep nothing else.
const FAILS: &[&str] = &[
    "UPDATE posts SET words = price",
    "UPDATE posts SET words = words / 2.0",
    r#"INSERT INTO log (n) VALUES (json_extract('{"a":1.5}', '$.a'))"#,
    "UPDATE posts SET words = title",
];

/// What can't be had elsewhere, and the words that say so.
const REFUSED: &[(&str, &str)] = &[
    (
        "INSERT OR REPLACE INTO roles (id, name) SELECT id, upper(name) FROM roles",
        "write a DELETE of those rows of `roles`, and an INSERT",
    ),
    (
        r#"INSERT INTO log (n) VALUES (json_extract('{"a":5}', '$.a') / 2)"#,
        "CAST it",
    ),
    (
        "UPDATE posts SET words = (SELECT count(*) FROM posts p WHERE p.words < posts.words)",
        "reads `posts.words`, which the same UPDATE writes",
    ),
    (
        "UPDATE posts SET title = (SELECT p.title || '/' || posts.title FROM posts p WHERE p.id = posts.id - 1)",
        "write an override file",
    ),
    (
        "UPDATE posts SET words = CASE WHEN id > 10 THEN (SELECT max(words) FROM posts) ELSE 50 END",
        "reads `posts.words`",
    ),
    (
        "INSERT INTO tags (id, name) VALUES (1, 'y'), (3, 'z') ON CONFLICT (id) DO UPDATE SET name = (SELECT count(*) FROM tags)",
        "DO UPDATE asks `tags`",
    ),
    (
        "INSERT OR IGNORE INTO tags (name) VALUES ('y'), (NULL)",
        "no value for `tags.name`",
    ),
    (
        "INSERT OR IGNORE INTO tags (id) VALUES (9)",
        "no value for `tags.name`",
    ),
    ("UPDATE settings SET value = value / 2", "CAST it"),
    (
        "INSERT INTO log (what) VALUES ('p'), ('q'); INSERT INTO settings (key, hits) VALUES ('k', last_insert_rowid())",
        "one number on all engines",
    ),
    (
        "INSERT INTO log (id, what) VALUES (50, 'd'); INSERT INTO settings (key, hits) VALUES ('k', last_insert_rowid())",
        "one number on all engines",
    ),
    (
        "UPDATE OR REPLACE tags SET id = id + 1",
        "go from row to row on SQLite",
    ),
];

fn steps(before: &Arc<Schema>, sql: &str) -> Vec<Step> {
    let statements: Vec<_> = parse(Dialect::Sqlite, sql, ReadOptions::default())
        .into_iter()
        .map(|parsed| parsed.unwrap_or_else(|unread| panic!("{sql}: {}", unread.refusal)))
        .collect();
    simulate(Dialect::Sqlite, before, &statements).unwrap_or_else(|_| panic!("{sql}"))
}

fn rendered(engine: Engine, before: &Arc<Schema>, sql: &str) -> Result<String, String> {
    if engine == Engine::Sqlite {
        return Ok(sql.to_owned());
    }
    match lower(engine, &steps(before, sql)) {
        Ok(lowered) => Ok(lowered.statements.join(";\n")),
        Err(refused) => Err(refused[0].refusal.reason.clone()),
    }
}

fn schema() -> Arc<Schema> {
    let steps = steps(&Arc::default(), TABLES);
    steps.last().unwrap().after.clone()
}

/// Takes all rows away, and the numbers that they had.
async fn empty(connection: &mut Connection, schema: &Schema) {
    let engine = connection.engine();
    let tables = schema
        .tables
        .iter()
        .map(|table| expr::quote(engine, &table.name));
    let tables: Vec<String> = tables.collect();
    let each = |before: &str| {
        let statements = tables.iter().map(|table| format!("{before} {table}"));
        statements.collect::<Vec<_>>().join(";\n")
    };
    let script = match engine {
        Engine::Sqlite => format!(
            "PRAGMA foreign_keys = OFF; {}; DELETE FROM sqlite_sequence; PRAGMA foreign_keys = ON",
            each("DELETE FROM")
        ),
        Engine::Postgres => format!("TRUNCATE {} RESTART IDENTITY CASCADE", tables.join(", ")),
        Engine::Mariadb => format!(
            "SET foreign_key_checks = 0; {}; SET foreign_key_checks = 1",
            each("TRUNCATE TABLE")
        ),
    };
    connection.run_script(&script).await.unwrap();
}

/// What differs from SQLite after a change, in which table.
async fn differences(
    open: &mut [(Connection, Scratch)],
    schema: &Arc<Schema>,
    change: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut expected = Vec::new();
    for (connection, _) in open {
        let engine = connection.engine();
        empty(connection, schema).await;
        let rows = rendered(engine, schema, ROWS).unwrap();
        connection.run_script(&rows).await.unwrap();
        let script = match rendered(engine, schema, change) {
            Ok(script) => script,
            Err(reason) => {
                found.push(format!("{change}\n  {engine} refuses: {reason}"));
                continue;
            }
        };
        if let Err(error) = connection.run_script(&script).await {
            found.push(format!(
                "{change}\n  {engine}: {script}\n  {}",
                said(&error.source)
            ));
            continue;
        }
        for (place, table) in schema.tables.iter().enumerate() {
            let key = &table.primary_key.as_ref().unwrap().columns;
            let names = |names: &mut dyn Iterator<Item = &dualfuel_schema::model::Name>| {
                let names = names.map(|name| expr::quote(engine, name));
                names.collect::<Vec<_>>().join(", ")
            };
            let sql = format!(
                "SELECT {} FROM {} ORDER BY {}",
                names(&mut table.columns.iter().map(|column| &column.name)),
                expr::quote(engine, &table.name),
                names(&mut key.iter()),
            );
            let rows = connection.rows(&sql).await.unwrap();
            if engine == Engine::Sqlite {
                expected.push(rows);
            } else if !same(&expected[place], &rows) {
                found.push(format!(
                    "{change}\n  {engine}: {script}\n  {}: {}",
                    table.name,
                    first_difference(&expected[place], &rows)
                ));
            }
        }
    }
    found
}

/// The tables on every engine.
async fn start() -> (Arc<Schema>, Vec<(Connection, Scratch)>) {
    let schema = schema();
    let mut open = Vec::new();
    for engine in Engine::ALL {
        let scratch = Scratch::create(&admin(engine)).await.unwrap();
        let mut connection = Connection::open(scratch.place(), Access::Write)
            .await
            .unwrap();
        let tables = rendered(engine, &Arc::default(), TABLES).unwrap();
        connection.run_script(&tables).await.unwrap();
        open.push((connection, scratch));
    }
    (schema, open)
}

#[tokio::test]
async fn a_change_leaves_the_rows_that_it_leaves_on_sqlite() {
    let (schema, mut open) = start().await;
    let mut found = Vec::new();
    for change in ALL.iter().copied().flatten() {
        found.extend(differences(&mut open, &schema, change).await);
    }
    assert!(
        found.is_empty(),
        "{} differ:\n\n{}",
        found.len(),
        found.join("\n\n")
    );
}

#[tokio::test]
async fn what_only_sqlite_keeps_fails_elsewhere() {
    let (schema, mut open) = start().await;
    for change in FAILS {
        let found = differences(&mut open, &schema, change).await;
        assert_eq!(found.len(), 2, "{change}: {found:?}");
        let failed = |found: &String| {
            found.contains("invalid input syntax") || found.contains("Truncated incorrect")
        };
        assert!(found.iter().all(failed), "{found:?}");
    }
}

#[test]
fn what_cannot_be_had_elsewhere_is_refused_with_the_way_out() {
    let schema = schema();
    for (change, words) in REFUSED {
        let reason = rendered(Engine::Postgres, &schema, change).unwrap_err();
        assert!(reason.contains(words), "{change}: {reason}");
    }
}
