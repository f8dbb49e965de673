//! SQLite's result codes and messages as SQLSTATEs.
//!
//! The codes decide; the message is read only for names, which SQLite gives
//! nowhere else. Its texts are fixed in its source (`sqlite3UniqueConstraint`,
//! `sqlite3HaltConstraint`) and tested below against the library itself.

use diesel::result::Error;
use rusqlite::ErrorCode;
use rusqlite::ffi;

use crate::error::{Information, sqlstate};

/// A rusqlite error as a Diesel error.
pub(super) fn of(failure: rusqlite::Error) -> Error {
    match failure {
        rusqlite::Error::SqliteFailure(code, message) => {
            refused(code, message.unwrap_or_else(|| code.to_string()))
        }
        rusqlite::Error::SqlInputError {
            error, msg, offset, ..
        } => {
            let mut information = information(error, msg);
            // SQLite counts bytes from 0, PostgreSQL characters from 1.
            information.position = if offset >= 0 { Some(offset + 1) } else { None };
            information.into_error()
        }
        rusqlite::Error::MultipleStatement => Information::new(
            sqlstate::SYNTAX_ERROR,
            "a query holds one statement; use `batch_execute` for several",
        )
        .into_error(),
        other => Information::new(sqlstate::INTERNAL_ERROR, other.to_string()).into_error(),
    }
}

/// Whether another connection holds the lock that the statement wants.
pub(super) fn is_busy(failure: &rusqlite::Error) -> bool {
    matches!(
        failure.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

fn refused(code: ffi::Error, message: String) -> Error {
    information(code, message).into_error()
}

fn information(code: ffi::Error, message: String) -> Information {
    // ON DELETE RESTRICT is carried out by a trigger, and says so.
    let restricted = code.extended_code == ffi::SQLITE_CONSTRAINT_TRIGGER
        && message == "FOREIGN KEY constraint failed";
    let sqlstate = if restricted {
        sqlstate::FOREIGN_KEY_VIOLATION
    } else {
        sqlstate_of(code)
    };
    let mut information = Information::new(sqlstate, message);
    match code.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID
        | ffi::SQLITE_CONSTRAINT_NOTNULL => name_columns(&mut information),
        ffi::SQLITE_CONSTRAINT_CHECK => {
            information.constraint = after_colon(&information.message).map(str::to_owned);
        }
        _ => {}
    }
    information
}

fn sqlstate_of(code: ffi::Error) -> &'static str {
    match code.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => return sqlstate::UNIQUE_VIOLATION,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => return sqlstate::FOREIGN_KEY_VIOLATION,
        ffi::SQLITE_CONSTRAINT_NOTNULL => return sqlstate::NOT_NULL_VIOLATION,
        ffi::SQLITE_CONSTRAINT_CHECK => return sqlstate::CHECK_VIOLATION,
        ffi::SQLITE_BUSY_SNAPSHOT => return sqlstate::SERIALIZATION_FAILURE,
        _ => {}
    }
    match code.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => sqlstate::LOCK_NOT_AVAILABLE,
        ErrorCode::ReadOnly => sqlstate::READ_ONLY_TRANSACTION,
        ErrorCode::AuthorizationForStatementDenied | ErrorCode::PermissionDenied => {
            sqlstate::INSUFFICIENT_PRIVILEGE
        }
        ErrorCode::OperationInterrupted => sqlstate::QUERY_CANCELED,
        ErrorCode::DiskFull => sqlstate::DISK_FULL,
        ErrorCode::OutOfMemory => sqlstate::OUT_OF_MEMORY,
        ErrorCode::TooBig => sqlstate::PROGRAM_LIMIT_EXCEEDED,
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => sqlstate::IO_ERROR,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => sqlstate::DATA_CORRUPTED,
        _ if code.extended_code == ffi::SQLITE_ERROR => sqlstate::SYNTAX_ERROR,
        _ => sqlstate::INTERNAL_ERROR,
    }
}

fn after_colon(message: &str) -> Option<&str> {
    message
        .split_once("constraint failed: ")
        .map(|(_, names)| names)
}

/// `UNIQUE constraint failed: t.a, t.b`, or for a key on expressions `.. index 'name'`.
fn name_columns(information: &mut Information) {
    let Some(names) = after_colon(&information.message).map(str::to_owned) else {
        return;
    };
    if let Some(index) = names
        .strip_prefix("index '")
        .and_then(|rest| rest.strip_suffix('\''))
    {
        information.constraint = Some(index.to_owned());
        return;
    }
    let mut table = None;
    let mut columns = Vec::new();
    for name in names.split(", ") {
        let (of, column) = name.split_once('.').unwrap_or(("", name));
        table = Some(of.to_owned());
        columns.push(column);
    }
    information.table = table.filter(|table| !table.is_empty());
    information.columns = Some(columns.join(", "));
}
