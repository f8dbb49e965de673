//! What a run does when nothing is in its way.

use std::sync::{Arc, Mutex};

use chrono::DateTime;
use dualfuel_migrate::{Event, MigrateError, Observer, Options, State, Target, Version};

use crate::support::{Set, each_engine};

#[tokio::test]
async fn a_run_applies_everything_and_the_next_one_nothing() {
    each_engine(async |db| {
        let set = Set::of_two();

        let report = db.migrate(&set).await.unwrap();
        let picture = db.picture().await;
        let again = db.migrate(&set).await.unwrap();

        let names: Vec<&str> = report.applied.iter().map(|ran| ran.name.as_str()).collect();
        assert_eq!(names, ["create_authors", "create_books"]);
        assert_eq!(report.current, Some(Version::recorded("0002")));
        assert_eq!(db.versions().await, ["0001", "0002"]);
        assert_eq!(db.count("authors").await, 1);
        assert!(again.applied.is_empty());
        assert_eq!(again.current, report.current);
        assert_eq!(db.picture().await, picture);
    })
    .await;
}

/// The other connection would block a run that took the lock, and the run would
/// give up on it.
#[tokio::test]
async fn a_run_with_nothing_to_do_takes_no_lock() {
    each_engine(async |db| {
        let set = Set::of_two();
        db.migrate(&set).await.unwrap();
        let other = db.locked().await;

        let options = Options {
            lock_wait: std::time::Duration::ZERO,
            ..Options::default()
        };
        let report = db.migrate_with(&set, &options).await.unwrap();

        assert!(report.applied.is_empty());
        drop(other);
    })
    .await;
}

#[tokio::test]
async fn a_run_stops_at_its_target() {
    each_engine(async |db| {
        let set = Set::of_two();
        let to = |version| Options {
            target: Target::Version(Version::recorded(version)),
            ..Options::default()
        };

        db.migrate_with(&set, &to("0001")).await.unwrap();
        assert_eq!(db.versions().await, ["0001"]);

        let error = db.migrate_with(&set, &to("0003")).await.unwrap_err();
        assert!(matches!(error, MigrateError::NoTarget { .. }));
    })
    .await;
}

