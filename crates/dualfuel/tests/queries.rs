//! Each feature of Diesel's query language that Dualfuel promises, with its result.

#![allow(clippy::unwrap_used, reason = "a test that panics has done its job")]

mod shop;

use chrono::{NaiveDate, NaiveTime};
use dualfuel::prelude::*;
use dualfuel::{Dual, Engine, ErrorKind};
use dualfuel_test::{TestDatabase, each_engine};
use serde_json::json;
use shop::{Person, Status, everything, migrations, moment, orders, people, person, with_people};
use uuid::Uuid;

#[each_engine(migrations = migrations())]
async fn insert_returns_columns_and_whole_rows(db: TestDatabase) {
    let scope = db.global();
    let (id, name): (i32, String) = scope
        .write(async |tx| {
            diesel::insert_into(people::table)
                .values(person("Ada"))
                .returning((people::id, people::name))
                .get_result(tx)
                .await
        })
        .await
        .unwrap();
    assert_eq!((id, name.as_str()), (1, "Ada"));

    let eve: Person = scope
        .write(async |tx| {
            diesel::insert_into(people::table)
                .values((
                    people::name.eq("Eve"),
                    people::joined.eq(moment(5)),
                    people::status.eq(Status::OnHold),
                    people::profile.eq(json!({"tags": ["a", 1, null]})),
                ))
                .returning(Person::as_returning())
                .get_result(tx)
                .await
        })
        .await
        .unwrap();
    assert_eq!(
        eve,
        Person {
            id: 2,
            name: "Eve".into(),
            email: None,
            age: None,
            status: Status::OnHold,
            joined: moment(5),
            profile: json!({"tags": ["a", 1, null]}),
        }
    );
    let read: Person = people::table
        .find(2)
        .select(Person::as_select())
        .first(&mut scope.reader())
        .await
        .unwrap();
    assert_eq!(read, eve);
}

#[each_engine(migrations = migrations())]
async fn upsert_updates_the_row_that_is_there(db: TestDatabase) {
    let scope = db.global();
    let upsert = async |age: i32| {
        scope
            .write(async |tx| {
                diesel::insert_into(people::table)
                    .values(shop::NewPerson {
                        age: Some(age),
                        ..person("Ada")
                    })
                    .on_conflict(people::name_ci)
                    .do_update()
                    .set(people::age.eq(diesel::upsert::excluded(people::age)))
                    .returning((people::id, people::age))
                    .get_result::<(i32, Option<i32>)>(tx)
                    .await
            })
            .await
    };
    assert_eq!(upsert(1).await.unwrap(), (1, Some(1)));
    assert_eq!(upsert(2).await.unwrap(), (1, Some(2)));
}

#[each_engine(migrations = migrations())]
async fn upsert_takes_a_condition_a_partial_index_and_doing_nothing(db: TestDatabase) {
    let (scope, _) = with_people(&db, &["Ada"]).await;
    let changed = scope
        .write(async |tx| {
            use diesel::query_dsl::methods::FilterDsl;
            use diesel::upsert::excluded;
            let conditional = diesel::insert_into(people::table)
                .values(shop::NewPerson {
                    age: Some(9),
                    ..person("ada")
                })
                .on_conflict(people::name_ci)
                .do_update()
                .set(people::age.eq(excluded(people::age)))
                .filter(people::age.is_not_null())
                .execute(tx)
                .await?;
            let nothing = diesel::insert_into(people::table)
                .values(person("ADA"))
                .on_conflict_do_nothing()
                .execute(tx)
                .await?;
            let with_email = shop::NewPerson {
                email: Some("e@x".into()),
                ..person("Eve")
            };
            diesel::insert_into(people::table)
                .values(&with_email)
                .execute(tx)
                .await?;
            let partial = diesel::insert_into(people::table)
                .values(shop::NewPerson {
                    name: "Eva".into(),
                    ..with_email
                })
                .on_conflict(diesel::dsl::sql::<diesel::sql_types::Text>(
                    "(email) WHERE email <> ''",
                ))
                .do_update()
                .set(people::name.eq(excluded(people::name)))
                .execute(tx)
                .await?;
            QueryResult::Ok((conditional, nothing, partial))
        })
        .await
        .unwrap();
    assert_eq!(changed, (0, 0, 1));
    let names: Vec<String> = people::table
        .order(people::name)
        .select(people::name)
        .load(&mut scope.reader())
        .await
        .unwrap();
    assert_eq!(names, ["Ada", "Eva"]);
}

