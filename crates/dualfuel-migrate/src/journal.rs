//! A version that no transaction holds as a whole: on PostgreSQL one with
//! `CREATE INDEX CONCURRENTLY`, on MariaDB every one.
//!
//! The ledger has a row that says `started` before the first statement, and
//! how many are done after each, so that a run which is killed can be taken up.
//! How far a statement's end and its note are apart is each engine's matter.

use crate::Migration;
use crate::apply::Direction;
use crate::ledger::{EntryState, Ledger};

/// A version whose row says that it is under way.
#[derive(Debug, Clone)]
pub struct Journal<'a> {
    pub(crate) migration: &'a Migration,
    pub(crate) direction: Direction,
    /// How many statements are done.
    pub(crate) done: usize,
    /// Whether another run began it, so that one more may be done than noted.
    pub(crate) resumed: bool,
    /// What the row goes back to if the very first statement fails.
    pub(crate) before: Option<EntryState>,
    /// What MariaDB's catalogue said before the statement that was under way.
    #[cfg_attr(not(feature = "mariadb"), expect(dead_code, reason = "MariaDB's"))]
    pub(crate) in_flight: Option<String>,
}

impl<'a> Journal<'a> {
    /// New, or where the ledger says that it stopped.
    pub(crate) fn of(ledger: &Ledger, migration: &'a Migration, direction: Direction) -> Self {
        let entry = ledger.current_entry(migration.version());
        let under_way = match direction {
            Direction::Up => EntryState::Started,
            Direction::Down => EntryState::Reverting,
        };
        let stopped = entry.filter(|entry| entry.state == under_way);
        Journal {
            migration,
            direction,
            done: stopped.map_or(0, |entry| entry.statements_done),
            resumed: stopped.is_some(),
            before: match direction {
                Direction::Up => None,
                Direction::Down => entry
                    .map(|entry| entry.state)
                    .filter(|state| *state != under_way)
                    .or(Some(EntryState::Applied)),
            },
            in_flight: stopped.and_then(|entry| entry.in_flight.clone()),
        }
    }
}
