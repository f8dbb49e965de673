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

/// A field of a time as text of a fixed width, by functions that PostgreSQL
/// takes in an index.
pub(super) fn steady_field(time: &str, spec: char) -> Option<String> {
    let (field, width) = match spec {
        'Y' => ("year", 4),
        'm' => ("month", 2),
        'd' => ("day", 2),
        'H' => ("hour", 2),
        'M' => ("minute", 2),
        'j' => ("doy", 3),
        'S' => ("second", 2),
        'f' => ("second", 6),
        _ => return None,
    };
    let value = format!("EXTRACT({field} FROM {time})");
    let value = match spec {
        'S' => format!("trunc({value})"),
        'f' => format!("trunc({value}, 3)"),
        _ => value,
    };
    Some(format!("lpad(CAST({value} AS text), {width}, '0')"))
}
