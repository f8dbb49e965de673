//! Tells whether a migration still says what it said when it was applied.
//!
//! What counts is what the database was sent: a [`Checksum`] covers the tokens
//! of the file, so a comment, an indent or a line ending may change and a
//! literal, a name or an operator may not. Inside a dollar-quoted body
//! everything counts, comments included, because the database keeps it.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::Engine;
use crate::lex::{Token, tokens};
use crate::script::script;

/// Spelling of a checksum. Another way of reading tokens gets another number,
/// and recorded checksums with a number not known here are left alone.
const PREFIX: &str = "sql1:";

/// SHA-256 over the tokens of a file.
///
/// # Examples
///
/// ```
/// use dualfuel_migrate::{Checksum, Engine};
///
/// let applied = Checksum::of(Engine::Sqlite, "CREATE TABLE a (b TEXT);");
/// let commented = Checksum::of(Engine::Sqlite, "-- Why.\nCREATE TABLE a (\r\n  b TEXT\r\n);");
/// let edited = Checksum::of(Engine::Sqlite, "CREATE TABLE a (b BLOB);");
///
/// assert_eq!(applied, commented);
/// assert_ne!(applied, edited);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checksum([u8; 32]);

impl Checksum {
    /// The checksum of a file written for `engine`.
    #[must_use]
    pub fn of(engine: Engine, sql: &str) -> Self {
        Self::of_texts(engine, [sql])
    }

    /// The checksum of the first statements that a run sends of a file.
    pub(crate) fn of_first(engine: Engine, sql: &str, statements: usize) -> Self {
        let steps = script(engine, sql).unwrap_or_default();
        let sent = steps.iter().take(statements).map(|step| step.text);
        // A semicolon that no statement has keeps two statements apart from one.
        Self::of_texts(engine, sent.flat_map(|text| [text, ";"]))
    }

    fn of_texts<'t>(engine: Engine, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut hash = Sha256::new();
        let tokens = texts.into_iter().flat_map(|text| tokens(engine, text));
        for token in tokens.filter(Token::is_significant) {
            // A literal may hold line breaks, and git may have changed them.
            let text = token.text.replace("\r\n", "\n");
            // The length keeps `ab c` and `a bc` apart.
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        Checksum(hash.finalize().into())
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}

impl Serialize for Checksum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that is no checksum of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a checksum of the form {PREFIX}<64 hexadecimal digits>")]
pub struct ChecksumError;

impl FromStr for Checksum {
    type Err = ChecksumError;

    fn from_str(text: &str) -> Result<Self, ChecksumError> {
        let digits = text.strip_prefix(PREFIX).ok_or(ChecksumError)?.as_bytes();
        if digits.len() != 64 {
            return Err(ChecksumError);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Checksum(bytes))
    }
}

fn digit(c: u8) -> Result<u8, ChecksumError> {
    match c {
        b'0'..=b'9' => Ok(c - b'0'),
        b'a'..=b'f' => Ok(c - b'a' + 10),
        _ => Err(ChecksumError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(a: &str, b: &str) -> bool {
        Checksum::of(Engine::Postgres, a) == Checksum::of(Engine::Postgres, b)
    }

    #[test]
    fn what_may_change_and_what_may_not() {
        let applied = "CREATE TABLE a (b TEXT DEFAULT 'x\ny');";
        assert!(same(
            applied,
            "/* why */ CREATE  TABLE a(b TEXT DEFAULT 'x\r\ny') -- end\n;"
        ));
        assert!(!same(applied, "CREATE TABLE a (b TEXT DEFAULT 'x  y');"));
        assert!(!same(applied, "CREATE TABLE a (b TEXT DEFAULT '-- x\ny');"));
        assert!(!same("a <= b", "a < = b"));
        assert!(!same("ab c", "a bc"));
        assert!(!same("SELECT $$ -- one\n$$", "SELECT $$ -- two\n$$"));
        assert!(!same("a; b", "a, b"));
    }

    #[test]
    fn the_first_statements_are_told_from_the_others() {
        let of = |sql, first| Checksum::of_first(Engine::Mariadb, sql, first);
        let file = "BEGIN; a; b; COMMIT; c";
        assert_eq!(of(file, 2), of("a; b; -- to come\n d; e", 2));
        assert_ne!(of(file, 2), of("a; d", 2));
        assert_ne!(of(file, 1), of(file, 2));
        assert_ne!(of("a; b", 2), of("a b", 1));
        assert_eq!(of(file, 0), of("", 0));
    }

    #[test]
    fn a_recorded_checksum_reads_back() {
        let checksum = Checksum::of(Engine::Sqlite, "SELECT 1");
        assert_eq!(checksum.to_string().parse(), Ok(checksum));
        for wrong in ["", "sql1:", "sql2:00", &checksum.to_string().to_uppercase()] {
            assert!(wrong.parse::<Checksum>().is_err(), "{wrong}");
        }
    }

    proptest! {
        /// The database sees the same tokens whatever stands between them.
        #[test]
        fn comments_and_space_between_tokens_do_not_count(
            words in proptest::collection::vec(r"[a-z]{1,4}|'[^'\\]{0,4}'|[(),;]", 0..20),
            gap in prop_oneof![Just(" /* c */ "), Just("\n"), Just(" -- c\n"), Just("\r\n\t")],
        ) {
            for engine in Engine::ALL {
                prop_assert_eq!(
                    Checksum::of(engine, &words.join(" ")),
                    Checksum::of(engine, &words.join(gap)),
                );
            }
        }
    }
}
