//! Splits a file into statements.
//!
//! The runner sends statements one at a time: so it can say which one failed,
//! and stop between any two. [`split_statements`] finds their ends without
//! understanding them: a `;` ends a statement unless it stands in a literal, a
//! comment, the body of a SQLite trigger, parentheses, a PostgreSQL
//! `BEGIN ATOMIC` body or the body of a MariaDB routine, which needs no
//! `DELIMITER`. Text that no database accepts still splits into something;
//! refusing it is the database's part.

use crate::Engine;
use crate::lex::{Kind, Token, tokens};

/// One statement of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The statement without its `;` and without comments around it.
    pub text: &'a str,
    /// The same with what stands around it. All sources in a row are the file.
    pub source: &'a str,
    /// Line of its first word, counting from 1.
    pub line: usize,
}

/// The statements of `sql`, in order. Text without any gives none.
///
/// # Examples
///
/// ```
/// use dualfuel_migrate::{Engine, split_statements};
///
/// let sql = "
///     CREATE TABLE note (body TEXT DEFAULT ';'); -- one; not two
///     CREATE TRIGGER note_kept BEFORE DELETE ON note BEGIN
///         SELECT RAISE(ABORT, 'kept');
///     END;
/// ";
/// let statements = split_statements(Engine::Sqlite, sql);
///
/// assert_eq!(statements.len(), 2);
/// assert_eq!(statements[0].text, "CREATE TABLE note (body TEXT DEFAULT ';')");
/// assert_eq!(statements[1].line, 3);
/// ```
#[must_use]
pub fn split_statements(engine: Engine, sql: &str) -> Vec<Statement<'_>> {
    let mut statements: Vec<Statement<'_>> = Vec::new();
    let mut open: Option<Open<'_>> = None;
    let mut source_start = 0;
    let mut lines = Lines::default();

    for token in tokens(engine, sql).filter(Token::is_significant) {
        let Some(statement) = &mut open else {
            // An empty statement goes with the next one's source.
            if token.kind != Kind::Semicolon {
                let line = lines.up_to(sql, token.start);
                open = Some(Open::new(engine, &token, line));
            }
            continue;
        };
        if statement.ends_with(&token) {
            statements.push(Statement {
                text: &sql[statement.start..statement.end],
                source: &sql[source_start..token.end()],
                line: statement.line,
            });
            source_start = token.end();
            open = None;
        }
    }
    if let Some(statement) = open {
        statements.push(Statement {
            text: &sql[statement.start..statement.end],
            source: &sql[source_start..],
            line: statement.line,
        });
    } else if let Some(last) = statements.last_mut() {
        let last_start = source_start - last.source.len();
        last.source = &sql[last_start..];
    }
    statements
}

/// Counts lines up to growing offsets, reading the text once.
struct Lines {
    at: usize,
    line: usize,
}

impl Default for Lines {
    fn default() -> Self {
        Lines { at: 0, line: 1 }
    }
}

impl Lines {
    fn up_to(&mut self, sql: &str, offset: usize) -> usize {
        self.line += sql[self.at..offset].matches('\n').count();
        self.at = offset;
        self.line
    }
}

/// A statement whose end is still ahead.
struct Open<'a> {
    engine: Engine,
    start: usize,
    end: usize,
    line: usize,
    /// The first words, as far as they tell what kind of statement this is.
    head: [&'a str; 4],
    words: usize,
    /// Open parentheses.
    parens: usize,
    /// Open `BEGIN`, `CASE` and the like of a routine's body.
    blocks: usize,
    /// What a MariaDB statement creates, once that is known.
    creates: Option<Creates>,
    previous: &'a str,
    last: Last,
}

/// What follows `CREATE` on MariaDB, past `OR REPLACE` and `DEFINER = ..`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Creates {
    /// A trigger, procedure, function, event or package: it may have a body.
    Routine,
    Other,
}

/// What the last token means to the end of a trigger.
#[derive(PartialEq, Eq)]
enum Last {
    Semicolon,
    /// An `END` right after a semicolon: the next semicolon is the trigger's.
    End,
    Other,
}

impl<'a> Open<'a> {
    fn new(engine: Engine, first: &Token<'a>, line: usize) -> Self {
        let mut open = Open {
            engine,
            start: first.start,
            end: first.start,
            line,
            head: [""; 4],
            words: 0,
            parens: 0,
            blocks: 0,
            creates: None,
            previous: "",
            last: Last::Other,
        };
        open.read(first);
        open
    }

    /// Takes the next token; true if it is the semicolon that ends the statement.
    fn ends_with(&mut self, token: &Token<'a>) -> bool {
        let ended = token.kind == Kind::Semicolon
            && match self.engine {
                Engine::Sqlite => !self.is_trigger() || self.last == Last::End,
                Engine::Postgres => self.parens == 0 && self.blocks == 0,
                Engine::Mariadb => self.blocks == 0,
            };
        if !ended {
            self.read(token);
        }
        ended
    }

