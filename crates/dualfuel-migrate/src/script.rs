//! A migration file as the runner carries it out.
//!
//! A file may bring its own transaction: Diesel runs it so when `metadata.toml`
//! says `run_in_transaction = false`. The runner has one of its own, which
//! holds the ledger's rows too, so [`script`] takes the file's off: `BEGIN`,
//! `COMMIT`, and the pragmas for foreign keys that belong with them on SQLite.
//! What stood between a `BEGIN` and its `COMMIT` stays together as a group.
//! Statements that would end the runner's transaction early are refused.
//!
//! A file may also know that its tool has begun one, and leave it for a while:
//! `COMMIT; PRAGMA foreign_keys = OFF; BEGIN; .. COMMIT; PRAGMA foreign_keys =
//! ON; BEGIN`, which is how a project on sqlx rebuilds a table.
//!
//! On SQLite a connection's and a file's settings come off too. They change
//! neither schema nor rows, most can't be changed inside a transaction, and the
//! connection has its own.

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
    let statements = split_statements(engine, sql);
    let marks: Vec<Role> = statements
        .iter()
        .map(|statement| role(engine, statement))
        .filter(|role| matches!(role, Role::Begin | Role::Commit))
        .collect();
    let leaves_its_tools = matches!(marks.as_slice(), [Role::Commit, .., Role::Begin]);

    let mut steps = Vec::new();
    let mut group = usize::from(leaves_its_tools);
    // Line 0 for a transaction that began before the file.
    let mut begun_on = leaves_its_tools.then_some(0);
    for (index, statement) in statements.iter().enumerate() {
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
            Role::Setting => {}
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
        Some(_) if leaves_its_tools => Ok(steps),
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
    /// Of the connection or the file, foreign keys among them: the runner has
    /// its own, and checks foreign keys itself.
    Setting,
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
        (Engine::Sqlite, ["PRAGMA", rest @ ..])
            if rest.iter().take(2).any(|name| SETTINGS.contains(name)) =>
        {
            Role::Setting
        }
        // It makes the file smaller. With INTO it makes another one.
        (Engine::Sqlite, ["VACUUM", rest @ ..]) if !rest.contains(&"INTO") => Role::Setting,
        _ => Role::Plain,
    }
}

/// SQLite's PRAGMAs that change neither schema nor rows, nor what a statement
/// means. One of those that do (`recursive_triggers`, `case_sensitive_like`,
/// `ignore_check_constraints`) is for the engine to refuse.
const SETTINGS: [&str; 24] = [
    "ANALYSIS_LIMIT",
    "AUTO_VACUUM",
    "AUTOMATIC_INDEX",
    "BUSY_TIMEOUT",
    "CACHE_SIZE",
    "CACHE_SPILL",
    "CELL_SIZE_CHECK",
    "ENCODING",
    "FOREIGN_KEYS",
    "FOREIGN_KEY_CHECK",
    "INCREMENTAL_VACUUM",
    "JOURNAL_MODE",
    "JOURNAL_SIZE_LIMIT",
    "LOCKING_MODE",
    "MAX_PAGE_COUNT",
    "MMAP_SIZE",
    "PAGE_SIZE",
    "SECURE_DELETE",
    "SHRINK_MEMORY",
    "SYNCHRONOUS",
    "TEMP_STORE",
    "THREADS",
    "WAL_AUTOCHECKPOINT",
    "WAL_CHECKPOINT",
];

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
            Engine::Sqlite,
            "BEGIN EXCLUSIVE; a; COMMIT TRANSACTION; BEGIN; b; END; c",
            &[(2, 1, "a"), (5, 2, "b"), (7, 3, "c")],
        );
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
    fn the_tools_own_envelope_may_be_left_for_a_while() {
        check(
            Engine::Sqlite,
            "a; COMMIT; PRAGMA foreign_keys = OFF; BEGIN; b; c; COMMIT; \
             PRAGMA foreign_keys = ON; BEGIN TRANSACTION; d",
            &[(1, 1, "a"), (5, 2, "b"), (6, 2, "c"), (10, 3, "d")],
        );
        check(
            Engine::Postgres,
            "COMMIT; ALTER TYPE a ADD VALUE 'b'; BEGIN;",
            &[(2, 2, "ALTER TYPE a ADD VALUE 'b'")],
        );
    }

    #[test]
    fn settings_of_a_sqlite_connection_come_off() {
        let sql = "PRAGMA journal_mode = WAL; PRAGMA synchronous=1; a; VACUUM; pragma main.                   page_size(4096); PRAGMA user_version = 7";
        check(
            Engine::Sqlite,
            sql,
            &[(3, 1, "a"), (6, 2, "PRAGMA user_version = 7")],
        );
        check(
            Engine::Sqlite,
            "VACUUM INTO 'b'",
            &[(1, 1, "VACUUM INTO 'b'")],
        );
        check(Engine::Postgres, "VACUUM", &[(1, 1, "VACUUM")]);
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
