//! Refuses what would become too deep a tree, before there is one.
//!
//! `a OR b OR c ..` parses without recursion into a tree as deep as it is
//! long, whose drop alone can run out of stack; `((((` recurses at once.
//! SQLite limits an expression's depth too (to 1000, and a compound SELECT to
//! 500 terms: "Implementation Limits For SQLite"). The limits here are lower,
//! for every pass after this one walks the tree by recursion.

use sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use super::reader::is_word;

/// The deepest expression that is read.
const LIMIT: usize = 200;
/// The most terms of a compound SELECT.
const SETS: usize = 450;
/// The deepest parentheses.
const PARENS: usize = 60;

/// Between two commas inside one pair of parentheses.
#[derive(Default, Clone, Copy)]
struct Level {
    /// The deepest thing in parentheses since the last comma.
    inner: usize,
    /// Operators since the last comma.
    links: usize,
    /// Set operations so far: commas do not end them, and one in parentheses
    /// is counted by those.
    sets: usize,
    /// The deepest before the last comma.
    deepest: usize,
}

impl Level {
    fn depth(self) -> usize {
        (self.inner + self.links).max(self.deepest)
    }

    /// A comma, or a word that can't be inside an expression.
    fn cut(&mut self) {
        self.deepest = self.deepest.max(self.inner + self.links);
        self.inner = 0;
        self.links = 0;
    }
}

/// Where a statement gets too deep, if it does.
pub(super) fn too_deep(tokens: &[TokenWithSpan]) -> Option<Span> {
    let mut levels = vec![Level::default()];
    for TokenWithSpan { token, span } in tokens {
        match token {
            Token::LParen => levels.push(Level::default()),
            Token::RParen => {
                let closed = levels.pop().unwrap_or_default().depth() + 1;
                if levels.is_empty() {
                    levels.push(Level::default());
                }
                if let Some(level) = levels.last_mut() {
                    level.inner = level.inner.max(closed);
                }
            }
            _ => {
                if let Some(level) = levels.last_mut() {
                    link(level, token);
                }
            }
        }
        let deep = levels
            .last()
            .is_some_and(|level| level.depth() > LIMIT || level.sets > SETS);
        if deep || levels.len() > PARENS {
            return Some(*span);
        }
    }
    None
}

fn link(level: &mut Level, token: &Token) {
    match token {
        Token::Comma | Token::SemiColon => level.cut(),
        Token::Word(word) if word.quote_style.is_some() => {}
        Token::Word(_) => {
            let any = |words: &[&str]| words.iter().any(|word| is_word(token, word));
            if any(&["UNION", "EXCEPT", "INTERSECT"]) {
                level.cut();
                level.sets += 1;
            } else if any(&[
                "WHEN", "THEN", "ELSE", "SELECT", "FROM", "WHERE", "SET", "ON", "JOIN",
            ]) {
                level.cut();
            } else if any(&[
                "AND", "OR", "XOR", "NOT", "IS", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP", "GLOB",
                "MATCH", "BETWEEN", "SIMILAR", "COLLATE", "AT", "ISNULL", "NOTNULL", "DIV", "MOD",
                "OVERLAPS", "OPERATOR", "MEMBER", "ESCAPE", "CASE",
            ]) {
                level.links += 1;
            }
        }
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::HexStringLiteral(_)
        | Token::Period
        | Token::Whitespace(_)
        | Token::EOF => {}
        _ => level.links += 1,
    }
}
