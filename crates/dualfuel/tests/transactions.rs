//! Transactions, savepoints and errors mean the same on both engines.

#![allow(clippy::unwrap_used, reason = "a test that panics has done its job")]

mod shop;

use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error};
use dualfuel::prelude::*;
use dualfuel::{Connection, Engine, ErrorKind, Isolation, WriteOptions};
use dualfuel_test::{TestDatabase, each_engine};
use shop::{add_people, migrations, orders, people, person, with_people};
use uuid::Uuid;

async fn count(db: &TestDatabase) -> i64 {
    people::table
        .count()
        .get_result(&mut db.global().reader())
        .await
        .unwrap()
}

#[each_engine(migrations = migrations())]
async fn an_error_rolls_back_all_of_it(db: TestDatabase) {
    let result: Result<(), Error> = db
        .global()
        .write(async |tx| {
            add_people(tx, &["Ada"]).await?;
            Err(Error::RollbackTransaction)
        })
        .await;
    assert_eq!(result, Err(Error::RollbackTransaction));
    assert_eq!(count(&db).await, 0);
}

#[each_engine(migrations = migrations())]
async fn a_savepoint_is_undone_alone(db: TestDatabase) {
    let inner = db
        .global()
        .write(async |tx| {
            add_people(tx, &["Ada"]).await?;
            let inner: Result<(), Error> = tx
                .transaction(async |tx| {
                    add_people(tx, &["Eve"]).await?;
                    // Fails: the savepoint is failed, the transaction is not.
                    add_people(tx, &["Ada"]).await?;
                    Ok(())
                })
                .await;
            tx.transaction(async |tx| add_people(tx, &["Mia"]).await)
                .await?;
            QueryResult::Ok(inner)
        })
        .await
        .unwrap();
    assert_eq!(inner.unwrap_err().kind(), ErrorKind::UniqueViolation);
    let names: Vec<String> = people::table
        .order(people::name)
        .select(people::name)
        .load(&mut db.global().reader())
        .await
        .unwrap();
    assert_eq!(names, ["Ada", "Mia"]);
}

#[each_engine(migrations = migrations())]
async fn a_failed_transaction_takes_nothing_more_and_stores_nothing(db: TestDatabase) {
    let result = db
        .global()
        .write(async |tx| {
            add_people(tx, &["Ada"]).await?;
            add_people(tx, &["Ada"]).await.unwrap_err();
            let after = add_people(tx, &["Eve"]).await.unwrap_err();
            assert_eq!(after.kind(), ErrorKind::TransactionFailed);
            let read = people::table
                .count()
                .get_result::<i64>(tx)
                .await
                .unwrap_err();
            assert_eq!(read.kind(), ErrorKind::TransactionFailed);
            let nested: QueryResult<()> = tx.transaction(async |_| Ok(())).await;
            assert_eq!(nested.unwrap_err().kind(), ErrorKind::TransactionFailed);
            // The error was swallowed: the program believes that all is well.
            QueryResult::Ok(())
        })
        .await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::TransactionFailed);
    assert_eq!(count(&db).await, 0);
    // The connection is good for the next one.
    db.global()
        .write(async |tx| add_people(tx, &["Mia"]).await)
        .await
        .unwrap();
    assert_eq!(count(&db).await, 1);
}

#[each_engine(migrations = migrations())]
async fn a_reader_and_a_snapshot_refuse_to_write(db: TestDatabase) {
    let scope = db.global();
    let by_reader = diesel::insert_into(people::table)
        .values(person("Ada"))
        .execute(&mut scope.reader())
        .await;
    assert_eq!(by_reader.unwrap_err().kind(), ErrorKind::ReadOnly);
    let returning = diesel::insert_into(people::table)
        .values(person("Ada"))
        .returning(people::id)
        .get_result::<i32>(&mut scope.reader())
        .await;
    assert_eq!(returning.unwrap_err().kind(), ErrorKind::ReadOnly);
    let in_snapshot = scope
        .snapshot(async |tx| add_people(tx, &["Ada"]).await)
        .await;
    assert_eq!(in_snapshot.unwrap_err().kind(), ErrorKind::ReadOnly);
    let batch = scope.reader().batch_execute("DELETE FROM people").await;
    assert_eq!(batch.unwrap_err().kind(), ErrorKind::ReadOnly);
    assert_eq!(count(&db).await, 0);
}

#[each_engine(migrations = migrations(), sqlite_file)]
async fn a_snapshot_sees_one_state(db: TestDatabase) {
    let scope = db.global();
    let (before, after) = scope
        .snapshot(async |tx| {
            let before: i64 = people::table.count().get_result(tx).await?;
            db.global()
                .write(async |tx| add_people(tx, &["Ada"]).await)
                .await?;
            let after: i64 = people::table.count().get_result(tx).await?;
            QueryResult::Ok((before, after))
        })
        .await
        .unwrap();
    assert_eq!((before, after), (0, 0));
    assert_eq!(count(&db).await, 1);
}

