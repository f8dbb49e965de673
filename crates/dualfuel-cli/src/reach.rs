//! Which database a command is for, and what it holds.

use anyhow::{Context as _, bail};
use dualfuel_schema::{Engine, introspect, model::Schema, parse::ReadOptions};

use crate::{
    args::UrlArgs,
    database::{Access, Connection, Place},
};

/// The variables that name a database when no option does.
const VARIABLES: [&str; 2] = ["BODHI_DATABASE_URL", "DATABASE_URL"];

/// The database that was named.
///
/// # Errors
///
/// None was, or its URL is malformed. The text is not shown: it may hold a
/// password.
pub fn place(args: &UrlArgs) -> anyhow::Result<Place> {
    if let Some(url) = &args.url {
        return url.parse().with_context(|| names_none("--url"));
    }
    for variable in VARIABLES {
        if let Ok(url) = std::env::var(variable)
            && !url.is_empty()
        {
            return url.parse().with_context(|| names_none(variable));
        }
    }
    bail!(
        "no database is named: give --url, or set {} or {}",
        VARIABLES[0],
        VARIABLES[1]
    )
}

/// The sentence for a URL that is none.
pub fn names_none(option: &str) -> String {
    format!(
        "{option} names no database: write sqlite://PATH, postgres://USER@HOST/NAME or \
         mysql://USER@HOST/NAME"
    )
}

/// Opens a database.
///
/// # Errors
///
/// It can't be reached, or does not let us in.
pub async fn open(place: &Place, access: Access) -> anyhow::Result<Connection> {
    Connection::open(place, access)
        .await
        .with_context(|| format!("could not open {place}"))
}

/// What a database holds.
///
/// # Errors
///
/// It did not answer, or holds something that has no place in the model.
pub async fn schema(connection: &mut Connection, read: ReadOptions) -> anyhow::Result<Schema> {
    let engine = connection.engine();
    introspect::introspect(engine, connection, read)
        .await
        .with_context(|| format!("the schema of the {engine} database could not be read"))
}

/// "PostgreSQL 15.4 at postgres://app@db/billing".
pub fn name(connection: &Connection, place: &Place) -> String {
    let engine: Engine = connection.engine();
    format!("{engine} {} at {place}", connection.server_version())
}
