//! The SQLite driver, on rusqlite.
//!
//! | File | Holds |
//! |---|---|
//! | `session.rs` | one open database: statements, transactions |
//! | `open.rs` | opening a file, and closing the ways out of it |
//! | `bind.rs` | binds from PostgreSQL's form to SQLite's |
//! | `error.rs` | SQLite's result codes and messages as SQLSTATEs |
//!
//! `postgres/` has the same files for the other engine, and `tls.rs`.

mod bind;
mod error;
mod open;
mod session;

pub(crate) use session::Session;
