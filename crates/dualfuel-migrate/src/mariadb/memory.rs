//! What a session remembered that is gone with it: user variables, prepared
//! statements, the number of the last row.
//!
//! A run that takes a version up has another session. What the file sets by
//! constants it is told again; `SELECT max(id) INTO @m`, evaluated anew after
//! rows have changed, would be another value, and without it `@m` is NULL. So
//! what is left of the file is searched for what it needs of that
//! ([`MigrateError::Forgotten`](crate::MigrateError::Forgotten)).

use std::collections::BTreeSet;

use super::statement::{Kind, kind};
use crate::Engine;
use crate::lex::{self, Token, tokens};
use crate::script::{Step, first_words};

/// What another session has to hear, and what it can't be told.
#[derive(Debug, Default)]
pub(super) struct Memory<'s, 'a> {
    /// Statements to say again, in their order.
    pub(super) again: Vec<&'s Step<'a>>,
    /// Names that statements which are done were about.
    touched: BTreeSet<String>,
    /// Those of them that are as they were, once all is said again.
    held: BTreeSet<String>,
    /// Something ran that may have set anything.
    anything: bool,
    /// A row was inserted, whose number `LAST_INSERT_ID()` was.
    inserted: bool,
}

impl<'s, 'a> Memory<'s, 'a> {
    /// After these statements.
    pub(super) fn of(done: &'s [Step<'a>]) -> Self {
        let mut memory = Memory::default();
        // What was set last, nothing has used yet: it may be evaluated anew.
        let unused = done
            .iter()
            .rposition(|step| kind(step.text) != Kind::Session)
            .map_or(0, |last| last + 1);
        for (index, step) in done.iter().enumerate() {
            let about = About::of(step.text);
            memory.touched.extend(about.sets.iter().cloned());
            memory.touched.extend(about.needs.iter().cloned());
            if kind(step.text) == Kind::Session {
                memory.session(step, &about, index >= unused);
                continue;
            }
            memory.held.retain(|name| !about.sets.contains(name));
            memory.inserted |= about.inserts || about.is_anything;
            if about.is_anything {
                memory.anything = true;
                memory.held.clear();
            }
        }
        memory
    }

    fn session(&mut self, step: &'s Step<'a>, about: &About, unused: bool) {
        let known = !about.needs.iter().any(|name| self.is_gone(name));
        if known && (unused || about.is_constant) {
            self.again.push(step);
            self.held.extend(about.sets.iter().cloned());
            return;
        }
        self.held.retain(|name| !about.sets.contains(name));
        // It has settings besides, or nothing but; without what it needs the
        // server refuses it.
        if about.has_settings {
            self.again.push(step);
        }
    }

    fn is_gone(&self, name: &str) -> bool {
        (self.anything || self.touched.contains(name)) && !self.held.contains(name)
    }

    /// The first of `left` that needs what is gone, and what that is.
    pub(super) fn missed<'t, 'b>(&self, left: &'t [Step<'b>]) -> Option<(&'t Step<'b>, String)> {
        let mut anew = BTreeSet::new();
        let mut inserted = false;
        for (index, step) in left.iter().enumerate() {
            let about = About::of(step.text);
            let gone = |name: &&String| match name.as_str() {
                LAST_ROW => self.inserted && !inserted,
                COUNTS => index == 0,
                name => self.is_gone(name) && !anew.contains(name),
            };
            if let Some(name) = about.needs.iter().find(gone) {
                return Some((step, name.clone()));
            }
            inserted |= about.inserts;
            anew.extend(about.sets);
        }
        None
    }
}

const LAST_ROW: &str = "LAST_INSERT_ID()";
const COUNTS: &str = "the count of rows of the statement before";

