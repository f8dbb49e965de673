//! From SQL text to [`Statement`]s, for each dialect.

mod alike;
mod alter;
mod column;
mod data;
mod depth;
mod expr;
mod function;
mod grammar;
mod housekeeping;
mod idiom;
mod interval;
mod lex;
mod mysql;
mod pattern;
mod plpgsql;
mod query;
mod reader;
mod rendered;
mod rewrite;
mod split;
mod statements;
mod table;
mod types;
mod virtual_table;

use std::ops::Range;

pub(crate) use self::lex::words;

pub(crate) use self::housekeeping::DIESEL as DIESEL_UPDATED_AT;
use self::reader::Reader;
pub(crate) use self::{
    alike::{alike, signs},
    interval::modifier,
};
use crate::{
    Dialect, Refusal,
    model::{DataType, Expr},
    statement::Statement,
};

/// A statement with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What it says.
    pub statement: Statement,
    /// Its bytes in the file, without the comments before it and the `;` after it.
    pub span: Range<usize>,
    /// What `-- dualfuel:` comments say, one each, trimmed: those before it,
    /// in it, and behind its `;` on the same line.
    pub annotations: Vec<String>,
    /// What other engines do without, in a clause each: "a row that would
    /// violate the UNIQUE replaces the one that is there". Rendering reports
    /// them as weakenings.
    pub notes: Vec<String>,
}

/// A statement that could not be read. The rest of the file still was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// Its first words, in upper case.
    pub kind: String,
    /// Why, with the place of the offending word where known.
    pub refusal: Refusal,
}

/// How a front end takes what its dialect leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// Read SQLite's `INTEGER` and `INT` as 32 bits, as Diesel's schema does,
    /// rather than as the 64 that SQLite keeps.
    pub narrow_integers: bool,
}

/// The statements of a file, in order; those that can't be read among them.
/// Never panics, whatever the text.
pub fn parse(dialect: Dialect, sql: &str, options: ReadOptions) -> Vec<Result<Parsed, Unread>> {
    let pieces = split::split(dialect, sql);
    let spans: Vec<Range<usize>> = pieces.iter().map(|piece| piece.span.clone()).collect();
    reader::on_own_stack(|| {
        pieces
            .into_iter()
            .map(|piece| read(dialect, sql, options, piece))
            .collect()
    })
    .unwrap_or_else(|| {
        let unread = |span: Range<usize>| {
            Err(Unread {
                kind: kind(dialect, sql.get(span.clone()).unwrap_or("")),
                refusal: Refusal::new(NO_THREAD).at(span.start),
                span,
            })
        };
        spans.into_iter().map(unread).collect()
    })
}

const NO_THREAD: &str = "no thread could be started to read it";

fn read(
    dialect: Dialect,
    sql: &str,
    options: ReadOptions,
    piece: split::Piece,
) -> Result<Parsed, Unread> {
    let split::Piece { span, annotations } = piece;
    let text = sql.get(span.clone()).unwrap_or("");
    let read = Reader::new(dialect, options, text, span.start).and_then(|mut reader| {
        let statement = reader.statement()?;
        Ok((statement, reader.notes))
    });
    match read {
        Ok((statement, notes)) => Ok(Parsed {
            statement,
            span,
            annotations,
            notes,
        }),
        Err(refusal) => Err(Unread {
            kind: kind(dialect, text),
            refusal: Refusal {
                offset: refusal.offset.or(Some(span.start)),
                ..refusal
            },
            span,
        }),
    }
}

/// The words of each statement of a file, in lower case: see [`words`].
pub(crate) fn statement_words(dialect: Dialect, sql: &str) -> Vec<Vec<String>> {
    let pieces = split::split(dialect, sql).into_iter();
    pieces
        .filter_map(|piece| Some(words(dialect, sql.get(piece.span)?)))
        .collect()
}

/// A scalar expression, as an engine's catalogue spells it.
///
/// # Errors
///
/// A [`Refusal`] for text that is not an expression of the model.
pub fn parse_expr(dialect: Dialect, sql: &str) -> Result<Expr, Refusal> {
    reader::on_own_stack(|| {
        let mut reader = Reader::new(dialect, ReadOptions::default(), sql, 0)?;
        let expr = reader.expr()?;
        reader.end()?;
        Ok(expr)
    })
    .unwrap_or_else(|| Err(Refusal::new(NO_THREAD)))
}

/// A type's name, as an engine's catalogue spells it.
///
/// # Errors
///
/// A [`Refusal`] for a type without an equal in the model.
pub fn parse_type(dialect: Dialect, sql: &str, options: ReadOptions) -> Result<DataType, Refusal> {
    let mut reader = Reader::new(dialect, options, sql, 0)?;
    let spelled = reader.spelled_type()?;
    reader.end()?;
    reader.data_type(&spelled)
}

/// What kind of statement it is: its first words, in upper case, without those
/// that only qualify.
fn kind(dialect: Dialect, sql: &str) -> String {
    let mut words = lex::tokens(dialect, sql, 0)
        .filter(lex::Token::is_significant)
        .take_while(|token| token.kind == lex::Kind::Word)
        .map(|token| token.text.to_uppercase())
        .filter(|word| !matches!(word.as_str(), "OR" | "REPLACE" | "TEMP" | "TEMPORARY"))
        .take(3);
    let first = words.next().unwrap_or_default();
    if !matches!(
        first.as_str(),
        "CREATE" | "ALTER" | "DROP" | "COMMENT" | "PRAGMA"
    ) {
        return first;
    }
    let second = words.next().unwrap_or_default();
    let kind = match (second.as_str(), words.next()) {
        (
            "UNIQUE" | "VIRTUAL" | "MATERIALIZED" | "EVENT" | "FOREIGN" | "CONSTRAINT",
            Some(third),
        ) => {
            format!("{first} {second} {third}")
        }
        _ => format!("{first} {second}"),
    };
    kind.trim_end().to_owned()
}
