//! What is made from a source: rendered directories, the proof of them, the next
//! migration, `schema.rs` and the diagram.

use std::fs;

use dualfuel_schema::Engine;

use crate::project::{NOTES, Project, TAGS, notes};
use crate::servers::admin;

#[tokio::test]
async fn a_directory_for_each_engine_is_written_once() {
    let project = notes();
    let out = project.done("render").await;
    assert_eq!(
        out,
        "mariadb/0001_notes/down.sql\nmariadb/0001_notes/up.sql\n\
         postgres/0001_notes/down.sql\npostgres/0001_notes/up.sql\n\
         sqlite/0001_notes/down.sql\nsqlite/0001_notes/up.sql\n"
    );
    assert_eq!(project.read("o/sqlite/0001_notes/up.sql"), NOTES);
    let postgres = project.read("o/postgres/0001_notes/up.sql");
    assert!(
        postgres.starts_with(
            "-- Rendered by dualfuel from 0001_notes/up.sql; do not edit.\n\nCREATE TABLE"
        ),
        "{postgres}"
    );

    assert_eq!(project.done("render").await, "");
    assert_eq!(project.done("render --check").await, "");
}

/// What was rendered is in databases.
#[tokio::test]
async fn a_migration_that_comes_later_changes_no_file_that_is_there() {
    let project = notes();
    project.done("render").await;
    let before = project.read("o/postgres/0001_notes/up.sql");
    project.write("m/0002_tags/up.sql", TAGS);

    let check = project.not_done("render --check", 1).await;
    assert!(
        check.contains("postgres/0002_tags/up.sql is missing: run `dualfuel render`"),
        "{check}"
    );
    let out = project.done("render").await;

    assert!(out.lines().all(|line| line.contains("0002_tags")), "{out}");
    assert_eq!(project.read("o/postgres/0001_notes/up.sql"), before);
}

#[tokio::test]
async fn an_edited_source_is_refused_and_a_comment_is_no_edit() {
    let project = notes();
    project.done("render").await;
    project.write("m/0001_notes/up.sql", format!("-- Notes.\n{NOTES}"));
    assert_eq!(project.done("render").await, "sqlite/0001_notes/up.sql\n");

    let edited = NOTES.replace("NOT NULL", "");
    project.write("m/0001_notes/up.sql", &edited);
    assert_eq!(
        project.not_done("render", 2).await,
        "error: m/0001_notes/up.sql was edited after 0001_notes was rendered: undo the edit and \
         write a new migration; if no database has it yet, give --rewrite-from 0001_notes\n\
         error: nothing was written: what was rendered once never changes"
    );
    assert!(
        project
            .read("o/sqlite/0001_notes/up.sql")
            .contains("NOT NULL")
    );

    project.done("render --rewrite-from 0001_notes").await;
    assert_eq!(project.read("o/sqlite/0001_notes/up.sql"), edited);
    project.done("render --check").await;
}

#[tokio::test]
async fn a_rendered_file_that_was_edited_is_refused() {
    let project = notes();
    project.done("render").await;
    project.write("o/postgres/0001_notes/up.sql", "DROP TABLE notes;");
    let sentence = "postgres/0001_notes/up.sql was edited by hand: undo the edit, or write what \
                    you need as m/0001_notes/up.postgres.sql\n";
    assert_eq!(project.not_done("render --check", 1).await, sentence);
    let err = project.not_done("render", 2).await;
    assert!(err.starts_with(&format!("error: {sentence}")), "{err}");
    assert_eq!(
        project.read("o/postgres/0001_notes/up.sql"),
        "DROP TABLE notes;"
    );
}

#[tokio::test]
async fn a_source_that_is_gone_is_asked_for() {
    let project = notes();
    project.write("m/0002_tags/up.sql", TAGS);
    project.done("render").await;
    fs::remove_dir_all(project.path().join("m/0002_tags")).unwrap();
    let check = project.not_done("render --check", 1).await;
    assert!(
        check.starts_with("the source of 0002_tags is gone"),
        "{check}"
    );

    project.done("render --rewrite-from 0002_tags").await;
    assert!(!project.path().join("o/postgres/0002_tags").exists());
}

