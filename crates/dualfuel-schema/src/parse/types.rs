//! Types' names, dialect by dialect.

use sqlparser::tokenizer::Token;

use super::{
    ReadOptions,
    reader::{Read, Reader},
};
use crate::{Dialect, Refusal, model::DataType};

/// A type as it is spelled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spelled {
    /// Its words, in upper case, with one blank between.
    pub(super) words: String,
    /// What stands in parentheses: numbers.
    pub(super) args: Vec<i64>,
    /// What stands in parentheses: an ENUM's labels.
    pub(super) labels: Vec<String>,
    /// `[]` behind it.
    pub(super) array: bool,
    /// Its name as it was declared, for a type that migrations made.
    pub(super) name: String,
    /// Offset in the file.
    pub(super) offset: usize,
}

/// What ends a type's name.
const AFTER_TYPE: &[&str] = &[
    "CONSTRAINT",
    "PRIMARY",
    "NOT",
    "NULL",
    "UNIQUE",
    "CHECK",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "AS",
    "AUTOINCREMENT",
    "AUTO_INCREMENT",
    "ON",
    "USING",
    "COMMENT",
    "KEY",
    "FIRST",
    "AFTER",
    "STORED",
    "VIRTUAL",
    "INVISIBLE",
    "VISIBLE",
    "COMPRESSION",
    "STORAGE",
    "DEFERRABLE",
    "INITIALLY",
];

impl Reader<'_> {
    /// A type's name, of as many words as it has; none at all on SQLite.
    pub(super) fn spelled_type(&mut self) -> Read<Spelled> {
        let mut spelled = Spelled {
            offset: self.offset(),
            ..Spelled::default()
        };
        let mut parens = false;
        loop {
            match &self.peek().token {
                Token::Word(word) => {
                    let plain = word.quote_style.is_none();
                    let text = word.value.clone();
                    if plain && self.mysql_place(&spelled) {
                        continue;
                    }
                    let charset = self.at(&["CHARACTER", "SET"]) || self.at(&["CHARSET"]);
                    if (plain && self.at_any(AFTER_TYPE)) || (charset && !spelled.words.is_empty())
                    {
                        break;
                    }
                    self.advance();
                    if !spelled.words.is_empty() {
                        spelled.words.push(' ');
                    } else if plain && self.dialect == Dialect::Postgres {
                        spelled.name = text.to_ascii_lowercase();
                    } else {
                        spelled.name = text.clone();
                    }
                    spelled.words.push_str(&text.to_uppercase());
                    self.qualified_type(&mut spelled)?;
                }
                Token::SingleQuotedString(text)
                    if spelled.words.is_empty() && self.dialect == Dialect::Sqlite =>
                {
                    spelled.words = text.to_uppercase();
                    self.advance();
                }
                Token::LParen if !parens && !spelled.words.is_empty() => {
                    parens = true;
                    self.type_arguments(&mut spelled)?;
                }
                Token::LBracket if self.dialect == Dialect::Postgres => {
                    self.advance();
                    if matches!(self.peek().token, Token::Number(..)) {
                        self.advance();
                    }
                    self.expect_token(&Token::RBracket)?;
                    spelled.array = true;
                }
                _ => break,
            }
        }
        Ok(spelled)
    }

    /// Passes `BLOB AFTER title`, which MySQL's users write on SQLite too: there
    /// the words are part of the type's name, and the column comes last.
    fn mysql_place(&mut self, spelled: &Spelled) -> bool {
        if self.dialect != Dialect::Sqlite || spelled.words.is_empty() || !self.eat(&["AFTER"]) {
            return false;
        }
        if matches!(self.peek().token, Token::Word(_)) {
            self.advance();
        }
        self.note("SQLite knows no `AFTER`: the column is the last");
        true
    }

    /// `pg_catalog.text`, `public.mood`: the schema goes.
    fn qualified_type(&mut self, spelled: &mut Spelled) -> Read<()> {
        if self.dialect != Dialect::Postgres || !self.eat_token(&Token::Period) {
            return Ok(());
        }
        if !["PG_CATALOG", "PUBLIC"].contains(&spelled.words.as_str()) {
            return Err(Refusal::new(format!(
                "the type is in the schema `{}`: there is one schema on every engine",
                spelled.name
            ))
            .at(spelled.offset));
        }
        let name = self.name()?;
        spelled.words = name.as_str().to_uppercase();
        spelled.name = name.as_str().to_owned();
        Ok(())
    }

    fn type_arguments(&mut self, spelled: &mut Spelled) -> Read<()> {
        self.expect_token(&Token::LParen)?;
        while !self.eat_token(&Token::RParen) {
            match &self.peek().token {
                Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) => {
                    let label = self.string()?;
                    spelled.labels.push(label);
                }
                // `VARCHAR(MAX)`, and Oracle's `VARCHAR2(20 CHAR)`.
                Token::Word(_) => self.advance(),
                _ => {
                    let number = self.number()?;
                    spelled.args.push(number);
                }
            }
            if !self.at_token(&Token::RParen) && !matches!(self.peek().token, Token::Word(_)) {
                self.expect_token(&Token::Comma)?;
            }
        }
        Ok(())
    }

    /// The type that a name stands for.
    pub(super) fn data_type(&mut self, spelled: &Spelled) -> Read<DataType> {
        let found = if spelled.array {
            None
        } else {
            lookup(self.dialect, self.options, spelled)
        };
        if let Some(data_type) = found {
            return Ok(data_type);
        }
        if matches!(self.dialect, Dialect::Sqlite) && !spelled.array {
            // SQLite takes any word for a type; what it stores then is what it was given.
            self.note(format!(
                "`{}` is not a type that another engine knows: its values are text there",
                spelled.words
            ));
            return Ok(DataType::Text);
        }
        if self.dialect == Dialect::Postgres {
            // The column is known, and refused where it has to be written.
            return Ok(DataType::Other(self.own_type(spelled)));
        }
        let array = if spelled.array { "[]" } else { "" };
        let name = spelled.words.to_lowercase();
        Err(Refusal::new(match self.dialect {
            Dialect::Mysql => format!("the type `{name}` has no equal on the other engines"),
            _ => format!("`{name}{array}` is not a type of the portable source"),
        })
        .at(spelled.offset))
    }
}

