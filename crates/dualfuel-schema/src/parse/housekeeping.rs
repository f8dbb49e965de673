//! Statements that change neither the schema nor a row.
//!
//! A list of what is known, so that nothing is passed over because it was not
//! understood. The rest of such a statement is not read.

use std::ops::ControlFlow;

use sqlparser::tokenizer::Token;

use super::reader::{Read, Reader, is_word};
use crate::{
    Dialect,
    model::{Name, Trigger, TriggerEvent, TriggerTime},
    statement::Statement,
};

/// PRAGMAs that leave schema and rows as they are.
const PRAGMAS: &[&str] = &[
    "FOREIGN_KEYS",
    "DEFER_FOREIGN_KEYS",
    "LEGACY_ALTER_TABLE",
    "JOURNAL_MODE",
    "FOREIGN_KEY_CHECK",
    "INTEGRITY_CHECK",
    "QUICK_CHECK",
    "USER_VERSION",
    "APPLICATION_ID",
    "SYNCHRONOUS",
    "OPTIMIZE",
    "BUSY_TIMEOUT",
    "CACHE_SIZE",
    "TEMP_STORE",
    "MMAP_SIZE",
    "PAGE_SIZE",
    "AUTO_VACUUM",
    "INCREMENTAL_VACUUM",
    "WAL_AUTOCHECKPOINT",
    "WAL_CHECKPOINT",
    "RECURSIVE_TRIGGERS",
    "ENCODING",
    "LOCKING_MODE",
    "SECURE_DELETE",
    "TABLE_INFO",
    "TABLE_XINFO",
    "TABLE_LIST",
    "INDEX_LIST",
    "INDEX_INFO",
    "INDEX_XINFO",
    "FOREIGN_KEY_LIST",
    "DATABASE_LIST",
    "SCHEMA_VERSION",
    "AUTOMATIC_INDEX",
    "CASE_SENSITIVE_LIKE",
    "IGNORE_CHECK_CONSTRAINTS",
    "JOURNAL_SIZE_LIMIT",
    "MAX_PAGE_COUNT",
    "THREADS",
    "TRUSTED_SCHEMA",
    "CELL_SIZE_CHECK",
    "ANALYSIS_LIMIT",
    "DATA_VERSION",
    "FREELIST_COUNT",
    "PAGE_COUNT",
    "COMPILE_OPTIONS",
    "REVERSE_UNORDERED_SELECTS",
    "SHRINK_MEMORY",
    "QUERY_ONLY",
];

