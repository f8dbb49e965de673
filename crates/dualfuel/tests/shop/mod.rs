//! The small shop that the tests of queries, errors and transactions use.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use chrono::{DateTime, TimeZone, Utc};
use dualfuel::prelude::*;
use dualfuel::{Connection, GlobalScope, Migrations, SqlValue};
use dualfuel_test::TestDatabase;

diesel::table! {
    people (id) {
        id -> Integer,
        name -> Text,
        name_ci -> Text,
        email -> Nullable<Text>,
        age -> Nullable<Integer>,
        status -> Text,
        joined -> Timestamptz,
        profile -> Jsonb,
    }
}

diesel::table! {
    orders (id) {
        id -> Uuid,
        person_id -> Integer,
        total -> BigInt,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    everything (id) {
        id -> Integer,
        yes -> Nullable<Bool>,
        small -> Nullable<SmallInt>,
        whole -> Nullable<Integer>,
        big -> Nullable<BigInt>,
        short -> Nullable<Float>,
        long -> Nullable<Double>,
        words -> Nullable<Text>,
        bytes -> Nullable<Binary>,
        local -> Nullable<Timestamp>,
        moment -> Nullable<Timestamptz>,
        day -> Nullable<Date>,
        hour -> Nullable<Time>,
        key -> Nullable<Uuid>,
        doc -> Nullable<Jsonb>,
    }
}

diesel::joinable!(orders -> people (person_id));
diesel::allow_tables_to_appear_in_same_query!(people, orders);

#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlValue)]
#[sql(rename_all = "kebab-case")]
pub enum Status {
    Active,
    OnHold,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = people)]
pub struct Person {
    pub id: i32,
    pub name: String,
    pub email: Option<String>,
    pub age: Option<i32>,
    pub status: Status,
    pub joined: DateTime<Utc>,
    pub profile: serde_json::Value,
}

#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = people)]
pub struct NewPerson {
    pub name: String,
    pub email: Option<String>,
    pub age: Option<i32>,
    pub joined: DateTime<Utc>,
}

pub fn person(name: &str) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        email: None,
        age: None,
        joined: moment(0),
    }
}

pub fn moment(seconds: i64) -> DateTime<Utc> {
    Utc.timestamp_opt(1_735_689_600 + seconds, 123_456_000)
        .unwrap()
}

pub fn migrations() -> Migrations {
    Migrations::load("tests/migrations").unwrap()
}

/// Adds people of these names and gives their ids.
pub async fn add_people(tx: &mut Connection, names: &[&str]) -> QueryResult<Vec<i32>> {
    let rows: Vec<_> = names.iter().map(|name| person(name)).collect();
    diesel::insert_into(people::table)
        .values(rows)
        .returning(people::id)
        .get_results(tx)
        .await
}

pub async fn with_people(db: &TestDatabase, names: &[&str]) -> (GlobalScope, Vec<i32>) {
    let scope = db.global();
    let ids = scope
        .write(async |tx| add_people(tx, names).await)
        .await
        .unwrap();
    (scope, ids)
}
