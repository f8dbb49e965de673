//! A column and what is declared at it.

use sqlparser::tokenizer::Token;

use super::{
    reader::{Read, Reader, is_word},
    types::Spelled,
};
use crate::{
    Dialect,
    model::{
        Check, Collation, Column, DataType, Expr, Family, ForeignKey, Function, Generated,
        Identity, Literal, Name, PrimaryKey, UnaryOp, Unique,
    },
};

/// A column, with the constraints that were declared at it.
#[derive(Debug)]
pub(super) struct ColumnParts {
    pub(super) column: Column,
    pub(super) primary_key: Option<PrimaryKey>,
    pub(super) uniques: Vec<Unique>,
    pub(super) checks: Vec<Check>,
    pub(super) foreign_keys: Vec<ForeignKey>,
}

/// Whether a primary key of that type is SQLite's rowid: `INTEGER`, spelled so.
pub(super) fn is_rowid_type(column: &Column) -> bool {
    column
        .declared
        .as_deref()
        .is_some_and(|declared| declared.eq_ignore_ascii_case("INTEGER"))
}

impl Reader<'_> {
    /// `name type constraints`.
    pub(super) fn column(&mut self) -> Read<ColumnParts> {
        let name = self.name()?;
        let offset = self.offset();
        let spelled = self.spelled_type()?;
        let declared = self.text_since(offset).to_owned();
        let mut parts = self.typed_column(name, &spelled)?;
        if matches!(self.dialect, Dialect::Sqlite | Dialect::Portable) {
            parts.column.declared = Some(declared);
        }
        self.column_constraints(&mut parts)?;
        let column = &mut parts.column;
        if is_epoch_of_time(column) {
            column.data_type = DataType::BigInt;
        }
        if self.dialect == Dialect::Portable && !is_rowid_type(column) {
            column.declared = None;
        }
        Ok(parts)
    }

    /// The column as its type alone says.
    fn typed_column(&mut self, name: Name, spelled: &Spelled) -> Read<ColumnParts> {
        let mut checks = Vec::new();
        let mut enum_type = None;
        let data_type = match self.known_type(spelled)? {
            Some(data_type) => data_type,
            None => {
                enum_type = Some(Name::new(spelled.name.clone()));
                DataType::Text
            }
        };
        let mut column = Column::new(name, data_type);
        column.enum_type = enum_type;
        match self.dialect {
            Dialect::Postgres => {
                if spelled.words.contains("SERIAL") {
                    column.identity = Some(Identity::Sequence);
                    column.nullable = false;
                }
                if spelled.words == "CITEXT" {
                    column.collation = Collation::NoCase;
                }
            }
            Dialect::Mysql if spelled.words.starts_with("ENUM") => {
                checks.push(labels_check(&column.name, &spelled.labels));
            }
            _ => {}
        }
        Ok(ColumnParts {
            column,
            primary_key: None,
            uniques: Vec::new(),
            checks,
            foreign_keys: Vec::new(),
        })
    }

    /// The type; none for a name that may be an enum's.
    pub(super) fn known_type(&mut self, spelled: &Spelled) -> Read<Option<DataType>> {
        let may_be_enum = self.dialect == Dialect::Postgres
            && !spelled.array
            && spelled.args.is_empty()
            && !spelled.words.is_empty()
            && !BUILT_IN.contains(&spelled.words.as_str());
        if may_be_enum && super::types::lookup(self.dialect, self.options, spelled).is_none() {
            return Ok(None);
        }
        self.data_type(spelled).map(Some)
    }

    fn column_constraints(&mut self, parts: &mut ColumnParts) -> Read<()> {
        loop {
            let name = if self.eat(&["CONSTRAINT"]) {
                Some(self.name()?)
            } else {
                None
            };
            if !self.column_constraint(parts, name.clone())? {
                // SQLite takes a name without a constraint.
                return match name {
                    Some(_) if self.dialect != Dialect::Sqlite => Err(self.unexpected()),
                    _ => Ok(()),
                };
            }
        }
    }

    /// One constraint; false when there is none.
    fn column_constraint(&mut self, parts: &mut ColumnParts, name: Option<Name>) -> Read<bool> {
        let columns = vec![parts.column.name.clone()];
        if self.eat(&["NOT", "NULL"]) {
            parts.column.nullable = false;
            self.conflict_clause()?;
        } else if self.eat(&["NULL"]) {
            self.conflict_clause()?;
        } else if self.eat(&["PRIMARY", "KEY"]) {
            let descending = self.eat(&["DESC"]);
            let _ = self.eat(&["ASC"]);
            self.conflict_clause()?;
            if descending && matches!(self.dialect, Dialect::Sqlite) && is_rowid_type(&parts.column)
            {
                // By an old mistake that is kept, this is no rowid.
                parts.column.declared = Some("INT".to_owned());
            }
            if self.eat(&["AUTOINCREMENT"]) {
                parts.column.identity = Some(Identity::Sequence);
                if self.dialect == Dialect::Portable {
                    parts.column.data_type = DataType::BigInt;
                }
            }
            self.index_options()?;
            parts.column.nullable = false;
            parts.primary_key = Some(PrimaryKey { name, columns });
        } else if self.eat(&["UNIQUE"]) {
            if self.dialect == Dialect::Mysql {
                let _ = self.eat(&["KEY"]);
            }
            let nulls_not_distinct = self.eat(&["NULLS", "NOT", "DISTINCT"]);
            let _ = self.eat(&["NULLS", "DISTINCT"]);
            self.conflict_clause()?;
            self.index_options()?;
            parts.uniques.push(Unique {
                name,
                columns,
                nulls_not_distinct,
            });
        } else if self.at(&["CHECK"]) {
            let check = self.check(name)?;
            self.conflict_clause()?;
            parts.checks.push(check);
        } else if self.eat(&["DEFAULT"]) {
            self.default(&mut parts.column)?;
        } else if self.eat(&["COLLATE"]) {
            if let Some(collation) = self.collation_name()? {
                parts.column.collation = collation;
            }
        } else if self.at(&["REFERENCES"]) {
            let mut key = self.references(columns)?;
            key.name = name;
            parts.foreign_keys.push(key);
        } else if self.eat(&["GENERATED", "ALWAYS", "AS"]) || self.eat(&["AS"]) {
            self.generated(&mut parts.column)?;
        } else if self.eat(&["GENERATED", "BY", "DEFAULT", "AS"]) {
            self.identity(&mut parts.column)?;
        } else if self.at_any(&["DEFERRABLE", "INITIALLY"]) || self.at(&["NOT", "DEFERRABLE"]) {
            let deferral = self.deferral()?;
            if let Some(key) = parts.foreign_keys.last_mut() {
                key.deferral = deferral;
            }
        } else {
            return self.own_column_constraint(parts, columns);
        }
        Ok(true)
    }

    /// What only one dialect has.
    fn own_column_constraint(&mut self, parts: &mut ColumnParts, columns: Vec<Name>) -> Read<bool> {
        match self.dialect {
            Dialect::Sqlite | Dialect::Portable => {
                // Some write it apart from its PRIMARY KEY; SQLite refuses that.
                Ok(false)
            }
            Dialect::Postgres => {
                if self.eat(&["STORAGE"]) || self.eat(&["COMPRESSION"]) {
                    let _ = self.name()?;
                    return Ok(true);
                }
                Ok(false)
            }
            Dialect::Mysql => {
                if self.eat(&["AUTO_INCREMENT"]) {
                    parts.column.identity = Some(Identity::Sequence);
                    parts.column.nullable = false;
                } else if self.eat(&["KEY"]) {
                    parts.column.nullable = false;
                    parts.primary_key = Some(PrimaryKey {
                        name: None,
                        columns,
                    });
                } else if self.eat(&["COMMENT"]) {
                    let _ = self.string()?;
                } else if self.eat(&["ON", "UPDATE"]) {
                    let _ = self.default_expr()?;
                    self.note(format!(
                        "`{}` keeps its value when a row changes: ON UPDATE is MySQL's alone",
                        parts.column.name
                    ));
                } else if self.eat(&["CHARACTER", "SET"]) || self.eat(&["CHARSET"]) {
                    let _ = self.name()?;
                } else if !self.eat(&["VISIBLE"]) {
                    return Ok(false);
                }
                Ok(true)
            }
        }
    }

    /// Behind `GENERATED ALWAYS AS`.
    fn generated(&mut self, column: &mut Column) -> Read<()> {
        if self.at(&["IDENTITY"]) {
            return self.identity(column);
        }
        self.expect_token(&Token::LParen)?;
        let expr = self.expr()?;
        self.expect_token(&Token::RParen)?;
        let stored = self.eat(&["STORED"]) || self.eat(&["PERSISTENT"]);
        let _ = !stored && self.eat(&["VIRTUAL"]);
        column.generated = Some(Generated { expr, stored });
        Ok(())
    }

    fn identity(&mut self, column: &mut Column) -> Read<()> {
        self.expect(&["IDENTITY"])?;
        // Where it starts and how far it steps.
        if self.at_token(&Token::LParen) {
            self.skip_parens()?;
        }
        column.identity = Some(Identity::Sequence);
        column.nullable = false;
        Ok(())
    }

    /// Behind DEFAULT.
    pub(super) fn default(&mut self, column: &mut Column) -> Read<()> {
        let value = self.default_value()?;
        if self.dialect == Dialect::Postgres && is_nextval(&value) {
            column.identity = Some(Identity::Sequence);
            column.nullable = false;
            return Ok(());
        }
        column.default = (!value.is_null_literal()).then_some(value);
        Ok(())
    }

    pub(super) fn default_value(&mut self) -> Read<Expr> {
        // In a default no name can be a column.
        let names = std::mem::replace(
            &mut self.names,
            super::reader::Names::Only(std::collections::HashSet::new()),
        );
        let value = match self.dialect {
            Dialect::Sqlite | Dialect::Portable => self.sqlite_default(),
            Dialect::Postgres => self.postgres_default(),
            Dialect::Mysql => self.default_expr(),
        };
        self.names = names;
        value
    }

    /// A default of SQLite: a constant, one of three words, or anything in
    /// parentheses. Any other word is text ("keywords" of old programs).
    fn sqlite_default(&mut self) -> Read<Expr> {
        let minus = self.at_token(&Token::Minus);
        if minus || self.at_token(&Token::Plus) {
            self.advance();
            let Token::Number(digits, _) = &self.peek().token else {
                return Err(self.unexpected());
            };
            let number = Expr::Literal(super::expr::number(digits));
            self.advance();
            return Ok(if minus { negated(number) } else { number });
        }
        if self.at_token(&Token::LParen) {
            self.advance();
            let expr = self.expr()?;
            self.expect_token(&Token::RParen)?;
            return Ok(expr);
        }
        let plain = match &self.peek().token {
            Token::Word(word) => {
                let known = [
                    "CURRENT_TIMESTAMP",
                    "CURRENT_DATE",
                    "CURRENT_TIME",
                    "NULL",
                    "TRUE",
                    "FALSE",
                ];
                let known = word.quote_style.is_none()
                    && (known.iter().any(|known| is_word(&self.peek().token, known))
                        || self.peek_nth(1).token == Token::LParen);
                if known {
                    None
                } else {
                    Some(word.value.clone())
                }
            }
            _ => None,
        };
        if let Some(text) = plain {
            self.advance();
            return Ok(Expr::text(text));
        }
        self.default_expr()
    }

    /// A default of PostgreSQL; `nextval('x'::regclass)` becomes an identity.
    fn postgres_default(&mut self) -> Read<Expr> {
        if self.at(&["NEXTVAL"]) {
            self.advance();
            self.skip_parens()?;
            return Ok(Expr::call(Function::LastInsertRowid, Vec::new()));
        }
        self.default_expr()
    }

    /// Behind COLLATE. None for what is the default.
    pub(super) fn collation_name(&mut self) -> Read<Option<Collation>> {
        let mut name = self.name()?;
        while self.eat_token(&Token::Period) {
            name = self.name()?;
        }
        match self.collation(name.as_str()) {
            Some(collation) => Ok(Some(collation)),
            None => Err(self.refuse(format!(
                "the collation `{name}` has no equal on the other engines"
            ))),
        }
    }

    /// The collation of that name.
    pub(super) fn collation(&self, name: &str) -> Option<Collation> {
        let folded = name.to_ascii_lowercase().replace('"', "");
        let plain = folded.rsplit('.').next().unwrap_or(&folded);
        match (self.dialect, plain) {
            (Dialect::Sqlite | Dialect::Portable, "binary") => Some(Collation::Binary),
            (Dialect::Sqlite | Dialect::Portable, "nocase") => Some(Collation::NoCase),
            (Dialect::Sqlite | Dialect::Portable, "rtrim") => Some(Collation::Rtrim),
            // A database's own collations differ in how they sort, which
            // nothing here relies on.
            (Dialect::Postgres, "c" | "posix" | "default" | "ucs_basic" | "c.utf-8" | "c.utf8") => {
                Some(Collation::Binary)
            }
            (Dialect::Postgres, locale) if locale.contains("_") || locale.contains("utf") => {
                Some(Collation::Binary)
            }
            // MySQL's usual ones ignore case, and so do most columns there
            // without anybody's having asked for it.
            (Dialect::Mysql, _) => Some(Collation::Binary),
            _ => None,
        }
    }
}

