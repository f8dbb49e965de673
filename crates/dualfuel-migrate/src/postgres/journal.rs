//! Runs a version that no transaction can hold, such as one with `CREATE INDEX
//! CONCURRENTLY`, so that a run which is killed can be taken up.
//!
//! The ledger has a row that says `started` before the first statement, and how
//! many are done after each. A statement that a transaction can hold commits
//! together with that number. For one that can't, there is a moment in which it
//! is done and not noted; the next run then looks at the database. It can tell
//! for an index, and repeats what may be repeated; of anything else it says
//! that it can't tell ([`MigrateError::Interrupted`]).
//!
//! An index that failed to build stays behind, invalid. It is dropped, at once
//! or by the next run.

use std::time::Instant;

use diesel::deserialize::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use dualfuel_engine::Connection;

use super::apply;
use crate::apply::{Direction, Run};
use crate::error::While;
use crate::journal::Journal;
use crate::ledger;
use crate::lex::{Kind, Token, tokens};
use crate::script::Step;
use crate::{Engine, MigrateError, Migration};

/// Runs what is left of the version, and records it.
pub(crate) async fn run<'a>(
    run: &mut Run<'a>,
    journal: Journal<'a>,
    start: Instant,
) -> Result<(), MigrateError> {
    let (migration, direction) = (journal.migration, journal.direction);
    let steps = run.script(migration, direction)?;
    let mut done = 0;
    for group in steps.chunk_by(|one, next| one.group == next.group) {
        let first = done;
        done += group.len();
        if done <= journal.done {
            continue;
        }
        let ran = match group {
            [step] if needs_no_transaction(step.text) => {
                let in_doubt = journal.resumed && first == journal.done;
                alone(run, &journal, step, in_doubt, done).await
            }
            _ => together(run, migration, group, done).await,
        };
        if ran.is_err() && first == 0 {
            undo(run, &journal).await;
        }
        ran?;
    }
    run.begin().await?;
    let recorded = match direction {
        Direction::Up => run.record_applied(migration, start, steps.len()).await,
        Direction::Down => run.record_reverted(migration).await,
    };
    run.end(recorded).await
}

