//! Foreign keys on SQLite, where a table is changed by building another.

use diesel_async::SimpleAsyncConnection;
use dualfuel_migrate::{Engine, Loss, MigrateError, Options, Target, Version, migrate, revert};

use crate::support::{Database, Set};

const REBUILD: &str = "
    CREATE TABLE authors_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER);
    INSERT INTO authors_new (id, name) SELECT id, name FROM authors;
    DROP TABLE authors;
    ALTER TABLE authors_new RENAME TO authors;";

/// DROP TABLE deletes the rows first, and ON DELETE CASCADE their children.
/// Diesel runs 9 of 336 real migrations into this.
#[tokio::test]
async fn children_survive_a_rebuild_of_their_parent() {
    let enveloped = format!(
        "PRAGMA foreign_keys = OFF;\nBEGIN;{REBUILD}\nPRAGMA foreign_key_check;\nCOMMIT;\n\
         PRAGMA foreign_keys = ON;"
    );
    for up in [REBUILD, &enveloped] {
        let db = Database::new(Engine::Sqlite).await;
        let set = Set::of_two();
        db.migrate(&set).await.unwrap();
        db.execute("INSERT INTO books (author_id) VALUES (1), (1), (1)")
            .await;
        let set = set.on(Engine::Sqlite, "0003_authors_born", up, "").on(
            Engine::Postgres,
            "0003_authors_born",
            "SELECT 1;",
            "",
        );
        let mut conn = db.diesel().await;

        migrate(&mut conn, &set.load(), &Options::default())
            .await
            .unwrap();

        assert_eq!(db.count("books").await, 3);
        // And they are enforced again, on the same connection.
        let orphan = conn
            .batch_execute("INSERT INTO books (author_id) VALUES (7)")
            .await;
        assert!(orphan.is_err());
    }
}

/// As every application has it that enforces foreign keys, and as it is on the
/// other engines.
#[tokio::test]
async fn a_delete_takes_along_what_refers_to_its_rows() {
    let db = Database::new(Engine::Sqlite).await;
    let set = Set::of_two();
    db.migrate(&set).await.unwrap();
    db.execute(
        "CREATE TABLE loans (id INTEGER PRIMARY KEY,
             author_id INTEGER REFERENCES authors (id) ON DELETE SET NULL);
         INSERT INTO authors (id, name) VALUES (2, 'second');
         INSERT INTO books (author_id) VALUES (1), (1), (2);
         INSERT INTO loans (author_id) VALUES (1), (2)",
    )
    .await;
    // The rebuild that follows has them off, the one after that on again.
    let set = set
        .with("0003_forgets", "DELETE FROM authors WHERE id = 1;", "")
        .on(Engine::Sqlite, "0004_born", REBUILD, "")
        .on(Engine::Postgres, "0004_born", "SELECT 1;", "")
        .with("0005_all", "DELETE FROM authors;", "");

    let to_four = Options {
        target: Target::Version(Version::recorded("0004")),
        ..Options::default()
    };
    db.migrate_with(&set, &to_four).await.unwrap();
    assert_eq!((db.count("authors").await, db.count("books").await), (1, 1));
    assert_eq!(
        db.lines("SELECT coalesce(author_id, 'none') FROM loans ORDER BY id")
            .await,
        ["none", "2"]
    );

    db.migrate(&set).await.unwrap();
    assert_eq!((db.count("authors").await, db.count("books").await), (0, 0));
}

/// An envelope is taken off however many there are, and so is what a file says
/// about the connection.
#[tokio::test]
async fn files_with_envelopes_and_settings_are_run() {
    let db = Database::new(Engine::Sqlite).await;
    let left = format!(
        "COMMIT TRANSACTION;\nPRAGMA foreign_keys = OFF;\nBEGIN TRANSACTION;{REBUILD}\n\
         COMMIT;\nPRAGMA foreign_keys = ON;\nBEGIN;"
    );
    let nothing = |set: Set, directory| set.on(Engine::Postgres, directory, "SELECT 1;", "");
    let set = Set::of_two().on(
        Engine::Sqlite,
        "0003_pairs",
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;\n\
         BEGIN TRANSACTION; INSERT INTO books (author_id) VALUES (1); END TRANSACTION;\n\
         begin immediate; INSERT INTO books (author_id) VALUES (1); commit;\nVACUUM;",
        "",
    );
    let set = nothing(set, "0003_pairs").on(Engine::Sqlite, "0004_left", &left, "");
    db.migrate(&nothing(set, "0004_left")).await.unwrap();
    assert_eq!((db.count("authors").await, db.count("books").await), (1, 2));
}

