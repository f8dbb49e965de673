//! PostgreSQL, through the engine's connection: its URLs, TLS and errors.

use diesel_async::SimpleAsyncConnection as _;
use dualfuel_engine::{ConnectOptions, Connection};

use super::{Access, Failure, OpenError};

pub(super) async fn open(url: &str, access: Access) -> Result<Connection, OpenError> {
    // A rebuild of a large table takes as long as it takes.
    let options = ConnectOptions {
        statement_timeout: None,
        idle_in_transaction_timeout: None,
        ..ConnectOptions::default()
    };
    let mut connection = Connection::open(&url.parse()?, &options).await?;
    if access == Access::Read {
        execute(
            &mut connection,
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        )
        .await
        .map_err(OpenError::SetUp)?;
    }
    Ok(connection)
}

pub(super) async fn execute(connection: &mut Connection, sql: &str) -> Result<(), Failure> {
    connection.batch_execute(sql).await
}
