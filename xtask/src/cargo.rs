//! The workspace as cargo sees it, and calls of cargo.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

/// What of `cargo metadata` is needed here.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
    #[serde(rename = "workspace_root")]
    pub(crate) root: PathBuf,
    #[serde(rename = "target_directory")]
    pub(crate) target: PathBuf,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) features: std::collections::BTreeMap<String, Vec<String>>,
    pub(crate) targets: Vec<Target>,
    pub(crate) rust_version: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) doctest: bool,
}

impl Workspace {
    pub(crate) fn load() -> anyhow::Result<Self> {
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version=1"])
            .output()
            .context("cannot start cargo")?;
        ensure!(
            output.status.success(),
            "`cargo metadata` failed; run this inside the repository. It said:\n{}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
        serde_json::from_slice(&output.stdout)
            .context("`cargo metadata` printed something unexpected")
    }

    /// Packages that have documentation tests to run; `cargo test --doc` fails
    /// on a package without a library.
    pub(crate) fn with_doc_tests<'a>(&'a self, chosen: &'a [String]) -> Vec<&'a str> {
        self.packages
            .iter()
            .filter(|package| chosen.is_empty() || chosen.contains(&package.name))
            .filter(|package| package.targets.iter().any(|target| target.doctest))
            .map(|package| package.name.as_str())
            .collect()
    }
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    clean(&mut command);
    command
}

/// Takes out what `cargo run` set for *this* package. Build scripts that watch
/// such a variable would run again, and with them all that depends on them,
/// whenever cargo is called by hand and by `cargo xtask` in turn.
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_with_a_library_have_doc_tests() {
        let workspace: Workspace = serde_json::from_str(
            r#"{
                "workspace_root": "/w", "target_directory": "/w/target",
                "packages": [
                    {"name": "lib", "features": {}, "rust_version": "1.95", "targets": [
                        {"doctest": false, "kind": ["test"]}, {"doctest": true, "kind": ["lib"]}
                    ]},
                    {"name": "bin", "features": {}, "rust_version": null, "targets": [
                        {"doctest": false, "kind": ["bin"]}
                    ]}
                ]
            }"#,
        )
        .unwrap();
        assert_eq!(workspace.with_doc_tests(&[]), ["lib"]);
        assert_eq!(workspace.with_doc_tests(&["bin".to_owned()]), [""; 0]);
    }
}
