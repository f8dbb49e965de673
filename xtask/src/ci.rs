//! `cargo xtask ci`: all that must hold before a change lands.
//!
//! The steps are here and not in some service's configuration, so that the
//! same command gives the same answer anywhere. A step that fails does not
//! keep the later ones from running: one run shows all there is to mend.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, ValueEnum};

use crate::cargo::{Workspace, cargo, clean};
use crate::generate;
use crate::process::{self, Interrupted, Signals, must, output, spell};
use crate::say;
use crate::test::{Servers, Suite, run_to_close};
use crate::tools;

/// How long the advisory database may take to come.
const FETCH: Duration = Duration::from_secs(120);

/// Features that stand for one engine each; a package must build with either
/// alone.
const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// Run what CI runs: formatting, lints, MSRV, docs, dependencies, tests.
///
/// Without arguments all steps run, in the order below, and a summary closes
/// the run. Tools that a step needs are built into target/tools the first time.
///
/// Exit code: 0 all passed, 1 a step failed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask ci                 everything
  cargo xtask ci fmt clippy      only these two")]
pub(crate) struct Ci {
    /// Run only these steps
    #[arg(value_enum)]
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Code is formatted
    Fmt,
    /// No warning from clippy or the compiler
    Clippy,
    /// Builds with the oldest Rust that Cargo.toml promises
    Msrv,
    /// Packages with engine features build with each engine alone
    Engines,
    /// Documentation builds without a warning
    Doc,
    /// Generated files are what `cargo xtask generate` writes
    Generated,
    /// Licences, sources and security advisories of dependencies (cargo-deny)
    Deny,
    /// Every test on every engine, diesel_cli on our migrations included
    Test,
    /// The benchmarks, a workspace of their own, compile
    Bench,
}

/// How a step ended well; with what the summary has to add to that.
type Outcome = anyhow::Result<Vec<String>>;

impl Ci {
    pub(crate) fn run(&self, signals: &Signals) -> anyhow::Result<ExitCode> {
        let workspace = Workspace::load()?;
        let steps = match self.steps.as_slice() {
            [] => Step::value_variants(),
            chosen => chosen,
        };
        let mut records = Vec::new();
        for (number, &step) in (1..).zip(steps) {
            say!("== {number}/{} {step}: {}", steps.len(), step.claim());
            let started = Instant::now();
            let outcome = step.run(&workspace, signals);
            let record = Record {
                step,
                took: started.elapsed(),
                outcome,
            };
            if record.interrupted() {
                return record.outcome.map(|_| ExitCode::FAILURE);
            }
            eprintln!("{record}\n");
            records.push(record);
        }
        say!("== summary");
        for record in &records {
            eprintln!("{record}");
        }
        let passed = records.iter().all(|record| record.outcome.is_ok());
        Ok(ExitCode::from(u8::from(!passed)))
    }
}

struct Record {
    step: Step,
    took: Duration,
    outcome: Outcome,
}

