//! Who takes part. Each file is one library, used as its users use it.

mod dualfuel;
mod floor;
mod native;
mod sqlx;

use anyhow::Result;
use tokio::runtime::Runtime;

use crate::measure::{Row, row};
use crate::model::{POSTGRES, SQLITE};
use crate::postgres::Server;

/// The row that all others are compared with, and the one that shows the noise.
pub(crate) const NATIVE: &str = "native Diesel";
pub(crate) const FLOOR: &str = "floor";

/// Everyone on SQLite, each with a database in memory.
pub(crate) fn on_sqlite(runtime: &Runtime) -> Result<Vec<Row>> {
    runtime.block_on(async {
        Ok(vec![
            row(NATIVE, native::Sqlite::open()?, &SQLITE),
            row("native again: the noise", native::Sqlite::open()?, &SQLITE),
            row(FLOOR, floor::Sqlite::open()?, &SQLITE),
            row(
                "Dualfuel, connection",
                dualfuel::OnConnection::sqlite().await?,
                &SQLITE,
            ),
            row(
                "Dualfuel, scope",
                dualfuel::OnScope::sqlite().await?,
                &SQLITE,
            ),
            row("sqlx, pool", sqlx::Sqlite::open().await?, &SQLITE),
        ])
    })
}

/// Everyone on PostgreSQL, each with a database of its own.
pub(crate) fn on_postgres(runtime: &Runtime, server: &Server) -> Result<Vec<Row>> {
    runtime.block_on(async {
        Ok(vec![
            row(
                NATIVE,
                native::Postgres::open(&server.database().await?)?,
                &POSTGRES,
            ),
            row(
                "native again: the noise",
                native::Postgres::open(&server.database().await?)?,
                &POSTGRES,
            ),
            row(
                FLOOR,
                floor::Postgres::open(&server.database().await?).await?,
                &POSTGRES,
            ),
            row(
                "Dualfuel, connection",
                dualfuel::OnConnection::postgres(&server.database().await?).await?,
                &POSTGRES,
            ),
            row(
                "Dualfuel, scope",
                dualfuel::OnScope::postgres(&server.database().await?).await?,
                &POSTGRES,
            ),
            row(
                "sqlx, pool",
                sqlx::Postgres::open(&server.database().await?).await?,
                &POSTGRES,
            ),
        ])
    })
}

/// The tables, for those that do not open a database through Dualfuel.
const SQLITE_TABLES: &str =
    include_str!("../../migrations/sqlite/20250101000000_create_tables/up.sql");
const POSTGRES_TABLES: &str =
    include_str!("../../migrations/postgres/20250101000000_create_tables/up.sql");
