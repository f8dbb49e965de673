//! An expression has the same value on every engine that it has on SQLite,
//! and a data statement leaves the same rows.
//!
//! SQLite runs the source as it is written; the others run what is rendered
//! from it. Servers are reached through `DUALFUEL_TEST_POSTGRES_URL` and
//! `DUALFUEL_TEST_MARIADB_URL`, which `cargo xtask test` sets.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/servers.rs"]
mod servers;
#[path = "support/values.rs"]
mod values;

use dualfuel_cli::database::{Access, Connection, Scratch};
use std::sync::Arc;

use dualfuel_schema::compare::{Side, compare};
use dualfuel_schema::introspect::{Catalog as _, introspect};
use dualfuel_schema::lower::{expr, lower};
use dualfuel_schema::model::{Name, Query, Schema, Table};
use dualfuel_schema::parse::{Parsed, ReadOptions, parse};
use dualfuel_schema::simulate::simulate;
use dualfuel_schema::statement::Statement;
use dualfuel_schema::{Dialect, Engine};

use servers::admin;
use values::{first_difference, said, same};

const SOURCE: &str = "
CREATE TABLE items (
    id      INTEGER PRIMARY KEY,
    name    TEXT,
    login   TEXT COLLATE NOCASE,
    active  BOOLEAN,
    count   INTEGER,
    price   REAL,
    photo   BLOB,
    born    DATE,
    seen    DATETIME,
    note    TEXT,
    made    INTEGER,
    doc     JSON,
    parent  INTEGER
);
CREATE TABLE tags (item_id INTEGER NOT NULL, tag TEXT NOT NULL, weight INTEGER, PRIMARY KEY (item_id, tag));
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL DEFAULT 'none', hits INTEGER NOT NULL DEFAULT 0);
";

const ROWS: &[&str] = &[
    r#"INSERT INTO items VALUES
        (1, 'Ann', 'ANN', 1, 7, 2.5, x'00ff', '2024-02-29', '2024-02-29 13:45:59', 'a%b_c\d', 1700000000, '{"a":{"b":[1,2]},"n":5,"t":true,"s":"x y","z":null}', NULL),
        (2, 'bob', 'bob', 0, -7, -2.5, x'', '2025-01-31', '2025-01-31 00:00:00', '2025-03-01 10:20:30', 0, '[1,"two",null]', 1),
        (3, 'ärger', 'x', '1', 0, 0.0, x'ff4243', '1999-12-31', '1999-12-31 23:59:59', '  pad  ', 86399, '{}', 1),
        (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3),
        (5, '', '', 0, 3, 1e3, x'feff', '2023-06-15', '2023-06-15 06:07:08', '12abc', 1, '{"n":0.5,"t":false}', NULL)"#,
    "INSERT INTO tags (item_id, tag, weight) VALUES (1, 'red', 1), (1, 'blue', NULL), (2, 'red', 3), (3, 'Green', 2)",
    "INSERT INTO settings VALUES ('a', '1', 0), ('b', 'x', '2')",
];

