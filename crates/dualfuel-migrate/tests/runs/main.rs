//! Runs against real databases: each claim on every engine through one body.
//!
//! PostgreSQL and MariaDB are reached through `DUALFUEL_TEST_POSTGRES_URL` and
//! `DUALFUEL_TEST_MARIADB_URL`, which `cargo xtask test` sets. Their logins make
//! a database and an ordinary role of its own for each test, so that nothing
//! passes only because a superuser ran it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod applying;
mod crashes;
mod diesel_cli;
mod mariadb_only;
mod postgres_only;
mod refusals;
mod sqlite_only;
mod support;
mod together;