/// What a statement takes from the session and leaves to it.
#[derive(Debug, Default)]
struct About {
    /// `@name`, or `the prepared statement name`.
    sets: BTreeSet<String>,
    needs: BTreeSet<String>,
    inserts: bool,
    /// Whether it says no more than constants and what the session holds.
    is_constant: bool,
    /// Whether it sets anything but user variables.
    has_settings: bool,
    /// Whether it may do anything: a CALL, a prepared statement.
    is_anything: bool,
}

impl About {
    fn of(sql: &str) -> Self {
        let words = first_words(Engine::Mariadb, sql);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let tokens: Vec<Token<'_>> = tokens(Engine::Mariadb, sql)
            .filter(Token::is_significant)
            .collect();
        let mut about = About {
            inserts: matches!(words[..], ["INSERT" | "REPLACE", ..]),
            is_constant: !tokens.iter().any(|token| token.text == "("),
            is_anything: matches!(words[..], ["EXECUTE" | "CALL" | "BEGIN" | "IF", ..]),
            ..About::default()
        };
        if defines(&words) {
            return about;
        }
        about.variables(&tokens, words.first() == Some(&"SET"));
        let is_word = |word: &str| tokens.iter().any(|token| token.is_word(word));
        if is_word("last_insert_id") {
            about.needs.insert(LAST_ROW.to_owned());
        }
        if is_word("row_count") || is_word("found_rows") {
            about.needs.insert(COUNTS.to_owned());
        }
        match words[..] {
            ["PREPARE", name, ..] => {
                about.sets.insert(prepared(name));
            }
            ["EXECUTE", name, ..] | ["DEALLOCATE", "PREPARE", name, ..] => {
                about.needs.insert(prepared(name));
            }
            _ => {}
        }
        about
    }

