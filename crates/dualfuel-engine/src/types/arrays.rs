//! Lists for `eq_any` and `ne_all`: an array on PostgreSQL, a JSON array on SQLite.

use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Array, HasSqlType};
use std::fmt::Write as _;

use super::{DATE_LEN, DATETIME_LEN, ReadError, TIME_LEN, write_date, write_datetime, write_time};
use crate::diesel_internals::encode;
use crate::{BindValue, Dual, Engine};

impl<ST, I> ToSql<Array<ST>, Dual> for Vec<I>
where
    ST: 'static,
    Dual: HasSqlType<ST>,
    I: ToSql<ST, Dual>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        let engine = *out.metadata_lookup();
        let value = match engine {
            Engine::Sqlite => BindValue::OwnedText(json_array::<ST, I>(self)?),
            Engine::Postgres => BindValue::PostgresArray(postgres_array::<ST, I>(self)?),
        };
        out.set_value(value);
        Ok(IsNull::No)
    }
}

/// The element's value, or `None` for NULL.
fn element<'b, ST, I>(item: &'b I, engine: Engine) -> Result<Option<BindValue<'b>>, ReadError>
where
    I: ToSql<ST, Dual>,
    Dual: HasSqlType<ST>,
{
    let mut engine = engine;
    // `Output` borrows the engine for as long as the value it holds, which a
    // local cannot give; a value that borrows from the item only can leave it.
    let mut output = Output::new(BindValue::Null, &mut engine);
    match item.to_sql(&mut output)? {
        IsNull::Yes => Ok(None),
        IsNull::No => Ok(Some(output.into_inner())),
    }
}

/// PostgreSQL's `array_send`: dimensions, a flag for NULLs, the element type,
/// length and lower bound; then each element with its length, -1 for NULL.
fn postgres_array<ST, I>(items: &[I]) -> Result<Vec<u8>, ReadError>
where
    I: ToSql<ST, Dual>,
    Dual: HasSqlType<ST>,
{
    let oid = <Dual as HasSqlType<ST>>::metadata(&mut Engine::Postgres.clone()).oid;
    let length = i32::try_from(items.len()).map_err(|_| "the list is too long for an array")?;
    let mut bytes = Vec::with_capacity(20 + items.len() * 12);
    let dimensions: i32 = if items.is_empty() { 0 } else { 1 };
    bytes.extend_from_slice(&dimensions.to_be_bytes());
    bytes.extend_from_slice(&1_i32.to_be_bytes());
    bytes.extend_from_slice(&oid.to_be_bytes());
    if items.is_empty() {
        return Ok(bytes);
    }
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&1_i32.to_be_bytes());
    for item in items {
        let Some(value) = element::<ST, I>(item, Engine::Postgres)? else {
            bytes.extend_from_slice(&(-1_i32).to_be_bytes());
            continue;
        };
        let length_at = bytes.len();
        bytes.extend_from_slice(&[0; 4]);
        encode(&value, &mut bytes);
        let length = i32::try_from(bytes.len() - length_at - 4)
            .map_err(|_| "an element of the list is too long for an array")?;
        if let Some(place) = bytes.get_mut(length_at..length_at + 4) {
            place.copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(bytes)
}

fn json_array<ST, I>(items: &[I]) -> Result<String, ReadError>
where
    I: ToSql<ST, Dual>,
    Dual: HasSqlType<ST>,
{
    let mut json = String::with_capacity(2 + items.len() * 12);
    json.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        match element::<ST, I>(item, Engine::Sqlite)? {
            Some(value) => push_json(&value, &mut json)?,
            None => json.push_str("null"),
        }
    }
    json.push(']');
    Ok(json)
}

/// The value in JSON such that `json_each` gives it back as SQLite stores it.
fn push_json(value: &BindValue<'_>, json: &mut String) -> Result<(), ReadError> {
    match value {
        BindValue::Bool(value) => json.push(if *value { '1' } else { '0' }),
        BindValue::SmallInt(value) => write!(json, "{value}")?,
        BindValue::Integer(value) => write!(json, "{value}")?,
        BindValue::BigInt(value) => write!(json, "{value}")?,
        BindValue::Float(value) => push_real(f64::from(*value), json)?,
        BindValue::Double(value) => push_real(*value, json)?,
        BindValue::Text(value) => json.push_str(&serde_json::to_string(value)?),
        BindValue::OwnedText(value) => json.push_str(&serde_json::to_string(value)?),
        BindValue::Timestamp(value) => {
            let mut text = [0; DATETIME_LEN];
            push_quoted(write_datetime(*value, false, &mut text), json);
        }
        BindValue::Timestamptz(value) => {
            let mut text = [0; DATETIME_LEN];
            push_quoted(write_datetime(*value, true, &mut text), json);
        }
        BindValue::Date(value) => {
            let mut text = [0; DATE_LEN];
            push_quoted(write_date(*value, &mut text), json);
        }
        BindValue::Time(value) => {
            let mut text = [0; TIME_LEN];
            push_quoted(write_time(*value, &mut text), json);
        }
        BindValue::Uuid(bytes) => write!(json, "\"{}\"", uuid::Uuid::from_bytes(*bytes))?,
        BindValue::Null
        | BindValue::Binary(_)
        | BindValue::Jsonb(_)
        | BindValue::Json(_)
        | BindValue::PostgresArray(_) => {
            return Err(
                "SQLite: `eq_any` and `ne_all` take no lists of bytes, JSON or arrays".into(),
            );
        }
    }
    Ok(())
}

fn push_real(value: f64, json: &mut String) -> Result<(), ReadError> {
    if value.is_infinite() {
        // JSON has no infinity; a number too large for a double is read as one.
        json.push_str(if value > 0.0 { "9e999" } else { "-9e999" });
    } else {
        // `Debug` writes the shortest text that reads back as the same double,
        // and always with a point, so that it stays a REAL.
        write!(json, "{value:?}")?;
    }
    Ok(())
}

fn push_quoted(text: &[u8], json: &mut String) {
    json.push('"');
    json.extend(text.iter().map(|byte| char::from(*byte)));
    json.push('"');
}