/// Read, then write back: at READ COMMITTED this loses updates on PostgreSQL.
#[each_engine(migrations = migrations(), sqlite_file, threads = 4)]
async fn concurrent_increments_are_all_kept(db: TestDatabase) {
    let (scope, ids) = with_people(&db, &["Ada"]).await;
    let id = ids[0];
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let scope = scope.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    let options = WriteOptions {
                        isolation: Isolation::Serializable,
                        attempts: 100,
                    };
                    scope
                        .write_with(options, async |tx| {
                            let row = people::table.find(id);
                            let age: Option<i32> = row.select(people::age).first(tx).await?;
                            diesel::update(row)
                                .set(people::age.eq(age.unwrap_or(0) + 1))
                                .execute(tx)
                                .await
                        })
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    let age: Option<i32> = people::table
        .find(id)
        .select(people::age)
        .first(&mut scope.reader())
        .await
        .unwrap();
    assert_eq!(age, Some(40));
}

/// Whatever the point at which the future is dropped, the transaction happens
/// whole or not at all, and the next user of the connection finds none open. (A
/// COMMIT that is under way cannot be called back.)
#[each_engine(migrations = migrations())]
async fn a_cancelled_transaction_is_whole_or_nothing(db: TestDatabase) {
    use futures_util::FutureExt as _;
    let scope = db.global();
    let mut finished = false;
    let mut cancelled = 0;
    for polls in 0..500 {
        let name = |who: &str| format!("{who} {polls}");
        let mut work = Box::pin(scope.write(async |tx| {
            add_people(tx, &[&name("Ada")]).await?;
            tx.transaction(async |tx| add_people(tx, &[&name("Eve")]).await)
                .await?;
            tokio::task::yield_now().await;
            add_people(tx, &[&name("Mia")]).await
        }));
        let mut done = None;
        for _ in 0..polls {
            done = (&mut work).now_or_never();
            if done.is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(work);
        // The connection it had, or one like it, is clean: this would be refused inside
        // a transaction, and would see rows that are not committed.
        let seen: i64 = people::table
            .filter(people::name.like(format!("% {polls}")))
            .count()
            .get_result(&mut scope.reader())
            .await
            .unwrap();
        assert!(seen == 0 || seen == 3, "{seen} rows after {polls} polls");
        if let Some(result) = done {
            result.unwrap();
            assert_eq!(seen, 3);
            finished = true;
            break;
        }
        cancelled += 1;
    }
    assert!(finished && cancelled > 0, "{cancelled} were cancelled");
}

#[each_engine(migrations = migrations())]
async fn violations_have_one_kind_and_name_what_the_engine_tells(db: TestDatabase) {
    let (scope, ids) = with_people(&db, &["Ada"]).await;
    let order = |id: u128, person: i32, note: &'static str| {
        (
            orders::id.eq(Uuid::from_u128(id)),
            orders::person_id.eq(person),
            orders::note.eq(note),
        )
    };
    let postgres = db.engine() == Engine::Postgres;
    let on_postgres = |name: &'static str| postgres.then(|| name.to_owned());

    let twice = scope
        .write(async |tx| {
            let rows = vec![order(1, ids[0], "n"), order(2, ids[0], "n")];
            diesel::insert_into(orders::table)
                .values(&rows)
                .execute(tx)
                .await
        })
        .await
        .unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::UniqueViolation);
    let violation = twice.violation().unwrap();
    assert_eq!(violation.table, Some("orders"));
    assert_eq!(violation.columns, Some("person_id, note"));
    assert_eq!(
        violation.constraint,
        on_postgres("orders_person_id_note_key").as_deref()
    );
    assert!(matches!(
        twice,
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)
    ));

    let orphan = scope
        .write(async |tx| {
            diesel::insert_into(orders::table)
                .values(order(1, 999, "n"))
                .returning(orders::id)
                .get_result::<Uuid>(tx)
                .await
        })
        .await
        .unwrap_err();
    assert_eq!(orphan.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(
        orphan.violation().unwrap().table,
        on_postgres("orders").as_deref()
    );

    let negative = scope
        .write(async |tx| {
            diesel::update(people::table)
                .set(people::age.eq(-1))
                .execute(tx)
                .await
        })
        .await
        .unwrap_err();
    assert_eq!(negative.kind(), ErrorKind::CheckViolation);
    assert_eq!(negative.violation().unwrap().constraint, Some("people_age"));

    let null = scope
        .write(async |tx| {
            diesel::sql_query("UPDATE people SET name = NULL")
                .execute(tx)
                .await
        })
        .await
        .unwrap_err();
    assert_eq!(null.kind(), ErrorKind::NotNullViolation);
    let violation = null.violation().unwrap();
    assert_eq!(
        (violation.table, violation.columns),
        (Some("people"), Some("name"))
    );
    for error in [twice, orphan, negative, null] {
        assert!(
            !format!("{error:?}").contains("Ada"),
            "{error:?} quotes a row"
        );
    }
}

