//! `cargo xtask postgres` and `cargo xtask mariadb`: the tests' servers, for a
//! person or a program.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::private::Server;
use crate::process::{self, Signals};
use crate::{mariadb, postgres, say};

/// Start a private PostgreSQL server and keep it until Ctrl-C.
///
/// Prints the server's URL on stdout. With a command, runs that command with
/// the server's address in its environment, and stops with it.
///
/// The server is the one that the tests get: empty, on a temporary directory,
/// fast and forgetful (a crash of the machine loses data). When it stops, its
/// data is gone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask postgres
  cargo xtask postgres -- sh -c 'psql \"$DUALFUEL_TEST_POSTGRES_URL\"'
  cargo xtask postgres -- cargo nextest run -p dualfuel-engine
  cargo xtask postgres -- sh -c 'BODHI_DATABASE_URL=$DUALFUEL_TEST_POSTGRES_URL cargo run'

Environment of the command:
  DUALFUEL_TEST_POSTGRES_URL         as superuser over TCP, with a password
  DUALFUEL_TEST_POSTGRES_SOCKET_URL  as superuser over a Unix socket, without
  DUALFUEL_TEST_POSTGRES_BIN         where the server programs are
  DUALFUEL_TEST_POSTGRES_CA          certificate authority of the server, for TLS

DUALFUEL_POSTGRES_BIN names the server programs to use, if not those found.")]
pub(crate) struct Postgres {
    /// A command to run with the server, and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Start a private MariaDB server and keep it until Ctrl-C.
///
/// Prints the server's URL on stdout. With a command, runs that command with
/// the server's address in its environment, and stops with it.
///
/// The server is the one that the tests get: empty, on a temporary directory,
/// fast and forgetful (a crash of the machine loses data). When it stops, its
/// data is gone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask mariadb
  cargo xtask mariadb -- cargo nextest run -p dualfuel-cli
  cargo xtask postgres -- cargo xtask mariadb -- bash

Environment of the command:
  DUALFUEL_TEST_MARIADB_URL  over TCP, with a password and all rights

DUALFUEL_MARIADB_BIN names the directory of the server to use, if not the one found.")]
pub(crate) struct Mariadb {
    /// A command to run with the server, and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Postgres {
    pub(crate) fn run(&self, signals: &Signals) -> anyhow::Result<ExitCode> {
        serve(postgres::start(signals)?, &self.command, signals)
    }
}

impl Mariadb {
    pub(crate) fn run(&self, signals: &Signals) -> anyhow::Result<ExitCode> {
        serve(mariadb::start(signals)?, &self.command, signals)
    }
}

fn serve(server: impl Server, command: &[OsString], signals: &Signals) -> anyhow::Result<ExitCode> {
    let Some((program, arguments)) = command.split_first() else {
        println!("{}", server.url());
        for (name, value) in server.environment() {
            eprintln!("  export {name}='{}'", value.to_string_lossy());
        }
        say!("running until Ctrl-C");
        let interrupted = signals.wait();
        drop(server);
        // The end that was announced, not a failure.
        say!("{interrupted}; its data is gone");
        return Ok(ExitCode::SUCCESS);
    };
    let mut command = Command::new(program);
    crate::cargo::clean(command.args(arguments).envs(server.environment()));
    process::run_interactive(&mut command, signals).map(process::status_code)
}
