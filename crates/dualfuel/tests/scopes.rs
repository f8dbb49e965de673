//! No connection without saying whose data it is for, and nothing of it left behind.

#![allow(clippy::unwrap_used, reason = "a test that panics has done its job")]

mod shop;

use dualfuel::prelude::*;
use dualfuel::{Database, Engine, ErrorKind, FILE_ORG_ID, Migrations, OrgError, OrgId, Reason};
use dualfuel_test::{TestDatabase, TestOptions, each_engine};
use schema::notes;
use shop::migrations;
use uuid::Uuid;

mod schema {
    diesel::table! {
        notes (id) {
            id -> Uuid,
            org_id -> Uuid,
            body -> Text,
        }
    }
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

async fn add_note(db: &Database, org: OrgId, id: u128) {
    db.org(org)
        .unwrap()
        .write(async |tx| {
            diesel::insert_into(notes::table)
                .values((notes::id.eq(Uuid::from_u128(id)), notes::body.eq("milk")))
                .execute(tx)
                .await
        })
        .await
        .unwrap();
}

async fn count_notes(scope: &dualfuel::Scope) -> i64 {
    notes::table
        .count()
        .get_result(&mut scope.reader())
        .await
        .unwrap()
}

#[each_engine(migrations = migrations())]
async fn a_new_row_belongs_to_the_scope(db: TestDatabase) {
    add_note(&db, db.org_id(), 1).await;
    let stored: Uuid = notes::table
        .select(notes::org_id)
        .first(&mut db.scope().reader())
        .await
        .unwrap();
    let expected = match db.engine() {
        // One constant in every file; whose it is, the file says once.
        Engine::Sqlite => FILE_ORG_ID.parse().unwrap(),
        Engine::Postgres => db.org_id().as_uuid(),
    };
    assert_eq!(stored, expected);
}

#[each_engine(migrations = migrations())]
async fn another_organisation_is_walled_off(db: TestDatabase) {
    add_note(&db, db.org_id(), 1).await;
    let other = OrgId::generate();
    match db.engine() {
        Engine::Sqlite => {
            let refusal = db.org(other).unwrap_err();
            assert_eq!(
                refusal,
                OrgError::OtherOrg {
                    file: db.org_id(),
                    asked: other
                }
            );
        }
        Engine::Postgres => {
            // The same key, in another organisation, is another row.
            add_note(&db, other, 1).await;
            let other = db.org(other).unwrap();
            assert_eq!(count_notes(&other).await, 1);
            let deleted = other
                .write(async |tx| diesel::delete(notes::table).execute(tx).await)
                .await
                .unwrap();
            assert_eq!(deleted, 1);
            assert_eq!(count_notes(&db.scope()).await, 1, "read back as its owner");
            assert_eq!(count_notes(&db.global()).await, 0);
        }
    }
}

#[each_engine(migrations = migrations())]
async fn a_scope_leaves_nothing_on_the_connection(db: TestDatabase) {
    if db.engine() == Engine::Sqlite {
        return; // The file is the scope: there is no setting to leave.
    }
    let read = "SELECT coalesce(current_setting('dualfuel.org_id', true), '') AS value";
    let seen = async |scope: &dualfuel::Scope| {
        let setting: Setting = diesel::sql_query(read)
            .get_result(&mut scope.reader())
            .await
            .unwrap();
        setting.value
    };
    assert_eq!(seen(&db.scope()).await, db.org_id().to_string());
    assert_eq!(seen(&db.global()).await, "");
    // A value set by hand for the session survives a commit; a scope overrides it.
    db.global()
        .write(async |tx| {
            tx.batch_execute(&format!(
                "SELECT set_config('dualfuel.org_id', '{}', false)",
                db.org_id()
            ))
            .await
        })
        .await
        .unwrap();
    assert_eq!(seen(&db.global()).await, "");
    let other = OrgId::generate();
    assert_eq!(seen(&db.org(other).unwrap()).await, other.to_string());
}

#[each_engine(migrations = migrations())]
async fn the_organisation_is_a_parameter_and_never_text(db: TestDatabase) {
    if db.engine() == Engine::Sqlite {
        return;
    }
    let queries: Vec<Setting> = db
        .scope()
        .snapshot(async |tx| {
            diesel::sql_query(
                "SELECT query AS value FROM pg_stat_activity WHERE datname = current_database()",
            )
            .load(tx)
            .await
        })
        .await
        .unwrap_or_else(|error: diesel::result::Error| panic!("{error}"));
    assert!(!queries.is_empty());
    for query in queries {
        assert!(
            !query.value.contains(&db.org_id().to_string()),
            "{}",
            query.value
        );
    }
}

#[tokio::test]
async fn a_file_remembers_its_organisation() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("app.db").display());
    let first = Database::open(&url, &migrations()).await.unwrap();
    let org = first.file_org().unwrap();
    first.close();
    drop(first);
    let second = Database::open(&url, &migrations()).await.unwrap();
    assert_eq!(second.file_org(), Some(org));
    let wrong = Database::options()
        .file_org(OrgId::generate())
        .open(&url, &migrations())
        .await
        .unwrap_err();
    let text = std::error::Error::source(&wrong).unwrap().to_string();
    assert!(text.contains("belongs to organisation"), "{text}");
}

