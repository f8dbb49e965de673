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

/// A tenant table that the wall has a gap at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The table has `org_id` and lacks what guards it.
    #[error(
        "the table {table:?} has the column org_id and {lacks}, so every organisation could read \
         it; add to a migration:\n  \
         ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n  \
         ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n  \
         CREATE POLICY org ON {table}\n    \
         USING (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)\n    \
         WITH CHECK (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);"
    )]
    Unguarded {
        /// The table.
        table: String,
        /// What it lacks.
        lacks: String,
    },

    /// The catalogue could not be read.
    #[error("the tables' policies cannot be read")]
    Database(#[from] diesel::result::Error),
}

#[derive(QueryableByName)]
struct Gap {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    lacks: String,
}

/// Refuses a database with a table that has `org_id` and no forced row level
/// security with a policy: the lines that are most easily forgotten.
///
/// It looks at the schemas of the search path. What a policy says is for `prove`.
///
/// # Errors
///
/// [`TableError`].
pub async fn check_tables(connection: &mut Connection) -> Result<(), TableError> {
    let gaps: Vec<Gap> = diesel::sql_query(
        "SELECT c.relname::text AS name,
                concat_ws(' and ',
                    CASE WHEN NOT c.relrowsecurity THEN 'row level security is not enabled' END,
                    CASE WHEN NOT c.relforcerowsecurity THEN 'it is not forced on the owner' END,
                    CASE WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid)
                         THEN 'there is no policy' END) AS lacks
         FROM pg_catalog.pg_class c
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
         WHERE a.attname = 'org_id' AND NOT a.attisdropped
           AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
           AND c.relnamespace IN (SELECT oid FROM pg_catalog.pg_namespace
                                  WHERE nspname = ANY (current_schemas(false)))
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
               SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid))
         ORDER BY c.relname LIMIT 1",
    )
    .load(connection)
    .await?;
    match gaps.into_iter().next() {
        None => Ok(()),
        Some(Gap { name, lacks }) => Err(TableError::Unguarded { table: name, lacks }),
    }
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
