//! What only MariaDB does: each change of the schema commits, and nothing rolls
//! it back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dualfuel_migrate::mariadb::{self, OpenError};
use dualfuel_migrate::{Engine, Event, MigrateError, Observer, Options, State};

use crate::support::{Conn, Database, Set, chain};

fn set(directory: &str, up: &str) -> Set {
    Set::of_two()
        .on(Engine::Sqlite, directory, "SELECT 1;", "")
        .on(Engine::Postgres, directory, "SELECT 1;", "")
        .on(Engine::Mariadb, directory, up, "")
}

async fn ledger(db: &Database) -> String {
    let sql = "SELECT CONCAT_WS(' ', state, statements_done, in_flight IS NOT NULL) \
               FROM dualfuel_ledger WHERE version = '0003'";
    db.lines(sql).await.join("")
}

/// The run is given up at the statement with this place in its file, as when
/// the program is killed: sent or not.
async fn stopped_at(db: &Database, set: &Set, position: usize, sent: bool) {
    struct StopAt {
        events: AtomicUsize,
        position: usize,
        sent: bool,
    }
    impl Observer for StopAt {
        fn observe(&self, event: Event<'_>) {
            match event {
                Event::StatementStarted {
                    version, position, ..
                } if version.as_str() == "0003" && position == self.position && !self.sent => {}
                Event::StatementFinished {
                    version, position, ..
                } if version.as_str() == "0003" && position == self.position && self.sent => {}
                _ => return,
            }
            self.events.fetch_add(1, Ordering::Relaxed);
            panic!("stopped by the test");
        }
    }
    let options = Options {
        observer: Some(Arc::new(StopAt {
            events: AtomicUsize::new(0),
            position,
            sent,
        })),
        ..Options::default()
    };
    let (migrations, url) = (set.load(), db.url.clone());
    let run = tokio::spawn(async move {
        let mut conn = Conn::open(&url).await;
        conn.migrate(&migrations, &options).await.map(drop)
    });
    assert!(run.await.unwrap_err().is_panic());
}

/// Nothing can be rolled back, so the way on is forward.
#[tokio::test]
async fn the_rest_of_a_file_that_failed_can_be_corrected() {
    let db = Database::new(Engine::Mariadb).await;
    let begins = "CREATE TABLE a (id INTEGER PRIMARY KEY);\nINSERT INTO a VALUES (1);\n";
    let set = set(
        "0003_fails",
        &format!("{begins}ALTER TABLE a\n  ADD b INTEGER MOAR;"),
    );

    let error = db.migrate(&set).await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "migration 0003 failed on MariaDB at statement 3 (line 4)"
    );
    assert!(
        chain(&error).contains("an error in your SQL syntax"),
        "{}",
        chain(&error)
    );
    assert_eq!(ledger(&db).await, "started 2 0");
    assert_eq!(db.versions().await, ["0001", "0002"]);
    let seen = db.connect().await.status(&set.load()).await.unwrap();
    let half = State::Interrupted {
        reverting: false,
        statements_done: 2,
    };
    assert_eq!(seen.versions[2].state, half);

    // Not what was carried out already.
    let mariadb = |up: &str| set.write(Engine::Mariadb, "0003_fails", "up.sql", up);
    mariadb("CREATE TABLE a (id BIGINT PRIMARY KEY);\nINSERT INTO a VALUES (1);\nSELECT 1;");
    let error = db.migrate(&set).await.unwrap_err();
    assert!(matches!(error, MigrateError::Edited { .. }), "{error}");

    mariadb(&format!(
        "{begins}ALTER TABLE a ADD b INTEGER; INSERT INTO a VALUES (2, 3);"
    ));
    assert_eq!(db.migrate(&set).await.unwrap().applied.len(), 1);
    assert_eq!(ledger(&db).await, "applied 4 0");
    assert_eq!(db.count("a").await, 2);
    // And now it is what it is.
    mariadb(begins);
    let error = db.migrate(&set).await.unwrap_err();
    assert!(matches!(error, MigrateError::Edited { .. }), "{error}");
}

#[tokio::test]
async fn a_first_statement_that_fails_leaves_no_trace() {
    let db = Database::new(Engine::Mariadb).await;
    for up in [
        "CREATE TABLE a (b MOAR);",
        "INSERT INTO nowhere VALUES (1);",
        "CALL nothing();",
    ] {
        let set = set("0003_fails", up);
        db.migrate(&set).await.unwrap_err();
        assert_eq!(ledger(&db).await, "", "{up}");
    }
}

