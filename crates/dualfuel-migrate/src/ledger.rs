//! What a database has seen: Diesel's table and our own beside it.
//!
//! `__diesel_schema_migrations` says which versions are applied; `diesel_cli`
//! reads and writes it too, so it is made exactly as Diesel makes it.
//! `dualfuel_ledger` adds what Diesel does not keep: checksum, name, time,
//! program. Both rows of a version are written in its own transaction.
//!
//! Our row repeats Diesel's `run_on`. When `diesel_cli` reverts a version and
//! applies it again, our row stays behind; the two times then differ, and the
//! row counts as stale rather than as an accusation that the file was edited.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::deserialize::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use dualfuel_engine::{Connection, Engine};

use crate::{Checksum, Migration, ProgramVersion, Version};

/// Diesel's own statement (`setup_migration_table.sql`), word for word.
pub(crate) const DIESEL_TABLE: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (
       version VARCHAR(50) PRIMARY KEY NOT NULL,
       run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
)";

/// What wrote a row.
pub(crate) const GENERATOR: &str = concat!("dualfuel-migrate ", env!("CARGO_PKG_VERSION"));

/// What both tables say.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub(crate) exists: Tables,
    /// The applied versions, each with its `run_on` as text.
    pub(crate) diesel: BTreeMap<Version, String>,
    /// Our rows, stale ones among them.
    pub(crate) entries: BTreeMap<Version, Entry>,
}

/// Which of the tables are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub(crate) struct Tables {
    #[diesel(sql_type = Bool)]
    pub(crate) diesel: bool,
    #[diesel(sql_type = Bool)]
    pub(crate) ours: bool,
}

/// A row of our own table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) state: EntryState,
    /// `None` without one, and for a kind of checksum not known here.
    pub(crate) checksum: Option<Checksum>,
    pub(crate) applied_at: DateTime<Utc>,
    pub(crate) duration: Option<Duration>,
    pub(crate) program_version: String,
    pub(crate) compatible_with: Option<ProgramVersion>,
    pub(crate) statements_done: usize,
    /// Diesel's `run_on` when the row was written.
    pub(crate) run_on: Option<String>,
    /// On MariaDB, what the catalogue said before the statement that is under way.
    pub(crate) in_flight: Option<String>,
}

/// What our row says of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    Applied,
    /// Found applied by another tool.
    Baselined,
    /// Being applied, statement by statement, outside a transaction.
    Started,
    /// Being reverted in the same way.
    Reverting,
}

impl EntryState {
    const ALL: [(EntryState, &'static str); 4] = [
        (EntryState::Applied, "applied"),
        (EntryState::Baselined, "baselined"),
        (EntryState::Started, "started"),
        (EntryState::Reverting, "reverting"),
    ];

    pub(crate) fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("", |(_, text)| text)
    }

    /// A state of a later Dualfuel reads as baselined: applied, and no more
    /// than that is known.
    pub(crate) fn read(text: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == text)
            .map_or(EntryState::Baselined, |(state, _)| *state)
    }
}

impl Ledger {
    /// Our row, while it tells of the same run as Diesel's.
    pub(crate) fn current_entry(&self, version: &Version) -> Option<&Entry> {
        let entry = self.entries.get(version)?;
        let same = match self.diesel.get(version) {
            Some(run_on) => {
                entry.state != EntryState::Started && entry.run_on.as_ref() == Some(run_on)
            }
            None => entry.state == EntryState::Started,
        };
        same.then_some(entry)
    }

    /// The newest applied version.
    pub(crate) fn newest(&self) -> Option<&Version> {
        self.diesel.keys().next_back()
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Bool)]
    ours: bool,
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Nullable<Text>)]
    run_on: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    checksum: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    applied_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    duration_ms: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    program_version: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    compatible_with: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    statements_done: Option<i64>,
}

/// Reads both tables in one statement, so that they tell of one moment. Writes
/// nothing: a missing table reads as an empty one.
pub(crate) async fn read(conn: &mut Connection) -> QueryResult<Ledger> {
    let engine = conn.engine();
    let exists: Tables = sql_query(tables_sql(engine)).get_result(conn).await?;
    let mut ledger = Ledger {
        exists,
        ..Ledger::default()
    };
    let Some(sql) = rows_sql(engine, exists) else {
        return Ok(ledger);
    };
    for row in sql_query(sql).load::<Row>(conn).await? {
        let version = Version::recorded(row.version.as_str());
        if row.ours {
            ledger.entries.insert(version, entry(row));
        } else {
            ledger
                .diesel
                .insert(version, row.run_on.unwrap_or_default());
        }
    }
    Ok(ledger)
}

