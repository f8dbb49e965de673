//! Two calls at once end as if one had come first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dualfuel_test::{TestDatabase, each_engine};
use hub_domain::{DbError, DbResult, DbServices as _};
use hub_persistence::test_support::{TestDbService, migrations};

use crate::support::{
    ann, bob, first_page, make_alias, new_operator_token, new_setting, new_token,
};

/// Exactly one of the two made the row, and the other was told why not.
#[track_caller]
fn check_one_won<T>(results: (DbResult<T>, DbResult<T>)) {
    match results {
        (Ok(_), Err(DbError::AlreadyExists { .. }))
        | (Err(DbError::AlreadyExists { .. }), Ok(_)) => {}
        (one, other) => panic!("{:?} and {:?}", one.err(), other.err()),
    }
}

async fn both<T: Send + 'static>(
    one: impl Future<Output = T> + Send + 'static,
    other: impl Future<Output = T> + Send + 'static,
) -> (T, T) {
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    (one.await.unwrap(), other.await.unwrap())
}

#[each_engine(migrations = migrations(), threads = 4, sqlite_file)]
async fn one_of_two_takes_a_prefix(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    for number in 0..20 {
        let (one, other) = (db.service(), db.service());
        check_one_won(
            both(
                async move { one.create_token(new_token(&ann(), number)).await },
                async move { other.create_token(new_token(&bob(), number)).await },
            )
            .await,
        );
    }
}

#[each_engine(migrations = migrations(), threads = 4, sqlite_file)]
async fn one_of_two_takes_an_operators_prefix(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    for number in 0..20 {
        let (one, other) = (db.global(), db.global());
        check_one_won(
            both(
                async move { one.create_operator_token(new_operator_token(number)).await },
                async move {
                    other
                        .create_operator_token(new_operator_token(number))
                        .await
                },
            )
            .await,
        );
    }
}

#[each_engine(migrations = migrations(), threads = 4, sqlite_file)]
async fn one_of_two_takes_an_alias(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    for number in 0..20 {
        let alias = Arc::new(format!("alias {number}"));
        let (one, other) = (db.service(), db.service());
        let same = Arc::clone(&alias);
        check_one_won(
            both(
                async move { make_alias(&*one, &ann(), &alias).await },
                async move { make_alias(&*other, &ann(), &same).await },
            )
            .await,
        );
    }
}

#[each_engine(migrations = migrations(), threads = 4, sqlite_file)]
async fn both_of_two_write_a_setting(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    for number in 0..20 {
        let key = format!("key.{number}");
        let (first, second) = (new_setting(&key, "one"), new_setting(&key, "other"));
        let (one, other) = (db.global(), db.global());
        let (one, other) = both(async move { one.upsert_setting(first).await }, async move {
            other.upsert_setting(second).await
        })
        .await;
        let stored = db
            .global()
            .get_setting(&key.parse().unwrap())
            .await
            .unwrap();
        assert!([one.unwrap(), other.unwrap()].contains(&stored.unwrap()));
    }
}

/// While rows come and go, a page and its total are still of one moment.
#[each_engine(migrations = migrations(), threads = 4, sqlite_file)]
async fn a_page_agrees_with_its_total(db: TestDatabase) {
    let db = TestDbService::on(db).await;
    let done = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (global, done) = (db.global(), Arc::clone(&done));
        async move {
            let new = new_setting("comes.and.goes", "value");
            while !done.load(Ordering::Relaxed) {
                global.upsert_setting(new.clone()).await.unwrap();
                global.delete_setting(&new.key).await.unwrap();
            }
        }
    });

    let global = db.global();
    for _ in 0..500 {
        let page = global.list_settings(first_page()).await.unwrap();
        assert_eq!(page.items.len() as u64, page.total);
        tokio::task::yield_now().await;
    }
    done.store(true, Ordering::Relaxed);
    writer.await.unwrap();
}
