//! MariaDB, as a database that migrations are applied to.
//!
//! Programs don't run on it: there is no Diesel backend, and a [`Connection`]
//! knows text. `sqlite/` and `postgres/` mirror the files.

mod connection;
mod error;

pub use connection::{Connection, OpenError};
