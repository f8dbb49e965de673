//! Splits a file into statements.
//!
//! A `;` ends a statement unless it stands in a literal, a comment, a
//! trigger's or routine's body, or (PostgreSQL) parentheses. Text that no
//! database accepts still splits into something: reading it is somebody
//! else's part.

use std::ops::Range;

use super::lex::{Kind, Token, tokens};
use crate::Dialect;

/// A statement's place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its bytes, without the comments before it and the `;` after it.
    pub(super) span: Range<usize>,
    /// What `dualfuel:` comments say that stand before it, in it, or after its
    /// `;` on the same line.
    pub(super) annotations: Vec<String>,
}

/// The statements of `sql`, in order.
pub(super) fn split(dialect: Dialect, sql: &str) -> Vec<Piece> {
    let mut splitter = Splitter {
        dialect,
        sql,
        pieces: Vec::new(),
        open: None,
        annotations: Vec::new(),
        // Comments before the first statement are nobody else's.
        line_has_statement: false,
        delimiter: None,
    };
    let mut at = 0;
    while let Some(token) = tokens(dialect, sql, at).next() {
        at = splitter.read(&token);
    }
    splitter.close();
    splitter.pieces
}

struct Splitter<'a> {
    dialect: Dialect,
    sql: &'a str,
    pieces: Vec<Piece>,
    open: Option<Open<'a>>,
    /// Those of the statement to come.
    annotations: Vec<String>,
    /// Whether a statement ended on this line.
    line_has_statement: bool,
    /// What MySQL's client was told to take for `;`.
    delimiter: Option<&'a str>,
}

impl<'a> Splitter<'a> {
    /// Takes a token; the offset at which the next one starts.
    fn read(&mut self, token: &Token<'a>) -> usize {
        let rest = &self.sql[token.start..];
        if let Some(delimiter) = self.delimiter
            && token.is_significant()
            && rest.starts_with(delimiter)
        {
            self.close();
            self.line_has_statement = true;
            return token.start + delimiter.len();
        }
        match token.kind {
            Kind::Space => self.line_has_statement &= !token.text.contains('\n'),
            Kind::Comment => self.comment(token.text),
            Kind::Word
                if self.open.is_none()
                    && self.dialect == Dialect::Mysql
                    && token.is_word("DELIMITER") =>
            {
                return self.set_delimiter(token);
            }
            _ => self.significant(token),
        }
        token.end()
    }

    fn significant(&mut self, token: &Token<'a>) {
        if token.kind == Kind::Semicolon && self.delimiter.is_none() {
            if self.open.as_ref().is_some_and(Open::ends_here) {
                self.close();
                self.line_has_statement = true;
                return;
            }
            if self.open.is_none() {
                return;
            }
        }
        let dialect = self.dialect;
        self.open
            .get_or_insert_with(|| Open::new(dialect, token.start))
            .read(token);
    }

    /// `DELIMITER //`: an instruction to MySQL's client, up to the line's end.
    fn set_delimiter(&mut self, token: &Token<'a>) -> usize {
        let rest = &self.sql[token.end()..];
        let line = rest.split('\n').next().unwrap_or(rest);
        let delimiter = line.trim();
        self.delimiter = (!delimiter.is_empty() && delimiter != ";").then_some(delimiter);
        token.end() + line.len()
    }

    fn comment(&mut self, text: &str) {
        let Some(annotation) = annotation(text) else {
            return;
        };
        match self.pieces.last_mut() {
            Some(last) if self.line_has_statement && self.open.is_none() => {
                last.annotations.push(annotation);
            }
            _ => self.annotations.push(annotation),
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.pieces.push(Piece {
                span: open.start..open.end,
                annotations: std::mem::take(&mut self.annotations),
            });
        }
    }
}

/// What a `-- dualfuel: ..` comment says.
fn annotation(comment: &str) -> Option<String> {
    let body = comment
        .strip_prefix("--")
        .or_else(|| comment.strip_prefix('#'))
        .or_else(|| comment.strip_prefix("/*").map(|c| c.trim_end_matches("*/")))?;
    let says = body.trim().strip_prefix("dualfuel:")?;
    Some(says.trim().to_owned())
}

