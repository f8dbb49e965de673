//! From a value of one type to one of another.
//!
//! These are the conversions that SQLite does without being asked, when a
//! value is stored in a column or compared with one. Those that depend on
//! what the value turns out to be are left to fail on the engine, loudly;
//! those that would give another value are refused.
//!
//! A REAL as text is what SQLite shows: `5.0`, `0.1`. The others write the same
//! for what has no more than fifteen digits and needs no exponent; beyond, the
//! text is of the same number. That is enough for rows that are copied, while
//! a CHECK, an index or a generated column would be another one: there it is
//! refused.

use super::{Spelling, mariadb, sql::Sql, writer::Place};
use crate::{
    Engine, Refusal,
    model::{DataType, Family},
};

/// `sql`, a value of type `from`, as one of type `to`.
pub(super) fn fit(
    (spelling, place): (Spelling, Place),
    sql: Sql,
    from: &DataType,
    to: &DataType,
) -> Result<Sql, Refusal> {
    if from.family() == to.family() {
        return Ok(sql);
    }
    match spelling.engine() {
        // SQLite stores what it is given, as its columns' affinity says.
        Engine::Sqlite => Ok(sql),
        Engine::Postgres => postgres(place, sql, from, to),
        Engine::Mariadb => mariadb(place, sql, from, to),
    }
}

fn refused(engine: Engine, from: &DataType, to: &DataType) -> Refusal {
    Refusal::new(format!(
        "a value of type {from} is used as {to}, and {engine} has no conversion that always does what SQLite does"
    ))
}

fn postgres(place: Place, sql: Sql, from: &DataType, to: &DataType) -> Result<Sql, Refusal> {
    let utc = |sql: Sql| Sql::operation(format!("{} AT TIME ZONE 'UTC'", sql.operand()));
    let clock = |sql, format: &str| match place {
        Place::Query => fraction(shown(sql, &format!("{format}.US"))),
        _ => shown(sql, format),
    };
    let name = super::postgres::data_type(to);
    Ok(match (from.family(), to.family()) {
        (Family::Integer, Family::Number) => sql,
        (Family::Number, Family::Integer) => {
            whole_only(Engine::Postgres, place, from)?;
            let digits = match from {
                DataType::Numeric(_) => Sql::call("trim_scale", [sql]),
                // What is a REAL on SQLite may be a decimal here.
                _ => sql.cast("double precision"),
            };
            digits.cast("text").cast(&name)
        }
        (Family::Boolean, Family::Integer) => sql.cast("integer"),
        (Family::Boolean, Family::Number) => sql.cast("integer").cast(&name),
        (Family::Integer | Family::Number, Family::Boolean) => {
            Sql::compare(format!("{} <> 0", sql.side()))
        }
        (Family::Boolean, Family::Text) => sql.cast("integer").cast("text"),
        (Family::Integer | Family::Uuid | Family::Json, Family::Text) => sql.cast("text"),
        (Family::Number, Family::Text) if place == Place::Query => match from {
            DataType::Numeric(_) => Sql::call("trim_scale", [sql]).cast("text"),
            // To as many digits as SQLite shows: fifteen.
            _ => Sql::call(
                "regexp_replace",
                [
                    sql.cast("numeric").cast("text"),
                    Sql::atom("'^(-?[0-9]+)$'"),
                    Sql::atom(r"'\1.0'"),
                ],
            ),
        },
        (Family::Date, Family::Text) if place == Place::Steady => steady(sql, "Y-m-d"),
        (Family::Time, Family::Text) if place == Place::Steady => steady(sql, "H:M:S"),
        (Family::Timestamp, Family::Text) if place == Place::Steady => steady(sql, "Y-m-d H:M:S"),
        (Family::TimestampTz, Family::Text) if place == Place::Steady => {
            steady(utc(sql), "Y-m-d H:M:S")
        }
        (Family::Date, Family::Text) => shown(sql, "YYYY-MM-DD"),
        (Family::Time, Family::Text) => clock(sql, "HH24:MI:SS"),
        (Family::Timestamp, Family::Text) => clock(sql, "YYYY-MM-DD HH24:MI:SS"),
        (Family::TimestampTz, Family::Text) => clock(utc(sql), "YYYY-MM-DD HH24:MI:SS"),
        (Family::Text, Family::Timestamp) if place == Place::Query => utc(instant(sql)),
        (Family::Text, Family::TimestampTz) if place == Place::Query => instant(sql),
        (Family::Text, Family::Date | Family::Time | Family::Timestamp | Family::TimestampTz)
            if place == Place::Steady =>
        {
            return Err(unsteady(Engine::Postgres));
        }
        // A text that is no such value fails.
        (
            Family::Text,
            Family::Integer
            | Family::Number
            | Family::Uuid
            | Family::Json
            | Family::Date
            | Family::Time
            | Family::Timestamp
            | Family::TimestampTz,
        ) => sql.cast(&name),
        (Family::Text, Family::Blob) => Sql::call("convert_to", [sql, Sql::atom("'UTF8'")]),
        (Family::Blob, Family::Text) => Sql::call("convert_from", [sql, Sql::atom("'UTF8'")]),
        (Family::Timestamp, Family::TimestampTz) | (Family::TimestampTz, Family::Timestamp) => {
            utc(sql)
        }
        (Family::Date | Family::Timestamp, Family::Timestamp | Family::Date) => sql.cast(&name),
        (Family::Date, Family::TimestampTz) => utc(sql.cast("timestamp")),
        (Family::TimestampTz, Family::Date) => utc(sql).cast("date"),
        _ => return Err(refused(Engine::Postgres, from, to)),
    })
}

