//! Keeps other runs out of a PostgreSQL database: with an advisory lock.
//!
//! The lock belongs to the session, for the whole run. A transaction's own
//! advisory lock would end with the first version, and could not be held at all
//! while a statement runs outside a transaction. When the program is killed in
//! the middle of a long statement, the server notices only at its end; till
//! then it keeps the lock, and no other run takes the half-built index for an
//! abandoned one.
//!
//! It is tried for and tried again, never waited for: a session that waits for
//! a lock holds a snapshot, and `CREATE INDEX CONCURRENTLY` waits for that.
//!
//! Through a pooler in transaction mode, such as PgBouncer, the lock stays
//! behind on whichever server connection took it. [`confirm`] finds that out in
//! each version's transaction, before anything is done.

use diesel::deserialize::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel_async::RunQueryDsl;
use dualfuel_engine::Connection;

use crate::MigrateError;
use crate::apply::Run;
use crate::error::While;
use crate::wait::Wait;

/// The bytes of `dualfuel`: advisory locks are numbers, one space per database.
const KEY: i64 = i64::from_be_bytes(*b"dualfuel");

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// Takes the lock, or gives up when the run has waited long enough.
pub(crate) async fn take(run: &mut Run<'_>) -> Result<(), MigrateError> {
    let mut wait = Wait::begin();
    loop {
        let Held { held } = sql_query("SELECT pg_try_advisory_lock($1) AS held")
            .bind::<BigInt, _>(KEY)
            .get_result(run.conn)
            .await
            .while_to("take the lock")?;
        if wait.is_over(run, held).await? {
            return Ok(());
        }
    }
}

/// Gives the lock back. If that fails the connection is lost, and the lock with it.
pub(crate) async fn give_back(conn: &mut Connection) {
    let _ = sql_query("SELECT pg_advisory_unlock($1)")
        .bind::<BigInt, _>(KEY)
        .execute(conn)
        .await;
}

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = Bool)]
    held: bool,
    #[diesel(sql_type = Text)]
    search_path: String,
}

/// Makes sure that this transaction runs where the lock is held: who holds it
/// can take it again. Gives the session's search path.
pub(crate) async fn confirm(conn: &mut Connection) -> Result<String, MigrateError> {
    let session: Session = sql_query(
        "SELECT pg_try_advisory_xact_lock($1) AS held, \
                current_setting('search_path') AS search_path",
    )
    .bind::<BigInt, _>(KEY)
    .get_result(conn)
    .await
    .while_to("begin a transaction")?;
    if session.held {
        Ok(session.search_path)
    } else {
        Err(MigrateError::Pooled)
    }
}
