//! Diesel with its own two connections.

use anyhow::Result;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::model::{Contestant, MANY, NewUser, User};
use crate::postgres::Login;

pub(crate) struct Sqlite(SqliteConnection);

pub(crate) struct Postgres(PgConnection);

#[expect(clippy::disallowed_methods, reason = "native Diesel has no other door")]
impl Sqlite {
    pub(crate) fn open() -> Result<Self> {
        let mut connection = SqliteConnection::establish(":memory:")?;
        connection.batch_execute(super::SQLITE_TABLES)?;
        Ok(Sqlite(connection))
    }
}

#[expect(clippy::disallowed_methods, reason = "native Diesel has no other door")]
impl Postgres {
    pub(crate) fn open(login: &Login) -> Result<Self> {
        let mut connection = PgConnection::establish(&login.url())?;
        connection.batch_execute(super::POSTGRES_TABLES)?;
        Ok(Postgres(connection))
    }
}

/// One text for both: the queries are the same, their types are not.
macro_rules! native {
    ($contestant:ident, $schema:ident) => {
        impl Contestant for $contestant {
            async fn point(&mut self, id: i64) -> Result<User> {
                use crate::model::$schema::users;
                Ok(users::table.find(id).get_result(&mut self.0)?)
            }

            async fn list(&mut self, after: i64) -> Result<Vec<User>> {
                use crate::model::$schema::users;
                Ok(users::table
                    .filter(users::id.gt(after))
                    .order(users::id)
                    .limit(MANY as i64)
                    .load(&mut self.0)?)
            }

            async fn insert(&mut self, new: &NewUser) -> Result<User> {
                use crate::model::$schema::visitors;
                Ok(diesel::insert_into(visitors::table)
                    .values(new)
                    .returning(visitors::all_columns)
                    .get_result(&mut self.0)?)
            }

            async fn upsert(&mut self, new: &NewUser) -> Result<usize> {
                use crate::model::$schema::visitors;
                Ok(diesel::insert_into(visitors::table)
                    .values(new)
                    .on_conflict(visitors::name)
                    .do_update()
                    .set((
                        visitors::visits.eq(excluded(visitors::visits)),
                        visitors::created_at.eq(excluded(visitors::created_at)),
                    ))
                    .execute(&mut self.0)?)
            }

            async fn batch(&mut self, new: &[NewUser]) -> Result<usize> {
                use crate::model::$schema::visitors;
                Ok(diesel::insert_into(visitors::table)
                    .values(new)
                    .execute(&mut self.0)?)
            }

            async fn ten_ids(&mut self, ids: [i64; 10]) -> Result<Vec<User>> {
                use crate::model::$schema::users;
                Ok(users::table
                    .filter(users::id.eq_any(ids))
                    .load(&mut self.0)?)
            }

            async fn run(&mut self, sql: &'static str) -> Result<()> {
                Ok(self.0.batch_execute(sql)?)
            }
        }
    };
}

native!(Sqlite, schema_sqlite);
native!(Postgres, schema);
