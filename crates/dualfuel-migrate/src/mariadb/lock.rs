//! Keeps other runs out of a MariaDB database: with `GET_LOCK`.
//!
//! The lock belongs to the session, for the whole run. When the program is
//! killed in the middle of a long `ALTER TABLE`, the server notices only at its
//! end; till then it keeps the lock, and no other run looks at a statement that
//! is still being carried out.
//!
//! Its name is one for the whole server, so it holds the database's, as a hash:
//! a lock's name may have 64 characters, which a database's own may use up. In
//! a Galera cluster each node has locks of its own: migrate through one node.

use super::Connection;
use crate::MigrateError;
use crate::apply::Run;
use crate::error::While;
use crate::wait::Wait;

/// The name of the lock, in SQL.
const NAME: &str = "CONCAT('dualfuel.', LEFT(SHA2(DATABASE(), 256), 48))";

/// Takes the lock, or gives up when the run has waited long enough.
pub(super) async fn take(run: &mut Run<'_, Connection>) -> Result<(), MigrateError> {
    let mut wait = Wait::begin();
    loop {
        let held = ask(run.conn, &format!("GET_LOCK({NAME}, 0)")).await?;
        if wait.is_over(run, held).await? {
            return Ok(());
        }
    }
}

/// Gives the lock back. If that fails the connection is lost, and the lock with it.
pub(super) async fn give_back(conn: &mut Connection) {
    let _ = conn.execute(&format!("DO RELEASE_LOCK({NAME})")).await;
}

/// Makes sure that statements run where the lock is held.
pub(super) async fn confirm(conn: &mut Connection) -> Result<(), MigrateError> {
    if ask(conn, &format!("IS_USED_LOCK({NAME}) = CONNECTION_ID()")).await? {
        Ok(())
    } else {
        Err(MigrateError::Pooled)
    }
}

async fn ask(conn: &mut Connection, condition: &str) -> Result<bool, MigrateError> {
    let rows = conn
        .text_rows(&format!("SELECT {condition}"))
        .await
        .while_to("take the lock")?;
    Ok(rows
        .iter()
        .flatten()
        .any(|value| value.as_deref() == Some("1")))
}
