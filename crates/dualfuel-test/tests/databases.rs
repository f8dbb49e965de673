//! The databases that tests get: fresh, apart, and gone afterwards.

#![allow(clippy::unwrap_used, reason = "a test that panics has done its job")]

use dualfuel::prelude::*;
use dualfuel::{Engine, Migrations};
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
