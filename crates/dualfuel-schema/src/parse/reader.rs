//! A cursor over one statement: `sqlparser`'s parser with the words and places
//! that the modules beside this one need.

use std::collections::HashSet;

use sqlparser::{
    ast::Ident,
    parser::{Parser, ParserError},
    tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer, Word},
};

use super::{ReadOptions, depth, grammar, rewrite};
use crate::{Dialect, Refusal, model::Name};

/// What reading gives.
pub(super) type Read<T> = Result<T, Refusal>;

/// How deep `sqlparser` may go into an expression or query.
const RECURSION_LIMIT: usize = 50;

/// What that takes at most, several times over: in a debug build a level of
/// `FROM (SELECT` fills 200 KiB.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Does `work` on a stack of its own, which does not depend on how much is left
/// of the caller's. None when the system has no thread to give.
pub(super) fn on_own_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work)
            .ok()?;
        match thread.join() {
            Ok(done) => Some(done),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// A cursor over one statement.
pub(super) struct Reader<'a> {
    pub(super) parser: Parser<'a>,
    pub(super) dialect: Dialect,
    pub(super) options: ReadOptions,
    /// The statement's text.
    pub(super) sql: &'a str,
    /// Where it starts in the file.
    pub(super) base: usize,
    /// Offsets in `sql` at which lines start.
    lines: Vec<usize>,
    /// As [`super::Parsed::notes`].
    pub(super) notes: Vec<String>,
    /// What SQLite takes a name in double quotes for.
    pub(super) names: Names,
}

/// Which columns an expression may name. SQLite takes a name in double quotes
/// that is none of them for text ("Quirks, Caveats, and Gotchas", section 8).
#[derive(Debug, Clone, Default)]
pub(super) enum Names {
    /// Not known here: then it is a column.
    #[default]
    Unknown,
    /// These, folded.
    Only(HashSet<String>),
}

impl<'a> Reader<'a> {
    /// A cursor over `sql`, which starts at `base` in its file.
    pub(super) fn new(
        dialect: Dialect,
        options: ReadOptions,
        sql: &'a str,
        base: usize,
    ) -> Read<Self> {
        let grammar = grammar::of(dialect);
        let lines = std::iter::once(0)
            .chain(sql.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut reader = Self {
            parser: Parser::new(grammar),
            dialect,
            options,
            sql,
            base,
            lines,
            notes: Vec::new(),
            names: Names::Unknown,
        };
        let mut tokens = Vec::new();
        Tokenizer::new(grammar, sql)
            .tokenize_with_location_into_buf(&mut tokens)
            .map_err(|error| {
                Refusal::new(plain_message(&error.message)).at(reader.offset_of(error.location))
            })?;
        let tokens = rewrite::prepare(dialect, tokens);
        if let Some(span) = depth::too_deep(&tokens) {
            return Err(reader.refuse_at(
                span,
                "it is nested too deeply, or has too many operators in a row",
            ));
        }
        reader.parser = Parser::new(grammar)
            .with_recursion_limit(RECURSION_LIMIT)
            .with_tokens_with_locations(tokens);
        Ok(reader)
    }

    // Places.

    /// Offset in the file of a place in the statement; columns count characters.
    fn offset_of(&self, place: Location) -> usize {
        let line = usize::try_from(place.line).unwrap_or(1).saturating_sub(1);
        let column = usize::try_from(place.column).unwrap_or(1).saturating_sub(1);
        let start = self.lines.get(line).copied().unwrap_or(0);
        let rest = self.sql.get(start..).unwrap_or("");
        let within = rest
            .char_indices()
            .nth(column)
            .map_or(rest.len(), |(at, _)| at);
        self.base + start + within
    }

    /// Offset in the statement of a token.
    pub(super) fn offset_in_text(&self, span: Span) -> usize {
        self.offset_of(span.start) - self.base
    }

    /// Offset in the file of the next token; of the end when there is none.
    pub(super) fn offset(&self) -> usize {
        let token = self.parser.peek_token_ref();
        if token.token == Token::EOF {
            return self.base + self.sql.len();
        }
        self.offset_of(token.span.start)
    }

    /// The text from an offset of the file to where the cursor is.
    pub(super) fn text_since(&self, offset: usize) -> &'a str {
        let from = offset.saturating_sub(self.base);
        let to = self.offset().saturating_sub(self.base);
        self.sql.get(from..to).unwrap_or("").trim()
    }

