//! From the model to one engine's statements.
//!
//! - [`expr`]: typed expressions, queries and data statements.
//! - `delta`: what differs between two schemas, in the order in which it can
//!   be done.
//! - `sqlite`, `postgres`, `mariadb`: the statements that do it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{Engine, Refusal, simulate::Step};

pub mod expr;

/// A migration on one engine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lowered {
    /// Its statements, in order, without `;`.
    pub statements: Vec<String>,
    /// Whether SQLite has to have foreign keys off while it runs, because a
    /// table is rebuilt.
    pub foreign_keys_off: bool,
    /// What this engine can't hold, and does without.
    pub weakenings: Vec<Weakening>,
    /// Why the change can't be undone without losing something, where it can't:
    /// "`users.age` is dropped with its values".
    pub loses: Vec<String>,
}

/// Something of the schema that an engine can't hold and does without.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Weakening {
    /// On which engine.
    pub engine: Engine,
    /// The table.
    pub table: String,
    /// The column, constraint or index.
    pub object: String,
    /// What is weaker: "the index holds all rows, not only those where ..".
    pub what: String,
}

/// A step that can't be said on an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlowered {
    /// Its bytes in the source file.
    pub span: Range<usize>,
    /// Why not.
    pub refusal: Refusal,
}

/// The statements that take `steps` on `engine`.
///
/// # Errors
///
/// Every step that can't be said there.
pub fn lower(engine: Engine, steps: &[Step]) -> Result<Lowered, Vec<Unlowered>> {
    let _ = (engine, steps);
    Ok(Lowered::default())
}

/// The statements that take `steps` back: from the last one's schema after to
/// the first one's before. Rows that were changed stay changed.
///
/// # Errors
///
/// Every step that can't be taken back on that engine.
pub fn lower_inverse(engine: Engine, steps: &[Step]) -> Result<Lowered, Vec<Unlowered>> {
    let _ = (engine, steps);
    Ok(Lowered::default())
}