fn entry(row: Row) -> Entry {
    Entry {
        name: row.name.unwrap_or_default(),
        state: EntryState::read(&row.state.unwrap_or_default()),
        checksum: row.checksum.and_then(|text| text.parse().ok()),
        applied_at: row.applied_at.unwrap_or_default(),
        duration: row
            .duration_ms
            .and_then(|millis| u64::try_from(millis).ok())
            .map(Duration::from_millis),
        program_version: row.program_version.unwrap_or_default(),
        compatible_with: row.compatible_with.and_then(|text| text.parse().ok()),
        statements_done: row
            .statements_done
            .and_then(|done| usize::try_from(done).ok())
            .unwrap_or(0),
        run_on: row.run_on,
        in_flight: None,
    }
}

fn tables_sql(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "SELECT EXISTS (SELECT 1 FROM sqlite_master \
                            WHERE type = 'table' AND name = '__diesel_schema_migrations') AS diesel, \
                    EXISTS (SELECT 1 FROM sqlite_master \
                            WHERE type = 'table' AND name = 'dualfuel_ledger') AS ours"
        }
        Engine::Postgres => {
            "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS diesel, \
                    to_regclass('dualfuel_ledger') IS NOT NULL AS ours"
        }
    }
}

fn rows_sql(engine: Engine, exists: Tables) -> Option<String> {
    let run_on = run_on(engine);
    let diesel = format!(
        "SELECT 1 = 0 AS ours, version, {run_on} AS run_on, NULL AS name, NULL AS state, \
                NULL AS checksum, {no_time} AS applied_at, {no_number} AS duration_ms, \
                NULL AS program_version, NULL AS compatible_with, {no_number} AS statements_done \
         FROM __diesel_schema_migrations",
        no_time = match engine {
            Engine::Sqlite => "NULL",
            Engine::Postgres => "NULL::timestamptz",
        },
        no_number = match engine {
            Engine::Sqlite => "NULL",
            Engine::Postgres => "NULL::bigint",
        },
    );
    let ours = "SELECT 1 = 1 AS ours, version, run_on, name, state, checksum, applied_at, \
                       duration_ms, program_version, compatible_with, statements_done \
                FROM dualfuel_ledger";
    match (exists.diesel, exists.ours) {
        (true, true) => Some(format!("{diesel} UNION ALL {ours}")),
        (true, false) => Some(diesel),
        (false, true) => Some(ours.to_owned()),
        (false, false) => None,
    }
}

/// Diesel's `run_on` as text that no setting changes.
fn run_on(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "CAST(run_on AS TEXT)",
        Engine::Postgres => "to_char(run_on, 'YYYY-MM-DD HH24:MI:SS.US')",
    }
}

/// Makes the tables that are not there. Belongs in the transaction of the first
/// version, so that a run which changes nothing leaves nothing.
pub(crate) async fn create(conn: &mut Connection, ledger: &Ledger) -> QueryResult<()> {
    if !ledger.exists.diesel {
        conn.batch_execute(DIESEL_TABLE).await?;
    }
    if !ledger.exists.ours {
        conn.batch_execute(&our_table(conn.engine())).await?;
    }
    Ok(())
}

fn our_table(engine: Engine) -> String {
    let timestamp = match engine {
        Engine::Sqlite => "TEXT",
        Engine::Postgres => "TIMESTAMPTZ",
    };
    format!(
        "CREATE TABLE IF NOT EXISTS dualfuel_ledger (
    version         TEXT PRIMARY KEY NOT NULL,
    name            TEXT NOT NULL,
    state           TEXT NOT NULL,
    checksum        TEXT,
    applied_at      {timestamp} NOT NULL,
    duration_ms     BIGINT,
    program_version TEXT NOT NULL,
    generator       TEXT NOT NULL,
    compatible_with TEXT,
    statements_done BIGINT NOT NULL,
    run_on          TEXT
)"
    )
}

