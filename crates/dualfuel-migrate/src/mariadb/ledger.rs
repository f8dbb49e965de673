//! The ledger's tables on MariaDB: what `crate::ledger` is for the others.
//!
//! Our table has one column more, `in_flight`. It tells what the catalogue said
//! before the statement that is under way, so that the next run can see whether
//! it was carried out.
//!
//! While a version is under way its checksum covers what was sent of it, the
//! statement in flight included, and no more: what is still to come may be
//! corrected after a failure, as nothing can be rolled back here.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::QueryResult;
use mysql_async::Value;

use super::Connection;
use crate::ledger::{DIESEL_TABLE, Entry, EntryState, GENERATOR, Ledger, Record, Tables};
use crate::ledger::{count, millis};
use crate::{Checksum, Version};

const OUR_TABLE: &str = "CREATE TABLE IF NOT EXISTS dualfuel_ledger (
    version         VARCHAR(50) PRIMARY KEY NOT NULL,
    name            TEXT NOT NULL,
    state           TEXT NOT NULL,
    checksum        TEXT,
    applied_at      DATETIME(6) NOT NULL,
    duration_ms     BIGINT,
    program_version TEXT NOT NULL,
    generator       TEXT NOT NULL,
    compatible_with TEXT,
    statements_done BIGINT NOT NULL,
    run_on          TEXT,
    in_flight       TEXT
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin";

/// Diesel's `run_on` as text; the session is at UTC.
const RUN_ON: &str = "DATE_FORMAT(run_on, '%Y-%m-%d %H:%i:%s')";

/// Diesel's `version` in our table's collation. Diesel's table has the database's
/// own, and MariaDB unites no two that differ.
const VERSION: &str = "CONVERT(version USING utf8mb4) COLLATE utf8mb4_nopad_bin";

const MOMENT: &str = "%Y-%m-%d %H:%M:%S%.f";

type TextRow = Vec<Option<String>>;

/// Reads both tables. Writes nothing: a missing table reads as an empty one.
pub(super) async fn read(conn: &mut Connection) -> QueryResult<Ledger> {
    let exists = tables(conn).await?;
    let mut ledger = Ledger {
        exists,
        ..Ledger::default()
    };
    let diesel = format!(
        "SELECT 'diesel', {VERSION}, {RUN_ON}, {} FROM __diesel_schema_migrations",
        nulls(9)
    );
    let ours = "SELECT 'ours', version, run_on, name, state, checksum, \
                       DATE_FORMAT(applied_at, '%Y-%m-%d %H:%i:%s.%f'), duration_ms, \
                       program_version, compatible_with, statements_done, in_flight \
                FROM dualfuel_ledger";
    let sql = match (exists.diesel, exists.ours) {
        (true, true) => format!("{diesel} UNION ALL {ours}"),
        (true, false) => diesel,
        (false, true) => ours.to_owned(),
        (false, false) => return Ok(ledger),
    };
    for row in conn.text_rows(&sql).await? {
        read_row(&mut ledger, row);
    }
    Ok(ledger)
}

fn nulls(count: usize) -> String {
    vec!["NULL"; count].join(", ")
}

async fn tables(conn: &mut Connection) -> QueryResult<Tables> {
    let rows = conn
        .text_rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() \
             AND table_name IN ('__diesel_schema_migrations', 'dualfuel_ledger')",
        )
        .await?;
    let has = |name: &str| {
        rows.iter()
            .flatten()
            .any(|found| found.as_deref() == Some(name))
    };
    Ok(Tables {
        diesel: has("__diesel_schema_migrations"),
        ours: has("dualfuel_ledger"),
    })
}

fn read_row(ledger: &mut Ledger, row: TextRow) {
    let mut values = row.into_iter();
    let mut next = || values.next().flatten();
    let ours = next().as_deref() == Some("ours");
    let version = Version::recorded(next().unwrap_or_default());
    let run_on = next();
    if !ours {
        ledger.diesel.insert(version, run_on.unwrap_or_default());
        return;
    }
    let entry = Entry {
        run_on,
        name: next().unwrap_or_default(),
        state: EntryState::read(&next().unwrap_or_default()),
        checksum: next().and_then(|text| text.parse().ok()),
        applied_at: next().and_then(|text| moment(&text)).unwrap_or_default(),
        duration: next()
            .and_then(|millis| millis.parse().ok())
            .map(std::time::Duration::from_millis),
        program_version: next().unwrap_or_default(),
        compatible_with: next().and_then(|text| text.parse().ok()),
        statements_done: next().and_then(|done| done.parse().ok()).unwrap_or(0),
        in_flight: next(),
    };
    ledger.entries.insert(version, entry);
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    let naive = NaiveDateTime::parse_from_str(text, MOMENT).ok()?;
    Some(naive.and_utc())
}

