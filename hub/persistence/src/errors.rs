//! From what a database says to what a caller can act on, in one place.
//!
//! Messages of a database can quote values of a row, so none is passed on as it
//! stands: a [`Failure`] keeps the kind, the SQLSTATE and the names of table and
//! constraint. Only where the words are Dualfuel's own, or the server's about
//! itself (no connection, no lock), they are kept, for whoever reads logs.

use dualfuel::{ErrorExt, ErrorKind, MigrateError, OpenError};
use hub_domain::{DbError, Item};

/// How a transaction's body can end: by a statement, or by what a row held.
///
/// The second must end the transaction too, so that a method which fails has
/// changed nothing.
#[derive(Debug)]
pub(crate) enum TxError {
    Query(diesel::result::Error),
    Domain(DbError),
}

impl From<diesel::result::Error> for TxError {
    fn from(error: diesel::result::Error) -> Self {
        TxError::Query(error)
    }
}

impl From<DbError> for TxError {
    fn from(error: DbError) -> Self {
        TxError::Domain(error)
    }
}

/// Turns a failed transaction on rows of kind `item` into the domain's error.
pub(crate) fn transaction(item: Item) -> impl Fn(TxError) -> DbError {
    move |error| match error {
        TxError::Query(error) => of(item, &error),
        TxError::Domain(error) => error,
    }
}

/// Turns a failed statement on rows of kind `item` into the domain's error.
pub(crate) fn query(item: Item) -> impl Fn(diesel::result::Error) -> DbError {
    move |error| of(item, &error)
}

fn of(item: Item, error: &diesel::result::Error) -> DbError {
    match (error.kind(), unique_field(error)) {
        (ErrorKind::UniqueViolation, Some(field)) => DbError::AlreadyExists { item, field },
        (ErrorKind::ForeignKeyViolation, _) => DbError::InUse { item },
        _ => failure(error),
    }
}

/// Nothing about a row: whether trying again may help, or not.
fn failure(error: &diesel::result::Error) -> DbError {
    match error.kind() {
        ErrorKind::PoolTimeout
        | ErrorKind::ConnectionLost
        | ErrorKind::LockTimeout
        | ErrorKind::StatementTimeout
        | ErrorKind::SerializationFailure => DbError::unavailable(Failure::of(error)),
        _ => DbError::internal(Failure::of(error)),
    }
}

/// The unique keys: their table, the column that tells two of them apart, and
/// what the domain calls it. A constraint is named after the first two.
///
/// Primary keys are left out: ids are random, so two alike are a defect.
const KEYS: [(&str, &str, &str); 4] = [
    ("organisations", "slug_ci", "slug"),
    ("operator_tokens", "token_prefix", "prefix"),
    ("api_tokens", "token_prefix", "prefix"),
    ("user_aliases", "alias", "alias"),
];

/// SQLite names the columns of a key and not the key. PostgreSQL names the key,
/// and under row level security not its columns, since their values would be
/// told with them.
fn unique_field(error: &diesel::result::Error) -> Option<&'static str> {
    let at = error.violation()?;
    let is_violated = |table: &str, column: &str| {
        let by_name = at.constraint == Some(format!("{table}_{column}_key").as_str());
        let by_columns = at
            .columns
            .is_some_and(|columns| columns.split(", ").any(|named| named == column));
        at.table == Some(table) && (by_name || by_columns)
    };
    KEYS.into_iter()
        .find(|(table, column, _)| is_violated(table, column))
        .map(|(_, _, field)| field)
}

/// Turns what [`dualfuel::Database::status`] fails with into the domain's error.
pub(crate) fn status(error: OpenError) -> DbError {
    match error {
        OpenError::Acquire(error) => DbError::unavailable(error),
        OpenError::Database(error)
        | OpenError::Migrate(MigrateError::Database { source: error, .. }) => failure(&error),
        other => DbError::internal(other),
    }
}

/// A database's refusal without the values that it may quote.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.sentence())]
struct Failure {
    kind: ErrorKind,
    sqlstate: Option<String>,
    table: Option<String>,
    constraint: Option<String>,
    /// Only where they cannot hold a value of a row.
    words: Option<String>,
}

impl Failure {
    fn of(error: &diesel::result::Error) -> Self {
        let kind = error.kind();
        let violation = error.violation();
        let speaks_of_itself = matches!(
            kind,
            ErrorKind::PoolTimeout | ErrorKind::ConnectionLost | ErrorKind::LockTimeout
        );
        Failure {
            kind,
            sqlstate: error.sqlstate().map(str::to_owned),
            table: violation.and_then(|at| at.table).map(str::to_owned),
            constraint: violation.and_then(|at| at.constraint).map(str::to_owned),
            words: speaks_of_itself.then(|| error.to_string()),
        }
    }

    fn sentence(&self) -> String {
        let parts = [
            (", SQLSTATE ", &self.sqlstate),
            (", table ", &self.table),
            (", constraint ", &self.constraint),
            (": ", &self.words),
        ];
        let mut sentence = format!("{:?}", self.kind);
        for (before, part) in parts {
            if let Some(part) = part {
                sentence.push_str(before);
                sentence.push_str(part);
            }
        }
        sentence
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::result::{DatabaseErrorKind, Error};

    /// A message such as `invalid input syntax for type uuid: "secret"`.
    #[test]
    fn a_message_that_may_quote_a_row_is_not_passed_on() {
        let quoting = "value \"secret\" is out of range".to_owned();
        let error = Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(quoting));

        let DbError::Internal { source } = of(Item::ApiToken, &error) else {
            panic!("internal");
        };

        assert_eq!(source.to_string(), "Other");
        assert!(!format!("{source:?}").contains("secret"));
    }

    #[test]
    fn a_foreign_key_says_that_the_item_is_in_use() {
        let error = Error::DatabaseError(
            DatabaseErrorKind::ForeignKeyViolation,
            Box::new(String::new()),
        );
        assert!(matches!(
            of(Item::Organisation, &error),
            DbError::InUse {
                item: Item::Organisation
            }
        ));
    }
}
