//! Rows for every table of a schema, made from types and constraints alone.
//!
//! A migration is only shown to lose nothing when there was something to lose.
//! [`seeds`] gives the same rows for every engine: logical values, which
//! `write` spells for each. They respect NOT NULL, keys and uniques (partial
//! and over expressions too), CHECKs, and foreign keys: composite ones, ones
//! to the own table, and cycles, which [`Link`]s close at the end.
//!
//! A row is found by trial: candidates for each column come from its type and
//! from the constants of the CHECKs that name it, and [`truth`] says whether a
//! CHECK holds for them. What `truth` can't decide is taken to hold: the
//! database has the last word. A table for which no row is found is named in
//! [`Seeds::short`].
//!
//! Nothing here is random: one schema gives one set of rows.

mod candidates;
mod order;
mod rows;
pub mod truth;
pub mod write;

use crate::model::{Name, Schema};

/// A value, before any engine spells it. Days, times, UUIDs and JSON are text,
/// as SQLite keeps them.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `NULL`.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number, in decimal notation.
    Number(String),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// Which values to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boldness {
    /// Ends of ranges, empty and long texts, letters beyond ASCII,
    /// microseconds, and NULL where it is allowed.
    Edges,
    /// What an ordinary day brings, every value of a column its own where
    /// that can be.
    Plain,
}

/// A row to insert.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Into which table.
    pub table: Name,
    /// Its values; generated columns are left out.
    pub values: Vec<(Name, Value)>,
}

impl Row {
    /// The value of a column.
    pub fn value(&self, column: &Name) -> Option<&Value> {
        let found = self.values.iter().find(|(name, _)| name == column);
        found.map(|(_, value)| value)
    }
}

/// References that close a cycle: set once both rows are there.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Of which table.
    pub table: Name,
    /// The row: its primary key.
    pub key: Vec<(Name, Value)>,
    /// The foreign key's columns.
    pub set: Vec<(Name, Value)>,
}

/// A table that got fewer rows than asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// Which.
    pub table: Name,
    /// What stands in the way.
    pub reason: String,
}

/// What to insert.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seeds {
    /// Parents before children.
    pub rows: Vec<Row>,
    /// After all rows.
    pub links: Vec<Link>,
    /// Tables with fewer rows than asked for.
    pub short: Vec<Short>,
}

/// `count` rows for each table of `schema`, fewer where its constraints leave
/// no room. A schema of a portable source has to be that of an engine
/// ([`crate::portable::for_engine`]), with its org columns.
pub fn seeds(schema: &Schema, boldness: Boldness, count: usize) -> Seeds {
    let mut seeds = Seeds::default();
    for table in order::parents_first(schema) {
        rows::fill(schema, table, boldness, count, &mut seeds);
    }
    rows::close_cycles(schema, &mut seeds);
    seeds
}

#[cfg(test)]
mod tests;