impl Reader<'_> {
    /// A type that only PostgreSQL has: `inet`, `vector(3)`, `text[]`. An array
    /// is called after the model's name of its elements, so that every
    /// spelling of theirs is one.
    fn own_type(&self, spelled: &Spelled) -> String {
        if !spelled.array {
            let args: Vec<String> = spelled.args.iter().map(i64::to_string).collect();
            let name = spelled.words.to_lowercase();
            return match args.as_slice() {
                [] => name,
                args => format!("{name}({})", args.join(",")),
            };
        }
        let element = Spelled {
            array: false,
            ..spelled.clone()
        };
        match lookup(self.dialect, self.options, &element) {
            Some(known) => format!("{}[]", known.to_string().to_lowercase()),
            None => format!("{}[]", self.own_type(&element)),
        }
    }
}

/// The model's type for a name; none for one that has no equal.
pub(super) fn lookup(
    dialect: Dialect,
    options: ReadOptions,
    spelled: &Spelled,
) -> Option<DataType> {
    match dialect {
        Dialect::Sqlite => sqlite(options, spelled),
        Dialect::Portable => portable(options, spelled),
        Dialect::Postgres => postgres(spelled),
        Dialect::Mysql => mysql(spelled),
    }
}

fn length(spelled: &Spelled) -> Option<u32> {
    let first = *spelled.args.first()?;
    u32::try_from(first).ok().filter(|length| *length > 0)
}

fn varchar(spelled: &Spelled) -> DataType {
    length(spelled).map_or(DataType::Text, DataType::Varchar)
}

fn numeric(spelled: &Spelled) -> Option<DataType> {
    let digit = |n: i64| u16::try_from(n).ok();
    Some(DataType::Numeric(match spelled.args.as_slice() {
        [] => None,
        [precision] => Some((digit(*precision)?, 0)),
        [precision, scale, ..] => Some((digit(*precision)?, digit(*scale)?)),
    }))
}

