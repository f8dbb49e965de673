//! MariaDB, as a database that migrations are applied to.
//!
//! Programs don't run on it: there is no Diesel backend, and a [`Connection`]
//! knows text. `sqlite/` and `postgres/` mirror the files, but for
//! `connection.rs` and `ledger.rs`, which they have in common with each other.

pub(crate) mod apply;
mod catalogue;
mod connection;
mod error;
mod journal;
mod ledger;
mod lock;
mod memory;
mod session;
mod statement;
mod tls;
mod values;

pub use connection::{Connection, OpenError};
