//! What commands say to input that is none.

use clap::Parser as _;
use dualfuel_cli::Cli;
use dualfuel_cli::database::Scratch;
use dualfuel_schema::Engine;

use crate::project::{Project, notes};
use crate::servers::admin;

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

/// A byte order mark, CRLF, a file of nothing or of comments alone, a path with
/// what a shell would mind: none of it is wrong.
#[tokio::test]
async fn odd_files_are_migrations_all_the_same() {
    let project = Project::new(&[
        (
            "dualfuel.toml",
            "source = \"sp äc€/m\"\nout = \"sp äc€/o\"\nfrom = \"sqlite\"\n",
        ),
        (
            "sp äc€/m/0001_bom.sql",
            "\u{feff}CREATE TABLE a (\r\n  id INTEGER PRIMARY KEY -- first\r\n);\r\n",
        ),
        ("sp äc€/m/0002_empty.sql", ""),
        ("sp äc€/m/0003_comment.sql", "-- Nothing\r\n/* at all */"),
        (
            "sp äc€/m/0004_open.sql",
            "CREATE TABLE b (id INTEGER PRIMARY KEY)",
        ),
    ]);
    project.done("render").await;
    for engine in Engine::ALL {
        let database = Scratch::create(&admin(engine)).await.unwrap();
        let url = format!("--url {}", database.place().secret());
        let out = project.done(&format!("migrate {url}")).await;
        assert!(out.ends_with("\nSchema version 00000000000004\n"), "{out}");
        let tree = project.done(&format!("inspect {url}")).await;
        assert!(
            tree.contains("a\n├─ id  BIGINT not null identity\n"),
            "{tree}"
        );
        assert!(tree.contains("b\n├─ id"), "{tree}");
    }
    project.done("check --engines sqlite").await;
    project.done("render --check").await;
}

/// Whatever is wrong with a URL, its password is not in what is said of it.
#[tokio::test]
async fn no_password_is_printed() {
    let project = notes();
    project.done("render").await;
    for url in [
        "oracle://u:gEhEim@h/d",
        "postgres:gEhEim",
        "mysql:gEhEim",
        "postgres://u:gEhEim@127.0.0.1:1/d",
        "mysql://u:gEhEim@127.0.0.1:1/d",
        "postgres://u:a@gEhEim/gEhEim@127.0.0.1:1/d",
        "mysql://u:a@gEhEim#?/gEhEim@127.0.0.1:1/d",
        "mysql://u:a/gEhEim@127.0.0.1:1/d",
        "postgres://u:a%ZgEhEim@127.0.0.1:1/d",
        "mysql://u:a%ZgEhEim@127.0.0.1:1/d",
        "mysql://u@127.0.0.1:1/d?password=gEhEim",
        "postgres://u@127.0.0.1:1/d?password=gEhEim",
    ] {
        for command in ["status", "migrate", "inspect", "adopt --from sqlx @/m"] {
            let ended = project.run(&format!("{command} --url {url}")).await;
            assert_eq!(ended.status, 2, "{command} {url}");
            let said = format!("{}{}", ended.out, ended.err);
            assert!(!said.contains("gEhEim"), "{command} {url}: {said}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_or_may_not_be_written_is_told_of() {
    let project = notes();
    project.done("render").await;
    project.write(
        "no.db",
        "This is a letter and no database, and longer than a header is.",
    );
    for command in ["status", "plan", "migrate", "revert", "inspect"] {
        let err = project
            .not_done(&format!("{command} --url sqlite://@/no.db"), 2)
            .await;
        assert!(err.contains("no.db"), "{command}: {err}");
        assert!(
            err.contains("not a") && err.contains("database"),
            "{command}: {err}"
        );
    }
    project.write("o/sqlite/0001_notes/up.sql", b"caf\xe9");
    let err = project.not_done("migrate --url sqlite://@/a.db", 2).await;
    assert!(err.contains("up.sql is not text in UTF-8"), "{err}");
    // The directory that is to be written is a file.
    project.write("p", "");
    let err = project.not_done("render --out @/p", 2).await;
    assert!(err.starts_with("error: could not "), "{err}");
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