/// Names of PostgreSQL's types, which an enum's is not.
const BUILT_IN: &[&str] = &[
    "BIT",
    "BIT VARYING",
    "VARBIT",
    "BOX",
    "CIDR",
    "CIRCLE",
    "INET",
    "INTERVAL",
    "LINE",
    "LSEG",
    "MACADDR",
    "MACADDR8",
    "MONEY",
    "PATH",
    "PG_LSN",
    "POINT",
    "POLYGON",
    "TSQUERY",
    "TSVECTOR",
    "XML",
    "HSTORE",
    "LTREE",
    "INT4RANGE",
    "INT8RANGE",
    "NUMRANGE",
    "TSRANGE",
    "TSTZRANGE",
    "DATERANGE",
    "TIMETZ",
    "TIME WITH TIME ZONE",
    "OID",
    "REGCLASS",
    "NAME",
    "GEOMETRY",
    "GEOGRAPHY",
    "VECTOR",
    "JSONPATH",
];

fn negated(number: Expr) -> Expr {
    match number {
        Expr::Literal(Literal::Number(digits)) if digits == "9223372036854775808" => {
            Expr::integer(i64::MIN)
        }
        number => Expr::Unary {
            op: UnaryOp::Minus,
            expr: Box::new(number),
        },
    }
}

fn is_nextval(value: &Expr) -> bool {
    matches!(value, Expr::Call(call) if call.function == Function::LastInsertRowid)
}

/// `column IN ('a', 'b')`, for an ENUM.
pub(super) fn labels_check(column: &Name, labels: &[String]) -> Check {
    Check {
        name: None,
        expr: Expr::InList {
            expr: Box::new(Expr::column(column.clone())),
            negated: false,
            list: labels.iter().cloned().map(Expr::text).collect(),
        },
    }
}

/// A time whose default is a number: what is stored are seconds since 1970.
fn is_epoch_of_time(column: &Column) -> bool {
    let family = column.data_type.family();
    if !matches!(family, Family::Timestamp | Family::TimestampTz) {
        return false;
    }
    let mut default = column.default.as_ref();
    while let Some(Expr::Cast { expr, .. } | Expr::Unary { expr, .. }) = default {
        default = Some(expr);
    }
    match default {
        Some(Expr::Literal(Literal::Integer(_))) => true,
        Some(Expr::Call(call)) => matches!(
            call.function,
            Function::CurrentEpoch | Function::CurrentEpochMillis
        ),
        _ => false,
    }
}
