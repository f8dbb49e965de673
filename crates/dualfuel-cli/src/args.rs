//! The command line, as clap reads it.

use clap::{Parser, Subcommand};

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "dualfuel",
    version,
    propagate_version = true,
    about = "One migration source for SQLite, PostgreSQL and MariaDB"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write each engine's migration directory from the source
    Render,
}
