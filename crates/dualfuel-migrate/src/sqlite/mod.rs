//! Locking and units on SQLite; `postgres/` mirrors the files.
//!
//! There is no `journal.rs`: SQLite rolls every schema change back.

pub(crate) mod apply;
pub(crate) mod foreign_keys;
pub(crate) mod lock;
pub(crate) mod values;
