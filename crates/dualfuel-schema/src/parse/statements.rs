//! Which statement it is; indexes, views, triggers, and what only keeps house.

use std::ops::ControlFlow;

use sqlparser::tokenizer::Token;

use super::{
    housekeeping,
    reader::{Read, Reader},
};
use crate::{
    Dialect, ledger,
    model::{Expr, Literal, Name, Trigger, TriggerEvent, TriggerTime},
    statement::{Guarded, Statement},
};

impl Reader<'_> {
    /// The whole statement.
    pub(super) fn statement(&mut self) -> Read<Statement> {
        let statement = match housekeeping::read(self)? {
            ControlFlow::Break(statement) => return Ok(statement),
            ControlFlow::Continue(()) => self.changing()?,
        };
        if !matches!(statement, Statement::Housekeeping { .. }) {
            self.end()?;
        }
        if ledger::of(&statement).is_some() {
            self.note("it is another tool's, and is left alone where no migration has made it");
        }
        Ok(statement)
    }

    fn changing(&mut self) -> Read<Statement> {
        if self.dialect == Dialect::Postgres && self.at(&["DO"]) {
            return self.do_block();
        }
        if self.eat(&["CREATE"]) {
            return self.create();
        }
        if self.eat(&["ALTER"]) {
            return self.alter();
        }
        if self.eat(&["DROP"]) {
            return self.drop();
        }
        if self.dialect == Dialect::Mysql && self.eat(&["RENAME", "TABLE"]) {
            let table = self.object()?;
            self.expect(&["TO"])?;
            let to = self.object()?;
            if self.at_token(&Token::Comma) {
                return Err(self.refuse("rename one table in a statement"));
            }
            return Ok(Statement::AlterTable {
                table,
                if_exists: false,
                changes: vec![crate::statement::AlterTable::RenameTable { to }],
            });
        }
        if self.eat(&["TRUNCATE"]) {
            return self.truncate();
        }
        if let Some(statement) = self.data()? {
            return Ok(statement);
        }
        Err(self.refuse("this statement can't be read"))
    }

    /// `TRUNCATE t` deletes all rows.
    fn truncate(&mut self) -> Read<Statement> {
        let _ = self.eat(&["TABLE"]);
        let _ = self.eat(&["ONLY"]);
        let table = self.object()?;
        let _ = self.eat(&["CONTINUE", "IDENTITY"]) || self.eat(&["RESTART", "IDENTITY"]);
        if self.cascade() || self.at_token(&Token::Comma) {
            return Err(self.refuse("a TRUNCATE of several tables can't be read: write DELETEs"));
        }
        Ok(Statement::Delete(crate::statement::Delete {
            table,
            alias: None,
            using: Vec::new(),
            filter: None,
        }))
    }

    fn create(&mut self) -> Read<Statement> {
        let or_replace = self.eat(&["OR", "REPLACE"]);
        let _ = self.eat(&["GLOBAL"]) || self.eat(&["LOCAL"]);
        let temporary = self.eat(&["TEMP"]) || self.eat(&["TEMPORARY"]);
        let _ = self.eat(&["UNLOGGED"]);
        if self.eat(&["TABLE"]) {
            if or_replace {
                return Err(self.refuse("CREATE OR REPLACE TABLE drops a table without saying so"));
            }
            return self.create_table(temporary);
        }
        if self.eat(&["UNIQUE", "INDEX"]) {
            return self.create_index(true);
        }
        if self.eat(&["INDEX"]) {
            return self.create_index(false);
        }
        if self.eat(&["VIEW"]) || self.eat(&["RECURSIVE", "VIEW"]) {
            return self.create_view(or_replace, temporary);
        }
        if self.eat(&["CONSTRAINT", "TRIGGER"]) || self.at_trigger() {
            return self.create_trigger(or_replace);
        }
        if self.eat(&["TYPE"]) {
            return self.create_type();
        }
        if self.at(&["VIRTUAL", "TABLE"]) {
            return self.create_virtual_table();
        }
        if self.at(&["MATERIALIZED"]) {
            return Err(self.refuse("a materialized view has no equal on the other engines"));
        }
        Err(self.refuse(format!(
            "CREATE {} has no equal on the other engines",
            self.spelled().to_uppercase()
        )))
    }

    /// Takes `[DEFINER = who] TRIGGER`.
    fn at_trigger(&mut self) -> bool {
        if self.dialect == Dialect::Mysql && self.at(&["DEFINER"]) {
            while !self.at(&["TRIGGER"]) && !self.at_end() {
                self.advance();
            }
        }
        self.eat(&["TRIGGER"])
    }

    fn create_index(&mut self, unique: bool) -> Read<Statement> {
        let concurrently = self.eat(&["CONCURRENTLY"]);
        let if_not_exists = self.if_not_exists();
        let name = if self.at(&["ON"]) {
            None
        } else {
            Some(self.object()?)
        };
        self.using_method()?;
        self.expect(&["ON"])?;
        let _ = self.eat(&["ONLY"]);
        let table = self.object()?;
        self.using_method()?;
        let parts = self.index_parts()?;
        let mut index = super::table::empty_index(name);
        if index.name.as_str().is_empty() {
            index.name = unnamed_index(&table, &parts);
        }
        index.parts = parts;
        index.unique = unique;
        loop {
            if self.eat(&["NULLS", "NOT", "DISTINCT"]) {
                index.nulls_not_distinct = true;
            } else if self.eat(&["WHERE"]) {
                index.predicate = Some(self.expr()?);
            } else if !self.eat(&["NULLS", "DISTINCT"]) {
                let before = self.offset();
                self.index_options()?;
                if self.offset() == before {
                    break;
                }
            }
        }
        if self.dialect == Dialect::Mysql {
            while self.eat(&["ALGORITHM"]) || self.eat(&["LOCK"]) {
                let _ = self.eat_token(&Token::Eq);
                self.advance();
            }
        }
        Ok(Statement::CreateIndex {
            table,
            index,
            if_not_exists,
            concurrently,
        })
    }

    fn create_view(&mut self, or_replace: bool, temporary: bool) -> Read<Statement> {
        let if_not_exists = self.if_not_exists();
        let name = self.object()?;
        let columns = if self.at_token(&Token::LParen) {
            self.list(Self::name)?
        } else {
            Vec::new()
        };
        if self.at(&["WITH"]) && self.peek_nth(1).token == Token::LParen {
            self.advance();
            self.skip_parens()?;
        }
        self.expect(&["AS"])?;
        let query = self.query()?;
        if self.at(&["WITH"]) {
            return Err(self.refuse("WITH CHECK OPTION has no equal on the other engines"));
        }
        Ok(Statement::CreateView {
            name,
            columns,
            query,
            if_not_exists,
            or_replace,
            temporary,
        })
    }

    // Triggers.

    /// Behind CREATE TRIGGER. SQLite's is read in full; another's body is
    /// another language.
    fn create_trigger(&mut self, or_replace: bool) -> Read<Statement> {
        let if_not_exists = self.if_not_exists();
        let name = self.object()?;
        let time = if self.eat(&["BEFORE"]) {
            TriggerTime::Before
        } else if self.eat(&["INSTEAD", "OF"]) {
            TriggerTime::InsteadOf
        } else {
            let after = self.eat(&["AFTER"]);
            // SQLite takes BEFORE when nothing is said.
            if after {
                TriggerTime::After
            } else {
                TriggerTime::Before
            }
        };
        let event = self.trigger_event()?;
        let mut others = Vec::new();
        while self.dialect == Dialect::Postgres && self.eat(&["OR"]) {
            others.push(self.trigger_event()?);
        }
        if self.at(&["OR"]) {
            return Err(self.refuse("a trigger on several events can't be read: make one for each"));
        }
        self.expect(&["ON"])?;
        let table = self.object()?;
        let mut trigger = Trigger {
            name,
            table,
            time,
            event,
            when: None,
            body: None,
            text: None,
            calls: None,
        };
        if matches!(self.dialect, Dialect::Sqlite | Dialect::Portable) {
            trigger.text = Some(self.sql.trim().to_owned());
            let _ = self.eat(&["FOR", "EACH", "ROW"]);
            if self.eat(&["WHEN"]) {
                trigger.when = Some(self.expr()?);
            }
            trigger.body = Some(self.trigger_body()?);
        } else {
            if self.dialect == Dialect::Postgres && others.is_empty() {
                self.call_of_trigger(&mut trigger)?;
            }
            while !self.at_end() {
                self.advance();
            }
        }
        let create = |trigger| Statement::CreateTrigger {
            trigger,
            if_not_exists,
            or_replace,
        };
        if others.is_empty() {
            return Ok(create(trigger));
        }
        // One for each event, all of its name, as the catalogue is read too.
        let events = std::iter::once(trigger.event.clone()).chain(others);
        let statements = events.map(|event| {
            create(Trigger {
                event,
                ..trigger.clone()
            })
        });
        Ok(Statement::Do {
            parts: vec![Guarded {
                conditions: Vec::new(),
                unless_there: false,
                statements: statements.collect(),
            }],
        })
    }

    /// `FOR EACH ROW [WHEN (..)] EXECUTE FUNCTION name()`. What is more than
    /// that leaves the trigger with what it does unknown.
    fn call_of_trigger(&mut self, trigger: &mut Trigger) -> Read<()> {
        let _ = self.eat(&["FOR", "EACH", "ROW"]) || self.eat(&["FOR", "ROW"]);
        let mut when = None;
        if self.at(&["WHEN"]) {
            match self.when_of_row() {
                Ok(said) => when = said,
                Err(_) => return Ok(()),
            }
        }
        if self.eat(&["EXECUTE", "FUNCTION"]) || self.eat(&["EXECUTE", "PROCEDURE"]) {
            trigger.when = when;
            trigger.calls = Some(self.qualified()?);
        }
        Ok(())
    }

    fn trigger_event(&mut self) -> Read<TriggerEvent> {
        let event = if self.eat(&["INSERT"]) {
            TriggerEvent::Insert
        } else if self.eat(&["DELETE"]) {
            TriggerEvent::Delete
        } else if self.eat(&["UPDATE"]) {
            let columns = if self.eat(&["OF"]) {
                self.commas(Self::name)?
            } else {
                Vec::new()
            };
            TriggerEvent::Update(columns)
        } else {
            return Err(self.unexpected());
        };
        Ok(event)
    }

    fn trigger_body(&mut self) -> Read<Vec<Statement>> {
        self.expect(&["BEGIN"])?;
        let mut body = Vec::new();
        while !self.eat(&["END"]) {
            let statement = if self.at(&["SELECT"]) {
                self.raise()?
            } else {
                match self.data()? {
                    Some(statement) => statement,
                    None => return Err(self.unexpected()),
                }
            };
            body.push(statement);
            self.expect_token(&Token::SemiColon)?;
        }
        Ok(body)
    }

    /// `SELECT RAISE(ABORT, 'message') [WHERE condition]`, or the same inside
    /// `CASE WHEN condition THEN .. END`.
    fn raise(&mut self) -> Read<Statement> {
        let offset = self.offset();
        self.expect(&["SELECT"])?;
        let mut condition = None;
        let case = self.eat(&["CASE"]);
        if case {
            self.expect(&["WHEN"])?;
            condition = Some(self.expr()?);
            self.expect(&["THEN"])?;
        }
        if !self.at(&["RAISE"]) {
            return Err(crate::Refusal::new(
                "a SELECT in a trigger that raises nothing has no effect and can't be read",
            )
            .at(offset));
        }
        self.expect(&["RAISE"])?;
        self.expect_token(&Token::LParen)?;
        if self.at(&["IGNORE"]) {
            return Err(self.refuse("RAISE(IGNORE) skips a row, which only SQLite can"));
        }
        if !(self.eat(&["ABORT"]) || self.eat(&["FAIL"]) || self.eat(&["ROLLBACK"])) {
            return Err(self.unexpected());
        }
        self.expect_token(&Token::Comma)?;
        let message = match self.expr()? {
            Expr::Literal(Literal::Text(message)) => message,
            Expr::Column { column, .. } => column.as_str().to_owned(),
            _ => return Err(self.refuse("a message that is no constant can't be read")),
        };
        self.expect_token(&Token::RParen)?;
        if case {
            self.expect(&["END"])?;
        }
        if self.at(&["FROM"]) {
            return Err(self.refuse("a RAISE for each row of a table can't be read"));
        }
        if let Some(filter) = self.filter()? {
            condition = Some(match condition {
                Some(first) => Expr::binary(first, crate::model::BinaryOp::And, filter),
                None => filter,
            });
        }
        Ok(Statement::Raise { message, condition })
    }

    // DROP.

    fn drop(&mut self) -> Read<Statement> {
        let _ = self.eat(&["TEMPORARY"]);
        if self.eat(&["TABLE"]) {
            let if_exists = self.if_exists();
            let names = self.commas(Self::object)?;
            let cascade = self.cascade();
            return Ok(Statement::DropTable {
                names,
                if_exists,
                cascade,
            });
        }
        if self.eat(&["INDEX"]) {
            let _ = self.eat(&["CONCURRENTLY"]);
            let if_exists = self.if_exists();
            let names = self.commas(Self::object)?;
            let table = if self.eat(&["ON"]) {
                Some(self.object()?)
            } else {
                None
            };
            let _ = self.cascade();
            return Ok(Statement::DropIndex {
                names,
                table,
                if_exists,
            });
        }
        if self.eat(&["VIEW"]) {
            let if_exists = self.if_exists();
            let names = self.commas(Self::object)?;
            if self.cascade() {
                self.note("views that use a view go only when they are dropped themselves");
            }
            return Ok(Statement::DropView { names, if_exists });
        }
        if self.eat(&["TRIGGER"]) {
            let if_exists = self.if_exists();
            let name = self.object()?;
            let table = if self.eat(&["ON"]) {
                Some(self.object()?)
            } else {
                None
            };
            let _ = self.cascade();
            return Ok(Statement::DropTrigger {
                name,
                table,
                if_exists,
            });
        }
        if self.eat(&["TYPE"]) {
            let if_exists = self.if_exists();
            let names = self.commas(Self::object)?;
            let _ = self.cascade();
            return Ok(Statement::DropType { names, if_exists });
        }
        Err(self.refuse(format!(
            "DROP {} has no equal on the other engines",
            self.spelled().to_uppercase()
        )))
    }

    /// The rest of the statement keeps house.
    pub(super) fn housekeeping(&mut self, kind: impl Into<String>) -> Statement {
        while !self.at_end() {
            self.advance();
        }
        Statement::Housekeeping { kind: kind.into() }
    }
}

/// The name PostgreSQL gives an index without one: `<table>_<columns>_idx`.
fn unnamed_index(table: &Name, parts: &[crate::model::IndexPart]) -> Name {
    let columns: Vec<&str> = parts
        .iter()
        .map(|part| match &part.expr {
            Expr::Column { column, .. } => column.as_str(),
            _ => "expr",
        })
        .collect();
    Name::new(format!("{table}_{}_idx", columns.join("_")))
}
