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
    /// `irreversible: why`, each that the file says: a `down.sql` that can't
    /// restore what was, or the `up.sql` that can't be taken back.
    pub(crate) irreversible: Vec<String>,
}

/// Reads the annotations of a file; of releases the last one counts.
pub(crate) fn annotations(engine: Engine, sql: &str) -> Result<Annotations, ProgramVersionError> {
    let mut found = Annotations::default();
    let comments = tokens(engine, sql).filter(|token| token.kind == Kind::Comment);
    for said in comments.filter_map(|comment| annotation(comment.text)) {
        let words = said
            .split([' ', '\t', '\r', ',', ':'])
            .filter(|word| !word.is_empty());
        match words.collect::<Vec<_>>()[..] {
            ["compatible-with"] => found.compatible_with = Some("".parse()?),
            ["compatible-with", version, ..] => found.compatible_with = Some(version.parse()?),
            ["irreversible", ..] => {
                let why = said.trim_start().trim_start_matches("irreversible");
                let why = why.trim_matches([':', ',', ' ', '\t', '\r']);
                found.irreversible.push(why.to_owned());
            }
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

    fn check(sql: &str, compatible_with: Option<&str>, irreversible: &[&str]) {
        let expected = Annotations {
            compatible_with: compatible_with.map(|text| text.parse().unwrap()),
            irreversible: irreversible.iter().map(|why| (*why).to_owned()).collect(),
        };
        assert_eq!(annotations(Engine::Sqlite, sql), Ok(expected), "{sql}");
    }

    #[test]
    fn comments_are_read_and_text_is_not() {
        check("SELECT 1; -- a comment", None, &[]);
        check(
            "-- dualfuel: compatible-with 1.4.0\nSELECT 1",
            Some("1.4.0"),
            &[],
        );
        check(
            "--dualfuel: compatible-with 1.4 (drops a column)\r\n",
            Some("1.4"),
            &[],
        );
        check(
            "-- dualfuel: irreversible, rows are gone",
            None,
            &["rows are gone"],
        );
        check("-- dualfuel: irreversible", None, &[""]);
        check(
            "-- dualfuel: irreversible: a, b\n-- dualfuel: irreversible: c",
            None,
            &["a, b", "c"],
        );
        check("-- dualfuel: tenant\n-- dualfuel: every org", None, &[]);
        check("SELECT '-- dualfuel: irreversible'", None, &[]);
        check("/* -- dualfuel: irreversible */", None, &[]);
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
