//! What commands say to input that is none.

use clap::Parser as _;
use dualfuel_cli::Cli;

use crate::project::notes;

#[tokio::test]
async fn bad_input_is_answered_with_what_to_do() {
    let project = notes();
    let says = |line: &'static str, expected: &'static str| {
        let project = &project;
        async move {
            let err = project.not_done(line, 2).await;
            assert!(err.contains(expected), "{line}: {err}");
        }
    };
    says(
        "render --source @/none",
        "there is no directory none: name the one",
    )
    .await;
    says(
        "render --rewrite-from 0009_x",
        "there is no migration 0009_x",
    )
    .await;
    says(
        "check --engines postgres",
        "no PostgreSQL server is named: give --postgres URL",
    )
    .await;
    says(
        "check --engines mariadb --mariadb sqlite:a",
        "--mariadb names a SQLite database",
    )
    .await;
    says("inspect --url nonsense", "--url names no database").await;
    says(
        "inspect --url sqlite://@/none.db",
        "could not open sqlite://none.db",
    )
    .await;
    says(
        "diff @/m nonsense",
        "neither a database's URL nor a directory",
    )
    .await;
    says(
        "migrate --url sqlite://@/a.db --out @/none",
        "there is no directory none/sqlite",
    )
    .await;
    says(
        "adopt --from sqlx @/m --url sqlite::memory:",
        "the database has no table _sqlx_migrations",
    )
    .await;
    says(
        "inspect --url postgres://u:secret@127.0.0.1:1/d",
        "could not open postgres://u:***@127.0.0.1:1/d",
    )
    .await;
    project.write("m/0002_b/up.sql", b"caf\xe9");
    says("render", "0002_b/up.sql is not text in UTF-8: see line 1").await;
    project.write("dualfuel.toml", "sauce = 1");
    says("render", "unknown field `sauce`").await;
}

#[test]
fn an_unknown_engine_or_dialect_is_a_usage_error() {
    for line in [
        &["dualfuel", "check", "--engines", "oracle"][..],
        &["dualfuel", "render", "--from", "oracle"],
        &["dualfuel", "adopt", "--from", "flyway", "m"],
    ] {
        let error = Cli::try_parse_from(line).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("possible values"), "{error}");
    }
}

#[test]
fn the_command_line_holds_together() {
    use clap::CommandFactory as _;
    Cli::command().debug_assert();
}

/// clap drops what stands where it does not look.
#[test]
fn help_says_what_has_to_be_known() {
    for (command, said) in [
        ("render", "What was rendered once never changes"),
        ("check", "the databases they name are not touched"),
        ("plan", "1 it would refuse"),
        ("migrate", "--to 20250131091500"),
        ("adopt", "Tables are never touched"),
    ] {
        let help = Cli::try_parse_from(["dualfuel", command, "--help"]).unwrap_err();
        let help = help.to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(said), "{command}: {help}");
    }
}