/// Over the rows of `items`.
const VALUES: &[&str] = &[
    // Truth.
    "active",
    "active = 1",
    "active <> 0",
    "active IN (0, 1)",
    "NOT active",
    "active IS NULL",
    "active IS NOT 1",
    "CASE WHEN active THEN 'on' ELSE 'off' END",
    "CASE WHEN count THEN 1 ELSE 0 END",
    "count > 0 AND active",
    "count = 7 OR name = 'bob'",
    "(count > 0) = active",
    "active + 1",
    "count BETWEEN 0 AND '5'",
    "count IN ('7', 3)",
    "id IN ()",
    // Text.
    "name = 'ann'",
    "login = 'Ann'",
    "login IN ('BOB', 'X')",
    "name COLLATE NOCASE = 'ANN'",
    "name LIKE 'a%'",
    "name LIKE '%r'",
    "name NOT LIKE 'B_b'",
    "note LIKE '%\\%%' ESCAPE '\\'",
    "note LIKE '%\\d'",
    "note LIKE '%!_%' ESCAPE '!'",
    "name GLOB 'A*'",
    "login LIKE name",
    "name || '-' || count",
    "name || active",
    "name || NULL",
    "lower(name)",
    "upper(login)",
    "length(name)",
    "length(photo)",
    "length(count)",
    "substr(name, 2)",
    "substr(name, 1, 2)",
    "substr(name, -2)",
    "substr(name, 0, 3)",
    "substr(note, instr(note, '%') + 1)",
    "substr(note, 1, instr(note, '%') - 1)",
    "trim(note)",
    "ltrim(note)",
    "rtrim(note, 'cd ')",
    "trim(note, 'a1d')",
    "replace(note, 'a', 'XX')",
    "instr(name, 'n')",
    "instr(note, '\\')",
    "hex(photo)",
    "hex(name)",
    "hex(count)",
    "char(65, 66)",
    "unicode(name)",
    "printf('%s: %d', name, count)",
    "printf('%03d/%.2f', id, price)",
    "printf('%03d/%04d', count, -id)",
    "coalesce(name, login, 'none')",
    "ifnull(count, 0)",
    "nullif(name, '')",
    "nullif(count, '')",
    "nullif(count, 0)",
    "typeof(count)",
    "min(count, 3)",
    "max(count, id, 2)",
    "max(1, NULL)",
    "min(count, NULL)",
    "iif(count > 0, 'pos', 'neg')",
    "name || ''",
    "name < 'a'",
    "name IS login",
    "name IS NOT login",
    "CASE name WHEN 'Ann' THEN 1 WHEN 'bob' THEN 2 END",
    "(count, name) = (7, 'Ann')",
    "(count, id) IN ((7, 1), ('3', 5))",
    "note = 'a%b_c\\d'",
    // Numbers.
    "count / 2",
    "count / 2.0",
    "price / 2",
    "count % 4",
    "7 / count",
    "7 % count",
    "name % 4",
    "note % 5",
    "note % '5'",
    "'7.9' % '3'",
    "7.0 / price",
    "count * 1000 + 5",
    "-count",
    "- - count",
    "+count",
    "abs(count)",
    "round(price)",
    "round(price, 1)",
    "round(count * 1.1, 1)",
    "CAST(price AS INTEGER)",
    "CAST(count AS REAL)",
    "CAST(count AS TEXT)",
    "CAST('12' AS INTEGER)",
    "count & 5",
    "count | 8",
    "id << 2",
    "count >> 1",
    "~id",
    "sign(count)",
    "86400 * 1000 * 365 + id",
    "count > 1.5",
    "price = 2.5",
    "price > '2'",
    "made * 1000",
    "count + active",
    // Time.
    "date(seen)",
    "time(seen)",
    "datetime(seen)",
    "date(born)",
    "date(CASE WHEN id = 2 THEN note END)",
    "strftime('%Y', seen)",
    "strftime('%Y-%m', born)",
    "strftime('%d.%m.%Y %H:%M', seen)",
    "strftime('%s', seen)",
    "CAST(strftime('%s', seen) AS INTEGER)",
    "strftime('%j', seen)",
    "strftime('%w', seen)",
    "strftime('%W', seen)",
    "strftime('%H:%M:%f', seen)",
    "CAST(strftime('%Y', seen) AS INTEGER)",
    "strftime('%Y-%m-%dT%H:%M:%SZ', seen)",
    "unixepoch(seen)",
    "julianday(seen) - julianday(born)",
    "date(seen, '+1 month')",
    "date(seen, '+1 year')",
    "date(seen, '-1 month', 'start of month')",
    "datetime(seen, '+7 days', '-1 hours')",
    "datetime(seen, 'start of day')",
    "date(seen, 'start of year', '+3 months')",
    "date(seen, 'weekday 0')",
    "date(seen, 'weekday 3')",
    "datetime(made, 'unixepoch')",
    "date(made, 'unixepoch', '+1 day')",
    "date(seen, '+' || abs(count) || ' days')",
    "datetime('2024-01-31 10:00:00', '+1 month')",
    "seen > '2024-01-01'",
    "seen > '2024-01-01 00:00:00'",
    "born >= '2024-02-29'",
    "seen BETWEEN '2024-01-01' AND '2024-12-31'",
    "seen < datetime('now')",
    "date(seen) = '2024-02-29'",
    "born = date(seen)",
    "substr(seen, 1, 10)",
    "born || ''",
    "datetime('now', '-1 day') < CURRENT_TIMESTAMP",
    "made < unixepoch()",
    "made < strftime('%s', 'now')",
    "CAST((julianday('now') - julianday(born)) AS INTEGER) > 100",
    // JSON.
    "json_extract(doc, '$.n')",
    "json_extract(doc, '$.a.b[1]')",
    "json_extract(doc, '$[1]')",
    "doc ->> '$.s'",
    "doc ->> 's'",
    "json_extract(doc, '$.n') > 1",
    "json_extract(doc, '$.t') = 1",
    "json_extract(doc, '$.s') = 'x y'",
    "json_valid(coalesce(doc, '{}'))",
    "json_type(doc) = 'object'",
    "json_array_length(doc)",
    "json_extract(doc, '$.z') IS NULL",
    "json_extract(json_set(CASE WHEN id <> 2 THEN doc END, '$.q', count), '$.q')",
    "json_extract(json_object('k', name), '$.k')",
    "json_extract(json_array(id, name), '$[1]')",
    "json_extract(json_remove(CASE WHEN id <> 2 THEN doc END, '$.n'), '$.n')",
];

