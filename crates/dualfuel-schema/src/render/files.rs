//! The text of rendered files.
//!
//! It depends on the migration and on those before it and on nothing else: no
//! date, no release, no path of this machine. A rendered file never changes.

use crate::{Dialect, Engine, lower::Lowered, parse::statement_words};

use super::{
    Files, Source,
    reading::{self, Reading},
};

/// What is said where [`assemble`] leaves the way back out.
pub(super) const NO_WAY_BACK: &str = "no down.sql is written for SQLite: it would rebuild a table \
    that others refer to, which needs foreign keys off, and the file, which passes as it is, runs \
    in a transaction, where they can't go off; write a down.sql if you need one";

/// A file's contents, on their way.
pub(super) enum Script {
    /// As its author wrote it.
    AsIs(String),
    /// From the model.
    Lowered(Lowered),
}

impl Script {
    /// Whether SQLite has to have foreign keys off while it runs.
    fn foreign_keys_off(&self) -> bool {
        matches!(self, Self::Lowered(lowered) if lowered.foreign_keys_off)
    }

    fn is_lowered(&self) -> bool {
        matches!(self, Self::Lowered(_))
    }
}

/// Whether a file runs in the transaction of whoever runs it, or brings its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Envelope {
    None,
    Own,
}

/// A migration's files for one engine. `metadata.toml` is for both directions,
/// so when one needs a transaction of its own, the other gets one too.
pub(super) fn assemble(
    engine: Engine,
    source: &Source,
    reading: &Reading,
    up: Script,
    down: Option<Script>,
) -> Files {
    let up = match up {
        Script::AsIs(text) if is_blank(&text) && (text.is_empty() || engine != Engine::Sqlite) => {
            Script::AsIs(with_nothing(engine, text))
        }
        up => up,
    };
    let written = says_no_transaction(source.metadata.as_deref());
    let (envelope, down) = match (&up, down) {
        // The author's file runs as its author's metadata says.
        (Script::AsIs(_), down) if written => (Envelope::Own, down),
        (Script::AsIs(text), down) if runs_alone(engine, text) => (Envelope::Own, down),
        // Foreign keys can't go off inside the transaction that metadata asks
        // for, and on they would delete rows. Better no way back than that one.
        (Script::AsIs(_), Some(down)) if down.foreign_keys_off() => (Envelope::None, None),
        (Script::Lowered(_), Some(down)) if up.foreign_keys_off() && !down.is_lowered() => {
            (Envelope::Own, Some(down))
        }
        (_, down) => {
            let off = |script: &Script| script.foreign_keys_off();
            let own = off(&up) || down.as_ref().is_some_and(off);
            (if own { Envelope::Own } else { Envelope::None }, down)
        }
    };
    let as_is = !up.is_lowered();
    Files {
        metadata: match envelope {
            _ if as_is && source.metadata.is_some() => source.metadata.clone(),
            Envelope::Own => Some("run_in_transaction = false\n".to_owned()),
            Envelope::None => None,
        },
        up: text(engine, source, envelope, up, &remarks(reading)),
        down: down.map(|down| {
            let losses = losses(source, reading, &down);
            text(engine, source, envelope, down, &losses)
        }),
    }
}

/// Whether a `metadata.toml` asks for no transaction. Diesel reads an absent
/// key as that too.
pub fn says_no_transaction(metadata: Option<&str>) -> bool {
    let Some(metadata) = metadata else {
        return false;
    };
    let value = metadata.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "run_in_transaction").then(|| value.trim().to_owned())
    });
    value.is_none_or(|value| value.starts_with("false"))
}

/// Whether a file has to run outside a transaction of its tool's: it
/// opens one itself, or has a statement that none can hold.
///
/// One that begins with COMMIT knows of its tool's, leaves it for a while and
/// begins another in the end.
pub(super) fn runs_alone(engine: Engine, text: &str) -> bool {
    let dialect = match engine {
        Engine::Sqlite => Dialect::Sqlite,
        Engine::Postgres => Dialect::Postgres,
        Engine::Mariadb => Dialect::Mysql,
    };
    let statements = statement_words(dialect, text).into_iter();
    statements
        .filter_map(|words| opens_or_ends(&words))
        .next()
        .unwrap_or(false)
}

