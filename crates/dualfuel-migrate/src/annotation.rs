//! What a migration says in comments: `-- dualfuel: <words>`.
//!
//! Only what matters when a migration is applied is read here. Other words
//! belong to rendering and are passed over.

use crate::lex::{Kind, tokens};
use crate::{Engine, ProgramVersion, ProgramVersionError};

/// The annotations of one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Annotations {
    /// `compatible-with 1.4.0`: the oldest program that may run on the result.
    pub(crate) compatible_with: Option<ProgramVersion>,
    /// `irreversible`: the file, a `down.sql`, can't restore what was.
    pub(crate) irreversible: bool,
}

/// Reads the annotations of a file; the last one of a kind counts.
pub(crate) fn annotations(engine: Engine, sql: &str) -> Result<Annotations, ProgramVersionError> {
    let mut found = Annotations::default();
    let comments = tokens(engine, sql).filter(|token| token.kind == Kind::Comment);
    for words in comments.filter_map(|comment| annotation(comment.text)) {
        let words = words
            .split([' ', '\t', '\r', ',', ':'])
            .filter(|word| !word.is_empty());
        match words.collect::<Vec<_>>()[..] {
            ["compatible-with"] => found.compatible_with = Some("".parse()?),
            ["compatible-with", version, ..] => found.compatible_with = Some(version.parse()?),
            ["irreversible", ..] => found.irreversible = true,
            _ => {}
        }
    }
    Ok(found)
}

fn annotation(comment: &str) -> Option<&str> {
    comment
        .strip_prefix("--")?
        .trim_start()
        .strip_prefix("dualfuel:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, compatible_with: Option<&str>, irreversible: bool) {
        let expected = Annotations {
            compatible_with: compatible_with.map(|text| text.parse().unwrap()),
            irreversible,
        };
        assert_eq!(annotations(Engine::Sqlite, sql), Ok(expected), "{sql}");
    }

    #[test]
    fn comments_are_read_and_text_is_not() {
        check("SELECT 1; -- a comment", None, false);
        check(
            "-- dualfuel: compatible-with 1.4.0\nSELECT 1",
            Some("1.4.0"),
            false,
        );
        check(
            "--dualfuel: compatible-with 1.4 (drops a column)\r\n",
            Some("1.4"),
            false,
        );
        check("-- dualfuel: irreversible, rows are gone", None, true);
        check("-- dualfuel: irreversible", None, true);
        check("-- dualfuel: tenant\n-- dualfuel: every org", None, false);
        check("SELECT '-- dualfuel: irreversible'", None, false);
        check("/* -- dualfuel: irreversible */", None, false);
    }

    #[test]
    fn a_version_that_is_none_is_an_error() {
        for sql in [
            "-- dualfuel: compatible-with",
            "-- dualfuel: compatible-with next",
        ] {
            assert!(annotations(Engine::Postgres, sql).is_err(), "{sql}");
        }
    }
}