/// What is done is not done again because a correction binds it to the rest.
#[tokio::test]
async fn a_correction_may_bring_a_transaction() {
    let db = Database::new(Engine::Mariadb).await;
    let done = "CREATE TABLE a (b INTEGER); INSERT INTO a VALUES (1);";
    let set = set("0003_fails", &format!("{done} INSERT INTO a VALUES ('x');"));
    db.migrate(&set).await.unwrap_err();
    let up = "CREATE TABLE a (b INTEGER);
        BEGIN; INSERT INTO a VALUES (1); INSERT INTO a VALUES (2); COMMIT;";
    set.write(Engine::Mariadb, "0003_fails", "up.sql", up);

    db.migrate(&set).await.unwrap();

    assert_eq!(db.lines("SELECT b FROM a ORDER BY b").await, ["1", "2"]);
}

/// It drops what is there, and then refuses.
#[tokio::test]
async fn a_drop_of_several_tables_can_fail_half_way() {
    let db = Database::new(Engine::Mariadb).await;
    db.execute("CREATE TABLE a (b INTEGER)").await;
    let set = set("0003_drops", "DROP TABLE a, b;");
    db.migrate(&set).await.unwrap_err();
    assert_eq!(ledger(&db).await, "started 0 1");
    // Neither is there now, which is what the statement was to bring about.
    assert_eq!(db.migrate(&set).await.unwrap().applied.len(), 1);
}

/// What others do to other tables is no sign, nor are the rows of this one.
#[tokio::test]
async fn a_statement_under_way_is_judged_by_what_it_names() {
    let up = "CREATE TABLE a (id INTEGER PRIMARY KEY AUTO_INCREMENT);
              ALTER TABLE a ADD b INTEGER;";
    for sent in [false, true] {
        let db = Database::new(Engine::Mariadb).await;
        let set = set("0003_alters", up);
        stopped_at(&db, &set, 2, sent).await;
        assert_eq!(ledger(&db).await, "started 1 1");
        db.execute("CREATE TABLE z (b INTEGER); INSERT INTO a (id) VALUES (7);")
            .await;

        db.migrate(&set).await.unwrap();

        assert_eq!(ledger(&db).await, "applied 2 0");
        assert_eq!(db.count("a WHERE b IS NULL").await, 1);
    }
}

/// Of a CALL the catalogue tells nothing; whoever looks can tell either way.
#[tokio::test]
async fn what_leaves_no_trace_is_for_a_human_to_judge() {
    let up = "CREATE TABLE a (b INTEGER);
        CREATE PROCEDURE p() BEGIN INSERT INTO a VALUES (1); COMMIT; END;
        CALL p();
        DROP PROCEDURE p;";
    for sent in [false, true] {
        let db = Database::new(Engine::Mariadb).await;
        let set = set("0003_calls", up);
        stopped_at(&db, &set, 3, sent).await;

        let error = db.migrate(&set).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "migration 0003 was interrupted at statement 3 (up.sql, line 3), and the database \
             can't tell whether that was carried out: look, and in its row of `dualfuel_ledger` \
             add 1 to `statements_done` if it was, or set `in_flight` to NULL if it was not; \
             then run again"
        );
        db.execute(if sent {
            "UPDATE dualfuel_ledger SET statements_done = statements_done + 1 WHERE version = '0003'"
        } else {
            "UPDATE dualfuel_ledger SET in_flight = NULL WHERE version = '0003'"
        })
        .await;

        assert_eq!(db.migrate(&set).await.unwrap().applied.len(), 1);
        assert_eq!(db.count("a").await, 1);
    }
}

/// Tables that change places look the same afterwards.
#[tokio::test]
async fn a_swap_under_way_is_not_swapped_back() {
    let db = Database::new(Engine::Mariadb).await;
    let up = "CREATE TABLE a (x INTEGER);
        CREATE TABLE b (x INTEGER);
        RENAME TABLE a TO c, b TO a, c TO b;";
    let set = set("0003_swaps", up);
    stopped_at(&db, &set, 3, true).await;
    let error = db.migrate(&set).await.unwrap_err();
    assert!(
        matches!(error, MigrateError::InDoubt { position: 3, .. }),
        "{error}"
    );
}

