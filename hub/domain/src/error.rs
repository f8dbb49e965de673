//! How a call can end other than well.
//!
//! A variant exists because a caller acts on it: the server turns each into
//! one answer. No variant's text holds what a row holds or what a database
//! said; the latter is a `source`, for whoever writes logs.

use std::borrow::Cow;
use std::fmt;

use crate::OrgId;

/// An error of whatever kind, kept as the cause of a [`DbError`].
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// What a repository method gives.
pub type DbResult<T> = Result<T, DbError>;

/// A kind of row that Hub keeps, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Item {
    /// An [`Organisation`](crate::Organisation).
    Organisation,
    /// A [`DownloadRequest`](crate::DownloadRequest).
    DownloadRequest,
    /// An [`ApiToken`](crate::ApiToken).
    ApiToken,
    /// An [`OperatorToken`](crate::OperatorToken).
    OperatorToken,
    /// A [`UserAlias`](crate::UserAlias).
    UserAlias,
    /// A [`Setting`](crate::Setting).
    Setting,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Item::Organisation => "organisation",
            Item::DownloadRequest => "download request",
            Item::ApiToken => "API token",
            Item::OperatorToken => "operator token",
            Item::UserAlias => "user alias",
            Item::Setting => "setting",
        })
    }
}

/// Why a repository method did not do its work.
///
/// A method is one transaction: after any of these nothing has changed, with
/// the one exception that [`DbError::Unavailable`] names.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbError {
    /// The row to update is absent, or belongs to another organisation or user.
    #[error("no {item} has the id {id}")]
    NotFound {
        /// What was looked for.
        item: Item,
        /// Its id, or its key where it has no id.
        id: String,
    },

    /// Another row already has this value where it must be unique.
    #[error("another {item} has the same {field}")]
    AlreadyExists {
        /// What was to be written.
        item: Item,
        /// The field that must be unique.
        field: &'static str,
    },

    /// Other rows still refer to the row that was to go.
    #[error("the {item} is in use")]
    InUse {
        /// What was to be deleted.
        item: Item,
    },

    /// A value breaks a rule that types alone do not hold.
    #[error("{field}: {reason}")]
    InvalidInput {
        /// The field with the value.
        field: &'static str,
        /// The rule that it breaks. Never holds the value.
        reason: Cow<'static, str>,
    },

    /// A stored row breaks a rule of this crate: written by another program,
    /// or by another version of this one.
    #[error("table {table}, row {id}: column {column} cannot be decoded")]
    Undecodable {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
        /// The row's id, or its key where it has no id.
        id: String,
    },

    /// This database does not hold that organisation: a SQLite file belongs
    /// to one, and it is another.
    #[error("this database does not hold organisation {org}")]
    UnknownOrganisation {
        /// The organisation that was asked for.
        org: OrgId,
    },

    /// The operation is not offered here, whatever the input.
    #[error("{operation} is refused: {reason}")]
    Refused {
        /// The operation.
        operation: &'static str,
        /// Why, and what to do instead.
        reason: &'static str,
    },

    /// The database cannot be reached, has no connection to spare, or is too
    /// busy to finish. When the connection broke at the very end of a write,
    /// no one here can know whether the write was kept.
    #[error("the database is not available")]
    Unavailable {
        /// What the driver or the pool said.
        source: BoxError,
    },

    /// A defect: of this program, its schema or the database.
    #[error("the database failed")]
    Internal {
        /// What happened, without row content.
        source: BoxError,
    },
}

impl DbError {
    /// The error of an update whose row is absent.
    pub fn not_found(item: Item, id: impl fmt::Display) -> Self {
        DbError::NotFound {
            item,
            id: id.to_string(),
        }
    }

    /// Wraps what a pool or driver said when it could not be reached.
    pub fn unavailable(source: impl Into<BoxError>) -> Self {
        DbError::Unavailable {
            source: source.into(),
        }
    }

    /// Wraps an error that no caller can act on. `source` must hold no row
    /// content: it is written to logs.
    pub fn internal(source: impl Into<BoxError>) -> Self {
        DbError::Internal {
            source: source.into(),
        }
    }
}

/// Why a value was refused by a type of this crate.
///
/// Says the rule, never the value: a value may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Invalid {
    reason: Cow<'static, str>,
}

impl Invalid {
    /// A refusal for breaking `reason`: a rule such as "must not be empty".
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Invalid {
            reason: reason.into(),
        }
    }

    /// The rule that was broken.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Says which field held the value.
    #[must_use]
    pub fn in_field(self, field: &'static str) -> DbError {
        DbError::InvalidInput {
            field,
            reason: self.reason,
        }
    }
}
