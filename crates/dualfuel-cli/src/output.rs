//! How a command ends: what is printed where, and the exit status.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use serde::Serialize;

use crate::{
    args::{Cli, Command},
    commands,
};

/// How a command ended that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Exit 0.
    Done,
    /// A check found something: exit 1.
    Found,
}

/// Where a command runs and prints.
pub struct Context<'a> {
    /// The present directory, `dualfuel.toml` is looked for from it on.
    pub here: PathBuf,
    /// Standard output: data.
    pub out: &'a mut (dyn Write + Send),
    /// Standard error: everything else.
    pub err: &'a mut (dyn Write + Send),
}

impl Context<'_> {
    /// Prints a line of data.
    ///
    /// # Errors
    ///
    /// Standard output is closed.
    pub fn say(&mut self, line: impl std::fmt::Display) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }

    /// Prints data as JSON.
    ///
    /// # Errors
    ///
    /// Standard output is closed.
    pub fn json(&mut self, data: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *self.out, data)?;
        writeln!(self.out)
    }

    /// Tells something that is not data. That no one listens stops nothing.
    pub fn tell(&mut self, line: impl std::fmt::Display) {
        let _ = writeln!(self.err, "{line}");
    }
}

/// Parses the process's arguments and does what they say. A wrong argument or
/// `--help` ends the process.
pub async fn main() -> ExitCode {
    let cli = Cli::parse();
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let mut context = Context {
        here: PathBuf::from("."),
        out: &mut out,
        err: &mut err,
    };
    // An absolute path finds the file in the directories above.
    if let Ok(here) = std::env::current_dir() {
        context.here = here;
    }
    match run(cli, &mut context).await {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            context.tell(report(&error));
            ExitCode::from(2)
        }
    }
}

/// Does what a command line says.
///
/// # Errors
///
/// Whatever kept the command from its work.
pub async fn run(cli: Cli, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Render(args) => commands::render::run(&args, context),
        Command::New(args) => commands::new::run(&args, context),
        Command::Diagram(args) => commands::diagram::run(&args, context),
        Command::Schema(args) => commands::schema::run(&args, context),
        Command::Check(args) => commands::check::run(&args, context).await,
        Command::Inspect(args) => commands::inspect::run(&args, context).await,
        Command::Diff(args) => commands::diff::run(&args, context).await,
        Command::Plan(args) => commands::status::plan(&args, context).await,
        Command::Status(args) => commands::status::run(&args, context).await,
        Command::Migrate(args) => commands::migrate::run(&args, context).await,
        Command::Revert(args) => commands::revert::run(&args, context).await,
        Command::Adopt(args) => commands::adopt::run(&args, context).await,
    }
}

/// Whoever read the output had enough of it: `dualfuel inspect | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// What to do about an error: a command or an edit. The error's context.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Hint(pub(crate) String);

/// An error with its causes, one to a line, and the hint last.
pub fn report(error: &anyhow::Error) -> String {
    let hint = error.downcast_ref::<Hint>();
    let mut causes = error.chain().skip(usize::from(hint.is_some()));
    let mut text = format!(
        "error: {}",
        causes.next().map(ToString::to_string).unwrap_or_default()
    );
    for cause in causes {
        text += &format!("\n  caused by: {cause}");
    }
    if let Some(Hint(hint)) = hint {
        text += &format!("\n\nhint: {hint}");
    }
    text
}
