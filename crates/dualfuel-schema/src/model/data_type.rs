use std::fmt;

use serde::{Deserialize, Serialize};

/// A column's type, one list for all engines.
///
/// | | SQLite declares | PostgreSQL | MariaDB |
/// |---|---|---|---|
/// | `SmallInt` | `SMALLINT` | `smallint` | `smallint` |
/// | `Integer` | `INT4` | `integer` | `int` |
/// | `BigInt` | `BIGINT` (an identity: `INTEGER`) | `bigint` | `bigint` |
/// | `Boolean` | `BOOLEAN` | `boolean` | `tinyint(1)` (which is `boolean` there) |
/// | `Real` | `FLOAT4` | `real` | `float` |
/// | `Double` | `DOUBLE` | `double precision` | `double` |
/// | `Numeric` | `DECIMAL_TEXT(p,s)` | `numeric(p,s)` | `decimal(p,s)` |
/// | `Text` | `TEXT` | `text` | `longtext`; `varchar(n)` where it is a key |
/// | `Varchar(n)` | `VARCHAR(n)` | `varchar(n)` | `varchar(n)` |
/// | `Char(n)` | `CHAR(n)` | `char(n)` | `char(n)` |
/// | `Blob` | `BLOB` | `bytea` | `longblob`; `varbinary(n)` where it is a key |
/// | `Date` | `DATE` | `date` | `date` |
/// | `Time` | `TIME` | `time` | `time(6)` |
/// | `Timestamp` | `TIMESTAMP` | `timestamp` | `datetime(6)` |
/// | `TimestampTz` | `TIMESTAMPTZ` | `timestamptz` | `datetime(6)`, in UTC |
/// | `Json` | `JSON_TEXT` | `jsonb` | `json` |
/// | `Uuid` | `UUID_TEXT` | `uuid` | `uuid` |
///
/// SQLite's `INTEGER` and `INT` hold 64 bits, so its front end reads them as
/// `BigInt`, and `REAL` as `Double`. `INT4`, `FLOAT4` and the `_TEXT` names
/// are how a narrower type, or one whose affinity would be wrong, is told
/// from them (`NUMERIC` and `JSON` have numeric affinity, which turns the
/// text `1.10` into `1.1`; a name with `TEXT` in it has text affinity:
/// "Datatypes In SQLite", section 3.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataType {
    /// 16 bits.
    SmallInt,
    /// 32 bits.
    Integer,
    /// 64 bits.
    BigInt,
    /// True or false.
    Boolean,
    /// 32 bit floating point.
    Real,
    /// 64 bit floating point.
    Double,
    /// A decimal number: digits in all, digits after the point. `None`: any.
    Numeric(Option<(u16, u16)>),
    /// Text of any length.
    Text,
    /// Text of at most so many characters.
    Varchar(u32),
    /// Text of exactly so many characters, padded with blanks on PostgreSQL.
    Char(u32),
    /// Bytes.
    Blob,
    /// A day.
    Date,
    /// A time of day, microseconds.
    Time,
    /// A date and time without a zone, microseconds.
    Timestamp,
    /// An instant, microseconds.
    TimestampTz,
    /// A JSON document.
    Json,
    /// A UUID.
    Uuid,
    /// A type that only one engine has, in its catalogue's spelling: what an
    /// introspector gives for `inet` or `integer[]`. No front end of
    /// migrations gives it and every lowering refuses it; compared by text.
    Other(String),
}

/// What an expression's value may be taken for: data types that mix freely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// `SmallInt`, `Integer`, `BigInt`.
    Integer,
    /// `Real`, `Double`, `Numeric`.
    Number,
    /// True or false.
    Boolean,
    /// `Text`, `Varchar`, `Char`.
    Text,
    /// Bytes.
    Blob,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A date and time without a zone.
    Timestamp,
    /// An instant.
    TimestampTz,
    /// A JSON document.
    Json,
    /// A UUID.
    Uuid,
    /// Nothing else is taken for it.
    Other,
}

impl DataType {
    /// The family it belongs to.
    pub fn family(&self) -> Family {
        match self {
            Self::SmallInt | Self::Integer | Self::BigInt => Family::Integer,
            Self::Boolean => Family::Boolean,
            Self::Real | Self::Double | Self::Numeric(_) => Family::Number,
            Self::Text | Self::Varchar(_) | Self::Char(_) => Family::Text,
            Self::Blob => Family::Blob,
            Self::Date => Family::Date,
            Self::Time => Family::Time,
            Self::Timestamp => Family::Timestamp,
            Self::TimestampTz => Family::TimestampTz,
            Self::Json => Family::Json,
            Self::Uuid => Family::Uuid,
            Self::Other(_) => Family::Other,
        }
    }
}

/// The portable source's spelling.
impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SmallInt => f.write_str("SMALLINT"),
            Self::Integer => f.write_str("INTEGER"),
            Self::BigInt => f.write_str("BIGINT"),
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::Real => f.write_str("REAL"),
            Self::Double => f.write_str("DOUBLE"),
            Self::Numeric(None) => f.write_str("NUMERIC"),
            Self::Numeric(Some((precision, scale))) => write!(f, "NUMERIC({precision},{scale})"),
            Self::Text => f.write_str("TEXT"),
            Self::Varchar(length) => write!(f, "VARCHAR({length})"),
            Self::Char(length) => write!(f, "CHAR({length})"),
            Self::Blob => f.write_str("BLOB"),
            Self::Date => f.write_str("DATE"),
            Self::Time => f.write_str("TIME"),
            Self::Timestamp => f.write_str("TIMESTAMP"),
            Self::TimestampTz => f.write_str("TIMESTAMPTZ"),
            Self::Json => f.write_str("JSON"),
            Self::Uuid => f.write_str("UUID"),
            Self::Other(name) => f.write_str(name),
        }
    }
}
