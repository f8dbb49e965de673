//! Settings of a connection and of a pool, with defaults that are safe in production.

use std::time::Duration;

/// How connections are opened and how long they may wait.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use dualfuel_engine::ConnectOptions;
///
/// let options = ConnectOptions { statement_timeout: Some(Duration::from_secs(5)), ..Default::default() };
/// # let _ = options;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectOptions {
    /// What the server shows in `pg_stat_activity`. Default: `dualfuel`.
    pub application_name: String,
    /// How long opening a connection may take. Default: 10 s.
    pub connect_timeout: Duration,
    /// How long a statement may run on PostgreSQL. Default: 30 s. `None`: as the server says.
    pub statement_timeout: Option<Duration>,
    /// How long a statement waits for another's lock: on SQLite for the write
    /// lock of the file, on PostgreSQL for any lock. Default: 10 s.
    pub lock_timeout: Duration,
    /// How long PostgreSQL lets a transaction sit idle before it ends the
    /// connection. Default: 60 s. `None`: as the server says.
    pub idle_in_transaction_timeout: Option<Duration>,
    /// How many prepared statements a connection keeps; the one used longest ago
    /// goes first. 0 prepares nothing by name on PostgreSQL, which a PgBouncer
    /// before 1.21 in transaction mode needs. Default: 256.
    pub statement_cache_size: usize,
    /// Whether a commit on SQLite waits for the disk. Default: [`Durability::Normal`].
    pub durability: Durability,
    /// Whether a SQLite file may be written at all. Default: [`FileAccess::Write`].
    pub file_access: FileAccess,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        ConnectOptions {
            application_name: "dualfuel".to_owned(),
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Some(Duration::from_secs(30)),
            lock_timeout: Duration::from_secs(10),
            idle_in_transaction_timeout: Some(Duration::from_secs(60)),
            statement_cache_size: 256,
            durability: Durability::Normal,
            file_access: FileAccess::Write,
        }
    }
}

/// Whether a SQLite file may be written. PostgreSQL decides by the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAccess {
    /// It may, is made if it is not there, and is put into WAL mode.
    Write,
    /// It may not: it has to be there, and stays as it is, its journal mode too.
    Read,
}

/// How SQLite reads statements that come as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As a program on either engine means them: LIKE minds case, `"name"` is
    /// never a string, a trigger may set itself off.
    Program,
    /// As a script for SQLite means them, without settings of anybody's.
    Script,
}

/// What a committed SQLite transaction survives (SQLite manual, `PRAGMA synchronous`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// `synchronous = NORMAL`: a crash of the program. A power cut may undo the
    /// last commits; it cannot damage the file.
    Normal,
    /// `synchronous = FULL`: a power cut too, for a wait for the disk at each commit.
    Full,
}
