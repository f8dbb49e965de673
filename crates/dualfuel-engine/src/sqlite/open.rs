//! Opening a SQLite database, and closing the ways out of it.
//!
//! One file holds one organisation, so the file is the wall. SQL that reaches
//! this connection must not open another file: ATTACH is denied twice (by limit
//! and by authorizer), extensions cannot be loaded (rusqlite is built without),
//! and a tampered schema gets no trust (SQLite manual, "Defense Against The Dark
//! Arts").

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error;
use super::session::statements_to_keep;
use crate::ConnectError;
use crate::options::{ConnectOptions, Durability, FileAccess, Manner};
use crate::url::SqlitePlace;

pub(super) async fn open(
    place: &SqlitePlace,
    options: &ConnectOptions,
) -> Result<Connection, ConnectError> {
    let path = match place {
        SqlitePlace::Memory => PathBuf::from(":memory:"),
        SqlitePlace::File(path) => {
            check_place(path)?;
            path.clone()
        }
    };
    // Without SQLITE_OPEN_URI, so that a file name cannot carry parameters.
    let access = match (place, options.file_access) {
        (SqlitePlace::File(_), FileAccess::Read) => OpenFlags::SQLITE_OPEN_READ_ONLY,
        _ => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = match place {
        SqlitePlace::Memory => Connection::open_in_memory_with_flags(flags),
        SqlitePlace::File(path) => Connection::open_with_flags(path, flags),
    }
    .map_err(|failure| refused(&path, failure))?;

    // Waiting is done by the caller, without blocking a thread: see `session.rs`.
    connection
        .busy_timeout(Duration::ZERO)
        .map_err(|failure| refused(&path, failure))?;
    configure(&mut connection, place, options)
        .await
        .map_err(|failure| match failure {
            Failure::Sqlite(failure) => refused(&path, failure),
            Failure::Setting(setting) => ConnectError::Setting { setting },
        })?;
    Ok(connection)
}

fn check_place(path: &Path) -> Result<(), ConnectError> {
    if path.is_dir() {
        return Err(ConnectError::IsFolder {
            path: path.to_owned(),
        });
    }
    let folder = match path.parent() {
        None => {
            return Err(ConnectError::IsFolder {
                path: path.to_owned(),
            });
        }
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
    };
    if folder.is_dir() {
        Ok(())
    } else {
        Err(ConnectError::FolderMissing {
            file: path.to_owned(),
            folder: folder.to_owned(),
        })
    }
}

enum Failure {
    Sqlite(rusqlite::Error),
    Setting(&'static str),
}

impl From<rusqlite::Error> for Failure {
    fn from(failure: rusqlite::Error) -> Self {
        Failure::Sqlite(failure)
    }
}

async fn configure(
    connection: &mut Connection,
    place: &SqlitePlace,
    options: &ConnectOptions,
) -> Result<(), Failure> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    if matches!(place, SqlitePlace::File(_)) && options.file_access == FileAccess::Write {
        let mode = in_time(connection, options.lock_timeout, |connection| {
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| {
                row.get::<_, String>(0)
            })
        })
        .await?;
        if !mode.eq_ignore_ascii_case("wal") {
            return Err(Failure::Setting("journal_mode = WAL"));
        }
    }
    let synchronous = match options.durability {
        Durability::Normal => "NORMAL",
        Durability::Full => "FULL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // The PRAGMA is silent when SQLite was built without foreign keys.
    if !connection.pragma_query_value(None, "foreign_keys", |row| row.get::<_, bool>(0))? {
        return Err(Failure::Setting("foreign_keys = ON"));
    }
    set_manner(connection, Manner::Program)?;
    if connection.query_row("SELECT 'a' LIKE 'A'", [], |row| row.get::<_, bool>(0))? {
        return Err(Failure::Setting("case_sensitive_like = ON"));
    }

    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    let keep = statements_to_keep(options.statement_cache_size);
    connection.set_prepared_statement_cache_capacity(keep);
    Ok(())
}

/// How statements are read from now on. The ways out are closed either way.
pub(super) fn set_manner(connection: &mut Connection, manner: Manner) -> rusqlite::Result<()> {
    let is_program = manner == Manner::Program;
    // It would deny these too: SQL that reaches the connection must not.
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    let set = (|| {
        // "name" is an identifier, as on PostgreSQL, and never quietly a string.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, !is_program)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, !is_program)?;
        connection.pragma_update(None, "recursive_triggers", is_program)?;
        // LIKE minds case on PostgreSQL; on SQLite it does not unless told to,
        // and only then uses an index on a text column.
        connection.pragma_update(None, "case_sensitive_like", is_program)
    })();
    connection.authorizer(Some(deny_ways_out))?;
    set
}

/// Repeats `attempt` while another process holds the file, for at most `limit`:
/// turning WAL on needs the file for itself for a moment, once in its life.
async fn in_time<T>(
    connection: &mut Connection,
    limit: Duration,
    attempt: fn(&mut Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let start = tokio::time::Instant::now();
    loop {
        match attempt(connection) {
            Err(failure)
                if failure.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < limit =>
            {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            result => return result,
        }
    }
}

/// The PRAGMAs with a value that may be run: they ask, or migrations need them. The
/// others could switch off what was set above.
const PRAGMAS: [&str; 19] = [
    "foreign_keys",
    "legacy_alter_table",
    "defer_foreign_keys",
    "foreign_key_check",
    "foreign_key_list",
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "optimize",
    "wal_checkpoint",
    "incremental_vacuum",
    "user_version",
    "application_id",
    "query_only",
];

fn deny_ways_out(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Pragma {
            pragma_name,
            pragma_value: Some(value),
        } => {
            let name = pragma_name.to_ascii_lowercase();
            // `query_only` can be switched on, which readers do, and not off again.
            let off = name == "query_only" && value != "ON";
            if PRAGMAS.contains(&name.as_str()) && !off {
                Authorization::Allow
            } else {
                Authorization::Deny
            }
        }
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => Authorization::Deny,
        _ => Authorization::Allow,
    }
}

fn refused(path: &Path, failure: rusqlite::Error) -> ConnectError {
    let path = path.to_owned();
    match failure.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => ConnectError::NotADatabase { path },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            ConnectError::ReadOnlyFile { path }
        }
        _ => ConnectError::File {
            path,
            source: error::of(failure),
        },
    }
}
