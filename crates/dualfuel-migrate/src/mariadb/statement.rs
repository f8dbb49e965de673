//! What can be said of a MariaDB statement by its first words.
//!
//! Whatever is not known here counts as [`Kind::Opaque`]: it runs, and if the
//! run dies in the middle of it a human is asked.

use std::collections::BTreeSet;

use crate::Engine;
use crate::lex::{self, tokens};
use crate::script::first_words;

/// How a statement is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A transaction holds it.
    Rows,
    /// It sets up the session, and has to be said again to another one.
    Session,
    /// It changes the catalogue, wholly or not at all (MariaDB manual, "Atomic
    /// DDL"), and not twice.
    Change,
    /// It changes the catalogue in steps: it drops several things.
    Drops,
    /// It drops a table or sequence, if it is there, and then makes another.
    Replaces,
    /// Saying it again changes nothing.
    Repeatable,
    /// Anything else.
    Opaque,
}

pub(super) fn kind(sql: &str) -> Kind {
    let words = first_words(Engine::Mariadb, sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let many = has_comma(sql);
    match words[..] {
        [
            "INSERT" | "REPLACE" | "UPDATE" | "DELETE" | "SELECT" | "WITH" | "VALUES" | "DO",
            ..,
        ] => Kind::Rows,
        // What is set for the server or an account outlives the session.
        ["SET", "GLOBAL" | "PASSWORD" | "DEFAULT", ..] => Kind::Repeatable,
        // What is set for one statement is said with it.
        ["SET", "STATEMENT", ..] => match with_mode(sql).map(kind) {
            Some(Kind::Rows) => Kind::Rows,
            _ => Kind::Opaque,
        },
        ["SET" | "PREPARE" | "DEALLOCATE", ..] => Kind::Session,
        // Tables that change places may look the same afterwards.
        ["RENAME", ..] if many => Kind::Opaque,
        ["ALTER", ..] if has_word(sql, &["exchange"]) => Kind::Opaque,
        ["ALTER", "DATABASE" | "SCHEMA", ..] => Kind::Repeatable,
        ["ALTER", "TABLE", ..] if only_counts(sql) => Kind::Repeatable,
        ["DROP", "TABLE" | "VIEW" | "TEMPORARY", ..] if many => Kind::Drops,
        // A temporary table is gone with the session that was to hold it.
        ["CREATE" | "DROP", ..] if words.iter().take(4).any(|word| *word == "TEMPORARY") => {
            Kind::Opaque
        }
        ["CREATE", "OR", "REPLACE", "TABLE" | "SEQUENCE", ..] => Kind::Replaces,
        // The words end at its `=`.
        ["CREATE", .., "DEFINER"]
            if has_word(sql, &["trigger", "view", "function", "procedure"]) =>
        {
            Kind::Change
        }
        ["CREATE" | "ALTER" | "DROP" | "RENAME", ref rest @ ..] if changes_catalogue(rest) => {
            Kind::Change
        }
        [
            "TRUNCATE" | "ANALYZE" | "OPTIMIZE" | "CHECK" | "REPAIR" | "FLUSH" | "GRANT" | "REVOKE",
            ..,
        ] => Kind::Repeatable,
        _ => Kind::Opaque,
    }
}

/// The statement that a rendered file runs with one more SQL mode.
fn with_mode(sql: &str) -> Option<&str> {
    let rest = sql
        .trim_start()
        .strip_prefix("SET STATEMENT sql_mode = concat(@@sql_mode, ',")?;
    let (mode, rest) = rest.split_once("') FOR ")?;
    let is_mode = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    // Not one within another, however deep.
    (mode.chars().all(is_mode) && !rest.trim_start().starts_with("SET")).then_some(rest)
}

/// Whether it is about something that [`super::catalogue`] describes.
fn changes_catalogue(rest: &[&str]) -> bool {
    rest.iter().any(|word| {
        matches!(
            *word,
            "TABLE"
                | "INDEX"
                | "VIEW"
                | "TRIGGER"
                | "SEQUENCE"
                | "PROCEDURE"
                | "FUNCTION"
                | "EVENT"
        )
    })
}

/// `ALTER TABLE a AUTO_INCREMENT = 1`, which no catalogue shows: the next
/// number is the first above all that there are.
fn only_counts(sql: &str) -> bool {
    let words: Vec<_> = tokens(Engine::Mariadb, sql)
        .filter(lex::Token::is_significant)
        .filter(|token| token.text != ";")
        .skip(3)
        .collect();
    matches!(&words[..], [counts, equals, _] if counts.is_word("auto_increment") && equals.text == "=")
}

fn has_word(sql: &str, words: &[&str]) -> bool {
    tokens(Engine::Mariadb, sql).any(|token| words.iter().any(|word| token.is_word(word)))
}

fn has_comma(sql: &str) -> bool {
    tokens(Engine::Mariadb, sql).any(|token| token.text == ",")
}

/// The name in `CREATE OR REPLACE TABLE name`, in lower case.
pub(super) fn replaced(sql: &str) -> Option<String> {
    let name = tokens(Engine::Mariadb, sql)
        .filter(lex::Token::is_significant)
        .skip(4)
        .take_while(|token| {
            token.text == "." || matches!(token.kind, lex::Kind::Word | lex::Kind::Quoted)
        })
        .filter(|token| token.text != ".")
        .take(1)
        .last()?;
    names(name.text).pop_first()
}

/// Every name and word in a statement, in lower case and without its quotes.
pub(super) fn names(sql: &str) -> BTreeSet<String> {
    tokens(Engine::Mariadb, sql)
        .filter_map(|token| match token.kind {
            lex::Kind::Word => Some(token.text.to_lowercase()),
            lex::Kind::Quoted => {
                let name = token.text.strip_prefix('`')?.strip_suffix('`')?;
                Some(name.replace("``", "`").to_lowercase())
            }
            _ => None,
        })
        .collect()
}

/// Whether a comment in it is executed, whose names are hidden from [`names`].
pub(super) fn hides_names(sql: &str) -> bool {
    tokens(Engine::Mariadb, sql)
        .any(|token| token.kind == lex::Kind::Quoted && token.text.starts_with("/*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_statements_are_carried_out() {
        let check = |sql, expected| assert_eq!(kind(sql), expected, "{sql}");
        check("INSERT INTO a VALUES (1)", Kind::Rows);
        check("with b as (select 1) select * from b", Kind::Rows);
        check("SET FOREIGN_KEY_CHECKS = 0", Kind::Session);
        check("SET @a = 1", Kind::Session);
        check("SET NAMES utf8mb4", Kind::Session);
        check("SET GLOBAL a = 1", Kind::Repeatable);
        check("CREATE TABLE a (b INT, c INT)", Kind::Change);
        check("CREATE OR REPLACE VIEW a AS SELECT 1", Kind::Change);
        check("CREATE OR REPLACE TABLE a (b INT)", Kind::Replaces);
        check("create or replace sequence a", Kind::Replaces);
        check("CREATE UNIQUE INDEX a ON b (c, d)", Kind::Change);
        check("ALTER TABLE a ADD b INT, ADD c INT", Kind::Change);
        check(
            "ALTER TABLE a EXCHANGE PARTITION p WITH TABLE b",
            Kind::Opaque,
        );
        check("ALTER TABLE `a` AUTO_INCREMENT = 1", Kind::Repeatable);
        check("ALTER TABLE a ADD b INT AUTO_INCREMENT", Kind::Change);
        check("RENAME TABLE a TO b", Kind::Change);
        check("RENAME TABLE a TO c, b TO a, c TO b", Kind::Opaque);
        check("DROP TABLE IF EXISTS a", Kind::Change);
        check("DROP TABLE a, b", Kind::Drops);
        check("CREATE TEMPORARY TABLE a (b INT)", Kind::Opaque);
        check("CREATE OR REPLACE TEMPORARY TABLE a (b INT)", Kind::Opaque);
        check(
            "CREATE TRIGGER a BEFORE INSERT ON b FOR EACH ROW SET NEW.c = 1",
            Kind::Change,
        );
        check("TRUNCATE TABLE a", Kind::Repeatable);
        check(
            "CREATE DEFINER=`a`@`b` TRIGGER c AFTER DELETE ON d FOR EACH ROW DO 1",
            Kind::Change,
        );
        check("ALTER DATABASE a CHARACTER SET utf8mb4", Kind::Repeatable);
        check("CALL a()", Kind::Opaque);
        check(
            "SET STATEMENT sql_mode = concat(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO') FOR INSERT INTO a SELECT 0",
            Kind::Rows,
        );
        check(
            "SET STATEMENT sql_mode = concat(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO') FOR DROP TABLE a",
            Kind::Opaque,
        );
        check(
            "SET STATEMENT max_statement_time = 1 FOR INSERT INTO a SELECT 0",
            Kind::Opaque,
        );
        check("EXECUTE a", Kind::Opaque);
        check("CREATE DATABASE a", Kind::Opaque);
        check("BEGIN NOT ATOMIC SELECT 1; END", Kind::Opaque);
        check("/*!50001 CREATE TABLE a (b INT) */", Kind::Opaque);
    }

    #[test]
    fn names_are_found_with_and_without_quotes() {
        let found = names("ALTER TABLE `A``b`.c RENAME TO d -- e\nCOMMENT 'f'");
        let expected = ["alter", "table", "a`b", "c", "rename", "to", "d", "comment"];
        assert_eq!(found, expected.map(str::to_owned).into());
        assert!(hides_names("ALTER TABLE a /*!100 ADD b INT */"));
        assert!(!hides_names("ALTER TABLE a /* ADD b INT */"));
    }
}
