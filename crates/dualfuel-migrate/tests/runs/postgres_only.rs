//! What only PostgreSQL has: row level security, search paths, and statements
//! that no transaction can hold.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use dualfuel_engine::{ConnectOptions, Connection};
use dualfuel_migrate::{
    Engine, Event, MigrateError, Observer, Options, State, Version, revert, status,
};

use crate::support::{Database, Set, chain};

fn set(directory: &str, up: &str) -> Set {
    Set::of_two().on(Engine::Postgres, directory, up, "").on(
        Engine::Sqlite,
        directory,
        "SELECT 1;",
        "",
    )
}

/// Under FORCE the owner sees no row: the UPDATE would touch none and succeed.
#[tokio::test]
async fn a_statement_that_policies_would_filter_fails() {
    let db = Database::new(Engine::Postgres).await;
    db.migrate(&Set::of_two()).await.unwrap();
    db.execute(
        "ALTER TABLE authors ENABLE ROW LEVEL SECURITY; \
         ALTER TABLE authors FORCE ROW LEVEL SECURITY; \
         CREATE POLICY none ON authors USING (false)",
    )
    .await;
    let set = set("0003_backfill", "UPDATE authors SET name = 'unknown';");

    let error = db.migrate(&set).await.unwrap_err();

    let said = "query would be affected by row-level security policy for table \"authors\"";
    assert!(chain(&error).contains(said), "{}", chain(&error));
}

/// What `pg_dump` writes starts so, and many a first migration is a dump.
#[tokio::test]
async fn a_file_may_empty_the_search_path() {
    let db = Database::new(Engine::Postgres).await;
    let set = set(
        "0000_dump",
        "SELECT pg_catalog.set_config('search_path', '', false);\n\
         CREATE TABLE public.dumped (id INTEGER);",
    );
    let report = db.migrate(&set).await.unwrap();
    assert_eq!(report.applied.len(), 3);
    assert_eq!(db.count("dumped").await, 0);
}

#[tokio::test]
async fn a_statement_waits_for_a_table_as_long_as_it_may() {
    let db = Database::new(Engine::Postgres).await;
    db.migrate(&Set::of_two()).await.unwrap();
    let mut other = db.diesel().await;
    other
        .batch_execute("BEGIN; LOCK TABLE books")
        .await
        .unwrap();
    let set = set("0003_isbn", "ALTER TABLE books ADD isbn TEXT;");
    let options = Options {
        lock_timeout: Duration::from_millis(100),
        ..Options::default()
    };

    let error = db.migrate_with(&set, &options).await.unwrap_err();

    assert!(chain(&error).contains("lock timeout"), "{}", chain(&error));
}

/// Takes the lock on another connection once the first version is there.
struct TakeOver {
    url: String,
    holder: Mutex<Option<tokio::runtime::Runtime>>,
}

impl Observer for TakeOver {
    fn observe(&self, event: Event<'_>) {
        let Event::VersionCommitted { .. } = event else {
            return;
        };
        let url = self.url.parse().unwrap();
        // A runtime can't wait inside another.
        let holder = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let options = ConnectOptions::default();
                let mut conn = Connection::open(&url, &options).await.unwrap();
                let key = i64::from_be_bytes(*b"dualfuel");
                let sql = format!("SELECT pg_advisory_lock({key})");
                conn.batch_execute(&sql).await.unwrap();
                tokio::spawn(async move {
                    let _held = conn;
                    std::future::pending::<()>().await;
                });
            });
            runtime
        });
        *self.holder.lock().unwrap() = Some(holder.join().unwrap());
    }
}

