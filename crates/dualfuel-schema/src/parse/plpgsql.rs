//! The little of PL/pgSQL that migrations are made of.
//!
//! - `DO $$ .. $$` around statements that may have run before: an `IF [NOT]
//!   EXISTS (SELECT .. FROM pg_constraint ..)` asks the catalogue, which is
//!   known when a migration is rendered; `EXCEPTION WHEN duplicate_object`
//!   passes over what is there already.
//! - A trigger's function that assigns to the row (`NEW.updated_at = now()`).
//!
//! Anything else in a block is refused; a function that is more is kept by its
//! name, so that a trigger that calls it is refused where it is made.

use sqlparser::tokenizer::Token;

use super::reader::{Read, Reader, is_word};
use crate::{
    Refusal,
    model::{Expr, Name},
    statement::{Condition, Guarded, Statement, Thing},
};

/// How deep blocks may stand in one another.
const DEPTH: usize = 4;

/// What an EXCEPTION may pass over: what a statement makes is there already.
const DUPLICATES: [&str; 3] = ["duplicate_object", "duplicate_table", "duplicate_column"];

/// What a function assigns to the new row, and when.
type Assigns = (Vec<(Name, Expr)>, Option<Expr>);

impl<'a> Reader<'a> {
    /// `DO [LANGUAGE plpgsql] $$ .. $$`.
    pub(super) fn do_block(&mut self) -> Read<Statement> {
        self.expect(&["DO"])?;
        self.language()?;
        let Some((body, base)) = self.quoted_body() else {
            return Err(self.unexpected());
        };
        self.advance();
        self.language()?;
        let mut inner = Reader::new(self.dialect, self.options, body, base)?;
        let mut parts = Vec::new();
        inner.block(&mut parts, DEPTH)?;
        inner.end()?;
        self.notes.append(&mut inner.notes);
        let housekeeping = |part: &Guarded| {
            let mut statements = part.statements.iter();
            statements.all(|statement| matches!(statement, Statement::Housekeeping { .. }))
        };
        if parts.iter().all(housekeeping) {
            return Ok(self.housekeeping("DO"));
        }
        Ok(Statement::Do { parts })
    }

    /// `[CREATE [OR REPLACE]] FUNCTION name() RETURNS trigger ..`; none where
    /// it is no trigger's.
    pub(super) fn trigger_function(&mut self) -> Read<Option<Statement>> {
        let returns_trigger = (0..)
            .map(|n| (&self.peek_nth(n).token, &self.peek_nth(n + 1).token))
            .take_while(|(token, _)| **token != Token::EOF)
            .any(|(token, next)| is_word(token, "RETURNS") && is_word(next, "TRIGGER"));
        if !returns_trigger {
            return Ok(None);
        }
        self.expect(&["CREATE"])?;
        let _ = self.eat(&["OR", "REPLACE"]);
        self.expect(&["FUNCTION"])?;
        let name = self.qualified()?;
        while !self.at_end() && self.quoted_body().is_none() {
            self.advance();
        }
        let assigns = match self.quoted_body() {
            Some((body, base)) => Reader::new(self.dialect, self.options, body, base)
                .and_then(|mut inner| {
                    let assigns = inner.assigning_body()?;
                    self.notes.append(&mut inner.notes);
                    Ok(assigns)
                })
                .ok(),
            None => None,
        };
        while !self.at_end() {
            self.advance();
        }
        let (set, when) = match assigns {
            Some((set, when)) => (Some(set), when),
            None => (None, None),
        };
        Ok(Some(Statement::CreateTriggerFunction { name, set, when }))
    }

    fn language(&mut self) -> Read<()> {
        if self.eat(&["LANGUAGE"]) {
            let name = match &self.peek().token {
                Token::SingleQuotedString(name) => name.clone(),
                Token::Word(word) => word.value.clone(),
                _ => return Err(self.unexpected()),
            };
            if !name.eq_ignore_ascii_case("plpgsql") {
                return Err(self.refuse(format!("a block in the language `{name}` can't be read")));
            }
            self.advance();
        }
        Ok(())
    }

