//! Runs against real databases: each claim on both engines through one body.
//!
//! PostgreSQL is reached through `DUALFUEL_TEST_POSTGRES_URL`, which
//! `cargo xtask test` sets. Its login makes a database and an ordinary role of
//! its own for each test, so that nothing passes only because a superuser ran it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod applying;
mod crashes;
mod diesel_cli;
mod postgres_only;
mod refusals;
mod sqlite_only;
mod support;
mod together;