const QUERIES: &[&str] = &[
    "SELECT * FROM settings ORDER BY key",
    "SELECT ID, NAME FROM Items ORDER BY id DESC LIMIT 2",
    "SELECT name FROM items ORDER BY name, id",
    "SELECT count FROM items ORDER BY count DESC, id",
    "SELECT count FROM items ORDER BY count DESC NULLS FIRST, id",
    "SELECT id FROM items ORDER BY id LIMIT -1 OFFSET 3",
    "SELECT i.name, t.tag FROM items i JOIN tags t ON t.item_id = i.id ORDER BY t.item_id, t.tag",
    "SELECT i.*, t.tag FROM items i LEFT JOIN tags t ON t.item_id = i.id AND t.weight > 1 ORDER BY 1, t.tag",
    "SELECT i.id, count(t.tag) AS n, sum(t.weight), avg(t.weight), total(t.weight), max(t.weight) FROM items i LEFT JOIN tags t ON t.item_id = i.id GROUP BY i.id ORDER BY n DESC, i.id",
    "SELECT tag, group_concat(item_id) FROM (SELECT tag, item_id FROM tags ORDER BY item_id) GROUP BY tag ORDER BY tag",
    "SELECT count(*) FILTER (WHERE active), sum(active), count(DISTINCT parent) FROM items",
    "SELECT sum(CASE WHEN active THEN 1 ELSE 0 END) AS n, min(name), max(seen), max(active) FROM items",
    "SELECT id, (SELECT max(weight) FROM tags WHERE item_id = items.id) AS w FROM items WHERE w IS NOT NULL ORDER BY id",
    "SELECT id FROM items WHERE id IN (SELECT item_id FROM tags WHERE tag LIKE 'R%') ORDER BY id",
    "SELECT id FROM items WHERE id NOT IN (SELECT item_id FROM tags ORDER BY item_id LIMIT 1) ORDER BY id",
    "SELECT id FROM items i WHERE EXISTS (SELECT 1 FROM tags WHERE tags.item_id = i.id) AND NOT EXISTS (SELECT 1 FROM settings WHERE key = i.name) ORDER BY id",
    "SELECT id FROM items WHERE login IN (SELECT upper(login) FROM items WHERE id < 3) ORDER BY id",
    "WITH big AS (SELECT id, name FROM items WHERE id > 2) SELECT * FROM big WHERE name IS NOT NULL ORDER BY id",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n ORDER BY i",
    "WITH RECURSIVE up(id, depth) AS (SELECT id, 0 FROM items WHERE parent IS NULL UNION ALL SELECT c.id, up.depth + 1 FROM items c JOIN up ON c.parent = up.id) SELECT id, depth FROM up ORDER BY id",
    "SELECT id, row_number() OVER (PARTITION BY parent ORDER BY id DESC) AS r, lag(id) OVER (ORDER BY id) FROM items ORDER BY id",
    "SELECT id, sum(count) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM items ORDER BY id",
    "SELECT id, name FROM items WHERE id = 1 UNION SELECT item_id, tag FROM tags WHERE item_id = 2 UNION ALL SELECT 9, NULL ORDER BY 1, 2",
    "SELECT id, NULL AS none FROM items WHERE id = 1 UNION ALL SELECT id, count FROM items WHERE id = 2 ORDER BY id",
    "SELECT DISTINCT parent FROM items ORDER BY parent",
    "SELECT strftime('%Y', seen) AS year, count(*) FROM items GROUP BY year ORDER BY year",
    "SELECT parent, count(*) FROM items GROUP BY 1 HAVING count(*) > 1 ORDER BY 1",
    "SELECT j.value FROM items, json_each(items.doc) j WHERE items.id = 2",
    "SELECT j.key, j.value FROM json_each('[1, \"a\", true, false, null, \"\", 2.5]') j ORDER BY j.key",
    "SELECT j.key + 1, json_extract(j.value, '$.k') FROM json_each('[{\"k\": 7}, {\"k\": \"seven\"}, {}]') AS j WHERE j.value IS NOT NULL ORDER BY 1",
    "SELECT x.value, x.key FROM (SELECT value, key FROM json_each('[\"b\", true]')) x WHERE x.value <> 'a' ORDER BY 2",
    "SELECT count(*) FROM items, json_each(NULL)",
    "SELECT a.id, b.id FROM items a, items b WHERE a.parent = b.id ORDER BY 1, 2",
    "SELECT x.n FROM (SELECT count(*) AS n FROM items) x",
    "SELECT * FROM (VALUES (1, 'a'), (2, NULL)) ORDER BY 1",
];

