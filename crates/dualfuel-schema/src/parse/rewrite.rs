//! Changes tokens of valid SQL that `sqlparser` does not know into tokens of
//! the same meaning that it does.

use sqlparser::{
    keywords::Keyword,
    tokenizer::{Span, Token, TokenWithSpan, Whitespace, Word},
};

use super::reader::is_word;
use crate::Dialect;

/// The tokens to read, without white space and comments.
pub(super) fn prepare(dialect: Dialect, tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let tokens = match dialect {
        Dialect::Postgres => join_literals(tokens),
        _ => tokens,
    };
    let tokens: Vec<TokenWithSpan> = tokens
        .into_iter()
        .filter(|token| !matches!(token.token, Token::Whitespace(_)))
        .collect();
    match dialect {
        Dialect::Portable | Dialect::Sqlite => nulls(plain_words(tokens, SQLITE_NAMES), true),
        Dialect::Postgres => nulls(trims(plain_words(tokens, POSTGRES_NAMES)), false),
        Dialect::Mysql => charsets(plain_words(tokens, &["TRIM"])),
    }
}

fn word(keyword: Keyword, text: &str, span: Span) -> TokenWithSpan {
    let word = Word {
        value: text.to_owned(),
        quote_style: None,
        keyword,
    };
    TokenWithSpan::new(Token::Word(word), span)
}

/// PostgreSQL's catalogue has `TRIM(BOTH FROM a)` for `trim(a)`.
fn trims(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let of_side = match out.as_slice() {
            [.., trim, open] => is_word(&trim.token, "TRIM") && open.token == Token::LParen,
            _ => false,
        };
        let function = match &token.token {
            side if is_word(side, "BOTH") => "TRIM",
            side if is_word(side, "LEADING") => "LTRIM",
            side if is_word(side, "TRAILING") => "RTRIM",
            _ => "",
        };
        let from = tokens
            .peek()
            .is_some_and(|next| is_word(&next.token, "FROM"));
        if of_side && from && !function.is_empty() {
            tokens.next();
            let open = out.pop();
            let span = token.span;
            out.pop();
            let keyword = match function {
                "TRIM" => Keyword::TRIM,
                _ => Keyword::NoKeyword,
            };
            out.push(word(keyword, function, span));
            out.extend(open);
            continue;
        }
        out.push(token);
    }
    out
}

/// Words that `sqlparser` takes for the start of something and SQLite for a
/// name, unless they call a function or stand before text.
const SQLITE_NAMES: &[&str] = &[
    "INTERVAL",
    "LATERAL",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "TOP",
    "TRIM",
];
/// The same for PostgreSQL.
const POSTGRES_NAMES: &[&str] = &["INTERVAL", "TRIM"];

fn plain_words(mut tokens: Vec<TokenWithSpan>, names: &[&str]) -> Vec<TokenWithSpan> {
    for at in 0..tokens.len() {
        let called = tokens
            .get(at + 1)
            .is_some_and(|next| matches!(next.token, Token::LParen | Token::SingleQuotedString(_)));
        if let Some(token) = tokens.get_mut(at)
            && !called
            && names.iter().any(|name| is_word(&token.token, name))
            && let Token::Word(word) = &mut token.token
        {
            word.keyword = Keyword::NoKeyword;
        }
    }
    tokens
}

/// `a ISNULL` is `a IS NULL`, and SQLite's `a IS b` is the standard's `a IS NOT
/// DISTINCT FROM b`.
fn nulls(tokens: Vec<TokenWithSpan>, is_compares: bool) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let span = token.span;
        if is_word(&token.token, "ISNULL") && follows_operand(&out) {
            out.push(word(Keyword::IS, "IS", span));
            out.push(word(Keyword::NULL, "NULL", span));
            continue;
        }
        let is = is_word(&token.token, "IS");
        out.push(token);
        if !is || !is_compares {
            continue;
        }
        let not = tokens.next_if(|next| is_word(&next.token, "NOT"));
        let known = tokens.peek().is_none_or(|next| {
            ["NULL", "TRUE", "FALSE", "DISTINCT"]
                .iter()
                .any(|word| is_word(&next.token, word))
        });
        match (not, known) {
            (not, true) => out.extend(not),
            (Some(not), false) => distinct(&mut out, not.span),
            (None, false) => {
                out.push(word(Keyword::NOT, "NOT", span));
                distinct(&mut out, span);
            }
        }
    }
    out
}

fn distinct(out: &mut Vec<TokenWithSpan>, span: Span) {
    out.push(word(Keyword::DISTINCT, "DISTINCT", span));
    out.push(word(Keyword::FROM, "FROM", span));
}

/// Whether an operator can come next, so that a word is one and not a name.
fn follows_operand(before: &[TokenWithSpan]) -> bool {
    matches!(
        before.last().map(|token| &token.token),
        Some(
            Token::RParen
                | Token::Word(_)
                | Token::Number(..)
                | Token::SingleQuotedString(_)
                | Token::DoubleQuotedString(_)
        )
    )
}

/// PostgreSQL joins two literals with a line break between them.
fn join_literals(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    // White space since the last literal, and whether it holds a line break.
    let mut since: Option<bool> = None;
    for token in tokens {
        match token.token {
            Token::Whitespace(white) => {
                let breaks = matches!(
                    white,
                    Whitespace::Newline | Whitespace::SingleLineComment { .. }
                );
                since = since.map(|broken| broken || breaks);
            }
            Token::SingleQuotedString(more) => {
                if since == Some(true)
                    && let Some(TokenWithSpan {
                        token: Token::SingleQuotedString(text),
                        ..
                    }) = out.last_mut()
                {
                    text.push_str(&more);
                } else {
                    out.push(TokenWithSpan::new(
                        Token::SingleQuotedString(more),
                        token.span,
                    ));
                }
                since = Some(false);
            }
            _ => {
                since = None;
                out.push(token);
            }
        }
    }
    out
}

/// `CHAR CHARSET utf8mb4` and `CHAR CHARACTER SET utf8mb4` in a cast, with the
/// `BINARY` by which MariaDB's catalogue says that it compares by bytes.
/// Another character set lacks characters, so the cast is another.
fn charsets(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let after_char = match out.as_slice() {
            [.., char] if is_word(&char.token, "CHAR") => true,
            [.., char, open, _, close] => {
                is_word(&char.token, "CHAR")
                    && open.token == Token::LParen
                    && close.token == Token::RParen
            }
            _ => false,
        };
        let charset = is_word(&token.token, "CHARSET");
        let character_set = is_word(&token.token, "CHARACTER")
            && tokens
                .peek()
                .is_some_and(|next| is_word(&next.token, "SET"));
        if after_char && (charset || character_set) {
            let mut ahead = tokens.clone().skip(usize::from(character_set));
            let whole = ahead.next().is_some_and(|set| {
                ["utf8mb4", "utf8mb3", "utf8"]
                    .iter()
                    .any(|name| is_word(&set.token, name))
            });
            if whole {
                tokens.nth(usize::from(character_set));
                tokens.next_if(|next| is_word(&next.token, "BINARY"));
                continue;
            }
        }
        out.push(token);
    }
    out
}
