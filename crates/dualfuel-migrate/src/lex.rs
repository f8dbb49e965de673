//! Cuts SQL text into tokens, just finely enough to split and to compare it.
//!
//! Nothing here knows a grammar. What it has to know is where a `;`, a quote
//! or a `--` is *not* what it seems: inside literals, quoted names, dollar
//! quotes and comments, which the engines spell differently. Every byte of the
//! input belongs to exactly one token, and no input is an error: an unclosed
//! quote runs to the end, and the database says what it thinks of it.

use crate::Engine;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// White space.
    Space,
    /// A comment that the database passes over.
    Comment,
    /// A literal or a quoted name, with its quotes and its prefix (`E'..'`);
    /// on MariaDB also a comment that it executes (`/*! .. */`).
    Quoted,
    /// A keyword, a plain name, a number or a parameter.
    Word,
    /// A run of operator characters.
    Operator,
    /// `;`
    Semicolon,
    /// Any other single character.
    Punctuation,
}

/// A piece of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// Offset of its first byte.
    pub(crate) start: usize,
}

impl Token<'_> {
    /// Offset after its last byte.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether the database sees it at all.
    pub(crate) fn is_significant(&self) -> bool {
        !matches!(self.kind, Kind::Space | Kind::Comment)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// The tokens of `sql`, first to last, leaving nothing out.
pub(crate) fn tokens(engine: Engine, sql: &str) -> Tokens<'_> {
    Tokens { engine, sql, at: 0 }
}

/// Iterator of [`tokens`].
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    engine: Engine,
    sql: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = &self.sql[self.at..];
        let (kind, len) = first_token(self.engine, rest)?;
        let token = Token {
            kind,
            text: &rest[..len],
            start: self.at,
        };
        self.at += len;
        Some(token)
    }
}

/// Kind and length of the first token; the length ends on a character.
fn first_token(engine: Engine, rest: &str) -> Option<(Kind, usize)> {
    let (sqlite, mariadb) = (engine == Engine::Sqlite, engine == Engine::Mariadb);
    let first = rest.chars().next()?;
    Some(match first {
        ';' => (Kind::Semicolon, 1),
        c if is_space(c) => (Kind::Space, run(rest, is_space)),
        _ if line_comment(engine, rest) => (Kind::Comment, run(rest, |c| c != '\n')),
        '/' if mariadb && (rest.starts_with("/*!") || rest.starts_with("/*M!")) => {
            (Kind::Quoted, block_comment(engine, rest))
        }
        '/' if rest.starts_with("/*") => (Kind::Comment, block_comment(engine, rest)),
        '\'' | '"' if mariadb => (Kind::Quoted, quoted(rest, 0, first, Escapes::Backslash)),
        '\'' | '"' => (Kind::Quoted, quoted(rest, 0, first, Escapes::Doubled)),
        '`' if sqlite || mariadb => (Kind::Quoted, quoted(rest, 0, '`', Escapes::Doubled)),
        '[' if sqlite => (Kind::Quoted, rest.find(']').map_or(rest.len(), |at| at + 1)),
        '$' if engine == Engine::Postgres => {
            dollar_quoted(rest).map_or_else(|| (Kind::Word, word(rest)), |len| (Kind::Quoted, len))
        }
        c if is_word(c) => word_or_prefixed(engine, rest),
        c if is_operator(c) => (Kind::Operator, operator(engine, rest)),
        c => (Kind::Punctuation, c.len_utf8()),
    })
}