    /// What is between the dollars of the next token, and where that is.
    fn quoted_body(&self) -> Option<(&'a str, usize)> {
        if !matches!(self.peek().token, Token::DollarQuotedString(_)) {
            return None;
        }
        let spelled = self.spelled();
        let tag = spelled.get(1..)?.find('$')? + 2;
        let body = spelled.get(tag..spelled.len().checked_sub(tag)?)?;
        Some((body, self.offset() + tag))
    }

    // Blocks.

    /// `BEGIN .. [EXCEPTION ..] END`.
    fn block(&mut self, parts: &mut Vec<Guarded>, depth: usize) -> Read<()> {
        if depth == 0 {
            return Err(self.refuse("blocks are nested too deeply"));
        }
        if self.at(&["DECLARE"]) {
            return Err(self.refuse("a DO block with variables can't be read"));
        }
        self.expect(&["BEGIN"])?;
        let first = parts.len();
        while !self.at(&["END"]) && !self.at(&["EXCEPTION"]) {
            if self.at(&["BEGIN"]) {
                self.block(parts, depth - 1)?;
                self.expect_token(&Token::SemiColon)?;
            } else if self.eat(&["IF"]) {
                let conditions = self.conditions()?;
                let mut statements = Vec::new();
                while !self.at(&["END"]) {
                    statements.extend(self.inner_statement()?);
                }
                self.expect(&["END", "IF"])?;
                self.expect_token(&Token::SemiColon)?;
                parts.push(Guarded {
                    conditions,
                    unless_there: false,
                    statements,
                });
            } else {
                parts.push(Guarded {
                    conditions: Vec::new(),
                    unless_there: false,
                    statements: self.inner_statement()?.into_iter().collect(),
                });
            }
        }
        if self.at(&["EXCEPTION"]) {
            let offset = self.offset();
            self.exceptions()?;
            let own = parts.get_mut(first..).unwrap_or_default();
            own.iter_mut().for_each(|part| part.unless_there = true);
            // What ran before the exception would be taken back with it.
            if own.iter().map(|part| part.statements.len()).sum::<usize>() > 1 {
                return Err(Refusal::new(
                    "an EXCEPTION for several statements takes all of them back: give each a block",
                )
                .at(offset));
            }
        }
        self.expect(&["END"])
    }

    /// `EXCEPTION WHEN duplicate_object THEN NULL;`
    fn exceptions(&mut self) -> Read<()> {
        self.expect(&["EXCEPTION"])?;
        while self.eat(&["WHEN"]) {
            loop {
                let offset = self.offset();
                let name = self.name()?;
                if !DUPLICATES.iter().any(|known| name.is(*known)) {
                    return Err(Refusal::new(format!(
                        "what is passed over when `{name}` happens can't be told"
                    ))
                    .at(offset));
                }
                if !self.eat(&["OR"]) {
                    break;
                }
            }
            self.expect(&["THEN"])?;
            while !self.at(&["WHEN"]) && !self.at(&["END"]) {
                if self.inner_statement()?.is_some() {
                    return Err(self.refuse("a statement in an EXCEPTION can't be read"));
                }
            }
        }
        Ok(())
    }

    /// A statement up to its `;`. None for one that only speaks, or nothing.
    fn inner_statement(&mut self) -> Read<Option<Statement>> {
        const CONTROL: &[&str] = &[
            "FOR", "WHILE", "LOOP", "CASE", "ELSE", "ELSIF", "EXECUTE", "PERFORM", "RETURN", "IF",
            "FOREACH",
        ];
        if self.at_any(CONTROL) {
            return Err(self.refuse(format!(
                "{} in a DO block can't be read",
                self.spelled().to_uppercase()
            )));
        }
        let silent =
            self.at(&["NULL"]) || self.at(&["RAISE", "NOTICE"]) || self.at(&["RAISE", "INFO"]);
        let offset = self.offset();
        let text = self.until(|token| *token == Token::SemiColon)?;
        self.expect_token(&Token::SemiColon)?;
        if silent {
            return Ok(None);
        }
        let mut inner = Reader::new(self.dialect, self.options, text, offset)?;
        let statement = inner.statement()?;
        self.notes.append(&mut inner.notes);
        Ok(Some(statement))
    }