/// A statement whose end is still ahead.
struct Open<'a> {
    dialect: Dialect,
    start: usize,
    end: usize,
    /// The first words, as far as they tell what kind of statement this is.
    head: Vec<&'a str>,
    /// Open parentheses.
    parens: usize,
    /// Open `BEGIN` and `CASE` of a body.
    blocks: usize,
    last: Last,
}

/// What the last token means to the end of a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Semicolon,
    /// `END` right behind a semicolon: the next semicolon is the trigger's.
    EndAfterSemicolon,
    /// `END` in a MySQL body: `END IF` closes nothing that was counted.
    End,
    Other,
}

/// As many words as `CREATE OR REPLACE DEFINER = root @ localhost TRIGGER` has.
const HEAD: usize = 10;

impl<'a> Open<'a> {
    fn new(dialect: Dialect, start: usize) -> Self {
        Open {
            dialect,
            start,
            end: start,
            head: Vec::new(),
            parens: 0,
            blocks: 0,
            last: Last::Other,
        }
    }

    /// Whether a semicolon ends the statement.
    fn ends_here(&self) -> bool {
        match self.dialect {
            Dialect::Sqlite | Dialect::Portable => {
                !self.creates("TRIGGER") || self.last == Last::EndAfterSemicolon
            }
            Dialect::Postgres => self.parens == 0 && self.blocks == 0,
            Dialect::Mysql => self.blocks == 0 || (self.blocks == 1 && self.last == Last::End),
        }
    }

