//! What stops a run, and that nothing has changed then.

use std::time::Duration;

use dualfuel_engine::{Begin, ConnectOptions, Connection};
use dualfuel_migrate::{Engine, Loss, MigrateError, Options, Order, Version, migrate};

use crate::support::{Database, Set, chain, each_engine, impatient};

/// Runs and expects a refusal that leaves everything as it was.
async fn refused(db: &Database, set: &Set, options: &Options) -> MigrateError {
    let before = db.picture().await;
    let error = db.migrate_with(set, options).await.unwrap_err();
    assert_eq!(db.picture().await, before);
    error
}

#[tokio::test]
async fn an_edited_migration() {
    each_engine(async |db| {
        let set = Set::of_two();
        db.migrate(&set).await.unwrap();
        let up = "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT);";
        set.write_up("0001_create_authors", up);
        // Something to do, so that a run which did not look would show.
        let set = set.with(
            "0003_more",
            "CREATE TABLE more (id INTEGER PRIMARY KEY);",
            "",
        );

        let error = refused(db, &set, &Options::default()).await;

        assert_eq!(
            error.to_string(),
            "migration 0001 was edited after it was applied: restore its up.sql and put the \
             change in a new migration"
        );
    })
    .await;
}

#[tokio::test]
async fn not_an_edited_comment() {
    each_engine(async |db| {
        let set = Set::of_two();
        db.migrate(&set).await.unwrap();
        let up = std::fs::read_to_string(set.path(db.engine).join("0001_create_authors/up.sql"));
        let up = format!(
            "-- Those who write.\r\n{}",
            up.unwrap().replace('\n', "\r\n\r\n")
        );
        set.write_up("0001_create_authors", &up);

        assert!(db.migrate(&set).await.unwrap().applied.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_hole_unless_it_may_be_filled() {
    each_engine(async |db| {
        let set = Set::of_two();
        db.migrate(&set).await.unwrap();
        let set = set.with(
            "0000_merged",
            "CREATE TABLE merged (id INTEGER PRIMARY KEY);",
            "",
        );
        let set = set.with(
            "0003_more",
            "CREATE TABLE more (id INTEGER PRIMARY KEY);",
            "",
        );

        let error = refused(db, &set, &Options::default()).await;
        let hole = Version::recorded("0000");
        assert!(
            matches!(&error, MigrateError::Hole { version, .. } if *version == hole),
            "{error}"
        );

        let options = Options {
            order: Order::FillHoles,
            ..Options::default()
        };
        let report = db.migrate_with(&set, &options).await.unwrap();
        assert_eq!(report.applied.len(), 2);
        assert_eq!(report.current, Some(Version::recorded("0003")));
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_unless_it_is_declared_compatible() {
    each_engine(async |db| {
        let newer = Set::of_two().with(
            "0003_add_isbn",
            "-- dualfuel: compatible-with 1.4\nALTER TABLE books ADD COLUMN isbn TEXT;",
            "",
        );
        db.migrate(&newer).await.unwrap();
        let older = Set::of_two();
        let release = |text: &str| Options {
            program_version: text.parse().unwrap(),
            ..Options::default()
        };

        let error = refused(db, &older, &release("1.3.9")).await;
        assert_eq!(
            error.to_string(),
            "the database has version 0003, which this program (1.3.9) does not know: \
             start release 1.4.0 or a newer one"
        );
        let findings = db
            .connect()
            .await
            .check(&older.load(), &release("1.3.9").program_version)
            .await
            .unwrap();
        assert_eq!(findings[0].to_string(), error.to_string());

        let report = db.migrate_with(&older, &release("1.4.0")).await.unwrap();
        assert!(report.applied.is_empty());
        assert_eq!(report.current, Some(Version::recorded("0003")));

        let undeclared = newer.with("0004_drop", "ALTER TABLE books DROP COLUMN isbn;", "");
        db.migrate(&undeclared).await.unwrap();
        let error = refused(db, &older, &release("99.0.0")).await;
        assert!(
            matches!(
                error,
                MigrateError::Newer {
                    compatible_with: None,
                    ..
                }
            ),
            "{error}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_the_database_refuses() {
    each_engine(async |db| {
        let set = Set::of_two().with(
            "0003_fails",
            "CREATE TABLE more (id INTEGER PRIMARY KEY);\n\n\
             -- The table is misspelt.\nINSERT INTO more (id)\nSELECT id\nFROM moar;",
            "",
        );

        let error = db.migrate(&set).await.unwrap_err();

        // Both others tell where in the statement the fault is.
        let line = match db.engine {
            Engine::Sqlite | Engine::Postgres => 6,
            Engine::Mariadb => 4,
        };
        let said = match db.engine {
            Engine::Sqlite => "no such table: moar",
            Engine::Postgres => "relation \"moar\" does not exist",
            Engine::Mariadb => "moar' doesn't exist",
        };
        assert!(chain(&error).contains(said), "{}", chain(&error));
        let MigrateError::Refused { line: seen, .. } = &error else {
            panic!("{error}")
        };
        assert!(*seen == line || *seen == 4, "{error}");
        assert_eq!(
            error.to_string(),
            format!(
                "migration 0003 failed on {} at statement 2 (line {seen})",
                db.engine
            )
        );
        // Earlier versions stay, and of this one nothing does, but on MariaDB,
        // where the first statement committed.
        assert_eq!(db.versions().await, ["0001", "0002"]);
        let stays = db.schema().await.iter().any(|line| line.contains("more"));
        assert_eq!(stays, db.engine == Engine::Mariadb);

        set.write_up("0003_fails", "CREATE TABLE more (id INTEGER PRIMARY KEY);");
        assert_eq!(db.migrate(&set).await.unwrap().applied.len(), 1);
    })
    .await;
}

/// Without this it would commit half of the version, and no ledger row.
#[tokio::test]
async fn a_file_that_ends_the_transaction_itself() {
    each_engine(async |db| {
        let set = Set::of_two().with(
            "0003_rolls_back",
            "CREATE TABLE a (b INTEGER);\nROLLBACK;",
            "",
        );
        let error = db.migrate(&set).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "up.sql of migration 0003 for {}, line 2: this statement would end the \
                 transaction that holds the ledger: remove it",
                db.engine
            )
        );
        assert_eq!(db.schema().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_lock_that_is_never_free() {
    each_engine(async |db| {
        let set = Set::of_two();
        let other = db.locked().await;
        let start = std::time::Instant::now();

        let error = db.migrate_with(&set, &impatient()).await.unwrap_err();

        let MigrateError::Locked { waited } = error else {
            panic!("{error}")
        };
        assert!(waited >= impatient().lock_wait && waited <= start.elapsed());
        drop(other);
        // The connection of the one that gave up would serve again, too.
        let report = db.migrate(&set).await.unwrap();
        assert_eq!(report.applied.len(), 2);
    })
    .await;
}

/// A connection gives up on a lock sooner or later than a run does.
#[tokio::test]
async fn a_run_waits_as_long_as_it_was_told_not_as_its_connection() {
    let db = Database::new(Engine::Sqlite).await;
    let mut other = db.diesel().await;
    other.begin(&Begin::write()).await.unwrap();
    for lock_timeout in [Duration::from_millis(20), Duration::from_secs(600)] {
        let connect = ConnectOptions {
            lock_timeout,
            ..ConnectOptions::default()
        };
        let url = db.url.parse().unwrap();
        let mut conn = Connection::open(&url, &connect).await.unwrap();

        let error = migrate(&mut conn, &Set::of_two().load(), &impatient())
            .await
            .unwrap_err();

        let MigrateError::Locked { waited } = error else {
            panic!("{error}")
        };
        assert!(waited >= impatient().lock_wait, "{waited:?}");
    }
    other.rollback().await.unwrap();
}

/// The connection is still fit for use after it gave up.
#[tokio::test]
async fn giving_up_leaves_the_connection_clean() {
    each_engine(async |db| {
        let migrations = Set::of_two().load();
        let other = db.locked().await;
        let mut conn = db.connect().await;

        conn.migrate(&migrations, &impatient()).await.unwrap_err();
        assert!(conn.is_clean());
        drop(other);

        let options = Options::default();
        conn.migrate(&migrations, &options).await.unwrap();
    })
    .await;
}

/// Each cause has its own sentence; a loss may be accepted, the others not.
#[tokio::test]
async fn reverting_what_has_no_way_back() {
    each_engine(async |db| {
        let select = "SELECT 1;";
        let lossy = "-- dualfuel: irreversible: mails were sent\nSELECT 1;";
        for (up, down, why, can_be_accepted) in [
            (select, None, "it has no down.sql", false),
            (
                select,
                Some("-- This file should undo anything in `up.sql`"),
                "its down.sql has no statement",
                false,
            ),
            (
                select,
                Some(lossy),
                "it is irreversible: mails were sent",
                true,
            ),
            (
                lossy,
                Some(lossy),
                "it is irreversible: mails were sent",
                true,
            ),
            (
                "-- dualfuel: irreversible\nSELECT 1;",
                Some(select),
                "it says that it is irreversible",
                true,
            ),
        ] {
            let set = Set::of_two();
            for engine in Engine::ALL {
                set.write(engine, "0003_a", "up.sql", up);
                if let Some(down) = down {
                    set.write(engine, "0003_a", "down.sql", down);
                }
            }
            // The one above it could be reverted, and is not.
            let set = set.with("0004_b", select, select);
            db.migrate(&set).await.unwrap();
            let before = db.picture().await;
            let mut conn = db.connect().await;

            let error = conn
                .revert(&set.load(), 2, &Options::default())
                .await
                .unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("migration 0003 can't be reverted: {why}")
            );
            assert_eq!(db.picture().await, before);

            let accepted = Options {
                loss: Loss::Accept,
                ..Options::default()
            };
            let reverted = conn.revert(&set.load(), 2, &accepted).await;
            assert_eq!(reverted.is_ok(), can_be_accepted, "{why}");
            if !can_be_accepted {
                db.execute("DELETE FROM __diesel_schema_migrations WHERE version > '0002'")
                    .await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn reverting_what_is_not_carried() {
    each_engine(async |db| {
        db.migrate(&Set::of_two().with("0003_a", "SELECT 1;", "SELECT 1;"))
            .await
            .unwrap();
        let before = db.picture().await;
        let mut conn = db.connect().await;
        let error = conn
            .revert(&Set::of_two().load(), 1, &Options::default())
            .await
            .unwrap_err();
        assert!(matches!(error, MigrateError::NotCarried { .. }));
        assert_eq!(db.picture().await, before);
    })
    .await;
}

/// A value of a row in a log is a leak; names are what helps.
#[tokio::test]
async fn a_failure_tells_names_and_no_values() {
    let unique = "ALTER TABLE people ADD CONSTRAINT one_of_each UNIQUE (token);";
    let cases = [
        (
            Engine::Sqlite,
            "CREATE UNIQUE INDEX one_of_each ON people (token);",
            "UNIQUE constraint failed: people.token",
        ),
        (
            Engine::Sqlite,
            "UPDATE people SET id = json_extract('{}', token);",
            "bad JSON path: …",
        ),
        (Engine::Postgres, unique, "\"one_of_each\" (SQLSTATE 23505)"),
        (
            Engine::Postgres,
            "ALTER TABLE people ALTER token TYPE UUID USING token::UUID;",
            "invalid input syntax for type uuid: … (SQLSTATE 22P02)",
        ),
        (
            Engine::Postgres,
            "SELECT to_tsquery(token || ' ' || token) FROM people;",
            "syntax error in tsquery: … (SQLSTATE 42601)",
        ),
        (
            Engine::Mariadb,
            unique,
            "Duplicate entry … for key 'one_of_each' (error 1062)",
        ),
        (
            Engine::Mariadb,
            "ALTER TABLE people MODIFY token UUID;",
            "Incorrect uuid value: … for column `",
        ),
        (
            Engine::Mariadb,
            "SET @a = (SELECT STR_TO_DATE(token, '%Y') FROM people LIMIT 1); \
             UPDATE people SET born = STR_TO_DATE(token, '%Y');",
            "Incorrect datetime value: … (error 1411)",
        ),
    ];
    for (engine, sql, said) in cases {
        let db = Database::new(engine).await;
        let people = "CREATE TABLE people (id INTEGER, token VARCHAR(90), born DATE);\n\
                      INSERT INTO people (token) VALUES ('s3cret'), ('s3cret');";
        let set = Set::of_two()
            .with("0003_people", people, "")
            .with("0004_fails", "SELECT 1;", "")
            .on(engine, "0004_fails", &format!("\n{sql}"), "");

        let error = db.migrate(&set).await.unwrap_err();

        let text = chain(&error);
        assert!(
            text.contains("failed on") && text.contains("(line 2)"),
            "{text}"
        );
        assert!(text.contains(said), "{sql}: {text}");
        assert!(!format!("{text} {error:?}").contains("s3cret"), "{error:?}");
    }
}