    /// The text up to such a token outside of parentheses.
    fn until(&mut self, is_end: impl Fn(&Token) -> bool) -> Read<&'a str> {
        let offset = self.offset();
        let mut depth = 0_usize;
        loop {
            match &self.peek().token {
                Token::EOF => return Err(self.unexpected()),
                token if depth == 0 && is_end(token) => return Ok(self.text_since(offset)),
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.advance();
        }
    }

    // Conditions.

    /// `[NOT] EXISTS (SELECT ..) [AND ..] THEN`, about the catalogue.
    fn conditions(&mut self) -> Read<Vec<Condition>> {
        let mut conditions = Vec::new();
        loop {
            if self.eat(&["TO_REGCLASS"]) {
                conditions.push(self.regclass_test()?);
            } else {
                let exists = !self.eat(&["NOT"]);
                if !self.eat(&["EXISTS"]) {
                    return Err(self.refuse("only IF [NOT] EXISTS about the catalogue can be read"));
                }
                self.expect_token(&Token::LParen)?;
                let thing = self.asked_for()?;
                self.expect_token(&Token::RParen)?;
                conditions.push(Condition { exists, thing });
            }
            if self.eat(&["THEN"]) {
                return Ok(conditions);
            }
            self.expect(&["AND"])?;
        }
    }

    /// Behind `to_regclass`: `('public.users') IS [NOT] NULL`.
    fn regclass_test(&mut self) -> Read<Condition> {
        self.expect_token(&Token::LParen)?;
        let name = regclass(&self.string()?);
        self.expect_token(&Token::RParen)?;
        self.expect(&["IS"])?;
        let exists = self.eat(&["NOT"]);
        self.expect(&["NULL"])?;
        Ok(Condition {
            exists,
            thing: Thing::Relation(Name::new(name)),
        })
    }

    /// `SELECT 1 FROM pg_type WHERE typname = 'mood'`.
    fn asked_for(&mut self) -> Read<Thing> {
        self.expect(&["SELECT"])?;
        self.until(|token| is_word(token, "FROM"))?;
        self.expect(&["FROM"])?;
        let offset = self.offset();
        let mut catalogue = self.name()?;
        if self.eat_token(&Token::Period) {
            catalogue = self.name()?;
        }
        if !self.at(&["WHERE"]) {
            let _ = self.eat(&["AS"]);
            let _ = self.name()?;
        }
        self.expect(&["WHERE"])?;
        let mut asked: Vec<(String, String)> = Vec::new();
        loop {
            if !self.eat(&["NOT"]) {
                asked.push(self.equality()?);
            } else {
                // `NOT attisdropped`: what was dropped is not there.
                let _ = self.qualified()?;
            }
            if !self.eat(&["AND"]) {
                break;
            }
        }
        if self.eat(&["LIMIT"]) {
            let _ = self.number()?;
        }
        thing(catalogue.as_str(), &asked).ok_or_else(|| {
            Refusal::new(format!(
                "what is asked of `{catalogue}` can't be told from the migrations"
            ))
            .at(offset)
        })
    }

    /// The last of `a.b.c`: a function may be in any schema, as nothing of it
    /// goes anywhere else.
    pub(super) fn qualified(&mut self) -> Read<Name> {
        let mut column = self.name()?;
        while self.eat_token(&Token::Period) {
            column = self.name()?;
        }
        Ok(column)
    }