/// One after the other; the tables are compared after each.
const CHANGES: &[&str] = &[
    "INSERT INTO items (name, active, price) VALUES ('new', 0, 5), ('newer', '1', NULL)",
    "INSERT INTO items (id, name) VALUES (40, \"double\")",
    "INSERT INTO items (name) VALUES ('after 40')",
    "INSERT INTO items (id, name) VALUES (NULL, 'numbered')",
    "INSERT INTO settings (key) VALUES ('d')",
    "INSERT OR IGNORE INTO settings (key, value) VALUES ('a', 'lost'), ('e', 'kept')",
    "INSERT OR REPLACE INTO settings (key, value) VALUES ('b', 'replaced'), ('f', 'added')",
    "INSERT INTO settings (key, value) VALUES ('a', 'new') ON CONFLICT (key) DO UPDATE SET value = excluded.value || value, hits = hits + 1",
    "INSERT INTO settings (key, value) VALUES ('a', 'no'), ('g', 'g') ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE hits > 1",
    "INSERT INTO settings (key, value) SELECT 'tag ' || tag, count(*) FROM tags GROUP BY tag",
    "INSERT INTO settings (key, value) SELECT key, 'again' FROM settings WHERE true ON CONFLICT DO NOTHING",
    "INSERT INTO tags SELECT id, 'all', NULL FROM items WHERE id < 3",
    "INSERT INTO items (name, active, seen) SELECT tag, weight > 1, '2025-05-05 05:05:05' FROM tags WHERE tag = 'Green'",
    "UPDATE items SET active = 1 WHERE active = 0",
    "UPDATE items SET active = NOT active, count = id + 1 WHERE id IN (1, 2)",
    "UPDATE settings SET value = key, key = value WHERE key = 'd'",
    "UPDATE items SET name = upper(substr(name, 1, 1)) || substr(name, 2), note = name WHERE id <> 3",
    "UPDATE items SET count = (SELECT sum(weight) FROM tags WHERE item_id = items.id) WHERE count IS NOT NULL",
    "UPDATE items SET parent = (SELECT max(id) FROM items) WHERE parent IS NULL AND id < 6",
    "UPDATE items SET note = t.tag FROM tags AS t WHERE t.item_id = items.id AND t.weight = 3",
    "UPDATE items SET seen = datetime(seen, '+1 day'), made = strftime('%s', seen) WHERE id = 1",
    "UPDATE items SET count = CAST(note AS INTEGER) WHERE id = 5",
    "UPDATE items SET doc = json_set(doc, '$.n', 6) WHERE id = 5",
    "UPDATE items SET price = round(price * 1.2, 2), active = (price > 2)",
    "DELETE FROM tags WHERE item_id IN (SELECT id FROM items WHERE name = 'Bob')",
    "DELETE FROM tags WHERE rowid NOT IN (SELECT 1)",
    "DELETE FROM items WHERE id NOT IN (SELECT min(id) FROM items GROUP BY parent) AND id > 40",
    "DELETE FROM settings WHERE key IN (SELECT key FROM settings ORDER BY key LIMIT 2)",
    "DELETE FROM settings",
    "INSERT INTO settings (key, value, hits) VALUES ('z', 0, '9')",
    // Times as text, and text as times.
    "INSERT INTO items (id, seen) VALUES (50, '2024-01-01 10:00:00.123456'), (51, '2024-01-01 10:00:00.5'), (52, '2024-01-01 10:00:00')",
    "UPDATE items SET note = seen WHERE id >= 50",
    "INSERT INTO settings (key, value) VALUES ('t1', '2024-01-01T10:00:00Z'), ('t2', '2024-01-01T10:00:00.25Z'), ('t3', '2024-01-01T10:00:00')",
    "UPDATE items SET note = 'was ' || seen WHERE id >= 50",
    "UPDATE items SET seen = (SELECT value FROM settings WHERE key = 't' || (items.id - 49)) WHERE id IN (50, 51, 52)",
    // Numbers as text, and out of documents.
    "UPDATE items SET price = 0.1 WHERE id >= 50",
    "UPDATE items SET note = price * 3, name = 'is ' || (price * 7) WHERE id >= 50",
    "INSERT INTO items (id, doc) VALUES (60, '{\"n\": 1.50, \"t\": true, \"l\": [1, \"a, b\", true]}'), (61, '{\"n\": 2.50, \"t\": false, \"l\": []}'), (62, '{\"n\": 7, \"t\": \"true\", \"l\": [[1, 2]]}')",
    "UPDATE items SET note = json_extract(doc, '$.n'), name = json_extract(doc, '$.t') WHERE id >= 60",
    "UPDATE items SET note = json_extract(doc, '$.l') WHERE id >= 60",
];