#[each_engine(migrations = migrations(), sqlite_file)]
async fn no_statement_reaches_another_file(db: TestDatabase) {
    if db.engine() == Engine::Postgres {
        return;
    }
    for sql in [
        "ATTACH DATABASE ':memory:' AS other",
        "ATTACH DATABASE 'file:other.db?mode=ro' AS other",
        "VACUUM INTO 'copy.db'",
        "SELECT load_extension('x')",
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema",
    ] {
        let scope = db.global();
        let result = scope.write(async |tx| tx.batch_execute(sql).await).await;
        assert!(result.is_err(), "{sql}");
    }
    // "x" is an identifier, never a text, as on PostgreSQL.
    let text = diesel::sql_query("SELECT \"nothing\" AS value")
        .get_result::<Setting>(&mut db.global().reader())
        .await;
    assert!(text.is_err());
}

#[tokio::test]
async fn work_over_every_organisation_is_written_down() {
    for engine in Engine::ALL {
        if engine == Engine::Postgres && std::env::var_os("DUALFUEL_TEST_SKIP_POSTGRES").is_some() {
            continue;
        }
        let options = TestOptions {
            migrations: migrations(),
            organisations: Some(("orgs", "id")),
            ..TestOptions::default()
        };
        let db = TestDatabase::with(engine, options).await;
        if engine == Engine::Postgres {
            let org = db.org_id().as_uuid();
            db.global()
                .write(async |tx| {
                    tx.batch_execute(&format!(
                        "CREATE TABLE orgs (id uuid PRIMARY KEY); INSERT INTO orgs VALUES ('{org}')"
                    ))
                    .await
                })
                .await
                .unwrap();
        }
        let every = db.every_org(Reason::new("test", "count notes")).unwrap();
        let scopes = every.scopes().await.unwrap();
        assert_eq!(
            scopes.iter().map(|scope| scope.org()).collect::<Vec<_>>(),
            [db.org_id()]
        );
        let written: Vec<Setting> =
            diesel::sql_query("SELECT who || ': ' || why AS value FROM dualfuel_audit")
                .load(&mut db.global().reader())
                .await
                .unwrap();
        assert_eq!(written[0].value, "test: count notes");
    }
}

#[tokio::test]
async fn every_organisation_needs_a_list_on_postgres() {
    let db = TestDatabase::new(Engine::Postgres, &Migrations::none()).await;
    assert!(db.every_org(Reason::new("test", "count notes")).is_err());
}

#[each_engine(migrations = migrations())]
async fn a_pool_that_is_closed_says_so(db: TestDatabase) {
    let scope = db.global();
    db.close();
    let result = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"))
        .get_result::<i32>(&mut scope.reader())
        .await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::ConnectionLost);
}

#[each_engine(migrations = migrations())]
async fn what_a_scope_left_in_the_session_is_gone(db: TestDatabase) {
    if db.engine() == Engine::Sqlite {
        return; // PRAGMAs that change a session are refused: see below.
    }
    db.scope()
        .write(async |tx| tx.batch_execute("CREATE TEMP TABLE notes (id uuid)").await)
        .await
        .unwrap();
    // A temporary table of that name would take the row.
    add_note(&db, db.org_id(), 1).await;
    let shadows = "SELECT count(*)::text AS value FROM pg_class
                   WHERE relname = 'notes' AND relpersistence = 't'";
    let left: Setting = diesel::sql_query(shadows)
        .get_result(&mut db.global().reader())
        .await
        .unwrap();
    assert_eq!(left.value, "0");
    assert_eq!(count_notes(&db.scope()).await, 1);
}

#[each_engine(migrations = migrations())]
async fn nothing_that_guards_the_file_can_be_switched_off(db: TestDatabase) {
    if db.engine() == Engine::Postgres {
        return;
    }
    for pragma in [
        "PRAGMA foreign_keys = OFF",
        "PRAGMA ignore_check_constraints = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA case_sensitive_like = OFF",
        "PRAGMA writable_schema = ON",
    ] {
        let read = diesel::sql_query(pragma)
            .execute(&mut db.global().reader())
            .await;
        assert_eq!(
            read.unwrap_err().kind(),
            ErrorKind::NotPermitted,
            "{pragma}"
        );
        let written = db
            .global()
            .write(async |tx| tx.batch_execute(pragma).await)
            .await;
        assert_eq!(
            written.unwrap_err().kind(),
            ErrorKind::NotPermitted,
            "{pragma}"
        );
    }
}

#[tokio::test]
async fn the_file_of_another_organisation_is_not_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("app.db").display());
    Database::open(&url, &Migrations::none())
        .await
        .unwrap()
        .close();
    Database::options()
        .file_org(OrgId::generate())
        .open(&url, &migrations())
        .await
        .unwrap_err();
    let db = Database::open(&url, &Migrations::none()).await.unwrap();
    assert_eq!(db.status().await.unwrap().schema.current, None);
}
