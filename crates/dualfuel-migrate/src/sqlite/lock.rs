//! Keeps others out of a SQLite file: with its write lock.
//!
//! A version takes it with `BEGIN IMMEDIATE` and gives it back with `COMMIT`,
//! so a run that is killed holds nothing. Any writer holds the same lock, and
//! is waited for like another run. Between two versions another run may come
//! in; it reads the ledger inside the lock and carries on with what is left.

use std::time::Duration;

use dualfuel_engine::{Begin, ErrorExt, ErrorKind};
use tokio::time::{Instant, timeout};

use crate::apply::Run;
use crate::error::While;
use crate::{Event, MigrateError};

/// How long the run waits before it says so.
const PATIENCE: Duration = Duration::from_millis(200);

/// Begins a transaction that may write.
pub(crate) async fn begin(run: &mut Run<'_>) -> Result<(), MigrateError> {
    let start = Instant::now();
    let mut told = false;
    loop {
        let left = run.wait_left(start);
        // The engine repeats the attempt, and lets other tasks run in between.
        // It waits as long as the connection was opened to wait: the limit of
        // this run may be another.
        match timeout(left.min(PATIENCE), run.conn.begin(&Begin::write())).await {
            Ok(Ok(())) => {
                run.waited += start.elapsed();
                return Ok(());
            }
            Ok(Err(failure)) if failure.kind() != ErrorKind::LockTimeout => {
                return Err(failure).while_to("begin a transaction");
            }
            _ if left.is_zero() => {
                run.waited += start.elapsed();
                return Err(MigrateError::Locked { waited: run.waited });
            }
            _ if !told => {
                told = true;
                run.options.tell(Event::Waiting);
            }
            _ => {}
        }
    }
}
