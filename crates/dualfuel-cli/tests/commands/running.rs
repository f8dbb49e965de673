//! A database and its migrations: `plan`, `migrate`, `revert`, `status`,
//! `inspect`, `diff`. What is the same on every engine is one test for all.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use dualfuel_cli::database::{Place, Scratch};
use dualfuel_schema::Engine;

use crate::project::{NOTES, Project, TAGS, notes};
use crate::servers::admin;

/// An empty database, and the project whose migrations it gets.
struct On {
    engine: Engine,
    project: Project,
    database: Scratch,
}

impl On {
    /// Runs a command on the database.
    fn line(&self, command: &str) -> String {
        let url = self.database.place().secret();
        format!("{command} --url {url}")
    }

    async fn done(&self, command: &str) -> String {
        self.project.done(&self.line(command)).await
    }

    async fn not_done(&self, command: &str, status: u8) -> String {
        self.project.not_done(&self.line(command), status).await
    }

    async fn json(&self, command: &str) -> serde_json::Value {
        let out = self.project.run(&self.line(command)).await.out;
        serde_json::from_str(&out).unwrap()
    }

    /// The state of each version.
    async fn states(&self) -> Vec<String> {
        let status = self.json("status --json").await;
        let versions = status["versions"].as_array().unwrap().iter();
        versions
            .map(|version| version["state"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What the database holds, ledgers left out.
    async fn schema(&self) -> String {
        match self.database.place() {
            // Nobody has made it yet.
            Place::Sqlite(url) if url.file().is_some_and(|file| !file.exists()) => String::new(),
            _ => self.done("inspect").await,
        }
    }

    /// Where a rendered file of this engine is, in the project.
    fn file(&self, path: &str) -> String {
        format!("o/{}/{path}", self.engine.slug())
    }
}

/// One body for each engine, with [`notes`] and tags rendered.
async fn each_engine(body: impl AsyncFn(On)) {
    for engine in Engine::ALL {
        let project = notes();
        project.write("m/0002_tags/up.sql", TAGS);
        project.done("render").await;
        let database = Scratch::create(&admin(engine)).await.unwrap();
        body(On {
            engine,
            project,
            database,
        })
        .await;
    }
}

#[tokio::test]
async fn a_database_goes_there_and_back() {
    each_engine(async |on| {
        let head = format!("{} ", on.engine);
        let plan = on.done("plan").await;
        assert!(plan.starts_with(&head), "{plan}");
        let pending = "\n  0001 notes   pending\n  0002 tags    pending\n";
        assert!(
            plan.ends_with(&format!(
                "no schema version yet{pending}Schema version 0002 after `dualfuel migrate`\n"
            )),
            "{plan}"
        );
        // Looking has made no ledger either.
        assert_eq!(on.schema().await, "");

        let out = on.done("migrate").await;
        assert!(out.contains("\n  0001 notes   applied in "), "{out}");
        assert!(out.ends_with("\nSchema version 0002\n"), "{out}");
        let again = on.done("migrate").await;
        assert!(
            again.ends_with("schema version 0002\nNothing to do\n"),
            "{again}"
        );
        assert_eq!(on.states().await, ["applied", "applied"]);

        let out = on.done("revert").await;
        assert!(out.contains("\n  0002 tags   reverted in "), "{out}");
        assert!(out.ends_with("\nSchema version 0001\n"), "{out}");
        assert_eq!(on.states().await, ["applied", "pending"]);
        assert!(!on.schema().await.contains("tags"));

        let json = on.json("migrate --json").await;
        assert_eq!(json["current"], "0002");
        assert_eq!(json["applied"][0]["name"], "tags");
        let json = on.json("revert --json --steps 2").await;
        assert_eq!(json["reverted"][1]["version"], "0001");
        assert_eq!(json["current"], serde_json::Value::Null);
        assert_eq!(on.schema().await, "");
        let nothing = on.done("revert").await;
        assert!(nothing.ends_with("Nothing to do\n"), "{nothing}");
    })
    .await;
}

#[tokio::test]
async fn a_run_goes_as_far_as_it_is_told() {
    each_engine(async |on| {
        let out = on.done("migrate --to 0001").await;
        assert!(out.ends_with("\nSchema version 0001\n"), "{out}");
        // As the directory spells it.
        on.done("migrate --to 00-01_notes").await;
        on.done("migrate --to 00-01").await;
        let err = on.not_done("migrate --to 0009", 2).await;
        assert!(
            err.ends_with("error: there is no migration 0009 to go to"),
            "{err}"
        );
        assert_eq!(on.states().await, ["applied", "pending"]);
    })
    .await;
}

/// What a way back loses is said, and taken back by who accepts it.
#[tokio::test]
async fn a_loss_has_to_be_accepted() {
    each_engine(async |on| {
        on.project.write(
            "m/0003_fill/up.sql",
            "INSERT INTO notes (id, body) VALUES (1, 'a');\nUPDATE notes SET body = 'b';\n",
        );
        on.project.done("render").await;
        // On the source's own engine the way back is its author's to say.
        let down = on.file("0003_fill/down.sql");
        let is_derived = on.project.path().join(&down).exists();
        assert!(is_derived, "{}", on.engine);
        on.done("migrate").await;

        let err = on.not_done("revert", 2).await;
        assert!(
            err.contains(
                "error: migration 0003 can't be reverted: it is irreversible: rows that the \
                 migration"
            ),
            "{err}"
        );
        assert!(
            err.ends_with("\n\nhint: --allow-loss takes it back all the same"),
            "{err}"
        );
        assert_eq!(on.states().await, ["applied", "applied", "applied"]);

        on.done("revert --allow-loss").await;
        assert_eq!(on.states().await, ["applied", "applied", "pending"]);
    })
    .await;
}

/// Whoever edits what a database has, has two schemas for one version.
#[tokio::test]
async fn an_applied_file_that_was_edited_stops_a_run() {
    each_engine(async |on| {
        on.done("migrate --to 0001").await;
        let before = on.schema().await;
        let file = on.file("0001_notes/up.sql");
        let text = on.project.read(&file);
        on.project.write(&file, text.replace("body", "text"));

        let err = on.not_done("migrate", 2).await;
        assert!(
            err.contains("migration 0001 was edited after it was applied"),
            "{err}"
        );
        assert_eq!(on.states().await, ["edited", "pending"]);
        let plan = on.not_done("plan", 1).await;
        assert!(
            plan.contains("0001 notes   applied, and edited since\n"),
            "{plan}"
        );
        assert!(
            plan.ends_with("`dualfuel migrate` would refuse\n"),
            "{plan}"
        );
        assert_eq!(on.schema().await, before);

        // A comment is no edit.
        on.project.write(&file, format!("-- Notes.\n{text}"));
        on.done("migrate").await;
    })
    .await;
}

/// The lock file knows what was rendered.
#[tokio::test]
async fn a_rendered_file_that_was_edited_by_hand_is_not_run() {
    each_engine(async |on| {
        let up = on.file("0002_tags/up.sql");
        let text = on.project.read(&up);
        on.project.write(&up, format!("{text}DROP TABLE notes;\n"));
        let err = on.not_done("migrate", 2).await;
        assert!(
            err.contains("0002_tags/up.sql is not what was rendered"),
            "{err}"
        );
        assert_eq!(on.schema().await, "");

        on.project.write(&up, &text);
        on.done("migrate").await;
        let down = on.file("0002_tags/down.sql");
        let text = on.project.read(&down);
        on.project
            .write(&down, format!("{text}DROP TABLE notes;\n"));
        let err = on.not_done("revert", 2).await;
        assert!(
            err.contains("0002_tags/down.sql is not what was rendered"),
            "{err}"
        );
        assert_eq!(on.states().await, ["applied", "applied"]);
    })
    .await;
}

/// Branches that are merged leave one.
#[tokio::test]
async fn a_hole_is_filled_by_who_says_so() {
    each_engine(async |on| {
        let table = |name: &str| format!("CREATE TABLE {name} (id INTEGER PRIMARY KEY);\n");
        on.project.write("m/0004_newer/up.sql", table("newer"));
        on.project.done("render").await;
        on.done("migrate").await;
        on.project.write("m/0003_late/up.sql", table("late"));
        on.project.done("render").await;

        let err = on.not_done("migrate", 2).await;
        assert!(err.contains("0003") && err.contains("0004"), "{err}");
        assert_eq!(on.states().await, ["applied", "applied", "hole", "applied"]);
        let plan = on.not_done("plan", 1).await;
        assert!(
            plan.contains("not applied, though the newer 0004 is"),
            "{plan}"
        );

        on.done("migrate --allow-out-of-order").await;
        assert_eq!(on.states().await, ["applied"; 4]);
    })
    .await;
}

/// A rolling deploy: the database has what this directory has not.
#[tokio::test]
async fn a_database_that_is_newer_is_left_alone() {
    each_engine(async |on| {
        on.done("migrate").await;
        for engine in Engine::ALL {
            let dir = format!("o/{}/0002_tags", engine.slug());
            fs::remove_dir_all(on.project.path().join(dir)).unwrap();
        }
        assert_eq!(on.states().await, ["applied", "unknown"]);
        let err = on.not_done("migrate", 2).await;
        assert!(err.contains("0002"), "{err}");
        let err = on.not_done("revert", 2).await;
        assert!(
            err.ends_with("version 0002 can't be reverted: this program does not carry it"),
            "{err}"
        );
        assert!(on.schema().await.contains("tags"));
    })
    .await;
}

/// On MariaDB each change of the schema commits by itself: what a killed run
/// has done is noted, and the next one goes on from there.
#[tokio::test]
async fn a_run_that_was_killed_halfway_on_mariadb_is_taken_up() {
    let project = notes();
    project.write("m/0002_slow/up.sql", "SELECT 1;\n");
    project.write(
        "m/0002_slow/up.mariadb.sql",
        "CREATE TABLE first (id INT PRIMARY KEY);\nDO SLEEP(2);\n\
         CREATE TABLE second (id INT PRIMARY KEY);\n",
    );
    project.done("render").await;
    let on = On {
        engine: Engine::Mariadb,
        project,
        database: Scratch::create(&admin(Engine::Mariadb)).await.unwrap(),
    };
    let mut killed = Command::new(env!("CARGO_BIN_EXE_dualfuel"))
        .args(["migrate", "--url", &on.database.place().secret()])
        .current_dir(on.project.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !on.schema().await.contains("first") {
        assert!(start.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    killed.kill().unwrap();
    killed.wait().unwrap();

    assert_eq!(on.states().await, ["applied", "interrupted"]);
    let status = on.done("status").await;
    assert!(
        status.contains("0002 slow    half applied: 1 statement done"),
        "{status}"
    );
    assert!(!on.schema().await.contains("second"));

    // The server holds the lock of the dead until its statement ends.
    on.done("migrate").await;
    assert_eq!(on.states().await, ["applied", "applied"]);
    assert!(on.schema().await.contains("second"));
}

/// What is not there yet would be made, and is not made by looking.
#[tokio::test]
async fn a_sqlite_file_that_is_not_there_is_looked_at_as_an_empty_one() {
    let project = notes();
    project.done("render").await;
    let url = "--url sqlite://@/app.db";
    let out = project.done(&format!("plan {url}")).await;
    assert!(
        out.ends_with("  0001 notes   pending\nSchema version 0001 after `dualfuel migrate`\n"),
        "{out}"
    );
    assert!(!project.path().join("app.db").exists());
    for command in ["status", "revert"] {
        assert_eq!(
            project.not_done(&format!("{command} {url}"), 2).await,
            "error: there is no database at sqlite://app.db: `dualfuel migrate` makes it"
        );
    }
}

/// Not even the journal mode: programs on Dualfuel want WAL, its owner may not.
#[tokio::test]
async fn looking_leaves_a_sqlite_file_byte_for_byte() {
    let project = notes();
    project.done("render").await;
    project.sqlite("app.db", NOTES).await;
    let file = project.path().join("app.db");
    let before = fs::read(&file).unwrap();
    for command in ["status", "plan", "inspect"] {
        project
            .done(&format!("{command} --url sqlite://@/app.db"))
            .await;
        assert_eq!(fs::read(&file).unwrap(), before, "{command}");
    }
    assert!(!project.path().join("app.db-wal").exists());
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
