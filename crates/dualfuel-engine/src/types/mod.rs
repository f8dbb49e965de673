//! How each Rust type is stored on each engine.
//!
//! | SQL type | Rust | PostgreSQL | SQLite |
//! |---|---|---|---|
//! | `Bool` | `bool` | `boolean` | INTEGER 0 or 1 |
//! | `SmallInt`, `Integer`, `BigInt` | `i16`, `i32`, `i64` | `smallint`, `integer`, `bigint` | INTEGER |
//! | `Float`, `Double` | `f32`, `f64` | `real`, `double precision` | REAL |
//! | `Text` | `str`, `String` | `text` | TEXT |
//! | `Binary` | `[u8]`, `Vec<u8>` | `bytea` | BLOB |
//! | `Timestamptz` | `DateTime<Utc>` | `timestamptz` | TEXT `2025-01-31T09:15:00.000000Z` |
//! | `Timestamp` | `NaiveDateTime` | `timestamp` | TEXT `2025-01-31T09:15:00.000000` |
//! | `Date`, `Time` | `NaiveDate`, `NaiveTime` | `date`, `time` | TEXT `2025-01-31`, `09:15:00.000000` |
//! | `Uuid` | `uuid::Uuid` | `uuid` | TEXT, hyphenated, lower case |
//! | `Jsonb`, `Json` | `serde_json::Value` | `jsonb`, `json` | TEXT |
//!
//! Times are kept to the microsecond: what is finer is cut off, so a time from
//! `Utc::now()` may read back earlier by less than one. JSON is stored and read as a
//! whole; the JSON operators of one engine do not compile.
//!
//! Fixed widths make text order time order. A value that one engine could not
//! hold is refused on both when it is bound: NUL in text, NaN, a year outside
//! 1 to 9999. Years have four digits in ISO 8601; PostgreSQL has no NUL in text
//! (manual, 8.3), SQLite turns NaN into NULL.

mod arrays;
mod json;
mod numbers;
mod text;
mod time;
mod uuid;

pub(crate) use self::text::text;
pub(crate) use self::time::{
    DATE_LEN, DATETIME_LEN, TIME_LEN, write_date, write_datetime, write_time,
};

use crate::DualValue;

type ReadError = Box<dyn std::error::Error + Send + Sync>;

/// The value is not what the type can be read from.
fn unreadable(rust_type: &str, value: DualValue<'_>) -> ReadError {
    format!("cannot read {rust_type} from {}", value.kind()).into()
}

/// `bytes` as an array of the width that PostgreSQL's binary form has for `rust_type`.
fn fixed<const N: usize>(rust_type: &str, bytes: &[u8]) -> Result<[u8; N], ReadError> {
    bytes.try_into().map_err(|_| {
        format!(
            "cannot read {rust_type}: PostgreSQL sent {} bytes, it has {N}; the column has \
             another type than the schema says",
            bytes.len()
        )
        .into()
    })
}
