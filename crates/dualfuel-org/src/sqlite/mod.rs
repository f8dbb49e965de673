//! On SQLite the file is the organisation.
//!
//! A migration is a hashed text and cannot vary by file, so `org_id` is the same
//! constant in every file, by default and by CHECK; the one row of
//! `dualfuel_file` says which organisation it stands for. Moving a file into an
//! organisation elsewhere rewrites one constant.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use dualfuel_engine::{Connection, Engine};

use crate::{OrgId, every_org};

/// What `org_id` is in every row of every SQLite file.
pub const FILE_ORG_ID: &str = "00000000-0000-0000-0000-000000000001";

/// Why a file was not opened for an organisation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileOrgError {
    /// The file belongs to another organisation.
    #[error(
        "the database file belongs to organisation {file}, and {asked} was asked for; open it without naming one, or name the right file"
    )]
    OtherOrg {
        /// Whose file it is.
        file: OrgId,
        /// Who was asked for.
        asked: OrgId,
    },

    /// `dualfuel_file` does not hold one organisation.
    #[error(
        "the table dualfuel_file does not name one organisation, so it cannot be told whose file this is; it was edited by hand"
    )]
    Malformed,

    /// SQLite refused.
    #[error("the database file's organisation cannot be read")]
    Database(#[from] diesel::result::Error),
}

#[derive(QueryableByName)]
struct Owner {
    #[diesel(sql_type = Text)]
    org_id: String,
}

#[derive(QueryableByName)]
struct Present {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    owner: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    audit: i64,
}

/// Refuses a file that says it is another organisation's. Writes nothing, so it can be
/// asked before the file is migrated.
///
/// # Errors
///
/// [`FileOrgError`].
pub async fn check_owner(
    connection: &mut Connection,
    wanted: Option<OrgId>,
) -> Result<(), FileOrgError> {
    if tables(connection).await?.owner == 0 {
        return Ok(());
    }
    owner(connection, wanted).await.map(drop)
}

/// Makes sure that the file says whose it is, and gives the answer.
///
/// A file that does not say so yet becomes `wanted`'s, or a new organisation's.
/// Nothing is written when it says so already.
///
/// # Errors
///
/// [`FileOrgError`].
pub async fn claim(
    connection: &mut Connection,
    wanted: Option<OrgId>,
) -> Result<OrgId, FileOrgError> {
    debug_assert_eq!(connection.engine(), Engine::Sqlite);
    let there = tables(connection).await?;
    if there.owner == 0 || there.audit == 0 {
        create(connection, wanted.unwrap_or_else(OrgId::generate)).await?;
    }
    owner(connection, wanted).await
}

async fn tables(connection: &mut Connection) -> QueryResult<Present> {
    diesel::sql_query(
        "SELECT count(*) FILTER (WHERE name = 'dualfuel_file') AS owner, \
                count(*) FILTER (WHERE name = 'dualfuel_audit') AS audit \
         FROM sqlite_schema WHERE type = 'table'",
    )
    .get_result(connection)
    .await
}

async fn owner(connection: &mut Connection, wanted: Option<OrgId>) -> Result<OrgId, FileOrgError> {
    let owners: Vec<Owner> = diesel::sql_query("SELECT org_id FROM dualfuel_file")
        .load(connection)
        .await?;
    let [owner] = owners.as_slice() else {
        return Err(FileOrgError::Malformed);
    };
    let file: OrgId = owner.org_id.parse().map_err(|_| FileOrgError::Malformed)?;
    match wanted {
        Some(asked) if asked != file => Err(FileOrgError::OtherOrg { file, asked }),
        _ => Ok(file),
    }
}

/// Two processes may come here at once; the write lock makes one of them first.
async fn create(connection: &mut Connection, org: OrgId) -> QueryResult<()> {
    connection.begin(&dualfuel_engine::Begin::write()).await?;
    let created = create_tables(connection, org).await;
    match created {
        Ok(()) => connection.commit().await,
        Err(failure) => {
            connection.rollback().await?;
            Err(failure)
        }
    }
}

async fn create_tables(connection: &mut Connection, org: OrgId) -> QueryResult<()> {
    connection
        .batch_execute(every_org::audit_table(Engine::Sqlite))
        .await?;
    connection
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS dualfuel_file (
                 only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
                 org_id TEXT NOT NULL
             )",
        )
        .await?;
    diesel::sql_query("INSERT OR IGNORE INTO dualfuel_file (only_row, org_id) VALUES (1, $1)")
        .bind::<Text, _>(org.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
