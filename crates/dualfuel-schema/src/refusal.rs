use std::fmt;

use serde::Serialize;

use crate::Engine;

/// Something that can't be read, or can't be said on an engine, before it is
/// known where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// What it is and why, in a clause: "`fts5` is a module that only SQLite has".
    pub reason: String,
    /// Byte offset in the text that was read, where known.
    pub offset: Option<usize>,
}

impl Refusal {
    /// A refusal for `reason`.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            offset: None,
        }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(self, offset: usize) -> Self {
        Self {
            offset: Some(offset),
            ..self
        }
    }
}

/// A statement that can't be rendered: where it is, what it is, what to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsupported {
    /// The file, as it was named to Dualfuel.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The statement's first words, in upper case: `CREATE VIRTUAL TABLE`.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// For which engines; none at all means that it could not be read.
    pub engines: Vec<Engine>,
    /// The override files that would replace the whole migration there.
    pub overrides: Vec<String>,
    /// The place of a refused statement that would have made what this one
    /// needs, as `migrations/0001_a.sql:3`: that one is the fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows_from: Option<String>,
}

impl std::error::Error for Unsupported {}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            kind,
            reason,
            ..
        } = self;
        write!(f, "{file}:{line}:{column}: {kind}: {reason}")
    }
}