#[tokio::test]
async fn what_cannot_be_rendered_is_named_with_the_way_out() {
    let project = notes();
    project.write(
        "m/0002_search/up.sql",
        "-- Search.\nCREATE VIRTUAL TABLE search USING fts5(body);\n",
    );
    let err = project.not_done("render", 2).await;
    assert!(
        err.starts_with("error: m/0002_search/up.sql:2:1: CREATE VIRTUAL TABLE: `fts5` is"),
        "{err}"
    );
    assert!(
        err.contains("\n  write m/0002_search/up.postgres.sql, m/0002_search/up.mariadb.sql\n"),
        "{err}"
    );
    assert!(!project.path().join("o").exists());

    // The rest all the same, and the engine of the source as it stands.
    project.not_done("render --keep-going", 1).await;
    assert!(project.path().join("o/postgres/0001_notes/up.sql").exists());
    assert!(project.path().join("o/sqlite/0002_search/up.sql").exists());
    assert!(!project.path().join("o/postgres/0002_search").exists());

    project.write("m/0002_search/up.postgres.sql", "-- Not on PostgreSQL.\n");
    project.write("m/0002_search/up.mariadb.sql", "-- Not on MariaDB.\n");
    project.done("render").await;
    assert_eq!(
        project.read("o/postgres/0002_search/up.sql"),
        "-- Not on PostgreSQL.\n\n-- Nothing to do on PostgreSQL.\nSELECT 1;\n"
    );
}

/// One table that can't be read costs whatever uses it; that is one error.
#[tokio::test]
async fn what_only_follows_from_an_error_is_counted() {
    let project = notes();
    project.write(
        "m/0002_a/up.sql",
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT DEFAULT (soundex('x')));\n\
         CREATE INDEX a_b ON a (b);\n",
    );
    project.write("m/0003_b/up.sql", "INSERT INTO a VALUES (1, 'x');\n");
    let ended = project.run("render --keep-going").await;
    assert_eq!(ended.status, 1);
    let errors: Vec<&str> = ended
        .err
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(errors.len(), 2, "{errors:#?}");
    assert!(errors[0].starts_with("error: m/0002_a/up.sql:1:"));
    assert_eq!(
        errors[1],
        "error: 2 statements more, in 2 files, need what these would have made (--json names them)"
    );
    let json = project.run("render --check --json").await.out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["unsupported"][2]["follows_from"], "m/0002_a/up.sql:1");
    assert!(json["unsupported"][0].get("follows_from").is_none());
}

/// What is weaker on an engine is counted once, by `render` and by `check`.
#[tokio::test]
async fn both_commands_count_what_is_weaker_alike() {
    let project = notes();
    project.write(
        "m/0002_names/up.sql",
        "CREATE TABLE names (n TEXT COLLATE NOCASE, m TEXT COLLATE NOCASE);\n",
    );
    let json = project.done("render --json").await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let all = json["weakenings"].as_array().unwrap();
    let of = |engine: &str| all.iter().filter(|one| one["engine"] == engine).count();
    assert!(of("postgres") > 0, "{all:?}");
    let servers = format!(
        "--postgres {} --mariadb {}",
        admin(Engine::Postgres).secret(),
        admin(Engine::Mariadb).secret()
    );
    let out = project.done(&format!("check {servers}")).await;
    let row = out.lines().find(|line| line.starts_with("weaker there"));
    let counts: Vec<usize> = row
        .unwrap()
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    assert_eq!(counts, [of("sqlite"), of("postgres"), of("mariadb")]);
}

#[tokio::test]
async fn the_check_proves_every_step_on_sqlite() {
    let project = notes();
    project.write("m/0002_tags/up.sql", TAGS);
    project.done("render").await;
    let out = project.done("check --engines sqlite").await;
    assert!(out.contains("equal after each  2 of 2\n"), "{out}");
    assert!(out.contains("restored by down  2 of 2\n"), "{out}");

    project.write(
        "m/0000_late/up.sql",
        "CREATE TABLE late (id INTEGER PRIMARY KEY);",
    );
    let out = project.not_done("check --engines sqlite", 1).await;
    assert!(
        out.contains(
            "0000_late is new and older than 0002_tags, which is rendered already: give it a \
             newer version\n"
        ),
        "{out}"
    );
}

#[tokio::test]
async fn a_file_that_fails_is_named_with_its_line() {
    let project = notes();
    project.write(
        "m/0002_bad/up.sql",
        "SELECT 1;\nINSERT INTO notes VALUES (1);\n",
    );
    let out = project.not_done("check --engines sqlite", 1).await;
    assert!(
        out.contains("sqlite/0002_bad/up.sql: statement 2 (line 2) failed"),
        "{out}"
    );
}

