//! Programs that CI calls, built from their sources into `target/tools`.
//!
//! Each is pinned, so that a release of theirs never fails a build of ours,
//! and kept, so that only the first run pays for it. They are built without
//! optimisation: they run for seconds, and building them fast would take many
//! minutes longer.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::cargo::{Workspace, cargo};
use crate::private::packages;
use crate::process::{self, Signals, output};
use crate::say;

/// Tells the tests where a `diesel` binary is.
pub(crate) const DIESEL: &str = "DUALFUEL_DIESEL_CLI";

struct Tool {
    package: &'static str,
    version: &'static str,
    binary: &'static str,
    options: &'static [&'static str],
}

const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    version: "0.20.2",
    binary: "cargo-deny",
    options: &[],
};

/// The release that goes with the workspace's `diesel`.
const DIESEL_CLI: Tool = Tool {
    package: "diesel_cli",
    version: "2.3.14",
    binary: "diesel",
    options: &[
        "--no-default-features",
        "--features=sqlite-bundled,postgres",
    ],
};

/// A `cargo-deny` to call: an installed one, else ours.
pub(crate) fn cargo_deny(workspace: &Workspace, signals: &Signals) -> anyhow::Result<PathBuf> {
    let installed = Path::new(CARGO_DENY.binary);
    if output(Command::new(installed).arg("--version")).is_some() {
        return Ok(installed.to_owned());
    }
    CARGO_DENY.get(workspace, signals)
}

/// A `diesel` to call: the one that the environment names, else ours.
pub(crate) fn diesel_cli(workspace: &Workspace, signals: &Signals) -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os(DIESEL).filter(|path| !path.is_empty()) {
        let named = PathBuf::from(named);
        ensure!(
            output(Command::new(&named).arg("--version")).is_some(),
            "{DIESEL} is {}, which does not run: correct it, or unset it to have one built",
            named.display()
        );
        return Ok(named);
    }
    if !DIESEL_CLI.is_there(workspace) && !has_libpq() {
        packages::package("libpq-dev", "diesel_cli", signals)?;
    }
    DIESEL_CLI.get(workspace, signals)
}

/// A `diesel` that an earlier run of CI built, for tests outside of CI. One
/// that the environment names reaches the tests by itself.
pub(crate) fn diesel_if_there(workspace: &Workspace) -> Option<PathBuf> {
    let wanted = std::env::var_os(DIESEL).is_none() && DIESEL_CLI.is_there(workspace);
    wanted.then(|| DIESEL_CLI.path(workspace))
}

impl Tool {
    fn root(workspace: &Workspace) -> PathBuf {
        workspace.target.join("tools")
    }

    fn path(&self, workspace: &Workspace) -> PathBuf {
        Self::root(workspace).join("bin").join(self.binary)
    }

    /// Whether this very version is built and runs.
    fn is_there(&self, workspace: &Workspace) -> bool {
        output(Command::new(self.path(workspace)).arg("--version"))
            .is_some_and(|text| states(&text, self.version))
    }

    fn get(&self, workspace: &Workspace, signals: &Signals) -> anyhow::Result<PathBuf> {
        let path = self.path(workspace);
        if self.is_there(workspace) {
            return Ok(path);
        }
        let root = Self::root(workspace);
        let build = root.join("build");
        say!(
            "building {} {} into {}",
            self.package,
            self.version,
            root.display()
        );
        process::must(
            cargo()
                .args(["install", "--locked", "--debug", "--force", self.package])
                .args(["--version", self.version])
                .args(self.options)
                .arg("--root")
                .arg(&root)
                // What was compiled before an interruption is not compiled again.
                .env("CARGO_TARGET_DIR", &build)
                .env("CARGO_PROFILE_DEV_DEBUG", "false"),
            signals,
        )
        .with_context(|| {
            format!(
                "cannot build {}; is the package registry reachable?",
                self.package
            )
        })?;
        // Some gigabytes that only an interrupted build has a use for.
        let _ = std::fs::remove_dir_all(&build);
        Ok(path)
    }
}

/// Whether a `--version` output is about `version`.
fn states(text: &str, version: &str) -> bool {
    text.split_whitespace().any(|word| word == version)
}

/// Whether PostgreSQL's client library can be linked.
fn has_libpq() -> bool {
    output(Command::new("pg_config").arg("--libdir")).is_some_and(|dir| {
        ["libpq.so", "libpq.dylib", "libpq.a"]
            .iter()
            .any(|name| Path::new(dir.trim_end()).join(name).exists())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_is_not_ours() {
        assert!(states("cargo-deny 0.20.2\n", "0.20.2"));
        assert!(states(
            "diesel\n Version: 2.3.14\n Supported Backends: postgres\n",
            "2.3.14"
        ));
        assert!(!states("cargo-deny 0.20.21\n", "0.20.2"));
        assert!(!states("", "0.20.2"));
    }
}