/// What is written of a version.
pub struct Record<'a> {
    pub(crate) migration: &'a Migration,
    pub(crate) state: EntryState,
    pub(crate) at: DateTime<Utc>,
    pub(crate) duration: Option<Duration>,
    pub(crate) program_version: &'a ProgramVersion,
    pub(crate) statements_done: usize,
}

/// Writes Diesel's row of an applied version.
pub(crate) async fn write_diesel(conn: &mut Connection, version: &Version) -> QueryResult<()> {
    sql_query("INSERT INTO __diesel_schema_migrations (version) VALUES ($1)")
        .bind::<Text, _>(version.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes our row, in place of a stale one; Diesel's is written before it.
pub(crate) async fn write(conn: &mut Connection, record: Record<'_>) -> QueryResult<()> {
    let migration = record.migration;
    delete_ours(conn, migration.version()).await?;
    // What another tool applied may have been another file.
    let checksum = match record.state {
        EntryState::Baselined => None,
        _ => Some(migration.checksum().to_string()),
    };
    let sql = format!(
        "INSERT INTO dualfuel_ledger (version, name, state, checksum, applied_at, duration_ms, \
                                      program_version, generator, compatible_with, \
                                      statements_done, run_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
                 (SELECT {} FROM __diesel_schema_migrations WHERE version = $1))",
        run_on(conn.engine())
    );
    let compatible_with = migration.compatible_with().map(ToString::to_string);
    sql_query(sql)
        .bind::<Text, _>(migration.version().as_str())
        .bind::<Text, _>(migration.name())
        .bind::<Text, _>(record.state.as_str())
        .bind::<Nullable<Text>, _>(checksum)
        .bind::<Timestamptz, _>(record.at)
        .bind::<Nullable<BigInt>, _>(record.duration.map(millis))
        .bind::<Text, _>(record.program_version.to_string())
        .bind::<Text, _>(GENERATOR)
        .bind::<Nullable<Text>, _>(compatible_with)
        .bind::<BigInt, _>(count(record.statements_done))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes how far a journalled version has come.
pub(crate) async fn write_progress(
    conn: &mut Connection,
    version: &Version,
    statements_done: usize,
) -> QueryResult<()> {
    sql_query("UPDATE dualfuel_ledger SET statements_done = $2 WHERE version = $1")
        .bind::<Text, _>(version.as_str())
        .bind::<BigInt, _>(count(statements_done))
        .execute(conn)
        .await?;
    Ok(())
}

/// Changes what our row says, with no statement done; `None` removes the row.
pub(crate) async fn write_state(
    conn: &mut Connection,
    version: &Version,
    state: Option<EntryState>,
) -> QueryResult<()> {
    let Some(state) = state else {
        return delete_ours(conn, version).await;
    };
    sql_query("UPDATE dualfuel_ledger SET state = $2, statements_done = 0 WHERE version = $1")
        .bind::<Text, _>(version.as_str())
        .bind::<Text, _>(state.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes both rows of a reverted version.
pub(crate) async fn delete(conn: &mut Connection, version: &Version) -> QueryResult<()> {
    sql_query("DELETE FROM __diesel_schema_migrations WHERE version = $1")
        .bind::<Text, _>(version.as_str())
        .execute(conn)
        .await?;
    delete_ours(conn, version).await
}

async fn delete_ours(conn: &mut Connection, version: &Version) -> QueryResult<()> {
    sql_query("DELETE FROM dualfuel_ledger WHERE version = $1")
        .bind::<Text, _>(version.as_str())
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) fn count(statements: usize) -> i64 {
    i64::try_from(statements).unwrap_or(i64::MAX)
}

#[cfg(test)]
pub(crate) mod test_support {
    use super::*;

    /// A row with one statement done that names 1.2 as the oldest program.
    pub(crate) fn entry(state: EntryState, run_on: &str, checksum: Checksum) -> Entry {
        Entry {
            name: "test".to_owned(),
            state,
            checksum: Some(checksum),
            applied_at: DateTime::UNIX_EPOCH,
            duration: None,
            program_version: "1.0.0".to_owned(),
            compatible_with: "1.2".parse().ok(),
            statements_done: 1,
            run_on: Some(run_on.to_owned()),
            in_flight: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back() {
        for (state, text) in EntryState::ALL {
            assert_eq!(state.as_str(), text);
            assert_eq!(EntryState::read(text), state);
        }
        assert_eq!(
            EntryState::read("of a later release"),
            EntryState::Baselined
        );
    }
}
