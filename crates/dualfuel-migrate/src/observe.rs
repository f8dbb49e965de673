//! What a run tells while it goes on.
//!
//! For progress output, and for tests that stop a run at any point: an
//! [`Observer`] is called on the migrating task, between statements.

use std::time::Duration;

use crate::Version;

/// Something that happened in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another run holds the lock; this one waits.
    Waiting,
    /// The lock is held and the ledger read again; a version begins.
    VersionStarted {
        /// The version.
        version: &'a Version,
        /// Its name.
        name: &'a str,
        /// How many statements will be sent.
        statements: usize,
    },
    /// A statement is about to be sent.
    StatementStarted {
        /// The version.
        version: &'a Version,
        /// Place in the file, counting from 1.
        position: usize,
        /// Line in the file, counting from 1.
        line: usize,
        /// The statement.
        sql: &'a str,
    },
    /// A statement was carried out; it may not be committed yet.
    StatementFinished {
        /// The version.
        version: &'a Version,
        /// Place in the file, counting from 1.
        position: usize,
        /// How long it took.
        duration: Duration,
    },
    /// The ledger's rows are written, and not committed.
    VersionRecorded {
        /// The version.
        version: &'a Version,
    },
    /// The version is there, or with [`revert`](crate::revert) gone, for good.
    VersionCommitted {
        /// The version.
        version: &'a Version,
        /// How long it took.
        duration: Duration,
    },
}

/// Is told of a run's events.
///
/// # Examples
///
/// ```
/// use dualfuel_migrate::{Event, Observer};
///
/// struct Progress;
///
/// impl Observer for Progress {
///     fn observe(&self, event: Event<'_>) {
///         if let Event::VersionCommitted { version, duration } = event {
///             eprintln!("  {version} applied in {} ms", duration.as_millis());
///         }
///     }
/// }
/// ```
pub trait Observer: Send + Sync {
    /// Takes note of an event. The run goes on when this returns.
    fn observe(&self, event: Event<'_>);
}
