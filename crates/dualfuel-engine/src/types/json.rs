//! JSON documents: `jsonb` or `json` on PostgreSQL, text on SQLite.
//!
//! `jsonb` orders keys and drops repeated ones (PostgreSQL manual, 8.14);
//! `serde_json::Value` compares equal whatever the order of keys, so a document
//! reads back equal from either engine.

use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Json, Jsonb};
use serde_json::Value;

use super::unreadable;
use crate::{BindValue, Dual, DualValue};

fn parse(bytes: &[u8]) -> deserialize::Result<Value> {
    // Only where it broke: serde's message could quote the document.
    serde_json::from_slice(bytes).map_err(|error| {
        format!(
            "cannot read JSON: not a JSON document at line {} column {}",
            error.line(),
            error.column()
        )
        .into()
    })
}

fn document(value: &Value) -> Result<String, serialize_error::Error> {
    if contains_nul(value) {
        return Err(
            "the JSON holds a NUL character (\\u0000), which PostgreSQL cannot store".into(),
        );
    }
    Ok(value.to_string())
}

mod serialize_error {
    pub(super) type Error = Box<dyn std::error::Error + Send + Sync>;
}

fn contains_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(contains_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(key, value)| key.contains('\0') || contains_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl FromSql<Jsonb, Dual> for Value {
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        match value {
            DualValue::Postgres([1, document @ ..]) => parse(document),
            DualValue::Postgres(_) => Err("cannot read jsonb: its version is not 1".into()),
            DualValue::Text(document) => parse(document),
            // A bare number in a JSON column may have become one for SQLite.
            DualValue::Integer(number) => Ok(number.into()),
            DualValue::Real(number) => Ok(number.into()),
            other => Err(unreadable("JSON", other)),
        }
    }
}

impl FromSql<Json, Dual> for Value {
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        match value {
            DualValue::Postgres(document) | DualValue::Text(document) => parse(document),
            DualValue::Integer(number) => Ok(number.into()),
            DualValue::Real(number) => Ok(number.into()),
            other => Err(unreadable("JSON", other)),
        }
    }
}

impl ToSql<Jsonb, Dual> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        out.set_value(BindValue::Jsonb(document(self)?));
        Ok(IsNull::No)
    }
}

impl ToSql<Json, Dual> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        out.set_value(BindValue::Json(document(self)?));
        Ok(IsNull::No)
    }
}
