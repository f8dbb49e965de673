//! The data and the work: alike for every contestant.
//!
//! Two tables of one shape. `users` holds [`USERS`] rows and is only read;
//! `visitors` is written to, and brought back to its first [`VISITORS`] rows
//! before each measurement, so that no contestant pays for another's rows.

use anyhow::{Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// Rows of `users`.
pub(crate) const USERS: i64 = 1000;
/// Rows of `visitors` at the start of a measurement.
pub(crate) const VISITORS: usize = 100;
/// Rows of one list, and of one batch.
pub(crate) const MANY: usize = 100;

macro_rules! schema {
    ($timestamp:ident) => {
        diesel::table! {
            users {
                id -> BigInt,
                name -> Text,
                created_at -> $timestamp,
                visits -> Integer,
                active -> Bool,
            }
        }
        diesel::table! {
            visitors {
                id -> BigInt,
                name -> Text,
                created_at -> $timestamp,
                visits -> Integer,
                active -> Bool,
            }
        }
    };
}

/// The tables as Dualfuel and as Diesel on PostgreSQL see them.
pub(crate) mod schema {
    schema!(Timestamptz);
}

/// The tables as Diesel on SQLite sees them.
pub(crate) mod schema_sqlite {
    schema!(TimestamptzSqlite);
}

/// One row.
#[derive(Debug, Clone, PartialEq, Queryable, sqlx::FromRow)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) visits: i32,
    pub(crate) active: bool,
}

/// One row to insert. The database gives the id.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = schema::visitors)]
#[diesel(table_name = schema_sqlite::visitors)]
pub(crate) struct NewUser {
    pub(crate) name: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) visits: i32,
    pub(crate) active: bool,
}

/// The row that gets the id `number` in an empty table.
pub(crate) fn row(number: i64) -> NewUser {
    NewUser {
        name: format!("user-{number:07}@example.org"),
        created_at: DateTime::UNIX_EPOCH
            + TimeDelta::seconds(1_700_000_000)
            + TimeDelta::microseconds(number * 61_234_567),
        visits: i32::try_from(number % 1000).unwrap_or(0),
        active: number % 3 != 0,
    }
}

/// `count` rows that are not in `visitors` yet.
pub(crate) fn fresh_rows(count: usize) -> Vec<NewUser> {
    (0..count)
        .filter_map(|index| i64::try_from(VISITORS + 1 + index).ok())
        .map(row)
        .collect()
}

/// Makes the ids that are asked for: the same ones, in the same order, each time.
pub(crate) struct Ids(u64);

impl Ids {
    pub(crate) fn new() -> Self {
        Ids(1)
    }

    /// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (SplitMix64).
    pub(crate) fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((mixed ^ (mixed >> 31)) % limit.unsigned_abs()).unwrap_or(0)
    }

    pub(crate) fn user(&mut self) -> i64 {
        1 + self.below(USERS)
    }

    /// Ten different users.
    pub(crate) fn ten_users(&mut self) -> [i64; 10] {
        let first = self.user();
        std::array::from_fn(|index| 1 + (first + index as i64 * 97) % USERS)
    }
}

/// One kind of work: a column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Operation {
    Point,
    List,
    Insert,
    Upsert,
    Batch,
    TenIds,
}

impl Operation {
    pub(crate) const ALL: [Operation; 6] = [
        Operation::Point,
        Operation::List,
        Operation::Insert,
        Operation::Upsert,
        Operation::Batch,
        Operation::TenIds,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Operation::Point => "point read",
            Operation::List => "list of 100",
            Operation::Insert => "insert returning",
            Operation::Upsert => "upsert",
            Operation::Batch => "batch of 100",
            Operation::TenIds => "ten ids",
        }
    }

    pub(crate) fn writes(self) -> bool {
        matches!(
            self,
            Operation::Insert | Operation::Upsert | Operation::Batch
        )
    }
}