/// A fraction stays one in SQLite's INTEGER columns, where the others would
/// round it. Where rows are written it fails instead: its text is no number
/// to them. A computed column's can't be looked at beforehand.
fn whole_only(engine: Engine, place: Place, from: &DataType) -> Result<(), Refusal> {
    if place == Place::Query {
        return Ok(());
    }
    Err(Refusal::new(format!(
        "a value of type {from} stands in a column of whole numbers, where SQLite keeps its fraction and {engine} rounds: make it whole with `round(..)` or `CAST(.. AS INTEGER)`, or the column REAL"
    )))
}

/// A double with no more digits than SQLite and PostgreSQL show, where MariaDB
/// shows seventeen: 0.3 and not 0.30000000000000004.
fn fifteen_digits(sql: &Sql) -> Sql {
    let text = &sql.text;
    let places = format!("14 - COALESCE(floor(log10(NULLIF(abs({text}), 0))), 0)");
    Sql::call("round", [sql.clone(), Sql::atom(places)])
}

/// A double's text on MariaDB, where 5 is shown as 5.0.
pub(super) fn shown_with_point(sql: Sql) -> Sql {
    Sql::call(
        "REGEXP_REPLACE",
        [
            sql.cast("char"),
            Sql::atom("'^(-?[0-9]+)$'"),
            Sql::atom(r"'\\1.0'"),
        ],
    )
}

/// A number's text as a whole number; with a fraction it fails.
pub(super) fn whole(text: Sql) -> Sql {
    Sql::call(
        "REGEXP_REPLACE",
        [text, Sql::atom("'[.]0+$'"), Sql::atom("''")],
    )
    .cast("signed")
}

/// A text as SQLite's functions read it on PostgreSQL: a zone that it ends in
/// counts, and without one it is in UTC, whatever the session's is.
fn instant(sql: Sql) -> Sql {
    let zoned = "'(?<![Zz]|[+-][0-9]{2}:[0-9]{2})$'";
    Sql::call("regexp_replace", [sql, Sql::atom(zoned), Sql::atom("'Z'")]).cast("timestamptz")
}

/// The same on MariaDB, which takes no zone at all.
fn moment(sql: Sql) -> Sql {
    let text = sql.text;
    Sql::atom(format!(
        "CASE WHEN {text} REGEXP ':.*[+-][0-9]{{2}}:[0-9]{{2}}$' \
         THEN convert_tz(CAST(left({text}, char_length({text}) - 6) AS datetime(6)), right({text}, 6), '+00:00') \
         ELSE CAST(TRIM(TRAILING 'Z' FROM {text}) AS datetime(6)) END"
    ))
}

/// What a setting could read another way.
fn unsteady(engine: Engine) -> Refusal {
    Refusal::new(format!(
        "{engine} has no index and no computed column over a time that is read from text"
    ))
}

