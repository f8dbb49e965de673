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
