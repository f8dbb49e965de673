//! One Diesel backend over SQLite and PostgreSQL.
//!
//! A query is written once, checked by the compiler once, and runs on the engine
//! that a URL names at start-up. This crate knows engines, queries and
//! connections; it has never heard of organisations or migrations. Applications
//! use it through the crate `dualfuel`, whose scopes stand between them and a
//! connection.
//!
//! Data flows one way: a typed query is compiled to SQL text and binds
//! (`diesel_internals`), a [`Connection`] gives it to the driver that the URL
//! chose (`sqlite` or `postgres`), and rows come back for Diesel to read
//! ([`types`]). A [`Pool`] keeps connections; a [`Reader`] borrows one for each
//! statement.
mod connect_error;
mod connection;
mod diesel_internals;
pub mod dsl;
mod engine;
mod error;
mod guard;
mod options;
mod pool;
mod postgres;
mod reader;
mod sqlite;
pub mod types;
mod url;
mod value;

/// What `#[derive(SqlValue)]` expands to. Not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use diesel;

    use crate::DualValue;

    /// The text of a value, borrowed.
    ///
    /// # Errors
    ///
    /// It is not text, or not UTF-8.
    pub fn text_of(value: DualValue<'_>) -> diesel::deserialize::Result<&str> {
        crate::types::text("text", value)
    }
}

pub use connect_error::ConnectError;
#[doc(hidden)]
pub use connection::End;
pub use connection::{Begin, Connection, Isolation, RowStream, Running, TextRow};
pub use diesel_internals::{
    BindValue, Binds, Dual, DualField, DualQueryBuilder, DualRow, DualTransactionManager,
    DualTypeMetadata, TransactionState, debug_sql,
};
pub use engine::Engine;
pub use error::{ErrorExt, ErrorKind, Violation};
pub use options::{ConnectOptions, Durability, FileAccess, Manner};
pub use pool::{AcquireError, Pool, PoolOptions, PoolStatus, PooledConnection};
pub use reader::Reader;
pub use url::{DatabaseUrl, UrlError};
pub use value::DualValue;
