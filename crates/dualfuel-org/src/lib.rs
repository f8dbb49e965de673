//! Whose rows: organisations, and the scopes through which a connection is had.
//!
//! A connection says whose data it is for before it exists. [`OrgScope`] is
//! permission to touch one organisation's rows, [`GlobalScope`] to touch rows
//! that belong to none, [`EveryOrg`] to visit all, one after another, with a
//! reason that is written down. An open database hands out a connection through
//! these alone. (Whoever holds its URL can open one beside it, with any client; on
//! PostgreSQL row level security binds that one too.)
//!
//! How an organisation is held apart differs by engine:
//!
//! | | PostgreSQL | SQLite |
//! |---|---|---|
//! | the wall | row level security | the file |
//! | who is asking | the setting `dualfuel.org_id`, for one transaction | the file's one row in `dualfuel_file` |
//! | `org_id` of a new row | the column's default, from the setting | the column's default, one constant |
//! | another organisation | no rows; inserts go to the scope's own | [`OrgError::OtherOrg`] |
//!
//! A setting ends with its transaction, so a pooled connection cannot carry one
//! organisation's identity into another's request. Every scope sets it, the
//! global one to nothing, because a session-level value set by hand would
//! survive a commit.
//!
//! Deciding *who* is calling happens elsewhere: an [`OrgId`] arrives authenticated.

mod every_org;
mod org_id;
mod postgres;
mod scope;
mod sqlite;

pub use every_org::{EveryOrg, Reason};
pub use org_id::{OrgId, OrgIdError};
pub use postgres::{
    LoginError, OrgSource, TableError, check_login, check_tables, prepare as prepare_postgres,
};
pub use scope::{AsyncOperation, GlobalScope, OrgScope, Scope, WriteOptions};
pub use sqlite::{FILE_ORG_ID, FileOrgError, check_owner as check_file_owner, claim as claim_file};

/// Why a scope was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrgError {
    /// A SQLite file belongs to one organisation, and this is another one.
    #[error("this database file belongs to organisation {file}, not to {asked}")]
    OtherOrg {
        /// Whose file it is.
        file: OrgId,
        /// Who was asked for.
        asked: OrgId,
    },
}
