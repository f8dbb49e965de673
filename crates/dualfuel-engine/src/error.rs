//! What went wrong, in one vocabulary for both engines.
//!
//! Diesel's own error type is kept, since that is what Diesel code matches on.
//! Kinds that it does not have are told by SQLSTATE (PostgreSQL manual, appendix
//! A), for SQLite too: [`ErrorExt::kind`] reads either.
//!
//! An engine's error is made in one file per engine, `sqlite/error.rs` and
//! `postgres/error.rs`. Neither passes on PostgreSQL's `DETAIL`, which quotes
//! the values of a row.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

/// What an application can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No row where one was asked for (`first`, `get_result`).
    NotFound,
    /// A unique or primary key holds this value already.
    UniqueViolation,
    /// The referenced row is missing, or a row that is still referenced was to go.
    ForeignKeyViolation,
    /// NULL in a column that takes none.
    NotNullViolation,
    /// A CHECK constraint said no.
    CheckViolation,
    /// Another transaction came in between; running this one again is right.
    SerializationFailure,
    /// A lock was not to be had in time; running again later may succeed.
    LockTimeout,
    /// The statement ran longer than its limit, or was cancelled.
    StatementTimeout,
    /// An earlier statement of this transaction failed; it can only be rolled back.
    TransactionFailed,
    /// A write where only reading is allowed.
    ReadOnly,
    /// The role has no permission, or the row belongs to another organisation.
    NotPermitted,
    /// No connection became free in time.
    PoolTimeout,
    /// The connection is gone, or none could be made.
    ConnectionLost,
    /// The disk, or a size limit, is full.
    StorageFull,
    /// A value could not be written, or a row could not be read, as the type asked for.
    Conversion,
    /// Anything else: a mistake in the query or in the program.
    Other,
}

/// What a Diesel error says, alike on both engines.
///
/// # Examples
///
/// ```
/// use dualfuel_engine::{ErrorExt, ErrorKind};
///
/// let error = diesel::result::Error::NotFound;
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// assert_eq!(error.sqlstate(), None);
/// ```
pub trait ErrorExt {
    /// The kind of failure.
    fn kind(&self) -> ErrorKind;

    /// The five-character SQLSTATE, where a database refused something.
    fn sqlstate(&self) -> Option<&str>;

    /// The table, column and constraint that a refused value ran into.
    fn violation(&self) -> Option<Violation<'_>>;

    /// Whether running the same work again, unchanged, may succeed and cannot do it
    /// twice. A lost connection is not among these: a COMMIT may have been on its way.
    fn is_transient(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::SerializationFailure | ErrorKind::LockTimeout | ErrorKind::PoolTimeout
        )
    }
}

/// Where a constraint was violated. Each part is there when the engine gives it.
///
/// | | table | columns | constraint |
/// |---|---|---|---|
/// | unique | both | SQLite; PostgreSQL without row level security | PostgreSQL |
/// | not null | both | both | - |
/// | check | PostgreSQL | - | both |
/// | foreign key | PostgreSQL | PostgreSQL without row level security | PostgreSQL |
///
/// On a tenant table, then, PostgreSQL names the constraint and SQLite the columns, in
/// the key's own order: compare both. PostgreSQL withholds a key's values, and with
/// them its columns, from whoever row level security binds.
///
/// # Examples
///
/// ```
/// use dualfuel_engine::{ErrorExt, ErrorKind};
///
/// fn title_is_taken(error: &diesel::result::Error) -> bool {
///     error.kind() == ErrorKind::UniqueViolation
///         && error.violation().is_some_and(|violation| {
///             violation.constraint == Some("lists_org_id_title_key")
///                 || violation.columns == Some("title, org_id")
///         })
/// }
/// # assert!(!title_is_taken(&diesel::result::Error::NotFound));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation<'a> {
    /// The table's name, without its schema.
    pub table: Option<&'a str>,
    /// The columns of the key in its order, joined by `, `.
    pub columns: Option<&'a str>,
    /// The constraint's name.
    pub constraint: Option<&'a str>,
}

impl ErrorExt for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Error::NotFound => ErrorKind::NotFound,
            Error::DatabaseError(kind, information) => {
                kind_of(kind, information.details().unwrap_or_default())
            }
            Error::SerializationError(_) | Error::DeserializationError(_) => ErrorKind::Conversion,
            Error::BrokenTransactionManager => ErrorKind::ConnectionLost,
            Error::RollbackErrorOnCommit { commit_error, .. } => commit_error.kind(),
            _ => ErrorKind::Other,
        }
    }

    fn sqlstate(&self) -> Option<&str> {
        match self {
            Error::DatabaseError(_, information) => information.details(),
            _ => None,
        }
    }

    fn violation(&self) -> Option<Violation<'_>> {
        let Error::DatabaseError(
            DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::ForeignKeyViolation
            | DatabaseErrorKind::NotNullViolation
            | DatabaseErrorKind::CheckViolation,
            information,
        ) = self
        else {
            return None;
        };
        Some(Violation {
            table: information.table_name(),
            columns: information.column_name(),
            constraint: information.constraint_name(),
        })
    }
}

