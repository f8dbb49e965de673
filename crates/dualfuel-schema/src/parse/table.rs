//! CREATE TABLE.

use std::collections::HashSet;

use sqlparser::tokenizer::Token;

use super::{
    column::ColumnParts,
    reader::{Names, Read, Reader},
};
use crate::{
    Dialect,
    model::{
        Action, Check, Collation, DataType, Deferral, Expr, ForeignKey, Identity, Index, IndexPart,
        Name, PrimaryKey, Table, Unique,
    },
    statement::Statement,
};

/// What starts a constraint of a table and not a column.
const CONSTRAINTS: &[&str] = &["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

impl Reader<'_> {
    /// Behind `CREATE [TEMP] TABLE`.
    pub(super) fn create_table(&mut self, temporary: bool) -> Read<Statement> {
        let if_not_exists = self.if_not_exists();
        let mut table = Table::new(self.object()?);
        table.temporary = temporary;
        let binary = self.dialect == Dialect::Mysql && self.says_binary();
        if self.at(&["PARTITION", "OF"]) || self.at(&["LIKE"]) {
            return Err(self.refuse("a table that copies another can't be read: write its columns"));
        }
        if self.at_token(&Token::LParen) && !self.at_subquery() {
            self.columns_and_constraints(&mut table)?;
        }
        self.table_options(&mut table)?;
        let query = if self.eat(&["AS"]) || self.at(&["SELECT"]) || self.at_token(&Token::LParen) {
            Some(self.query()?)
        } else {
            None
        };
        if self.eat(&["WITH", "NO", "DATA"]) {
            return Err(self.refuse("WITH NO DATA has no equal on the other engines"));
        }
        let _ = self.eat(&["WITH", "DATA"]);
        if query.is_none() && table.columns.is_empty() {
            return Err(self.refuse("a table without columns has no equal on the other engines"));
        }
        if query.is_some() && !table.columns.is_empty() {
            return Err(self.refuse("a table with both columns and a query can't be read"));
        }
        self.finish(&mut table);
        self.mysql_holds_text(&table, binary);
        Ok(Statement::CreateTable {
            table,
            if_not_exists,
            temporary,
            query,
        })
    }

    fn at_subquery(&self) -> bool {
        ["SELECT", "WITH", "VALUES"]
            .iter()
            .any(|word| super::reader::is_word(&self.peek_nth(1).token, word))
    }

    fn columns_and_constraints(&mut self, table: &mut Table) -> Read<()> {
        self.names = Names::Only(self.column_names());
        self.expect_token(&Token::LParen)?;
        let mut constraints = false;
        loop {
            if self.at_constraint() {
                constraints = true;
                self.constraint(table)?;
            } else {
                let offset = self.offset();
                let parts = self.column()?;
                if constraints && self.dialect == Dialect::Sqlite {
                    return Err(
                        crate::Refusal::new("a column can't stand behind a constraint").at(offset),
                    );
                }
                self.add_column(table, parts)?;
            }
            // SQLite lets the commas between constraints be left out.
            let comma = self.eat_token(&Token::Comma);
            if self.eat_token(&Token::RParen) {
                break;
            }
            let another = constraints && self.at_constraint();
            if !comma && !another {
                return Err(self.unexpected());
            }
        }
        self.names = Names::Unknown;
        Ok(())
    }

    /// The names of the columns to come: the first word behind `(` and each
    /// comma. Constraints among them do no harm.
    fn column_names(&self) -> HashSet<String> {
        let mut names: HashSet<String> = ["rowid", "oid", "_rowid_"]
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        let (mut at, mut depth, mut first) = (0_usize, 0_usize, false);
        loop {
            match &self.peek_nth(at).token {
                Token::EOF => return names,
                Token::LParen => {
                    depth += 1;
                    first = depth == 1;
                }
                Token::RParen => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return names;
                    }
                }
                Token::Comma if depth == 1 => first = true,
                Token::Word(word) if first => {
                    names.insert(word.value.to_ascii_lowercase());
                    first = false;
                }
                Token::SingleQuotedString(text) if first => {
                    names.insert(text.to_ascii_lowercase());
                    first = false;
                }
                _ => first = false,
            }
            at += 1;
        }
    }

    fn at_constraint(&self) -> bool {
        if self.at_any(CONSTRAINTS) {
            return true;
        }
        if self.dialect == Dialect::Postgres {
            return self.at_any(&["EXCLUDE", "LIKE"]);
        }
        if self.dialect != Dialect::Mysql {
            return false;
        }
        // `KEY name (columns)`; a column may be called `key` only in quotes.
        self.at_any(&["KEY", "INDEX", "FULLTEXT", "SPATIAL", "PERIOD"])
    }

    fn add_column(&mut self, table: &mut Table, parts: ColumnParts) -> Read<()> {
        let ColumnParts {
            column,
            primary_key,
            uniques,
            checks,
            foreign_keys,
        } = parts;
        if let Some(key) = primary_key {
            if table.primary_key.is_some() {
                return Err(self.refuse("a table has one primary key"));
            }
            table.primary_key = Some(key);
        }
        if table.column(&column.name).is_some() {
            return Err(self.refuse(format!("there are two columns `{}`", column.name)));
        }
        table.columns.push(column);
        table.uniques.extend(uniques);
        table.checks.extend(checks);
        table.foreign_keys.extend(foreign_keys);
        Ok(())
    }

    /// A constraint of the table.
    fn constraint(&mut self, table: &mut Table) -> Read<()> {
        let constraint = self.table_constraint()?;
        match constraint {
            Constraint::PrimaryKey(key, numbered) => {
                if table.primary_key.is_some() {
                    return Err(self.refuse("a table has one primary key"));
                }
                if numbered
                    && let [name] = key.columns.as_slice()
                    && let Some(column) =
                        table.columns.iter_mut().find(|column| column.name == *name)
                {
                    column.identity = Some(Identity::Sequence);
                    column.nullable = false;
                    if self.dialect == Dialect::Portable {
                        column.data_type = DataType::BigInt;
                    }
                }
                table.primary_key = Some(key);
            }
            Constraint::Unique(unique) => table.uniques.push(unique),
            Constraint::Check(check) => table.checks.push(check),
            Constraint::ForeignKey(key) => table.foreign_keys.push(key),
            Constraint::Index(index) => {
                let index = named_index(table, index);
                table.indexes.push(index);
            }
        }
        Ok(())
    }

    /// `[CONSTRAINT name] ..`, of a table.
    pub(super) fn table_constraint(&mut self) -> Read<Constraint> {
        let mut name = None;
        if self.eat(&["CONSTRAINT"]) {
            // MySQL's may be without a name.
            if !self.at_any(CONSTRAINTS) {
                name = Some(self.name()?);
            }
        }
        let constraint = if self.eat(&["PRIMARY", "KEY"]) {
            self.using_method()?;
            let (columns, numbered) = self.primary_key_columns()?;
            Constraint::PrimaryKey(PrimaryKey { name, columns }, numbered)
        } else if self.eat(&["UNIQUE"]) {
            let mut nulls_not_distinct = false;
            if self.dialect == Dialect::Mysql {
                let _ = self.eat(&["KEY"]) || self.eat(&["INDEX"]);
                if !self.at_token(&Token::LParen) && !self.at(&["USING"]) {
                    name = Some(self.name()?);
                }
                self.using_method()?;
                return self.mysql_unique(name);
            }
            if self.eat(&["NULLS", "NOT", "DISTINCT"]) {
                nulls_not_distinct = true;
            } else {
                let _ = self.eat(&["NULLS", "DISTINCT"]);
            }
            if self.at(&["USING", "INDEX"]) {
                return Err(self.refuse("a constraint USING INDEX can't be read: name its columns"));
            }
            let columns = self.key_columns()?;
            Constraint::Unique(Unique {
                name,
                columns,
                nulls_not_distinct,
            })
        } else if self.at(&["CHECK"]) {
            Constraint::Check(self.check(name)?)
        } else if self.eat(&["FOREIGN", "KEY"]) {
            // MySQL's name of the index it makes.
            if !self.at_token(&Token::LParen) {
                let index = self.name()?;
                name = name.or(Some(index));
            }
            let columns = self.list(Self::name)?;
            let mut key = self.references(columns)?;
            key.name = name;
            return Ok(Constraint::ForeignKey(key));
        } else if self.dialect == Dialect::Mysql && self.at_any(&["KEY", "INDEX"]) {
            self.advance();
            return self.mysql_index().map(Constraint::Index);
        } else if self.at_any(&["FULLTEXT", "SPATIAL"]) {
            return Err(
                self.refuse("a FULLTEXT or SPATIAL index has no equal on the other engines")
            );
        } else if self.at(&["EXCLUDE"]) {
            return Err(self.refuse("EXCLUDE has no equal on the other engines"));
        } else if self.at(&["LIKE"]) {
            return Err(self.refuse("a table that copies another can't be read: write its columns"));
        } else {
            return Err(self.unexpected());
        };
        self.conflict_clause()?;
        self.index_options()?;
        let deferral = self.deferral()?;
        if deferral != Deferral::NotDeferrable {
            self.note("a UNIQUE or primary key is checked at once, not when the transaction ends");
        }
        Ok(constraint)
    }

    /// `(a, b DESC, c COLLATE NOCASE)` of a key: the order of a key's columns
    /// says how it is stored, which no other engine keeps.
    fn key_columns(&mut self) -> Read<Vec<Name>> {
        let parts = self.index_parts()?;
        self.key_names(parts)
    }

    /// Those of a primary key, and whether it is SQLite's
    /// `PRIMARY KEY (id AUTOINCREMENT)`.
    fn primary_key_columns(&mut self) -> Read<(Vec<Name>, bool)> {
        let sqlite = matches!(self.dialect, Dialect::Sqlite | Dialect::Portable);
        let mut numbered = false;
        let parts = self.list(|reader| {
            let part = reader.index_part()?;
            numbered |= sqlite && reader.eat(&["AUTOINCREMENT"]);
            Ok(part)
        })?;
        Ok((self.key_names(parts)?, numbered))
    }

    fn key_names(&mut self, parts: Vec<IndexPart>) -> Read<Vec<Name>> {
        let mut names = Vec::new();
        for part in parts {
            match part.expr {
                Expr::Column {
                    table: None,
                    column,
                } => names.push(column),
                _ => return Err(self.refuse("a key over an expression can't be read")),
            }
        }
        Ok(names)
    }

    fn mysql_unique(&mut self, name: Option<Name>) -> Read<Constraint> {
        let parts = self.index_parts()?;
        self.index_options()?;
        let plain: Option<Vec<Name>> = parts
            .iter()
            .map(|part| match &part.expr {
                Expr::Column {
                    table: None,
                    column,
                } => Some(column.clone()),
                _ => None,
            })
            .collect();
        Ok(match plain {
            Some(columns) => Constraint::Unique(Unique {
                name,
                columns,
                nulls_not_distinct: false,
            }),
            None => Constraint::Index(Index {
                unique: true,
                parts,
                ..empty_index(name)
            }),
        })
    }

    fn mysql_index(&mut self) -> Read<Index> {
        let name = if self.at_token(&Token::LParen) || self.at(&["USING"]) {
            None
        } else {
            Some(self.name()?)
        };
        self.using_method()?;
        let parts = self.index_parts()?;
        self.index_options()?;
        Ok(Index {
            parts,
            ..empty_index(name)
        })
    }

    /// The keys of an index: `(a, lower(b) DESC, c(10))`.
    pub(super) fn index_parts(&mut self) -> Read<Vec<IndexPart>> {
        let parts = self.list(Self::index_part)?;
        Ok(parts)
    }

    fn index_part(&mut self) -> Read<IndexPart> {
        // `'name'` is a name here, as SQLite has it.
        let expr = match &self.peek().token {
            Token::SingleQuotedString(_)
                if matches!(self.dialect, Dialect::Sqlite | Dialect::Portable) =>
            {
                Expr::column(self.name()?)
            }
            // MySQL's `name(10)`: so many characters of it.
            Token::Word(_) if self.dialect == Dialect::Mysql && self.at_prefix_length() => {
                let name = self.name()?;
                self.skip_parens()?;
                self.note(format!(
                    "the index holds all of `{name}`, not only its first characters"
                ));
                Expr::column(name)
            }
            _ => self.expr()?,
        };
        // `sqlparser` takes COLLATE for a part of the expression.
        let (expr, mut collation) = match expr {
            Expr::CollateNoCase(inner) => (*inner, Some(Collation::NoCase)),
            other => (other, None),
        };
        if self.eat(&["COLLATE"]) {
            collation = self.collation_name()?;
        }
        self.operator_class()?;
        let descending = self.eat(&["DESC"]);
        let _ = !descending && self.eat(&["ASC"]);
        if self.eat(&["NULLS"]) {
            // Where an index keeps its NULLs changes no answer.
            let _ = self.eat(&["FIRST"]) || self.eat(&["LAST"]);
        }
        Ok(IndexPart {
            expr,
            collation: collation.filter(|collation| *collation != Collation::Binary),
            descending,
        })
    }

    fn at_prefix_length(&self) -> bool {
        self.peek_nth(1).token == Token::LParen
            && matches!(self.peek_nth(2).token, Token::Number(..))
            && self.peek_nth(3).token == Token::RParen
    }

    /// PostgreSQL's `text_pattern_ops` and its like.
    fn operator_class(&mut self) -> Read<()> {
        if self.dialect != Dialect::Postgres {
            return Ok(());
        }
        let class = match &self.peek().token {
            Token::Word(word) => word.value.to_ascii_lowercase(),
            _ => return Ok(()),
        };
        if !class.ends_with("_ops") {
            return Ok(());
        }
        // Under the collation "C", which our text columns have, these are what
        // an index is anyway.
        if matches!(
            class.as_str(),
            "text_pattern_ops"
                | "varchar_pattern_ops"
                | "bpchar_pattern_ops"
                | "text_ops"
                | "varchar_ops"
                | "int4_ops"
                | "int8_ops"
                | "uuid_ops"
                | "timestamp_ops"
                | "timestamptz_ops"
                | "date_ops"
                | "bool_ops"
                | "bpchar_ops"
        ) {
            self.advance();
            return Ok(());
        }
        self.advance();
        self.note(format!(
            "the index has no operator class `{class}`: it answers fewer questions fast"
        ));
        if self.at_token(&Token::LParen) {
            self.skip_parens()?;
        }
        Ok(())
    }

    /// `CHECK (..)`.
    pub(super) fn check(&mut self, name: Option<Name>) -> Read<Check> {
        self.expect(&["CHECK"])?;
        self.expect_token(&Token::LParen)?;
        let expr = self.expr()?;
        self.expect_token(&Token::RParen)?;
        let _ = self.eat(&["NO", "INHERIT"]);
        if self.eat(&["NOT", "ENFORCED"]) {
            return Err(
                self.refuse("a CHECK that is NOT ENFORCED has no equal on the other engines")
            );
        }
        let _ = self.eat(&["ENFORCED"]);
        Ok(Check { name, expr })
    }

    /// `REFERENCES parent (columns) ..`, for the columns of the child.
    pub(super) fn references(&mut self, columns: Vec<Name>) -> Read<ForeignKey> {
        self.expect(&["REFERENCES"])?;
        let mut key = ForeignKey {
            name: None,
            columns,
            parent: self.object()?,
            parent_columns: Vec::new(),
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            on_delete_columns: Vec::new(),
            deferral: Deferral::NotDeferrable,
        };
        if self.at_token(&Token::LParen) {
            key.parent_columns = self.list(Self::name)?;
        }
        loop {
            if self.eat(&["ON", "DELETE"]) {
                key.on_delete = self.action()?;
                if self.at_token(&Token::LParen) {
                    key.on_delete_columns = self.list(Self::name)?;
                }
            } else if self.eat(&["ON", "UPDATE"]) {
                key.on_update = self.action()?;
                if self.at_token(&Token::LParen) {
                    return Err(self.refuse("ON UPDATE takes no columns"));
                }
            } else if self.eat(&["MATCH"]) {
                // SQLite reads MATCH and does as if it were SIMPLE.
                let full = self.at(&["FULL"]) || self.at(&["PARTIAL"]);
                if full && self.dialect != Dialect::Sqlite && key.columns.len() > 1 {
                    return Err(self.refuse("MATCH FULL has no equal on the other engines"));
                }
                let _ = self.name()?;
            } else {
                break;
            }
        }
        key.deferral = self.deferral()?;
        if self.eat(&["NOT", "VALID"]) {
            self.note("the rows that are there are checked too");
        }
        Ok(key)
    }

    fn action(&mut self) -> Read<Action> {
        for (words, action) in [
            (&["CASCADE"][..], Action::Cascade),
            (&["RESTRICT"], Action::Restrict),
            (&["NO", "ACTION"], Action::NoAction),
            (&["SET", "NULL"], Action::SetNull),
            (&["SET", "DEFAULT"], Action::SetDefault),
        ] {
            if self.eat(words) {
                return Ok(action);
            }
        }
        Err(self.unexpected())
    }

    /// `DEFERRABLE INITIALLY DEFERRED` and its like.
    pub(super) fn deferral(&mut self) -> Read<Deferral> {
        let mut deferral = Deferral::NotDeferrable;
        loop {
            if self.eat(&["NOT", "DEFERRABLE"]) {
                deferral = Deferral::NotDeferrable;
                // SQLite: `NOT DEFERRABLE INITIALLY DEFERRED` is not deferrable.
                let _ =
                    self.eat(&["INITIALLY", "DEFERRED"]) || self.eat(&["INITIALLY", "IMMEDIATE"]);
            } else if self.eat(&["DEFERRABLE"]) {
                deferral = Deferral::InitiallyImmediate;
            } else if self.eat(&["INITIALLY", "DEFERRED"]) {
                deferral = Deferral::InitiallyDeferred;
            } else if self.eat(&["INITIALLY", "IMMEDIATE"]) {
                if deferral == Deferral::InitiallyDeferred {
                    deferral = Deferral::InitiallyImmediate;
                }
            } else {
                return Ok(deferral);
            }
        }
    }

    /// SQLite's `ON CONFLICT REPLACE` in a constraint.
    pub(super) fn conflict_clause(&mut self) -> Read<()> {
        if !self.eat(&["ON", "CONFLICT"]) {
            return Ok(());
        }
        if self.eat(&["REPLACE"]) {
            self.note("a row that meets one that is there already fails: `ON CONFLICT REPLACE` of a constraint is SQLite's alone");
        } else if self.eat(&["IGNORE"]) {
            self.note("a row that meets one that is there already fails: `ON CONFLICT IGNORE` of a constraint is SQLite's alone");
        } else if !(self.eat(&["ROLLBACK"]) || self.eat(&["ABORT"]) || self.eat(&["FAIL"])) {
            return Err(self.unexpected());
        }
        Ok(())
    }

    /// `USING btree`: how an index is stored.
    pub(super) fn using_method(&mut self) -> Read<()> {
        if !self.eat(&["USING"]) {
            return Ok(());
        }
        if self.eat(&["BTREE"]) || self.eat(&["HASH"]) {
            return Ok(());
        }
        if self.dialect != Dialect::Postgres {
            return Err(self.refuse(format!(
                "an index by `{}` has no equal on the other engines",
                self.spelled()
            )));
        }
        // How rows are found changes no answer, and those methods have no
        // unique index.
        let method = self.name()?;
        self.note(format!(
            "an index by `{method}` is a plain one: it answers fewer questions fast"
        ));
        Ok(())
    }

    /// What may follow the keys of an index: how it is stored.
    pub(super) fn index_options(&mut self) -> Read<()> {
        loop {
            if self.at(&["USING"]) {
                self.using_method()?;
            } else if self.eat(&["INCLUDE"]) {
                // Only a faster answer: no key.
                self.skip_parens()?;
            } else if self.at(&["WITH"]) && self.peek_nth(1).token == Token::LParen {
                self.advance();
                self.skip_parens()?;
            } else if self.eat(&["TABLESPACE"]) || self.eat(&["USING", "INDEX", "TABLESPACE"]) {
                let _ = self.name()?;
            } else if self.dialect == Dialect::Mysql && self.eat(&["COMMENT"]) {
                let _ = self.string()?;
            } else if self.dialect == Dialect::Mysql && self.eat(&["KEY_BLOCK_SIZE"]) {
                let _ = self.eat_token(&Token::Eq);
                let _ = self.number()?;
            } else if !(self.dialect == Dialect::Mysql
                && (self.eat(&["VISIBLE"]) || self.eat(&["NOT", "IGNORED"])))
            {
                return Ok(());
            }
        }
    }

    /// What may follow the columns of a table.
    fn table_options(&mut self, table: &mut Table) -> Read<()> {
        match self.dialect {
            Dialect::Sqlite | Dialect::Portable => loop {
                if self.eat(&["WITHOUT", "ROWID"]) {
                    table.options.without_rowid = true;
                } else if self.eat(&["STRICT"]) {
                    table.options.strict = true;
                } else {
                    return Ok(());
                }
                if !self.eat_token(&Token::Comma) {
                    return Ok(());
                }
            },
            Dialect::Postgres => {
                if self.at(&["INHERITS"]) || self.at(&["PARTITION"]) {
                    return Err(self.refuse(
                        "inherited and partitioned tables have no equal on the other engines",
                    ));
                }
                if self.at(&["WITH"]) && self.peek_nth(1).token == Token::LParen {
                    self.advance();
                    self.skip_parens()?;
                }
                let _ = self.eat(&["WITHOUT", "OIDS"]);
                if self.eat(&["ON", "COMMIT"]) {
                    let _ = self.eat(&["PRESERVE", "ROWS"])
                        || self.eat(&["DELETE", "ROWS"])
                        || self.eat(&["DROP"]);
                }
                if self.eat(&["TABLESPACE"]) {
                    let _ = self.name()?;
                }
                Ok(())
            }
            Dialect::Mysql => self.mysql_table_options(),
        }
    }

    /// `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ..`.
    pub(super) fn mysql_table_options(&mut self) -> Read<()> {
        loop {
            let _ = self.eat_token(&Token::Comma);
            if self.at(&["PARTITION", "BY"]) {
                return Err(self.refuse("a partitioned table has no equal on the other engines"));
            }
            let default = self.eat(&["DEFAULT"]);
            let option = self.eat(&["CHARACTER", "SET"])
                || [
                    "ENGINE",
                    "CHARSET",
                    "COLLATE",
                    "COMMENT",
                    "AUTO_INCREMENT",
                    "ROW_FORMAT",
                    "KEY_BLOCK_SIZE",
                    "STATS_PERSISTENT",
                    "STATS_AUTO_RECALC",
                    "CHECKSUM",
                    "AVG_ROW_LENGTH",
                    "MAX_ROWS",
                    "MIN_ROWS",
                    "PACK_KEYS",
                    "DELAY_KEY_WRITE",
                    "PAGE_CHECKSUM",
                    "TRANSACTIONAL",
                    "STATS_SAMPLE_PAGES",
                ]
                .iter()
                .any(|word| self.eat(&[word]));
            if !option {
                if default {
                    return Err(self.unexpected());
                }
                return Ok(());
            }
            let _ = self.eat_token(&Token::Eq);
            match self.peek().token {
                Token::Word(_)
                | Token::Number(..)
                | Token::SingleQuotedString(_)
                | Token::DoubleQuotedString(_) => self.advance(),
                _ => return Err(self.unexpected()),
            }
        }
    }

    /// What is known only when the whole table is: SQLite's rowid key, and
    /// that a primary key's columns are not null.
    fn finish(&self, table: &mut Table) {
        self.finish_key(table);
        if self.dialect == Dialect::Portable {
            // Kept so far to tell the rowid's type from others.
            for column in &mut table.columns {
                column.declared = None;
            }
        }
    }

    fn finish_key(&self, table: &mut Table) {
        let Some(key) = &table.primary_key else {
            return;
        };
        let rowid = matches!(self.dialect, Dialect::Sqlite | Dialect::Portable)
            && !table.options.without_rowid;
        let [only] = key.columns.as_slice() else {
            let columns = key.columns.clone();
            set_not_null(table, &columns);
            return;
        };
        let only = only.clone();
        if let Some(column) = table.columns.iter_mut().find(|column| column.name == only)
            && rowid
            && column.identity.is_none()
            && super::column::is_rowid_type(column)
        {
            column.identity = Some(Identity::Rowid);
            if self.dialect == Dialect::Portable {
                column.data_type = DataType::BigInt;
            }
        }
        set_not_null(table, &[only]);
    }
}