/// Checks of a row, as projects have them: rendered, applied and read back
/// from the catalogue, they are the checks they were.
const CHECKS: &[&str] = &[
    "active IN (0, 1)",
    "active = 1 OR count IS NULL",
    "NOT active OR count > 0",
    "count >= 0",
    "count BETWEEN 1 AND 5",
    "count NOT BETWEEN -5 AND -1",
    "count > -1 AND count < 100 AND count <> 50",
    "count IN (1, 2, 3)",
    "count NOT IN (0)",
    "count % 2 = 0",
    "count / 2 > 1",
    "count & 1 = 0",
    "count = 1 OR (count = 2 AND price > 1.5)",
    "price >= 0",
    "price > 0.0",
    "price * count < 1e6",
    "-count < 5",
    "name <> ''",
    "name = 'it''s'",
    "name IN ('a', 'b', 'c')",
    "name NOT IN ('x')",
    "name IN ('only')",
    "length(name) > 0",
    "length(name) BETWEEN 1 AND 255",
    "length(trim(name)) > 0",
    "length(photo) = 16",
    "trim(name) <> ''",
    "lower(name) = name",
    "upper(name) = name",
    "name = lower(name)",
    "substr(name, 1, 1) = '/'",
    "substr(name, 2) <> 'x'",
    "instr(name, ' ') = 0",
    "replace(name, ' ', '') = name",
    "name LIKE 'http%'",
    "name LIKE '%@%' AND length(name) > 3",
    "name NOT LIKE '% %'",
    "name LIKE '10\\%%' ESCAPE '\\'",
    "name GLOB 'A*'",
    "login = 'Ann'",
    "login IN ('a', 'b')",
    "name || login <> 'ab'",
    "name IS NOT NULL",
    "name IS NULL OR note IS NULL",
    "(name IS NULL) = (note IS NULL)",
    "(name IS NULL) <> (note IS NULL)",
    "(name IS NOT NULL) + (note IS NOT NULL) = 1",
    "name IS NOT note",
    "coalesce(name, note) IS NOT NULL",
    "coalesce(count, 0) >= 0",
    "CASE WHEN active THEN count > 0 ELSE count = 0 END",
    "CASE WHEN active = 1 THEN 1 ELSE 0 END = 1",
    "CASE name WHEN 'a' THEN count = 1 WHEN 'b' THEN count = 2 ELSE 1 END",
    "abs(count) < 10",
    "round(price, 2) = price",
    "min(count, 5) = count",
    "max(count, 0, made) >= 1",
    "min(price, 1.5) = price",
    "CAST(count AS TEXT) <> name",
    "printf('%d', count) = name",
    "printf('%s-%s', name, note) = login",
    "julianday(seen) > 2440587.5",
    "julianday(seen) - julianday(born) < 30",
    "seen < datetime(born, '+1 day')",
    "date(seen, '+7 days') > born",
    "name LIKE 'a!%%' ESCAPE '!'",
    "name NOT LIKE '%#_x' ESCAPE '#'",
    "note LIKE name || '%'",
    "strftime('%Y', seen) >= '2000'",
    "CAST(strftime('%Y', born) AS INTEGER) > 1900",
    "hex(photo) <> ''",
    "unicode(name) > 64",
    "char(65) <> name",
    "count << 2 > 1",
    "~count < 0",
    "nullif(name, '') IS NOT NULL",
    "seen > '2020-01-01 00:00:00'",
    "born >= '2020-01-01'",
    "born < date(seen)",
    "made > 1000000000",
    "json_valid(doc)",
    "json_type(doc) = 'object'",
    "json_array_length(doc) > 0",
    "json_extract(doc, '$.kind') = 'a'",
    "json_extract(doc, '$.a.b[0]') IS NOT NULL",
    "note IS NULL OR json_valid(note)",
    "photo <> x'00ff'",
    "typeof(count) = 'integer'",
    "count = CAST(count AS INTEGER)",
    "id <> parent",
    "count <= id OR count IS NULL",
    "((count) > ((1)))",
    "length(hex(photo)) = 32",
    "name || count <> 'a1'",
    "count || '-' || name <> name",
    "coalesce(name, count) <> 'a'",
    "CASE WHEN active THEN name ELSE count || '' END <> 'a'",
];

/// Columns computed from others.
const COMPUTED: &[&str] = &[
    "name || count",
    "count || '-' || note",
    "coalesce(name, count)",
    "CASE WHEN active THEN name ELSE count END",
];