    /// `column = 'value'[::regclass]`; the schema's name says nothing.
    fn equality(&mut self) -> Read<(String, String)> {
        let column = self.qualified()?.folded();
        self.expect_token(&Token::Eq)?;
        if self.eat(&["CURRENT_SCHEMA"]) || self.eat(&["ANY"]) {
            if self.at_token(&Token::LParen) {
                self.skip_parens()?;
            }
            return Ok(("schema".to_owned(), String::new()));
        }
        if self.eat(&["TO_REGCLASS"]) {
            self.expect_token(&Token::LParen)?;
            let name = regclass(&self.string()?);
            self.expect_token(&Token::RParen)?;
            return Ok((column, name));
        }
        let mut value = self.string()?;
        if self.eat_token(&Token::DoubleColon) && self.name()?.is("regclass") {
            value = regclass(&value);
        }
        Ok((column, value))
    }

    // Functions.

    /// `BEGIN [IF condition THEN] NEW.column = value; .. [END IF;] RETURN NEW; END`.
    fn assigning_body(&mut self) -> Read<Assigns> {
        self.expect(&["BEGIN"])?;
        let mut when = None;
        let conditional = self.eat(&["IF"]);
        if conditional {
            when = self.row_condition()?;
        }
        let mut set = Vec::new();
        while self.eat(&["NEW"]) {
            self.expect_token(&Token::Period)?;
            let column = self.name()?;
            if !self.eat_token(&Token::Assignment) {
                self.expect_token(&Token::Eq)?;
            }
            let offset = self.offset();
            let text = self.until(|token| *token == Token::SemiColon)?;
            self.expect_token(&Token::SemiColon)?;
            let value = self.expr_of(text, offset)?;
            // The model assigns all at once, a body one after the other.
            let mut earlier = set.iter().map(|(earlier, _): &(Name, Expr)| earlier);
            if earlier.any(|earlier| *earlier == column || reads_new(&value, earlier)) {
                return Err(self.refuse("an assignment to NEW that reads an earlier one"));
            }
            set.push((column, value));
        }
        if conditional {
            self.expect(&["END", "IF"])?;
            self.expect_token(&Token::SemiColon)?;
        }
        self.expect(&["RETURN", "NEW"])?;
        self.expect_token(&Token::SemiColon)?;
        self.expect(&["END"])?;
        self.end()?;
        if set.is_empty() {
            return Err(self.refuse("it assigns nothing"));
        }
        Ok((set, when))
    }

    /// Up to THEN. That a row changed at all is left out: a statement that
    /// changes nothing is rare, and to ask would name every column for ever.
    fn row_condition(&mut self) -> Read<Option<Expr>> {
        let offset = self.offset();
        let text = self.until(|token| is_word(token, "THEN"))?;
        self.expect(&["THEN"])?;
        self.conjuncts(text, offset)
    }

    /// `WHEN (..)` of a trigger.
    pub(super) fn when_of_row(&mut self) -> Read<Option<Expr>> {
        self.expect(&["WHEN"])?;
        let offset = self.offset();
        self.skip_parens()?;
        let text = self.text_since(offset);
        self.conjuncts(text, offset)
    }

    fn conjuncts(&mut self, text: &'a str, offset: usize) -> Read<Option<Expr>> {
        let mut all = None;
        let parens = text.starts_with('(') && {
            let mut whole = Reader::new(self.dialect, self.options, text, offset)?;
            whole.skip_parens()?;
            whole.at_end()
        };
        let (text, offset) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            Some(inner) if parens => (inner, offset + 1),
            _ => (text, offset),
        };
        let mut inner = Reader::new(self.dialect, self.options, text, offset)?;
        loop {
            let offset = inner.offset();
            while !inner.at_end() && !inner.at(&["AND"]) {
                inner.advance();
            }
            let part = inner.text_since(offset);
            if is_whole_row(part) {
                self.note("an UPDATE that changes nothing counts as a change");
            } else {
                let part = self.expr_of(part, offset)?;
                all = Some(match all {
                    Some(all) => Expr::binary(all, crate::model::BinaryOp::And, part),
                    None => part,
                });
            }
            if !inner.eat(&["AND"]) {
                return Ok(all);
            }
        }
    }

    fn expr_of(&self, text: &'a str, offset: usize) -> Read<Expr> {
        let mut inner = Reader::new(self.dialect, self.options, text, offset)?;
        let expr = inner.expr()?;
        inner.end()?;
        Ok(expr)
    }
}