/// Diesel's table is made as Diesel makes it, with the collation of the database.
#[tokio::test]
async fn whatever_the_collation_of_the_database() {
    for collation in [
        "utf8mb4_bin",
        "utf8mb4_unicode_ci",
        "utf8mb3_bin",
        "latin1_swedish_ci",
        "ucs2_bin",
        "binary",
    ] {
        let db = Database::new(Engine::Mariadb).await;
        let sql = format!("ALTER DATABASE `{}` COLLATE {collation}", db.name);
        db.execute(&sql).await;
        let set = set("0003_ünames", "SELECT 1;");

        let applied = db.migrate(&set).await.unwrap().applied;
        assert_eq!(applied.len(), 3, "{collation}");

        assert_eq!(db.migrate(&set).await.unwrap().applied, [], "{collation}");
        let seen = db.connect().await.status(&set.load()).await.unwrap();
        let states = seen.versions.iter().map(|found| &found.state);
        assert!(
            states
                .into_iter()
                .all(|state| matches!(state, State::Applied)),
            "{collation}: {seen:?}"
        );
        let mut conn = db.connect().await;
        let reverted = conn.revert(&set.load(), 3, &Options::default()).await;
        assert_eq!(reverted.unwrap().len(), 3, "{collation}");
        assert_eq!(db.versions().await, [""; 0], "{collation}");
    }
}

/// A file may switch foreign keys off; the next one finds them on.
#[tokio::test]
async fn what_a_file_sets_ends_with_it() {
    let db = Database::new(Engine::Mariadb).await;
    let up = "SET foreign_key_checks = 0; INSERT INTO books (id, author_id) VALUES (1, 99);";
    let set = set("0003_orphan", up)
        .on(Engine::Sqlite, "0004_orphan", "SELECT 1;", "")
        .on(Engine::Postgres, "0004_orphan", "SELECT 1;", "")
        .on(
            Engine::Mariadb,
            "0004_orphan",
            "INSERT INTO books (id, author_id) VALUES (2, 99);",
            "",
        );

    let error = db.migrate(&set).await.unwrap_err();

    assert!(
        chain(&error).contains("foreign key constraint fails"),
        "{}",
        chain(&error)
    );
    assert_eq!(db.versions().await, ["0001", "0002", "0003"]);
    assert_eq!(db.count("books").await, 1);
}