/// The names that mean the same in a SQLite source and in a portable one.
fn common(spelled: &Spelled) -> Option<DataType> {
    Some(match spelled.words.as_str() {
        "TINYINT" if spelled.args == [1] => DataType::Boolean,
        "SMALLINT" | "INT2" | "TINYINT" | "INT16" | "INT8UNSIGNED" => DataType::SmallInt,
        "INT4" | "MEDIUMINT" | "INT32" => DataType::Integer,
        "BIGINT" | "INT8" | "INT64" | "BIG INT" | "UNSIGNED BIG INT" | "LONG" => DataType::BigInt,
        "BOOLEAN" | "BOOL" => DataType::Boolean,
        "FLOAT4" => DataType::Real,
        "DOUBLE" | "DOUBLE PRECISION" | "FLOAT8" | "FLOAT" => DataType::Double,
        "NUMERIC" | "DECIMAL" | "DEC" | "DECIMAL_TEXT" | "NUMBER" => return numeric(spelled),
        "TEXT" | "CLOB" | "STRING" | "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" | "" | "ANY"
        | "CITEXT" => DataType::Text,
        // SQLite fills nothing up with blanks, as a `char(n)` elsewhere does.
        "CHAR" | "CHARACTER" | "NCHAR" | "VARCHAR" | "CHARACTER VARYING" | "VARYING CHARACTER"
        | "NATIVE CHARACTER" | "NVARCHAR" | "VARCHAR2" | "CHAR VARYING" => varchar(spelled),
        "BLOB" | "BINARY" | "VARBINARY" | "BYTEA" | "LONGBLOB" | "MEDIUMBLOB" | "TINYBLOB"
        | "BYTES" => DataType::Blob,
        "DATE" => DataType::Date,
        "TIME" | "TIME WITHOUT TIME ZONE" => DataType::Time,
        "DATETIME" | "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" | "DATETIME2" => {
            DataType::Timestamp
        }
        "TIMESTAMPTZ"
        | "TIMESTAMP WITH TIME ZONE"
        | "DATETIMETZ"
        | "DATETIMEOFFSET"
        | "TIMESTAMPTZSQLITE" => DataType::TimestampTz,
        "JSON" | "JSONB" | "JSON_TEXT" => DataType::Json,
        "UUID" | "GUID" | "UUID_TEXT" | "UNIQUEIDENTIFIER" => DataType::Uuid,
        _ => return None,
    })
}

/// SQLite: known names first, then by affinity ("Datatypes In SQLite",
/// section 3.1). None for a name that says nothing.
fn sqlite(options: ReadOptions, spelled: &Spelled) -> Option<DataType> {
    let words = spelled.words.as_str();
    if let "INTEGER" | "INT" = words {
        return Some(if options.narrow_integers {
            DataType::Integer
        } else {
            DataType::BigInt
        });
    }
    if words == "REAL" {
        return Some(DataType::Double);
    }
    if let Some(known) = common(spelled) {
        return Some(known);
    }
    let has = |part: &str| words.contains(part);
    Some(if has("INT") {
        DataType::BigInt
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        varchar(spelled)
    } else if has("BLOB") {
        DataType::Blob
    } else if has("REAL") || has("FLOA") || has("DOUB") {
        DataType::Double
    } else {
        return None;
    })
}

fn portable(options: ReadOptions, spelled: &Spelled) -> Option<DataType> {
    let _ = options;
    match spelled.words.as_str() {
        "INTEGER" | "INT" => Some(DataType::Integer),
        "REAL" => Some(DataType::Real),
        _ => common(spelled),
    }
}