/// A library on an engine, with a connection or pool of its own to a database of
/// its own. Synchronous ones simply never wait.
pub(crate) trait Contestant {
    /// The user `id`.
    async fn point(&mut self, id: i64) -> Result<User>;
    /// The next [`MANY`] users after the user `after`, by id.
    async fn list(&mut self, after: i64) -> Result<Vec<User>>;
    /// Inserts one row into `visitors` and gives it back whole.
    async fn insert(&mut self, new: &NewUser) -> Result<User>;
    /// Inserts one row into `visitors`, or updates `visits` and `created_at` of the
    /// one with this name.
    async fn upsert(&mut self, new: &NewUser) -> Result<usize>;
    /// Inserts [`MANY`] rows into `visitors`.
    async fn batch(&mut self, new: &[NewUser]) -> Result<usize>;
    /// The users with these ids, in any order.
    async fn ten_ids(&mut self, ids: [i64; 10]) -> Result<Vec<User>>;
    /// Runs statements that are not measured.
    async fn run(&mut self, sql: &'static str) -> Result<()>;
}

/// What a contestant answered to one of each operation.
#[derive(Debug, PartialEq)]
pub(crate) struct Answers {
    point: User,
    list: Vec<User>,
    ten_ids: Vec<User>,
    inserted: User,
    changed: [usize; 3],
    visitors: Vec<User>,
}

/// Statements that engines spell differently, and that are never measured.
pub(crate) struct Chores {
    /// Brings `visitors` back to its first rows.
    pub(crate) reset: &'static str,
    /// After filling.
    pub(crate) settle: Option<&'static str>,
}

pub(crate) const SQLITE: Chores = Chores {
    reset: "DELETE FROM visitors;
        INSERT INTO visitors SELECT * FROM users WHERE id <= 100",
    settle: None,
};

pub(crate) const POSTGRES: Chores = Chores {
    reset: "TRUNCATE visitors RESTART IDENTITY;
        INSERT INTO visitors (name, created_at, visits, active)
            SELECT name, created_at, visits, active FROM users WHERE id <= 100 ORDER BY id",
    settle: Some("ANALYZE users"),
};

/// Puts the rows into empty tables, in the contestant's own spelling.
pub(crate) async fn fill(contestant: &mut impl Contestant, chores: &Chores) -> Result<()> {
    let rows: Vec<NewUser> = (1..=USERS).map(row).collect();
    for batch in rows.chunks(MANY) {
        contestant.batch(batch).await?;
    }
    contestant
        .run("INSERT INTO users SELECT * FROM visitors")
        .await?;
    if let Some(settle) = chores.settle {
        contestant.run(settle).await?;
    }
    contestant.run(chores.reset).await
}

/// Does one of each operation, and looks at what it left in the table.
pub(crate) async fn answers(contestant: &mut impl Contestant, chores: &Chores) -> Result<Answers> {
    contestant.run(chores.reset).await?;
    let fresh = fresh_rows(MANY + 1);
    let (single, batch) = (&fresh[0], &fresh[1..]);
    let known = NewUser {
        visits: 4711,
        created_at: single.created_at,
        ..row(7)
    };

    let inserted = contestant.insert(single).await?;
    let changed = [
        contestant.upsert(&known).await?,
        contestant.batch(batch).await?,
        // The batch's last row once more: now it is an update too.
        contestant.upsert(&batch[MANY - 1]).await?,
    ];
    let mut ten_ids = contestant
        .ten_ids([3, 1, 500, 1000, 77, 8, 9, 10, 11, 2])
        .await?;
    ten_ids.sort_by_key(|user| user.id);
    let answers = Answers {
        point: contestant.point(42).await?,
        list: contestant.list(123).await?,
        ten_ids,
        inserted,
        changed,
        visitors: visitors(contestant).await?,
    };
    ensure!(
        answers.point.name == row(42).name,
        "user 42 is {:?}",
        answers.point
    );
    ensure!(
        answers.point.created_at == row(42).created_at,
        "user 42 is {:?}",
        answers.point
    );
    ensure!(
        answers.list.len() == MANY && answers.list[0].id == 124,
        "a wrong list"
    );
    ensure!(
        answers.ten_ids.len() == 10,
        "{} of ten ids",
        answers.ten_ids.len()
    );
    ensure!(
        answers.visitors.len() == VISITORS + 1 + MANY,
        "{} visitors",
        answers.visitors.len()
    );
    Ok(answers)
}

/// What is in `visitors`, read through `users`, which alone can be read.
async fn visitors(contestant: &mut impl Contestant) -> Result<Vec<User>> {
    contestant
        .run(
            "INSERT INTO users (id, name, created_at, visits, active)
                SELECT id + 1000000, name || ' visited', created_at, visits, active FROM visitors",
        )
        .await?;
    let mut found: Vec<User> = Vec::new();
    loop {
        let after = found.last().map_or(1_000_000, |user| user.id);
        let page = contestant.list(after).await?;
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    contestant
        .run("DELETE FROM users WHERE id > 1000000")
        .await?;
    Ok(found)
}