/// A time as text, each letter a field of `strftime`.
fn steady(sql: Sql, format: &str) -> Sql {
    let pieces = format.chars().map(|letter| {
        super::postgres::steady_field(&sql.text, letter).unwrap_or_else(|| format!("'{letter}'"))
    });
    Sql::operation(pieces.collect::<Vec<_>>().join(" || "))
}

/// The text of a time with all its digits: those of a fraction stay, as the
/// text that SQLite keeps has them. Where a row is checked it is one of whole
/// seconds, which can be read back.
fn fraction(sql: Sql) -> Sql {
    Sql::call(
        "regexp_replace",
        [sql, Sql::atom("'[.]?0+$'"), Sql::atom("''")],
    )
}

fn shown(sql: Sql, format: &str) -> Sql {
    Sql::call("to_char", [sql, Sql::atom(format!("'{format}'"))])
}

fn mariadb(place: Place, sql: Sql, from: &DataType, to: &DataType) -> Result<Sql, Refusal> {
    let dated = |sql, format: &str| mariadb::dated(place, sql, format);
    let exact = |sql, format: &str| fraction(mariadb::dated(place, sql, format));
    Ok(match (from.family(), to.family()) {
        (Family::Number, Family::Integer) => {
            whole_only(Engine::Mariadb, place, from)?;
            whole(sql.cast("char"))
        }
        (
            Family::Integer | Family::Number | Family::Boolean,
            Family::Integer | Family::Number | Family::Boolean,
        ) => sql,
        // Made in a session of another collation, it would not go with columns.
        (Family::Integer | Family::Boolean | Family::Uuid | Family::Json, Family::Text)
            if place == Place::Steady =>
        {
            let text = sql.cast("char").text;
            Sql::operation(format!("{text} COLLATE utf8mb4_nopad_bin"))
        }
        (Family::Integer | Family::Boolean | Family::Uuid | Family::Json, Family::Text) => {
            sql.cast("char")
        }
        (Family::Number, Family::Text) if place == Place::Query => match from {
            // So there is a point, and what is cut off stands behind it.
            DataType::Numeric(_) => Sql::atom(format!(
                "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM {}))",
                sql.cast("decimal(65,30)").cast("char").text
            )),
            _ => shown_with_point(fifteen_digits(&sql)),
        },
        (Family::Date, Family::Text) => dated(sql, "'%Y-%m-%d'"),
        (Family::Time, Family::Text) if place == Place::Query => {
            fraction(Sql::call("time_format", [sql, Sql::atom("'%H:%i:%s.%f'")]))
        }
        (Family::Time, Family::Text) => Sql::call("time_format", [sql, Sql::atom("'%H:%i:%s'")]),
        (Family::Timestamp | Family::TimestampTz, Family::Text) if place == Place::Query => {
            exact(sql, "'%Y-%m-%d %H:%i:%s.%f'")
        }
        (Family::Timestamp | Family::TimestampTz, Family::Text) => {
            dated(sql, "'%Y-%m-%d %H:%i:%s'")
        }
        (Family::Text, Family::Integer | Family::Number) => sql.cast(&mariadb::cast_type(to)),
        (Family::Text, Family::Timestamp | Family::TimestampTz) if place == Place::Query => {
            moment(sql)
        }
        (Family::Text, Family::Date | Family::Time | Family::Timestamp | Family::TimestampTz)
            if place == Place::Steady =>
        {
            return Err(unsteady(Engine::Mariadb));
        }
        (Family::Text, Family::Date | Family::Time | Family::Timestamp | Family::TimestampTz) => {
            sql.cast(&mariadb::cast_type(to))
        }
        (Family::Text, Family::Uuid | Family::Json) => sql,
        (Family::Text, Family::Blob) => sql.cast("binary"),
        (Family::Blob, Family::Text) => Sql::atom(format!("CONVERT({} USING utf8mb4)", sql.text)),
        (Family::Timestamp, Family::TimestampTz) | (Family::TimestampTz, Family::Timestamp) => sql,
        (Family::Date, Family::Timestamp | Family::TimestampTz) => sql.cast("datetime(6)"),
        (Family::Timestamp | Family::TimestampTz, Family::Date) => sql.cast("date"),
        _ => return Err(refused(Engine::Mariadb, from, to)),
    })
}
