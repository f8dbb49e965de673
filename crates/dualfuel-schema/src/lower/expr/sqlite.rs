//! How SQLite spells names, types and constants.

use super::sql::Sql;
use crate::{
    Refusal,
    model::{DataType, Family, Name},
};

pub(super) fn quote(name: &Name) -> String {
    format!("\"{}\"", name.as_str().replace('"', "\"\""))
}

/// See the table at [`DataType`].
pub(super) fn data_type(data_type: &DataType) -> String {
    match data_type {
        DataType::SmallInt => "SMALLINT".into(),
        DataType::Integer => "INT4".into(),
        DataType::BigInt => "BIGINT".into(),
        DataType::Boolean => "BOOLEAN".into(),
        DataType::Real => "FLOAT4".into(),
        DataType::Double => "DOUBLE".into(),
        DataType::Numeric(None) => "DECIMAL_TEXT".into(),
        DataType::Numeric(Some((precision, scale))) => format!("DECIMAL_TEXT({precision},{scale})"),
        DataType::Text => "TEXT".into(),
        DataType::Varchar(length) => format!("VARCHAR({length})"),
        DataType::Char(length) => format!("CHAR({length})"),
        DataType::Blob => "BLOB".into(),
        DataType::Date => "DATE".into(),
        DataType::Time => "TIME".into(),
        DataType::Timestamp => "TIMESTAMP".into(),
        DataType::TimestampTz => "TIMESTAMPTZ".into(),
        DataType::Json => "JSON_TEXT".into(),
        DataType::Uuid => "UUID_TEXT".into(),
        DataType::Other(name) => name.clone(),
    }
}

pub(super) fn text(text: &str) -> Result<Sql, Refusal> {
    if text.contains('\0') {
        return Err(Refusal::new(
            "SQLite reads a statement only up to a zero byte, so text can't hold one as a constant",
        ));
    }
    Ok(Sql::atom(format!("'{}'", text.replace('\'', "''"))))
}

pub(super) fn blob(bytes: &[u8]) -> Sql {
    Sql::atom(format!("x'{}'", super::hexadecimal(bytes)))
}

/// What CAST takes for a type. Only the affinity of the name matters.
pub(super) fn cast_type(data_type: &DataType) -> String {
    match data_type.family() {
        Family::Integer | Family::Boolean => "INTEGER".into(),
        Family::Number => match data_type {
            DataType::Numeric(_) => "NUMERIC".into(),
            _ => "REAL".into(),
        },
        Family::Blob => "BLOB".into(),
        _ => "TEXT".into(),
    }
}
