//! `cargo xtask test`: every test, on every engine, on any machine.
//!
//! SQLite is compiled in; PostgreSQL and MariaDB are found or installed and
//! started for the run. Tests learn of them from the environment, so a plain
//! `cargo test` works too where that names servers; a test without its server
//! fails.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use clap::Args;

use crate::cargo::{Workspace, cargo};
use crate::private::Server;
use crate::process::{self, Signals, output, spell, status_code};
use crate::{mariadb, postgres, say, tools};

/// Run every test on SQLite and on private PostgreSQL and MariaDB servers.
///
/// Finds the server programs, or installs them on Debian and Ubuntu (as root,
/// or with a sudo that asks no password). Starts each server on a temporary
/// directory, as an unprivileged user, and stops it at the end, also after a
/// failure and at Ctrl-C. No other server is touched.
///
/// Uses cargo-nextest where it is installed, else `cargo test`; documentation
/// tests follow, unless arguments for the runner select something. The exit
/// code is the runner's.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask test                                   everything
  cargo xtask test -p dualfuel-engine                one package
  cargo xtask test -p dualfuel-engine -- upsert      its tests with `upsert` in their names

Environment:
  DUALFUEL_POSTGRES_BIN       directory of PostgreSQL's server programs to use
  DUALFUEL_MARIADB_BIN        directory of MariaDB's
  DUALFUEL_TEST_POSTGRES_URL  a running server to use instead, as superuser; for many
                              runs in a row: `cargo xtask postgres -- bash`
  DUALFUEL_TEST_MARIADB_URL   the same, with all rights: `cargo xtask mariadb -- bash`
  PROPTEST_RNG_SEED           what random values begin with; 1 unless said")]
pub(crate) struct Test {
    /// Test only this package; may be repeated
    #[arg(short, long = "package", value_name = "NAME")]
    packages: Vec<String>,

    /// Arguments for the test runner
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<OsString>,
}

impl Test {
    pub(crate) fn run(&self, signals: &Signals) -> anyhow::Result<ExitCode> {
        let workspace = Workspace::load()?;
        let servers = Servers::for_tests(signals)?;
        let suite = Suite::new(&workspace, &servers, &self.packages);

        let mut commands = vec![suite.runner(&self.arguments)];
        if self.arguments.is_empty() {
            commands.extend(suite.doc_tests());
        }
        let mut result = ExitCode::SUCCESS;
        let mut failed = false;
        for mut command in commands {
            say!("{}", spell(&command));
            let status = process::run(&mut command, signals)?;
            if !status.success() && !failed {
                failed = true;
                result = status_code(status);
            }
        }
        if failed {
            servers.save_logs(&workspace.target);
        }
        Ok(result)
    }
}

/// The servers that the tests get. Where the environment names one it is passed
/// on as it is, and there is none here.
pub(crate) struct Servers {
    postgres: Option<postgres::Server>,
    mariadb: Option<mariadb::Server>,
}

impl Servers {
    fn for_tests(signals: &Signals) -> anyhow::Result<Self> {
        let is_given = |variable| {
            let given = std::env::var_os(variable).is_some_and(|url| !url.is_empty());
            if given {
                say!("using the server that {variable} names");
            }
            given
        };
        let start_postgres = !is_given(postgres::URL);
        let start_mariadb = !is_given(mariadb::URL);
        Ok(Self {
            postgres: start_postgres
                .then(|| postgres::start(signals))
                .transpose()?,
            mariadb: start_mariadb.then(|| mariadb::start(signals)).transpose()?,
        })
    }

    /// Private servers, whatever the environment says.
    pub(crate) fn private(signals: &Signals) -> anyhow::Result<Self> {
        Ok(Self {
            postgres: Some(postgres::start(signals)?),
            mariadb: Some(mariadb::start(signals)?),
        })
    }

    fn environment(&self) -> Vec<(&'static str, OsString)> {
        let postgres = self.postgres.iter().flat_map(Server::environment);
        let mariadb = self.mariadb.iter().flat_map(Server::environment);
        postgres.chain(mariadb).collect()
    }

    /// Keeps the servers' logs, which often know why a test failed.
    pub(crate) fn save_logs(&self, target: &Path) {
        self.postgres
            .iter()
            .for_each(|server| save_log(server, target));
        self.mariadb
            .iter()
            .for_each(|server| save_log(server, target));
    }
}

fn save_log<S: Server>(server: &S, target: &Path) {
    let to = target.join(format!("{}.log", S::NAME));
    match server.save_log(&to) {
        Ok(()) => say!("the server's log is in {}", to.display()),
        Err(error) => say!("the server's log cannot be kept: {error}"),
    }
}

/// Where proptest reads what its random values begin with. Fixed, so that the
/// same code gives the same result; the tests alone draw new values each time.
const SEED: &str = "PROPTEST_RNG_SEED";

/// The commands that run the tests.
pub(crate) struct Suite<'a> {
    workspace: &'a Workspace,
    packages: &'a [String],
    environment: Vec<(&'static str, OsString)>,
    nextest: bool,
    profile: Option<&'static str>,
}

