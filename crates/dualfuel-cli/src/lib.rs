//! The command `dualfuel`: one migration source, rendered for each engine.
//!
//! Knows files, URLs and what to print; what a migration means is
//! `dualfuel-schema`'s, how it gets into a database `dualfuel-migrate`'s.
//!
//! - [`source`]: reads the directories that projects keep, whichever tool they
//!   are laid out for.
//! - [`database`]: a connection to any engine, and databases for a while.
//! - [`outputs`] and [`lock`]: what is written, and what never changes again.
//! - [`project`]: what `dualfuel.toml` says.
//! - [`commands`]: one module for each command.
//!
//! Data goes to standard output, everything else to standard error. Exit 0:
//! done. 1: a check found something. 2: the command could not do its work.

pub mod args;
pub mod commands;
pub mod database;
pub mod diagram;
pub mod ledgers;
pub mod lint;
pub mod loaded;
pub mod lock;
mod output;
pub mod outputs;
pub mod project;
pub mod proof;
pub mod reach;
pub mod session;
pub mod signals;
pub mod source;
mod tree;

pub use args::Cli;
pub use output::{Context, Outcome, main, report, run};