#[each_engine(migrations = migrations())]
async fn a_batch_is_one_insert_whatever_its_length(db: TestDatabase) {
    let names: Vec<String> = (0..250).map(|n| format!("p{n:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (scope, ids) = with_people(&db, &names).await;
    assert_eq!(ids, (1..=250).collect::<Vec<_>>());

    // A batch upsert: half of the rows are there already.
    let changed = scope
        .write(async |tx| {
            let rows: Vec<_> = (200..300)
                .map(|n| shop::NewPerson {
                    age: Some(n),
                    ..person(&format!("p{n:03}"))
                })
                .collect();
            diesel::insert_into(people::table)
                .values(rows)
                .on_conflict(people::name_ci)
                .do_update()
                .set(people::age.eq(diesel::upsert::excluded(people::age)))
                .execute(tx)
                .await
        })
        .await
        .unwrap();
    assert_eq!(changed, 100);
    let count: i64 = people::table
        .count()
        .get_result(&mut scope.reader())
        .await
        .unwrap();
    assert_eq!(count, 300);

    let none: Vec<shop::NewPerson> = Vec::new();
    let inserted = scope
        .write(async |tx| {
            diesel::insert_into(people::table)
                .values(&none)
                .execute(tx)
                .await
        })
        .await
        .unwrap();
    assert_eq!(inserted, 0);
}

#[each_engine(migrations = migrations())]
async fn a_column_left_out_gets_its_default(db: TestDatabase) {
    let scope = db.global();
    let stored: (Status, serde_json::Value) = scope
        .write(async |tx| {
            diesel::insert_into(people::table)
                .values((
                    people::name.eq("Ada"),
                    people::joined.eq(moment(0)),
                    // `Option` in a tuple of expressions is DEFAULT when it is `None`.
                    None::<Status>.map(|status| people::status.eq(status)),
                ))
                .returning((people::status, people::profile))
                .get_result(tx)
                .await
        })
        .await
        .unwrap();
    assert_eq!(stored, (Status::Active, json!({})));
}

#[each_engine(migrations = migrations())]
async fn rows_of_a_batch_that_differ_in_defaults_never_slip(db: TestDatabase) {
    let rows: Vec<_> = [("Ada", Some(json!({"a": 1}))), ("Eve", None)]
        .into_iter()
        .map(|(name, profile)| {
            (
                people::name.eq(name),
                people::joined.eq(moment(0)),
                profile.map(|profile| people::profile.eq(profile)),
            )
        })
        .collect();
    let inserted = db
        .global()
        .write(async |tx| {
            diesel::insert_into(people::table)
                .values(&rows)
                .execute(tx)
                .await
        })
        .await;
    match db.engine() {
        Engine::Postgres => assert_eq!(inserted.unwrap(), 2),
        Engine::Sqlite => {
            let refusal = inserted.unwrap_err().to_string();
            assert!(
                refusal.contains("give every row the same columns"),
                "{refusal}"
            );
        }
    }
}

/// An array has one type, whatever its rows leave to their defaults.
#[each_engine(migrations = migrations())]
async fn arrays_that_differ_in_defaults_never_share_a_statement(db: TestDatabase) {
    let mut stored = Vec::new();
    for (name, email, age) in [
        ("Ada", Some("ada@example.org"), None),
        ("Eve", None, Some(36)),
    ] {
        let row: (Option<String>, Option<i32>) = db
            .global()
            .write(async |tx| {
                diesel::insert_into(people::table)
                    .values([(
                        people::name.eq(name),
                        people::joined.eq(moment(0)),
                        email.map(|email| people::email.eq(email)),
                        age.map(|age| people::age.eq(age)),
                    )])
                    .returning((people::email, people::age))
                    .get_result(tx)
                    .await
            })
            .await
            .unwrap();
        stored.push(row);
    }
    assert_eq!(
        stored,
        [(Some("ada@example.org".to_owned()), None), (None, Some(36))]
    );
}

#[each_engine(migrations = migrations())]
async fn joins_aliases_and_boxed_queries(db: TestDatabase) {
    let (scope, ids) = with_people(&db, &["Ada", "Eve", "Mia"]).await;
    scope
        .write(async |tx| {
            let rows: Vec<_> = [(1_u128, ids[0], 5_i64), (2, ids[0], 7), (3, ids[1], 11)]
                .into_iter()
                .map(|(id, person, total)| {
                    (
                        orders::id.eq(Uuid::from_u128(id)),
                        orders::person_id.eq(person),
                        orders::total.eq(total),
                        orders::note.eq(Some(format!("n{id}"))),
                    )
                })
                .collect();
            diesel::insert_into(orders::table)
                .values(&rows)
                .execute(tx)
                .await
        })
        .await
        .unwrap();
    let reader = &mut scope.reader();

    let inner: Vec<(String, i64)> = people::table
        .inner_join(orders::table)
        .filter(orders::total.gt(5))
        .order(orders::total)
        .select((people::name, orders::total))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(inner, [("Ada".to_owned(), 7), ("Eve".to_owned(), 11)]);

    let left: Vec<(String, Option<Uuid>)> = people::table
        .left_join(orders::table)
        .filter(people::name.ne("Ada"))
        .order(people::name)
        .select((people::name, orders::id.nullable()))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(
        left,
        [
            ("Eve".to_owned(), Some(Uuid::from_u128(3))),
            ("Mia".to_owned(), None)
        ]
    );

    let other = diesel::alias!(people as other);
    let pairs: Vec<(String, String)> = people::table
        .inner_join(other.on(people::id.lt(other.field(people::id))))
        .order((people::id, other.field(people::id)))
        .select((people::name, other.field(people::name)))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(pairs.len(), 3);
    assert_eq!(pairs[0], ("Ada".to_owned(), "Eve".to_owned()));

    let mut boxed = people::table.select(people::name).into_boxed::<Dual>();
    for name in ["Ada", "Mia"] {
        boxed = boxed.or_filter(people::name.eq(name));
    }
    let boxed: Vec<String> = boxed
        .order(people::name.desc())
        .offset(1)
        .load(reader)
        .await
        .unwrap();
    assert_eq!(boxed, ["Ada"]);

    let totals: Vec<(i32, Option<i64>)> = orders::table
        .group_by(orders::person_id)
        .having(diesel::dsl::count(orders::id).ge(1))
        .order(orders::person_id)
        .select((orders::person_id, diesel::dsl::max(orders::total)))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(totals, [(ids[0], Some(7)), (ids[1], Some(11))]);
}

#[each_engine(migrations = migrations())]
async fn limit_and_offset_in_any_combination(db: TestDatabase) {
    let (scope, _) = with_people(&db, &["a", "b", "c", "d"]).await;
    let reader = &mut scope.reader();
    let names = people::table.order(people::name).select(people::name);
    assert_eq!(
        names.limit(2).load::<String>(reader).await.unwrap(),
        ["a", "b"]
    );
    assert_eq!(names.offset(3).load::<String>(reader).await.unwrap(), ["d"]);
    assert_eq!(
        names
            .limit(1)
            .offset(1)
            .load::<String>(reader)
            .await
            .unwrap(),
        ["b"]
    );
    assert_eq!(names.load::<String>(reader).await.unwrap().len(), 4);
}

#[each_engine(migrations = migrations())]
async fn lists_of_every_key_type_and_empty_ones(db: TestDatabase) {
    let (scope, ids) = with_people(&db, &["a", "b", "c'\"\\ü"]).await;
    scope
        .write(async |tx| {
            diesel::insert_into(orders::table)
                .values((
                    orders::id.eq(Uuid::from_u128(1)),
                    orders::person_id.eq(ids[0]),
                ))
                .execute(tx)
                .await
        })
        .await
        .unwrap();
    let reader = &mut scope.reader();
    let count = people::table.count();
    let numbers = [1_i64, 2, 3].map(|number| i32::try_from(number).unwrap());
    assert_eq!(
        count
            .filter(people::id.eq_any(numbers))
            .get_result::<i64>(reader)
            .await
            .unwrap(),
        3
    );
    assert_eq!(
        count
            .filter(people::name.eq_any(["a", "c'\"\\ü"]))
            .get_result::<i64>(reader)
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        count
            .filter(people::name.ne_all(["a"]))
            .get_result::<i64>(reader)
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        count
            .filter(people::joined.eq_any([moment(0)]))
            .get_result::<i64>(reader)
            .await
            .unwrap(),
        3
    );
    assert_eq!(
        count
            .filter(people::status.eq_any([Status::Active]))
            .get_result::<i64>(reader)
            .await
            .unwrap(),
        3
    );
    let nobody: [i32; 0] = [];
    assert_eq!(
        count
            .filter(people::id.eq_any(nobody))
            .get_result::<i64>(reader)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        count
            .filter(people::id.ne_all(nobody))
            .get_result::<i64>(reader)
            .await
            .unwrap(),
        3
    );
    let found: Vec<Uuid> = orders::table
        .filter(orders::id.eq_any([Uuid::from_u128(1), Uuid::from_u128(2)]))
        .select(orders::id)
        .load(reader)
        .await
        .unwrap();
    assert_eq!(found, [Uuid::from_u128(1)]);
    let buyers: Vec<String> = people::table
        .filter(people::id.eq_any(orders::table.select(orders::person_id)))
        .select(people::name)
        .load(reader)
        .await
        .unwrap();
    assert_eq!(buyers, ["a"]);
}

#[each_engine(migrations = migrations())]
async fn text_is_compared_with_and_without_case(db: TestDatabase) {
    let (scope, _) = with_people(&db, &["Ada", "ärger", "Ärzte", "50%"]).await;
    let reader = &mut scope.reader();
    let names = people::table.select(people::name).order(people::name);
    let like: Vec<String> = names
        .filter(people::name.like("A%"))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(like, ["Ada"], "`like` minds case");
    let like: Vec<String> = names
        .filter(people::name.like("a%"))
        .load(reader)
        .await
        .unwrap();
    assert!(like.is_empty(), "`like` minds case");
    let any: Vec<String> = names
        .filter(people::name.ci_like("aD%"))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(any, ["Ada"]);
    // Only A to Z are folded, on both.
    let umlaut: Vec<String> = names
        .filter(people::name.ci_like("ä%"))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(umlaut, ["ärger"]);
    let percent: Vec<String> = names
        .filter(people::name.ci_like("50\\%"))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(percent, ["50%"]);
    let same: Vec<String> = names
        .filter(people::name_ci.ci_eq("aDA"))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(same, ["Ada"]);
    // Byte order, on both: capitals before small letters, those before umlauts.
    let all: Vec<String> = names.load(reader).await.unwrap();
    assert_eq!(all, ["50%", "Ada", "Ärzte", "ärger"]);
}

#[derive(Debug, Clone, PartialEq, Queryable, Insertable)]
#[diesel(table_name = everything)]
struct Everything {
    id: i32,
    yes: Option<bool>,
    small: Option<i16>,
    whole: Option<i32>,
    big: Option<i64>,
    short: Option<f32>,
    long: Option<f64>,
    words: Option<String>,
    bytes: Option<Vec<u8>>,
    local: Option<chrono::NaiveDateTime>,
    moment: Option<chrono::DateTime<chrono::Utc>>,
    day: Option<NaiveDate>,
    hour: Option<NaiveTime>,
    key: Option<Uuid>,
    doc: Option<serde_json::Value>,
}

fn extremes() -> Vec<Everything> {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let hour = |h, m, s, us| NaiveTime::from_hms_micro_opt(h, m, s, us).unwrap();
    let first = day(1, 1, 1).and_time(NaiveTime::MIN);
    let last = day(9999, 12, 31).and_time(hour(23, 59, 59, 999_999));
    let nothing = Everything {
        id: 1,
        yes: None,
        small: None,
        whole: None,
        big: None,
        short: None,
        long: None,
        words: None,
        bytes: None,
        local: None,
        moment: None,
        day: None,
        hour: None,
        key: None,
        doc: None,
    };
    vec![
        nothing,
        Everything {
            id: 2,
            yes: Some(true),
            small: Some(i16::MIN),
            whole: Some(i32::MIN),
            big: Some(i64::MIN),
            short: Some(f32::MIN_POSITIVE),
            long: Some(f64::NEG_INFINITY),
            words: Some(String::new()),
            bytes: Some(Vec::new()),
            local: Some(first),
            moment: Some(first.and_utc()),
            day: Some(first.date()),
            hour: Some(NaiveTime::MIN),
            key: Some(Uuid::nil()),
            doc: Some(json!(null)),
        },
        Everything {
            id: 3,
            yes: Some(false),
            small: Some(i16::MAX),
            whole: Some(i32::MAX),
            big: Some(i64::MAX),
            short: Some(f32::INFINITY),
            long: Some(f64::MAX),
            words: Some("ü\u{10ffff}'\"\\\n$1 ?".into()),
            bytes: Some((0..=255).collect()),
            local: Some(last),
            moment: Some(last.and_utc()),
            day: Some(last.date()),
            hour: Some(last.time()),
            key: Some(Uuid::max()),
            doc: Some(
                json!({"b": [1, 2.5, "x"], "a": {"ü": true}, "n": 9_007_199_254_740_993_i64}),
            ),
        },
        Everything {
            id: 4,
            yes: None,
            small: Some(-1),
            whole: Some(0),
            big: Some(-1),
            short: Some(0.1),
            long: Some(0.1 + 0.2),
            words: Some("null".into()),
            bytes: Some(vec![0]),
            local: Some(day(1969, 12, 31).and_time(hour(23, 59, 59, 999_999))),
            moment: Some(day(2000, 2, 29).and_time(hour(12, 0, 0, 1)).and_utc()),
            day: Some(day(1600, 2, 29)),
            hour: Some(hour(0, 0, 0, 1)),
            key: Some(Uuid::from_u128(1)),
            doc: Some(json!([])),
        },
    ]
}

#[each_engine(migrations = migrations())]
async fn every_type_reads_back_as_it_was_written(db: TestDatabase) {
    let scope = db.global();
    for row in extremes() {
        scope
            .write(async |tx| {
                diesel::insert_into(everything::table)
                    .values(row.clone())
                    .execute(tx)
                    .await
            })
            .await
            .unwrap();
    }
    let read: Vec<Everything> = everything::table
        .order(everything::id)
        .load(&mut scope.reader())
        .await
        .unwrap();
    assert_eq!(read, extremes());

    // What was written is also what is found again.
    for row in extremes().into_iter().skip(1) {
        let found: i64 = everything::table
            .filter(everything::moment.eq(row.moment))
            .filter(everything::big.eq(row.big))
            .filter(everything::key.eq(row.key))
            .filter(everything::words.eq(row.words))
            .filter(everything::day.eq(row.day))
            .count()
            .get_result(&mut scope.reader())
            .await
            .unwrap();
        assert_eq!(found, 1, "row {}", row.id);
    }
}

#[each_engine(migrations = migrations())]
async fn what_one_engine_could_not_hold_is_refused_on_both(db: TestDatabase) {
    let scope = db.global();
    let year_zero = NaiveDate::from_ymd_opt(0, 1, 1).unwrap();
    let refusals = [
        scope
            .write(async |tx| {
                diesel::insert_into(everything::table)
                    .values((everything::id.eq(1), everything::words.eq("a\0b")))
                    .execute(tx)
                    .await
            })
            .await,
        scope
            .write(async |tx| {
                diesel::insert_into(everything::table)
                    .values((everything::id.eq(1), everything::long.eq(f64::NAN)))
                    .execute(tx)
                    .await
            })
            .await,
        scope
            .write(async |tx| {
                diesel::insert_into(everything::table)
                    .values((everything::id.eq(1), everything::day.eq(year_zero)))
                    .execute(tx)
                    .await
            })
            .await,
        scope
            .write(async |tx| {
                diesel::insert_into(everything::table)
                    .values((
                        everything::id.eq(1),
                        everything::doc.eq(json!({"a": ["\0"]})),
                    ))
                    .execute(tx)
                    .await
            })
            .await,
    ];
    for refusal in refusals {
        assert_eq!(refusal.unwrap_err().kind(), ErrorKind::Conversion);
    }
}

#[each_engine(migrations = migrations())]
async fn raw_sql_takes_numbered_binds_in_any_order(db: TestDatabase) {
    #[derive(QueryableByName)]
    struct Sum {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        sum: i64,
    }
    use diesel::sql_types::BigInt;
    let sum: Sum = diesel::sql_query("SELECT $2 * 100 + $1 * 10 + $2 AS sum")
        .bind::<BigInt, _>(1)
        .bind::<BigInt, _>(2)
        .get_result(&mut db.global().reader())
        .await
        .unwrap();
    assert_eq!(sum.sum, 212);

    let missing = diesel::sql_query("SELECT $1 + $2 AS sum")
        .bind::<BigInt, _>(1)
        .get_result::<Sum>(&mut db.global().reader())
        .await;
    assert!(missing.is_err());
    let two = diesel::sql_query("SELECT 1 AS sum; DELETE FROM people")
        .get_result::<Sum>(&mut db.global().reader())
        .await;
    assert!(two.is_err());
}

#[each_engine(migrations = migrations())]
async fn set_operations_case_exists_and_window(db: TestDatabase) {
    let (scope, _) = with_people(&db, &["a", "b"]).await;
    let reader = &mut scope.reader();
    let name = |name: &'static str| {
        people::table
            .filter(people::name.eq(name))
            .select(people::name)
    };
    let mut both: Vec<String> = name("a").union_all(name("b")).load(reader).await.unwrap();
    both.sort();
    assert_eq!(both, ["a", "b"]);
    let except: Vec<String> = people::table
        .select(people::name)
        .except(name("b"))
        .load(reader)
        .await
        .unwrap();
    assert_eq!(except, ["a"]);
    let there: bool = diesel::select(diesel::dsl::exists(name("a")))
        .get_result(reader)
        .await
        .unwrap();
    assert!(there);
    let labels: Vec<String> = people::table
        .order(people::name)
        .select(
            diesel::dsl::case_when(people::name.eq("a"), people::name.concat("!"))
                .otherwise(people::name),
        )
        .load(reader)
        .await
        .unwrap();
    assert_eq!(labels, ["a!", "b"]);
}

#[each_engine(migrations = migrations())]
async fn save_changes_and_update_returning(db: TestDatabase) {
    let (scope, ids) = with_people(&db, &["Ada"]).await;
    let renamed: Person = scope
        .write(async |tx| {
            diesel::update(people::table.find(ids[0]))
                .set((people::name.eq("Ada L."), people::age.eq(Some(36))))
                .returning(Person::as_returning())
                .get_result(tx)
                .await
        })
        .await
        .unwrap();
    assert_eq!((renamed.name.as_str(), renamed.age), ("Ada L.", Some(36)));
    let deleted: Vec<i32> = scope
        .write(async |tx| {
            diesel::delete(people::table.filter(people::age.gt(30)))
                .returning(people::id)
                .get_results(tx)
                .await
        })
        .await
        .unwrap();
    assert_eq!(deleted, ids);
}

#[each_engine(migrations = migrations())]
async fn an_enum_that_is_no_variant_is_an_error_not_a_guess(db: TestDatabase) {
    use diesel::sql_types::Text;
    let read = diesel::select(diesel::dsl::sql::<Text>("'gone'"))
        .get_result::<Status>(&mut db.global().reader())
        .await
        .unwrap_err();
    assert_eq!(read.kind(), ErrorKind::Conversion);
    let cause = std::error::Error::source(&read);
    assert_eq!(
        cause.map(ToString::to_string).as_deref(),
        Some("cannot read Status: the text is none of active, on-hold")
    );
}
