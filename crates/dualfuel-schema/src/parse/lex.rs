//! Cuts a file into tokens, just finely enough to find its statements.
//!
//! Where a `;`, a quote or a `--` is *not* what it seems is all that is known
//! here: inside literals, quoted names, dollar quotes and comments, which the
//! dialects spell differently. `sqlparser` has a tokenizer too, but it gives
//! up a whole file for one bad literal; here every byte belongs to exactly one
//! token and an unclosed quote runs to the end, so that one statement that
//! can't be read costs only itself.

use crate::Dialect;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// White space, and a byte order mark.
    Space,
    /// A `--`, `#` or `/* */` comment.
    Comment,
    /// A literal or a quoted name, with its quotes.
    Quoted,
    /// A keyword, a plain name or a number.
    Word,
    /// `;`
    Semicolon,
    /// Any other single character.
    Other,
}

/// A piece of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Offset of its first byte.
    pub(super) start: usize,
}

impl Token<'_> {
    /// Offset after its last byte.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether the database sees it at all.
    pub(super) fn is_significant(&self) -> bool {
        !matches!(self.kind, Kind::Space | Kind::Comment)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// The tokens of `sql` from offset `at` on, leaving nothing out.
pub(super) fn tokens(dialect: Dialect, sql: &str, at: usize) -> Tokens<'_> {
    Tokens { dialect, sql, at }
}

/// A statement's words, names and dots in lower case and without quotes, in
/// their order. Literals in single quotes are left out.
pub(crate) fn words(dialect: Dialect, sql: &str) -> Vec<String> {
    let word = |token: Token<'_>| match token.kind {
        Kind::Word => Some(token.text.to_lowercase()),
        Kind::Other if token.text == "." => Some(".".to_owned()),
        Kind::Quoted if !token.text.contains('\'') => {
            let name = token.text.trim_matches(['"', '`', '[', ']']);
            Some(name.to_lowercase())
        }
        _ => None,
    };
    tokens(dialect, sql, 0).filter_map(word).collect()
}

/// Iterator of [`tokens`].
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    dialect: Dialect,
    sql: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.sql.get(self.at..)?;
        let (kind, len) = first_token(self.dialect, rest)?;
        let token = Token {
            kind,
            text: rest.get(..len)?,
            start: self.at,
        };
        self.at += len;
        Some(token)
    }
}

/// Kind and length of the first token; the length ends on a character.
fn first_token(dialect: Dialect, rest: &str) -> Option<(Kind, usize)> {
    let sqlite = matches!(dialect, Dialect::Sqlite | Dialect::Portable);
    let postgres = dialect == Dialect::Postgres;
    let mysql = dialect == Dialect::Mysql;
    let first = rest.chars().next()?;
    Some(match first {
        ';' => (Kind::Semicolon, 1),
        c if is_space(c) => (Kind::Space, run(rest, is_space)),
        '-' if rest.starts_with("--") && (!mysql || starts_mysql_comment(rest)) => {
            (Kind::Comment, run(rest, |c| c != '\n'))
        }
        '#' if mysql => (Kind::Comment, run(rest, |c| c != '\n')),
        // MySQL runs what is in such a comment.
        '/' if mysql && (rest.starts_with("/*!") || rest.starts_with("/*M!")) => {
            (Kind::Quoted, flat_comment(rest))
        }
        '/' if rest.starts_with("/*") && postgres => (Kind::Comment, nested_comment(rest)),
        '/' if rest.starts_with("/*") => (Kind::Comment, flat_comment(rest)),
        '\'' | '"' => (Kind::Quoted, quoted(rest, first, mysql)),
        '`' if !postgres => (Kind::Quoted, quoted(rest, '`', false)),
        '[' if sqlite => (Kind::Quoted, rest.find(']').map_or(rest.len(), |at| at + 1)),
        '$' if postgres => dollar_quoted(rest).map_or_else(
            || (Kind::Word, run(rest, is_word)),
            |len| (Kind::Quoted, len),
        ),
        'e' | 'E' if postgres && rest.get(1..2) == Some("'") => {
            (Kind::Quoted, 1 + quoted(&rest[1..], '\'', true))
        }
        c if is_word(c) => (Kind::Word, run(rest, is_word)),
        c => (Kind::Other, c.len_utf8()),
    })
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\u{feff}')
}

