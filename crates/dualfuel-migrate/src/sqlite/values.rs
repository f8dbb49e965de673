//! SQLite's messages without values of rows (`crate::said`).
//!
//! Its constraints name columns only; a path or a search that a row holds is
//! what it quotes.

use diesel::result::Error;

use crate::said::{self, HIDDEN};

/// How messages begin that go on with a value.
const QUOTING: [&str; 4] = [
    "JSON path error near ",
    "bad JSON path: ",
    "fts5: syntax error near ",
    "malformed MATCH expression: ",
];

/// Leaves the value out.
pub(crate) fn leave_out(failure: Error) -> Error {
    let Error::DatabaseError(_, information) = &failure else {
        return failure;
    };
    let message = information.message();
    match QUOTING.iter().find(|begin| message.starts_with(**begin)) {
        Some(begin) => said::instead(failure, format!("{begin}{HIDDEN}")),
        None => failure,
    }
}
