//! `cargo xtask bench`: the benchmark with a server of its own.
//!
//! `bench/` is a workspace of its own and finds its server in the environment,
//! like the tests; here both are brought together.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Args;

use crate::cargo::{Workspace, cargo};
use crate::postgres;
use crate::private::Server as _;
use crate::process::{self, Signals, spell, status_code};
use crate::say;

/// Measure Dualfuel and its peers side by side, on SQLite and PostgreSQL.
///
/// Builds `bench/` for release and runs it with a private PostgreSQL server.
/// `bench/README.md` says how to read the table.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask bench
  cargo xtask bench -- --pin --rounds 200
  cargo xtask bench -- --engine sqlite --operation point
  cargo xtask bench -- --help")]
pub(crate) struct Bench {
    /// Arguments for the benchmark
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<OsString>,
}

impl Bench {
    pub(crate) fn run(&self, signals: &Signals) -> anyhow::Result<ExitCode> {
        let workspace = Workspace::load()?;
        let server = postgres::start(signals)?;
        let mut command = cargo();
        command
            .args(["run", "--release", "--manifest-path"])
            .arg(workspace.root.join("bench/Cargo.toml"))
            .arg("--")
            .args(&self.arguments)
            .envs(server.environment());
        say!("{}", spell(&command));
        process::run(&mut command, signals).map(status_code)
    }
}
