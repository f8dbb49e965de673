//! What the server and the network say, as SQLSTATEs.

use std::error::Error as _;

use diesel::result::Error;
use tokio_postgres::error::{DbError, ErrorPosition};

use crate::error::{Information, sqlstate};

/// A tokio-postgres error as a Diesel error.
pub(super) fn of(failure: tokio_postgres::Error) -> Error {
    match failure.as_db_error() {
        Some(said) => information(said).into_error(),
        None if failure.is_closed() || is_io(&failure) => Information::new(
            sqlstate::CONNECTION_FAILURE,
            "the connection to the server was lost",
        )
        .into_error(),
        None => Information::new(sqlstate::INTERNAL_ERROR, failure.to_string()).into_error(),
    }
}

/// Whether a prepared statement no longer fits: the schema changed under it, or
/// a pooler gave us another server connection.
pub(super) fn is_stale_statement(failure: &tokio_postgres::Error) -> bool {
    match failure.as_db_error() {
        // `invalid_sql_statement_name`; and `feature_not_supported` from
        // `RevalidateCachedQuery` in plancache.c, which names no other cause.
        Some(said) => match said.code().code() {
            "26000" => true,
            "0A000" => said.routine() == Some("RevalidateCachedQuery"),
            _ => false,
        },
        None => false,
    }
}

fn is_io(failure: &tokio_postgres::Error) -> bool {
    failure
        .source()
        .is_some_and(|source| source.is::<std::io::Error>())
}

fn information(said: &DbError) -> Information {
    let mut information = Information::new(said.code().code(), said.message());
    information.table = said.table().map(str::to_owned);
    information.constraint = said.constraint().map(str::to_owned);
    information.columns = said.column().map(str::to_owned).or_else(|| {
        // Other details (a CHECK's "Failing row contains ..") hold values only.
        let names_key = matches!(
            said.code().code(),
            sqlstate::UNIQUE_VIOLATION
                | sqlstate::FOREIGN_KEY_VIOLATION
                | sqlstate::RESTRICT_VIOLATION
        );
        let detail = said.detail().filter(|_| names_key)?;
        key_columns(detail).map(str::to_owned)
    });
    information.position = match said.position() {
        Some(ErrorPosition::Original(position)) => i32::try_from(*position).ok(),
        _ => None,
    };
    information
}

/// The columns in `Key (a, b)=(1, 2) already exists.`, in whatever language.
///
/// Only the part before `)=(` is kept: behind it are the values of the row.
fn key_columns(detail: &str) -> Option<&str> {
    let (before, _) = detail.split_once(")=(")?;
    before.split_once('(').map(|(_, columns)| columns)
}

#[cfg(test)]
mod tests {
    use super::key_columns;

    #[test]
    fn columns_are_read_in_any_language_and_values_are_not() {
        assert_eq!(
            key_columns("Key (a, b)=(1, (2)=(3)) already exists."),
            Some("a, b")
        );
        assert_eq!(
            key_columns("Schlüssel »(org_id, id)=(x, y)« existiert bereits."),
            Some("org_id, id")
        );
        assert_eq!(
            key_columns("Key (lower(alias))=(x) already exists."),
            Some("lower(alias)")
        );
        assert_eq!(key_columns("Failing row contains (1, secret)."), None);
        assert_eq!(key_columns(""), None);
    }
}
