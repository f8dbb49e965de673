//! sqlx's pools as they come: rows by `FromRow`, statements cached by text,
//! batches by `QueryBuilder`. A SQLite database in memory lives in one connection,
//! so both pools have one.

use anyhow::Result;
use sqlx::QueryBuilder;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

use crate::model::{Contestant, NewUser, User};
use crate::postgres::{Address, Login};

pub(crate) struct Sqlite(SqlitePool);

pub(crate) struct Postgres(PgPool);

impl Sqlite {
    pub(crate) async fn open() -> Result<Self> {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect("sqlite::memory:")
            .await?;
        sqlx::raw_sql(super::SQLITE_TABLES).execute(&pool).await?;
        Ok(Sqlite(pool))
    }
}

impl Postgres {
    pub(crate) async fn open(login: &Login) -> Result<Self> {
        let options = PgConnectOptions::new_without_pgpass()
            .port(login.port)
            .username(&login.role)
            .password(&login.password)
            .database(&login.database);
        let options = match &login.address {
            Address::Socket(folder) => options.socket(folder),
            Address::Tcp(host) => options.host(host),
        };
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await?;
        sqlx::raw_sql(super::POSTGRES_TABLES).execute(&pool).await?;
        Ok(Postgres(pool))
    }
}

/// One text for both engines, but for the ten ids.
macro_rules! sqlx_contestant {
    ($contestant:ident, $ten_ids:ident) => {
        impl Contestant for $contestant {
            async fn point(&mut self, id: i64) -> Result<User> {
                Ok(sqlx::query_as(
                    "SELECT id, name, created_at, visits, active FROM users WHERE id = $1",
                )
                .bind(id)
                .fetch_one(&self.0)
                .await?)
            }

            async fn list(&mut self, after: i64) -> Result<Vec<User>> {
                Ok(sqlx::query_as(
                    "SELECT id, name, created_at, visits, active FROM users
                     WHERE id > $1 ORDER BY id LIMIT 100",
                )
                .bind(after)
                .fetch_all(&self.0)
                .await?)
            }

            async fn insert(&mut self, new: &NewUser) -> Result<User> {
                Ok(sqlx::query_as(
                    "INSERT INTO visitors (name, created_at, visits, active)
                     VALUES ($1, $2, $3, $4)
                     RETURNING id, name, created_at, visits, active",
                )
                .bind(&new.name)
                .bind(new.created_at)
                .bind(new.visits)
                .bind(new.active)
                .fetch_one(&self.0)
                .await?)
            }

            async fn upsert(&mut self, new: &NewUser) -> Result<usize> {
                let done = sqlx::query(
                    "INSERT INTO visitors (name, created_at, visits, active)
                     VALUES ($1, $2, $3, $4)
                     ON CONFLICT (name) DO UPDATE
                     SET visits = excluded.visits, created_at = excluded.created_at",
                )
                .bind(&new.name)
                .bind(new.created_at)
                .bind(new.visits)
                .bind(new.active)
                .execute(&self.0)
                .await?;
                Ok(usize::try_from(done.rows_affected())?)
            }

            async fn batch(&mut self, new: &[NewUser]) -> Result<usize> {
                let mut query =
                    QueryBuilder::new("INSERT INTO visitors (name, created_at, visits, active) ");
                query.push_values(new, |mut row, new| {
                    row.push_bind(&new.name)
                        .push_bind(new.created_at)
                        .push_bind(new.visits)
                        .push_bind(new.active);
                });
                Ok(usize::try_from(
                    query.build().execute(&self.0).await?.rows_affected(),
                )?)
            }

            async fn ten_ids(&mut self, ids: [i64; 10]) -> Result<Vec<User>> {
                $ten_ids(&self.0, ids).await
            }

            async fn run(&mut self, sql: &'static str) -> Result<()> {
                sqlx::raw_sql(sql).execute(&self.0).await?;
                Ok(())
            }
        }
    };
}

sqlx_contestant!(Sqlite, ten_ids_sqlite);
sqlx_contestant!(Postgres, ten_ids_postgres);

async fn ten_ids_sqlite(pool: &SqlitePool, ids: [i64; 10]) -> Result<Vec<User>> {
    let mut query =
        QueryBuilder::new("SELECT id, name, created_at, visits, active FROM users WHERE id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id);
    }
    query.push(")");
    Ok(query.build_query_as().fetch_all(pool).await?)
}

async fn ten_ids_postgres(pool: &PgPool, ids: [i64; 10]) -> Result<Vec<User>> {
    Ok(
        sqlx::query_as("SELECT id, name, created_at, visits, active FROM users WHERE id = ANY($1)")
            .bind(ids)
            .fetch_all(pool)
            .await?,
    )
}