#[tokio::test]
async fn a_reverted_version_leaves_nothing_and_can_come_back() {
    each_engine(async |db| {
        let set = Set::of_two();
        let mut conn = db.connect().await;
        db.migrate_with(
            &set,
            &Options {
                target: Target::Version(Version::recorded("0001")),
                ..Options::default()
            },
        )
        .await
        .unwrap();
        let one = db.picture().await;
        db.migrate(&set).await.unwrap();
        let two = db.picture().await;

        let reverted = conn
            .revert(&set.load(), 1, &Options::default())
            .await
            .unwrap();
        assert_eq!(reverted[0].version.as_str(), "0002");
        assert_eq!(db.picture().await, one);

        db.migrate(&set).await.unwrap();
        assert_eq!(db.picture().await, two);

        let reverted = conn
            .revert(&set.load(), 9, &Options::default())
            .await
            .unwrap();
        assert_eq!(reverted.len(), 2);
        assert_eq!(db.versions().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn looking_writes_nothing() {
    each_engine(async |db| {
        let migrations = Set::of_two().load();
        let mut conn = db.connect().await;

        let status = conn.status(&migrations).await.unwrap();
        let findings = conn.check(&migrations, &Default::default()).await.unwrap();

        assert_eq!(status.current, None);
        assert_eq!(status.versions[0].state, State::Pending);
        assert_eq!(
            findings[0].to_string(),
            "migration 0001 is not applied: run `dualfuel migrate` with the URL of the owner"
        );
        assert_eq!(db.schema().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn status_is_what_the_ledger_says() {
    each_engine(async |db| {
        let set = Set::of_two();
        let options = Options {
            clock: Arc::new(|| DateTime::UNIX_EPOCH),
            program_version: "1.4".parse().unwrap(),
            ..Options::default()
        };
        db.migrate_with(&set, &options).await.unwrap();
        let set = set.with("0003_more", "SELECT 1;", "");

        let status = db.connect().await.status(&set.load()).await.unwrap();

        let mut json = serde_json::to_value(&status).unwrap();
        let took = json["versions"][1]["duration_ms"].take();
        assert!(took.is_u64(), "{took}");
        assert_eq!(
            json["versions"][1],
            serde_json::json!({
                "version": "0002",
                "name": "create_books",
                "state": "applied",
                "applied_at": "1970-01-01T00:00:00Z",
                "duration_ms": null,
                "program_version": "1.4.0",
            })
        );
        assert_eq!(json["versions"][2]["state"], "pending");
        assert_eq!(json["current"], "0002");
        assert_eq!(json["engine"], db.engine.key());
    })
    .await;
}

/// A project that migrated with `diesel_cli` so far has only Diesel's rows.
#[tokio::test]
async fn what_another_tool_applied_is_noted_once_and_left_alone() {
    each_engine(async |db| {
        let set = Set::of_two();
        db.execute(
            "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
             run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP); \
             INSERT INTO __diesel_schema_migrations (version) VALUES ('0001'); \
             CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL);",
        )
        .await;

        let report = db.migrate(&set).await.unwrap();
        assert_eq!(report.baselined, [Version::recorded("0001")]);
        assert_eq!(report.applied.len(), 1);

        set.write_up("0001_create_authors", "SELECT 'whatever it was';");
        let again = db.migrate(&set).await.unwrap();
        assert!(again.baselined.is_empty() && again.applied.is_empty());
        let status = db.connect().await.status(&set.load()).await.unwrap();
        assert_eq!(status.versions[0].state, State::Foreign { baselined: true });
    })
    .await;
}

/// `diesel migration redo` runs an edited file and leaves our row as it was.
#[tokio::test]
async fn our_row_is_stale_once_another_tool_ran_the_version_again() {
    each_engine(async |db| {
        let set = Set::of_two();
        db.migrate(&set).await.unwrap();
        set.write_up(
            "0002_create_books",
            "CREATE TABLE books (id INTEGER PRIMARY KEY);",
        );
        db.execute("DELETE FROM __diesel_schema_migrations WHERE version = '0002'")
            .await;
        db.execute(
            "INSERT INTO __diesel_schema_migrations (version, run_on) \
             VALUES ('0002', '2030-01-01 00:00:00')",
        )
        .await;

        let report = db.migrate(&set).await.unwrap();

        assert_eq!(report.baselined, [Version::recorded("0002")]);
    })
    .await;
}

#[tokio::test]
async fn a_file_may_bring_its_own_transaction() {
    each_engine(async |db| {
        let set = Set::new().with(
            "0001_enveloped",
            "BEGIN;\nCREATE TABLE a (id INTEGER PRIMARY KEY);\nCOMMIT;",
            "BEGIN; DROP TABLE a; COMMIT;",
        );
        let migrations = set.load();
        let mut conn = db.connect().await;

        conn.migrate(&migrations, &Options::default())
            .await
            .unwrap();
        assert_eq!(db.count("a").await, 0);
        conn.revert(&migrations, 1, &Options::default())
            .await
            .unwrap();
        assert_eq!(db.versions().await, [""; 0]);
        assert!(conn.is_clean());
    })
    .await;
}

#[tokio::test]
async fn an_observer_is_told_of_every_step() {
    #[derive(Default)]
    struct Log(Mutex<Vec<String>>);
    impl Observer for Log {
        fn observe(&self, event: Event<'_>) {
            let line = match event {
                Event::VersionStarted {
                    version,
                    name,
                    statements,
                } => {
                    format!("{version} {name}: {statements}")
                }
                Event::StatementStarted { position, line, .. } => format!("{position} on {line}"),
                Event::StatementFinished { position, .. } => format!("{position} done"),
                Event::VersionRecorded { version } => format!("{version} recorded"),
                Event::VersionCommitted { version, .. } => format!("{version} committed"),
                other => format!("{other:?}"),
            };
            self.0.lock().unwrap().push(line);
        }
    }
    each_engine(async |db| {
        let log = Arc::new(Log::default());
        let options = Options {
            observer: Some(log.clone()),
            ..Options::default()
        };
        db.migrate_with(&Set::of_two(), &options).await.unwrap();
        let expected = [
            "0001 create_authors: 2",
            "1 on 1",
            "1 done",
            "2 on 2",
            "2 done",
            "0001 recorded",
            "0001 committed",
            "0002 create_books: 2",
            "1 on 1",
            "1 done",
            "2 on 2",
            "2 done",
            "0002 recorded",
            "0002 committed",
        ];
        assert_eq!(*log.0.lock().unwrap(), expected);
    })
    .await;
}
