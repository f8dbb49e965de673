//! The floor: what each driver does when its statements are prepared once and its
//! columns read by position, all written by hand for this one table.
//!
//! Timestamps on SQLite are ISO 8601 text of fixed width, written and read digit
//! by digit: the text that Dualfuel stores.

use anyhow::{Context as _, Result};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

use crate::model::{Contestant, MANY, NewUser, User};
use crate::postgres::Login;

const POINT: &str = "SELECT id, name, created_at, visits, active FROM users WHERE id = $1";
const LIST: &str = "SELECT id, name, created_at, visits, active FROM users \
    WHERE id > $1 ORDER BY id LIMIT 100";
const INSERT: &str = "INSERT INTO visitors (name, created_at, visits, active) \
    VALUES ($1, $2, $3, $4) RETURNING id, name, created_at, visits, active";
const UPSERT: &str = "INSERT INTO visitors (name, created_at, visits, active) \
    VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE \
    SET visits = excluded.visits, created_at = excluded.created_at";
const TEN_IDS: &str = "SELECT id, name, created_at, visits, active FROM users WHERE id";

/// `INSERT` of [`MANY`] rows; `placeholder` spells the parameter of a number from 1.
fn batch_sql(placeholder: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..MANY)
        .map(|row| {
            let values: Vec<String> = (1..=4)
                .map(|column| placeholder(4 * row + column))
                .collect();
            format!("({})", values.join(", "))
        })
        .collect();
    format!(
        "INSERT INTO visitors (name, created_at, visits, active) VALUES {}",
        rows.join(", ")
    )
}

// ---- SQLite

pub(crate) struct Sqlite {
    connection: Connection,
    batch: String,
    ten_ids: String,
}

impl Sqlite {
    pub(crate) fn open() -> Result<Self> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(super::SQLITE_TABLES)?;
        Ok(Sqlite {
            connection,
            batch: batch_sql(|_| "?".to_owned()),
            ten_ids: format!("{TEN_IDS} IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        })
    }
}

const TIME_LEN: usize = 27;

/// `2025-01-31T09:15:00.000000Z`
fn write_time(time: DateTime<Utc>) -> [u8; TIME_LEN] {
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let mut put = |from: usize, to: usize, mut number: u32| {
        for place in text[from..to].iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
        }
    };
    put(0, 4, time.year().unsigned_abs());
    put(5, 7, time.month());
    put(8, 10, time.day());
    put(11, 13, time.hour());
    put(14, 16, time.minute());
    put(17, 19, time.second());
    put(20, 26, time.nanosecond() / 1000);
    text
}

fn read_time(text: &[u8]) -> Option<DateTime<Utc>> {
    let text: &[u8; TIME_LEN] = text.try_into().ok()?;
    let number = |from: usize, to: usize| {
        text[from..to].iter().fold(0, |number: u32, digit| {
            number * 10 + u32::from(digit.wrapping_sub(b'0'))
        })
    };
    let date = NaiveDate::from_ymd_opt(number(0, 4).try_into().ok()?, number(5, 7), number(8, 10))?;
    let time = date.and_hms_micro_opt(
        number(11, 13),
        number(14, 16),
        number(17, 19),
        number(20, 26),
    )?;
    Some(time.and_utc())
}

fn read_sqlite(row: &rusqlite::Row<'_>) -> rusqlite::Result<User> {
    let created_at = match row.get_ref(2)? {
        ValueRef::Text(text) => read_time(text),
        _ => None,
    };
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        created_at: created_at.ok_or(rusqlite::Error::InvalidQuery)?,
        visits: row.get(3)?,
        active: row.get(4)?,
    })
}

/// The bytes are ASCII.
fn as_text(time: &[u8]) -> &str {
    std::str::from_utf8(time).unwrap_or_default()
}

impl Contestant for Sqlite {
    async fn point(&mut self, id: i64) -> Result<User> {
        Ok(self
            .connection
            .prepare_cached(POINT)?
            .query_row([id], read_sqlite)?)
    }

    async fn list(&mut self, after: i64) -> Result<Vec<User>> {
        let mut statement = self.connection.prepare_cached(LIST)?;
        let mut rows = statement.query([after])?;
        let mut users = Vec::with_capacity(MANY);
        while let Some(row) = rows.next()? {
            users.push(read_sqlite(row)?);
        }
        Ok(users)
    }