fn set_not_null(table: &mut Table, columns: &[Name]) {
    for column in &mut table.columns {
        if columns.contains(&column.name) {
            column.nullable = false;
        }
    }
}

/// A constraint of a table.
pub(super) enum Constraint {
    /// And whether it says AUTOINCREMENT.
    PrimaryKey(PrimaryKey, bool),
    Unique(Unique),
    Check(Check),
    ForeignKey(ForeignKey),
    /// MySQL's `KEY`; without a name it is called after its first column.
    Index(Index),
}

pub(super) fn empty_index(name: Option<Name>) -> Index {
    Index {
        name: name.unwrap_or_else(|| Name::new("")),
        parts: Vec::new(),
        unique: false,
        nulls_not_distinct: false,
        predicate: None,
    }
}

/// An index with the name that MySQL gives it when it has none: its first
/// column's, with a number when that is taken.
fn named_index(table: &Table, mut index: Index) -> Index {
    if !index.name.as_str().is_empty() {
        return index;
    }
    let base = match index.parts.first().map(|part| &part.expr) {
        Some(Expr::Column { column, .. }) => column.as_str().to_owned(),
        _ => "functional_index".to_owned(),
    };
    let taken = |name: &Name| {
        table.index(name).is_some()
            || table
                .uniques
                .iter()
                .any(|unique| unique.name.as_ref() == Some(name))
    };
    let mut name = Name::new(base.clone());
    let mut count = 1;
    while taken(&name) {
        count += 1;
        name = Name::new(format!("{base}_{count}"));
    }
    index.name = name;
    index
}
