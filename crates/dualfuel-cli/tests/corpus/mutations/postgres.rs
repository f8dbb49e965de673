//! What `ALTER` changes on PostgreSQL.

use super::Mutation;
use crate::engines::Database;

const COLUMNS: &str = "SELECT quote_ident(c.relname), quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), \
        a.attnotnull::text, pg_get_expr(d.adbin, d.adrelid), a.attidentity <> '' OR a.attgenerated <> '', \
        EXISTS (SELECT 1 FROM pg_constraint p WHERE p.conrelid = c.oid AND p.contype = 'p' AND a.attnum = ANY (p.conkey)) \
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped \
    ORDER BY c.relname, a.attnum";

const CONSTRAINTS: &str = "SELECT conrelid::regclass::text, quote_ident(conname), contype::text, pg_get_constraintdef(oid) \
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 ORDER BY 1, 2";

const INDEXES: &str = "SELECT quote_ident(c.relname), pg_get_indexdef(c.oid) \
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
    WHERE c.relnamespace = 'public'::regnamespace \
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = c.oid) ORDER BY 1";

pub(super) async fn mutations(database: &mut Database) -> Vec<Mutation> {
    let mut all = Vec::new();
    for row in database.rows(COLUMNS).await.unwrap() {
        let row: Vec<&str> = row
            .iter()
            .map(|value| value.as_deref().unwrap_or(""))
            .collect();
        let [table, column, data_type, not_null, default, computed, key] = row[..] else {
            panic!("{row:?}");
        };
        let truth = |text: &str| text.starts_with('t');
        let mut alter = |kind, what: String| {
            all.push(Mutation {
                kind,
                sql: vec![format!("ALTER TABLE {table} ALTER COLUMN {column} {what}")],
                undo: Vec::new(),
            });
        };
        if !truth(key) {
            let null = if truth(not_null) { "DROP" } else { "SET" };
            alter("null", format!("{null} NOT NULL"));
        }
        if !truth(computed) && !default.starts_with("nextval") {
            match default {
                "" => {}
                _ => alter("default", "DROP DEFAULT".to_owned()),
            }
            if let Some(other) = other_default(data_type, default).filter(|other| *other != default)
            {
                alter("default", format!("SET DEFAULT {other}"));
            }
        }
        if let Some(other) = other_type(data_type) {
            alter("type", format!("TYPE {other}"));
        }
        if data_type == "text" || data_type.starts_with("character varying") {
            alter(
                "collation",
                format!("TYPE {data_type} COLLATE \"und-x-icu\""),
            );
        }
    }
    for row in database.rows(CONSTRAINTS).await.unwrap() {
        let row: Vec<&str> = row
            .iter()
            .map(|value| value.as_deref().unwrap_or(""))
            .collect();
        let [table, name, kind, definition] = row[..] else {
            panic!("{row:?}");
        };
        all.extend(of_constraint(table, name, kind, definition));
    }
    for row in database.rows(INDEXES).await.unwrap() {
        let [Some(name), Some(definition)] = &row[..] else {
            panic!("{row:?}");
        };
        all.extend(of_index(name, definition));
    }
    all
}

fn other_type(data_type: &str) -> Option<&'static str> {
    Some(match data_type {
        "bigint" | "smallint" => "integer",
        "integer" => "bigint",
        "double precision" => "real",
        "real" => "double precision",
        "text" => "varchar(77)",
        "date" => "timestamp",
        "timestamp without time zone" => "timestamptz",
        "timestamp with time zone" => "timestamp",
        "jsonb" => "json",
        "uuid" => "text",
        _ if data_type.starts_with("numeric") => "numeric(33,11)",
        _ if data_type.starts_with("character varying") => "varchar(78)",
        _ if data_type.starts_with("character(") => "char(79)",
        _ => return None,
    })
}

fn other_default(data_type: &str, default: &str) -> Option<&'static str> {
    Some(match data_type {
        "bigint" | "smallint" | "integer" => "77",
        "double precision" | "real" => "77.5",
        "text" => "'other'",
        "boolean" if default == "true" => "false",
        "boolean" => "true",
        _ => return None,
    })
}

fn of_constraint(table: &str, name: &str, kind: &str, definition: &str) -> Vec<Mutation> {
    let drop = format!("ALTER TABLE {table} DROP CONSTRAINT {name}");
    let again = |kind, definition: String| Mutation {
        kind,
        sql: vec![
            drop.clone(),
            format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"),
        ],
        undo: Vec::new(),
    };
    let dropped = |kind| Mutation {
        kind,
        sql: vec![drop.clone()],
        undo: Vec::new(),
    };
    match kind {
        "p" => vec![dropped("primary key")],
        "u" => vec![dropped("unique")],
        "c" if definition.contains("ARRAY[false, true]") => Vec::new(),
        "c" => vec![
            dropped("check"),
            again(
                "check",
                definition.replacen("CHECK (", "CHECK (length('other') > 9 OR ", 1),
            ),
        ],
        "f" => {
            let mut all = vec![dropped("foreign key")];
            let (plain, deferred) = match definition.split_once(" DEFERRABLE") {
                Some((plain, deferred)) => (plain, format!(" DEFERRABLE{deferred}")),
                None => (definition, String::new()),
            };
            for on in [" ON DELETE ", " ON UPDATE "] {
                let other = match plain.split_once(on) {
                    Some((head, tail)) => {
                        let rest = tail.find(" ON ").map_or("", |at| &tail[at..]);
                        format!("{head}{rest}{deferred}")
                    }
                    None => format!("{plain}{on}CASCADE{deferred}"),
                };
                all.push(again("foreign key action", other));
            }
            let deferral = match deferred.is_empty() {
                true => format!("{plain} DEFERRABLE INITIALLY DEFERRED"),
                false => plain.to_owned(),
            };
            all.push(again("deferral", deferral));
            all
        }
        _ => Vec::new(),
    }
}

fn of_index(name: &str, definition: &str) -> Vec<Mutation> {
    let drop = format!("DROP INDEX {name}");
    let again = |kind, definition: String| Mutation {
        kind,
        sql: vec![drop.clone(), definition],
        undo: Vec::new(),
    };
    let mut all = vec![Mutation {
        kind: "index",
        sql: vec![drop.clone()],
        undo: Vec::new(),
    }];
    if let Some((head, predicate)) = definition.split_once(" WHERE ") {
        all.push(again("index predicate", head.to_owned()));
        all.push(again(
            "index predicate",
            format!("{head} WHERE NOT {predicate}"),
        ));
    }
    all.push(match definition.strip_prefix("CREATE UNIQUE") {
        Some(rest) => again("index unique", format!("CREATE{rest}")),
        None => again(
            "index unique",
            definition.replacen("CREATE", "CREATE UNIQUE", 1),
        ),
    });
    if definition.contains(" DESC") {
        all.push(again(
            "index direction",
            definition.replacen(" DESC", "", 1),
        ));
    }
    all
}
