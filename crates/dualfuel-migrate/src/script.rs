//! A migration file as the runner carries it out.
//!
//! A file may bring its own transaction: Diesel runs it so when `metadata.toml`
//! says `run_in_transaction = false`. The runner has one of its own, which
//! holds the ledger's rows too, so [`script`] takes the file's off: `BEGIN`,
//! `COMMIT`, and the pragmas for foreign keys that belong with them on SQLite.
//! What stood between a `BEGIN` and its `COMMIT` stays together as a group.
//! Statements that would end the runner's transaction early are refused.

use crate::Engine;
use crate::lex::{Kind, Token, tokens};
use crate::split::{Statement, split_statements};

/// A statement to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: usize,
    /// Place in the file, counting from 1 and counting every statement.
    pub(crate) position: usize,
    /// Steps of one group commit together.
    pub(crate) group: usize,
}

/// A statement that can't stand in a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScriptFault {
    pub(crate) line: usize,
    pub(crate) problem: &'static str,
}

/// The statements of a file without its own transaction.
pub(crate) fn script(engine: Engine, sql: &str) -> Result<Vec<Step<'_>>, ScriptFault> {
    let mut steps = Vec::new();
    let mut group = 0;
    let mut begun_on: Option<usize> = None;

    for (index, statement) in split_statements(engine, sql).iter().enumerate() {
        let fault = |problem| ScriptFault {
            line: statement.line,
            problem,
        };
        match role(engine, statement) {
            Role::Begin if begun_on.is_some() => {
                return Err(fault(
                    "BEGIN inside a transaction: add the COMMIT before it",
                ));
            }
            Role::Begin => {
                begun_on = Some(statement.line);
                group += 1;
            }
            Role::Commit if begun_on.is_none() => {
                return Err(fault("COMMIT without a BEGIN: remove it"));
            }
            Role::Commit => begun_on = None,
            Role::ForeignKeys => {}
            Role::Forbidden => {
                return Err(fault(
                    "this statement would end the transaction that holds the ledger: remove it",
                ));
            }
            Role::Problem(problem) => return Err(fault(problem)),
            Role::Plain => {
                if begun_on.is_none() {
                    group += 1;
                }
                steps.push(Step {
                    text: statement.text,
                    line: statement.line,
                    position: index + 1,
                    group,
                });
            }
        }
    }
    match begun_on {
        None => Ok(steps),
        Some(line) => Err(ScriptFault {
            line,
            problem: "BEGIN without a COMMIT: add it, or remove both",
        }),
    }
}

