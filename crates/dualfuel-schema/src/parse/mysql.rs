//! What a statement means on MySQL, and nowhere else.
//!
//! Its usual collations take `a` for `A` in every `=`, LIKE and UNIQUE; no
//! other engine does, so that is declared. An UPDATE there assigns from left to
//! right, each value seeing what is set already; elsewhere all values are those
//! before. That would leave other rows, and is refused.

use sqlparser::tokenizer::Token;

use super::reader::{Read, Reader};
use crate::{
    Dialect,
    model::{
        Expr, Family, Literal, Name, Table,
        visit::{Visit, walk_expr},
    },
};

impl Reader<'_> {
    /// Refuses a value that reads what the same UPDATE has set.
    pub(super) fn mysql_assigns_in_turn(
        &self,
        table: &Name,
        alias: Option<&Name>,
        set: &[(Name, Expr)],
    ) -> Read<()> {
        if self.dialect != Dialect::Mysql {
            return Ok(());
        }
        for (place, (column, value)) in set.iter().enumerate() {
            let mut reads = Reads {
                table,
                alias,
                found: Vec::new(),
            };
            reads.expr(value);
            let mut earlier = set.iter().take(place).map(|(name, _)| name);
            if let Some(read) = earlier.find(|name| reads.found.contains(name)) {
                return Err(self.refuse(format!(
                    "`{column}` is set from `{read}`, which the same UPDATE has just set: MySQL \
                     reads its new value there, the others its old one; write two UPDATEs"
                )));
            }
        }
        Ok(())
    }

    /// Declares that a condition on text tells `a` from `A`.
    pub(super) fn mysql_compares_text(&mut self, filter: Option<&Expr>) {
        if self.dialect != Dialect::Mysql {
            return;
        }
        let mut letters = Letters(false);
        if let Some(filter) = filter {
            letters.expr(filter);
        }
        if letters.0 {
            self.note("its condition tells `a` from `A`; most collations of MySQL don't");
        }
    }

    /// Declares the same of a table's text. `binary`: see [`Self::says_binary`].
    pub(super) fn mysql_holds_text(&mut self, table: &Table, binary: bool) {
        let text = |column: &crate::model::Column| column.data_type.family() == Family::Text;
        if self.dialect == Dialect::Mysql && !binary && table.columns.iter().any(text) {
            self.note(
                "text in it, and what is unique there, tells `a` from `A`; most collations of \
                 MySQL don't",
            );
        }
    }

    /// Whether what is still to be read names a collation that tells letters
    /// from capitals.
    pub(super) fn says_binary(&self) -> bool {
        let mut tokens = (0..).map(|place| &self.peek_nth(place).token);
        tokens
            .by_ref()
            .take_while(|token| !matches!(token, Token::EOF))
            .any(|token| {
                matches!(token, Token::Word(word) if {
                    let word = word.value.to_ascii_lowercase();
                    word.ends_with("_bin") || word.ends_with("_cs") || word == "binary"
                })
            })
    }
}

/// The table's columns that a value reads.
struct Reads<'a> {
    table: &'a Name,
    alias: Option<&'a Name>,
    found: Vec<Name>,
}

impl Visit for Reads<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Column { table, column } = expr
            && table
                .as_ref()
                .is_none_or(|of| of == self.table || Some(of) == self.alias)
        {
            self.found.push(column.clone());
        }
        walk_expr(self, expr);
    }
}

/// Whether there is a text with a letter.
struct Letters(bool);

impl Visit for Letters {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Literal(Literal::Text(text)) = expr {
            self.0 |= text.chars().any(char::is_alphabetic);
        }
        walk_expr(self, expr);
    }
}
