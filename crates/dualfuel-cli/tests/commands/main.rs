//! The commands as they are called. Those on servers need
//! `DUALFUEL_TEST_POSTGRES_URL` and `DUALFUEL_TEST_MARIADB_URL`, which
//! `cargo xtask test` sets.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod adopting;
mod bad_input;
mod project;
mod rendering;
mod running;
#[path = "../support/servers.rs"]
mod servers;
