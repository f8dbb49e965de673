//! Looks at a database without touching it.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

use crate::error::While;
use crate::plan::{Planned, State, plan};
use crate::{Engine, Finding, MigrateError, Migrations, ProgramVersion, Session, Version};

/// What a database has and lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The engine of the database.
    #[serde(serialize_with = "engine_key")]
    pub engine: Engine,
    /// The newest version it has.
    pub current: Option<Version>,
    /// Every version that it or the program knows, oldest first.
    pub versions: Vec<VersionStatus>,
}

/// One version, with what the ledger says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionStatus {
    /// The version.
    pub version: Version,
    /// Its name; empty where neither program nor ledger knows one.
    pub name: String,
    /// What is known of it.
    #[serde(flatten)]
    pub state: State,
    /// When it was applied, or first seen to be.
    pub applied_at: Option<DateTime<Utc>>,
    /// How long that took.
    pub duration_ms: Option<u64>,
    /// The program that did it.
    pub program_version: Option<String>,
}

fn engine_key<S: Serializer>(engine: &Engine, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(engine.key())
}

/// What the database has and lacks, measured by `migrations`. Writes nothing.
///
/// # Errors
///
/// [`MigrateError::Database`]: the ledger could not be read.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dualfuel_engine::{ConnectOptions, Connection};
/// use dualfuel_migrate::{Migrations, State, status};
///
/// let migrations = Migrations::load("tests/migrations/two")?;
/// let url = "sqlite::memory:".parse()?;
/// let mut conn = Connection::open(&url, &ConnectOptions::default()).await?;
///
/// let status = status(&mut conn, &migrations).await?;
///
/// assert_eq!(status.current, None);
/// assert!(status.versions.iter().all(|version| version.state == State::Pending));
/// # Ok(())
/// # }
/// ```
pub async fn status<S: Session>(
    conn: &mut S,
    migrations: &Migrations,
) -> Result<Status, MigrateError> {
    let engine = conn.engine();
    migrations.require(engine)?;
    let ledger = conn.read_ledger().await.while_to("read the ledger")?;
    let detail = |planned: Planned| {
        let entry = ledger.current_entry(&planned.version);
        VersionStatus {
            applied_at: entry.map(|entry| entry.applied_at),
            duration_ms: entry
                .and_then(|entry| entry.duration)
                .and_then(|duration| duration.as_millis().try_into().ok()),
            program_version: entry.map(|entry| entry.program_version.clone()),
            version: planned.version,
            name: planned.name,
            state: planned.state,
        }
    };
    let planned = plan(engine, &ledger, migrations).versions;
    Ok(Status {
        engine,
        current: ledger.newest().cloned(),
        versions: planned.into_iter().map(detail).collect(),
    })
}

/// What stands in the way of this program on this database, most serious
/// first. Writes nothing.
///
/// Without findings the program can start. A program that may not migrate
/// takes the first finding for its error:
/// `Err(MigrateError::from(finding))`.
///
/// # Errors
///
/// [`MigrateError::Database`]: the ledger could not be read.
pub async fn check<S: Session>(
    conn: &mut S,
    migrations: &Migrations,
    program_version: &ProgramVersion,
) -> Result<Vec<Finding>, MigrateError> {
    let engine = conn.engine();
    migrations.require(engine)?;
    let ledger = conn.read_ledger().await.while_to("read the ledger")?;
    Ok(plan(engine, &ledger, migrations).findings(program_version))
}
