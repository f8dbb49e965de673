//! `adopt`: going on with what another tool has migrated.

use dualfuel_cli::database::{Access, Connection, Scratch};
use dualfuel_schema::Engine;
use dualfuel_schema::introspect::Catalog as _;

use crate::project::{NOTES, Project, TAGS};
use crate::servers::admin;

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
        "adopted: of 3 migrations 2 are applied, 2 written down now; 1 pending for `dualfuel \
         migrate`\n"
    );
    project
        .done("render --source @/m --from sqlite --out @/o")
        .await;
    let out = project
        .done("migrate --out @/o --url sqlite://@/app.db")
        .await;
    assert!(
        out.contains(
            "\n  00000000000002 tags    applied by another tool: noted\n  00000000000003 more    \
             applied in "
        ),
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
            "not adopted: the database is not what its migration makes; nothing was written\n"
        ),
        "{out}"
    );
    let tree = project
        .done("diff sqlite://@/app.db sqlite://@/app.db")
        .await;
    assert_eq!(tree, "");
}

/// A tool whose ledger all three engines can hold.
struct Ledger {
    tool: &'static str,
    /// How it names the files.
    files: [&'static str; 3],
    table: fn(Engine) -> String,
    row: fn(usize, Engine) -> String,
}

const LEDGERS: [Ledger; 3] = [
    Ledger {
        tool: "sqlx",
        files: ["m/1_notes.sql", "m/2_tags.sql", "m/3_more.sql"],
        table: |engine| {
            let bytes = if engine == Engine::Postgres {
                "BYTEA"
            } else {
                "BLOB"
            };
            format!(
                "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT \
                 NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN \
                 NOT NULL, checksum {bytes} NOT NULL, execution_time BIGINT NOT NULL)"
            )
        },
        row: |nth, engine| {
            let bytes = if engine == Engine::Postgres {
                "'\\x00'"
            } else {
                "x'00'"
            };
            format!(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, \
                 execution_time) VALUES ({nth}, 'a', TRUE, {bytes}, 1)"
            )
        },
    },
    Ledger {
        tool: "diesel",
        files: [
            "m/0001_notes/up.sql",
            "m/0002_tags/up.sql",
            "m/0003_more/up.sql",
        ],
        table: |_| {
            "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
             run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)"
                .to_owned()
        },
        row: |nth, _| {
            format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('000{nth}')")
        },
    },
    Ledger {
        tool: "refinery",
        files: ["m/V1__notes.sql", "m/V2__tags.sql", "m/V3__more.sql"],
        table: |_| {
            "CREATE TABLE refinery_schema_history (version INTEGER PRIMARY KEY, name \
             VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255))"
                .to_owned()
        },
        row: |nth, _| format!("INSERT INTO refinery_schema_history VALUES ({nth}, 'a', '', '')"),
    },
];

/// In words that all three engines take for the same.
const PLAIN: [&str; 3] = [
    "CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY, body VARCHAR(40) NOT NULL);\n",
    "CREATE TABLE tags (note_id BIGINT NOT NULL, tag VARCHAR(40) NOT NULL, \
     PRIMARY KEY (note_id, tag));\n",
    "CREATE TABLE more (id BIGINT NOT NULL PRIMARY KEY);\n",
];

fn dialect(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
        Engine::Mariadb => "mysql",
    }
}

/// A database with two of three migrations, as the tool has left it; `by_hand`
/// is what somebody has done since.
async fn kept_by(ledger: &Ledger, engine: Engine, by_hand: &str) -> (Project, Scratch) {
    let files: Vec<(&str, &str)> = ledger.files.into_iter().zip(PLAIN).collect();
    let project = Project::new(&files);
    let database = Scratch::create(&admin(engine)).await.unwrap();
    let mut connection = Connection::open(database.place(), Access::Write)
        .await
        .unwrap();
    let [first, second, _] = PLAIN;
    let script = [
        first.to_owned(),
        second.to_owned(),
        format!("{};\n", (ledger.table)(engine)),
        format!("{};\n", (ledger.row)(1, engine)),
        format!("{};\n", (ledger.row)(2, engine)),
        by_hand.to_owned(),
    ];
    connection.run_script(&script.concat()).await.unwrap();
    (project, database)
}

#[tokio::test]
async fn what_another_tool_has_migrated_is_gone_on_with_on_every_engine() {
    for engine in Engine::ALL {
        for ledger in &LEDGERS {
            let (project, database) = kept_by(ledger, engine, "").await;
            let url = database.place().secret();
            let adopt = format!("adopt --from {} @/m --url {url}", ledger.tool);
            let what = format!("{engine}, {}", ledger.tool);

            let dry = project.done(&format!("{adopt} --dry-run")).await;
            assert_eq!(
                dry, "the database is what its 2 migrations make: it can be adopted; 1 pending\n",
                "{what}"
            );
            let written = if ledger.tool == "diesel" { 0 } else { 2 };
            assert_eq!(
                project.done(&adopt).await,
                format!(
                    "adopted: of 3 migrations 2 are applied, {written} written down now; 1 \
                     pending for `dualfuel migrate`\n"
                ),
                "{what}"
            );
            let render = format!("render --source @/m --from {} --out @/o", dialect(engine));
            project.done(&render).await;
            let out = project
                .done(&format!("migrate --out @/o --url {url}"))
                .await;
            assert_eq!(
                out.matches("applied by another tool: noted").count(),
                2,
                "{what}: {out}"
            );
            assert_eq!(
                out.matches(" more    applied in ").count(),
                1,
                "{what}: {out}"
            );
        }
    }
}

#[tokio::test]
async fn a_database_with_differences_is_adopted_on_no_engine() {
    for engine in Engine::ALL {
        for ledger in &LEDGERS {
            let by_hand = "ALTER TABLE notes ADD COLUMN stars BIGINT;\nDROP TABLE tags;\n";
            let (project, database) = kept_by(ledger, engine, by_hand).await;
            let url = database.place().secret();
            let adopt = format!("adopt --from {} @/m --url {url}", ledger.tool);
            let what = format!("{engine}, {}", ledger.tool);

            let out = project.not_done(&adopt, 1).await;
            assert!(
                out.contains("notes.stars: column BIGINT is only in the database\n"),
                "{what}: {out}"
            );
            assert!(out.contains("is only in the migrations\n"), "{what}: {out}");
            assert!(
                out.ends_with(
                    "not adopted: the database is not what its 2 migrations make; nothing was \
                     written\n"
                ),
                "{what}: {out}"
            );
            let json = project.run(&format!("{adopt} --json")).await;
            let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
            assert_eq!(json["written"], 0, "{what}");
            assert!(json["differences"].as_array().unwrap().len() >= 2, "{what}");
            let mut connection = Connection::open(database.place(), Access::Read)
                .await
                .unwrap();
            if ledger.tool != "diesel" {
                let rows = connection
                    .rows("SELECT 1 FROM __diesel_schema_migrations")
                    .await;
                assert!(rows.is_err(), "{what}: a ledger was made");
            }
        }
    }
}
