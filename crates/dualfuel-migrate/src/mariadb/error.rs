//! What the server and the network say, as Diesel's errors, which the other
//! engines' failures are too.

use diesel::result::{DatabaseErrorKind, Error};

/// A mysql_async error as a Diesel error. None of them holds the URL.
pub(super) fn of(failure: mysql_async::Error) -> Error {
    match failure {
        mysql_async::Error::Server(said) => Error::DatabaseError(
            kind(said.code),
            Box::new(format!("{} (error {})", said.message, said.code)),
        ),
        mysql_async::Error::Io(_)
        | mysql_async::Error::Driver(mysql_async::DriverError::ConnectionClosed) => lost(),
        other => Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(other.to_string())),
    }
}

fn lost() -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::ClosedConnection,
        Box::new("the connection to the server was lost".to_owned()),
    )
}

/// MariaDB's error codes (manual, "MariaDB Error Codes").
fn kind(code: u16) -> DatabaseErrorKind {
    match code {
        // ER_DUP_ENTRY, ER_DUP_KEY, ER_DUP_ENTRY_WITH_KEY_NAME
        1062 | 1022 | 1586 => DatabaseErrorKind::UniqueViolation,
        // ER_NO_REFERENCED_ROW(_2), ER_ROW_IS_REFERENCED(_2)
        1216 | 1217 | 1451 | 1452 => DatabaseErrorKind::ForeignKeyViolation,
        // ER_BAD_NULL_ERROR
        1048 => DatabaseErrorKind::NotNullViolation,
        // ER_CONSTRAINT_FAILED
        4025 => DatabaseErrorKind::CheckViolation,
        // ER_LOCK_DEADLOCK
        1213 => DatabaseErrorKind::SerializationFailure,
        // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, ER_OPTION_PREVENTS_STATEMENT
        1792 | 1290 => DatabaseErrorKind::ReadOnlyTransaction,
        // ER_CONNECTION_KILLED, ER_SERVER_SHUTDOWN
        1927 | 1053 => DatabaseErrorKind::ClosedConnection,
        _ => DatabaseErrorKind::Unknown,
    }
}
