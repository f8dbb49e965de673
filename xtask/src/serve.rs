//! `cargo xtask postgres`: the tests' server, for a person or a program.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::postgres;
use crate::process::{self, Signals};
use crate::say;

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
pub(crate) struct Serve {
    /// A command to run with the server, and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Serve {
    pub(crate) fn run(&self, signals: &Signals) -> anyhow::Result<ExitCode> {
        let server = postgres::start(signals)?;
        let Some((program, arguments)) = self.command.split_first() else {
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
}