impl Record {
    fn interrupted(&self) -> bool {
        self.outcome
            .as_ref()
            .is_err_and(|error| error.is::<Interrupted>())
    }
}

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = if self.outcome.is_ok() { "ok" } else { "FAILED" };
        let step = self.step.to_string();
        write!(f, "  {step:8} {word:7} {:7.1} s", self.took.as_secs_f64())?;
        match &self.outcome {
            Ok(notes) => notes
                .iter()
                .try_for_each(|note| write!(f, "\n             {note}")),
            Err(error) => write!(f, "\n             {error:#}"),
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

impl Step {
    /// The line that `--help` has for it.
    fn claim(self) -> String {
        let value = self.to_possible_value();
        let help = value.as_ref().and_then(|value| value.get_help());
        help.map(ToString::to_string).unwrap_or_default()
    }

    fn run(self, workspace: &Workspace, signals: &Signals) -> Outcome {
        match self {
            Self::Fmt => plain(cargo().args(["fmt", "--all", "--check"]), signals),
            Self::Clippy => plain(
                cargo()
                    .args(["clippy", "--workspace", "--all-targets", "--all-features"])
                    .args(["--", "-D", "warnings"]),
                signals,
            ),
            Self::Msrv => msrv(workspace, signals),
            Self::Engines => engines(workspace, signals),
            Self::Doc => plain(
                cargo()
                    .args(["doc", "--no-deps", "--workspace", "--all-features"])
                    .env("RUSTDOCFLAGS", "-D warnings"),
                signals,
            ),
            Self::Generated => generated(workspace, signals),
            Self::Deny => deny(workspace, signals),
            Self::Test => test(workspace, signals),
            Self::Bench => bench(workspace, signals),
        }
    }
}

fn plain(command: &mut Command, signals: &Signals) -> Outcome {
    must(command, signals)?;
    Ok(Vec::new())
}

fn msrv(workspace: &Workspace, signals: &Signals) -> Outcome {
    let promised = workspace
        .packages
        .iter()
        .find_map(|package| package.rust_version.clone())
        .context("no package states a `rust-version`")?;
    let present = output(Command::new("rustc").arg("--version")).unwrap_or_default();
    let check = ["check", "--workspace", "--all-features"];
    if release(&present).is_some_and(|version| same_minor(version, &promised)) {
        must(cargo().args(check), signals)?;
        return Ok(vec![format!("rustc {promised} is the one in use")]);
    }
    let toolchains = output(Command::new("rustup").args(["toolchain", "list"])).unwrap_or_default();
    let toolchain = toolchains
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .find(|name| same_minor(name.split('-').next().unwrap_or_default(), &promised))
        .with_context(|| {
            format!(
                "Cargo.toml promises Rust {promised} and no such toolchain is here: \
                 rustup toolchain install {promised}"
            )
        })?;
    let mut command = Command::new("rustup");
    clean(command.args(["run", toolchain, "cargo"]).args(check));
    // It would win over the toolchain asked for.
    command
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO")
        .env_remove("RUSTC");
    must(&mut command, signals)?;
    Ok(vec![format!("checked with the toolchain {toolchain}")])
}

/// `1.95.0` of `rustc 1.95.0 (59807616e 2026-04-14)`.
fn release(rustc_version: &str) -> Option<&str> {
    rustc_version.split_whitespace().nth(1)
}

/// Whether two versions differ in the patch level only.
fn same_minor(one: &str, other: &str) -> bool {
    let minor = |version: &str| {
        let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
        Some((parts.next()??, parts.next()??))
    };
    minor(one).is_some_and(|version| minor(other) == Some(version))
}

fn engines(workspace: &Workspace, signals: &Signals) -> Outcome {
    let mut notes = Vec::new();
    for package in &workspace.packages {
        for engine in ENGINES {
            if package.features.contains_key(engine) {
                must(
                    cargo()
                        .args(["check", "--no-default-features", "--features", engine])
                        .args(["--package", &package.name]),
                    signals,
                )?;
                notes.push(format!("{} with {engine} alone", package.name));
            }
        }
    }
    if notes.is_empty() {
        notes.push("no package has a feature for an engine".to_owned());
    }
    Ok(notes)
}

fn generated(workspace: &Workspace, signals: &Signals) -> Outcome {
    let stale = generate::run(workspace, generate::Mode::Check, signals)?;
    ensure!(
        stale.is_empty(),
        "run `cargo xtask generate`: files of {} are not what it writes",
        stale.join(", ")
    );
    Ok(Vec::new())
}

fn deny(workspace: &Workspace, signals: &Signals) -> Outcome {
    let program = tools::cargo_deny(workspace, signals)?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        clean(&mut command);
        command
            .current_dir(&workspace.root)
            .args(["--all-features"])
            .args(arguments);
        command
    };
    must(
        &mut deny(&[
            "check",
            "--hide-inclusion-graph",
            "bans",
            "licenses",
            "sources",
        ]),
        signals,
    )?;
    if !within(FETCH, &mut deny(&["fetch", "db"]), signals)? {
        let note = "security advisories NOT checked: their database cannot be reached";
        say!("{note}");
        return Ok(vec![note.to_owned()]);
    }
    must(
        &mut deny(&["check", "--disable-fetch", "advisories"]),
        signals,
    )?;
    Ok(Vec::new())
}

/// Whether `command` succeeds in `limit`.
fn within(limit: Duration, command: &mut Command, signals: &Signals) -> anyhow::Result<bool> {
    process::run_for(limit, command, signals).map(|status| status.is_some_and(|it| it.success()))
}

fn test(workspace: &Workspace, signals: &Signals) -> Outcome {
    let diesel = tools::diesel_cli(workspace, signals)?;
    let servers = Servers::private(signals)?;
    let suite = Suite::new(workspace, &servers, &[]).for_ci(diesel);
    let mut closing_lines = Vec::new();
    let mut failures = Vec::new();
    for mut command in [Some(suite.runner(&[])), suite.doc_tests()]
        .into_iter()
        .flatten()
    {
        let (status, lines) = run_to_close(&mut command, signals)?;
        closing_lines.extend(lines);
        if !status.success() {
            failures.push(format!("`{}`: {status}", spell(&command)));
        }
    }
    if !failures.is_empty() {
        servers.save_logs(&workspace.target);
        failures.extend(closing_lines);
        bail!(failures.join("\n             "));
    }
    // A runner that found no tests at all succeeds too.
    ensure!(!closing_lines.is_empty(), "the test runners ran nothing");
    Ok(closing_lines)
}

fn bench(workspace: &Workspace, signals: &Signals) -> Outcome {
    let manifest = Path::new("bench/Cargo.toml");
    if !workspace.root.join(manifest).exists() {
        return Ok(vec!["there are no benchmarks yet".to_owned()]);
    }
    plain(
        cargo()
            .current_dir(&workspace.root)
            .args(["check", "--locked", "--all-targets", "--manifest-path"])
            .arg(manifest)
            // Apart, as its dependencies have versions and features of their own.
            .env("CARGO_TARGET_DIR", workspace.root.join("bench/target")),
        signals,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toolchains_are_compared_up_to_the_minor_version() {
        assert!(same_minor("1.95.0", "1.95"));
        assert!(same_minor("1.95", "1.95.1"));
        assert!(!same_minor("1.96.0", "1.95"));
        assert!(!same_minor("stable", "1.95"));
        assert!(!same_minor("", ""));
        assert_eq!(
            release("rustc 1.95.0 (59807616e 2026-04-14)"),
            Some("1.95.0")
        );
    }

    #[test]
    fn a_summary_names_what_failed_and_why() {
        let record = |outcome| Record {
            step: Step::Doc,
            took: Duration::from_millis(1234),
            outcome,
        };
        assert_eq!(
            record(Ok(vec!["a note".to_owned()])).to_string(),
            "  doc      ok          1.2 s\n             a note"
        );
        let failed = anyhow::anyhow!("inner").context("outer");
        assert_eq!(
            record(Err(failed)).to_string(),
            "  doc      FAILED      1.2 s\n             outer: inner"
        );
    }
}
