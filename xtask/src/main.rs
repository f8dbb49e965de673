//! Dualfuel's chores, as `cargo xtask <command>`.
//!
//! A clone of the repository needs no set-up page: each command first makes
//! ready what it needs (servers, a tool of CI), says on stderr
//! what it found or installed, and takes away again what it started.
//!
//! What runs is decided here and in [`mod@test`], [`serve`], [`mod@bench`] and
//! [`ci`]; the other modules each do one thing for them.

mod bench;
mod cargo;
mod ci;
mod generate;
mod mariadb;
mod postgres;
mod private;
mod process;
mod serve;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::process::{Interrupted, Signals};

/// Prepares the machine, runs the tests, runs CI.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Test(test::Test),
    Postgres(serve::Postgres),
    Mariadb(serve::Mariadb),
    Bench(bench::Bench),
    Generate(generate::Generate),
    Ci(ci::Ci),
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(code) => code,
        Err(error) => match error.downcast_ref::<Interrupted>() {
            Some(interrupted) => {
                say!("{interrupted}");
                interrupted.exit_code()
            }
            None => {
                report(&error);
                ExitCode::from(2)
            }
        },
    }
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let signals = Signals::listen()?;
    match &cli.command {
        Command::Test(test) => test.run(&signals),
        Command::Postgres(serve) => serve.run(&signals),
        Command::Mariadb(serve) => serve.run(&signals),
        Command::Bench(bench) => bench.run(&signals),
        Command::Generate(generate) => generate.run(&signals),
        Command::Ci(ci) => ci.run(&signals),
    }
}

fn report(error: &anyhow::Error) {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  caused by: {cause}");
    }
}

/// Prints a line of progress on stderr; stdout is for data.
#[macro_export]
macro_rules! say {
    ($($arg:tt)*) => { eprintln!("xtask: {}", format_args!($($arg)*)) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