    async fn insert(&mut self, new: &NewUser) -> Result<User> {
        let time = write_time(new.created_at);
        let mut statement = self.connection.prepare_cached(INSERT)?;
        let mut rows =
            statement.query(params![new.name, as_text(&time), new.visits, new.active])?;
        let user = read_sqlite(rows.next()?.context("no row came back")?)?;
        // The insert is complete when the statement is at its end.
        while rows.next()?.is_some() {}
        Ok(user)
    }

    async fn upsert(&mut self, new: &NewUser) -> Result<usize> {
        let time = write_time(new.created_at);
        let mut statement = self.connection.prepare_cached(UPSERT)?;
        Ok(statement.execute(params![new.name, as_text(&time), new.visits, new.active])?)
    }

    async fn batch(&mut self, new: &[NewUser]) -> Result<usize> {
        let mut statement = self.connection.prepare_cached(&self.batch)?;
        for (row, new) in new.iter().enumerate() {
            let time = write_time(new.created_at);
            statement.raw_bind_parameter(4 * row + 1, &new.name)?;
            statement.raw_bind_parameter(4 * row + 2, as_text(&time))?;
            statement.raw_bind_parameter(4 * row + 3, new.visits)?;
            statement.raw_bind_parameter(4 * row + 4, new.active)?;
        }
        Ok(statement.raw_execute()?)
    }

    async fn ten_ids(&mut self, ids: [i64; 10]) -> Result<Vec<User>> {
        let mut statement = self.connection.prepare_cached(&self.ten_ids)?;
        let mut rows = statement.query(ids)?;
        let mut users = Vec::with_capacity(ids.len());
        while let Some(row) = rows.next()? {
            users.push(read_sqlite(row)?);
        }
        Ok(users)
    }

    async fn run(&mut self, sql: &'static str) -> Result<()> {
        Ok(self.connection.execute_batch(sql)?)
    }
}

// ---- PostgreSQL

pub(crate) struct Postgres {
    client: Client,
    point: Statement,
    list: Statement,
    insert: Statement,
    upsert: Statement,
    batch: Statement,
    ten_ids: Statement,
}

impl Postgres {
    pub(crate) async fn open(login: &Login) -> Result<Self> {
        let (client, connection) = login.config().connect(NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(super::POSTGRES_TABLES).await?;
        Ok(Postgres {
            point: client.prepare(POINT).await?,
            list: client.prepare(LIST).await?,
            insert: client.prepare(INSERT).await?,
            upsert: client.prepare(UPSERT).await?,
            batch: client
                .prepare(&batch_sql(|number| format!("${number}")))
                .await?,
            ten_ids: client.prepare(&format!("{TEN_IDS} = ANY($1)")).await?,
            client,
        })
    }
}

fn read_postgres(row: &tokio_postgres::Row) -> User {
    User {
        id: row.get(0),
        name: row.get(1),
        created_at: row.get(2),
        visits: row.get(3),
        active: row.get(4),
    }
}

impl Contestant for Postgres {
    async fn point(&mut self, id: i64) -> Result<User> {
        Ok(read_postgres(
            &self.client.query_one(&self.point, &[&id]).await?,
        ))
    }

    async fn list(&mut self, after: i64) -> Result<Vec<User>> {
        let rows = self.client.query(&self.list, &[&after]).await?;
        Ok(rows.iter().map(read_postgres).collect())
    }

    async fn insert(&mut self, new: &NewUser) -> Result<User> {
        let row = self
            .client
            .query_one(
                &self.insert,
                &[&new.name, &new.created_at, &new.visits, &new.active],
            )
            .await?;
        Ok(read_postgres(&row))
    }

    async fn upsert(&mut self, new: &NewUser) -> Result<usize> {
        let count = self
            .client
            .execute(
                &self.upsert,
                &[&new.name, &new.created_at, &new.visits, &new.active],
            )
            .await?;
        Ok(usize::try_from(count)?)
    }

    async fn batch(&mut self, new: &[NewUser]) -> Result<usize> {
        let mut values: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(4 * new.len());
        for new in new {
            values.extend_from_slice(&[&new.name, &new.created_at, &new.visits, &new.active]);
        }
        Ok(usize::try_from(
            self.client.execute(&self.batch, &values).await?,
        )?)
    }

    async fn ten_ids(&mut self, ids: [i64; 10]) -> Result<Vec<User>> {
        let rows = self.client.query(&self.ten_ids, &[&ids.as_slice()]).await?;
        Ok(rows.iter().map(read_postgres).collect())
    }

    async fn run(&mut self, sql: &'static str) -> Result<()> {
        Ok(self.client.batch_execute(sql).await?)
    }
}
