//! PostgreSQL's messages without values of rows (`crate::said`).
//!
//! Those of class 22, data exceptions, quote the value; those of class 23,
//! violated constraints, name things only and keep the row for the DETAIL, which
//! the connection does not read.

use diesel::result::Error;
use dualfuel_engine::ErrorExt as _;

use crate::said::{self, HIDDEN};

/// Leaves values out, and adds the SQLSTATE where there may have been some.
pub(crate) fn leave_out(failure: Error) -> Error {
    let (Error::DatabaseError(_, information), Some(sqlstate)) = (&failure, failure.sqlstate())
    else {
        return failure;
    };
    let message = information.message();
    let message = match sqlstate.get(..2) {
        Some("22") => without_values(sqlstate, message),
        Some("23") => message.to_owned(),
        // A query that a row holds is as good as one that the file says.
        _ if message.starts_with("syntax error in tsquery: ") => without_values(sqlstate, message),
        _ => return failure,
    };
    let message = format!("{message} (SQLSTATE {sqlstate})");
    said::instead(failure, message)
}

/// Without all from the first quote to the last, whatever quotes the value
/// itself has, and without what follows a colon.
fn without_values(sqlstate: &str, message: &str) -> String {
    match sqlstate {
        // character with byte sequence 0xc3 0xa9 in encoding ..
        "22P05" => return "a character has no equivalent in the other encoding".to_owned(),
        // Says what is wrong with the expression.
        "2201B" => return message.to_owned(),
        _ => {}
    }
    // Translated messages have other quotes.
    let is_quote = |c: char| matches!(c, '"' | '«' | '»' | '„' | '“' | '”');
    let unquoted = match (message.split_once(is_quote), message.rsplit_once(is_quote)) {
        (Some((before, _)), Some((_, after))) => format!("{before}{HIDDEN}{after}"),
        _ => message.to_owned(),
    };
    match unquoted.split_once(": ") {
        Some((before, _)) => format!("{before}: {HIDDEN}"),
        None => unquoted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages are the server's own, of version 15.
    #[test]
    fn what_is_quoted_is_left_out() {
        let check = |sqlstate, message, expected| {
            assert_eq!(without_values(sqlstate, message), expected);
        };
        check(
            "22P02",
            "invalid input syntax for type uuid: \"sec\"ret: \"",
            "invalid input syntax for type uuid: …",
        );
        check(
            "22P02",
            "invalid input value for enum mood: \"secret\"",
            "invalid input value for enum mood: …",
        );
        check(
            "22003",
            "value \"99999999999\" is out of range for type integer",
            "value … is out of range for type integer",
        );
        check(
            "22001",
            "value too long for type character varying(2)",
            "value too long for type character varying(2)",
        );
        check(
            "22008",
            "date field value out of range: 4711-99-99",
            "date field value out of range: …",
        );
        check(
            "22021",
            "invalid byte sequence for encoding \"UTF8\": 0xff",
            "invalid byte sequence for encoding …: …",
        );
        check(
            "22P02",
            "ungültige Eingabesyntax für Typ uuid: »secret«",
            "ungültige Eingabesyntax für Typ uuid: …",
        );
    }
}
