//! How PostgreSQL spells names, types and constants.

use super::sql::Sql;
use crate::{
    Engine, Refusal,
    lower::names::fit,
    model::{DataType, Name},
};

/// One that is too long for a name is cut, as [`fit`] does.
pub(super) fn quote(name: &Name) -> String {
    let name = fit(Engine::Postgres, name.as_str(), "");
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// See the table at [`DataType`].
pub(super) fn data_type(data_type: &DataType) -> String {
    match data_type {
        DataType::SmallInt => "smallint".into(),
        DataType::Integer => "integer".into(),
        DataType::BigInt => "bigint".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Real => "real".into(),
        DataType::Double => "double precision".into(),
        DataType::Numeric(None) => "numeric".into(),
        DataType::Numeric(Some((precision, scale))) => format!("numeric({precision},{scale})"),
        DataType::Text => "text".into(),
        DataType::Varchar(length) => format!("varchar({length})"),
        DataType::Char(length) => format!("char({length})"),
        DataType::Blob => "bytea".into(),
        DataType::Date => "date".into(),
        DataType::Time => "time".into(),
        DataType::Timestamp => "timestamp".into(),
        DataType::TimestampTz => "timestamptz".into(),
        DataType::Json => "jsonb".into(),
        DataType::Uuid => "uuid".into(),
        DataType::Other(name) => name.clone(),
    }
}

/// `standard_conforming_strings` is on by default, and has been since 9.1: a
/// backslash is a backslash.
pub(super) fn text(text: &str) -> Result<Sql, Refusal> {
    if text.contains('\0') {
        return Err(Refusal::new("PostgreSQL's text can't hold a zero byte"));
    }
    Ok(Sql::atom(format!("'{}'", text.replace('\'', "''"))))
}

pub(super) fn blob(bytes: &[u8]) -> Sql {
    Sql::atom(format!("'\\x{}'::bytea", super::hexadecimal(bytes)))
}