#[each_engine(migrations = migrations())]
async fn a_wrong_statement_is_an_error_with_its_place(db: TestDatabase) {
    let wrong = diesel::sql_query("SELEKT 1")
        .execute(&mut db.global().reader())
        .await;
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Other);
    let absent = people::table
        .find(77)
        .select(people::name)
        .first::<String>(&mut db.global().reader())
        .await;
    assert_eq!(absent.unwrap_err().kind(), ErrorKind::NotFound);
    let optional: Option<String> = people::table
        .find(77)
        .select(people::name)
        .first(&mut db.global().reader())
        .await
        .optional()
        .unwrap();
    assert_eq!(optional, None);
}

#[each_engine(migrations = migrations())]
async fn a_statement_that_outlives_a_schema_change_is_prepared_again(db: TestDatabase) {
    #[derive(QueryableByName, Debug)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        id: i32,
    }
    let (scope, ids) = with_people(&db, &["Ada"]).await;
    let read: Vec<Row> = diesel::sql_query("SELECT * FROM people")
        .load(&mut scope.reader())
        .await
        .unwrap();
    assert_eq!(read[0].id, ids[0]);
    scope
        .write(async |tx| {
            tx.batch_execute("ALTER TABLE people ADD COLUMN extra integer")
                .await
        })
        .await
        .unwrap();
    let read: Vec<Row> = diesel::sql_query("SELECT * FROM people")
        .load(&mut scope.reader())
        .await
        .unwrap();
    assert_eq!(read[0].id, ids[0]);
}

#[each_engine(migrations = migrations(), sqlite_file, threads = 2)]
async fn a_lock_that_stays_is_a_timeout_and_not_a_hang(db: TestDatabase) {
    let (_, ids) = with_people(&db, &["Ada"]).await;
    let id = ids[0];
    // A second program with little patience.
    let mut options = dualfuel::PoolOptions::default();
    options.connect.lock_timeout = Duration::from_millis(50);
    let impatient = dualfuel::Database::options()
        .pool(options)
        .file_org(db.org_id())
        .open(db.url(), &migrations())
        .await
        .unwrap();
    let rename = async |tx: &mut Connection, name: &str| {
        diesel::update(people::table.find(id))
            .set(people::name.eq(name))
            .execute(tx)
            .await
    };
    let second = db
        .global()
        .write(async |tx| {
            rename(tx, "first").await?;
            let second = impatient
                .global()
                .write(async |tx| rename(tx, "second").await)
                .await;
            QueryResult::Ok(second)
        })
        .await
        .unwrap();
    assert_eq!(second.unwrap_err().kind(), ErrorKind::LockTimeout);
    impatient
        .global()
        .write(async |tx| rename(tx, "third").await)
        .await
        .unwrap();
}

/// The body goes on after a part of it timed out: what that part did is not known.
#[each_engine(migrations = migrations(), sqlite_file)]
async fn a_nested_transaction_that_was_cancelled_fails_the_whole(db: TestDatabase) {
    let result = db
        .global()
        .write(async |tx| {
            add_people(tx, &["Ada"]).await?;
            let never = std::future::pending::<QueryResult<()>>();
            let mut inner = Box::pin(tx.transaction(async |tx| {
                add_people(tx, &["Eve"]).await?;
                never.await
            }));
            for _ in 0..50 {
                assert!(futures_util::poll!(&mut inner).is_pending());
                tokio::task::yield_now().await;
            }
            drop(inner);
            QueryResult::Ok(())
        })
        .await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::TransactionFailed);
    assert_eq!(count(&db).await, 0);
    db.global()
        .write(async |tx| add_people(tx, &["Mia"]).await)
        .await
        .unwrap();
}

#[each_engine(migrations = migrations())]
async fn a_cancelled_statement_fails_its_transaction(db: TestDatabase) {
    if db.engine() == Engine::Sqlite {
        return; // A statement on SQLite has ended when it can be dropped.
    }
    let result = db
        .global()
        .write(async |tx| {
            add_people(tx, &["Ada"]).await?;
            let mut slow =
                Box::pin(diesel::sql_query("SELECT pg_sleep(0.2), 1/0").execute(&mut *tx));
            assert!(futures_util::poll!(&mut slow).is_pending());
            drop(slow);
            QueryResult::Ok(())
        })
        .await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::TransactionFailed);
    assert_eq!(count(&db).await, 0);
}

