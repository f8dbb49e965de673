//! `cargo xtask generate`: the files that are made from others.
//!
//! A project with migrations says in its `dualfuel.toml` where they are; the
//! command `dualfuel` of this workspace renders them and writes the `schema.rs`
//! that goes with them. Both are checked in, so that a reader and a build see
//! them without running anything.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Context as _;
use clap::Args;

use crate::cargo::{Workspace, cargo, clean};
use crate::process::{self, Signals, must};
use crate::say;

/// Packages with migrations, as paths in the workspace.
const PROJECTS: [&str; 1] = ["hub/persistence"];

/// A project's `schema.rs`.
const SCHEMA: &str = "src/schema.rs";

/// Write the files that are made from others: rendered migrations, schema.rs.
///
/// Exit code: 0 written, or all are as they should be; 1 `--check` found one
/// that is not; 2 something could not be read or written.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// Write nothing; say what would change
    #[arg(long)]
    check: bool,
}

impl Generate {
    pub(crate) fn run(&self, signals: &Signals) -> anyhow::Result<ExitCode> {
        let workspace = Workspace::load()?;
        let mode = if self.check { Mode::Check } else { Mode::Write };
        let stale = run(&workspace, mode, signals)?;
        Ok(ExitCode::from(u8::from(!stale.is_empty())))
    }
}

/// Whether files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// Makes all files; gives the commands that found one to be different.
pub(crate) fn run(
    workspace: &Workspace,
    mode: Mode,
    signals: &Signals,
) -> anyhow::Result<Vec<String>> {
    let dualfuel = built(workspace, signals)?;
    let mut stale = Vec::new();
    for project in PROJECTS {
        let directory = workspace.root.join(project);
        for mut command in commands(&dualfuel, &directory, mode) {
            let status = process::run(&mut command, signals)?;
            match (status.code(), mode) {
                (Some(0), _) => {}
                (Some(1), Mode::Check) => stale.push(project.to_owned()),
                _ => anyhow::bail!("`{}`: {status}", process::spell(&command)),
            }
        }
    }
    if !stale.is_empty() {
        say!(
            "`cargo xtask generate` would change files of {}",
            stale.join(", ")
        );
    }
    Ok(stale)
}

/// The program, built as the tests build it.
fn built(workspace: &Workspace, signals: &Signals) -> anyhow::Result<PathBuf> {
    must(
        cargo().args(["build", "--package", "dualfuel-cli", "--bin", "dualfuel"]),
        signals,
    )
    .context("`dualfuel` could not be built")?;
    let name = format!("dualfuel{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace.target.join("debug").join(name))
}

fn commands(dualfuel: &Path, directory: &Path, mode: Mode) -> [Command; 2] {
    let command = |arguments: &[&str]| {
        let mut command = Command::new(dualfuel);
        clean(&mut command);
        command.current_dir(directory).args(arguments);
        command
    };
    match mode {
        Mode::Write => [
            command(&["render"]),
            command(&["schema", "--output", SCHEMA]),
        ],
        Mode::Check => [
            command(&["render", "--check"]),
            command(&["schema", "--check", SCHEMA]),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_project_says_where_its_migrations_are() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for project in PROJECTS {
            assert!(
                root.join(project).join("dualfuel.toml").is_file(),
                "{project}"
            );
            assert!(root.join(project).join(SCHEMA).is_file(), "{project}");
        }
    }
}