/// MariaDB takes `--` for a comment only before a space, so that `1--1` is 2,
/// and has `#` besides.
fn line_comment(engine: Engine, rest: &str) -> bool {
    match engine {
        Engine::Mariadb => {
            rest.starts_with('#')
                || rest
                    .strip_prefix("--")
                    .is_some_and(|after| after.chars().next().is_none_or(|c| c <= ' '))
        }
        _ => rest.starts_with("--"),
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// The engines take every character beyond ASCII for a letter.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

fn is_operator(c: char) -> bool {
    "+-*/<>=~!@#%^&|?:".contains(c)
}

/// Length of the longest start of `text` whose characters all satisfy `keep`.
fn run(text: &str, keep: impl Fn(char) -> bool) -> usize {
    text.find(|c| !keep(c)).unwrap_or(text.len())
}

/// A number keeps its decimal point, so that `1.5` and `1 .5` stay different.
fn word(rest: &str) -> usize {
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        run(rest, |c| is_word(c) || c == '.')
    } else {
        run(rest, is_word)
    }
}

/// A word, unless it is the prefix of a literal: `E'..'`, `X'..'`, `U&'..'`.
fn word_or_prefixed(engine: Engine, rest: &str) -> (Kind, usize) {
    let len = word(rest);
    let (prefix, after) = rest.split_at(len);
    let prefixes = match engine {
        Engine::Sqlite => &["x"][..],
        Engine::Postgres => &["e", "b", "x", "n"][..],
        Engine::Mariadb => &["b", "x", "n"][..],
    };
    let is_prefix = |of: &[&str]| of.iter().any(|p| prefix.eq_ignore_ascii_case(p));

    if after.starts_with('\'') && is_prefix(prefixes) {
        let escapes = match engine {
            Engine::Postgres if is_prefix(&["e"]) => Escapes::BackslashAndGoesOn,
            Engine::Mariadb => Escapes::Backslash,
            _ => Escapes::Doubled,
        };
        return (Kind::Quoted, quoted(rest, len, '\'', escapes));
    }
    if engine == Engine::Postgres && is_prefix(&["u"]) {
        if after.starts_with("&'") {
            return (Kind::Quoted, quoted(rest, len + 1, '\'', Escapes::Doubled));
        }
        if after.starts_with("&\"") {
            return (Kind::Quoted, quoted(rest, len + 1, '"', Escapes::Doubled));
        }
    }
    (Kind::Word, len)
}

/// Operators stop where a comment starts: `1/*one*/`, `1--one`.
fn operator(engine: Engine, rest: &str) -> usize {
    let len = run(rest, is_operator);
    let starts_comment =
        |at: &usize| rest[*at..].starts_with("/*") || line_comment(engine, &rest[*at..]);
    // Every operator is one byte long.
    (1..len).find(starts_comment).unwrap_or(len)
}

/// How a literal says that a quote belongs to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// By doubling it.
    Doubled,
    /// By doubling it or with a backslash.
    Backslash,
    /// The same, for PostgreSQL's `E'..'`, which may go on in the next line.
    BackslashAndGoesOn,
}

/// Length of the literal in `rest` whose opening quote is at `open`.
fn quoted(rest: &str, open: usize, quote: char, escapes: Escapes) -> usize {
    let body = &rest[open + 1..];
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && escapes != Escapes::Doubled {
            chars.next();
        } else if c == quote {
            if chars.next_if(|&(_, next)| next == quote).is_some() {
                continue;
            }
            let end = open + 1 + at + 1;
            // PostgreSQL joins literals with a line break between them, and the
            // rest of an `E'..'` goes on reading backslashes.
            return match continuation(&rest[end..]) {
                Some(next) if escapes == Escapes::BackslashAndGoesOn => {
                    end + next + quoted(&rest[end + next..], 0, quote, escapes)
                }
                _ => end,
            };
        }
    }
    rest.len()
}

/// Offset of the `'` that goes on with a literal, past a line break.
fn continuation(after: &str) -> Option<usize> {
    let space = run(after, is_space);
    (after[..space].contains(['\n', '\r']) && after[space..].starts_with('\'')).then_some(space)
}