/// What a statement means to the transaction round it.
enum Role {
    Plain,
    Begin,
    Commit,
    /// The runner switches and checks foreign keys itself.
    ForeignKeys,
    Forbidden,
    /// Another reason not to run it, and the way out.
    Problem(&'static str),
}

fn role(engine: Engine, statement: &Statement<'_>) -> Role {
    let words = first_words(engine, statement.text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match (engine, &words[..]) {
        // A body without a name, of a kind that only MariaDB has.
        (Engine::Mariadb, ["BEGIN", "NOT", ..]) => Role::Plain,
        (_, ["BEGIN", ..]) | (Engine::Postgres | Engine::Mariadb, ["START", "TRANSACTION", ..]) => {
            Role::Begin
        }
        (Engine::Postgres, ["COMMIT" | "ROLLBACK", "PREPARED", ..]) => Role::Forbidden,
        (Engine::Postgres, ["PREPARE", "TRANSACTION", ..]) => Role::Forbidden,
        (Engine::Postgres | Engine::Mariadb, ["COMMIT" | "END", .., "CHAIN"])
            if !words.contains(&"NO") =>
        {
            Role::Forbidden
        }
        (Engine::Mariadb, words) if let Some(problem) = mariadb_problem(words, statement.text) => {
            Role::Problem(problem)
        }
        (_, ["COMMIT" | "END", ..]) => Role::Commit,
        // `ROLLBACK TO savepoint` stays inside the transaction.
        (_, ["ROLLBACK" | "ABORT", rest @ ..]) if !rest.contains(&"TO") => Role::Forbidden,
        (
            Engine::Sqlite,
            ["PRAGMA", "FOREIGN_KEYS" | "FOREIGN_KEY_CHECK", ..]
            | ["PRAGMA", _, "FOREIGN_KEYS" | "FOREIGN_KEY_CHECK", ..],
        ) => Role::ForeignKeys,
        _ => Role::Plain,
    }
}

/// What would leave the ledger behind on MariaDB, or is no SQL.
fn mariadb_problem(words: &[&str], sql: &str) -> Option<&'static str> {
    let sets = |name: &str| {
        words.first() == Some(&"SET")
            && tokens(Engine::Mariadb, sql).any(|token| token.is_word(name))
    };
    match words {
        ["DELIMITER", ..] => Some(
            "DELIMITER is a command of the `mariadb` program, and no SQL: remove it, routines \
             are told apart without it",
        ),
        ["USE", ..] => Some("USE would leave the database that holds the ledger: remove it"),
        ["LOCK" | "UNLOCK", "TABLES" | "TABLE", ..] => {
            Some("LOCK TABLES would shut out the ledger: remove it")
        }
        ["XA", ..] => Some("XA would take the transaction away from the ledger: remove it"),
        _ if sets("autocommit") => {
            Some("SET autocommit would leave the ledger uncommitted: remove it")
        }
        _ => None,
    }
}

/// The first words in upper case, up to where something else stands than
/// words and dots.
pub(crate) fn first_words(engine: Engine, sql: &str) -> Vec<String> {
    tokens(engine, sql)
        .filter(Token::is_significant)
        .take_while(|token| token.kind == Kind::Word || token.text == ".")
        .filter(|token| token.kind == Kind::Word)
        .take(8)
        .map(|token| token.text.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(engine: Engine, sql: &str, expected: &[(usize, usize, &str)]) {
        let seen: Vec<_> = script(engine, sql)
            .unwrap()
            .iter()
            .map(|step| (step.position, step.group, step.text))
            .collect();
        assert_eq!(seen, expected, "{engine:?}: {sql}");
    }

    #[test]
    fn the_envelope_comes_off() {
        let sql = "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE TRANSACTION; a; b; \
                   PRAGMA foreign_key_check; COMMIT; PRAGMA main.foreign_keys(1);";
        check(Engine::Sqlite, sql, &[(3, 1, "a"), (4, 1, "b")]);
        check(Engine::Sqlite, "begin; a; end transaction;", &[(2, 1, "a")]);
        check(
            Engine::Postgres,
            "START TRANSACTION; a; COMMIT WORK; b; c; BEGIN; d; e; COMMIT AND NO CHAIN",
            &[
                (2, 1, "a"),
                (4, 2, "b"),
                (5, 3, "c"),
                (7, 4, "d"),
                (8, 4, "e"),
            ],
        );
    }

    #[test]
    fn other_statements_stay() {
        let savepoint = "SAVEPOINT a; ROLLBACK TO SAVEPOINT a; RELEASE a";
        for engine in Engine::ALL {
            assert_eq!(script(engine, savepoint).unwrap().len(), 3);
            assert_eq!(script(engine, "ROLLBACK WORK TO a").unwrap().len(), 1);
        }
        let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END";
        check(Engine::Sqlite, trigger, &[(1, 1, trigger)]);
        check(
            Engine::Sqlite,
            "PRAGMA legacy_alter_table = ON",
            &[(1, 1, "PRAGMA legacy_alter_table = ON")],
        );
    }

    #[test]
    fn what_would_break_the_unit_is_refused() {
        let check = |sql, line, problem: &str| {
            let fault = script(Engine::Postgres, sql).unwrap_err();
            assert_eq!(fault.line, line, "{sql}");
            assert!(fault.problem.contains(problem), "{sql}: {}", fault.problem);
        };
        check("a;\nBEGIN; b", 2, "BEGIN without a COMMIT");
        check("a;\nCOMMIT", 2, "COMMIT without a BEGIN");
        check("BEGIN;\nBEGIN; COMMIT; COMMIT", 2, "BEGIN inside");
        check("BEGIN;\n\nROLLBACK", 3, "would end the transaction");
        check("BEGIN; ABORT", 1, "would end the transaction");
        check("BEGIN; COMMIT AND CHAIN", 1, "would end the transaction");
        check("PREPARE TRANSACTION 'a'", 1, "would end the transaction");
        check("COMMIT PREPARED 'a'", 1, "would end the transaction");
    }

    proptest! {
        #[test]
        fn no_text_panics(sql in r"(begin|commit|;|end|a|pragma foreign_keys| |\PC){0,40}") {
            for engine in Engine::ALL {
                let _ = script(engine, &sql);
            }
        }
    }
}
