//! Hub's repositories on Dualfuel: the same code on SQLite and on PostgreSQL,
//! whichever the URL names.
//!
//! [`OpenOptions::open`] gives a [`HubDatabase`], and that the services of
//! `hub-domain`. A service holds a scope, which says whose rows it may touch, and
//! no query here names an organisation: `org_id` is filled by a default and
//! filtered by the database (on SQLite the file is the wall), so it cannot be
//! forgotten.
//!
//! Diesel stays inside: row structs are private, and every value that leaves is a
//! checked value of the domain or an error that names table, column and id. What
//! a database says stays inside too; see `errors`.
//!
//! Migrations are in `migrations/`, a directory per engine.

mod aliases;
mod database;
mod downloads;
mod errors;
mod operator_tokens;
mod organisations;
mod paging;
mod rows;
mod schema;
mod service;
mod settings;
mod tokens;

#[cfg(feature = "test-support")]
pub mod test_support;

pub use database::{DatabaseStatus, HubDatabase, Mode, OpenError, OpenOptions, PoolStatus};
