//! One test, both engines.
//!
//! A test is written once, takes a [`TestDatabase`], and runs twice: on SQLite
//! in memory, and on PostgreSQL in a database of its own. Each starts migrated
//! and empty, and is gone afterwards.
//!
//! ```no_run
//! use dualfuel::prelude::*;
//! use dualfuel_test::{TestDatabase, each_engine};
//!
//! diesel::table! { notes { id -> Uuid, body -> Text, } }
//!
//! # fn migrations() -> dualfuel::Migrations { unimplemented!() }
//! #[each_engine(migrations = migrations())]
//! async fn a_note_is_kept(db: TestDatabase) {
//!     let scope = db.scope();
//!     scope
//!         .write(async |tx| {
//!             diesel::insert_into(notes::table)
//!                 .values((notes::id.eq(uuid::Uuid::from_u128(1)), notes::body.eq("milk")))
//!                 .execute(tx)
//!                 .await
//!         })
//!         .await
//!         .unwrap();
//!
//!     let count: i64 = notes::table.count().get_result(&mut scope.reader()).await.unwrap();
//!     assert_eq!(count, 1);
//! }
//! # fn main() {}
//! ```
//!
//! It makes the tests `a_note_is_kept::sqlite` and `a_note_is_kept::postgres`. With
//! another test framework (`rstest`, a plain `#[tokio::test]`) ask for the database
//! yourself: [`TestDatabase::new`].
//!
//! # Where PostgreSQL comes from
//!
//! From the environment variable `DUALFUEL_TEST_POSTGRES_URL`: a superuser's
//! URL, on a server that may lose everything (`fsync = off`
//! makes it twice as fast). A test that finds none fails and says so. To run
//! without, on a laptop, set `DUALFUEL_TEST_SKIP_POSTGRES=1`: each PostgreSQL test
//! then prints that it was skipped; with `CI` set as well it fails all the same.
//!
//! # How a database is made
//!
//! On SQLite the migrations run in memory. On PostgreSQL they run once, into a
//! template; each test gets a clone (`CREATE DATABASE .. TEMPLATE .. STRATEGY
//! FILE_COPY`). Measured on 30 tables with a primary key, a unique key, an index
//! and a policy each, PostgreSQL 15 on two busy cores: a clone takes 19 ms (22 ms
//! with eight processes at once), with the server's default strategy 33 (44), and
//! running the DDL again 37.
//!
//! Databases belong to a plain role, `dualfuel_test`, that row level security
//! binds. Each is guarded by an advisory lock for as long as its test lives, so
//! the next test that starts after a crash removes what was left, and never what
//! another process is using.

mod clock;
mod database;
mod each_engine;
mod ids;
mod postgres;

pub use clock::FrozenClock;
pub use database::{TestDatabase, TestOptions};
pub use dualfuel::Engine;
pub use dualfuel_macros::each_engine;
pub use each_engine::{EachEngine, Skipped};
pub use ids::SeededIds;
