//! A program killed at any point of a run.
//!
//! A test starts itself again as another process, which aborts at one event of
//! the run, as `kill -9` would: nothing is cleaned up. Then a second run has to
//! arrive where an uninterrupted one does.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use dualfuel_migrate::{Engine, Event, MigrateError, Migrations, Observer, Options};

use crate::support::{Conn, Database, Set, impatient};

const URL: &str = "DUALFUEL_TEST_CHILD_URL";
const DIRECTORY: &str = "DUALFUEL_TEST_CHILD_DIRECTORY";
const ABORT_AT: &str = "DUALFUEL_TEST_CHILD_ABORT_AT";
const REVERT: &str = "DUALFUEL_TEST_CHILD_REVERT";

/// This program again, as a process that migrates `db` and aborts at an event.
pub(crate) fn child(db: &Database, set: &Set, abort_at: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "crashes::as_child", "--ignored", "--nocapture"])
        .env(URL, &db.url)
        .env(DIRECTORY, set.root())
        .env(ABORT_AT, abort_at.to_string());
    command
}

struct AbortAt {
    at: usize,
    seen: AtomicUsize,
}

impl Observer for AbortAt {
    fn observe(&self, event: Event<'_>) {
        if let Event::Waiting = event {
            return;
        }
        if self.seen.fetch_add(1, Ordering::Relaxed) == self.at {
            std::process::abort();
        }
    }
}

#[tokio::test]
#[ignore = "started by other tests, as another process"]
async fn as_child() {
    let variable = |name| std::env::var(name).unwrap();
    let migrations = Migrations::load(variable(DIRECTORY)).unwrap();
    let mut conn = Conn::open(&variable(URL)).await;
    let at = variable(ABORT_AT).parse().unwrap();
    let observer = Arc::new(AbortAt {
        at,
        seen: AtomicUsize::new(0),
    });
    let options = Options {
        observer: Some(observer),
        ..Options::default()
    };
    if std::env::var_os(REVERT).is_some() {
        conn.revert(&migrations, usize::MAX, &options)
            .await
            .unwrap();
    } else {
        for ran in conn.migrate(&migrations, &options).await.unwrap().applied {
            println!("\napplied {}", ran.version);
        }
    }
}

/// A rebuild with children, data, and on PostgreSQL an index outside of any
/// transaction: each way of running a version.
fn set() -> Set {
    let rebuild = "PRAGMA foreign_keys = OFF;
        BEGIN;
        CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER);
        INSERT INTO new (id, name) SELECT id, name FROM authors;
        DROP TABLE authors;
        ALTER TABLE new RENAME TO authors;
        COMMIT;
        PRAGMA foreign_keys = ON;";
    Set::of_two()
        .with(
            "0003_fill",
            "INSERT INTO books (id, author_id) VALUES (1, 1), (2, 1);",
            "DELETE FROM books;",
        )
        .on(
            Engine::Sqlite,
            "0004_born",
            rebuild,
            "ALTER TABLE authors DROP COLUMN born;",
        )
        .without_transaction(Engine::Sqlite, "0004_born")
        .on(
            Engine::Postgres,
            "0004_born",
            "ALTER TABLE authors ADD born INTEGER;
             CREATE INDEX CONCURRENTLY authors_born ON authors (born);
             BEGIN;
             UPDATE authors SET born = coalesce(born, 0) + 1;
             ALTER TABLE authors ADD died INTEGER;
             COMMIT;
             CREATE UNIQUE INDEX CONCURRENTLY authors_name ON authors (name);",
            "DROP INDEX CONCURRENTLY authors_name;
             ALTER TABLE authors DROP died;
             DROP INDEX CONCURRENTLY authors_born;
             ALTER TABLE authors DROP born;",
        )
        .without_transaction(Engine::Postgres, "0004_born")
        .on(
            Engine::Mariadb,
            "0004_born",
            "SET @born = 1900, foreign_key_checks = 0;
             ALTER TABLE authors ADD born INTEGER;
             CREATE INDEX authors_born ON authors (born);
             BEGIN;
             UPDATE authors SET born = coalesce(born, 0) + @born;
             INSERT INTO books (id, author_id) VALUES (3, 1);
             COMMIT;
             UPDATE authors SET born = born + @born;
             CREATE TABLE a (id INTEGER PRIMARY KEY AUTO_INCREMENT);
             CREATE TABLE b (id INTEGER PRIMARY KEY);
             INSERT INTO a VALUES (NULL), (NULL);
             RENAME TABLE a TO c;
             TRUNCATE TABLE c;
             DROP TABLE b, c;
             CREATE TRIGGER authors_born BEFORE INSERT ON authors FOR EACH ROW BEGIN
                 IF NEW.born IS NULL THEN SET NEW.born = 1900; END IF;
             END;
             CREATE VIEW born AS SELECT born FROM authors;
             ALTER TABLE authors MODIFY name VARCHAR(50) NOT NULL, ADD died INTEGER;",
            "DROP VIEW born;
             DROP TRIGGER authors_born;
             ALTER TABLE authors DROP died, MODIFY name TEXT NOT NULL;
             DROP INDEX authors_born ON authors;
             ALTER TABLE authors DROP born;",
        )
}