impl<'a> Suite<'a> {
    pub(crate) fn new(workspace: &'a Workspace, servers: &Servers, packages: &'a [String]) -> Self {
        let mut environment = servers.environment();
        environment
            .extend(tools::diesel_if_there(workspace).map(|diesel| (tools::DIESEL, diesel.into())));
        if std::env::var_os(SEED).is_none() {
            environment.push((SEED, "1".into()));
        }
        Self {
            workspace,
            packages,
            environment,
            nextest: has_nextest(),
            profile: None,
        }
    }

    /// As CI runs them: all, also after a failure, and none skipped in silence.
    pub(crate) fn for_ci(mut self, diesel: PathBuf) -> Self {
        self.environment.push((tools::DIESEL, diesel.into()));
        self.environment.push(("CI", "true".into()));
        self.profile = Some("ci");
        self
    }

    /// All tests but those in documentation.
    pub(crate) fn runner(&self, arguments: &[OsString]) -> Command {
        let mut command = cargo();
        command.envs(self.environment.iter().cloned());
        if self.nextest {
            command.args(["nextest", "run"]);
            command.args(self.profile.map(|profile| format!("--profile={profile}")));
        } else {
            command.arg("test");
            if self.profile.is_some() {
                command.arg("--no-fail-fast");
            }
        }
        self.select(&mut command);
        if !self.nextest {
            command.args(["--lib", "--bins", "--tests", "--examples"]);
        }
        command.args(arguments);
        command
    }

    /// Documentation tests, which nextest does not run; `None` where the
    /// chosen packages have no library.
    pub(crate) fn doc_tests(&self) -> Option<Command> {
        if self.workspace.with_doc_tests(self.packages).is_empty() {
            return None;
        }
        let mut command = cargo();
        command
            .envs(self.environment.iter().cloned())
            .args(["test", "--doc"]);
        if self.profile.is_some() {
            command.arg("--no-fail-fast");
        }
        if self.packages.is_empty() {
            self.select(&mut command);
        } else {
            command.arg("--all-features");
            for package in self.workspace.with_doc_tests(self.packages) {
                command.args(["--package", package]);
            }
        }
        Some(command)
    }

    fn select(&self, command: &mut Command) {
        if self.packages.is_empty() {
            command.arg("--workspace");
        }
        for package in self.packages {
            command.args(["--package", package]);
        }
        command.arg("--all-features");
    }
}

fn has_nextest() -> bool {
    output(cargo().args(["nextest", "--version"])).is_some()
}

/// The line with which a test runner closes, and nothing else of its output.
pub(crate) fn is_closing_line(line: &str) -> bool {
    line.starts_with("test result:")
        || (line.starts_with("Summary [") && line.contains("tests run"))
}

/// Runs one of the commands above and returns its closing lines.
pub(crate) fn run_to_close(
    command: &mut Command,
    signals: &Signals,
) -> anyhow::Result<(ExitStatus, Vec<String>)> {
    say!("{}", spell(command));
    process::run_keeping(command, signals, is_closing_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite<'a>(workspace: &'a Workspace, packages: &'a [String], nextest: bool) -> Suite<'a> {
        Suite {
            workspace,
            packages,
            environment: Vec::new(),
            nextest,
            profile: None,
        }
    }

    fn workspace() -> Workspace {
        serde_json::from_str(
            r#"{
                "workspace_root": "/w", "target_directory": "/w/target",
                "packages": [
                    {"name": "one", "features": {}, "rust_version": null, "targets": [{"doctest": true}]},
                    {"name": "two", "features": {}, "rust_version": null, "targets": [{"doctest": false}]}
                ]
            }"#,
        )
        .unwrap()
    }

    /// `command` without the path of cargo.
    fn spelt(command: &Command) -> String {
        spell(command).split_once(' ').unwrap().1.to_owned()
    }

    #[test]
    fn the_runner_is_nextest_or_cargo() {
        let workspace = workspace();
        let all = suite(&workspace, &[], true).for_ci("/d".into());
        assert_eq!(
            spelt(&all.runner(&[])),
            "nextest run --profile=ci --workspace --all-features"
        );
        assert_eq!(
            spelt(&all.doc_tests().unwrap()),
            "test --doc --no-fail-fast --workspace --all-features"
        );
        assert_eq!(
            spelt(&suite(&workspace, &[], false).runner(&["upsert".into()])),
            "test --workspace --all-features --lib --bins --tests --examples upsert"
        );
    }

    #[test]
    fn chosen_packages_replace_the_workspace() {
        let workspace = workspace();
        let both = ["one".to_owned(), "two".to_owned()];
        let suite_of_both = suite(&workspace, &both, true);
        assert_eq!(
            spelt(&suite_of_both.runner(&[])),
            "nextest run --package one --package two --all-features"
        );
        assert_eq!(
            spelt(&suite_of_both.doc_tests().unwrap()),
            "test --doc --all-features --package one"
        );
        assert!(suite(&workspace, &both[1..], true).doc_tests().is_none());
    }

    #[test]
    fn closing_lines_of_both_runners() {
        assert!(is_closing_line(
            "test result: ok. 3 passed; 0 failed; 0 ignored"
        ));
        assert!(is_closing_line(
            "Summary [   0.015s] 3 tests run: 3 passed, 0 skipped"
        ));
        assert!(!is_closing_line(
            "PASS [   0.006s] (1/3) xtask tests::a_test_result"
        ));
        assert!(!is_closing_line("test test_result ... ok"));
    }
}
