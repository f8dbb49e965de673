//! `diesel_cli` on the same directories and the same database.

use std::process::Command;

use dualfuel_migrate::{Engine, Options, State, Version, revert, status};

use crate::support::{Database, Set, on_engines};

/// What the `diesel` that `cargo xtask ci` installs can open.
const DIESELS: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

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

fn run(diesel: &str, db: &Database, set: &Set, arguments: &[&str]) -> String {
    let url = match db.engine {
        Engine::Sqlite => db.file().display().to_string(),
        Engine::Postgres | Engine::Mariadb => db.url.clone(),
    };
    let output = Command::new(diesel)
        .arg("migration")
        .args(arguments)
        .arg("--migration-dir")
        .arg(set.path(db.engine))
        .arg("--database-url")
        .arg(url)
        .current_dir(set.root())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let failure = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "diesel {arguments:?}: {printed}{failure}"
    );
    printed
}

#[tokio::test]
async fn each_goes_on_where_the_other_stopped() {
    let Some(diesel) = diesel() else { return };
    on_engines(&DIESELS, async |db| {
        let set = Set::of_two();
        let run = |arguments: &[&str]| run(&diesel, db, &set, arguments);
        let ours = async || db.migrate(&set).await.unwrap();

        // Ours, and Diesel agrees on what is applied.
        ours().await;
        let listed = run(&["list"]);
        assert!(listed.contains("[X] 0001_create_authors"), "{listed}");
        assert!(listed.contains("[X] 0002_create_books"), "{listed}");
        let picture = db.schema().await;

        // Diesel reverts, ours applies again.
        run(&["revert"]);
        assert_eq!(db.versions().await, ["0001"]);
        assert_eq!(ours().await.applied.len(), 1);

        // Ours reverts all, Diesel applies, and ours takes note.
        let mut conn = db.diesel().await;
        revert(&mut conn, &set.load(), 2, &Options::default())
            .await
            .unwrap();
        run(&["run"]);
        assert_eq!(db.versions().await, ["0001", "0002"]);
        let both = [Version::recorded("0001"), Version::recorded("0002")];
        assert_eq!(ours().await.baselined, both);
        let seen = status(&mut conn, &set.load()).await.unwrap();
        assert_eq!(seen.versions[1].state, State::Foreign { baselined: true });
        let mut schema = db.schema().await;
        schema.sort();
        assert_eq!(schema, picture);
    })
    .await;
}

#[tokio::test]
async fn a_database_that_diesel_began() {
    let Some(diesel) = diesel() else { return };
    on_engines(&DIESELS, async |db| {
        let set = Set::of_two();
        run(&diesel, db, &set, &["run"]);
        let set = set.with(
            "2024-01-31-120000_more",
            "CREATE TABLE more (id INTEGER);",
            "DROP TABLE more;",
        );

        let report = db.migrate(&set).await.unwrap();

        assert_eq!((report.baselined.len(), report.applied.len()), (2, 1));
        let listed = run(&diesel, db, &set, &["list"]);
        assert!(listed.contains("[X] 2024-01-31-120000_more"), "{listed}");
    })
    .await;
}