fn postgres(spelled: &Spelled) -> Option<DataType> {
    Some(match spelled.words.as_str() {
        "SMALLINT" | "INT2" | "SMALLSERIAL" | "SERIAL2" => DataType::SmallInt,
        "INTEGER" | "INT" | "INT4" | "SERIAL" | "SERIAL4" => DataType::Integer,
        "BIGINT" | "INT8" | "BIGSERIAL" | "SERIAL8" => DataType::BigInt,
        "BOOLEAN" | "BOOL" => DataType::Boolean,
        "REAL" | "FLOAT4" => DataType::Real,
        // "8.1.3. Floating-Point Types": up to 24 bits it is `real`.
        "FLOAT" if matches!(spelled.args.as_slice(), [1..=24]) => DataType::Real,
        "DOUBLE PRECISION" | "FLOAT8" | "FLOAT" => DataType::Double,
        "NUMERIC" | "DECIMAL" | "DEC" => return numeric(spelled),
        "TEXT" | "CITEXT" => DataType::Text,
        "VARCHAR" | "CHARACTER VARYING" | "CHAR VARYING" | "NATIONAL CHARACTER VARYING" => {
            varchar(spelled)
        }
        "CHAR" | "CHARACTER" | "BPCHAR" | "NCHAR" | "NATIONAL CHARACTER"
            if !spelled.args.is_empty() =>
        {
            DataType::Char(length(spelled)?)
        }
        "BPCHAR" => DataType::Text,
        "CHAR" | "CHARACTER" | "NCHAR" | "NATIONAL CHARACTER" => DataType::Char(1),
        "BYTEA" => DataType::Blob,
        "DATE" => DataType::Date,
        "TIME" | "TIME WITHOUT TIME ZONE" => DataType::Time,
        "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => DataType::Timestamp,
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => DataType::TimestampTz,
        "JSON" | "JSONB" => DataType::Json,
        "UUID" => DataType::Uuid,
        _ => return None,
    })
}

/// MySQL. Without a sign a number takes the next wider type.
fn mysql(spelled: &Spelled) -> Option<DataType> {
    let unsigned = spelled.words.contains("UNSIGNED") || spelled.words.contains("ZEROFILL");
    let words: Vec<&str> = spelled
        .words
        .split(' ')
        .filter(|word| {
            ![
                "UNSIGNED", "SIGNED", "ZEROFILL", "UNICODE", "ASCII", "BINARY",
            ]
            .contains(word)
        })
        .collect();
    let words = if words.is_empty() {
        spelled.words.clone()
    } else {
        words.join(" ")
    };
    let whole = |narrow: DataType, wide: DataType| if unsigned { wide } else { narrow };
    Some(match words.as_str() {
        "TINYINT" if spelled.args == [1] && !unsigned => DataType::Boolean,
        "BOOL" | "BOOLEAN" => DataType::Boolean,
        "TINYINT" | "INT1" => DataType::SmallInt,
        "SMALLINT" | "INT2" => whole(DataType::SmallInt, DataType::Integer),
        "MEDIUMINT" | "INT3" | "MIDDLEINT" => DataType::Integer,
        "INT" | "INTEGER" | "INT4" => whole(DataType::Integer, DataType::BigInt),
        "BIGINT" | "INT8" | "SERIAL" => whole(DataType::BigInt, DataType::Numeric(Some((20, 0)))),
        // What CAST calls a number of 64 bits.
        "SIGNED" | "SIGNED INTEGER" => DataType::BigInt,
        "UNSIGNED" | "UNSIGNED INTEGER" => DataType::BigInt,
        "BIT" if matches!(spelled.args.as_slice(), [] | [1]) => DataType::Boolean,
        "FLOAT" if matches!(spelled.args.as_slice(), [bits] if *bits > 24) => DataType::Double,
        "FLOAT" | "FLOAT4" => DataType::Real,
        "DOUBLE" | "DOUBLE PRECISION" | "REAL" | "FLOAT8" => DataType::Double,
        "DECIMAL" | "NUMERIC" | "DEC" | "FIXED" if spelled.args.is_empty() => {
            DataType::Numeric(Some((10, 0)))
        }
        "DECIMAL" | "NUMERIC" | "DEC" | "FIXED" => return numeric(spelled),
        "TEXT" | "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" | "LONG" | "LONG VARCHAR" | "ENUM" => {
            DataType::Text
        }
        "VARCHAR" | "NVARCHAR" | "CHARACTER VARYING" | "NATIONAL VARCHAR" | "CHAR VARYING" => {
            DataType::Varchar(length(spelled)?)
        }
        "CHAR" | "CHARACTER" | "NCHAR" | "NATIONAL CHAR" => {
            DataType::Char(length(spelled).unwrap_or(1))
        }
        "BLOB" | "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB" | "BINARY" | "VARBINARY" => DataType::Blob,
        "DATE" => DataType::Date,
        "TIME" => DataType::Time,
        "DATETIME" => DataType::Timestamp,
        "TIMESTAMP" => DataType::TimestampTz,
        "YEAR" => DataType::SmallInt,
        "JSON" => DataType::Json,
        "UUID" => DataType::Uuid,
        _ => return None,
    })
}
