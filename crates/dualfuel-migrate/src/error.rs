//! What stands in a migration's way, and what stopped one.
//!
//! A [`Finding`] is read off a plan and can wait; a [`MigrateError`] ended a
//! run. Both say the same sentence for the same thing, so the sentence stands
//! once, at the error.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::sqlite::foreign_keys::ForeignKeys;
use crate::{Checksum, Engine, ProgramVersion, Version};

/// Something about a database that a program should not pass over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "finding")]
#[non_exhaustive]
pub enum Finding {
    /// See [`MigrateError::Edited`].
    Edited {
        /// The version.
        version: Version,
        /// What was applied.
        applied: Checksum,
        /// What the program carries.
        on_disk: Checksum,
    },
    /// See [`MigrateError::Newer`].
    Newer {
        /// The version that this program does not carry.
        version: Version,
        /// This program's release.
        program_version: ProgramVersion,
        /// The oldest release that may run on it, if the migration named one.
        compatible_with: Option<ProgramVersion>,
    },
    /// See [`MigrateError::Interrupted`].
    Interrupted {
        /// The version.
        version: Version,
        /// Whether it was being reverted.
        reverting: bool,
        /// How many of its statements are known to be done.
        statements_done: usize,
    },
    /// See [`MigrateError::Hole`].
    Hole {
        /// The version that is missing.
        version: Version,
        /// The newest version that is applied.
        newest: Version,
    },
    /// See [`MigrateError::Pending`].
    Pending {
        /// The version.
        version: Version,
    },
}

impl Finding {
    /// Most serious first.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Finding::Edited { .. } => 0,
            Finding::Newer { .. } => 1,
            Finding::Interrupted { .. } => 2,
            Finding::Hole { .. } => 3,
            Finding::Pending { .. } => 4,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        MigrateError::from(self.clone()).fmt(f)
    }
}

