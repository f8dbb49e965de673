//! What the catalogue says of the things that a statement names.
//!
//! Taken before a statement and again by whoever finds it interrupted, two
//! pictures tell whether it was carried out: MariaDB carries out a change of
//! the schema wholly or not at all. A picture holds only what the statement
//! names, so that what others do to other tables does not matter.

use std::collections::BTreeSet;

use diesel::QueryResult;
use sha2::{Digest as _, Sha256};

use super::{Connection, statement};

/// A fingerprint of all that `sql` names: tables, views, triggers, routines and
/// events of the connection's database.
pub(super) async fn picture(conn: &mut Connection, sql: &str) -> QueryResult<String> {
    let names = statement::names(sql);
    let mut hash = Sha256::new();
    for line in lines(conn, &names).await? {
        // The length keeps lines apart.
        hash.update((line.len() as u64).to_le_bytes());
        hash.update(line.as_bytes());
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// Whether nothing that `sql` names is a table or view.
pub(super) async fn are_all_gone(conn: &mut Connection, sql: &str) -> QueryResult<bool> {
    let names = statement::names(sql);
    let found = tables(conn).await?;
    Ok(!found
        .iter()
        .any(|(name, _)| names.contains(&name.to_lowercase())))
}

/// Whether there is a table, view or sequence of this name, in lower case.
pub(super) async fn is_there(conn: &mut Connection, name: &str) -> QueryResult<bool> {
    let found = tables(conn).await?;
    Ok(found.iter().any(|(there, _)| there.to_lowercase() == name))
}

/// Whether rows that these statements write may be in a table that no
/// transaction holds, of Aria or MyISAM: one that they name, or a trigger or
/// view that they set off.
pub(super) async fn leaves_rows(conn: &mut Connection, sqls: &[&str]) -> QueryResult<bool> {
    let rows = conn
        .text_rows(
            "SELECT table_name FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND engine IN \
                   (SELECT engine FROM information_schema.engines WHERE transactions <> 'YES')",
        )
        .await?;
    let such: BTreeSet<String> = rows
        .into_iter()
        .flatten()
        .flatten()
        .map(|name| name.to_lowercase())
        .collect();
    if such.is_empty() {
        return Ok(false);
    }
    let mut names: BTreeSet<String> = sqls.iter().flat_map(|sql| statement::names(sql)).collect();
    let bodies = conn
        .text_rows(
            "SELECT event_object_table, action_statement FROM information_schema.triggers \
             WHERE trigger_schema = DATABASE() \
             UNION ALL \
             SELECT table_name, view_definition FROM information_schema.views \
             WHERE table_schema = DATABASE()",
        )
        .await?;
    // One may set off another; no more rounds than there are bodies.
    for _ in &bodies {
        let before = names.len();
        for row in &bodies {
            if let [Some(on), Some(body)] = &row[..]
                && names.contains(&on.to_lowercase())
            {
                names.extend(statement::names(body));
            }
        }
        if names.len() == before {
            break;
        }
    }
    Ok(!names.is_disjoint(&such))
}

async fn tables(conn: &mut Connection) -> QueryResult<Vec<(String, String)>> {
    let rows = conn
        .text_rows(
            "SELECT table_name, table_type FROM information_schema.tables \
             WHERE table_schema = DATABASE() ORDER BY table_name",
        )
        .await?;
    let pair = |row: Vec<Option<String>>| {
        let mut values = row.into_iter().flatten();
        Some((values.next()?, values.next()?))
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}

async fn lines(conn: &mut Connection, names: &BTreeSet<String>) -> QueryResult<Vec<String>> {
    let mut lines = Vec::new();
    for (name, kind) in tables(conn).await? {
        if names.contains(&name.to_lowercase()) {
            let what = if kind == "VIEW" { "VIEW" } else { "TABLE" };
            let sql = format!("SHOW CREATE {what} `{}`", name.replace('`', "``"));
            // A view of a table that is gone can't be shown; that is a state too.
            let shown = match conn.text_rows(&sql).await {
                Ok(rows) => rows
                    .into_iter()
                    .flatten()
                    .nth(1)
                    .flatten()
                    .unwrap_or_default(),
                Err(failure) => failure.to_string(),
            };
            lines.push(format!("{kind} {name} {}", without_counter(&shown)));
        }
    }
    // Each row begins with the names it goes by.
    for (named_by, sql) in [
        (
            2,
            "SELECT trigger_name, event_object_table, action_timing, event_manipulation, \
                    action_order, action_statement \
             FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY 1",
        ),
        (
            1,
            "SELECT routine_name, routine_type, dtd_identifier, routine_definition \
             FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY 1, 2",
        ),
        (
            1,
            "SELECT event_name, status, execute_at, interval_value, interval_field, event_definition \
             FROM information_schema.events WHERE event_schema = DATABASE() ORDER BY 1",
        ),
    ] {
        for row in conn.text_rows(sql).await? {
            let named = row.iter().take(named_by).flatten();
            if named
                .map(|name| name.to_lowercase())
                .any(|name| names.contains(&name))
            {
                lines.push(format!("{row:?}"));
            }
        }
    }
    Ok(lines)
}

/// A table's text without its next number, which rows change.
fn without_counter(shown: &str) -> String {
    const COUNTER: &str = " AUTO_INCREMENT=";
    match shown.rsplit_once(COUNTER) {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}{rest}")
        }
        None => shown.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_does_not_count() {
        let shown = "CREATE TABLE `a` (\n) ENGINE=InnoDB AUTO_INCREMENT=17 DEFAULT CHARSET=utf8mb4";
        assert_eq!(
            without_counter(shown),
            "CREATE TABLE `a` (\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
        );
        assert_eq!(without_counter("CREATE VIEW `a`"), "CREATE VIEW `a`");
    }
}
