//! How MariaDB spells names, types and constants.

use super::{sql::Sql, writer::Place};
use crate::{
    Engine, Refusal,
    lower::names::fit,
    model::{DataType, Name},
};

/// One that is too long for a name is cut, as [`fit`] does.
pub(super) fn quote(name: &Name) -> String {
    let name = fit(Engine::Mariadb, name.as_str(), "");
    format!("`{}`", name.replace('`', "``"))
}

/// See the table at [`DataType`]; for a column that is no key.
pub(super) fn data_type(data_type: &DataType) -> String {
    match data_type {
        DataType::SmallInt => "smallint".into(),
        DataType::Integer => "int".into(),
        DataType::BigInt => "bigint".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Real => "float".into(),
        DataType::Double => "double".into(),
        // The widest there is.
        DataType::Numeric(None) => "decimal(65,30)".into(),
        DataType::Numeric(Some((precision, scale))) => format!("decimal({precision},{scale})"),
        DataType::Text => "longtext".into(),
        DataType::Varchar(length) => format!("varchar({length})"),
        DataType::Char(length) => format!("char({length})"),
        DataType::Blob => "longblob".into(),
        DataType::Date => "date".into(),
        DataType::Time => "time(6)".into(),
        DataType::Timestamp | DataType::TimestampTz => "datetime(6)".into(),
        DataType::Json => "json".into(),
        DataType::Uuid => "uuid".into(),
        DataType::Other(name) => name.clone(),
    }
}

/// What CAST takes for a type: a list of its own.
pub(super) fn cast_type(data_type: &DataType) -> String {
    match data_type {
        DataType::SmallInt | DataType::Integer | DataType::BigInt | DataType::Boolean => {
            "signed".into()
        }
        DataType::Text | DataType::Json => "char".into(),
        DataType::Varchar(_) => "char".into(),
        DataType::Blob => "binary".into(),
        DataType::Real => "float".into(),
        other => self::data_type(other),
    }
}

/// A backslash escapes: no server says `NO_BACKSLASH_ESCAPES` by itself.
pub(super) fn text(text: &str) -> Result<Sql, Refusal> {
    let text = text
        .replace('\\', "\\\\")
        .replace('\0', "\\0")
        .replace('\'', "''");
    Ok(Sql::atom(format!("'{text}'")))
}

pub(super) fn blob(bytes: &[u8]) -> Sql {
    Sql::atom(format!("x'{}'", super::hexadecimal(bytes)))
}

/// A time as text, in a format that is quoted already. Where a row is checked
/// the language has to be said: it could not depend on the session's.
pub(super) fn dated(place: Place, time: Sql, format: &str) -> Sql {
    let mut args = vec![time, Sql::atom(format)];
    if place.is_row() {
        args.push(Sql::atom("'en_US'"));
    }
    Sql::call("date_format", args)
}
