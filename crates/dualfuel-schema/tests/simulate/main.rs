//! What the simulation says a migration leads to is what SQLite has after it.
//!
//! The expected schema is never written down here: the same SQL runs on a real
//! SQLite, and both are described in the same words.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alter;
mod live;
mod other_engines;
mod property;
mod rebuild;
mod tables;