#[tokio::test]
async fn what_would_leave_the_ledger_behind_is_refused() {
    let db = Database::new(Engine::Mariadb).await;
    for (sql, said) in [
        ("USE other", "would leave the database"),
        ("LOCK TABLES a WRITE", "would shut out the ledger"),
        ("SET SESSION autocommit = 0", "uncommitted"),
        ("DELIMITER //\nSELECT 1 //", "no SQL"),
    ] {
        let error = db
            .migrate(&set("0003_strays", &format!("{sql};")))
            .await
            .unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    assert_eq!(db.schema().await, [""; 0]);
}

#[tokio::test]
async fn a_program_without_migrations_for_it_says_so() {
    let db = Database::new(Engine::Mariadb).await;
    let set = Set::of_two();
    std::fs::remove_dir_all(set.path(Engine::Mariadb)).unwrap();
    let said = "there are no migrations for MariaDB: they belong in the directory `mariadb`";
    assert_eq!(db.migrate(&set).await.unwrap_err().to_string(), said);
    let error = db.connect().await.status(&set.load()).await.unwrap_err();
    assert_eq!(error.to_string(), said);
    assert_eq!(db.schema().await, [""; 0]);
}

/// Never in the clear when it was asked for: the server of the tests has no
/// certificate.
#[tokio::test]
async fn encryption_that_the_server_lacks_is_no_connection() {
    let db = Database::new(Engine::Mariadb).await;
    for mode in ["require", "verify-full"] {
        let url = format!("{}?sslmode={mode}", db.url);
        let error = mariadb::Connection::open(&url).await.unwrap_err();
        assert!(matches!(error, OpenError::Unencrypted { .. }), "{error:?}");
        assert!(
            error.to_string().contains("offers no encryption"),
            "{error}"
        );
    }
    for mode in ["disable", "prefer"] {
        let url = format!("{}?sslmode={mode}", db.url);
        mariadb::Connection::open(&url).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let error = mariadb::Connection::open("mysql://u:secret@127.0.0.1:1/d").await;
    let said = chain(&error.unwrap_err());
    assert!(
        said.starts_with("cannot connect to 127.0.0.1:1/d / "),
        "{said}"
    );
    assert!(said.contains("Connection refused"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

/// It drops the table that is there and makes another: what failed in between,
/// or was killed there, is to be said again.
#[tokio::test]
async fn a_table_that_is_to_be_replaced_is_there_in_the_end() {
    let ups = "CREATE TABLE a (x INTEGER);\nCREATE OR REPLACE TABLE a (y INTEGER REFERENCES authors (id));";
    let set = set("0003_replaces", ups);
    for gone in [false, true] {
        let db = Database::new(Engine::Mariadb).await;
        stopped_at(&db, &set, 2, false).await;
        if gone {
            db.execute("DROP TABLE a").await;
        }
        db.migrate(&set).await.unwrap();
        assert_eq!(db.count("a WHERE y IS NULL").await, 0, "{gone}");
        assert_eq!(ledger(&db).await, "applied 2 0");
    }
    // Carried out, and used since.
    let db = Database::new(Engine::Mariadb).await;
    stopped_at(&db, &set, 2, true).await;
    db.execute("INSERT INTO a VALUES (1)").await;
    db.migrate(&set).await.unwrap();
    assert_eq!(db.count("a").await, 1);
}

/// Aria keeps what a transaction takes back, so whether rows are there is for a
/// human to judge: they are not written twice.
#[tokio::test]
async fn rows_that_no_transaction_holds_are_not_written_twice() {
    let db = Database::new(Engine::Mariadb).await;
    db.execute("CREATE TABLE log (x INTEGER) ENGINE = Aria; CREATE TABLE safe (x INTEGER); \
                CREATE TRIGGER safe_logged AFTER INSERT ON safe FOR EACH ROW INSERT INTO log VALUES (7)")
        .await;
    let begins = "BEGIN; INSERT INTO log VALUES (1); INSERT INTO safe VALUES (2);";
    let set = set(
        "0003_logs",
        &format!("{begins} INSERT INTO log VALUES ('x'); COMMIT;"),
    );
    db.migrate(&set).await.unwrap_err();
    assert_eq!(ledger(&db).await, "started 2 1");
    let rows = db.lines("SELECT x FROM log ORDER BY x").await;
    assert_eq!(rows, ["1", "7"]);

    let error = db.migrate(&set).await.unwrap_err();
    assert!(
        matches!(error, MigrateError::InDoubt { position: 4, .. }),
        "{error}"
    );
    db.execute("UPDATE dualfuel_ledger SET in_flight = NULL WHERE version = '0003'")
        .await;
    db.execute("ALTER TABLE log MODIFY x TEXT").await;
    db.migrate(&set).await.unwrap();
    let rows = db.lines("SELECT x FROM log ORDER BY x").await;
    assert_eq!(rows, ["1", "7", "x"]);
}

/// A variable that is NULL in another session would write other rows.
#[tokio::test]
async fn what_went_with_the_session_is_not_taken_for_null() {
    let db = Database::new(Engine::Mariadb).await;
    let begins = "CREATE TABLE c (p INTEGER);\nSELECT MAX(id) INTO @m FROM authors;\n";
    let ends = "INSERT INTO c VALUES (@m);";
    let set = set(
        "0003_remembers",
        &format!("{begins}ALTER TABLE c ADD MOAR;\n{ends}"),
    );
    db.migrate(&set).await.unwrap_err();
    let correct = |up: String| set.write(Engine::Mariadb, "0003_remembers", "up.sql", &up);

    correct(
        format!("{begins}ALTER TABLE c ADD q INTEGER FIRST;\n{ends}").replace("(@m)", "(0, @m)"),
    );
    let error = db.migrate(&set).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "migration 0003 was interrupted, and its statement 4 (up.sql, line 4) needs @m, which \
         went with the session: look what it was, and write the value in its place, or \
         `SET @name = <value>` in front of the statement; then run again"
    );
    assert_eq!(ledger(&db).await, "started 2 0");

    correct(format!("{begins}SET @m = 1;\n{ends}"));
    db.migrate(&set).await.unwrap();
    assert_eq!(db.lines("SELECT p FROM c").await, ["1"]);
}