/// Why a migration run stopped.
///
/// Each version commits together with its ledger rows, so after any of these
/// the ledger is still exact. Only a PostgreSQL version that can't run in a
/// transaction, and any version on MariaDB, can be left half-way; the ledger
/// then says how far it came, and the next run goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// Another run, or on SQLite any writer, kept the lock. Nothing changed by
    /// this run since its last committed version; retrying is safe.
    #[error(
        "another migration run still holds the lock after {waited:?}: try again when it is done"
    )]
    Locked {
        /// How long this run waited.
        waited: Duration,
    },

    /// The lock is on another server connection than the statements: a pooler
    /// stands between. Nothing changed.
    #[error(
        "the connection goes through a pooler that changes servers between transactions: give migrations a URL of the server itself"
    )]
    Pooled,

    /// A file changed after its version was applied. Nothing ran.
    #[error(
        "migration {version} was edited after it was applied: restore its up.sql and put the change in a new migration"
    )]
    Edited {
        /// The version.
        version: Version,
        /// What was applied.
        applied: Checksum,
        /// What the program carries.
        on_disk: Checksum,
    },

    /// The database has a version that this program does not carry, and this
    /// program is not declared to be compatible. Nothing ran.
    #[error("the database has version {version}, which this program ({program_version}) does not know: start {}", newer_than(.compatible_with.as_ref()))]
    Newer {
        /// The version that this program does not carry.
        version: Version,
        /// This program's release.
        program_version: ProgramVersion,
        /// The oldest release that may run on it, if the migration named one.
        compatible_with: Option<ProgramVersion>,
    },

    /// A version older than the newest applied one is not applied. Nothing ran.
    #[error(
        "migration {version} is not applied though the newer {newest} is: give it a newer version, or allow filling holes (--allow-out-of-order)"
    )]
    Hole {
        /// The version that is missing.
        version: Version,
        /// The newest version that is applied.
        newest: Version,
    },

    /// A version is not applied, and whoever asked may not apply it.
    #[error("migration {version} is not applied: run `dualfuel migrate` with the URL of the owner")]
    Pending {
        /// The version.
        version: Version,
    },

    /// A version that can't run in a transaction stopped half-way, and it can't
    /// be told whether the next statement was carried out.
    #[error("migration {version} was interrupted {}, with {statements_done} of its statements done: {}", while_doing(*.reverting), way_on(*.reverting))]
    Interrupted {
        /// The version.
        version: Version,
        /// Whether it was being reverted.
        reverting: bool,
        /// How many of its statements are known to be done.
        statements_done: usize,
    },

    /// A run on MariaDB stopped in the middle of a statement, and the catalogue
    /// doesn't tell whether it was carried out. Nothing ran.
    #[error(
        "migration {version} was interrupted at statement {position} ({file}, line {line}), and the database can't tell whether that was carried out: look, and in its row of `dualfuel_ledger` add 1 to `statements_done` if it was, or set `in_flight` to NULL if it was not; then run again"
    )]
    InDoubt {
        /// The version.
        version: Version,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// Place in the file, counting from 1.
        position: usize,
        /// Line of the statement, counting from 1.
        line: usize,
    },

    /// What is left of a version that stopped on MariaDB needs what the session
    /// of the run before held. Nothing ran.
    #[error(
        "migration {version} was interrupted, and its statement {position} ({file}, line {line}) needs {what}, which went with the session: look what it was, and write the value in its place, or `SET @name = <value>` in front of the statement; then run again"
    )]
    Forgotten {
        /// The version.
        version: Version,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// Place in the file, counting from 1.
        position: usize,
        /// Line of the statement, counting from 1.
        line: usize,
        /// What it needs: a variable, the last row's number.
        what: String,
    },

    /// The program carries no migrations for the engine. Nothing ran.
    #[error("there are no migrations for {engine}: they belong in the directory `{}`", .engine.key())]
    NotForEngine {
        /// The engine of the database.
        engine: Engine,
    },

    /// A file holds a statement that no run can carry out. Nothing ran.
    #[error("{file} of migration {version} for {engine}, line {line}: {problem}")]
    Script {
        /// The version.
        version: Version,
        /// The engine it is written for.
        engine: Engine,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// Line of the statement, counting from 1.
        line: usize,
        /// What is wrong, and the way out.
        problem: &'static str,
    },

    /// The database refused a statement. Earlier versions stay applied. On
    /// MariaDB so do the version's statements before it: correct the rest of the
    /// file, and run again.
    #[error("migration {version} failed on {engine} at statement {position} (line {line})")]
    Refused {
        /// The version.
        version: Version,
        /// The engine.
        engine: Engine,
        /// Place in the file, counting from 1.
        position: usize,
        /// Line of the fault where the engine tells it, else of the statement.
        line: usize,
        /// What the database said.
        source: diesel::result::Error,
    },

    /// After the statements, rows refer to rows that are not there. The version
    /// was rolled back; earlier versions stay applied.
    #[error("{}", orphans(.version, .table, .parent, *.rows, *.rows_before, *.foreign_keys))]
    ForeignKeyCheck {
        /// The version.
        version: Version,
        /// The table of the children.
        table: String,
        /// The table where the parents should be.
        parent: String,
        /// How many rows.
        rows: usize,
        /// How many such rows there were before the version.
        rows_before: usize,
        /// Whether its statements could take such rows along.
        foreign_keys: ForeignKeys,
    },

    /// There is nothing to revert a version with. Later versions are reverted.
    #[error("migration {version} can't be reverted: {why}")]
    Irreversible {
        /// The version.
        version: Version,
        /// What there is instead.
        why: NoWayBack,
    },

    /// A version to be reverted is not in this program. Later versions are reverted.
    #[error("version {version} can't be reverted: this program does not carry it")]
    NotCarried {
        /// The version.
        version: Version,
    },

    /// The version to migrate to is not in this program. Nothing ran.
    #[error("there is no migration {version} to go to")]
    NoTarget {
        /// The version.
        version: Version,
    },

    /// The database failed outside a migration's own statements.
    #[error("could not {action}")]
    Database {
        /// What was being done.
        action: &'static str,
        /// What the database said.
        source: diesel::result::Error,
    },
}