/// Through PgBouncer the lock stays on one server connection, and the next
/// version may run on another. Here it is lost in another way: a file gives it
/// up, and someone else takes it.
#[tokio::test]
async fn a_version_does_not_begin_where_the_lock_is_not_held() {
    let db = Database::new(Engine::Postgres).await;
    let set = set("0000_gives_up", "SELECT pg_advisory_unlock_all();");
    let holder = Arc::new(TakeOver {
        url: db.url.clone(),
        holder: Mutex::default(),
    });
    let options = Options {
        observer: Some(holder.clone()),
        ..Options::default()
    };

    let error = db.migrate_with(&set, &options).await.unwrap_err();

    assert!(matches!(error, MigrateError::Pooled), "{error}");
    assert_eq!(db.versions().await, ["0000"]);
    let runtime = holder.holder.lock().unwrap().take();
    runtime.unwrap().shutdown_background();
}

fn concurrently() -> Set {
    let down = "DROP INDEX CONCURRENTLY books_author_id_2; ALTER TABLE books DROP isbn;";
    Set::of_two()
        .on(
            Engine::Postgres,
            "0003_index",
            "ALTER TABLE books ADD isbn TEXT;\n\
             CREATE UNIQUE INDEX CONCURRENTLY books_author_id_2 ON books (author_id);\n\
             COMMENT ON TABLE books IS 'done';",
            down,
        )
        .without_transaction(Engine::Postgres, "0003_index")
        .on(Engine::Sqlite, "0003_index", "SELECT 1;", "SELECT 1;")
}

#[tokio::test]
async fn a_version_outside_a_transaction_applies_and_reverts() {
    let db = Database::new(Engine::Postgres).await;
    db.migrate(&Set::of_two()).await.unwrap();
    let before = db.picture().await;
    let set = concurrently();

    db.migrate(&set).await.unwrap();
    let schema = db.schema().await.join("\n");
    assert!(
        schema.contains("books_author_id_2") && schema.contains("isbn"),
        "{schema}"
    );
    assert_eq!(db.versions().await, ["0001", "0002", "0003"]);

    revert(&mut db.diesel().await, &set.load(), 1, &Options::default())
        .await
        .unwrap();
    assert_eq!(db.picture().await, before);
}

/// The index can't be built while two rows are alike; what it leaves behind is
/// invalid, and would be in the way of the next attempt.
#[tokio::test]
async fn a_failed_index_is_cleared_away_and_tried_again() {
    let db = Database::new(Engine::Postgres).await;
    db.migrate(&Set::of_two()).await.unwrap();
    db.execute("INSERT INTO books (id, author_id) VALUES (1, 1), (2, 1)")
        .await;
    let set = concurrently();

    let error = db.migrate(&set).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "migration 0003 failed on PostgreSQL at statement 2 (line 2)"
    );
    assert!(!db.schema().await.join("\n").contains("books_author_id_2"));
    let seen = status(&mut db.diesel().await, &set.load()).await.unwrap();
    let interrupted = State::Interrupted {
        reverting: false,
        statements_done: 1,
    };
    assert_eq!(seen.versions[2].state, interrupted);
    // Half applied, it can't be reverted, and what is above it can't either.
    let half = revert(&mut db.diesel().await, &set.load(), 1, &Options::default()).await;
    assert!(matches!(
        half.unwrap_err(),
        MigrateError::Interrupted { .. }
    ));

    db.execute("DELETE FROM books WHERE id = 2").await;
    assert_eq!(db.migrate(&set).await.unwrap().applied.len(), 1);
    assert!(db.schema().await.join("\n").contains("books_author_id_2"));
}

/// Nothing of it happened, so the file may still be corrected.
#[tokio::test]
async fn a_version_whose_first_statement_fails_has_not_begun() {
    let db = Database::new(Engine::Postgres).await;
    db.migrate(&Set::of_two()).await.unwrap();
    let before = db.picture().await;
    let set = set(
        "0003_index",
        "CREATE INDEX CONCURRENTLY wrong ON books (no_such_column);",
    )
    .without_transaction(Engine::Postgres, "0003_index");

    db.migrate(&set).await.unwrap_err();
    assert_eq!(db.picture().await, before);

    set.write_up(
        "0003_index",
        "CREATE INDEX CONCURRENTLY right_one ON books (author_id);",
    );
    set.write(Engine::Sqlite, "0003_index", "up.sql", "SELECT 1;");
    assert_eq!(db.migrate(&set).await.unwrap().applied.len(), 1);
}

