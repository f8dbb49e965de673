//! Runs a version on MariaDB, where every change of the schema commits, so that
//! a run which is killed can be taken up.
//!
//! Statements that change rows only run in a transaction together with the note
//! that they are done. A change of the schema can't: it is done, and then noted.
//! So before it is sent, the ledger's row gets a picture of what it is about
//! ([`super::catalogue`]). The next run looks again: as it was, the statement is
//! sent once more; otherwise it was carried out. Of what leaves no trace in the
//! catalogue, such as a `CALL`, nothing can be told ([`MigrateError::InDoubt`]).
//!
//! Rows of an Aria or MyISAM table are none that a transaction holds either, and
//! such a statement is sent and noted as a `CALL` is.
//!
//! A run that takes a version up says its `SET`s again: they went with the
//! session that heard them (`memory.rs`).

use std::time::Instant;

use super::catalogue::{self, are_all_gone, is_there, picture};
use super::ledger::{self, Progress};
use super::memory::Memory;
use super::statement::{Kind, hides_names, kind, replaced};
use super::{Connection, apply, error};
use crate::apply::{Direction, Run};
use crate::error::While;
use crate::journal::Journal;
use crate::script::Step;
use crate::session::Driver as _;
use crate::{Checksum, Engine, MigrateError, Migration};

const WRITING: &str = "write the ledger";
const LOOKING: &str = "look what an interrupted statement has done";

/// Runs what is left of the version, and records it.
pub(super) async fn run<'a>(
    run: &mut Run<'a, Connection>,
    journal: Journal<'a>,
    start: Instant,
) -> Result<(), MigrateError> {
    let steps = run.script(journal.migration, journal.direction)?;
    remember(run, &journal, &steps).await?;
    let mut done = 0;
    for unit in units(&steps) {
        // A file that was corrected may hold together what it did not before.
        let (before, unit) = unit.split_at(journal.done.saturating_sub(done).min(unit.len()));
        let first = done + before.len();
        done = first + unit.len();
        let leaves = match unit {
            [] => false,
            [step] if !is_held_by_transaction(step) => false,
            _ => is_noted(&journal, first) || leaves_rows(run.conn, unit).await?,
        };
        let ran = match unit {
            [] => Ok(()),
            [step] if !is_held_by_transaction(step) => alone(run, &journal, step, first).await,
            _ if leaves => one_by_one(run, &journal, unit, first).await,
            _ => together(run, &journal, unit, done).await,
        };
        if let (0, Err(failure), [step, ..]) = (first, &ran, unit)
            && !leaves
            && left_nothing(step, failure, true)
        {
            undo(run, &journal).await;
        }
        ran?;
    }
    let migration = journal.migration;
    run.begin().await?;
    let recorded = match journal.direction {
        Direction::Up => run.record_applied(migration, start, steps.len()).await,
        Direction::Down => run.record_reverted(migration).await,
    };
    run.end(recorded).await
}

/// The steps that commit together: a transaction of the file stays one if it
/// changes rows only.
fn units<'s, 'a>(steps: &'s [Step<'a>]) -> impl Iterator<Item = &'s [Step<'a>]> {
    steps.chunk_by(|one, next| {
        one.group == next.group && is_held_by_transaction(one) && is_held_by_transaction(next)
    })
}

fn is_held_by_transaction(step: &Step<'_>) -> bool {
    matches!(kind(step.text), Kind::Rows | Kind::Session)
}

