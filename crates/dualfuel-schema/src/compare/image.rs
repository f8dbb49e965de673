//! What an expression looks like on an engine that has another way to say it.
//!
//! Some functions of SQLite's are a formula elsewhere: `max(a, b)` is a CASE
//! over `GREATEST`, `typeof(a)` a CASE over NULL. No rule of the normal form
//! leads back from there. So where two forms differ, one side's expression is
//! lowered for the other's engine and lifted from that text: if that is what
//! was found, the other side is exactly what the lowering makes of this one.

use super::{
    normal::{normal_condition, normal_default, normal_form, normal_generated},
    show::show,
};
use crate::{
    Dialect, Engine, Refusal,
    lower::expr as lower,
    model::{Column, Expr, Table},
    parse::parse_expr,
};

/// A condition as `engine` would give it back.
pub(super) fn condition(engine: Option<Engine>, table: &Table, expr: &Expr) -> Option<String> {
    let lifted = lifted(engine, |engine| lower::condition(engine, table, expr))?;
    Some(show(&normal_condition(table, &lifted)))
}

/// An index's key as `engine` would give it back.
pub(super) fn value(engine: Option<Engine>, table: &Table, expr: &Expr) -> Option<Expr> {
    let lifted = lifted(engine, |engine| lower::value(engine, table, expr, None))?;
    Some(normal_form(table, &lifted))
}

/// A generated column's value as `engine` would give it back.
pub(super) fn generated(
    engine: Option<Engine>,
    table: &Table,
    column: &Column,
    expr: &Expr,
) -> Option<String> {
    let wanted = Some(&column.data_type);
    let lifted = lifted(engine, |engine| lower::value(engine, table, expr, wanted))?;
    Some(show(&normal_generated(table, column, &lifted)))
}

/// A default as `engine` would give it back.
pub(super) fn default(
    engine: Option<Engine>,
    table: &Table,
    column: &Column,
    expr: &Expr,
) -> Option<String> {
    let lifted = lifted(engine, |engine| lower::default(engine, column, expr))?;
    normal_default(table, column, &lifted).map(|form| show(&form))
}

fn lifted(
    engine: Option<Engine>,
    lowered: impl Fn(Engine) -> Result<String, Refusal>,
) -> Option<Expr> {
    let engine = engine.filter(|engine| *engine != Engine::Sqlite)?;
    parse_expr(Dialect::from(engine), &lowered(engine).ok()?).ok()
}

/// Whether what could not be lifted is what a lowering writes, but for the
/// parentheses, casts and blanks that an engine adds. Not asked where a
/// parenthesis could have moved from one meaning to another.
pub(super) fn is_written(
    found: &Expr,
    lowered: impl Fn(Engine) -> Result<String, Refusal>,
) -> bool {
    let Expr::Opaque { engine, text } = found else {
        return false;
    };
    let Ok(written) = lowered(*engine) else {
        return false;
    };
    let (found, written) = (bare(text), bare(&written));
    found == written && !could_regroup(&found)
}

/// Whether a condition is what a lowering of `expr` writes.
pub(super) fn is_condition(found: &Expr, table: &Table, expr: &Expr) -> bool {
    is_written(found, |engine| lower::condition(engine, table, expr))
}

/// Words and signs, without parentheses, quotes of names, casts, and `BOTH`
/// of TRIM.
fn bare(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\'' {
            let mut literal = String::from(c);
            for next in rest.by_ref() {
                literal.push(next);
                if next == '\'' {
                    break;
                }
            }
            out.push(literal);
        } else if c.is_alphanumeric() || c == '_' {
            let mut word: String = c.to_lowercase().collect();
            while let Some(next) = rest.next_if(|c| c.is_alphanumeric() || *c == '_' || *c == '.') {
                word.extend(next.to_lowercase());
            }
            out.push(word);
        } else if !c.is_whitespace() && !matches!(c, '(' | ')' | '"' | '`') {
            out.push(c.to_string());
        }
    }
    without_casts(out)
}

/// `a::text`, `CAST(a AS text)` and `a` alike.
fn without_casts(words: Vec<String>) -> Vec<String> {
    const TYPES: [&str; 22] = [
        "text",
        "char",
        "character",
        "varying",
        "bigint",
        "integer",
        "smallint",
        "numeric",
        "double",
        "precision",
        "jsonb",
        "signed",
        "charset",
        "utf8mb4",
        "binary",
        "[",
        "]",
        "timestamp",
        "time",
        "zone",
        "without",
        "with",
    ];
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let colons = word == ":" && words.next_if(|next| next == ":").is_some();
        if colons || word == "as" {
            while words
                .next_if(|next| TYPES.contains(&next.as_str()))
                .is_some()
            {}
        } else if word == "lcase" {
            out.push("lower".to_owned());
        } else if word != "cast" {
            out.push(word);
        }
    }
    out
}

/// Whether parentheses tell what belongs to what.
fn could_regroup(words: &[String]) -> bool {
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    (has(&["and"]) && has(&["or"]))
        || has(&["not"]) && has(&["and", "or"])
        || (has(&["+", "-"]) && has(&["*", "/", "%"]))
        || words
            .iter()
            .filter(|word| matches!(word.as_str(), "-" | "/" | "%"))
            .count()
            > 1
}
