//! What SQL written by hand may not do to a connection that a scope handed out.
//!
//! A scope begins a transaction, says whose rows it is for, and ends it. Text that
//! ended it by itself would go on outside: unscoped, with its first half stored
//! whatever the scope then returns. So transaction control and session settings
//! are refused in text; nesting is `connection.transaction(..)`. This keeps honest
//! programs alike on both engines. It is not what keeps organisations apart: that
//! is row level security, and the file.

use diesel::QueryResult;

use crate::error::{refused, sqlstate};

/// Refuses text with a statement that a scope keeps to itself.
pub(crate) fn check(sql: &str) -> QueryResult<()> {
    let mut in_trigger = false;
    for statement in statements(sql) {
        let mut words = words(statement);
        let (first, second, third) = (words.next(), words.next(), words.next());
        let word = |word: Option<&str>| word.unwrap_or_default().to_ascii_uppercase();
        match word(first).as_str() {
            // SQLite's trigger bodies hold statements and end in END.
            "CREATE" => in_trigger |= [second, third].map(word).contains(&"TRIGGER".to_owned()),
            "END" if in_trigger => in_trigger = false,
            "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT"
            | "RELEASE" => {
                return Err(refused(
                    sqlstate::INSUFFICIENT_PRIVILEGE,
                    "a scope begins and ends its transaction itself; for a part that can fail \
                     alone use `transaction` on the connection",
                ));
            }
            "PREPARE" if word(second) == "TRANSACTION" => {
                return Err(refused(
                    sqlstate::INSUFFICIENT_PRIVILEGE,
                    "a scope commits in one phase",
                ));
            }
            "DISCARD" | "RESET" => return Err(session()),
            "SET" if word(second) != "LOCAL" && word(second) != "CONSTRAINTS" => {
                return Err(session());
            }
            "PRAGMA" if changes_enforcement(statement) => return Err(session()),
            _ => {}
        }
    }
    Ok(())
}

fn session() -> diesel::result::Error {
    refused(
        sqlstate::INSUFFICIENT_PRIVILEGE,
        "a scope's connection goes to others after it, so its session cannot be changed; on \
         PostgreSQL use SET LOCAL",
    )
}

/// The PRAGMAs that decide what the file lets through, and that migrations set.
fn changes_enforcement(statement: &str) -> bool {
    let statement = statement.to_ascii_lowercase();
    ["foreign_keys", "legacy_alter_table", "defer_foreign_keys"]
        .iter()
        .any(|pragma| statement.contains(pragma))
}

/// The words at the start of a statement, without comments.
fn words(statement: &str) -> impl Iterator<Item = &str> {
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let mut rest = statement;
    std::iter::from_fn(move || {
        rest = skip_space(rest);
        let end = rest
            .find(|character| !is_word(character))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

fn skip_space(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        if text.starts_with("--") {
            text = text.split_once('\n').map_or("", |(_, rest)| rest);
        } else if text.starts_with("/*") {
            text = text.get(block_comment(text)..).unwrap_or_default();
        } else {
            return text;
        }
    }
}

/// The statements of a text, at semicolons outside of quotes and comments.
fn statements(sql: &str) -> impl Iterator<Item = &str> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = statement_end(rest);
        let (statement, after) = rest.split_at(end);
        rest = after.strip_prefix(';').unwrap_or(after);
        Some(statement)
    })
}

/// Where the first statement ends: at its semicolon, or with the text.
fn statement_end(text: &str) -> usize {
    let mut at = 0;
    let mut before = ' ';
    while let Some(rest) = text.get(at..)
        && let Some(character) = rest.chars().next()
    {
        let step = match character {
            ';' => return at,
            '\'' => quoted(rest, '\'', matches!(before, 'e' | 'E')),
            '"' | '`' => quoted(rest, character, false),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '$' if !before.is_ascii_alphanumeric() => dollar_quoted(rest),
            other => other.len_utf8(),
        };
        before = character;
        at += step;
    }
    text.len()
}

/// The length of a quoted text; a quote inside is doubled, or escaped where that counts.
fn quoted(text: &str, quote: char, escapes: bool) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if escapes && character == '\\' {
            characters.next();
        } else if character == quote {
            if characters.peek().is_some_and(|(_, next)| *next == quote) {
                characters.next();
            } else {
                return at + quote.len_utf8();
            }
        }
    }
    text.len()
}

/// The length of a comment, with those nested in it (PostgreSQL manual, 4.1.5).
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(character) = rest.chars().next()
    {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            at += 2;
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at;
            }
        } else {
            at += character.len_utf8();
        }
    }
    text.len()
}

/// The length of `$tag$ .. $tag$`, or of the `$` alone when it is none.
fn dollar_quoted(text: &str) -> usize {
    let is_tag = |character: char| character.is_alphanumeric() || character == '_';
    let Some(after) = text.get(1..) else { return 1 };
    let end = after
        .find(|character| !is_tag(character))
        .unwrap_or(after.len());
    let (tag, rest) = after.split_at(end);
    if !rest.starts_with('$') || tag.starts_with(|first: char| first.is_ascii_digit()) {
        return 1;
    }
    let mark = &text[..end + 2];
    match rest.get(1..).and_then(|body| body.find(mark)) {
        Some(at) => mark.len() + at + mark.len(),
        None => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn control_is_found_wherever_it_stands_and_nowhere_else() {
        for refused in [
            "COMMIT",
            " -- done\n commit;",
            "/* a /* b */ */ROLLBACK TO x",
            "INSERT INTO t VALUES (';'); COMMIT; SELECT 1",
            "SELECT $x$;$x$; END",
            "SELECT E'\\';'; ABORT",
            "PREPARE TRANSACTION 'x'",
            "SET ROLE other",
            "reset all",
            "PRAGMA foreign_keys(0)",
        ] {
            assert!(check(refused).is_err(), "{refused}");
        }
        for allowed in [
            "",
            ";;",
            "SELECT 'COMMIT; ROLLBACK'",
            "SELECT $$; COMMIT; $$",
            "SELECT $1; -- ; COMMIT",
            "INSERT INTO t VALUES ('it''s; END')",
            "SET LOCAL work_mem = '1MB'",
            "UPDATE t SET a = 1",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END; SELECT 1",
            "PRAGMA table_info(t)",
            "SELECT \"a;b\" /* ; COMMIT */",
            "'unended ; COMMIT",
            "$tag$ unended ; COMMIT",
        ] {
            assert!(check(allowed).is_ok(), "{allowed}");
        }
    }
}
