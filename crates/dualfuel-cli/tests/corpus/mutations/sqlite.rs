//! SQLite can't change most attributes, so a table is dropped and made again
//! from its own text with one word changed.

use super::Mutation;
use crate::engines::Database;

const OBJECTS: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema \
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";

struct Object {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

pub(super) async fn mutations(database: &mut Database) -> Vec<Mutation> {
    let rows = database.rows(OBJECTS).await.unwrap();
    let objects: Vec<Object> = rows
        .into_iter()
        .map(|row| {
            let mut values = row.into_iter().map(Option::unwrap);
            let mut next = || values.next().unwrap();
            Object {
                kind: next(),
                name: next(),
                table: next(),
                sql: next(),
            }
        })
        .collect();
    let mut all = Vec::new();
    for object in &objects {
        match object.kind.as_str() {
            "table"
                if !object.sql.to_uppercase().contains("VIRTUAL TABLE")
                    && !is_shadow(&objects, object) =>
            {
                let keys = primary_key(database, &object.name).await;
                for (kind, sql) in of_table(&object.sql, &keys) {
                    all.push(again(&objects, object, kind, sql));
                }
            }
            "index" => all.extend(of_index(object)),
            _ => {}
        }
    }
    all
}

/// A full text index keeps tables of its own.
fn is_shadow(objects: &[Object], object: &Object) -> bool {
    objects.iter().any(|other| {
        other.sql.to_uppercase().contains("VIRTUAL TABLE")
            && object.name.starts_with(&format!("{}_", other.name))
    })
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The table dropped and made again, with its indexes and triggers.
fn again(objects: &[Object], object: &Object, kind: &'static str, sql: String) -> Mutation {
    let mut all = vec![format!("DROP TABLE {}", quote(&object.name)), sql];
    let others = objects.iter().filter(|other| other.table == object.table);
    let others = others.filter(|other| other.kind == "index" || other.kind == "trigger");
    all.extend(others.map(|other| other.sql.clone()));
    Mutation {
        kind,
        sql: all,
        undo: Vec::new(),
    }
}

/// The columns of the key: whether they say NOT NULL is no difference, because
/// a key's column is never NULL anywhere else.
async fn primary_key(database: &mut Database, table: &str) -> Vec<String> {
    let sql = format!(
        "SELECT name FROM pragma_table_info('{}') WHERE pk > 0",
        table.replace('\'', "''")
    );
    let rows = database.rows(&sql).await.unwrap();
    rows.into_iter().flatten().flatten().collect()
}

fn of_table(sql: &str, keys: &[String]) -> Vec<(&'static str, String)> {
    let masked = mask(sql);
    let mut all = Vec::new();
    for (kind, from, to) in [
        ("null", " NOT NULL", " "),
        (
            "foreign key action",
            "ON DELETE CASCADE",
            "ON DELETE SET NULL",
        ),
        ("foreign key action", "ON DELETE SET NULL", " "),
        ("foreign key action", "ON UPDATE CASCADE", " "),
        ("deferral", "DEFERRABLE INITIALLY DEFERRED", " "),
        ("check", "CHECK (", "CHECK (length('other') > 9 OR "),
        ("unique", " UNIQUE,", ","),
        ("collation", "COLLATE NOCASE", " "),
        ("type", " INTEGER", " SMALLINT"),
        ("type", " TEXT", " VARCHAR(77)"),
        ("type", " BOOLEAN", " INTEGER"),
        ("type", " DATETIME", " TEXT"),
        ("type", " TIMESTAMP", " DATE"),
        ("type", " REAL", " DECIMAL(9,3)"),
        ("type", " BLOB", " TEXT"),
        ("default", " DEFAULT 0", " DEFAULT 7"),
        ("default", " DEFAULT 1", " DEFAULT 9"),
        ("default", " DEFAULT CURRENT_TIMESTAMP", " "),
        ("default", " DEFAULT TRUE", " "),
        ("default", " DEFAULT FALSE", " "),
    ] {
        for (at, _) in masked.match_indices(from) {
            let end = at + from.len();
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let whole = !from.ends_with(char::is_alphanumeric) || !masked[end..].starts_with(word);
            let of_key = kind == "null" && keys.contains(&column_at(sql, at));
            let of_type = kind == "check" && says_the_type(&sql[end..]);
            if whole && !of_key && !of_type {
                all.push((kind, format!("{}{to}{}", &sql[..at], &sql[end..])));
            }
        }
    }
    if let Some(at) = masked.find(" DEFAULT '") {
        let at = at + " DEFAULT '".len();
        all.push(("default", format!("{}q{}", &sql[..at], &sql[at..])));
    }
    all
}

/// Whether what follows `CHECK (` is what SQLite lacks of a BOOLEAN or JSON.
fn says_the_type(body: &str) -> bool {
    let line = body.lines().next().unwrap_or_default();
    let json = line.starts_with("json_valid(") && line.matches(" AND ").count() == 0;
    json || line.contains("IN (FALSE, TRUE)") || line.contains("IN (0, 1)")
}

/// The name that begins the part of a CREATE TABLE in which `at` stands.
fn column_at(sql: &str, at: usize) -> String {
    let masked = mask(&sql[..at]);
    let mut depth = 0;
    let start = masked.bytes().enumerate().rev().find_map(|(place, byte)| {
        match byte {
            b')' => depth += 1,
            b'(' if depth == 0 => return Some(place + 1),
            b'(' => depth -= 1,
            b',' if depth == 0 => return Some(place + 1),
            _ => {}
        }
        None
    });
    let part = &sql[start.unwrap_or(0)..at];
    let lines = part.lines().map(str::trim);
    let line = lines
        .into_iter()
        .find(|line| !line.is_empty() && !line.starts_with("--"));
    let word = line
        .unwrap_or_default()
        .split_whitespace()
        .next()
        .unwrap_or_default();
    word.trim_matches(|c| "\"`[]".contains(c)).to_owned()
}

fn of_index(object: &Object) -> Vec<Mutation> {
    let drop = format!("DROP INDEX {}", quote(&object.name));
    let again = |kind, sql: String| Mutation {
        kind,
        sql: vec![drop.clone(), sql],
        undo: Vec::new(),
    };
    let sql = &object.sql;
    let masked = mask(sql);
    let mut all = vec![Mutation {
        kind: "index",
        sql: vec![drop.clone()],
        undo: Vec::new(),
    }];
    if let Some(at) = masked.find(" WHERE ") {
        all.push(again("index predicate", sql[..at].to_owned()));
        let (head, predicate) = (&sql[..at], &sql[at + 7..]);
        all.push(again(
            "index predicate",
            format!("{head} WHERE NOT ({predicate})"),
        ));
    }
    for (kind, from, to) in [
        ("index unique", "UNIQUE ", ""),
        ("index direction", " DESC", ""),
        ("index collation", " COLLATE NOCASE", ""),
    ] {
        if let Some(at) = masked.find(from) {
            all.push(again(
                kind,
                format!("{}{to}{}", &sql[..at], &sql[at + from.len()..]),
            ));
        }
    }
    if !masked.contains("UNIQUE ") {
        all.push(again(
            "index unique",
            sql.replacen("INDEX", "UNIQUE INDEX", 1),
        ));
    }
    all
}

/// The text in upper case, with blanks for what stands in comments and quotes,
/// and byte for byte as long.
fn mask(sql: &str) -> String {
    let mut masked = Vec::with_capacity(sql.len());
    let bytes = sql.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &sql.as_bytes()[at..];
        let end = match rest {
            [b'-', b'-', ..] => rest.iter().position(|byte| *byte == b'\n'),
            [b'/', b'*', ..] => rest
                .windows(2)
                .position(|two| two == b"*/")
                .map(|end| end + 2),
            [quote @ (b'\'' | b'"' | b'`'), inside @ ..] => {
                masked.push(*quote);
                at += 1;
                let length = inside
                    .iter()
                    .position(|byte| byte == quote)
                    .unwrap_or(inside.len());
                masked.extend(std::iter::repeat_n(b'~', length));
                at += length;
                if at < bytes.len() {
                    masked.push(b'~');
                    at += 1;
                }
                continue;
            }
            [b'[', ..] => rest.iter().position(|byte| *byte == b']'),
            _ => {
                masked.push(if rest[0].is_ascii() {
                    rest[0].to_ascii_uppercase()
                } else {
                    b'~'
                });
                at += 1;
                continue;
            }
        };
        let length = end.unwrap_or(rest.len()).max(1);
        masked.extend(std::iter::repeat_n(b'~', length));
        at += length;
    }
    masked.iter_mut().for_each(|byte| {
        if *byte == b'\n' {
            *byte = b' ';
        }
    });
    String::from_utf8(masked).unwrap()
}