fn kind_of(kind: &DatabaseErrorKind, sqlstate: &str) -> ErrorKind {
    match kind {
        DatabaseErrorKind::UniqueViolation => ErrorKind::UniqueViolation,
        DatabaseErrorKind::ForeignKeyViolation => ErrorKind::ForeignKeyViolation,
        DatabaseErrorKind::NotNullViolation => ErrorKind::NotNullViolation,
        DatabaseErrorKind::CheckViolation => ErrorKind::CheckViolation,
        DatabaseErrorKind::SerializationFailure => ErrorKind::SerializationFailure,
        DatabaseErrorKind::ReadOnlyTransaction => ErrorKind::ReadOnly,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            ErrorKind::ConnectionLost
        }
        _ => match sqlstate {
            sqlstate::POOL_TIMEOUT => ErrorKind::PoolTimeout,
            sqlstate::LOCK_NOT_AVAILABLE => ErrorKind::LockTimeout,
            sqlstate::QUERY_CANCELED => ErrorKind::StatementTimeout,
            sqlstate::IN_FAILED_TRANSACTION => ErrorKind::TransactionFailed,
            sqlstate::INSUFFICIENT_PRIVILEGE => ErrorKind::NotPermitted,
            "53100" | "54000" => ErrorKind::StorageFull,
            _ => ErrorKind::Other,
        },
    }
}

/// The codes that this crate gives or looks for.
pub(crate) mod sqlstate {
    pub(crate) const UNIQUE_VIOLATION: &str = "23505";
    pub(crate) const FOREIGN_KEY_VIOLATION: &str = "23503";
    pub(crate) const RESTRICT_VIOLATION: &str = "23001";
    pub(crate) const NOT_NULL_VIOLATION: &str = "23502";
    pub(crate) const CHECK_VIOLATION: &str = "23514";
    pub(crate) const SERIALIZATION_FAILURE: &str = "40001";
    pub(crate) const DEADLOCK_DETECTED: &str = "40P01";
    pub(crate) const READ_ONLY_TRANSACTION: &str = "25006";
    pub(crate) const IN_FAILED_TRANSACTION: &str = "25P02";
    pub(crate) const INSUFFICIENT_PRIVILEGE: &str = "42501";
    pub(crate) const LOCK_NOT_AVAILABLE: &str = "55P03";
    pub(crate) const QUERY_CANCELED: &str = "57014";
    pub(crate) const DISK_FULL: &str = "53100";
    pub(crate) const OUT_OF_MEMORY: &str = "53200";
    pub(crate) const PROGRAM_LIMIT_EXCEEDED: &str = "54000";
    pub(crate) const SYNTAX_ERROR: &str = "42601";
    pub(crate) const IO_ERROR: &str = "58030";
    pub(crate) const DATA_CORRUPTED: &str = "XX001";
    pub(crate) const CONNECTION_FAILURE: &str = "08006";
    pub(crate) const POOL_TIMEOUT: &str = "53300";
    pub(crate) const INTERNAL_ERROR: &str = "XX000";
}

/// What Dualfuel keeps of an engine's error.
#[derive(Debug, Default)]
pub(crate) struct Information {
    pub(crate) message: String,
    pub(crate) sqlstate: String,
    pub(crate) table: Option<String>,
    pub(crate) columns: Option<String>,
    pub(crate) constraint: Option<String>,
    pub(crate) position: Option<i32>,
}

impl Information {
    pub(crate) fn new(sqlstate: &str, message: impl Into<String>) -> Self {
        Information {
            message: message.into(),
            sqlstate: sqlstate.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn into_error(self) -> Error {
        let kind = match self.sqlstate.as_str() {
            sqlstate::UNIQUE_VIOLATION => DatabaseErrorKind::UniqueViolation,
            sqlstate::FOREIGN_KEY_VIOLATION | sqlstate::RESTRICT_VIOLATION => {
                DatabaseErrorKind::ForeignKeyViolation
            }
            sqlstate::NOT_NULL_VIOLATION => DatabaseErrorKind::NotNullViolation,
            sqlstate::CHECK_VIOLATION => DatabaseErrorKind::CheckViolation,
            sqlstate::SERIALIZATION_FAILURE | sqlstate::DEADLOCK_DETECTED => {
                DatabaseErrorKind::SerializationFailure
            }
            sqlstate::READ_ONLY_TRANSACTION => DatabaseErrorKind::ReadOnlyTransaction,
            code if code.starts_with("08") || code.starts_with("57P") => {
                DatabaseErrorKind::ClosedConnection
            }
            _ => DatabaseErrorKind::Unknown,
        };
        Error::DatabaseError(kind, Box::new(self))
    }
}

impl DatabaseErrorInformation for Information {
    fn message(&self) -> &str {
        &self.message
    }

    /// The SQLSTATE: see the module's page for why not PostgreSQL's `DETAIL`.
    fn details(&self) -> Option<&str> {
        Some(&self.sqlstate)
    }

    fn hint(&self) -> Option<&str> {
        None
    }

    fn table_name(&self) -> Option<&str> {
        self.table.as_deref()
    }

    fn column_name(&self) -> Option<&str> {
        self.columns.as_deref()
    }

    fn constraint_name(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    fn statement_position(&self) -> Option<i32> {
        self.position
    }
}

/// An error of our own, told in the same vocabulary.
pub(crate) fn refused(sqlstate: &str, message: impl Into<String>) -> Error {
    Information::new(sqlstate, message).into_error()
}

pub(crate) fn transaction_failed() -> Error {
    refused(
        sqlstate::IN_FAILED_TRANSACTION,
        "an earlier statement of this transaction failed, so it was rolled back; nothing of it \
         was stored",
    )
}

pub(crate) fn read_only() -> Error {
    refused(
        sqlstate::READ_ONLY_TRANSACTION,
        "this is a read-only scope and the statement writes; use a write transaction",
    )
}

pub(crate) fn is_serialization_failure(error: &Error) -> bool {
    error.kind() == ErrorKind::SerializationFailure
}