/// Why a version can't be reverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoWayBack {
    /// It has no `down.sql`.
    Missing,
    /// Its `down.sql` has no statement.
    Empty,
    /// It says `-- dualfuel: irreversible`, with these reasons. Who accepts them
    /// says [`Loss::Accept`](crate::Loss::Accept).
    Loses(Vec<String>),
}

impl fmt::Display for NoWayBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoWayBack::Missing => f.write_str("it has no down.sql"),
            NoWayBack::Empty => f.write_str("its down.sql has no statement"),
            NoWayBack::Loses(whats) => {
                let whats: Vec<&str> = whats.iter().map(String::as_str).collect();
                match whats.join("; ") {
                    whats if whats.is_empty() => f.write_str("it says that it is irreversible"),
                    whats => write!(f, "it is irreversible: {whats}"),
                }
            }
        }
    }
}

fn newer_than(compatible_with: Option<&ProgramVersion>) -> String {
    match compatible_with {
        Some(oldest) => format!("release {oldest} or a newer one"),
        None => "the release that brought it, or a newer one".to_owned(),
    }
}

fn orphans(
    version: &Version,
    table: &str,
    parent: &str,
    rows: usize,
    rows_before: usize,
    foreign_keys: ForeignKeys,
) -> String {
    if rows_before >= rows {
        let whose = match rows_before {
            1 => "row of `{table}` has no parent in `{parent}`, and had none before it; repair it",
            _ => {
                "rows of `{table}` have no parent in `{parent}`, and had none before it; repair them"
            }
        };
        let whose = whose.replace("{table}", table).replace("{parent}", parent);
        return format!("migration {version} can't be checked: {rows_before} {whose} first");
    }
    let left = match rows - rows_before {
        1 => "1 row".to_owned(),
        rows => format!("{rows} rows"),
    };
    let why = match foreign_keys {
        ForeignKeys::On => String::new(),
        ForeignKeys::Off { line } => format!(
            " (line {line} needs foreign keys off, and then a DELETE takes no row along and an \
             UPDATE none with it: say that in a migration of its own)"
        ),
    };
    format!(
        "migration {version} leaves {left} of `{table}` whose parent in `{parent}` is missing: \
         the version was rolled back{why}"
    )
}

fn while_doing(reverting: bool) -> &'static str {
    if reverting {
        "while it was reverted"
    } else {
        "while it was applied"
    }
}

fn way_on(reverting: bool) -> &'static str {
    if reverting {
        "revert it again to finish"
    } else {
        "migrate again to finish; if that stops here too, finish the next statement by hand and \
         add 1 to its `statements_done` in `dualfuel_ledger`"
    }
}

impl From<Finding> for MigrateError {
    fn from(finding: Finding) -> Self {
        match finding {
            Finding::Edited {
                version,
                applied,
                on_disk,
            } => MigrateError::Edited {
                version,
                applied,
                on_disk,
            },
            Finding::Newer {
                version,
                program_version,
                compatible_with,
            } => MigrateError::Newer {
                version,
                program_version,
                compatible_with,
            },
            Finding::Interrupted {
                version,
                reverting,
                statements_done,
            } => MigrateError::Interrupted {
                version,
                reverting,
                statements_done,
            },
            Finding::Hole { version, newest } => MigrateError::Hole { version, newest },
            Finding::Pending { version } => MigrateError::Pending { version },
        }
    }
}

/// Names what was being done when the database failed.
pub(crate) trait While<T> {
    fn while_to(self, action: &'static str) -> Result<T, MigrateError>;
}

impl<T> While<T> for diesel::QueryResult<T> {
    fn while_to(self, action: &'static str) -> Result<T, MigrateError> {
        self.map_err(|source| MigrateError::Database { action, source })
    }
}