#[tokio::test]
async fn the_next_migration_gets_the_next_version() {
    let project = notes();
    assert_eq!(
        project.done("new add_due_on").await,
        "m/0002_add_due_on/up.sql\n"
    );
    let text = project.read("m/0002_add_due_on/up.sql");
    assert!(
        text.starts_with("-- What this migration is for.\n"),
        "{text}"
    );
    assert_eq!(
        project.not_done("new again --version 0002", 2).await,
        "error: version 0002 is not newer than 0002, the newest there is"
    );
    let err = project.not_done("new a/b", 2).await;
    assert!(err.contains("letters, digits and `_`"), "{err}");
    project.done("render").await;
}

/// The tool that owns a directory knows one layout.
#[tokio::test]
async fn the_next_migration_is_laid_out_as_those_before_it() {
    let check = async |before: &[&str], text: &str, expected: &[&str]| {
        let files: Vec<(&str, &str)> = before.iter().map(|path| (*path, text)).collect();
        let project = Project::new(&files);
        let out = project
            .done("new add_due_on --source @/m --from sqlite")
            .await;
        let made: Vec<&str> = out.lines().collect();
        assert_eq!(made, expected, "{before:?}");
        let written = project.read(made[0]);
        // It is read back as one more migration.
        project.write(made[0], format!("{written}\nSELECT 1;\n"));
        let again = project.done("new more --source @/m --from sqlite --version 99999999999999");
        assert!(again.await.contains("99999999999999"));
        if let Some((up, _)) = text
            .split_once('\n')
            .filter(|(up, _)| up.starts_with("-- "))
        {
            assert!(written.starts_with(up), "{written}");
            let down = up.replace("up", "down").replace("Up", "Down");
            assert!(written.contains(&format!("\n{down}\n")), "{written}");
        }
    };
    let one = "SELECT 1;\n";
    check(&["m/0001_a/up.sql"], one, &["m/0002_add_due_on/up.sql"]).await;
    check(&["m/9_a.sql"], one, &["m/10_add_due_on.sql"]).await;
    check(&["m/10_b.sql", "m/9_a.sql"], one, &["m/11_add_due_on.sql"]).await;
    check(&["m/001-a.sql"], one, &["m/002-add_due_on.sql"]).await;
    check(
        &["m/1_a.up.sql", "m/1_a.down.sql"],
        one,
        &["m/2_add_due_on.up.sql", "m/2_add_due_on.down.sql"],
    )
    .await;
    check(&["m/V1__a.sql"], one, &["m/V2__add_due_on.sql"]).await;
    check(&["m/01-a/up.sql"], one, &["m/02-add_due_on/up.sql"]).await;
    for up in ["-- migrate:up", "-- +goose Up", "-- +migrate Up"] {
        let text = format!("{up}\nSELECT 1;\n");
        check(&["m/00001_a.sql"], &text, &["m/00002_add_due_on.sql"]).await;
    }
}

#[tokio::test]
async fn a_mixed_layout_is_an_error() {
    let project = Project::new(&[("m/0001_a/up.sql", NOTES), ("m/0002_b.sql", TAGS)]);
    for line in ["new c --source @/m", "render --source @/m --out @/o"] {
        assert_eq!(
            project.not_done(line, 2).await,
            "error: m/0001_a/up.sql is a migration in a directory of its own and m/0002_b.sql is \
             a plain file: a directory is read in one layout, so lay them out alike, or move one \
             of them elsewhere"
        );
    }
}

#[tokio::test]
async fn the_schema_file_is_written_and_checked() {
    let project = notes();
    project.write("m/0002_tags/up.sql", TAGS);
    project.done("schema --output @/schema.rs").await;
    project.done("schema --check @/schema.rs").await;
    let text = project.read("schema.rs");
    assert!(
        text.contains("diesel::joinable!(tags -> notes (note_id));"),
        "{text}"
    );
    project.write("schema.rs", text.replace("BigInt", "Integer"));
    let out = project.not_done("schema --check @/schema.rs", 1).await;
    assert!(out.contains("is not what the migrations make"), "{out}");
}

#[tokio::test]
async fn the_diagram_is_text_or_a_picture() {
    let project = notes();
    project.write("m/0002_tags/up.sql", TAGS);
    let text = project.done("diagram").await;
    assert!(
        text.contains("    \"tags\" }o--|| \"notes\" : \"note_id\"\n"),
        "{text}"
    );
    project.done("diagram --svg @/schema.svg").await;
    let svg = project.read("schema.svg");
    assert!(
        svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
        "{svg}"
    );
    assert_eq!(svg.matches("<circle").count(), 1);
}
