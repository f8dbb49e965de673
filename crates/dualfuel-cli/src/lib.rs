//! The command `dualfuel`: one migration source, rendered for each engine.
//!
//! Knows files, URLs and what to print; what a migration means is
//! `dualfuel-schema`'s, how it gets into a database `dualfuel-migrate`'s.
//!
//! - [`source`]: reads the directories that projects keep, whichever tool they
//!   are laid out for.
//! - [`database`]: a connection to any engine, and databases for a while.
//! - [`commands`]: one module for each command.
//!
//! Data goes to standard output, everything else to standard error. Exit 0:
//! done. 1: a check found something. 2: the command could not do its work.

mod args;
pub mod commands;
pub mod database;
mod output;
pub mod source;

pub use args::Cli;
pub use output::{Outcome, main};