/// PostgreSQL's comments nest, those of the others do not.
fn block_comment(engine: Engine, rest: &str) -> usize {
    if engine != Engine::Postgres {
        return rest[2..].find("*/").map_or(rest.len(), |at| at + 4);
    }
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(found) = rest[at..].find(['/', '*']) {
        at += found;
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Length of `$tag$ .. $tag$`; `None` when `rest` starts with a parameter.
fn dollar_quoted(rest: &str) -> Option<usize> {
    let tag_len = run(&rest[1..], |c| is_word(c) && c != '$');
    let tag = &rest[1..1 + tag_len];
    let opening = 1 + tag_len + 1;
    if tag.starts_with(|c: char| c.is_ascii_digit()) || !rest[1 + tag_len..].starts_with('$') {
        return None;
    }
    let delimiter = &rest[..opening];
    Some(
        rest[opening..]
            .find(delimiter)
            .map_or(rest.len(), |at| opening + at + opening),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(engine: Engine, sql: &str, expected: &[&str]) {
        let seen: Vec<&str> = tokens(engine, sql)
            .filter(Token::is_significant)
            .map(|token| token.text)
            .collect();
        assert_eq!(seen, expected, "{engine:?}: {sql}");
    }

    #[test]
    fn sqlite_quotes_and_comments() {
        let sqlite = |sql, expected: &[&str]| check(Engine::Sqlite, sql, expected);
        sqlite("a'b''c;'d", &["a", "'b''c;'", "d"]);
        sqlite("[a;]`b;`\"c;\"", &["[a;]", "`b;`", "\"c;\""]);
        sqlite("x'00' E'a\\' b", &["x'00'", "E", "'a\\'", "b"]);
        sqlite("1 /* /* */ 2 -- 3\n4", &["1", "2", "4"]);
        sqlite("$a$;$a$", &["$a$", ";", "$a$"]);
        sqlite("'open", &["'open"]);
        sqlite("/* open", &[]);
    }

    #[test]
    fn postgres_quotes_and_comments() {
        let postgres = |sql, expected: &[&str]| check(Engine::Postgres, sql, expected);
        postgres(r"E'a\';' b", &[r"E'a\';'", "b"]);
        postgres(r"'a\' b", &[r"'a\'", "b"]);
        postgres("E'a'\n '\\';' b", &["E'a'\n '\\';'", "b"]);
        postgres(
            r#"U&'a' U&"b;" u & v"#,
            &["U&'a'", r#"U&"b;""#, "u", "&", "v"],
        );
        postgres("$$a;$$ $x$ $$ ; $x$ $1", &["$$a;$$", "$x$ $$ ; $x$", "$1"]);
        postgres("a$b$c ;", &["a$b$c", ";"]);
        postgres("1 /* /* 2 */ 3 */ 4", &["1", "4"]);
        postgres("a[1]", &["a", "[", "1", "]"]);
        postgres("$a$ open", &["$a$ open"]);
    }

    #[test]
    fn mariadb_quotes_and_comments() {
        let mariadb = |sql, expected: &[&str]| check(Engine::Mariadb, sql, expected);
        mariadb(r"'a\';' b", &[r"'a\';'", "b"]);
        mariadb(
            r#""a\";" 'it''s' "a"";""#,
            &[r#""a\";""#, "'it''s'", r#""a"";""#],
        );
        mariadb("`a``;\\` b", &["`a``;\\`", "b"]);
        mariadb("'a'\n'b\\';'", &["'a'", "'b\\';'"]);
        mariadb(
            "x'00' _utf8mb4'a' N'b'",
            &["x'00'", "_utf8mb4", "'a'", "N'b'"],
        );
        mariadb("a # b; c\nd -- e\n--\tf\ng", &["a", "d", "g"]);
        mariadb("1--1 --", &["1", "--", "1"]);
        mariadb("1 /* /* */ 2", &["1", "2"]);
        mariadb("/*!40101 SET a = 1; */ b", &["/*!40101 SET a = 1; */", "b"]);
        mariadb("$a$;$a$", &["$a$", ";", "$a$"]);
    }

    #[test]
    fn operators_stop_at_comments() {
        check(Engine::Postgres, "a<=1/*b*/-2", &["a", "<=", "1", "-", "2"]);
        check(Engine::Postgres, "a+--b\nc", &["a", "+", "c"]);
        check(Engine::Sqlite, "a->>'$.b'", &["a", "->>", "'$.b'"]);
        check(
            Engine::Mariadb,
            "a+#b\nc*/* d */e",
            &["a", "+", "c", "*", "e"],
        );
    }

    proptest! {
        /// Whatever the text, its tokens are the text.
        #[test]
        fn nothing_is_lost(sql in r"([a-zA-Z0-9 $\\'\x22`\[\];/*\-\n_Eé&:.#!]|\PC){0,60}") {
            for engine in Engine::ALL {
                let joined: String = tokens(engine, &sql).map(|token| token.text).collect();
                prop_assert_eq!(&joined, &sql);
            }
        }
    }
}