    /// Every `@name`: set by `@name =` of a SET, `@name :=` and INTO.
    fn variables(&mut self, tokens: &[Token<'_>], is_set: bool) {
        let mut depth = 0_usize;
        let mut into = false;
        let mut before: Option<&Token<'_>> = None;
        for (index, token) in tokens.iter().enumerate() {
            let next = tokens.get(index + 1);
            match token.text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            let begins = before.is_some_and(|before| before.text == "," || before.is_word("set"));
            if let Some(name) = next.and_then(|next| variable(token, next)) {
                let after = tokens.get(index + 2).map_or("", |after| after.text);
                let is_target = is_set && depth == 0 && begins && after.starts_with('=');
                if is_target || after.starts_with(":=") || into {
                    self.sets.insert(name);
                } else {
                    self.needs.insert(name);
                }
            } else if is_set && depth == 0 && begins {
                self.has_settings = true;
            }
            if token.is_word("into") {
                into = true;
            } else if token.text != "," && !is_variable_part(token, before) {
                into = false;
            }
            before = Some(token);
        }
    }
}

/// Whether it only writes down what runs later, or names accounts (`a@b`).
fn defines(words: &[&str]) -> bool {
    let defined = [
        "TRIGGER",
        "PROCEDURE",
        "FUNCTION",
        "EVENT",
        "VIEW",
        "DEFINER",
        "USER",
        "ROLE",
    ];
    match words {
        ["CREATE" | "ALTER" | "DROP" | "RENAME", rest @ ..] => {
            rest.iter().take(3).any(|word| defined.contains(word))
        }
        ["GRANT" | "REVOKE", ..] => true,
        _ => false,
    }
}

fn prepared(name: &str) -> String {
    format!("the prepared statement {}", name.to_lowercase())
}

/// `@name`, where these two tokens are one; `@@name` is the server's.
fn variable(at: &Token<'_>, name: &Token<'_>) -> Option<String> {
    let is_one = at.kind == lex::Kind::Operator
        && at.text.ends_with('@')
        && !at.text.ends_with("@@")
        && at.end() == name.start
        && matches!(name.kind, lex::Kind::Word | lex::Kind::Quoted);
    let quotes = ['`', '\'', '"'];
    is_one.then(|| format!("@{}", name.text.trim_matches(quotes).to_lowercase()))
}

fn is_variable_part(token: &Token<'_>, before: Option<&Token<'_>>) -> bool {
    token.text == "@" || before.is_some_and(|before| variable(before, token).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps<'a>(sqls: &[&'a str]) -> Vec<Step<'a>> {
        let numbered = sqls.iter().enumerate();
        let step = |(index, text): (usize, &&'a str)| Step {
            text,
            line: index + 1,
            position: index + 1,
            group: index + 1,
        };
        numbered.map(step).collect()
    }

    fn missed(done: &[&str], left: &[&str]) -> Option<String> {
        let (done, left) = (steps(done), steps(left));
        let missed = Memory::of(&done).missed(&left);
        missed.map(|(step, what)| format!("{} {what}", step.position))
    }

    #[test]
    fn what_is_gone_with_a_session() {
        let gone = |done: &[&str], left: &[&str], what: &str| {
            assert_eq!(
                missed(done, left).as_deref(),
                Some(what),
                "{done:?} {left:?}"
            );
        };
        let insert = "INSERT INTO c (p) VALUES (1)";
        let uses = "INSERT INTO c (p) VALUES (@M)";
        gone(
            &["SELECT MAX(id) INTO @m FROM p"],
            &["SELECT 1", uses],
            "2 @m",
        );
        gone(&["SELECT a, b INTO @x, @m FROM p"], &[uses], "1 @m");
        gone(&["SELECT @m := 1"], &[uses], "1 @m");
        gone(
            &["SET @m = (SELECT MAX(id) FROM p)", insert],
            &[uses],
            "1 @m",
        );
        gone(&["SET @m = 1, @n = UUID()", insert], &["DO @n"], "1 @n");
        gone(
            &["SELECT 1 INTO @a", "SET @m = @a", insert],
            &[uses],
            "1 @m",
        );
        gone(&["SET @m = 1", "SELECT 2 INTO @m"], &[uses], "1 @m");
        gone(&["SET @m = 1", "CALL f(@m)"], &[uses], "1 @m");
        gone(&["CALL f()"], &[uses], "1 @m");
        gone(
            &[insert],
            &["INSERT INTO d VALUES (LAST_INSERT_ID())"],
            "1 LAST_INSERT_ID()",
        );
        gone(
            &[
                "SET @s = CONCAT('DROP', ' TABLE a')",
                "PREPARE s FROM @s",
                insert,
            ],
            &["EXECUTE s"],
            "1 the prepared statement s",
        );
    }

    #[test]
    fn what_can_be_had_again() {
        let there = |done: &[&str], left: &[&str]| {
            assert_eq!(missed(done, left), None, "{done:?} {left:?}");
        };
        let insert = "INSERT INTO c (p) VALUES (1)";
        let uses = "INSERT INTO c (p) VALUES (@m)";
        there(&["SET @m = 1", insert], &[uses]);
        there(&["SET @a = 'x'", "SET @m = @a", insert], &[uses]);
        there(&["SET @m = @@sql_mode", insert], &["SET sql_mode = @m"]);
        there(&[insert, "SET @m = (SELECT MAX(id) FROM p)"], &[uses]);
        there(&["SELECT 1 INTO @m"], &["SET @m = 5", uses]);
        there(&["SELECT 1 INTO @m"], &["SELECT 2 INTO @m", uses]);
        there(
            &[insert],
            &[insert, "INSERT INTO d VALUES (LAST_INSERT_ID())"],
        );
        there(&["PREPARE s FROM 'DROP TABLE a'", insert], &["EXECUTE s"]);
        there(
            &["CREATE DEFINER=a@h TRIGGER t AFTER INSERT ON c FOR EACH ROW SET @m = 1"],
            &["CREATE DEFINER=a@h TRIGGER u AFTER INSERT ON c FOR EACH ROW SET @n = @m"],
        );
        there(
            &["CREATE USER a@h"],
            &["CREATE USER b@h", "GRANT ALL ON x TO b@h"],
        );
    }
}