/// Statements that a transaction can hold, and the note that they are done.
async fn together(
    run: &mut Run<'_>,
    migration: &Migration,
    group: &[Step<'_>],
    done: usize,
) -> Result<(), MigrateError> {
    run.begin().await?;
    let inside = async {
        run.send_all(migration, group).await?;
        apply::verify(run).await?;
        ledger::write_progress(run.conn, migration.version(), done)
            .await
            .while_to("write the ledger")
    }
    .await;
    run.end(inside).await
}

/// A statement outside any transaction, and then the note that it is done.
async fn alone(
    run: &mut Run<'_>,
    journal: &Journal<'_>,
    step: &Step<'_>,
    in_doubt: bool,
    done: usize,
) -> Result<(), MigrateError> {
    let migration = journal.migration;
    let is_done = in_doubt && is_done(run.conn, journal, step.text).await?;
    if !is_done {
        let saved = unlimited(run.conn).await.while_to("change settings")?;
        let sent = run.send(migration, step).await;
        if sent.is_err() {
            // What could be dropped is gone; the failure is the thing to tell.
            let _ = drop_invalid(run.conn, step.text).await;
        }
        let restored = restore(run.conn, &saved).await.while_to("restore settings");
        sent?;
        restored?;
    }
    ledger::write_progress(run.conn, migration.version(), done)
        .await
        .while_to("write the ledger")
}

/// Nothing of the version happened: the row should not say that it has begun,
/// or its file could not be corrected. Best effort; the failure was told.
async fn undo(run: &mut Run<'_>, journal: &Journal<'_>) {
    let version = journal.migration.version();
    let _ = ledger::write_state(run.conn, version, journal.before).await;
}

/// Statements that PostgreSQL refuses inside a transaction, or that bring their
/// own. In doubt a statement counts as neither: PostgreSQL then says so.
fn needs_no_transaction(sql: &str) -> bool {
    let words = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let has = |word| words.contains(&word);
    match words[..] {
        ["CREATE", "INDEX" | "UNIQUE", ..] | ["DROP", "INDEX", ..] => has("CONCURRENTLY"),
        ["ALTER", "TABLE", ..] => has("DETACH") && has("CONCURRENTLY"),
        [
            "CREATE" | "DROP",
            "DATABASE" | "TABLESPACE" | "SUBSCRIPTION",
            ..,
        ] => true,
        ["ALTER", "SYSTEM" | "DATABASE" | "SUBSCRIPTION", ..] => true,
        ["VACUUM" | "REINDEX" | "CLUSTER" | "CALL", ..] => true,
        ["DO", ..] => sql.to_ascii_uppercase().contains("COMMIT"),
        _ => false,
    }
}

/// Every word outside quotes, in upper case.
fn words(sql: &str) -> Vec<String> {
    tokens(Engine::Postgres, sql)
        .filter(|token| token.kind == Kind::Word)
        .map(|token| token.text.to_ascii_uppercase())
        .collect()
}

/// What the database can be asked about a statement.
#[derive(Debug, PartialEq, Eq)]
enum Trace {
    /// `CREATE INDEX CONCURRENTLY name ON table`
    Index { name: String, table: String },
    /// `DROP INDEX CONCURRENTLY name`
    NoIndex { name: String },
    /// It may run again, whether or not it was done.
    Repeatable,
    /// Nothing.
    None,
}

fn trace(sql: &str) -> Trace {
    let tokens: Vec<Token<'_>> = tokens(Engine::Postgres, sql)
        .filter(Token::is_significant)
        .collect();
    let mut rest = &tokens[..];
    if skip(&mut rest, &["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"])
        || skip(&mut rest, &["CREATE", "INDEX", "CONCURRENTLY"])
    {
        skip(&mut rest, &["IF", "NOT", "EXISTS"]);
        let name = name(&mut rest);
        if !skip(&mut rest, &["ON"]) {
            return Trace::None;
        }
        skip(&mut rest, &["ONLY"]);
        return Trace::Index {
            name,
            table: self::name(&mut rest),
        };
    }
    if skip(&mut rest, &["DROP", "INDEX", "CONCURRENTLY"]) {
        skip(&mut rest, &["IF", "EXISTS"]);
        return Trace::NoIndex {
            name: name(&mut rest),
        };
    }
    let words = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let conditional = words
        .windows(2)
        .any(|pair| matches!(pair, ["IF", "NOT" | "EXISTS"]));
    if conditional || matches!(words[..], ["VACUUM" | "REINDEX" | "CLUSTER", ..]) {
        return Trace::Repeatable;
    }
    Trace::None
}

/// Steps over `words`, if they are next.
fn skip(rest: &mut &[Token<'_>], words: &[&str]) -> bool {
    let found = rest.len() >= words.len()
        && rest
            .iter()
            .zip(words)
            .all(|(token, word)| token.is_word(word));
    if found {
        *rest = &rest[words.len()..];
    }
    found
}

/// Takes a name with its schema, as it is written.
fn name(rest: &mut &[Token<'_>]) -> String {
    let mut name = String::new();
    while let Some((token, after)) = rest.split_first() {
        let joined = name.is_empty() || name.ends_with('.') || token.text == ".";
        if !joined || !(matches!(token.kind, Kind::Word | Kind::Quoted) || token.text == ".") {
            break;
        }
        name.push_str(token.text);
        *rest = after;
    }
    name
}

/// Whether a statement that another run began was carried out. Clears away
/// what it left half-way.
async fn is_done(
    conn: &mut Connection,
    journal: &Journal<'_>,
    sql: &str,
) -> Result<bool, MigrateError> {
    let looking = "look what an interrupted statement has done";
    match trace(sql) {
        Trace::Index { name, table } => {
            drop_invalid(conn, sql).await.while_to(looking)?;
            Ok(index(conn, &name, &table)
                .await
                .while_to(looking)?
                .is_some())
        }
        Trace::NoIndex { name } => {
            let Exists { exists } = sql_query("SELECT to_regclass($1) IS NOT NULL AS exists")
                .bind::<Text, _>(name)
                .get_result(conn)
                .await
                .while_to(looking)?;
            Ok(!exists)
        }
        Trace::Repeatable => Ok(false),
        Trace::None => Err(MigrateError::Interrupted {
            version: journal.migration.version().clone(),
            reverting: journal.direction == Direction::Down,
            statements_done: journal.done,
        }),
    }
}

#[derive(QueryableByName)]
struct Exists {
    #[diesel(sql_type = Bool)]
    exists: bool,
}

#[derive(QueryableByName)]
struct Index {
    /// With its schema, quoted where it must be.
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    valid: bool,
}

async fn index(
    conn: &mut Connection,
    name: &str,
    table: &str,
) -> diesel::QueryResult<Option<Index>> {
    let found = sql_query(
        "SELECT format('%I.%I', n.nspname, c.relname) AS name, i.indisvalid AS valid \
         FROM pg_index i \
         JOIN pg_class c ON c.oid = i.indexrelid \
         JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE i.indrelid = to_regclass($1) AND c.relname = (parse_ident($2))[1]",
    )
    .bind::<Text, _>(table)
    .bind::<Text, _>(name)
    .load::<Index>(conn)
    .await?;
    Ok(found.into_iter().next())
}

/// Drops the index that a failed or interrupted build left behind.
async fn drop_invalid(conn: &mut Connection, sql: &str) -> diesel::QueryResult<()> {
    let Trace::Index { name, table } = trace(sql) else {
        return Ok(());
    };
    match index(conn, &name, &table).await? {
        Some(Index { name, valid: false }) => {
            conn.batch_execute(&format!("DROP INDEX CONCURRENTLY {name}"))
                .await
        }
        _ => Ok(()),
    }
}

/// Settings of the session that a statement outside a transaction needs
/// otherwise. A build waits for every older transaction by waiting for its
/// lock, and a time limit would leave it invalid.
const SETTINGS: [(&str, &str); 3] = [
    ("row_security", "off"),
    ("lock_timeout", "0"),
    ("statement_timeout", "0"),
];

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Changes the settings, and gives what they were.
async fn unlimited(conn: &mut Connection) -> diesel::QueryResult<Vec<(&'static str, String)>> {
    let mut saved = Vec::new();
    for (name, value) in SETTINGS {
        let setting: Setting = sql_query("SELECT current_setting($1) AS value")
            .bind::<Text, _>(name)
            .get_result(conn)
            .await?;
        set(conn, name, value).await?;
        saved.push((name, setting.value));
    }
    Ok(saved)
}

async fn restore(conn: &mut Connection, saved: &[(&str, String)]) -> diesel::QueryResult<()> {
    for (name, value) in saved {
        set(conn, name, value).await?;
    }
    Ok(())
}

async fn set(conn: &mut Connection, name: &str, value: &str) -> diesel::QueryResult<()> {
    sql_query("SELECT set_config($1, $2, false)")
        .bind::<Text, _>(name)
        .bind::<Text, _>(value)
        .execute(conn)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_transaction_cannot_hold() {
        let check = |sql, expected| assert_eq!(needs_no_transaction(sql), expected, "{sql}");
        check("CREATE INDEX CONCURRENTLY a ON b (c)", true);
        check("create unique index concurrently on b (c)", true);
        check("CREATE INDEX \"concurrently\" ON b (c)", false);
        check("CREATE INDEX a ON b (c) -- CONCURRENTLY", false);
        check("DROP INDEX CONCURRENTLY a", true);
        check("DROP INDEX a", false);
        check("ALTER TABLE a DETACH PARTITION b CONCURRENTLY", true);
        check("ALTER TABLE a ADD b TEXT", false);
        check("VACUUM a", true);
        check("DO $$ BEGIN UPDATE a SET b = 1; COMMIT; END $$", true);
        check("DO $$ BEGIN UPDATE a SET b = 1; END $$", false);
        check("REFRESH MATERIALIZED VIEW CONCURRENTLY a", false);
    }

    #[test]
    fn what_the_database_can_be_asked() {
        let check = |sql, expected| assert_eq!(trace(sql), expected, "{sql}");
        let index = |name: &str, table: &str| Trace::Index {
            name: name.to_owned(),
            table: table.to_owned(),
        };
        check("CREATE INDEX CONCURRENTLY a ON b (c)", index("a", "b"));
        check(
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"A b\" ON ONLY s . \"T\" USING btree (c)",
            index("\"A b\"", "s.\"T\""),
        );
        check("CREATE INDEX CONCURRENTLY ON b (c)", Trace::None);
        let no_index = |name: &str| Trace::NoIndex {
            name: name.to_owned(),
        };
        check(
            "DROP INDEX CONCURRENTLY IF EXISTS s.a CASCADE",
            no_index("s.a"),
        );
        check("VACUUM (FULL) a", Trace::Repeatable);
        check("DROP DATABASE IF EXISTS a", Trace::Repeatable);
        check("CREATE DATABASE a", Trace::None);
        check("CALL a()", Trace::None);
    }
}