async fn rows(db: &Database) -> Vec<String> {
    db.lines(if db.engine == Engine::Mariadb {
        "SELECT CONCAT_WS(' ', id, name, born) FROM authors \
         UNION ALL SELECT CONCAT(id) FROM books ORDER BY 1"
    } else {
        "SELECT CAST(id AS TEXT) || ' ' || name || ' ' || coalesce(CAST(born AS TEXT), '-') AS line \
         FROM authors UNION ALL SELECT CAST(id AS TEXT) FROM books ORDER BY 1"
    })
    .await
}

/// Kills a run at its first event, its second, and so on; says at how many.
async fn killed_at_each_point(engine: Engine) -> usize {
    let set = set();
    let whole = Database::new(engine).await;
    whole.migrate(&set).await.unwrap();
    let (picture, rows_of_whole) = (whole.picture().await, rows(&whole).await);

    for point in 0.. {
        let db = Database::new(engine).await;
        let ended = child(&db, &set, point).output().unwrap();
        if ended.status.success() {
            return point;
        }
        let printed = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!printed.contains("panicked"), "point {point}: {printed}");

        let report = db.migrate(&set).await;

        assert!(report.is_ok(), "point {point}: {report:?}");
        assert_eq!(db.picture().await, picture, "point {point}");
        assert_eq!(rows(&db).await, rows_of_whole, "point {point}");
    }
    unreachable!()
}

#[tokio::test]
async fn killed_at_each_point_on_sqlite() {
    let points = killed_at_each_point(Engine::Sqlite).await;
    // 4 versions with 9 statements: start, record, commit; start and end.
    assert_eq!(points, 4 * 3 + 9 * 2);
}

#[tokio::test]
async fn killed_at_each_point_on_postgres() {
    let points = killed_at_each_point(Engine::Postgres).await;
    assert_eq!(points, 4 * 3 + 10 * 2);
}

#[tokio::test]
async fn killed_at_each_point_on_mariadb() {
    let points = killed_at_each_point(Engine::Mariadb).await;
    assert_eq!(points, 4 * 3 + 20 * 2);
}

/// Going back is no less exposed than going forward.
#[tokio::test]
async fn killed_at_each_point_of_reverting() {
    for engine in Engine::ALL {
        let set = set();
        for point in 0.. {
            let db = Database::new(engine).await;
            db.migrate(&set).await.unwrap();
            let ended = child(&db, &set, point).env(REVERT, "1").output().unwrap();
            let mut conn = db.connect().await;
            let options = Options::default();
            let reverted = conn.revert(&set.load(), usize::MAX, &options).await;
            assert!(reverted.is_ok(), "{engine}, point {point}: {reverted:?}");
            assert_eq!(db.versions().await, [""; 0], "{engine}, point {point}");
            let schema = db.schema().await.join("\n");
            assert!(
                !schema.contains("authors"),
                "{engine}, point {point}: {schema}"
            );
            if ended.status.success() {
                let statements = match engine {
                    Engine::Sqlite => 4,
                    Engine::Postgres => 7,
                    Engine::Mariadb => 8,
                };
                assert_eq!(point, 4 * 3 + statements * 2, "{engine}");
                break;
            }
        }
    }
}

/// The server goes on building for a client that is gone. Another run must not
/// take the unfinished index for an abandoned one: it would drop it.
#[tokio::test]
async fn killed_while_the_server_builds_an_index() {
    let db = Database::new(Engine::Postgres).await;
    db.migrate(&Set::of_two()).await.unwrap();
    let up = "CREATE INDEX CONCURRENTLY slow ON books (author_id);";
    let set = Set::of_two()
        .on(Engine::Postgres, "0003_slow", up, "")
        .without_transaction(Engine::Postgres, "0003_slow")
        .on(Engine::Sqlite, "0003_slow", "SELECT 1;", "")
        .on(Engine::Mariadb, "0003_slow", "SELECT 1;", "");
    let mut older = db.diesel().await;
    older
        .batch_execute("BEGIN; INSERT INTO books (id, author_id) VALUES (1, 1)")
        .await
        .unwrap();

    let mut process = child(&db, &set, usize::MAX).spawn().unwrap();
    let waiting = "SELECT query AS line FROM pg_stat_activity \
                   WHERE query LIKE 'CREATE INDEX CONCURRENTLY slow%' AND wait_event_type = 'Lock' \
                   AND datname = current_database()";
    while db.lines(waiting).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let seen = db.migrate_with(&set, &impatient()).await;
    assert!(matches!(seen, Err(MigrateError::Locked { .. })), "{seen:?}");
    older.batch_execute("COMMIT").await.unwrap();

    let oid = "SELECT CAST(oid AS TEXT) AS line FROM pg_class WHERE relname = 'slow'";
    let built = db.lines(oid).await;
    assert_eq!(db.migrate(&set).await.unwrap().applied.len(), 1);
    assert_eq!(db.lines(oid).await, built);
    assert!(!db.schema().await.join("\n").contains("valid false"));
}