/// Makes the tables that are not there. That commits, so the unit begins anew.
pub(super) async fn create(conn: &mut Connection, ledger: &Ledger) -> QueryResult<()> {
    if ledger.exists.diesel && ledger.exists.ours {
        return Ok(());
    }
    conn.execute(DIESEL_TABLE).await?;
    conn.execute(OUR_TABLE).await?;
    conn.execute("START TRANSACTION").await
}

pub(super) async fn write_diesel(conn: &mut Connection, version: &Version) -> QueryResult<()> {
    let sql = "INSERT INTO __diesel_schema_migrations (version) VALUES (?)";
    conn.execute_with(sql, vec![version.as_str().into()]).await
}

pub(super) async fn write(conn: &mut Connection, record: Record<'_>) -> QueryResult<()> {
    let migration = record.migration;
    let version = migration.version().as_str();
    let checksum = match record.state {
        // What another tool applied may have been another file.
        EntryState::Baselined => None,
        EntryState::Started => Some(Checksum::of_first(migration.engine(), migration.up(), 0)),
        EntryState::Applied | EntryState::Reverting => Some(migration.checksum()),
    };
    let sql = format!(
        "REPLACE INTO dualfuel_ledger (version, name, state, checksum, applied_at, duration_ms, \
                                       program_version, generator, compatible_with, \
                                       statements_done, run_on) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
                 (SELECT {RUN_ON} FROM __diesel_schema_migrations WHERE version = ?))"
    );
    let values: Vec<Value> = vec![
        version.into(),
        migration.name().into(),
        record.state.as_str().into(),
        checksum.map(|sum| sum.to_string()).into(),
        record.at.format(MOMENT).to_string().into(),
        record.duration.map(millis).into(),
        record.program_version.to_string().into(),
        GENERATOR.into(),
        migration.compatible_with().map(ToString::to_string).into(),
        count(record.statements_done).into(),
        version.into(),
    ];
    conn.execute_with(&sql, values).await
}

/// How far a version under way has come, and what is being sent.
pub(super) struct Progress<'a> {
    pub(super) version: &'a Version,
    pub(super) statements_done: usize,
    /// The checksum of what was sent; `None` leaves the applied file's, while it
    /// is reverted.
    pub(super) checksum: Option<Checksum>,
    pub(super) in_flight: Option<&'a str>,
}

pub(super) async fn write_progress(
    conn: &mut Connection,
    progress: Progress<'_>,
) -> QueryResult<()> {
    let sql = "UPDATE dualfuel_ledger SET statements_done = ?, \
                      checksum = COALESCE(?, checksum), in_flight = ? WHERE version = ?";
    let values: Vec<Value> = vec![
        count(progress.statements_done).into(),
        progress.checksum.map(|sum| sum.to_string()).into(),
        progress.in_flight.into(),
        progress.version.as_str().into(),
    ];
    conn.execute_with(sql, values).await
}

pub(super) async fn write_state(
    conn: &mut Connection,
    version: &Version,
    state: Option<EntryState>,
) -> QueryResult<()> {
    let Some(state) = state else {
        return delete_ours(conn, version).await;
    };
    let sql = "UPDATE dualfuel_ledger SET state = ?, statements_done = 0, in_flight = NULL \
               WHERE version = ?";
    let values: Vec<Value> = vec![state.as_str().into(), version.as_str().into()];
    conn.execute_with(sql, values).await
}

pub(super) async fn delete(conn: &mut Connection, version: &Version) -> QueryResult<()> {
    let sql = "DELETE FROM __diesel_schema_migrations WHERE version = ?";
    conn.execute_with(sql, vec![version.as_str().into()])
        .await?;
    delete_ours(conn, version).await
}

async fn delete_ours(conn: &mut Connection, version: &Version) -> QueryResult<()> {
    let sql = "DELETE FROM dualfuel_ledger WHERE version = ?";
    conn.execute_with(sql, vec![version.as_str().into()]).await
}