/// A default and its column's type.
const DEFAULTS: &[&str] = &[
    "INTEGER DEFAULT 0",
    "INTEGER DEFAULT -1",
    "INTEGER DEFAULT '5'",
    "INTEGER DEFAULT (1 + 1)",
    "BOOLEAN DEFAULT 0",
    "BOOLEAN DEFAULT TRUE",
    "BOOLEAN DEFAULT 't'",
    "REAL DEFAULT 0",
    "REAL DEFAULT 1.50",
    "DECIMAL(10,2) DEFAULT 0.0",
    "TEXT DEFAULT ''",
    "TEXT DEFAULT 'it''s'",
    "TEXT DEFAULT 'C:\\x'",
    "TEXT DEFAULT \"quoted\"",
    "TEXT DEFAULT 5",
    "TEXT DEFAULT '{}'",
    "VARCHAR(20) DEFAULT 'a'",
    "BLOB DEFAULT x'00ff'",
    "BLOB DEFAULT (randomblob(16))",
    "JSON DEFAULT '{}'",
    "JSON DEFAULT '[]'",
    "UUID DEFAULT '6ba7b810-9dad-11d1-80b4-00c04fd430c8'",
    "DATE DEFAULT '2020-01-01'",
    "DATE DEFAULT CURRENT_DATE",
    "DATE DEFAULT (date('now'))",
    "TIME DEFAULT CURRENT_TIME",
    "DATETIME DEFAULT '2020-01-01 00:00:00'",
    "DATETIME DEFAULT CURRENT_TIMESTAMP",
    "TIMESTAMP DEFAULT (datetime('now'))",
    "TEXT DEFAULT CURRENT_TIMESTAMP",
    "TEXT DEFAULT (datetime('now'))",
    "TEXT DEFAULT (date('now'))",
    "TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
    "TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
    "TEXT DEFAULT (datetime('now', '+7 days'))",
    "TEXT DEFAULT (date('now', '-1 day'))",
    "DATE DEFAULT (date('now', '+30 days'))",
    "TEXT DEFAULT (datetime('now', '+90 minutes'))",
    "TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 hour'))",
    "DATETIME DEFAULT (datetime('now', '+1 month'))",
    "DATETIME DEFAULT (datetime('now', 'start of day', '+1 day'))",
    "TEXT DEFAULT (printf('%s', 'a'))",
    "TEXT DEFAULT (printf('%04d', 7))",
    "TEXT DEFAULT (printf('n-%d', abs(random()) % 1000))",
    "REAL DEFAULT (julianday('now'))",
    "INTEGER DEFAULT (random())",
    "INTEGER DEFAULT (abs(random()) % 1000)",
    "INTEGER DEFAULT (max(1, 2))",
    "DATETIME DEFAULT (datetime('now', '+1 hour'))",
    "INTEGER DEFAULT (unixepoch())",
    "INTEGER DEFAULT (strftime('%s', 'now'))",
    "INTEGER DEFAULT (CAST(strftime('%s', 'now') AS INTEGER))",
    "INTEGER DEFAULT (unixepoch() * 1000)",
    "INTEGER DEFAULT (unixepoch() + 3600)",
    "INTEGER DEFAULT (CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))",
    "TEXT DEFAULT (lower(hex(randomblob(16))))",
    "TEXT DEFAULT (hex(randomblob(8)))",
    "TEXT DEFAULT (lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob(2))),2) || '-' || substr('89ab',abs(random()) % 4 + 1, 1) || substr(lower(hex(randomblob(2))),2) || '-' || lower(hex(randomblob(6))))",
    "INTEGER DEFAULT (abs(random()))",
    "TEXT DEFAULT ('a' || 'b')",
];

/// Not the same on all engines, and so refused where it would not be.
const REFUSED: &[&str] = &["DELETE FROM tags WHERE rowid NOT IN (SELECT 1)"];

fn read(sql: &str) -> Vec<Statement> {
    parse(Dialect::Sqlite, sql, ReadOptions::default())
        .into_iter()
        .map(|parsed| {
            parsed
                .unwrap_or_else(|unread| panic!("{}: {}", unread.kind, unread.refusal))
                .statement
        })
        .collect()
}

fn view(select: &str) -> Query {
    match read(&format!("CREATE VIEW v AS {select}")).pop() {
        Some(Statement::CreateView { query, .. }) => query,
        other => panic!("{select} is no query: {other:?}"),
    }
}

fn schema() -> Schema {
    let mut schema = Schema::default();
    for statement in read(SOURCE) {
        if let Statement::CreateTable { table, .. } = statement {
            schema.tables.push(table);
        }
    }
    schema
}

