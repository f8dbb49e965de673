//! SQLite's virtual tables: which of them hold rows that no other table has.
//!
//! A full-text index over another table (`content = 'notes'`) or without any
//! (`content = ''`) has none. What a trigger fills is told by the simulation,
//! which sees the statements around it.

use sqlparser::tokenizer::Token;

use super::reader::{Read, Reader};
use crate::{Dialect, statement::Statement};

/// Modules that show what another virtual table holds.
const VIEWS: [&str; 4] = ["fts5vocab", "fts4aux", "fts3tokenize", "dbstat"];

impl Reader<'_> {
    /// What follows CREATE.
    pub(super) fn create_virtual_table(&mut self) -> Read<Statement> {
        let offset = self.offset();
        self.expect(&["VIRTUAL", "TABLE"])?;
        let if_not_exists = self.if_not_exists();
        let name = self.object()?;
        self.expect(&["USING"])?;
        let module = self.name()?.as_str().to_ascii_lowercase();
        if self.dialect != Dialect::Sqlite {
            return Err(crate::Refusal::new(format!(
                "`{module}` is a module that only SQLite has"
            ))
            .at(offset));
        }
        let derived = self.arguments(&module)?;
        self.note(format!(
            "only SQLite has the virtual table (`{module}`) and what keeps it up"
        ));
        Ok(Statement::CreateVirtualTable {
            name,
            derived: derived || VIEWS.contains(&module.as_str()),
            module,
            if_not_exists,
        })
    }

    /// Takes a module's arguments, whose grammar is the module's own. Whether
    /// `content = ..` is among them.
    fn arguments(&mut self, module: &str) -> Read<bool> {
        let mut derived = false;
        let mut depth = 0_usize;
        while !self.at_end() {
            let starts = depth == 1
                && matches!(self.peek_nth(0).token, Token::LParen | Token::Comma)
                || depth == 0 && self.at_token(&Token::LParen);
            match self.peek_nth(0).token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.advance();
            derived |= starts
                && module.starts_with("fts")
                && self.at(&["CONTENT"])
                && self.peek_nth(1).token == Token::Eq;
            if depth == 0 {
                break;
            }
        }
        Ok(derived)
    }
}
