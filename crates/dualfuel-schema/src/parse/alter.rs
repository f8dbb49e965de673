//! ALTER TABLE and the other ALTERs.

use sqlparser::tokenizer::Token;

use super::{
    column::ColumnParts,
    reader::{Read, Reader},
    table::Constraint,
};
use crate::{
    Dialect,
    model::{Collation, DataType, Function, Identity, Name},
    statement::{AlterTable, Statement},
};

impl Reader<'_> {
    /// Behind ALTER.
    pub(super) fn alter(&mut self) -> Read<Statement> {
        let _ = self.eat(&["IGNORE"]);
        if self.eat(&["TABLE"]) {
            return self.alter_table();
        }
        if self.eat(&["INDEX"]) {
            let _ = self.if_exists();
            let from = self.object()?;
            if self.eat(&["RENAME", "TO"]) {
                let to = self.name()?;
                return Ok(Statement::RenameIndex { from, to });
            }
            if self.at(&["SET"]) || self.at(&["RESET"]) {
                return Ok(self.housekeeping("ALTER INDEX"));
            }
            return Err(self.unexpected());
        }
        if self.eat(&["TYPE"]) {
            return self.alter_type();
        }
        for kind in [
            "ROLE",
            "USER",
            "DEFAULT",
            "SYSTEM",
            "EXTENSION",
            "DATABASE",
            "SEQUENCE",
        ] {
            if self.eat(&[kind]) {
                return Ok(self.housekeeping(format!("ALTER {kind}")));
            }
        }
        Err(self.refuse("this ALTER can't be read"))
    }

    fn alter_type(&mut self) -> Read<Statement> {
        let name = self.object()?;
        if self.eat(&["ADD", "VALUE"]) {
            let if_not_exists = self.if_not_exists();
            let label = self.string()?;
            // Labels are compared by position on PostgreSQL alone.
            if self.eat(&["BEFORE"]) || self.eat(&["AFTER"]) {
                let _ = self.string()?;
            }
            return Ok(Statement::AddEnumLabel {
                name,
                label,
                if_not_exists,
            });
        }
        if self.eat(&["RENAME", "VALUE"]) {
            let from = self.string()?;
            self.expect(&["TO"])?;
            let to = self.string()?;
            return Ok(Statement::RenameEnumLabel { name, from, to });
        }
        if self.eat(&["RENAME", "TO"]) {
            let to = self.name()?;
            return Ok(Statement::RenameType { from: name, to });
        }
        if self.at(&["OWNER"]) {
            return Ok(self.housekeeping("ALTER TYPE OWNER"));
        }
        Err(self.refuse("this change of a type has no equal on the other engines"))
    }

    fn alter_table(&mut self) -> Read<Statement> {
        let if_exists = self.if_exists();
        let _ = self.eat(&["ONLY"]);
        let table = self.object()?;
        let mut changes = Vec::new();
        loop {
            self.change(&mut changes)?;
            if !self.eat_token(&Token::Comma) {
                break;
            }
        }
        if changes.is_empty() {
            return Ok(self.housekeeping("ALTER TABLE"));
        }
        Ok(Statement::AlterTable {
            table,
            if_exists,
            changes,
        })
    }

    fn change(&mut self, changes: &mut Vec<AlterTable>) -> Read<()> {
        if self.eat(&["ADD"]) {
            return self.add(changes);
        }
        if self.eat(&["DROP"]) {
            return self.drop_part(changes);
        }
        if self.eat(&["RENAME"]) {
            return self.rename(changes);
        }
        if self.eat(&["ALTER"]) {
            let _ = self.eat(&["COLUMN"]);
            return self.alter_column(changes);
        }
        if self.dialect == Dialect::Mysql {
            if self.eat(&["MODIFY"]) {
                let _ = self.eat(&["COLUMN"]);
                let _ = self.if_exists();
                return self.redefine(changes, None);
            }
            if self.eat(&["CHANGE"]) {
                let _ = self.eat(&["COLUMN"]);
                let _ = self.if_exists();
                let from = self.name()?;
                return self.redefine(changes, Some(from));
            }
        }
        self.harmless_change()
    }

    /// What changes neither the schema nor a row.
    fn harmless_change(&mut self) -> Read<()> {
        let postgres = self.dialect == Dialect::Postgres;
        if postgres && self.eat(&["OWNER", "TO"]) {
            let _ = self.name()?;
            return Ok(());
        }
        if postgres && self.eat(&["VALIDATE", "CONSTRAINT"]) {
            let _ = self.name()?;
            return Ok(());
        }
        if postgres && self.eat(&["CLUSTER", "ON"]) {
            let _ = self.name()?;
            return Ok(());
        }
        if postgres && (self.at(&["SET"]) || self.at(&["RESET"])) {
            let parens = self.peek_nth(1).token == Token::LParen;
            if parens {
                self.advance();
                return self.skip_parens();
            }
            if self.eat(&["SET", "LOGGED"]) || self.eat(&["SET", "UNLOGGED"]) {
                return Ok(());
            }
        }
        if postgres && self.eat(&["REPLICA", "IDENTITY"]) {
            self.advance();
            return Ok(());
        }
        if self.dialect == Dialect::Mysql {
            if self.eat(&["ALGORITHM"]) || self.eat(&["LOCK"]) {
                let _ = self.eat_token(&Token::Eq);
                self.advance();
                return Ok(());
            }
            if self.eat(&["CONVERT", "TO"])
                || self.at_any(&[
                    "ENGINE",
                    "DEFAULT",
                    "CHARACTER",
                    "CHARSET",
                    "COLLATE",
                    "COMMENT",
                    "AUTO_INCREMENT",
                    "ROW_FORMAT",
                ])
            {
                return self.mysql_table_options();
            }
            if self.eat(&["ORDER", "BY"]) {
                let _ = self.commas(Self::name)?;
                return Ok(());
            }
        }
        Err(self.refuse(format!(
            "`{}` of ALTER TABLE has no equal on the other engines",
            self.spelled().to_uppercase()
        )))
    }

    fn add(&mut self, changes: &mut Vec<AlterTable>) -> Read<()> {
        let constraint = self.at_any(&[
            "CONSTRAINT",
            "PRIMARY",
            "UNIQUE",
            "CHECK",
            "FOREIGN",
            "EXCLUDE",
        ]);
        let mysql_key =
            self.dialect == Dialect::Mysql && self.at_any(&["KEY", "INDEX", "FULLTEXT", "SPATIAL"]);
        if constraint || mysql_key {
            let change = match self.table_constraint()? {
                Constraint::PrimaryKey(key, _) => AlterTable::AddPrimaryKey(key),
                Constraint::Unique(unique) => AlterTable::AddUnique(unique),
                Constraint::Check(check) => AlterTable::AddCheck(check),
                Constraint::ForeignKey(key) => AlterTable::AddForeignKey(key),
                Constraint::Index(index) => {
                    if index.name.as_str().is_empty() {
                        return Err(
                            self.refuse("an index without a name can't be read here: name it")
                        );
                    }
                    AlterTable::AddIndex(index)
                }
            };
            if self.eat(&["NOT", "VALID"]) {
                self.note("the rows that are there are checked too");
            }
            changes.push(change);
            return Ok(());
        }
        let _ = self.eat(&["COLUMN"]);
        let if_not_exists = self.if_not_exists();
        // MySQL: `ADD COLUMN (a INT, b INT)`.
        if self.at_token(&Token::LParen) {
            let columns = self.list(Self::column)?;
            changes.extend(columns.into_iter().map(|parts| added(parts, if_not_exists)));
            return Ok(());
        }
        let mut parts = self.column()?;
        self.position()?;
        if self.dialect == Dialect::Portable {
            // An added column is no rowid, whose type had to be told.
            parts.column.declared = None;
        }
        changes.push(added(parts, if_not_exists));
        Ok(())
    }

    /// MySQL's `FIRST` and `AFTER column`: no other engine orders columns anew.
    fn position(&mut self) -> Read<()> {
        if self.dialect != Dialect::Mysql {
            return Ok(());
        }
        if self.eat(&["AFTER"]) {
            let _ = self.name()?;
        } else {
            let _ = self.eat(&["FIRST"]);
        }
        Ok(())
    }

    fn drop_part(&mut self, changes: &mut Vec<AlterTable>) -> Read<()> {
        if self.eat(&["CONSTRAINT"]) || self.eat(&["CHECK"]) {
            let if_exists = self.if_exists();
            let name = self.name()?;
            let _ = self.cascade();
            changes.push(AlterTable::DropConstraint { name, if_exists });
        } else if self.eat(&["PRIMARY", "KEY"]) {
            changes.push(AlterTable::DropPrimaryKey);
        } else if self.eat(&["FOREIGN", "KEY"]) {
            let if_exists = self.if_exists();
            let name = self.name()?;
            changes.push(AlterTable::DropConstraint { name, if_exists });
        } else if self.dialect == Dialect::Mysql && self.at_any(&["INDEX", "KEY"]) {
            self.advance();
            let _ = self.if_exists();
            let name = self.name()?;
            changes.push(AlterTable::DropIndex { name });
        } else {
            let _ = self.eat(&["COLUMN"]);
            let if_exists = self.if_exists();
            let name = self.name()?;
            let cascade = self.cascade();
            changes.push(AlterTable::DropColumn {
                name,
                if_exists,
                cascade,
            });
        }
        Ok(())
    }

    /// CASCADE; RESTRICT is what happens anyway.
    pub(super) fn cascade(&mut self) -> bool {
        if self.eat(&["RESTRICT"]) {
            return false;
        }
        self.eat(&["CASCADE"])
    }

    fn rename(&mut self, changes: &mut Vec<AlterTable>) -> Read<()> {
        if self.eat(&["TO"]) || (self.dialect == Dialect::Mysql && self.eat(&["AS"])) {
            let to = self.object()?;
            changes.push(AlterTable::RenameTable { to });
            return Ok(());
        }
        let constraint = self.eat(&["CONSTRAINT"]);
        let index = !constraint
            && self.dialect == Dialect::Mysql
            && (self.eat(&["INDEX"]) || self.eat(&["KEY"]));
        let _ = self.eat(&["COLUMN"]);
        let from = self.name()?;
        self.expect(&["TO"])?;
        let to = self.name()?;
        if index {
            return Err(self.refuse(format!(
                "RENAME INDEX in ALTER TABLE can't be read: drop `{from}` and add `{to}`"
            )));
        }
        changes.push(if constraint {
            AlterTable::RenameConstraint { from, to }
        } else {
            AlterTable::RenameColumn { from, to }
        });
        Ok(())
    }

    fn alter_column(&mut self, changes: &mut Vec<AlterTable>) -> Read<()> {
        let column = self.name()?;
        let change = if self.eat(&["SET", "NOT", "NULL"]) {
            AlterTable::SetNotNull { column }
        } else if self.eat(&["DROP", "NOT", "NULL"]) {
            AlterTable::DropNotNull { column }
        } else if self.eat(&["SET", "DEFAULT"]) {
            let default = self.default_value()?;
            let next = matches!(&default, crate::model::Expr::Call(call)
                if call.function == Function::LastInsertRowid);
            if next {
                AlterTable::SetIdentity {
                    column,
                    identity: Some(Identity::Sequence),
                }
            } else if default.is_null_literal() {
                AlterTable::DropDefault { column }
            } else {
                AlterTable::SetDefault { column, default }
            }
        } else if self.eat(&["DROP", "DEFAULT"]) {
            AlterTable::DropDefault { column }
        } else if self.eat(&["SET", "DATA", "TYPE"]) || self.eat(&["TYPE"]) {
            self.set_type(column)?
        } else if self.eat(&["ADD", "GENERATED"]) {
            let _ = self.eat(&["ALWAYS"]) || self.eat(&["BY", "DEFAULT"]);
            self.expect(&["AS", "IDENTITY"])?;
            if self.at_token(&Token::LParen) {
                self.skip_parens()?;
            }
            AlterTable::SetIdentity {
                column,
                identity: Some(Identity::Sequence),
            }
        } else if self.eat(&["DROP", "IDENTITY"]) {
            let _ = self.if_exists();
            AlterTable::SetIdentity {
                column,
                identity: None,
            }
        } else if self.eat(&["SET", "GENERATED"]) {
            // Always or by default: a value may always be given in the model.
            let _ = self.eat(&["ALWAYS"]) || self.eat(&["BY", "DEFAULT"]);
            return Ok(());
        } else if (self.at(&["SET"]) || self.at(&["RESET"]))
            && self.peek_nth(1).token == Token::LParen
        {
            // `(n_distinct = -0.01)`: for the planner.
            self.advance();
            self.skip_parens()?;
            return Ok(());
        } else if self.eat(&["SET", "STATISTICS"]) {
            let _ = self.number()?;
            return Ok(());
        } else if self.eat(&["SET", "STORAGE"]) || self.eat(&["SET", "COMPRESSION"]) {
            let _ = self.name()?;
            return Ok(());
        } else {
            return Err(self.unexpected());
        };
        changes.push(change);
        Ok(())
    }

    fn set_type(&mut self, column: Name) -> Read<AlterTable> {
        let offset = self.offset();
        let spelled = self.spelled_type()?;
        let sqlite = matches!(self.dialect, Dialect::Sqlite);
        let declared = sqlite.then(|| self.text_since(offset).to_owned());
        let known = self.known_type(&spelled)?;
        let enum_type = known.is_none().then(|| Name::new(spelled.name.clone()));
        if self.eat(&["COLLATE"])
            && self
                .collation_name()?
                .is_some_and(|collation| collation != Collation::Binary)
        {
            return Err(self.refuse("a collation of a new type can't be read"));
        }
        let using = if self.eat(&["USING"]) {
            Some(self.expr()?)
        } else {
            None
        };
        Ok(AlterTable::SetType {
            column,
            data_type: known.unwrap_or(DataType::Text),
            declared,
            enum_type,
            using,
        })
    }

    /// MySQL's MODIFY and CHANGE.
    fn redefine(&mut self, changes: &mut Vec<AlterTable>, from: Option<Name>) -> Read<()> {
        let parts = self.column()?;
        self.position()?;
        let ColumnParts {
            column,
            primary_key,
            uniques,
            checks,
            foreign_keys,
        } = parts;
        let from = from.unwrap_or_else(|| column.name.clone());
        changes.push(AlterTable::Redefine { from, column });
        changes.extend(primary_key.map(AlterTable::AddPrimaryKey));
        changes.extend(uniques.into_iter().map(AlterTable::AddUnique));
        changes.extend(checks.into_iter().map(AlterTable::AddCheck));
        changes.extend(foreign_keys.into_iter().map(AlterTable::AddForeignKey));
        Ok(())
    }

    /// `CREATE TYPE name AS ENUM (..)`, behind CREATE TYPE.
    pub(super) fn create_type(&mut self) -> Read<Statement> {
        let name = self.object()?;
        if !self.eat(&["AS", "ENUM"]) {
            return Err(
                self.refuse("only types that are an ENUM have an equal on the other engines")
            );
        }
        let labels = if self.peek_nth(1).token == Token::RParen {
            self.skip_parens()?;
            Vec::new()
        } else {
            self.list(Self::string)?
        };
        Ok(Statement::CreateEnum { name, labels })
    }
}

fn added(parts: ColumnParts, if_not_exists: bool) -> AlterTable {
    let ColumnParts {
        column,
        primary_key,
        uniques,
        checks,
        foreign_keys,
    } = parts;
    AlterTable::AddColumn {
        column,
        primary_key: primary_key.is_some(),
        uniques,
        checks,
        foreign_keys,
        if_not_exists,
    }
}
