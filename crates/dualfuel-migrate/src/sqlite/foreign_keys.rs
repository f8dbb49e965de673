//! Which files need foreign keys off, and which need them on.
//!
//! SQLite changes a table by building a new one and dropping the old, and a
//! drop deletes the rows that refer to the table, by ON DELETE CASCADE. So such
//! a file runs with foreign keys off. Any other runs with them on: a DELETE in
//! it is meant to take along, or to set to NULL, what the schema says, as it
//! does on the other engines.
//!
//! Off for one statement is off for the whole file: the pragma does nothing
//! inside a transaction. What a DELETE then leaves behind is found by
//! `foreign_key_check`, and the version is refused.

use std::collections::BTreeSet;

use crate::Engine;
use crate::lex::{Kind, Token, tokens};
use crate::split::split_statements;

/// Whether foreign keys are enforced while a version runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForeignKeys {
    /// They are, and checked when the version ends.
    #[default]
    On,
    /// They are only checked when the version ends.
    Off {
        /// Line of the statement that needs it so, counting from 1.
        line: usize,
    },
}

impl ForeignKeys {
    /// How `sql`, a file for SQLite, has to be run.
    pub(crate) fn of(sql: &str) -> Self {
        // Tables that the file has made for itself, which nothing refers to.
        let mut scratch = BTreeSet::new();
        let needs_off = split_statements(Engine::Sqlite, sql)
            .into_iter()
            .find(|statement| needs_off(&words(statement.text), &mut scratch));
        match needs_off {
            Some(statement) => ForeignKeys::Off {
                line: statement.line,
            },
            None => ForeignKeys::On,
        }
    }

    pub(crate) fn are_on(self) -> bool {
        self == ForeignKeys::On
    }
}

/// Looks at one statement of a file, after those before it.
fn needs_off(words: &[String], scratch: &mut BTreeSet<String>) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // Whoever says so has a reason.
        ["PRAGMA", rest @ ..] => {
            let value = match rest {
                ["FOREIGN_KEYS", value, ..] | [_, ".", "FOREIGN_KEYS", value, ..] => value,
                _ => return false,
            };
            ["OFF", "0", "FALSE", "NO"].contains(value)
        }
        ["DROP", "TABLE", "IF", "EXISTS", name @ ..] | ["DROP", "TABLE", name @ ..] => match name {
            ["TEMP", ".", name, ..] => {
                scratch.remove(*name);
                false
            }
            [_, ".", ..] => true,
            [name, ..] => !scratch.remove(*name),
            [] => false,
        },
        // One that IF NOT EXISTS found is not the file's own.
        ["CREATE", "TEMP" | "TEMPORARY", "TABLE", name, ..] | ["CREATE", "TABLE", name, ..] => {
            scratch.insert((*name).to_owned());
            false
        }
        // With foreign keys on it is an error where the table has rows.
        ["ALTER", "TABLE", rest @ ..] => {
            let default = rest.iter().position(|word| *word == "DEFAULT");
            let value = default.and_then(|at| rest.get(at + 1));
            rest.contains(&"ADD")
                && rest.contains(&"REFERENCES")
                && value.is_some_and(|value| *value != "NULL")
        }
        _ => false,
    }
}

/// A statement's words, names and dots in upper case and without quotes.
fn words(statement: &str) -> Vec<String> {
    let unquoted = |token: Token<'_>| match token.kind {
        Kind::Quoted => {
            let mut name = token.text.chars();
            name.next();
            name.next_back();
            // A quote in a name is doubled, but only names that are equal count.
            name.as_str().to_ascii_uppercase()
        }
        _ => token.text.to_ascii_uppercase(),
    };
    tokens(Engine::Sqlite, statement)
        .filter(Token::is_significant)
        .filter(|token| !matches!(token.text, "=" | "(" | ")"))
        .map(unquoted)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, line: Option<usize>) {
        let expected = line.map_or(ForeignKeys::On, |line| ForeignKeys::Off { line });
        assert_eq!(ForeignKeys::of(sql), expected, "{sql}");
    }

    #[test]
    fn a_table_that_is_dropped_needs_them_off() {
        check(
            "CREATE TABLE a_new (b);\nINSERT INTO a_new SELECT b FROM a;\nDROP TABLE a;\n\
             ALTER TABLE a_new RENAME TO a;",
            Some(3),
        );
        check(
            "ALTER TABLE a RENAME TO a_old;\nCREATE TABLE a (b);\nDROP TABLE IF EXISTS \"a_old\"",
            Some(3),
        );
        check("CREATE TEMP TABLE a (b); DROP TABLE main.a", Some(1));
        check("CREATE TABLE IF NOT EXISTS a (b); DROP TABLE a", Some(1));
        check("CREATE TABLE a (b); DROP TABLE a; DROP TABLE a", Some(1));
        check("/* why */ drop -- it\ntable [a]", Some(1));
    }

    #[test]
    fn what_the_file_has_made_for_itself_takes_nobody_along() {
        check(
            "CREATE TEMP TABLE \"Dead\" AS SELECT id FROM a WHERE b;\n\
             DELETE FROM a WHERE id IN (SELECT id FROM dead);\nDROP TABLE dead;",
            None,
        );
        check("CREATE TABLE a (b); DROP TABLE IF EXISTS `A`", None);
        check("DROP TABLE temp.a", None);
    }

    #[test]
    fn other_files_have_them_on() {
        check("", None);
        check("DELETE FROM a WHERE b = 'DROP TABLE a';", None);
        check(
            "ALTER TABLE a DROP COLUMN b; DROP INDEX c; DROP VIEW d",
            None,
        );
        check("ALTER TABLE a ADD COLUMN b INTEGER REFERENCES c (id)", None);
        check(
            "ALTER TABLE a ADD b INTEGER DEFAULT NULL REFERENCES c (id)",
            None,
        );
        check("PRAGMA foreign_keys = ON; PRAGMA foreign_keys", None);
        check("PRAGMA defer_foreign_keys = OFF", None);
    }

    #[test]
    fn a_file_may_ask_for_it() {
        for value in ["= OFF", "=0", "(off)", "= 'no'", "= false"] {
            check(&format!("SELECT 1;\nPRAGMA foreign_keys {value};"), Some(2));
        }
        check("PRAGMA main.foreign_keys(0)", Some(1));
        check(
            "ALTER TABLE a ADD COLUMN b INTEGER NOT NULL DEFAULT 1 REFERENCES c (id)",
            Some(1),
        );
    }
}
