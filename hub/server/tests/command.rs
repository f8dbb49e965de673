//! The command as a shell sees it: what it prints, where, and how it exits.

#![expect(clippy::unwrap_used, reason = "a test that panics has done its job")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// `hub` in an environment of its own.
fn hub(home: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
    command
        .args(args)
        .env_clear()
        .env("HOME", home.path())
        .current_dir(home.path());
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("hub.toml");
    std::fs::write(
        &file,
        "listen = '127.0.0.1:1'\nlog = 'warn'\ndatabase_url = 'postgres://hub:s3cret@db/file'",
    )
    .unwrap();
    let args = [
        "config",
        "--json",
        "--config",
        "hub.toml",
        "--listen",
        "127.0.0.1:3",
    ];
    let mut command = hub(&home, &args);
    command
        .env("HUB_LISTEN", "127.0.0.1:2")
        .env("HUB_LOG", "debug")
        .env("BODHI_DATABASE_URL", "postgres://hub:s3cret@db/env")
        .env("BODHI_ENCRYPTION_KEY", "s3cret-s3cret-s3cret-s3cret");

    let (code, stdout, stderr) = run(&mut command);

    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        !stdout.contains("s3cret") && !stderr.contains("s3cret"),
        "{stdout}{stderr}"
    );
    let config: Value = serde_json::from_str(&stdout).unwrap();
    let said = |key: &str| {
        let part = |part: &str| config[key][part].as_str().unwrap_or("nothing").to_owned();
        (part("value"), part("source"))
    };
    let expect = |key: &str, value: &str, source: &str| {
        assert_eq!(said(key), (value.to_owned(), source.to_owned()), "{key}");
    };
    expect("listen", "127.0.0.1:3", "--listen");
    expect("log", "debug", "HUB_LOG");
    expect(
        "database_url",
        "postgres://hub:***@db/env",
        "BODHI_DATABASE_URL",
    );
    expect("encryption_key", "(set, not shown)", "BODHI_ENCRYPTION_KEY");
    expect("request_timeout", "30s", "default");
    expect("database_owner_url", "nothing", "default");
    let data_dir = said("data_dir").0;
    assert!(Path::new(&data_dir).starts_with(home.path()), "{data_dir}");
    assert!(!Path::new(&data_dir).exists(), "looking makes nothing");
}

#[test]
fn what_cannot_be_done_exits_2_and_says_why_on_standard_error() {
    let home = tempfile::tempdir().unwrap();
    for (args, expected) in [
        (
            &["config", "--listen", "here"][..],
            "listen, given by --listen: must be an address",
        ),
        (
            &["config", "--config", "none.toml"],
            "none.toml cannot be used",
        ),
        (&["--port", "1"], "unexpected argument '--port'"),
        (&["token", "create", "--user", "ann"], "--scopes"),
        (
            &["token", "create", "--user", "ann", "--scopes", "root"],
            "must be one of read, write",
        ),
        (
            &["token", "create", "--operator", "--user", "ann"],
            "cannot be used with",
        ),
        (
            &["org", "create", "Acme", "--slug", "a b"],
            "may hold letters, digits and - only",
        ),
    ] {
        let (code, stdout, stderr) = run(&mut hub(&home, args));
        assert_eq!(code, Some(2), "{args:?}: {stdout}{stderr}");
        assert!(stdout.is_empty(), "{stdout}");
        assert!(
            stderr.starts_with("error: ") && stderr.contains(expected),
            "{args:?}: {stderr}"
        );
    }
}

#[test]
fn help_teaches_and_shows_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let mut command = hub(&home, &["--help"]);
    command.env("BODHI_DATABASE_URL", "postgres://hub:s3cret@db/env");

    let (code, stdout, _) = run(&mut command);

    assert_eq!(code, Some(0));
    for part in [
        "hub org create",
        "--data-dir",
        "BODHI_DATABASE_URL",
        "BODHI_ENCRYPTION_KEY",
        "Exit status",
    ] {
        assert!(stdout.contains(part), "{part} is not in\n{stdout}");
    }
    assert!(!stdout.contains("s3cret"), "{stdout}");
}

#[test]
fn the_openapi_document_can_be_had_without_a_server() {
    let home = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = run(&mut hub(&home, &["openapi"]));
    assert_eq!(code, Some(0), "{stderr}");
    let document: Value = serde_json::from_str(&stdout).unwrap();
    assert!(document["paths"]["/api/v1/aliases"]["post"].is_object());
}