/// A plain table: what DDL does beyond types is tested elsewhere.
fn create(engine: Engine, table: &Table) -> String {
    let key: Vec<&Name> = table
        .primary_key
        .iter()
        .flat_map(|key| &key.columns)
        .collect();
    let columns = table.columns.iter().map(|column| {
        let name = expr::quote(engine, &column.name);
        let kind = expr::data_type(engine, &column.data_type);
        let text = kind == "text" || kind == "longtext";
        let kind = match engine {
            Engine::Mariadb if text && key.contains(&&column.name) => "varchar(200)".to_owned(),
            Engine::Postgres if text => format!("{kind} COLLATE \"C\""),
            _ => kind,
        };
        let identity = match (column.identity.is_some(), engine) {
            (false, _) | (true, Engine::Sqlite) => "",
            (true, Engine::Postgres) => " GENERATED BY DEFAULT AS IDENTITY",
            (true, Engine::Mariadb) => " AUTO_INCREMENT",
        };
        let default = match &column.default {
            Some(default) => {
                format!(
                    " DEFAULT {}",
                    expr::default(engine, column, default).unwrap()
                )
            }
            None => String::new(),
        };
        format!("{name} {kind}{identity}{default}")
    });
    let mut parts: Vec<String> = columns.collect();
    let key: Vec<String> = key
        .into_iter()
        .map(|name| expr::quote(engine, name))
        .collect();
    parts.push(format!("PRIMARY KEY ({})", key.join(", ")));
    let end = match engine {
        Engine::Mariadb => " CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
        _ => "",
    };
    format!(
        "CREATE TABLE {} ({}){end}",
        expr::quote(engine, &table.name),
        parts.join(", ")
    )
}

struct Engines {
    schema: Schema,
    open: Vec<(Connection, Scratch)>,
}

impl Engines {
    async fn start() -> Self {
        let schema = schema();
        let mut open = Vec::new();
        for engine in Engine::ALL {
            let scratch = Scratch::create(&admin(engine)).await.unwrap();
            let mut connection = Connection::open(scratch.place(), Access::Write)
                .await
                .unwrap();
            if engine == Engine::Sqlite {
                connection.run_script(SOURCE).await.unwrap();
            } else {
                for table in &schema.tables {
                    connection.run_script(&create(engine, table)).await.unwrap();
                }
            }
            open.push((connection, scratch));
        }
        let mut engines = Self { schema, open };
        for insert in ROWS {
            assert_eq!(engines.change(insert).await, Vec::<String>::new());
        }
        engines
    }

    /// What differs from SQLite, where something does.
    async fn ask(
        &mut self,
        source: &str,
        on: impl Fn(Engine) -> Result<String, String>,
    ) -> Vec<String> {
        let mut expected = Vec::new();
        let mut differences = Vec::new();
        for (connection, _) in &mut self.open {
            let engine = connection.engine();
            let sql = match on(engine) {
                Ok(sql) => sql,
                Err(reason) => {
                    differences.push(format!("{source}\n  {engine} refuses: {reason}"));
                    continue;
                }
            };
            match connection.rows(&sql).await {
                Ok(rows) if engine == Engine::Sqlite => expected = rows,
                Ok(rows) if same(&expected, &rows) => {}
                Ok(rows) => differences.push(format!(
                    "{source}\n  {engine}: {sql}\n  {}",
                    first_difference(&expected, &rows)
                )),
                Err(error) => {
                    differences.push(format!("{source}\n  {engine}: {sql}\n  {}", said(&error)))
                }
            }
        }
        differences
    }

    async fn change(&mut self, source: &str) -> Vec<String> {
        let [statement] = read(source).try_into().unwrap();
        let mut differences = Vec::new();
        for (connection, _) in &mut self.open {
            let engine = connection.engine();
            let statements = match engine {
                Engine::Sqlite => Ok(vec![source.to_owned()]),
                _ => expr::data_statement(engine, &self.schema, &statement),
            };
            let statements = match statements {
                Ok(statements) => statements,
                Err(refusal) => {
                    differences.push(format!("{source}\n  {engine} refuses: {refusal}"));
                    continue;
                }
            };
            for sql in statements {
                if let Err(error) = connection.run_script(&sql).await {
                    differences.push(format!(
                        "{source}\n  {engine}: {sql}\n  {}",
                        said(&error.source)
                    ));
                }
            }
        }
        differences
    }
}

fn report(differences: Vec<String>) {
    assert!(
        differences.is_empty(),
        "{} differ:\n\n{}",
        differences.len(),
        differences.join("\n\n")
    );
}

#[tokio::test]
async fn an_expression_has_one_value() {
    let mut engines = Engines::start().await;
    let schema = engines.schema.clone();
    let mut differences = Vec::new();
    for source in VALUES {
        let source = format!("SELECT {source} FROM items ORDER BY id");
        let query = view(&source);
        let found = engines
            .ask(&source, |engine| match engine {
                Engine::Sqlite => Ok(source.clone()),
                _ => expr::query(engine, &schema, &query).map_err(|refusal| refusal.reason),
            })
            .await;
        differences.extend(found);
    }
    report(differences);
}