/// Ends the connection of the run from the server's side, at one statement.
struct Cut {
    url: String,
    application: String,
}

impl Observer for Cut {
    fn observe(&self, event: Event<'_>) {
        if let Event::StatementStarted { position: 2, .. } = event {
            let (url, application) = (self.url.clone(), self.application.clone());
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime.unwrap().block_on(async {
                    let url = url.parse().unwrap();
                    let options = Default::default();
                    let mut admin = Connection::open(&url, &options).await.unwrap();
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    let sql = format!(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                         WHERE application_name = '{application}'"
                    );
                    admin.batch_execute(&sql).await.unwrap();
                });
            });
        }
    }
}

/// The build waits for an older transaction, and its backend is ended there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_cut_off_in_the_middle_is_built_again() {
    let db = Database::new(Engine::Postgres).await;
    db.migrate(&Set::of_two()).await.unwrap();
    let mut older = db.diesel().await;
    older
        .batch_execute("BEGIN; INSERT INTO books (id, author_id) VALUES (1, 1)")
        .await
        .unwrap();
    let set = concurrently();
    set.write(
        Engine::Postgres,
        "0003_index",
        "up.sql",
        "SELECT 1;\nCREATE UNIQUE INDEX CONCURRENTLY books_author_id_2 ON books (author_id);",
    );
    let application = "dualfuel_cut".to_owned();
    let connect = ConnectOptions {
        application_name: application.clone(),
        ..Default::default()
    };
    let url = db.url.parse().unwrap();
    let mut conn = Connection::open(&url, &connect).await.unwrap();
    let cut = Cut {
        url: db.url.clone(),
        application,
    };
    let options = Options {
        observer: Some(Arc::new(cut)),
        ..Options::default()
    };

    let error = dualfuel_migrate::migrate(&mut conn, &set.load(), &options)
        .await
        .unwrap_err();
    assert!(
        matches!(error, MigrateError::Refused { position: 2, .. }),
        "{}",
        chain(&error)
    );
    let schema = db.schema().await.join("\n");
    assert!(
        schema.contains("books_author_id_2") && schema.contains("valid false"),
        "{schema}"
    );
    older.batch_execute("ROLLBACK").await.unwrap();

    assert_eq!(db.migrate(&set).await.unwrap().applied.len(), 1);
    let schema = db.schema().await.join("\n");
    assert!(
        schema.contains("books_author_id_2") && !schema.contains("valid false"),
        "{schema}"
    );
}

/// Whether a procedure that commits by itself was done can't be told.
#[tokio::test]
async fn what_cannot_be_told_is_said_with_the_way_on() {
    let db = Database::new(Engine::Postgres).await;
    let up = "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';\nCALL p();\nSELECT 1;";
    let set = set("0003_call", up).without_transaction(Engine::Postgres, "0003_call");
    db.migrate(&set).await.unwrap();
    // As a kill after the second statement leaves it.
    db.execute("DELETE FROM __diesel_schema_migrations WHERE version = '0003'")
        .await;
    db.execute(
        "UPDATE dualfuel_ledger SET state = 'started', statements_done = 1, run_on = NULL \
         WHERE version = '0003'",
    )
    .await;

    let error = db.migrate(&set).await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "migration 0003 was interrupted while it was applied, with 1 of its statements done: \
         migrate again to finish; if that stops here too, finish the next statement by hand and \
         add 1 to its `statements_done` in `dualfuel_ledger`"
    );
    db.execute("UPDATE dualfuel_ledger SET statements_done = statements_done + 1")
        .await;
    db.migrate(&set).await.unwrap();
    assert_eq!(db.versions().await.last().unwrap(), "0003");
    let current = status(&mut db.diesel().await, &set.load())
        .await
        .unwrap()
        .current;
    assert_eq!(current, Some(Version::recorded("0003")));
}
