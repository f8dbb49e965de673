//! How a command ends: what is printed where, and the exit status.

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};

/// How a command ended that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Exit 0.
    Done,
    /// A check found something: exit 1.
    Found,
}

/// Parses the process's arguments and does what they say. A wrong argument or
/// `--help` ends the process.
pub async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{}", report(&error));
            ExitCode::from(2)
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Render => anyhow::bail!("`render` is not there yet"),
    }
}

/// An error with its causes, one to a line.
fn report(error: &anyhow::Error) -> String {
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1) {
        text += &format!("\n  caused by: {cause}");
    }
    text
}