fn reads_new(value: &Expr, name: &Name) -> bool {
    let mut found = false;
    value.for_each(&mut |expr| {
        found |= matches!(
            expr,
            Expr::Column { table: Some(of), column } if of.is("new") && column == name
        );
    });
    found
}

/// `NEW IS DISTINCT FROM OLD`, in its spellings.
fn is_whole_row(text: &str) -> bool {
    let plain: String = text
        .to_ascii_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '*' | '.'))
        .collect();
    let plain = plain.replace("row", "");
    matches!(
        plain.as_str(),
        "newisdistinctfromold" | "oldisdistinctfromnew" | "new<>old" | "old<>new"
    )
}

/// `public."Users"` as the catalogue has it.
fn regclass(text: &str) -> String {
    let name = text.strip_prefix("public.").unwrap_or(text);
    match name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
    {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_ascii_lowercase(),
    }
}

/// What a row of a catalogue stands for.
fn thing(catalogue: &str, asked: &[(String, String)]) -> Option<Thing> {
    let find = |column: &str| {
        let (_, value) = asked.iter().find(|(of, _)| of == column)?;
        Some(Name::new(value.clone()))
    };
    let home = |column: &str| find(column).is_none_or(|schema| schema.is("public"));
    if ![
        "table_schema",
        "schemaname",
        "constraint_schema",
        "trigger_schema",
    ]
    .iter()
    .all(|column| home(column))
    {
        return None;
    }
    let known = |columns: &[&str]| {
        let mut asked = asked.iter();
        asked.all(|(of, _)| {
            columns.contains(&of.as_str())
                || of == "schema"
                || of.ends_with("_schema")
                || of == "schemaname"
        })
    };
    let (columns, thing): (&[&str], Option<Thing>) = match catalogue.to_ascii_lowercase().as_str() {
        "columns" => (
            &["table_name", "column_name"],
            find("table_name")
                .zip(find("column_name"))
                .map(|(table, column)| Thing::Column { table, column }),
        ),
        "pg_attribute" => (
            &["attrelid", "attname"],
            find("attrelid")
                .zip(find("attname"))
                .map(|(table, column)| Thing::Column { table, column }),
        ),
        "tables" => (&["table_name"], find("table_name").map(Thing::Relation)),
        "pg_tables" => (&["tablename"], find("tablename").map(Thing::Relation)),
        "pg_class" => (
            &["relname", "relkind"],
            find("relname").map(Thing::Relation),
        ),
        "pg_indexes" => (
            &["indexname", "tablename"],
            find("indexname").map(Thing::Relation),
        ),
        "pg_type" => (&["typname", "typtype"], find("typname").map(Thing::Type)),
        "pg_constraint" => (
            &["conname", "conrelid", "contype"],
            find("conname").map(|name| Thing::Constraint {
                name,
                table: find("conrelid"),
            }),
        ),
        "table_constraints" | "constraint_column_usage" => (
            &["constraint_name", "table_name", "constraint_type"],
            find("constraint_name").map(|name| Thing::Constraint {
                name,
                table: find("table_name"),
            }),
        ),
        "pg_trigger" => (
            &["tgname", "tgrelid"],
            find("tgname").map(|name| Thing::Trigger {
                name,
                table: find("tgrelid"),
            }),
        ),
        _ => return None,
    };
    thing.filter(|_| known(columns))
}
