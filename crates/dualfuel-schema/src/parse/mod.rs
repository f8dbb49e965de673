//! From SQL text to [`Statement`]s, for each dialect.

use std::ops::Range;

use crate::{
    Dialect, Refusal,
    model::{DataType, Expr},
    statement::Statement,
};

/// A statement with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What it says.
    pub statement: Statement,
    /// Its bytes in the file, without the comments before it and the `;` after it.
    pub span: Range<usize>,
    /// What `-- dualfuel:` comments say, one each, trimmed: those before it,
    /// in it, and behind its `;` on the same line.
    pub annotations: Vec<String>,
    /// What other engines do without, in a clause each: "a row that would
    /// violate the UNIQUE replaces the one that is there". Rendering reports
    /// them as weakenings.
    pub notes: Vec<String>,
}

/// A statement that could not be read. The rest of the file still was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// Its first words, in upper case.
    pub kind: String,
    /// Why, with the place of the offending word where known.
    pub refusal: Refusal,
}

/// How a front end takes what its dialect leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// Read SQLite's `INTEGER` and `INT` as 32 bits, as Diesel's schema does,
    /// rather than as the 64 that SQLite keeps.
    pub narrow_integers: bool,
}

/// The statements of a file, in order; those that can't be read among them.
/// Never panics, whatever the text.
pub fn parse(dialect: Dialect, sql: &str, options: ReadOptions) -> Vec<Result<Parsed, Unread>> {
    let _ = (dialect, sql, options);
    Vec::new()
}

/// A scalar expression, as an engine's catalogue spells it.
///
/// # Errors
///
/// A [`Refusal`] for text that is not an expression of the model.
pub fn parse_expr(dialect: Dialect, sql: &str) -> Result<Expr, Refusal> {
    let _ = dialect;
    Err(Refusal::new(format!("`{sql}` can't be read")))
}

/// A type's name, as an engine's catalogue spells it.
///
/// # Errors
///
/// A [`Refusal`] for a type without an equal in the model.
pub fn parse_type(dialect: Dialect, sql: &str, options: ReadOptions) -> Result<DataType, Refusal> {
    let _ = (dialect, options);
    Err(Refusal::new(format!("`{sql}` is not a type")))
}
