//! On PostgreSQL row level security is the wall, and it must bind the login.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use dualfuel_engine::{Connection, Engine};

use crate::every_org;

/// Where the organisations of a PostgreSQL database are listed.
///
/// # Examples
///
/// ```
/// use dualfuel_org::OrgSource;
///
/// let source = OrgSource::new("organisations", "id");
/// # let _ = source;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgSource {
    sql: String,
}

impl OrgSource {
    /// The global table `table`, whose UUID column `column` holds organisations.
    #[must_use]
    pub fn new(table: &'static str, column: &'static str) -> Self {
        let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        OrgSource {
            sql: format!(
                "SELECT {column} AS org_id FROM {table} ORDER BY {column}",
                column = quote(column),
                table = quote(table)
            ),
        }
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }
}

/// Why a login may not serve organisations.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// Row level security does not bind this login.
    #[error(
        "the PostgreSQL login {role:?} {because}, so row level security would not bind it and \
         every organisation could read every other's rows. Make a plain login and give it the \
         database, for example:\n  \
         CREATE ROLE app LOGIN PASSWORD '...' NOSUPERUSER NOBYPASSRLS NOCREATEROLE;\n  \
         CREATE DATABASE app OWNER app;\nand name it in the URL"
    )]
    Unbound {
        /// The login's role.
        role: String,
        /// What sets it free.
        because: &'static str,
    },

    /// The catalogue could not be read.
    #[error("the rights of the PostgreSQL login cannot be read")]
    Database(#[from] diesel::result::Error),
}

#[derive(QueryableByName)]
struct Rights {
    #[diesel(sql_type = Text)]
    login: String,
    #[diesel(sql_type = Bool)]
    superuser: bool,
    #[diesel(sql_type = Bool)]
    bypass: bool,
}

/// Refuses a login that row level security does not bind, in itself or through
/// any role that it may become.
///
/// # Errors
///
/// [`LoginError`].
pub async fn check_login(connection: &mut Connection) -> Result<(), LoginError> {
    let rights: Rights = diesel::sql_query(
        "SELECT session_user::text AS login,
                bool_or(rolsuper) AS superuser,
                bool_or(rolbypassrls) AS bypass
         FROM pg_catalog.pg_roles
         WHERE pg_catalog.pg_has_role(session_user, oid, 'MEMBER')",
    )
    .get_result(connection)
    .await?;
    let because = if rights.superuser {
        "is a superuser or may become one"
    } else if rights.bypass {
        "has BYPASSRLS or may take it on"
    } else {
        return Ok(());
    };
    Err(LoginError::Unbound {
        role: rights.login,
        because,
    })
}

#[derive(QueryableByName)]
struct Present {
    #[diesel(sql_type = Bool)]
    audit: bool,
}

/// Makes the tables that Dualfuel keeps beside the application's. Nothing is
/// written when they are there.
///
/// # Errors
///
/// Those of the statements.
pub async fn prepare(connection: &mut Connection) -> QueryResult<()> {
    let present: Present =
        diesel::sql_query("SELECT to_regclass('dualfuel_audit') IS NOT NULL AS audit")
            .get_result(connection)
            .await?;
    if present.audit {
        return Ok(());
    }
    match connection
        .batch_execute(every_org::audit_table(Engine::Postgres))
        .await
    {
        // Another server made it at the same moment: `IF NOT EXISTS` looks before
        // it locks, and the loser runs into the catalogue's own unique index.
        Err(diesel::result::Error::DatabaseError(
            diesel::result::DatabaseErrorKind::UniqueViolation,
            _,
        )) => Ok(()),
        result => result,
    }
}
