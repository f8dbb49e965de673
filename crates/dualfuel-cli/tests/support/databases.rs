//! Scratch databases that tests make by SQL.

use dualfuel_cli::database::{Access, Connection, Scratch};
use dualfuel_schema::{Engine, introspect::introspect, model::Schema, parse::ReadOptions};

use crate::servers::admin;

/// A new database with what a script makes of it.
pub(crate) async fn database(engine: Engine, script: &str) -> (Scratch, Connection) {
    let scratch = Scratch::create(&admin(engine)).await.unwrap();
    let mut connection = Connection::open(scratch.place(), Access::Write)
        .await
        .unwrap();
    run(&mut connection, script).await;
    (scratch, connection)
}

/// Runs a script that has to succeed.
pub(crate) async fn run(connection: &mut Connection, script: &str) {
    if let Err(error) = connection.run_script(script).await {
        panic!("{error}: {}: {script}", error.source);
    }
}

/// What is there.
pub(crate) async fn schema_of(connection: &mut Connection) -> Schema {
    let engine = connection.engine();
    introspect(engine, connection, ReadOptions::default())
        .await
        .unwrap()
}
