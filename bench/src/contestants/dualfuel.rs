//! Dualfuel, twice: on a connection, which is what native Diesel has, and through
//! a scope, which is what its users have. A scope borrows a connection from the
//! pool for each statement and says whose rows it is for; its writes are
//! transactions.

use anyhow::{Context as _, Result};
use diesel::upsert::excluded;
use dualfuel::prelude::*;
use dualfuel::{ConnectOptions, Connection, Database, OrgId, OrgScope};

use crate::model::schema::{users, visitors};
use crate::model::{Contestant, MANY, NewUser, User};
use crate::postgres::Login;

pub(crate) struct OnConnection(Connection);

pub(crate) struct OnScope(OrgScope);

impl OnConnection {
    pub(crate) async fn sqlite() -> Result<Self> {
        Self::open("sqlite::memory:", super::SQLITE_TABLES).await
    }

    pub(crate) async fn postgres(login: &Login) -> Result<Self> {
        Self::open(&login.url(), super::POSTGRES_TABLES).await
    }

    async fn open(url: &str, tables: &str) -> Result<Self> {
        let mut connection = Connection::open(&url.parse()?, &ConnectOptions::default()).await?;
        connection.batch_execute(tables).await?;
        Ok(OnConnection(connection))
    }
}

impl OnScope {
    pub(crate) async fn sqlite() -> Result<Self> {
        Self::open("sqlite::memory:").await
    }

    pub(crate) async fn postgres(login: &Login) -> Result<Self> {
        Self::open(&login.url()).await
    }

    async fn open(url: &str) -> Result<Self> {
        let migrations = dualfuel::embed_migrations!("$CARGO_MANIFEST_DIR/migrations")?;
        let org: OrgId = "0194128f-7c00-7000-8000-0000000000a1"
            .parse()
            .context("an org id")?;
        let database = Database::options()
            .file_org(org)
            .open(url, &migrations)
            .await?;
        Ok(OnScope(database.org(org)?))
    }
}

// Each query once; `$connection` runs it.
macro_rules! point {
    ($id:expr, $connection:expr) => {
        users::table.find($id).get_result($connection).await
    };
}

macro_rules! list {
    ($after:expr, $connection:expr) => {
        users::table
            .filter(users::id.gt($after))
            .order(users::id)
            .limit(MANY as i64)
            .load($connection)
            .await
    };
}

macro_rules! insert {
    ($new:expr, $connection:expr) => {
        diesel::insert_into(visitors::table)
            .values($new)
            .returning(visitors::all_columns)
            .get_result($connection)
            .await
    };
}

macro_rules! upsert {
    ($new:expr, $connection:expr) => {
        diesel::insert_into(visitors::table)
            .values($new)
            .on_conflict(visitors::name)
            .do_update()
            .set((
                visitors::visits.eq(excluded(visitors::visits)),
                visitors::created_at.eq(excluded(visitors::created_at)),
            ))
            .execute($connection)
            .await
    };
}

macro_rules! batch {
    ($new:expr, $connection:expr) => {
        diesel::insert_into(visitors::table)
            .values($new)
            .execute($connection)
            .await
    };
}

macro_rules! ten_ids {
    ($ids:expr, $connection:expr) => {
        users::table
            .filter(users::id.eq_any($ids))
            .load($connection)
            .await
    };
}

impl Contestant for OnConnection {
    async fn point(&mut self, id: i64) -> Result<User> {
        Ok(point!(id, &mut self.0)?)
    }

    async fn list(&mut self, after: i64) -> Result<Vec<User>> {
        Ok(list!(after, &mut self.0)?)
    }

    async fn insert(&mut self, new: &NewUser) -> Result<User> {
        Ok(insert!(new, &mut self.0)?)
    }

    async fn upsert(&mut self, new: &NewUser) -> Result<usize> {
        Ok(upsert!(new, &mut self.0)?)
    }

    async fn batch(&mut self, new: &[NewUser]) -> Result<usize> {
        Ok(batch!(new, &mut self.0)?)
    }

    async fn ten_ids(&mut self, ids: [i64; 10]) -> Result<Vec<User>> {
        Ok(ten_ids!(ids, &mut self.0)?)
    }

    async fn run(&mut self, sql: &'static str) -> Result<()> {
        Ok(self.0.batch_execute(sql).await?)
    }
}

impl Contestant for OnScope {
    async fn point(&mut self, id: i64) -> Result<User> {
        Ok(point!(id, &mut self.0.reader())?)
    }

    async fn list(&mut self, after: i64) -> Result<Vec<User>> {
        Ok(list!(after, &mut self.0.reader())?)
    }

    async fn insert(&mut self, new: &NewUser) -> Result<User> {
        Ok(self.0.write(async |tx| insert!(new, tx)).await?)
    }

    async fn upsert(&mut self, new: &NewUser) -> Result<usize> {
        Ok(self.0.write(async |tx| upsert!(new, tx)).await?)
    }

    async fn batch(&mut self, new: &[NewUser]) -> Result<usize> {
        Ok(self.0.write(async |tx| batch!(new, tx)).await?)
    }

    async fn ten_ids(&mut self, ids: [i64; 10]) -> Result<Vec<User>> {
        Ok(ten_ids!(ids, &mut self.0.reader())?)
    }

    async fn run(&mut self, sql: &'static str) -> Result<()> {
        Ok(self.0.write(async |tx| tx.batch_execute(sql).await).await?)
    }
}
