//! The `schema.rs` that is worked out from migrations agrees with what
//! `diesel print-schema` finds in a database that has them.
//!
//! What differs is known and has a reason (`docs/migrations.md`); it is taken
//! out here, each with its rule, and nothing else may differ. `diesel_cli` is
//! built for SQLite and PostgreSQL; on MariaDB it needs MySQL's C library, so
//! there only the introspection behind `check` speaks.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/servers.rs"]
mod servers;

use std::{collections::BTreeMap, fs, process::Command};

use clap::Parser as _;
use dualfuel_cli::{
    Cli, Context, Outcome,
    database::{Access, Connection, Scratch},
};
use dualfuel_schema::Engine;

use servers::admin;

/// Every type that Diesel reads on both engines, keys and a foreign key.
const BOTH: &str = "
    CREATE TABLE parents (
        a INTEGER NOT NULL, b TEXT NOT NULL, c TEXT, PRIMARY KEY (b, a)
    );
    CREATE TABLE types (
        id BIGINT PRIMARY KEY, small SMALLINT, whole INTEGER NOT NULL, big BIGINT,
        yes BOOLEAN NOT NULL, words TEXT NOT NULL, letters VARCHAR(9), bytes BLOB,
        single REAL, twice DOUBLE NOT NULL, day DATE, clock TIME, moment TIMESTAMP NOT NULL,
        parent_b TEXT, parent_a INTEGER,
        FOREIGN KEY (parent_b, parent_a) REFERENCES parents (b, a)
    );
    CREATE TABLE numbers (id INTEGER PRIMARY KEY);
    CREATE TABLE children (
        id BIGINT PRIMARY KEY, type_id BIGINT NOT NULL REFERENCES types (id)
    );";

/// What SQLite holds as text or under a name of Dualfuel's own.
const POSTGRES: &str = "
    CREATE TABLE more (
        id UUID PRIMARY KEY, doc JSON NOT NULL, price NUMERIC(9, 2), moment TIMESTAMPTZ
    );";

/// Where a `diesel` is, or `None` when this machine has none.
fn diesel() -> Option<String> {
    let path = std::env::var("DUALFUEL_DIESEL_CLI").ok();
    if path.is_none() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "DUALFUEL_DIESEL_CLI has to name a `diesel` in CI: `cargo xtask ci` sets it"
        );
        eprintln!("skipped: no `diesel` to run (DUALFUEL_DIESEL_CLI names none)");
    }
    path
}

/// The tables of a `schema.rs`: primary key, and each column with its type.
type Tables = BTreeMap<String, (String, Vec<(String, String)>)>;

fn tables(text: &str) -> Tables {
    let mut tables = Tables::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line != "diesel::table! {" {
            continue;
        }
        let head = lines.find(|line| line.ends_with(") {")).unwrap();
        let (name, key) = head.trim_end_matches(") {").split_once(" (").unwrap();
        let columns = lines
            .by_ref()
            .take_while(|line| *line != "}")
            .filter_map(|line| line.trim_end_matches(',').split_once(" -> "))
            .map(|(column, of)| (column.to_owned(), of.to_owned()))
            .collect();
        tables.insert(name.to_owned(), (key.to_owned(), columns));
    }
    tables
}

/// The lines that say what may be joined and what may stand in one query.
fn relations(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("diesel::joinable!"))
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}

/// With one name for each type, and what Diesel sees otherwise on SQLite.
fn spelled(mut tables: Tables, engine: Engine) -> Tables {
    const ALIASES: [(&str, &str); 7] = [
        ("Int2", "SmallInt"),
        ("Int4", "Integer"),
        ("Int8", "BigInt"),
        ("Bytea", "Binary"),
        ("Varchar", "Text"),
        ("Float4", "Float"),
        ("Float8", "Double"),
    ];
    for (_, of) in tables.values_mut().flat_map(|(_, columns)| columns) {
        for (alias, name) in ALIASES {
            *of = of.replace(alias, name);
        }
    }
    if engine == Engine::Sqlite {
        // A row's number has 64 bits, though it has to be declared INTEGER.
        let (_, columns) = tables.get_mut("numbers").unwrap();
        columns[0].1 = "BigInt".to_owned();
        // Diesel names a key's columns in the table's order.
        let (key, _) = tables.get_mut("parents").unwrap();
        *key = "a, b".to_owned();
    }
    tables
}

#[tokio::test]
async fn the_schema_file_agrees_with_print_schema() {
    let Some(diesel) = diesel() else { return };
    for (engine, sql) in [
        (Engine::Sqlite, BOTH.to_owned()),
        (Engine::Postgres, format!("{BOTH}{POSTGRES}")),
    ] {
        let project = tempfile::tempdir().unwrap();
        let source = project.path().join("migrations/source/0001_all");
        fs::create_dir_all(&source).unwrap();
        fs::write(source.join("up.sql"), sql).unwrap();
        let (mut ours, mut err) = (Vec::new(), Vec::new());
        for line in [["dualfuel", "render"], ["dualfuel", "schema"]] {
            ours.clear();
            let mut context = Context {
                here: project.path().to_owned(),
                out: &mut ours,
                err: &mut err,
            };
            let cli = Cli::try_parse_from(line).unwrap();
            let outcome = dualfuel_cli::run(cli, &mut context).await.unwrap();
            assert_eq!(outcome, Outcome::Done);
        }
        let ours = String::from_utf8(ours).unwrap();

        let up = format!("migrations/{}/0001_all/up.sql", engine.slug());
        let up = fs::read_to_string(project.path().join(up)).unwrap();
        let scratch = Scratch::create(&admin(engine)).await.unwrap();
        let mut connection = Connection::open(scratch.place(), Access::Write)
            .await
            .unwrap();
        connection.run_script(&up).await.unwrap();
        drop(connection);
        let output = Command::new(&diesel)
            .args(["print-schema", "--database-url", &scratch.place().secret()])
            .current_dir(project.path())
            .output()
            .unwrap();
        let theirs = String::from_utf8(output.stdout).unwrap();
        let failure = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{engine}: {failure}");

        assert_eq!(
            spelled(tables(&ours), engine),
            spelled(tables(&theirs), engine),
            "{engine}\n{theirs}"
        );
        assert_eq!(relations(&ours), relations(&theirs), "{engine}");
    }
}
