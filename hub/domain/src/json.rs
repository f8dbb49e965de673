//! JSON that reads back as it was written, on both engines.
//!
//! SQLite keeps JSON as text; PostgreSQL's `jsonb` keeps numbers as decimals,
//! has no NUL in text, and writes back `1e16` as `10000000000000000`, which
//! reads as an integer. These types bring a document to the one form that
//! survives both, or refuse it.

use serde::Serialize;
use serde_json::{Map, Number, Value};

use crate::Invalid;

/// The largest document, in bytes of JSON text.
const MAX_BYTES: usize = 64 * 1024;

/// A JSON object of at most 64 KiB.
///
/// # Examples
///
/// ```
/// use hub_domain::JsonObject;
///
/// let params = JsonObject::new(serde_json::json!({ "temperature": 0.7 }))?;
/// assert_eq!(params.to_string(), r#"{"temperature":0.7}"#);
/// assert!(JsonObject::new(serde_json::json!([1])).is_err());
/// # Ok::<(), hub_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct JsonObject(Map<String, Value>);

impl JsonObject {
    /// Checks `value` and brings its numbers to one form.
    ///
    /// # Errors
    ///
    /// Not an object, larger than 64 KiB, or a text in it holds NUL.
    pub fn new(value: Value) -> Result<Self, Invalid> {
        match settle_document(value)? {
            Value::Object(members) => Ok(JsonObject(members)),
            _ => Err(Invalid::new("must be a JSON object")),
        }
    }

    /// The members.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Gives the document away.
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

impl std::fmt::Display for JsonObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| std::fmt::Error)?)
    }
}

/// A JSON array of at most 64 KiB.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct JsonArray(Vec<Value>);

impl JsonArray {
    /// Checks `value` and brings its numbers to one form.
    ///
    /// # Errors
    ///
    /// Not an array, larger than 64 KiB, or a text in it holds NUL.
    pub fn new(value: Value) -> Result<Self, Invalid> {
        match settle_document(value)? {
            Value::Array(elements) => Ok(JsonArray(elements)),
            _ => Err(Invalid::new("must be a JSON array")),
        }
    }

    /// The elements.
    #[must_use]
    pub fn elements(&self) -> &[Value] {
        &self.0
    }

    /// Gives the document away.
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Array(self.0)
    }
}

impl std::fmt::Display for JsonArray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| std::fmt::Error)?)
    }
}

fn settle_document(value: Value) -> Result<Value, Invalid> {
    let settled = settle(value)?;
    if settled.to_string().len() > MAX_BYTES {
        return Err(Invalid::new("must be at most 65536 bytes of JSON"));
    }
    Ok(settled)
}

fn settle(value: Value) -> Result<Value, Invalid> {
    Ok(match value {
        Value::Null | Value::Bool(_) => value,
        Value::Number(number) => Value::Number(settle_number(number)),
        Value::String(text) => Value::String(settle_text(text)?),
        Value::Array(elements) => {
            Value::Array(elements.into_iter().map(settle).collect::<Result<_, _>>()?)
        }
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| Ok((settle_text(name)?, settle(value)?)))
                .collect::<Result<_, Invalid>>()?,
        ),
    })
}

fn settle_text(text: String) -> Result<String, Invalid> {
    if text.contains('\0') {
        return Err(Invalid::new("must not hold the character U+0000"));
    }
    Ok(text)
}

/// The one form of a number that both engines give back.
///
/// From 1e16 on a float prints with an exponent, which a decimal column writes
/// out; the digits then read as an integer. So it is one from the start.
/// Minus zero has no decimal form.
pub(crate) fn settle_number(number: Number) -> Number {
    // 2^64 and -2^63: the ends of what reads as an integer.
    const INTEGERS: std::ops::Range<f64> =
        -9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0;
    if !number.is_f64() {
        return number;
    }
    match number.as_f64() {
        // The pattern takes minus zero too.
        Some(0.0) => Number::from_f64(0.0).unwrap_or(number),
        Some(float) if float.abs() >= 1e16 && INTEGERS.contains(&float) => {
            // Every float of this size is whole, so its digits are its value.
            format!("{float:.0}").parse().unwrap_or(number)
        }
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check_number(text: &str, expected: &str) {
        let number: Number = serde_json::from_str(text).unwrap();
        assert_eq!(settle_number(number).to_string(), expected, "{text}");
    }

    #[test]
    fn numbers_take_the_form_that_a_decimal_column_gives_back() {
        check_number("1", "1");
        check_number("1.0", "1.0");
        check_number("0.7", "0.7");
        check_number("-0.0", "0.0");
        check_number("1e15", "1000000000000000.0");
        check_number("1e16", "10000000000000000");
        check_number("-1e16", "-10000000000000000");
        check_number("1.8446744073709552e19", "1.8446744073709552e+19");
        check_number("1e300", "1e+300");
        check_number("18446744073709551615", "18446744073709551615");
    }

    #[test]
    fn a_document_is_of_its_kind_small_and_free_of_nul() {
        assert!(JsonObject::new(json!({ "a": { "b": [1, null, "x"] } })).is_ok());
        assert!(JsonObject::new(json!([])).is_err());
        assert!(JsonArray::new(json!({})).is_err());
        assert!(JsonObject::new(json!({ "a\0": 1 })).is_err());
        assert!(JsonArray::new(json!([{ "a": ["\0"] }])).is_err());
        assert!(JsonArray::new(json!(["x".repeat(MAX_BYTES)])).is_err());
    }
}