/// Whether a statement opens a transaction or can be in none; false for one
/// that ends another's.
fn opens_or_ends(words: &[String]) -> Option<bool> {
    let mut words = words.iter().map(String::as_str);
    let first = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    match (first, rest.first().copied().unwrap_or_default()) {
        // A trigger's BEGIN stands behind its CREATE, so never first, and one
        // of a procedure's has a statement after it.
        ("begin", "" | "transaction" | "immediate" | "exclusive" | "deferred" | "work")
        | ("start", "transaction") => Some(true),
        // A trigger's END has nothing after it.
        ("commit", _) | ("end", "transaction") => Some(false),
        // Errors inside a transaction, all of them.
        ("vacuum", _) => Some(true),
        ("create" | "drop", "index" | "unique") if rest.iter().take(3).any(is_concurrently) => {
            Some(true)
        }
        ("pragma", _) if rest.contains(&"synchronous") || rest.contains(&"journal_mode") => {
            Some(true)
        }
        _ => None,
    }
}

fn is_concurrently(word: &&str) -> bool {
    *word == "concurrently"
}

fn text(
    engine: Engine,
    source: &Source,
    envelope: Envelope,
    script: Script,
    remarks: &[String],
) -> String {
    let lowered = match script {
        Script::AsIs(text) => return text,
        Script::Lowered(lowered) => lowered,
    };
    let mut text = format!(
        "-- Rendered by dualfuel from {}; do not edit.\n",
        one_line(&source.origin)
    );
    for remark in remarks {
        text += &format!("-- dualfuel: {}\n", one_line(remark));
    }
    text.push('\n');
    for statement in statements(engine, envelope, lowered) {
        text += &format!("{statement};\n\n");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Text that can't end the comment it stands in: a name may hold anything, and
/// PostgreSQL ends a comment at a carriage return too.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// What the runner has to know before a file.
fn remarks(reading: &Reading) -> Vec<String> {
    let release = reading.compatible_with.iter();
    release
        .map(|release| format!("compatible-with {release}"))
        .collect()
}

/// What a way back does not bring back: the runner then refuses to take it
/// until someone accepts that. First what its author says, of the migration or
/// of the way back that is written for another engine.
fn losses(source: &Source, reading: &Reading, script: &Script) -> Vec<String> {
    let Script::Lowered(lowered) = script else {
        return Vec::new();
    };
    let of_down = source.down.as_deref().and_then(reading::irreversible);
    let said = reading.irreversible.iter().chain(&of_down);
    let said = said.map(|why| match why.as_str() {
        "" => "the migration says so",
        why => why,
    });
    let mut losses: Vec<String> = Vec::new();
    for lost in said.chain(lowered.loses.iter().map(String::as_str)) {
        let remark = format!("irreversible: {lost}");
        if !losses.contains(&remark) {
            losses.push(remark);
        }
    }
    losses
}

/// The statements with the transaction they need.
///
/// Foreign keys have to be off before SQLite's `BEGIN`: inside a transaction
/// the pragma does nothing. Whatever refers to a row that is gone then shows in
/// the check, whose rows a caller has to look at: `dualfuel-migrate` does.
fn statements(engine: Engine, envelope: Envelope, lowered: Lowered) -> Vec<String> {
    let fixed = |statements: &[&str]| -> Vec<String> {
        statements.iter().map(|text| (*text).to_owned()).collect()
    };
    let statements = if lowered.statements.is_empty() {
        nothing(engine)
    } else {
        lowered.statements
    };
    match (engine, envelope) {
        (_, Envelope::None) | (Engine::Mariadb, _) => statements,
        (Engine::Sqlite, Envelope::Own) => [
            fixed(&["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"]),
            statements,
            fixed(&[
                "PRAGMA foreign_key_check",
                "COMMIT",
                "PRAGMA foreign_keys = ON",
            ]),
        ]
        .concat(),
        (Engine::Postgres, Envelope::Own) => {
            [fixed(&["BEGIN"]), statements, fixed(&["COMMIT"])].concat()
        }
    }
}

/// Whether a file has comments and blanks alone.
fn is_blank(text: &str) -> bool {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
    while !rest.is_empty() {
        let comment = match rest.get(..2) {
            Some("--") => rest.find('\n'),
            Some("/*") => rest.find("*/").map(|end| end + 2),
            _ => return false,
        };
        rest = comment
            .and_then(|end| rest.get(end..))
            .unwrap_or_default()
            .trim_start();
    }
    true
}

/// A file without a statement, with one that does nothing.
fn with_nothing(engine: Engine, text: String) -> String {
    let comment = if text.trim().is_empty() {
        text
    } else {
        format!("{}\n\n", text.trim_end())
    };
    format!("{comment}{};\n", nothing(engine).concat())
}

/// What a file says that has nothing to do: the other two refuse to run a file
/// without a statement.
fn nothing(engine: Engine) -> Vec<String> {
    let statement = match engine {
        Engine::Sqlite | Engine::Postgres => "SELECT 1",
        Engine::Mariadb => "DO 0",
    };
    vec![format!("-- Nothing to do on {engine}.\n{statement}")]
}
