//! Hub's migrations, proved on three engines as its CI would: what is in its
//! directories is what its source says, every step leaves the same schema
//! everywhere, and every step goes back.
//!
//! Servers are reached through `DUALFUEL_TEST_POSTGRES_URL` and
//! `DUALFUEL_TEST_MARIADB_URL`, which `cargo xtask test` sets.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/servers.rs"]
mod servers;

use std::path::{Path, PathBuf};

use clap::Parser as _;
use dualfuel_cli::{Cli, Context, Outcome};
use dualfuel_schema::Engine;

use servers::admin;

fn hub() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../hub/persistence")
}

/// Runs a command in Hub's persistence crate; gives what it prints.
async fn run(line: &[&str]) -> (Outcome, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut context = Context {
        here: hub(),
        out: &mut out,
        err: &mut err,
    };
    let cli = Cli::try_parse_from([&["dualfuel"], line].concat()).unwrap();
    let outcome = dualfuel_cli::run(cli, &mut context).await.unwrap();
    (outcome, String::from_utf8(out).unwrap())
}

#[tokio::test]
async fn hubs_migrations_are_equal_and_reversible_on_three_engines() {
    let (postgres, mariadb) = (admin(Engine::Postgres), admin(Engine::Mariadb));
    let servers = [postgres.secret(), mariadb.secret()];
    let [postgres, mariadb] = servers.each_ref().map(String::as_str);
    let line = [
        "check",
        "--json",
        "--postgres",
        postgres,
        "--mariadb",
        mariadb,
    ];
    let (outcome, report) = run(&line).await;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();

    assert_eq!(outcome, Outcome::Done, "{report:#}");
    // A check of nothing would be clean too.
    let source = std::fs::read_dir(hub().join("migrations/source")).unwrap();
    let migrations = source.count();
    assert_eq!(report["migrations"], migrations);
    let proofs = report["proofs"].as_array().unwrap();
    assert_eq!(proofs.len(), 3);
    for proof in proofs {
        for count in ["applied", "equal", "reverted", "restored"] {
            assert_eq!(proof[count], migrations, "{count}: {proof:#}");
        }
    }
}

#[tokio::test]
async fn hubs_schema_file_is_what_its_migrations_make() {
    let file = hub().join("src/schema.rs").display().to_string();
    let (outcome, said) = run(&["schema", "--check", &file]).await;
    assert_eq!((outcome, said.as_str()), (Outcome::Done, ""));
}