#[each_engine(migrations = migrations())]
async fn a_scope_ends_its_transaction_itself(db: TestDatabase) {
    for sql in [
        "COMMIT",
        "SELECT 1; ROLLBACK",
        "/* x */ release dualfuel_1",
        "SET ROLE other",
    ] {
        let by_batch = db
            .global()
            .write(async |tx| {
                add_people(tx, &["Ada"]).await?;
                tx.batch_execute(sql).await
            })
            .await;
        assert_eq!(
            by_batch.unwrap_err().kind(),
            ErrorKind::NotPermitted,
            "{sql}"
        );
        assert_eq!(count(&db).await, 0, "{sql}");
    }
    let by_query = db
        .global()
        .write(async |tx| diesel::sql_query("COMMIT").execute(tx).await)
        .await;
    assert_eq!(by_query.unwrap_err().kind(), ErrorKind::NotPermitted);
    let by_method = db
        .global()
        .write(async |tx| {
            add_people(tx, &["Ada"]).await?;
            tx.commit().await
        })
        .await;
    assert_eq!(by_method.unwrap_err().kind(), ErrorKind::NotPermitted);
    assert_eq!(count(&db).await, 0);
}

#[each_engine(migrations = migrations())]
async fn a_snapshot_takes_no_batch_that_writes(db: TestDatabase) {
    let result = db
        .global()
        .snapshot(async |tx| {
            tx.batch_execute("INSERT INTO everything (id) VALUES (1)")
                .await
        })
        .await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::ReadOnly);
}

/// The same text with binds of another type is another statement.
#[each_engine(migrations = migrations())]
async fn a_text_is_prepared_again_for_binds_of_another_type(db: TestDatabase) {
    use diesel::sql_types::{BigInt, Text};
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let query = || diesel::sql_query("SELECT CAST($1 AS text) AS text");
    let reader = &mut db.global().reader();
    let number: Row = query()
        .bind::<BigInt, _>(5)
        .get_result(reader)
        .await
        .unwrap();
    assert_eq!(number.text, "5");
    let text: Row = query()
        .bind::<Text, _>("12345678")
        .get_result(reader)
        .await
        .unwrap();
    assert_eq!(text.text, "12345678");
}

#[each_engine(migrations = migrations(), sqlite_file)]
async fn a_renamed_column_is_found_by_its_new_name(db: TestDatabase) {
    #[derive(QueryableByName)]
    struct Before {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    #[derive(QueryableByName)]
    struct After {
        #[diesel(sql_type = diesel::sql_types::Text)]
        called: String,
    }
    let (scope, _) = with_people(&db, &["Ada"]).await;
    let all = || diesel::sql_query("SELECT * FROM people");
    let before: Before = all().get_result(&mut scope.reader()).await.unwrap();
    scope
        .write(async |tx| {
            tx.batch_execute("ALTER TABLE people RENAME COLUMN name TO called")
                .await
        })
        .await
        .unwrap();
    let after: After = all().get_result(&mut scope.reader()).await.unwrap();
    assert_eq!(
        (before.name.as_str(), after.called.as_str()),
        ("Ada", "Ada")
    );
}

#[each_engine(migrations = migrations())]
async fn a_typed_query_survives_a_changed_column(db: TestDatabase) {
    let (scope, _) = with_people(&db, &["Ada"]).await;
    let names = people::table.select(people::name);
    let read: Vec<String> = names.load(&mut scope.reader()).await.unwrap();
    if db.engine() == Engine::Postgres {
        scope
            .write(async |tx| {
                tx.batch_execute("ALTER TABLE people ALTER COLUMN email TYPE varchar(50)")
                    .await
            })
            .await
            .unwrap();
        let emails = people::table.select(people::email);
        let _: Vec<Option<String>> = emails.load(&mut scope.reader()).await.unwrap();
        scope
            .write(async |tx| {
                tx.batch_execute("ALTER TABLE people ALTER COLUMN email TYPE text")
                    .await
            })
            .await
            .unwrap();
        let _: Vec<Option<String>> = emails.load(&mut scope.reader()).await.unwrap();
    }
    assert_eq!(read, ["Ada"]);
}

#[each_engine(migrations = migrations())]
async fn a_count_is_of_rows_and_of_this_statement(db: TestDatabase) {
    let (scope, _) = with_people(&db, &["a", "b", "c"]).await;
    let counts = scope
        .write(async |tx| {
            let changed = diesel::update(people::table)
                .set(people::age.eq(1))
                .execute(tx)
                .await?;
            let none = diesel::sql_query("CREATE TABLE extra (id integer)")
                .execute(tx)
                .await?;
            QueryResult::Ok((changed, none))
        })
        .await
        .unwrap();
    assert_eq!(counts, (3, 0));
}