/// Every engine takes a character beyond ASCII for a letter.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || (!c.is_ascii() && !is_space(c))
}

/// In MySQL `--` starts a comment only before white space: `5--1` is 6.
fn starts_mysql_comment(rest: &str) -> bool {
    rest.chars()
        .nth(2)
        .is_none_or(|c| is_space(c) || c.is_control())
}

/// Length of the longest start of `text` whose characters all satisfy `keep`.
fn run(text: &str, keep: impl Fn(char) -> bool) -> usize {
    text.find(|c| !keep(c)).unwrap_or(text.len())
}

/// Length of the literal that `rest` starts with. A quote belongs to it when
/// doubled, and with `backslash` also behind one.
fn quoted(rest: &str, quote: char, backslash: bool) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && backslash {
            chars.next();
        } else if c == quote && chars.next_if(|&(_, next)| next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

fn flat_comment(rest: &str) -> usize {
    rest.get(2..)
        .and_then(|body| body.find("*/"))
        .map_or(rest.len(), |at| at + 4)
}

/// PostgreSQL's comments nest.
fn nested_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => {
                depth += 1;
                at += 2;
            }
            Some(b"*/") => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

/// Length of `$tag$ .. $tag$`; `None` when `rest` starts with a parameter.
fn dollar_quoted(rest: &str) -> Option<usize> {
    let body = rest.get(1..)?;
    let tag = body.get(..run(body, |c| is_word(c) && c != '$'))?;
    let opening = tag.len() + 2;
    if tag.starts_with(|c: char| c.is_ascii_digit()) || !body[tag.len()..].starts_with('$') {
        return None;
    }
    let delimiter = rest.get(..opening)?;
    Some(
        rest.get(opening..)?
            .find(delimiter)
            .map_or(rest.len(), |at| opening + at + opening),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, sql: &str, expected: &[&str]) {
        let seen: Vec<&str> = tokens(dialect, sql, 0)
            .filter(Token::is_significant)
            .map(|token| token.text)
            .collect();
        assert_eq!(seen, expected, "{dialect:?}: {sql}");
    }

    #[test]
    fn sqlite_quotes_and_comments() {
        let check = |sql, expected: &[&str]| check(Dialect::Sqlite, sql, expected);
        check("a'b''c;'d", &["a", "'b''c;'", "d"]);
        check("[a;]`b;`\"c;\"", &["[a;]", "`b;`", "\"c;\""]);
        check(r"'a\' b", &[r"'a\'", "b"]);
        check("1 /* /* */ 2 -- 3\n4", &["1", "2", "4"]);
        check("$$;$$", &["$$", ";", "$$"]);
        check("'open", &["'open"]);
        check("/* open", &[]);
        check("\u{feff}a", &["a"]);
    }

    #[test]
    fn postgres_quotes_and_comments() {
        let check = |sql, expected: &[&str]| check(Dialect::Postgres, sql, expected);
        check(r"E'a\';' b", &[r"E'a\';'", "b"]);
        check(r"'a\' b", &[r"'a\'", "b"]);
        check("$$a;$$ $x$ $$ ; $x$ $1", &["$$a;$$", "$x$ $$ ; $x$", "$1"]);
        check("a$b$c ;", &["a$b$c", ";"]);
        check("1 /* /* 2 */ 3 */ 4", &["1", "4"]);
        check("$a$ open", &["$a$ open"]);
    }

    #[test]
    fn mysql_quotes_and_comments() {
        let check = |sql, expected: &[&str]| check(Dialect::Mysql, sql, expected);
        check(r"'a\';' b", &[r"'a\';'", "b"]);
        check("a # b;\nc", &["a", "c"]);
        check("5--1 -- 2\n", &["5", "-", "-", "1"]);
        check("/*!40101 SET x; */;", &["/*!40101 SET x; */", ";"]);
        check("`a``;`", &["`a``;`"]);
    }
}