#[tokio::test]
async fn a_query_has_the_same_rows() {
    let mut engines = Engines::start().await;
    let schema = engines.schema.clone();
    let mut differences = Vec::new();
    for source in QUERIES {
        let query = view(source);
        let found = engines
            .ask(source, |engine| match engine {
                Engine::Sqlite => Ok((*source).to_owned()),
                _ => expr::query(engine, &schema, &query).map_err(|refusal| refusal.reason),
            })
            .await;
        differences.extend(found);
    }
    report(differences);
}

#[tokio::test]
async fn a_change_leaves_the_same_rows() {
    let mut engines = Engines::start().await;
    let schema = engines.schema.clone();
    let mut differences = Vec::new();
    for source in CHANGES {
        let found = engines.change(source).await;
        if REFUSED.contains(source) {
            assert_eq!(found.len(), 2, "{found:?}");
            engines.change("DELETE FROM tags").await;
            continue;
        }
        differences.extend(found);
        for table in &schema.tables {
            let key = table.primary_key.as_ref().unwrap();
            let found = engines
                .ask(source, |engine| {
                    let names = table
                        .columns
                        .iter()
                        .map(|column| expr::quote(engine, &column.name));
                    let names: Vec<String> = names.collect();
                    let key: Vec<String> = key
                        .columns
                        .iter()
                        .map(|name| expr::quote(engine, name))
                        .collect();
                    Ok(format!(
                        "SELECT {} FROM {} ORDER BY {}",
                        names.join(", "),
                        expr::quote(engine, &table.name),
                        key.join(", ")
                    ))
                })
                .await;
            differences.extend(found);
        }
    }
    report(differences);
}

/// Renders a table, applies it, reads it back and compares.
async fn round_trip(engine: Engine, connection: &mut Connection, source: &str) -> Option<String> {
    let statements: Vec<Parsed> = parse(Dialect::Sqlite, source, ReadOptions::default())
        .into_iter()
        .map(|parsed| parsed.map_err(|unread| unread.refusal.reason))
        .collect::<Result<_, _>>()
        .unwrap_or_else(|refusal| panic!("{source}: {refusal}"));
    let steps = simulate(Dialect::Sqlite, &Arc::default(), &statements).unwrap();
    let schema = steps.last().unwrap().after.clone();
    let lowered = match lower(engine, &steps) {
        Ok(lowered) => lowered,
        Err(refused) => return Some(format!("refused: {}", refused[0].refusal)),
    };
    let script = lowered.statements.join(";\n");
    if let Err(error) = connection.run_script(&script).await {
        return Some(format!("{script}\n  {}", said(&error.source)));
    }
    let found = introspect(engine, connection, ReadOptions::default()).await;
    connection.run_script("DROP TABLE item").await.unwrap();
    let found = match found {
        Ok(found) => found,
        Err(error) => return Some(format!("{script}\n  {}", said(&error))),
    };
    let compared = compare(
        Side {
            schema: &schema,
            engine: None,
        },
        Side {
            schema: &found,
            engine: Some(engine),
        },
    );
    if compared.differences.is_empty() {
        return None;
    }
    let differences: Vec<String> = compared
        .differences
        .iter()
        .map(|one| format!("{}: {:?} {:?}", one.attribute, one.left, one.right))
        .collect();
    Some(format!("{script}\n  {}", differences.join("\n  ")))
}

#[tokio::test]
async fn what_is_rendered_is_read_back_as_it_was() {
    let columns = SOURCE
        .split_once('(')
        .unwrap()
        .1
        .split_once("\n);")
        .unwrap()
        .0;
    let checks = CHECKS
        .iter()
        .map(|check| format!("CREATE TABLE item ({columns}, CHECK ({check}))"));
    let defaults = DEFAULTS
        .iter()
        .map(|column| format!("CREATE TABLE item (id INTEGER PRIMARY KEY, c {column})"));
    let computed = COMPUTED
        .iter()
        .map(|value| format!("CREATE TABLE item ({columns}, c TEXT AS ({value}))"));
    let sources: Vec<String> = checks.chain(defaults).chain(computed).collect();
    let mut differences = Vec::new();
    for engine in [Engine::Postgres, Engine::Mariadb] {
        let scratch = Scratch::create(&admin(engine)).await.unwrap();
        let mut connection = Connection::open(scratch.place(), Access::Write)
            .await
            .unwrap();
        for source in &sources {
            if let Some(difference) = round_trip(engine, &mut connection, source).await {
                let end = source.replace(columns, "..");
                differences.push(format!("{end}\n  {engine}: {difference}"));
            }
        }
    }
    report(differences);
}
