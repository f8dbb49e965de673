//! Binds from PostgreSQL's binary form to SQLite's storage classes.

use diesel::QueryResult;
use diesel::result::Error;
use rusqlite::Statement;
use rusqlite::types::{ToSqlOutput, ValueRef};
use uuid::Uuid;

use super::error;
use crate::diesel_internals::{BindKind, Binds};
use crate::types::{DATE_LEN, DATETIME_LEN, TIME_LEN, write_date, write_datetime, write_time};

/// Binds every parameter of `statement`.
///
/// `numbers` says which bind each parameter takes, where that is not simply the
/// next one: see [`parameter_numbers`].
pub(super) fn bind(
    statement: &mut Statement<'_>,
    numbers: Option<&[usize]>,
    binds: &Binds,
) -> QueryResult<()> {
    let count = numbers.map_or(binds.len(), <[usize]>::len);
    let wanted = statement.parameter_count();
    if wanted != count {
        return Err(Error::QueryBuilderError(
            format!("the query has {wanted} parameters and {count} values").into(),
        ));
    }
    for parameter in 1..=count {
        let number = numbers.and_then(|numbers| numbers.get(parameter - 1).copied());
        let number = number.unwrap_or(parameter);
        let (kind, bytes) = binds.get(number - 1).ok_or_else(|| {
            Error::QueryBuilderError(format!("the parameter ${number} has no value").into())
        })?;
        bind_one(statement, parameter, kind, bytes)?;
    }
    Ok(())
}

/// Which bind each parameter takes, or `None` when they go in order.
///
/// SQLite gives `$2` an index by its first appearance, not by its number: in
/// `$2, $1, $1` the parameter at index 1 is `$2`.
pub(super) fn parameter_numbers(statement: &Statement<'_>) -> QueryResult<Option<Box<[usize]>>> {
    let mut numbers = Vec::new();
    for index in 1..=statement.parameter_count() {
        let number = match statement.parameter_name(index) {
            None => index,
            Some(name) => name
                .strip_prefix('$')
                .and_then(|digits| digits.parse().ok())
                .filter(|number: &usize| *number > 0)
                .ok_or_else(|| {
                    Error::QueryBuilderError(
                        format!("the parameter {name} is not of the form $1, $2, ..").into(),
                    )
                })?,
        };
        numbers.push(number);
    }
    let in_order = numbers
        .iter()
        .enumerate()
        .all(|(index, number)| *number == index + 1);
    Ok(if in_order {
        None
    } else {
        Some(numbers.into_boxed_slice())
    })
}

fn bind_one(
    statement: &mut Statement<'_>,
    index: usize,
    kind: BindKind,
    bytes: &[u8],
) -> QueryResult<()> {
    let mut set = |value: ValueRef<'_>| {
        statement
            .raw_bind_parameter(index, ToSqlOutput::Borrowed(value))
            .map_err(error::of)
    };
    match kind {
        BindKind::Null => set(ValueRef::Null),
        BindKind::Bool => set(ValueRef::Integer(i64::from(bytes != [0]))),
        BindKind::SmallInt => set(ValueRef::Integer(i16::from_be_bytes(fixed(bytes)).into())),
        BindKind::Integer => set(ValueRef::Integer(i32::from_be_bytes(fixed(bytes)).into())),
        BindKind::BigInt => set(ValueRef::Integer(i64::from_be_bytes(fixed(bytes)))),
        BindKind::Float => set(ValueRef::Real(f32::from_be_bytes(fixed(bytes)).into())),
        BindKind::Double => set(ValueRef::Real(f64::from_be_bytes(fixed(bytes)))),
        BindKind::Text => set(ValueRef::Text(bytes)),
        BindKind::Jsonb => set(ValueRef::Text(bytes.get(1..).unwrap_or_default())),
        BindKind::Blob => set(ValueRef::Blob(bytes)),
        BindKind::Timestamp => {
            let mut text = [0; DATETIME_LEN];
            set(ValueRef::Text(write_datetime(
                i64::from_be_bytes(fixed(bytes)),
                false,
                &mut text,
            )))
        }
        BindKind::Timestamptz => {
            let mut text = [0; DATETIME_LEN];
            set(ValueRef::Text(write_datetime(
                i64::from_be_bytes(fixed(bytes)),
                true,
                &mut text,
            )))
        }
        BindKind::Date => {
            let mut text = [0; DATE_LEN];
            set(ValueRef::Text(write_date(
                i32::from_be_bytes(fixed(bytes)),
                &mut text,
            )))
        }
        BindKind::Time => {
            let mut text = [0; TIME_LEN];
            set(ValueRef::Text(write_time(
                i64::from_be_bytes(fixed(bytes)),
                &mut text,
            )))
        }
        BindKind::Uuid => {
            let mut text = Uuid::encode_buffer();
            let text = Uuid::from_bytes(fixed(bytes))
                .hyphenated()
                .encode_lower(&mut text);
            set(ValueRef::Text(text.as_bytes()))
        }
        BindKind::Array => Err(Error::QueryBuilderError("SQLite has no arrays".into())),
    }
}

/// The bytes of a fixed-width kind: `encode` wrote exactly that many, and nothing
/// else makes binds.
fn fixed<const N: usize>(bytes: &[u8]) -> [u8; N] {
    debug_assert_eq!(bytes.len(), N);
    bytes.try_into().unwrap_or([0; N])
}