/// Tells the session what the one before was told, and refuses what is left if
/// that does not do.
async fn remember(
    run: &mut Run<'_, Connection>,
    journal: &Journal<'_>,
    steps: &[Step<'_>],
) -> Result<(), MigrateError> {
    let (before, left) = steps.split_at(journal.done.min(steps.len()));
    if before.is_empty() {
        return Ok(());
    }
    let memory = Memory::of(before);
    // Of the one in flight it is asked first whether it was carried out.
    let in_flight = usize::from(is_noted(journal, journal.done)).min(left.len());
    let (in_flight, left) = left.split_at(in_flight);
    let mut missed = memory.missed(left);
    if let Some(first) = memory.missed(in_flight)
        && let [step] = in_flight
        && !was_carried_out(run.conn, journal, step).await?
    {
        missed = Some(first);
    }
    if let Some((step, what)) = missed {
        return Err(MigrateError::Forgotten {
            version: journal.migration.version().clone(),
            file: file(journal),
            position: step.position,
            line: step.line,
            what,
        });
    }
    for step in memory.again {
        run.conn
            .execute(step.text)
            .await
            .while_to("set up the session of an interrupted version")?;
    }
    Ok(())
}

fn file(journal: &Journal<'_>) -> &'static str {
    match journal.direction {
        Direction::Up => "up.sql",
        Direction::Down => "down.sql",
    }
}

/// Statements that a transaction holds, and the note that they are done.
async fn together(
    run: &mut Run<'_, Connection>,
    journal: &Journal<'_>,
    unit: &[Step<'_>],
    done: usize,
) -> Result<(), MigrateError> {
    apply::begin_rows(run).await?;
    let inside = async {
        run.send_all(journal.migration, unit).await?;
        ledger::write_progress(run.conn, progress(journal, done, None))
            .await
            .while_to(WRITING)
    }
    .await;
    run.end(inside).await
}

/// Whether the transaction of `unit` would hold back none of some rows.
async fn leaves_rows(conn: &mut Connection, unit: &[Step<'_>]) -> Result<bool, MigrateError> {
    let sqls: Vec<&str> = unit.iter().map(|step| step.text).collect();
    catalogue::leaves_rows(conn, &sqls).await.while_to(LOOKING)
}

/// Whether an earlier run noted that it sends the statement after `done` others.
fn is_noted(journal: &Journal<'_>, done: usize) -> bool {
    let note = journal.in_flight.as_deref();
    note.and_then(|note| note.split_once(':'))
        .is_some_and(|(noted, _)| noted == done.to_string())
}

/// Statements that write to a table which no transaction holds: a ROLLBACK would
/// leave their rows, and the next run would write them again.
async fn one_by_one(
    run: &mut Run<'_, Connection>,
    journal: &Journal<'_>,
    unit: &[Step<'_>],
    first: usize,
) -> Result<(), MigrateError> {
    for (index, step) in unit.iter().enumerate() {
        alone(run, journal, step, first + index).await?;
    }
    Ok(())
}

/// A statement that commits by itself, between two notes.
async fn alone(
    run: &mut Run<'_, Connection>,
    journal: &Journal<'_>,
    step: &Step<'_>,
    done: usize,
) -> Result<(), MigrateError> {
    if !(done == journal.done && was_carried_out(run.conn, journal, step).await?) {
        let before = picture(run.conn, step.text).await.while_to(LOOKING)?;
        let in_flight = format!("{done}:{before}");
        ledger::write_progress(run.conn, progress(journal, done, Some(&in_flight)))
            .await
            .while_to(WRITING)?;
        let sent = run.send(journal.migration, step).await;
        if sent
            .as_ref()
            .is_err_and(|failure| left_nothing(step, failure, false))
        {
            // So it may be corrected. Best effort.
            let _ = ledger::write_progress(run.conn, progress(journal, done, None)).await;
        }
        sent?;
    }
    ledger::write_progress(run.conn, progress(journal, done + 1, None))
        .await
        .while_to(WRITING)
}

/// What the row says while `done` statements are done and perhaps one more is sent.
fn progress<'p>(journal: &Journal<'p>, done: usize, in_flight: Option<&'p str>) -> Progress<'p> {
    let migration: &'p Migration = journal.migration;
    let sent = done + usize::from(in_flight.is_some());
    Progress {
        version: migration.version(),
        statements_done: done,
        checksum: match journal.direction {
            Direction::Up => Some(Checksum::of_first(Engine::Mariadb, migration.up(), sent)),
            Direction::Down => None,
        },
        in_flight,
    }
}

/// Whether the statement that an earlier run may have sent was carried out.
async fn was_carried_out(
    conn: &mut Connection,
    journal: &Journal<'_>,
    step: &Step<'_>,
) -> Result<bool, MigrateError> {
    // A note about another statement is stale: someone has moved the count.
    let note = journal
        .in_flight
        .as_deref()
        .and_then(|note| note.split_once(':'));
    let Some((_, before)) = note.filter(|(done, _)| *done == journal.done.to_string()) else {
        return Ok(false);
    };
    let sql = step.text;
    let kind = kind(sql);
    if matches!(kind, Kind::Repeatable | Kind::Session) {
        return Ok(false);
    }
    if !matches!(kind, Kind::Opaque | Kind::Rows) && !hides_names(sql) {
        let unchanged = picture(conn, sql).await.while_to(LOOKING)? == before;
        if unchanged {
            return Ok(false);
        }
        if kind == Kind::Replaces
            && let Some(name) = replaced(sql)
        {
            return is_there(conn, &name).await.while_to(LOOKING);
        }
        if kind == Kind::Change || are_all_gone(conn, sql).await.while_to(LOOKING)? {
            return Ok(true);
        }
    }
    Err(MigrateError::InDoubt {
        version: journal.migration.version().clone(),
        file: file(journal),
        position: step.position,
        line: step.line,
    })
}

/// Whether nothing of a statement that failed stays: the server refused it,
/// rather than being lost in the middle, and it is not of a kind that fails
/// half-way. Without the table that it was to replace it still is to be sent.
fn left_nothing(step: &Step<'_>, failure: &MigrateError, in_transaction: bool) -> bool {
    let MigrateError::Refused { source, .. } = failure else {
        return false;
    };
    match kind(step.text) {
        Kind::Session | Kind::Change | Kind::Repeatable | Kind::Replaces => !error::is_lost(source),
        Kind::Rows if in_transaction => !error::is_lost(source),
        Kind::Rows | Kind::Drops | Kind::Opaque => error::is_before_execution(source),
    }
}

/// Nothing of the version happened: the row should not say that it has begun.
/// Best effort; the failure was told.
async fn undo(run: &mut Run<'_, Connection>, journal: &Journal<'_>) {
    let version = journal.migration.version();
    let _ = run.conn.write_state(version, journal.before).await;
}