    fn read(&mut self, token: &Token<'a>) {
        self.end = token.end();
        if token.kind == Kind::Word && self.head.len() < HEAD {
            self.head.push(token.text);
        }
        match token.text {
            "(" => self.parens += 1,
            ")" => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
        match self.dialect {
            Dialect::Sqlite | Dialect::Portable => {}
            Dialect::Postgres => self.postgres_block(token),
            Dialect::Mysql => self.mysql_block(token),
        }
        self.last = match self.last {
            _ if token.kind == Kind::Semicolon => Last::Semicolon,
            Last::Semicolon if token.is_word("END") => Last::EndAfterSemicolon,
            _ if token.is_word("END") => Last::End,
            _ => Last::Other,
        };
        if self.dialect == Dialect::Mysql && self.last == Last::EndAfterSemicolon {
            self.last = Last::End;
        }
    }

    /// `BEGIN ATOMIC .. END`. As psql does: `CASE` counts because it, too,
    /// closes with `END`.
    fn postgres_block(&mut self, token: &Token<'_>) {
        if self.parens > 0 || !(self.creates("FUNCTION") || self.creates("PROCEDURE")) {
            return;
        }
        if token.is_word("BEGIN") || (self.blocks > 0 && token.is_word("CASE")) {
            self.blocks += 1;
        } else if token.is_word("END") {
            self.blocks = self.blocks.saturating_sub(1);
        }
    }

    /// A block ends when what follows its `END` is known: `END IF`, `END LOOP`
    /// and their like close what is not counted here.
    fn mysql_block(&mut self, token: &Token<'_>) {
        let body = ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"];
        if !body.iter().any(|kind| self.creates(kind)) {
            return;
        }
        if self.last == Last::End {
            let uncounted = ["IF", "LOOP", "WHILE", "REPEAT"];
            if !uncounted.iter().any(|word| token.is_word(word)) {
                self.blocks = self.blocks.saturating_sub(1);
            }
            if token.is_word("CASE") {
                return;
            }
        }
        if token.is_word("BEGIN") || (self.blocks > 0 && token.is_word("CASE")) {
            self.blocks += 1;
        }
    }

    /// Whether this is a CREATE of that kind. A name may not be taken for it:
    /// `CREATE TABLE t (trigger TEXT)`.
    fn creates(&self, kind: &str) -> bool {
        let is = |word: &&str, with: &str| word.eq_ignore_ascii_case(with);
        let mut words = self.head.iter();
        if !words.next().is_some_and(|word| is(word, "CREATE")) {
            return false;
        }
        let definer = self.head.iter().any(|word| is(word, "DEFINER"));
        let skipped = [
            "OR",
            "REPLACE",
            "TEMP",
            "TEMPORARY",
            "CONSTRAINT",
            "AGGREGATE",
        ];
        words
            .find(|word| !definer && !skipped.iter().any(|skip| is(word, skip)) || is(word, kind))
            .is_some_and(|word| is(word, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, sql: &str, expected: &[&str]) {
        let seen: Vec<&str> = split(dialect, sql)
            .into_iter()
            .map(|piece| &sql[piece.span])
            .collect();
        assert_eq!(seen, expected, "{dialect:?}: {sql}");
    }

    #[test]
    fn semicolons_end_statements() {
        for dialect in [
            Dialect::Portable,
            Dialect::Sqlite,
            Dialect::Postgres,
            Dialect::Mysql,
        ] {
            check(dialect, "", &[]);
            check(dialect, " ;; -- nothing\n;", &[]);
            check(dialect, "a;b", &["a", "b"]);
            check(dialect, "\u{feff}a;\r\nb;\r\n", &["a", "b"]);
            check(dialect, "-- one\na\n b -- two\n;\n\nc", &["a\n b", "c"]);
            check(dialect, "a ';' b; /* ; */ c \";\"", &["a ';' b", "c \";\""]);
        }
    }

    #[test]
    fn a_sqlite_trigger_ends_with_its_own_end() {
        let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN\n\
                       UPDATE a SET b = CASE WHEN c THEN 1 ELSE 2 END;\n\
                       DELETE FROM d;\n\
                       END";
        check(Dialect::Sqlite, &format!("{trigger};\nx"), &[trigger, "x"]);
        check(Dialect::Sqlite, &format!("{trigger} /* c */ ;"), &[trigger]);
        check(Dialect::Sqlite, trigger, &[trigger]);
        check(
            Dialect::Sqlite,
            "CREATE TABLE t (trigger TEXT); x",
            &["CREATE TABLE t (trigger TEXT)", "x"],
        );
        check(
            Dialect::Postgres,
            "CREATE TRIGGER a; b;",
            &["CREATE TRIGGER a", "b"],
        );
    }

    #[test]
    fn a_routine_ends_after_its_body() {
        let dollar = "CREATE FUNCTION f() RETURNS int AS $f$ BEGIN; END; $f$ LANGUAGE plpgsql";
        check(Dialect::Postgres, &format!("{dollar};x"), &[dollar, "x"]);
        let atomic = "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC \
                      SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
        check(Dialect::Postgres, &format!("{atomic};x"), &[atomic, "x"]);
        check(Dialect::Postgres, "BEGIN; a; END;", &["BEGIN", "a", "END"]);
    }

    #[test]
    fn a_mysql_body_ends_with_its_outer_end() {
        let body = "CREATE DEFINER=`root`@`localhost` TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN\n\
                    IF NEW.b IS NULL THEN SET NEW.b = 1; END IF;\n\
                    CASE NEW.c WHEN 1 THEN SET NEW.c = 2; END CASE;\n\
                    SET NEW.d = CASE WHEN NEW.e THEN 1 ELSE 2 END;\n\
                    END";
        check(Dialect::Mysql, &format!("{body};\nx;"), &[body, "x"]);
        let delimited = format!("DELIMITER //\n{body}//\nDELIMITER ;\nx;");
        check(Dialect::Mysql, &delimited, &[body, "x"]);
        check(
            Dialect::Mysql,
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1; x",
            &[
                "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1",
                "x",
            ],
        );
    }

    #[test]
    fn annotations_belong_to_the_statement_after_or_around_them() {
        let sql = "-- dualfuel: tenant\n-- more\n/* dualfuel: second */\na;\n\
                   b; -- dualfuel: same line\n# dualfuel: not here\nc ( -- dualfuel: inside\n);";
        let seen: Vec<Vec<String>> = split(Dialect::Sqlite, sql)
            .into_iter()
            .map(|piece| piece.annotations)
            .collect();
        assert_eq!(
            seen,
            [
                vec!["tenant".to_owned(), "second".to_owned()],
                vec!["same line".to_owned()],
                vec!["inside".to_owned()],
            ]
        );
    }
}
