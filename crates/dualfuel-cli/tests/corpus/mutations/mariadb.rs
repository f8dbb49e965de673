//! What `ALTER` changes on MariaDB. `SHOW CREATE TABLE` gives each column and
//! constraint a line, which is what a change starts from and what undoes it.

use super::Mutation;
use crate::engines::Database;

pub(super) async fn mutations(database: &mut Database) -> Vec<Mutation> {
    let tables = "SELECT table_name FROM information_schema.tables \
        WHERE table_schema = database() AND table_type = 'BASE TABLE' ORDER BY 1";
    let mut all = Vec::new();
    for row in database.rows(tables).await.unwrap() {
        let table = format!("`{}`", row[0].as_deref().unwrap().replace('`', "``"));
        let created = database
            .rows(&format!("SHOW CREATE TABLE {table}"))
            .await
            .unwrap();
        let created = created[0][1].clone().unwrap();
        let lines = created
            .lines()
            .skip(1)
            .filter(|line| line.starts_with("  "));
        let lines: Vec<&str> = lines
            .map(|line| line.trim().trim_end_matches(','))
            .collect();
        let key = lines.iter().find(|line| line.starts_with("PRIMARY KEY"));
        for line in &lines {
            match line.starts_with('`') {
                true => all.extend(of_column(&table, line, key.unwrap_or(&""))),
                false => all.extend(of_constraint(&table, line)),
            }
        }
    }
    all
}

fn of_column(table: &str, line: &str, key: &str) -> Vec<Mutation> {
    let name = &line[..line[1..].find('`').unwrap() + 2];
    let keyed = key.contains(name);
    if line.contains(" GENERATED ALWAYS ") {
        return Vec::new();
    }
    let alter = |kind, other: String| Mutation {
        kind,
        sql: vec![format!("ALTER TABLE {table} MODIFY {other}")],
        undo: vec![format!("ALTER TABLE {table} MODIFY {line}")],
    };
    let mut all = Vec::new();
    if line.contains(" NOT NULL") && !keyed {
        all.push(alter("null", line.replacen(" NOT NULL", " NULL", 1)));
    } else if !keyed {
        let (head, tail) = match line.find(" DEFAULT NULL") {
            Some(at) => (&line[..at], &line[at + " DEFAULT NULL".len()..]),
            None => return all,
        };
        all.push(alter("null", format!("{head} NOT NULL{tail}")));
    }
    if line.contains("AUTO_INCREMENT") {
        return all;
    }
    for (from, to) in [
        (" bigint(20)", " int(11)"),
        (" smallint(6)", " int(11)"),
        (" tinyint(1)", " int(11)"),
        (" double", " float"),
        (" longtext", " varchar(97)"),
        (" longblob", " varbinary(97)"),
        (" varchar(", " varchar(1"),
        (" datetime(6)", " datetime"),
        (" date ", " datetime "),
        (" decimal(", " decimal(1"),
        (" uuid", " varchar(36)"),
    ] {
        let head = &line[..line.find(" COMMENT ").unwrap_or(line.len())];
        if head[name.len()..].starts_with(from) {
            all.push(alter("type", line.replacen(from, to, 1)));
        }
    }
    if line.contains("utf8mb4_nopad_bin") {
        all.push(alter(
            "collation",
            line.replace("utf8mb4_nopad_bin", "utf8mb4_general_ci"),
        ));
    } else if line[name.len()..].starts_with(" varchar(")
        || line[name.len()..].starts_with(" longtext")
    {
        let at = line[name.len() + 1..]
            .find(' ')
            .map_or(line.len(), |at| name.len() + 1 + at);
        let (head, tail) = line.split_at(at);
        if !tail.contains("json_valid") {
            all.push(alter(
                "collation",
                format!("{head} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci{tail}"),
            ));
        }
    }
    if let Some(at) = line.find(" DEFAULT 'current") {
        let _ = at;
    } else if let Some((head, _)) = line.split_once(" DEFAULT 0") {
        all.push(alter(
            "default",
            format!("{head} DEFAULT 7{}", &line[head.len() + 10..]),
        ));
    } else if let Some((head, tail)) = line.split_once(" DEFAULT '") {
        all.push(alter("default", format!("{head} DEFAULT 'q{tail}")));
    } else if let Some((head, tail)) = line.split_once(" DEFAULT current_timestamp(6)") {
        all.push(alter("default", format!("{head}{tail}")));
    }
    all
}

fn of_constraint(table: &str, line: &str) -> Vec<Mutation> {
    let name = line.split('`').nth(1).unwrap_or_default();
    let add = format!("ALTER TABLE {table} ADD {line}");
    let drop = match line {
        // DROP CONSTRAINT leaves InnoDB holding the name of a foreign key.
        _ if line.contains(" FOREIGN KEY ") => {
            format!("ALTER TABLE {table} DROP FOREIGN KEY `{name}`")
        }
        _ if line.starts_with("CONSTRAINT") => {
            format!("ALTER TABLE {table} DROP CONSTRAINT `{name}`")
        }
        _ if line.starts_with("UNIQUE KEY") || line.starts_with("KEY") => {
            format!("ALTER TABLE {table} DROP INDEX `{name}`")
        }
        _ => return Vec::new(),
    };
    let again = |kind, other: String| Mutation {
        kind,
        sql: vec![drop.clone(), format!("ALTER TABLE {table} ADD {other}")],
        undo: vec![drop.clone(), add.clone()],
    };
    let dropped = |kind| Mutation {
        kind,
        sql: vec![drop.clone()],
        undo: vec![add.clone()],
    };
    if line.contains(" FOREIGN KEY ") {
        let mut all = vec![dropped("foreign key")];
        for on in [" ON DELETE ", " ON UPDATE "] {
            all.push(again(
                "foreign key action",
                match line.split_once(on) {
                    Some((head, tail)) => {
                        let rest = tail.find(" ON ").map_or("", |at| &tail[at..]);
                        format!("{head}{rest}")
                    }
                    None if on == " ON UPDATE " => format!("{line}{on}CASCADE"),
                    None => match line.split_once(" ON UPDATE ") {
                        Some((head, tail)) => format!("{head}{on}CASCADE ON UPDATE {tail}"),
                        None => format!("{line}{on}CASCADE"),
                    },
                },
            ));
        }
        return all;
    }
    if line.contains(" CHECK (") {
        let other = line.replacen(" CHECK (", " CHECK (length('other') > 9 or ", 1);
        return vec![dropped("check"), again("check", other)];
    }
    match line.strip_prefix("UNIQUE ") {
        Some(plain) => vec![dropped("unique"), again("index unique", plain.to_owned())],
        None => {
            let unique = format!("UNIQUE {line}");
            vec![dropped("index"), again("index unique", unique)]
        }
    }
}