/// Reads a statement that keeps house; goes on with any other.
pub(super) fn read(reader: &mut Reader<'_>) -> Read<ControlFlow<Statement>> {
    if reader.at_end() {
        // MySQL's `/*!40101 SET .. */`, of which nothing is left.
        return Ok(ControlFlow::Break(reader.housekeeping("COMMENT")));
    }
    if reader.eat(&["PRAGMA"]) {
        return pragma(reader).map(ControlFlow::Break);
    }
    if let Some(kind) = transaction(reader)? {
        return Ok(ControlFlow::Break(reader.housekeeping(kind)));
    }
    if reader.at(&["SELECT"]) {
        return select(reader).map(ControlFlow::Break);
    }
    if let Some(kind) = sequence_table(reader) {
        return Ok(ControlFlow::Break(reader.housekeeping(kind)));
    }
    if reader.dialect == Dialect::Postgres
        && let Some(statement) = trigger_functions(reader)?
    {
        return Ok(ControlFlow::Break(statement));
    }
    if let Some(kind) = function(reader) {
        reader.note(
            "a function is PostgreSQL's alone: what calls it is refused where it has no equal",
        );
        return Ok(ControlFlow::Break(reader.housekeeping(kind)));
    }
    let known = match reader.dialect {
        Dialect::Portable | Dialect::Sqlite => &[&["ANALYZE"][..], &["VACUUM"], &["REINDEX"]][..],
        Dialect::Postgres => POSTGRES,
        Dialect::Mysql => MYSQL,
    };
    for words in known {
        if reader.at(words) {
            return Ok(ControlFlow::Break(reader.housekeeping(words.join(" "))));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// A trigger's function, and `DROP FUNCTION name`, which may be one's.
fn trigger_functions(reader: &mut Reader<'_>) -> Read<Option<Statement>> {
    if reader.at(&["CREATE", "FUNCTION"]) || reader.at(&["CREATE", "OR", "REPLACE", "FUNCTION"]) {
        return reader.trigger_function();
    }
    if !reader.at(&["DROP", "FUNCTION"]) {
        return Ok(None);
    }
    let _ = reader.eat(&["DROP", "FUNCTION"]);
    let _ = reader.if_exists();
    let mut names = Vec::new();
    loop {
        names.push(reader.qualified()?);
        if reader.at_token(&Token::LParen) {
            reader.skip_parens()?;
        }
        if !reader.eat_token(&Token::Comma) {
            break;
        }
    }
    let cascade = reader.eat(&["CASCADE"]);
    let _ = reader.eat(&["RESTRICT"]);
    Ok(Some(Statement::DropTriggerFunctions { names, cascade }))
}

/// A function or procedure of PostgreSQL's: it changes nothing until something
/// calls it, and that is looked at by itself. With CASCADE a DROP takes
/// triggers along.
fn function(reader: &Reader<'_>) -> Option<&'static str> {
    if reader.dialect != Dialect::Postgres {
        return None;
    }
    let cascades = || {
        let words = (0..).map(|n| &reader.peek_nth(n).token);
        let mut words = words.take_while(|token| **token != Token::EOF);
        words.any(|token| is_word(token, "CASCADE"))
    };
    let at = |verb: &[&str]| {
        ["FUNCTION", "PROCEDURE"].iter().any(|kind| {
            let words: Vec<&str> = verb.iter().copied().chain([*kind]).collect();
            reader.at(&words)
        })
    };
    if at(&["CREATE"]) || at(&["CREATE", "OR", "REPLACE"]) {
        Some("CREATE FUNCTION")
    } else if at(&["ALTER"]) {
        Some("ALTER FUNCTION")
    } else if at(&["DROP"]) && !cascades() {
        Some("DROP FUNCTION")
    } else {
        None
    }
}

const POSTGRES: &[&[&str]] = &[
    &["ANALYZE"],
    &["VACUUM"],
    &["REINDEX"],
    &["CLUSTER"],
    &["CHECKPOINT"],
    &["SET"],
    &["RESET"],
    &["COMMENT", "ON"],
    &["GRANT"],
    &["REVOKE"],
    &["REASSIGN"],
    &["SECURITY", "LABEL"],
    &["LOCK"],
    &["NOTIFY"],
    &["CREATE", "EXTENSION"],
    &["DROP", "EXTENSION"],
    &["CREATE", "ROLE"],
    &["CREATE", "USER"],
    &["DROP", "ROLE"],
    &["DROP", "USER"],
    &["CREATE", "SEQUENCE"],
    &["DROP", "SEQUENCE"],
    &["CREATE", "STATISTICS"],
    &["DROP", "STATISTICS"],
    &["CREATE", "COLLATION"],
    &["DROP", "COLLATION"],
    &["REFRESH", "MATERIALIZED"],
];

const MYSQL: &[&[&str]] = &[
    &["SET"],
    &["USE"],
    &["ANALYZE"],
    &["OPTIMIZE"],
    &["LOCK", "TABLES"],
    &["UNLOCK", "TABLES"],
    &["LOCK", "TABLE"],
    &["FLUSH"],
    &["GRANT"],
    &["REVOKE"],
    &["CREATE", "USER"],
    &["DROP", "USER"],
    &["CREATE", "DATABASE"],
    &["ALTER", "DATABASE"],
];

/// `BEGIN`, `COMMIT` and their like: the runner makes its own. What is taken
/// back would have to be known, so ROLLBACK is refused.
fn transaction(reader: &mut Reader<'_>) -> Read<Option<&'static str>> {
    if reader.at(&["ROLLBACK"]) {
        return Err(reader.refuse("what a ROLLBACK takes back can't be told"));
    }
    let kinds: [(&[&str], &'static str); 6] = [
        (&["BEGIN"], "BEGIN"),
        (&["START", "TRANSACTION"], "BEGIN"),
        (&["COMMIT"], "COMMIT"),
        (&["END"], "COMMIT"),
        (&["SAVEPOINT"], "SAVEPOINT"),
        (&["RELEASE"], "RELEASE"),
    ];
    Ok(kinds
        .iter()
        .find(|(words, _)| reader.at(words))
        .map(|(_, kind)| *kind))
}

/// `PRAGMA name = value` as `PRAGMA NAME=VALUE`.
fn pragma(reader: &mut Reader<'_>) -> Read<Statement> {
    let offset = reader.offset();
    let mut name = reader.name()?;
    if reader.eat_token(&Token::Period) {
        name = reader.name()?;
    }
    let upper = name.as_str().to_ascii_uppercase();
    if !PRAGMAS.contains(&upper.as_str()) {
        return Err(crate::Refusal::new(format!(
            "what `PRAGMA {}` changes is not known",
            name.as_str().to_ascii_lowercase()
        ))
        .at(offset));
    }
    let mut kind = format!("PRAGMA {upper}");
    if reader.eat_token(&Token::Eq) || reader.eat_token(&Token::LParen) {
        kind.push('=');
        kind.push_str(&reader.spelled().to_ascii_uppercase());
    }
    Ok(reader.housekeeping(kind))
}

/// `INSERT INTO sqlite_sequence` and its like.
fn sequence_table(reader: &Reader<'_>) -> Option<&'static str> {
    let at = |n: usize| {
        let token = &reader.peek_nth(n).token;
        matches!(token, Token::Word(word) if word.value.eq_ignore_ascii_case("sqlite_sequence"))
    };
    if reader.dialect == Dialect::Postgres || reader.dialect == Dialect::Mysql {
        return None;
    }
    let found = (reader.at(&["INSERT"]) && (1..5).any(at))
        || (reader.at(&["REPLACE"]) && (1..3).any(at))
        || (reader.at(&["UPDATE"]) && (1..4).any(at))
        || (reader.at(&["DELETE", "FROM"]) && at(2));
    found.then_some("SQLITE_SEQUENCE")
}

/// A SELECT changes nothing unless a function in it does. Known are a SELECT
/// without functions, and those that follow up on what migrations did.
fn select(reader: &mut Reader<'_>) -> Read<Statement> {
    const HARMLESS: &[&str] = &[
        "SETVAL",
        "NEXTVAL",
        "CURRVAL",
        "SET_CONFIG",
        "PG_ADVISORY_LOCK",
        "PG_ADVISORY_XACT_LOCK",
        "PG_ADVISORY_UNLOCK",
        "COUNT",
        "MAX",
        "MIN",
        "COALESCE",
        "PG_GET_SERIAL_SEQUENCE",
        "CHANGES",
        "TOTAL_CHANGES",
        "SQLITE_VERSION",
        "VERSION",
        "LENGTH",
        "LOWER",
        "IN",
        "EXISTS",
        "VALUES",
        "AND",
        "OR",
        "NOT",
        "WHERE",
        "FROM",
        "AS",
        "ON",
        "USING",
        "NOW",
        "SUM",
        "AVG",
        "SELECT",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "CAST",
        "GREATEST",
        "IFNULL",
    ];
    let mut n = 0;
    loop {
        let token = &reader.peek_nth(n).token;
        let next = &reader.peek_nth(n + 1).token;
        match (token, next) {
            (Token::EOF, _) => break,
            (Token::Word(word), Token::LParen)
                if !HARMLESS.contains(&word.value.to_ascii_uppercase().as_str()) =>
            {
                let name = word.value.to_ascii_lowercase();
                if name == "diesel_manage_updated_at"
                    && let Some(statement) = managed_updated_at(reader)?
                {
                    return Ok(statement);
                }
                return Err(reader.refuse(format!("what `{name}` changes is not known")));
            }
            (Token::Word(word), _) if word.value.eq_ignore_ascii_case("INTO") => {
                return Err(reader.refuse("SELECT INTO can't be read: write CREATE TABLE .. AS"));
            }
            _ => n += 1,
        }
    }
    Ok(reader.housekeeping("SELECT"))
}

/// Diesel's `SELECT diesel_manage_updated_at('posts')`, which makes a trigger.
fn managed_updated_at(reader: &mut Reader<'_>) -> Read<Option<Statement>> {
    if !reader.eat(&["SELECT", "DIESEL_MANAGE_UPDATED_AT"]) {
        return Ok(None);
    }
    reader.expect_token(&Token::LParen)?;
    let table = reader.string()?;
    reader.expect_token(&Token::RParen)?;
    reader.end()?;
    reader.note("an UPDATE that changes nothing counts as a change");
    let table = table
        .strip_prefix("public.")
        .unwrap_or(&table)
        .trim_matches('"');
    Ok(Some(Statement::CreateTrigger {
        trigger: Trigger {
            name: Name::from("set_updated_at"),
            table: Name::new(table),
            time: TriggerTime::Before,
            event: TriggerEvent::Update(Vec::new()),
            when: None,
            body: None,
            text: None,
            calls: Some(Name::from(DIESEL)),
        },
        if_not_exists: false,
        or_replace: false,
    }))
}

/// The function that it calls, from Diesel's initial migration.
pub(crate) const DIESEL: &str = "diesel_set_updated_at";