/// Programs have LIKE mind case and `"text"` name a column; a script for SQLite
/// means neither, and what is rendered from it for the others does not.
#[tokio::test]
async fn a_file_is_read_as_sqlite_reads_it() {
    let db = Database::new(Engine::Sqlite).await;
    let set = Set::of_two()
        .on(
            Engine::Sqlite,
            "0003_script",
            "INSERT INTO authors (id, name) VALUES (2, \"ADA@EXAMPLE.ORG\");\n\
             CREATE TABLE log (n INTEGER);\n\
             CREATE TRIGGER log_twice AFTER INSERT ON log WHEN new.n < 3 BEGIN\n\
                 INSERT INTO log VALUES (new.n + 1);\nEND;\n\
             INSERT INTO log VALUES (1);\n\
             UPDATE authors SET name = 'found' WHERE name LIKE '%@example.org';",
            "",
        )
        .on(Engine::Postgres, "0003_script", "SELECT 1;", "");
    let mut conn = db.diesel().await;
    migrate(&mut conn, &set.load(), &Options::default())
        .await
        .unwrap();
    let names = "SELECT name FROM authors WHERE id = 2";
    assert_eq!(db.lines(names).await, ["found"]);
    assert_eq!(db.lines("SELECT n FROM log ORDER BY n").await, ["1", "2"]);

    // The connection is a program's again.
    let rows = conn.text_rows("SELECT 'a' LIKE 'A'").await.unwrap();
    assert_eq!(rows, [[Some("0".to_owned())]]);
    assert!(conn.text_rows("SELECT \"a\"").await.is_err());
    let err = conn.batch_execute("PRAGMA case_sensitive_like = OFF").await;
    assert!(err.is_err());
}

/// Rows may come before what they refer to, if in the end all is well.
#[tokio::test]
async fn rows_may_come_in_any_order() {
    let db = Database::new(Engine::Sqlite).await;
    let set = Set::of_two().on(
        Engine::Sqlite,
        "0003_seed",
        "INSERT INTO books (author_id) VALUES (2); INSERT INTO authors VALUES (2, 'second');",
        "",
    );
    let set = set.on(Engine::Postgres, "0003_seed", "SELECT 1;", "");
    db.migrate(&set).await.unwrap();
    assert_eq!(db.count("books").await, 1);
}

#[tokio::test]
async fn a_version_that_leaves_orphans_is_rolled_back() {
    let db = Database::new(Engine::Sqlite).await;
    let set = Set::of_two();
    db.migrate(&set).await.unwrap();
    db.execute("INSERT INTO books (author_id) VALUES (1), (1)")
        .await;
    let before = db.picture().await;
    let forgets = "CREATE TABLE note (id INTEGER PRIMARY KEY);\n\
                   DROP TABLE IF EXISTS old_books;\nDELETE FROM authors;";
    let set = set.with("0003_forgets", forgets, "");
    let mut conn = db.diesel().await;

    let error = migrate(&mut conn, &set.load(), &Options::default())
        .await
        .unwrap_err();

    assert_eq!(
        error.to_string(),
        "migration 0003 leaves 2 rows of `books` whose parent in `authors` is missing: \
         the version was rolled back (line 2 needs foreign keys off, and then a DELETE takes no \
         row along and an UPDATE none with it: say that in a migration of its own)"
    );
    assert!(matches!(
        error,
        MigrateError::ForeignKeyCheck { rows: 2, .. }
    ));
    assert_eq!(db.picture().await, before);
    assert_eq!(db.count("authors").await, 1);
    assert!(
        conn.batch_execute("INSERT INTO books (author_id) VALUES (7)")
            .await
            .is_err()
    );
}

/// A file can leave this on, and renames then stop following references.
#[tokio::test]
async fn a_file_cannot_change_the_connection_for_the_next_one() {
    let db = Database::new(Engine::Sqlite).await;
    let set = Set::of_two()
        .on(
            Engine::Sqlite,
            "0003_legacy",
            "PRAGMA legacy_alter_table = ON;",
            "",
        )
        .on(
            Engine::Sqlite,
            "0004_rename",
            "ALTER TABLE authors RENAME TO writers;",
            "",
        )
        .on(Engine::Postgres, "0003_legacy", "SELECT 1;", "")
        .on(Engine::Postgres, "0004_rename", "SELECT 1;", "");
    db.migrate(&set).await.unwrap();
    let schema = db.schema().await.join("\n");
    assert!(schema.contains("REFERENCES \"writers\""), "{schema}");
}

/// Orphans of old, from an application that never enforced foreign keys.
#[tokio::test]
async fn orphans_that_were_there_before_are_not_laid_at_the_migration() {
    let db = Database::new(Engine::Sqlite).await;
    let set = Set::of_two();
    db.migrate(&set).await.unwrap();
    db.execute("PRAGMA foreign_keys = OFF; INSERT INTO books (author_id) VALUES (7), (8)")
        .await;
    let set = set.with(
        "0003_more",
        "CREATE TABLE more (id INTEGER PRIMARY KEY);",
        "",
    );

    let error = db.migrate(&set).await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "migration 0003 can't be checked: 2 rows of `books` have no parent in `authors`, and \
         had none before it; repair them first"
    );
    assert_eq!(db.versions().await, ["0001", "0002"]);
}

/// What a way back loses is said in its file; only who has read it goes.
#[tokio::test]
async fn a_way_back_that_loses_data_is_taken_when_the_loss_is_accepted() {
    let down = "-- dualfuel: irreversible: `pens` is dropped with its rows\nDROP TABLE pens;";
    let set = Set::of_two().with("0003_pens", "CREATE TABLE pens (id INTEGER);", down);
    let db = Database::new(Engine::Sqlite).await;
    db.migrate(&set).await.unwrap();
    let mut conn = db.diesel().await;

    let refused = revert(&mut conn, &set.load(), 1, &Options::default()).await;
    assert!(
        matches!(refused, Err(MigrateError::Irreversible { .. })),
        "{refused:?}"
    );

    let accepted = Options {
        loss: Loss::Accept,
        ..Options::default()
    };
    let reverted = revert(&mut conn, &set.load(), 1, &accepted).await.unwrap();
    assert_eq!(reverted[0].name, "pens");
}
