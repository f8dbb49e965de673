//! One Diesel backend over SQLite and PostgreSQL.
#![allow(dead_code)]
mod connect_error;
mod connection;
mod diesel_internals;
mod engine;
mod error;
mod options;
mod pool;
mod postgres;
mod reader;
mod sqlite;
mod types;
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
pub use connection::{Begin, Connection, Isolation, RowStream, Running};
pub use diesel_internals::{
    BindValue, Binds, Dual, DualField, DualQueryBuilder, DualRow, DualTransactionManager,
    DualTypeMetadata, TransactionState, debug_sql,
};
pub use engine::Engine;
pub use error::{ErrorExt, ErrorKind, Violation};
pub use options::{ConnectOptions, Durability};
pub use pool::{AcquireError, Pool, PoolOptions, PoolStatus, PooledConnection};
pub use reader::Reader;
pub use url::{DatabaseUrl, UrlError};
pub use value::DualValue;
