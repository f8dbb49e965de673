use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection, AsyncConnection};
use dualfuel_engine::{Connection, ConnectOptions, Engine, ErrorExt};
diesel::table! { users { id -> Integer, name -> Text, made -> Timestamptz, doc -> Jsonb, key -> Uuid, } }
#[tokio::main(flavor="current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    for url in std::env::args().skip(1) {
        let mut c = Connection::open(&url.parse()?, &ConnectOptions::default()).await?;
        println!("{} {}", c.engine(), c.server_version());
        c.batch_execute("DROP TABLE IF EXISTS users").await?;
        let ddl = match c.engine() { Engine::Sqlite => "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, made TEXT NOT NULL, doc TEXT NOT NULL, key TEXT NOT NULL)", Engine::Postgres => "CREATE TABLE users (id serial PRIMARY KEY, name TEXT NOT NULL UNIQUE, made timestamptz NOT NULL, doc jsonb NOT NULL, key uuid NOT NULL)"};
        c.batch_execute(ddl).await?;
        let now = chrono::Utc::now();
        let rows: Vec<_> = (0..3).map(|i| (users::name.eq(format!("u{i}")), users::made.eq(now), users::doc.eq(serde_json::json!({"a": i})), users::key.eq(uuid::Uuid::from_u128(i)))).collect();
        let ids: Vec<i32> = diesel::insert_into(users::table).values(&rows).returning(users::id).get_results(&mut c).await?;
        println!("{ids:?}");
        let all: Vec<(i32, String, chrono::DateTime<chrono::Utc>, serde_json::Value, uuid::Uuid)> = users::table.filter(users::key.eq_any(vec![uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2)])).order(users::id).load(&mut c).await?;
        println!("{all:?}");
        let e = diesel::insert_into(users::table).values(&rows).execute(&mut c).await.unwrap_err();
        println!("{:?} {:?} {:?}", e.kind(), e.violation(), e.sqlstate());
        let n: i64 = c.transaction(async |c| { 
            let r: Result<(), diesel::result::Error> = c.transaction(async |c| { diesel::delete(users::table).execute(c).await?; Err(diesel::result::Error::RollbackTransaction) }).await; 
            assert!(r.is_err());
            users::table.count().get_result(c).await }).await?;
        println!("{n}");
        let r: Result<(), diesel::result::Error> = c.transaction(async |c| { 
            let _ = diesel::insert_into(users::table).values(&rows).execute(c).await;
            Ok(()) }).await;
        println!("{:?}", r.map_err(|e| e.kind()));
        println!("{:?}", c);
    }
    Ok(())
}
