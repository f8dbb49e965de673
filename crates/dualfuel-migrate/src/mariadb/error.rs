//! What the server and the network say, as Diesel's errors, which the other
//! engines' failures are too.

use diesel::result::{DatabaseErrorKind, Error};

use super::values;

/// A mysql_async error as a Diesel error, which holds no value of a row and
/// not the URL.
pub(super) fn of(failure: mysql_async::Error) -> Error {
    match failure {
        mysql_async::Error::Server(said) => {
            let message = values::leave_out(said.code, &said.state, &said.message);
            let message = format!("{message} (error {})", said.code);
            Error::DatabaseError(kind(said.code), Box::new(message))
        }
        mysql_async::Error::Io(_)
        | mysql_async::Error::Driver(mysql_async::DriverError::ConnectionClosed) => lost(),
        other => Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(other.to_string())),
    }
}

/// The same while a connection is opened: what the network says is the reason.
pub(super) fn of_opening(failure: mysql_async::Error) -> Error {
    match failure {
        mysql_async::Error::Io(said) => {
            let mut text = said.to_string();
            let mut source = std::error::Error::source(&said);
            while let Some(below) = source {
                let below_text = below.to_string();
                if !text.contains(&below_text) {
                    text = format!("{text}: {below_text}");
                }
                source = below.source();
            }
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(text))
        }
        other => of(other),
    }
}

fn lost() -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::ClosedConnection,
        Box::new("the connection to the server was lost".to_owned()),
    )
}

/// Whether the connection is gone, so that what was sent last may have been done.
pub(super) fn is_lost(failure: &Error) -> bool {
    matches!(
        failure,
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _)
    )
}

/// Whether a statement was refused before any of it ran: it was not understood,
/// or what it calls is not there.
pub(super) fn is_before_execution(failure: &Error) -> bool {
    // ER_PARSE_ERROR, ER_SP_DOES_NOT_EXIST
    let codes = [" (error 1064)", " (error 1305)"];
    matches!(failure, Error::DatabaseError(_, information)
        if codes.iter().any(|code| information.message().ends_with(code)))
}

/// How many lines into the statement a syntax error is: its message ends with
/// `at line 2`.
pub(super) fn lines_before(failure: &Error) -> usize {
    let Error::DatabaseError(_, information) = failure else {
        return 0;
    };
    let line = information
        .message()
        .strip_suffix(" (error 1064)")
        .and_then(|message| message.rsplit_once(" at line "))
        .and_then(|(_, line)| line.parse::<usize>().ok());
    line.map_or(0, |line| line.saturating_sub(1))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: u16, message: &str) -> Error {
        of(mysql_async::Error::Server(mysql_async::ServerError {
            code,
            message: message.to_owned(),
            state: "42000".to_owned(),
        }))
    }

    #[test]
    fn a_syntax_error_tells_its_line() {
        let message = "You have an error in your SQL syntax; check the manual that corresponds to \
                       your MariaDB server version for the right syntax to use near 'moar' at line 3";
        assert_eq!(lines_before(&said(1064, message)), 2);
        assert_eq!(
            lines_before(&said(1146, "Table 'a at line 3' doesn't exist")),
            0
        );
    }

    #[test]
    fn a_lost_connection_is_told_from_a_refusal() {
        assert!(is_lost(&said(1927, "Connection was killed")));
        assert!(!is_lost(&said(1050, "Table 'a' already exists")));
    }
}
