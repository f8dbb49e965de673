//! The commands as they are called, on SQLite: nothing else has to be there.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use clap::Parser as _;
use dualfuel_cli::database::{Access, Connection, Place};
use dualfuel_cli::{Cli, Context, Outcome, report};

/// A directory of its own for a project.
struct Project(tempfile::TempDir);

/// What a command came to: its exit status and what it printed.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    status: u8,
    out: String,
    err: String,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs a command line; `@/` stands for the project's directory.
    async fn run(&self, line: &str) -> Ended {
        let here = self.path().display().to_string();
        let words = line
            .split_whitespace()
            .map(|word| word.replace("@/", &format!("{here}/")));
        let cli = Cli::try_parse_from(["dualfuel".to_owned()].into_iter().chain(words));
        let cli = cli.unwrap_or_else(|error| panic!("{error}"));
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut context = Context {
            here: self.path().to_owned(),
            out: &mut out,
            err: &mut err,
        };
        let ended = dualfuel_cli::run(cli, &mut context).await;
        let (status, error) = match ended {
            Ok(Outcome::Done) => (0, String::new()),
            Ok(Outcome::Found) => (1, String::new()),
            Err(error) => (2, report(&error)),
        };
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(&format!("{here}/"), "")
        };
        let err = text(err) + &error.replace(&format!("{here}/"), "");
        Ended {
            status,
            out: text(out),
            err,
        }
    }

    async fn done(&self, line: &str) -> String {
        let ended = self.run(line).await;
        assert_eq!(ended.status, 0, "{line}: {ended:?}");
        ended.out
    }

    /// Its exit status and, in one text, what it printed.
    async fn not_done(&self, line: &str, status: u8) -> String {
        let ended = self.run(line).await;
        assert_eq!(ended.status, status, "{line}: {ended:?}");
        ended.out + &ended.err
    }

    async fn sqlite(&self, file: &str, sql: &str) {
        let place: Place = format!("sqlite://{}/{file}", self.path().display())
            .parse()
            .unwrap();
        let mut connection = Connection::open(&place, Access::Write).await.unwrap();
        connection.run_script(sql).await.unwrap();
    }
}

const NOTES: &str = "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL);\n";
const TAGS: &str = "CREATE TABLE tags (note_id INTEGER NOT NULL REFERENCES notes (id), tag TEXT NOT NULL, PRIMARY KEY (note_id, tag));\n";

fn notes() -> Project {
    Project::new(&[
        (
            "dualfuel.toml",
            "source = \"m\"\nout = \"o\"\nfrom = \"sqlite\"\n",
        ),
        ("m/0001_notes/up.sql", NOTES),
    ])
}

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
        err.starts_with("error: m/0002_search/up.sql:2:8: CREATE VIRTUAL TABLE: `fts5` is"),
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
async fn a_database_goes_there_and_back() {
    let project = notes();
    project.write("m/0002_tags/up.sql", TAGS);
    project.done("render").await;
    let url = "--url sqlite://@/app.db";
    assert_eq!(
        project.not_done(&format!("plan {url}"), 2).await,
        "error: there is no database at sqlite://app.db: `dualfuel migrate` makes it"
    );

    let out = project.done(&format!("migrate {url}")).await;
    assert!(
        out.contains(" at sqlite://app.db, no schema version yet\n"),
        "{out}"
    );
    assert!(out.contains("\n  0001 notes   applied in "), "{out}");
    assert!(out.ends_with("\nSchema version 0002\n"), "{out}");
    let again = project.done(&format!("migrate {url}")).await;
    assert!(
        again.ends_with("schema version 0002\nNothing to do\n"),
        "{again}"
    );

    let out = project.done(&format!("revert {url}")).await;
    assert!(out.contains("\n  0002 tags   reverted in "), "{out}");
    let out = project.done(&format!("plan {url}")).await;
    assert!(
        out.ends_with("  0002 tags   pending\nSchema version 0002 after `dualfuel migrate`\n"),
        "{out}"
    );
    let json = project.done(&format!("status {url} --json")).await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["current"], "0001");
    assert_eq!(json["versions"][1]["state"], "pending");
}