    /// A refusal at a token's place, where it has one.
    pub(super) fn refuse_at(&self, span: Span, reason: impl Into<String>) -> Refusal {
        let refusal = Refusal::new(reason);
        if span.start.line == 0 {
            return refusal;
        }
        refusal.at(self.offset_of(span.start))
    }

    /// A refusal at the next token.
    pub(super) fn refuse(&self, reason: impl Into<String>) -> Refusal {
        Refusal::new(reason).at(self.offset())
    }

    /// The next token has no place here.
    pub(super) fn unexpected(&self) -> Refusal {
        self.refuse(match &self.peek().token {
            Token::EOF => "it ends too early".to_owned(),
            _ => format!("`{}` is not expected here", self.spelled()),
        })
    }

    /// The next token as it is spelled.
    pub(super) fn spelled(&self) -> &'a str {
        let span = self.peek().span;
        let from = self.offset_of(span.start) - self.base;
        let to = self.offset_of(span.end) - self.base;
        self.sql.get(from..to).unwrap_or("")
    }

    /// What `sqlparser` had to say, in plain words.
    pub(super) fn refusal(&self, error: &ParserError) -> Refusal {
        match error {
            ParserError::RecursionLimitExceeded => {
                Refusal::new("it is nested too deeply").at(self.base)
            }
            ParserError::TokenizerError(message) | ParserError::ParserError(message) => {
                let refusal = Refusal::new(plain_message(message));
                match place_in(message) {
                    Some(place) => refusal.at(self.offset_of(place)),
                    None => refusal.at(self.offset()),
                }
            }
        }
    }

    // Tokens.

    pub(super) fn peek(&self) -> &TokenWithSpan {
        self.parser.peek_token_ref()
    }

    /// The token behind so many. White space is gone already, so that this
    /// needs no search.
    pub(super) fn peek_nth(&self, n: usize) -> &TokenWithSpan {
        self.parser.token_at(self.parser.index() + n)
    }

    pub(super) fn at_end(&self) -> bool {
        self.peek().token == Token::EOF
    }

    pub(super) fn advance(&mut self) {
        self.parser.advance_token();
    }

    /// Whether the next tokens are these words.
    pub(super) fn at(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(n, word)| is_word(&self.peek_nth(n).token, word))
    }

    pub(super) fn at_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.at(&[word]))
    }

    /// Takes these words, all or none.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.at(words);
        if found {
            for _ in words {
                self.advance();
            }
        }
        found
    }

    pub(super) fn expect(&mut self, words: &[&str]) -> Read<()> {
        if self.eat(words) {
            return Ok(());
        }
        Err(self.unexpected())
    }

    pub(super) fn at_token(&self, token: &Token) -> bool {
        self.peek().token == *token
    }

    pub(super) fn eat_token(&mut self, token: &Token) -> bool {
        let found = self.at_token(token);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect_token(&mut self, token: &Token) -> Read<()> {
        if self.eat_token(token) {
            return Ok(());
        }
        Err(self.unexpected())
    }

    /// The statement is over.
    pub(super) fn end(&mut self) -> Read<()> {
        while self.eat_token(&Token::SemiColon) {}
        if self.at_end() {
            return Ok(());
        }
        Err(self.unexpected())
    }

    /// `(a, b, ..)`.
    pub(super) fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        self.expect_token(&Token::LParen)?;
        let mut list = Vec::new();
        loop {
            list.push(each(self)?);
            if self.eat_token(&Token::RParen) {
                return Ok(list);
            }
            self.expect_token(&Token::Comma)?;
        }
    }

    /// `a, b, ..`.
    pub(super) fn commas<T>(&mut self, mut each: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut list = vec![each(self)?];
        while self.eat_token(&Token::Comma) {
            list.push(each(self)?);
        }
        Ok(list)
    }

    /// Over a balanced `( .. )`.
    pub(super) fn skip_parens(&mut self) -> Read<()> {
        self.expect_token(&Token::LParen)?;
        let mut depth = 1_usize;
        while depth > 0 {
            match self.peek().token {
                Token::EOF => return Err(self.unexpected()),
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                _ => {}
            }
            self.advance();
        }
        Ok(())
    }

    /// Text in single quotes.
    pub(super) fn string(&mut self) -> Read<String> {
        let text = match &self.peek().token {
            Token::SingleQuotedString(text) | Token::EscapedStringLiteral(text) => text.clone(),
            Token::DoubleQuotedString(text) if self.dialect == Dialect::Mysql => text.clone(),
            Token::DollarQuotedString(text) => text.value.clone(),
            _ => return Err(self.unexpected()),
        };
        self.advance();
        Ok(text)
    }

    /// A whole number.
    pub(super) fn number(&mut self) -> Read<i64> {
        let minus = self.eat_token(&Token::Minus);
        let plus = !minus && self.eat_token(&Token::Plus);
        let _ = plus;
        let Token::Number(digits, _) = &self.peek().token else {
            return Err(self.unexpected());
        };
        let value: i64 = digits
            .parse()
            .map_err(|_| self.refuse(format!("`{digits}` is not a whole number of 64 bits")))?;
        self.advance();
        Ok(if minus { -value } else { value })
    }

    // Names.

    /// A name.
    pub(super) fn name(&mut self) -> Read<Name> {
        let name = match &self.peek().token {
            Token::Word(word) => self.name_of_word(word),
            // SQLite takes a literal for a name where only a name can stand.
            Token::SingleQuotedString(text)
                if matches!(self.dialect, Dialect::Sqlite | Dialect::Portable) =>
            {
                Name::new(text.clone())
            }
            Token::DoubleQuotedString(text) => Name::new(text.clone()),
            _ => return Err(self.unexpected()),
        };
        if name.as_str().is_empty() {
            return Err(self.refuse("a name can't be empty"));
        }
        self.advance();
        Ok(name)
    }

    fn name_of_word(&self, word: &Word) -> Name {
        self.folded(&word.value, word.quote_style)
    }

    /// A name as the dialect takes it: PostgreSQL folds one without quotes.
    pub(super) fn folded(&self, value: &str, quote: Option<char>) -> Name {
        match (self.dialect, quote) {
            (Dialect::Postgres, None) => Name::new(value.to_ascii_lowercase()),
            (Dialect::Sqlite | Dialect::Portable, Some(quote @ ('"' | '`'))) => {
                let doubled: String = [quote, quote].iter().collect();
                Name::new(value.replace(&doubled, &quote.to_string()))
            }
            _ => Name::new(value),
        }
    }

    /// An identifier of `sqlparser` as a name.
    pub(super) fn ident(&self, ident: &Ident) -> Name {
        self.folded(&ident.value, ident.quote_style)
    }

    /// The name of a table, index, view or trigger, perhaps with its schema.
    pub(super) fn object(&mut self) -> Read<Name> {
        let offset = self.offset();
        let first = self.name()?;
        if !self.eat_token(&Token::Period) {
            return Ok(first);
        }
        let second = self.name()?;
        if self.is_home(&first) {
            return Ok(second);
        }
        Err(Refusal::new(format!(
            "`{first}.{second}` is in another schema: there is one on every engine"
        ))
        .at(offset))
    }

    /// Whether a schema is the one that names without any are in.
    pub(super) fn is_home(&self, schema: &Name) -> bool {
        match self.dialect {
            Dialect::Portable => schema.is("main") || schema.is("public"),
            Dialect::Sqlite => schema.is("main") || schema.is("temp"),
            Dialect::Postgres => schema.is("public"),
            Dialect::Mysql => false,
        }
    }

    /// `IF NOT EXISTS`.
    pub(super) fn if_not_exists(&mut self) -> bool {
        self.eat(&["IF", "NOT", "EXISTS"])
    }

    /// `IF EXISTS`.
    pub(super) fn if_exists(&mut self) -> bool {
        self.eat(&["IF", "EXISTS"])
    }

    /// Something that other engines do without.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

/// Whether a token is that word, not quoted.
pub(super) fn is_word(token: &Token, expected: &str) -> bool {
    matches!(token, Token::Word(word)
        if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(expected))
}

/// `Expected: an expression, found: ) at Line: 1, Column: 9` as a clause.
fn plain_message(message: &str) -> String {
    let message = message.split(" at Line:").next().unwrap_or(message);
    match message.split_once(", found: ") {
        Some((_, "EOF")) => "it ends too early".to_owned(),
        Some((_, found)) => format!("`{found}` is not expected here"),
        None if message.starts_with("Unterminated") => {
            let mut plain = message.to_owned();
            plain.replace_range(..1, "u");
            format!("{plain}: its end is missing")
        }
        None => message.to_owned(),
    }
}

/// The place that such a message ends with.
fn place_in(message: &str) -> Option<Location> {
    let (_, place) = message.rsplit_once(" at Line: ")?;
    let (line, column) = place.split_once(", Column: ")?;
    Some(Location::of(line.parse().ok()?, column.parse().ok()?))
}
