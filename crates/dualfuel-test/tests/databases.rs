//! The databases that tests get: fresh, apart, and gone afterwards.

#![allow(clippy::unwrap_used, reason = "a test that panics has done its job")]

use dualfuel::prelude::*;
use dualfuel::{ConnectOptions, Connection, Engine, Migrations};
use dualfuel_test::{TestDatabase, each_engine};
use schema::notes;

mod schema {
    diesel::table! {
        notes (id) {
            id -> Uuid,
            body -> Text,
            pinned -> Bool,
        }
    }
}

fn migrations() -> Migrations {
    Migrations::load("../dualfuel/tests/migrations").unwrap()
}

async fn add_and_count(db: &TestDatabase) -> i64 {
    let scope = db.scope();
    scope
        .write(async |tx| {
            diesel::insert_into(notes::table)
                .values((
                    notes::id.eq(uuid::Uuid::from_u128(1)),
                    notes::body.eq("milk"),
                ))
                .execute(tx)
                .await
        })
        .await
        .unwrap();
    notes::table
        .count()
        .get_result(&mut scope.reader())
        .await
        .unwrap()
}

#[each_engine(migrations = migrations())]
async fn a_database_is_fresh_and_apart(db: TestDatabase) {
    let other = TestDatabase::new(db.engine(), &migrations()).await;
    assert_eq!(add_and_count(&db).await, 1);
    assert_eq!(add_and_count(&other).await, 1);
}

#[each_engine(migrations = migrations(), sqlite_file)]
async fn a_second_opening_reaches_the_same_database(db: TestDatabase) {
    assert_eq!(add_and_count(&db).await, 1);
    let again = dualfuel::Database::options()
        .file_org(db.org_id())
        .open(db.url(), &migrations())
        .await
        .unwrap();
    let scope = again.org(db.org_id()).unwrap();
    let count: i64 = notes::table
        .count()
        .get_result(&mut scope.reader())
        .await
        .unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn it_works_without_the_attribute() {
    let db = TestDatabase::new(Engine::Sqlite, &migrations()).await;
    assert_eq!(add_and_count(&db).await, 1);
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    found: bool,
}

async fn is_there(admin: &mut Connection, database: &str) -> bool {
    let found: Found =
        diesel::sql_query("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS found")
            .bind::<diesel::sql_types::Text, _>(database)
            .get_result(admin)
            .await
            .unwrap();
    found.found
}

/// A process that died holds no lock; one that lives does.
#[tokio::test]
async fn left_overs_are_swept_and_living_databases_are_not() {
    let server = [
        "DUALFUEL_TEST_POSTGRES_SOCKET_URL",
        "DUALFUEL_TEST_POSTGRES_URL",
    ]
    .into_iter()
    .find_map(|name| std::env::var(name).ok());
    let Some(server) = server else {
        assert!(
            std::env::var_os("DUALFUEL_TEST_SKIP_POSTGRES").is_some(),
            "no PostgreSQL server: run `cargo xtask test`"
        );
        return;
    };
    let url = server.parse().unwrap();
    let mut admin = Connection::open(&url, &ConnectOptions::default())
        .await
        .unwrap();
    let (dead, living) = ("dualfuel_test_1_1_1", "dualfuel_test_1_1_2");
    for name in [dead, living] {
        let _ = admin
            .batch_execute(&format!("DROP DATABASE IF EXISTS {name}"))
            .await;
    }
    diesel::sql_query("SELECT pg_advisory_lock($1, hashtext($2))")
        .bind::<diesel::sql_types::Integer, _>(0x4446_5445)
        .bind::<diesel::sql_types::Text, _>(living)
        .execute(&mut admin)
        .await
        .unwrap();
    for name in [living, dead] {
        // Another test's sweep may be quicker than the next line.
        admin
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
    }
    let db = TestDatabase::new(Engine::Postgres, &Migrations::none()).await;
    assert!(!is_there(&mut admin, dead).await);
    assert!(is_there(&mut admin, living).await);

    let (_, mine) = db.url().split_once("/dualfuel_test_").unwrap();
    let mine = format!("dualfuel_test_{}", mine.split('?').next().unwrap());
    let mine = mine.as_str();
    assert!(is_there(&mut admin, mine).await);
    drop(db);
    assert!(
        !is_there(&mut admin, mine).await,
        "a test's database goes with the test"
    );
    admin
        .batch_execute(&format!("DROP DATABASE {living}"))
        .await
        .unwrap();
}

/// A body may return a `Result`, and `?` works in it.
#[each_engine(migrations = migrations())]
async fn a_test_may_return_a_result(db: TestDatabase) -> Result<(), Box<dyn std::error::Error>> {
    let count: i64 = notes::table
        .count()
        .get_result(&mut db.scope().reader())
        .await?;
    assert_eq!(count, 0);
    Ok(())
}