#[tokio::test]
async fn a_database_is_shown_as_a_tree() {
    let project = notes();
    project.sqlite("app.db", &format!("{NOTES}{TAGS}")).await;
    assert_eq!(
        project.done("inspect --url sqlite://@/app.db").await,
        "notes\n\
         ├─ id    BIGINT not null identity\n\
         ├─ body  TEXT not null\n\
         └─ primary key (id)\n\
         tags\n\
         ├─ note_id  BIGINT not null\n\
         ├─ tag      TEXT not null\n\
         ├─ primary key (note_id, tag)\n\
         └─ foreign key (note_id) to notes (id)\n"
    );
}

#[tokio::test]
async fn differences_are_a_line_each() {
    let project = notes();
    project.sqlite("same.db", NOTES).await;
    assert_eq!(project.done("diff @/m sqlite://@/same.db").await, "");
    project
        .sqlite("other.db", &NOTES.replace("NOT NULL", "DEFAULT 'x'"))
        .await;
    let out = project
        .not_done("diff sqlite://@/same.db sqlite://@/other.db", 1)
        .await;
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(out.contains("notes.body: null is"), "{out}");
    assert!(out.contains("notes.body: default"), "{out}");
}

#[tokio::test]
async fn a_database_of_sqlx_is_gone_on_with() {
    let project = Project::new(&[
        ("m/1_notes.sql", NOTES),
        ("m/2_tags.sql", TAGS),
        (
            "m/3_more.sql",
            "CREATE TABLE more (id INTEGER PRIMARY KEY);",
        ),
    ]);
    let ledger = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT \
                  NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN \
                  NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);
                  INSERT INTO _sqlx_migrations (version, description, success, checksum, \
                  execution_time) VALUES (1, 'notes', 1, x'00', 1), (2, 'tags', 1, x'00', 1);";
    project
        .sqlite("app.db", &format!("{NOTES}{TAGS}{ledger}"))
        .await;
    let adopt = "adopt --from sqlx @/m --url sqlite://@/app.db";

    assert_eq!(
        project.done(&format!("{adopt} --dry-run")).await,
        "the database is what its 2 migrations make: it can be adopted; 1 pending\n"
    );
    assert_eq!(
        project.done(adopt).await,
        "adopted: 2 migrations are applied, 2 of them written down now; 1 pending for `dualfuel \
         migrate`\n"
    );
    project
        .done("render --source @/m --from sqlite --out @/o")
        .await;
    let out = project
        .done("migrate --out @/o --url sqlite://@/app.db")
        .await;
    assert!(
        out.contains("\n  00000000000003 more   applied in "),
        "{out}"
    );
    assert_eq!(out.matches("applied in").count(), 1, "{out}");
}

#[tokio::test]
async fn a_database_that_is_not_what_its_migrations_make_is_not_adopted() {
    let project = Project::new(&[("m/V1__notes.sql", NOTES)]);
    let ledger = "CREATE TABLE refinery_schema_history (version INTEGER PRIMARY KEY, name TEXT, \
                  applied_on TEXT, checksum TEXT); INSERT INTO refinery_schema_history VALUES (1, \
                  'notes', '', '');";
    let drifted = NOTES.replace("NOT NULL", "");
    project
        .sqlite("app.db", &format!("{drifted}{ledger}"))
        .await;
    let out = project
        .not_done("adopt --from refinery @/m --url sqlite://@/app.db", 1)
        .await;
    assert!(out.contains("notes.body: null is"), "{out}");
    assert!(
        out.ends_with(
            "not adopted: the database is not what its 1 migrations make; nothing was written\n"
        ),
        "{out}"
    );
    let tree = project
        .done("diff sqlite://@/app.db sqlite://@/app.db")
        .await;
    assert_eq!(tree, "");
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