    fn read(&mut self, token: &Token<'a>) {
        self.end = token.end();
        if token.kind == Kind::Word && self.words < self.head.len() {
            self.head[self.words] = token.text;
            self.words += 1;
        }
        match token.text {
            "(" => self.parens += 1,
            ")" => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
        if self.engine == Engine::Mariadb {
            self.read_mariadb(token);
        } else if self.parens == 0 && self.is_routine() {
            // As psql does: `CASE` counts because it, too, closes with `END`.
            if token.is_word("begin") || (self.blocks > 0 && token.is_word("case")) {
                self.blocks += 1;
            } else if token.is_word("end") {
                self.blocks = self.blocks.saturating_sub(1);
            }
        }
        self.previous = token.text;
        self.last = match self.last {
            _ if token.kind == Kind::Semicolon => Last::Semicolon,
            Last::Semicolon if token.is_word("end") => Last::End,
            _ => Last::Other,
        };
    }

    /// Keeps count of the blocks of a MariaDB routine.
    fn read_mariadb(&mut self, token: &Token<'_>) {
        if token.kind != Kind::Word {
            return;
        }
        let word = token.text.to_ascii_uppercase();
        if self.creates.is_none() && self.starts_with(&["create"]) {
            self.creates = match word.as_str() {
                "TRIGGER" | "PROCEDURE" | "FUNCTION" | "EVENT" | "PACKAGE" => {
                    Some(Creates::Routine)
                }
                "TABLE" | "VIEW" | "INDEX" | "SEQUENCE" | "DATABASE" | "SCHEMA" | "USER"
                | "ROLE" | "SERVER" => Some(Creates::Other),
                _ => None,
            };
        }
        // `BEGIN NOT ATOMIC` opens a body without a name.
        let nameless = self.starts_with(&["begin", "not"]);
        if nameless && word == "NOT" && self.words == 2 {
            self.blocks = 1;
        }
        if !nameless && self.creates != Some(Creates::Routine) {
            return;
        }
        let after = |words: &[&str]| words.iter().any(|w| self.previous.eq_ignore_ascii_case(w));
        // `IF` and `REPEAT` are functions too, and `FOR` has other uses.
        let starts_statement = after(&[
            ";", ":", "BEGIN", "ATOMIC", "ROW", "THEN", "ELSE", "DO", "LOOP", "REPEAT",
        ]);
        match word.as_str() {
            "BEGIN" => self.blocks += 1,
            "CASE" if !after(&["END"]) => self.blocks += 1,
            "IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR" if starts_statement => self.blocks += 1,
            "END" => self.blocks = self.blocks.saturating_sub(1),
            _ => {}
        }
    }

    fn starts_with(&self, words: &[&str]) -> bool {
        self.head
            .iter()
            .zip(words)
            .all(|(have, want)| have.eq_ignore_ascii_case(want))
    }

    fn is_trigger(&self) -> bool {
        self.starts_with(&["create", "trigger"])
            || self.starts_with(&["create", "temp", "trigger"])
            || self.starts_with(&["create", "temporary", "trigger"])
    }

    fn is_routine(&self) -> bool {
        ["function", "procedure"].iter().any(|routine| {
            self.starts_with(&["create", routine])
                || self.starts_with(&["create", "or", "replace", routine])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(engine: Engine, sql: &str, expected: &[(usize, &str)]) {
        let seen: Vec<(usize, &str)> = split_statements(engine, sql)
            .iter()
            .map(|statement| (statement.line, statement.text))
            .collect();
        assert_eq!(seen, expected, "{engine:?}: {sql}");
    }

    #[test]
    fn semicolons_end_statements() {
        for engine in Engine::ALL {
            check(engine, "", &[]);
            check(engine, " ;; -- nothing\n;", &[]);
            check(engine, "a;b", &[(1, "a"), (1, "b")]);
            check(
                engine,
                "-- one\na\n  b -- two\n;\n\nc;\n",
                &[(2, "a\n  b"), (6, "c")],
            );
            check(
                engine,
                "a ';' b; /* ; */ c \";\" d",
                &[(1, "a ';' b"), (1, "c \";\" d")],
            );
        }
    }

    #[test]
    fn a_trigger_ends_with_its_own_end() {
        let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN\n\
                       UPDATE a SET b = CASE WHEN c THEN 1 ELSE 2 END;\n\
                       DELETE FROM d;\n\
                       END";
        check(
            Engine::Sqlite,
            &format!("{trigger};\nx"),
            &[(1, trigger), (5, "x")],
        );
        check(
            Engine::Sqlite,
            &format!("{trigger} /* c */ ;"),
            &[(1, trigger)],
        );
        check(Engine::Sqlite, trigger, &[(1, trigger)]);
        // On PostgreSQL a trigger has no body.
        check(
            Engine::Postgres,
            "CREATE TRIGGER a; b;",
            &[(1, "CREATE TRIGGER a"), (1, "b")],
        );
    }

    #[test]
    fn a_routine_ends_after_its_body() {
        let dollar = "CREATE FUNCTION f() RETURNS int AS $f$ BEGIN; END; $f$ LANGUAGE plpgsql";
        check(
            Engine::Postgres,
            &format!("{dollar};x"),
            &[(1, dollar), (1, "x")],
        );
        let atomic = "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC \
                      SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
        check(
            Engine::Postgres,
            &format!("{atomic};x"),
            &[(1, atomic), (1, "x")],
        );
        let rule = "CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c)";
        check(
            Engine::Postgres,
            &format!("{rule};x"),
            &[(1, rule), (1, "x")],
        );
        // A `BEGIN` of a transaction opens no body.
        check(
            Engine::Postgres,
            "BEGIN; a; END;",
            &[(1, "BEGIN"), (1, "a"), (1, "END")],
        );
    }

    #[test]
    fn a_mariadb_routine_needs_no_delimiter() {
        let splits = |statement: &str| {
            let two = format!("{statement};\nx");
            let line = statement.matches('\n').count() + 2;
            check(Engine::Mariadb, &two, &[(1, statement), (line, "x")]);
        };
        splits(
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = CASE WHEN 1 THEN 2 END",
        );
        splits(
            "CREATE OR REPLACE DEFINER=`r`@`h` TRIGGER t AFTER UPDATE ON a FOR EACH ROW BEGIN\n\
             IF NEW.b THEN UPDATE c SET d = IF(e, 1, 2); ELSEIF f THEN SET g = 1; ELSE SET h = 2; END IF;\n\
             CASE NEW.b WHEN 1 THEN SET i = 1; END CASE;\n\
             END",
        );
        splits(
            "CREATE TRIGGER t AFTER DELETE ON a FOR EACH ROW IF OLD.b THEN DELETE FROM c; END IF",
        );
        splits(
            "CREATE DEFINER = CURRENT_USER PROCEDURE p()\nmain: BEGIN\n\
             DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END;\n\
             l: LOOP SET @a = REPEAT('x', 2); LEAVE l; END LOOP l;\n\
             WHILE a DO REPEAT SET b = 1; UNTIL c END REPEAT; END WHILE;\n\
             FOR i IN 1..2 DO SELECT i; END FOR;\n\
             END main",
        );
        splits("CREATE FUNCTION f() RETURNS INT RETURN 1");
        splits("BEGIN NOT ATOMIC\nIF a THEN SELECT 1; END IF; BEGIN SELECT 2; END; END");
        // What only looks like one.
        splits("CREATE TABLE event (`begin` INT, trigger_at INT) COMMENT 'begin'");
        splits("CREATE TABLE IF NOT EXISTS a (b INT DEFAULT (CASE WHEN 1 THEN 2 END))");
        splits("BEGIN");
        splits("CREATE TABLE a (b VARCHAR(9) DEFAULT 'it''s; \\';')");
    }

    /// Pieces of SQL that change what a semicolon means.
    fn script() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just(";"),
            Just("'"),
            Just("\""),
            Just("`"),
            Just("["),
            Just("]"),
            Just("("),
            Just(")"),
            Just("$$"),
            Just("$a$"),
            Just("--"),
            Just("/*"),
            Just("*/"),
            Just("\n"),
            Just(" "),
            Just("E'"),
            Just("\\"),
            Just("create trigger "),
            Just("begin "),
            Just("end"),
            Just("create function "),
            Just("case "),
            Just("begin not atomic "),
            Just("if "),
            Just("#"),
            Just("é"),
            Just("a"),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        /// Sources in a row are the file, each holds its text, and a line is
        /// where the text starts.
        #[test]
        fn nothing_is_lost(sql in prop_oneof![script(), r"\PC{0,80}"]) {
            for engine in Engine::ALL {
                let statements = split_statements(engine, &sql);
                let joined: String = statements.iter().map(|s| s.source).collect();
                if statements.is_empty() {
                    prop_assert!(tokens(engine, &sql)
                        .all(|t| !t.is_significant() || t.kind == Kind::Semicolon));
                } else {
                    prop_assert_eq!(&joined, &sql);
                }
                for statement in statements {
                    prop_assert!(statement.source.contains(statement.text));
                    prop_assert!(!statement.text.is_empty());
                    let offset = statement.text.as_ptr() as usize - sql.as_ptr() as usize;
                    prop_assert_eq!(sql[..offset].matches('\n').count() + 1, statement.line);
                }
            }
        }

        /// A statement alone splits into itself.
        #[test]
        fn splitting_again_changes_nothing(sql in script()) {
            for engine in Engine::ALL {
                for statement in split_statements(engine, &sql) {
                    // Two signs with something behind them are a comment without.
                    if engine == Engine::Mariadb && statement.text.ends_with("--") {
                        continue;
                    }
                    let again = split_statements(engine, statement.text);
                    prop_assert_eq!(again.len(), 1);
                    prop_assert_eq!(again[0].text, statement.text);
                }
            }
        }
    }
}
