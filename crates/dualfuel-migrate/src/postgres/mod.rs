//! Locking and units on PostgreSQL; `sqlite/` mirrors the files.

pub(crate) mod apply;
pub(crate) mod journal;
pub(crate) mod lock;
pub(crate) mod values;
