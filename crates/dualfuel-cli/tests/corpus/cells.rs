//! What stands in the tables, in a spelling that is the same on every engine.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use dualfuel_schema::{
    Engine,
    lower::expr::quote,
    model::{Column, DataType, Schema, Table},
};

use crate::engines::Database;

/// A row: column to value; names in lower case.
pub(crate) type Row = BTreeMap<String, Option<String>>;

/// Table to rows, these in no order that means anything.
pub(crate) type Cells = BTreeMap<String, Vec<Row>>;

/// A default or an UPDATE takes the time at which it runs, which is another
/// one on each engine. Nothing else in the tests is of these days.
const NOW: &str = "(now)";
const NEAR_SECONDS: i64 = 40 * 86_400;

/// Reads all tables of `schema`.
pub(crate) async fn read(database: &mut Database, schema: &Schema) -> Result<Cells, String> {
    let mut cells = Cells::new();
    for table in schema.tables.iter().filter(|table| !table.temporary) {
        let engine = database.engine;
        let columns = table.columns.iter().map(|column| selected(engine, column));
        let sql = format!(
            "SELECT {} FROM {}",
            columns.collect::<Vec<_>>().join(", "),
            quote(engine, &table.name)
        );
        let rows = database.rows(&sql).await?;
        let rows = rows.into_iter().map(|row| canonical_row(table, row));
        cells.insert(table.name.folded(), rows.collect());
    }
    Ok(cells)
}

fn selected(engine: Engine, column: &Column) -> String {
    let name = quote(engine, &column.name);
    match (&column.data_type, engine) {
        (DataType::Blob, Engine::Postgres) => format!("upper(encode({name}, 'hex'))"),
        (DataType::Blob, _) => format!("CASE WHEN {name} IS NOT NULL THEN hex({name}) END"),
        (DataType::TimestampTz, Engine::Postgres) => format!("({name} AT TIME ZONE 'UTC')::text"),
        (_, Engine::Postgres) => format!("{name}::text"),
        _ => name,
    }
}

fn canonical_row(table: &Table, row: Vec<Option<String>>) -> Row {
    let columns = table.columns.iter().zip(row);
    columns
        .map(|(column, value)| {
            let value = value.map(|value| canonical(&column.data_type, value));
            (column.name.folded(), value)
        })
        .collect()
}

fn canonical(data_type: &DataType, value: String) -> String {
    match data_type {
        DataType::SmallInt | DataType::Integer | DataType::BigInt => near_now(whole(value)),
        DataType::Boolean => match value.as_str() {
            "t" | "true" | "1" => "true".to_owned(),
            "f" | "false" | "0" => "false".to_owned(),
            _ => value,
        },
        DataType::Real | DataType::Double | DataType::Numeric(_) => number(value),
        DataType::Char(_) => value.trim_end().to_owned(),
        DataType::Date | DataType::Time | DataType::Timestamp | DataType::TimestampTz => {
            today(time(&value))
        }
        DataType::Json => match serde_json::from_str::<serde_json::Value>(&value) {
            Ok(json) => json.to_string(),
            Err(_) => value,
        },
        DataType::Uuid => value.to_lowercase(),
        // `json_object` and its like put blanks after `:` everywhere but on SQLite.
        DataType::Text | DataType::Varchar(_) if value.starts_with(['{', '[']) => {
            canonical(&DataType::Json, value)
        }
        DataType::Text | DataType::Varchar(_) => today(value),
        DataType::Blob | DataType::Other(_) => value,
    }
}

/// SQLite keeps a whole number in a column of integers even when it was
/// written as a float.
fn whole(value: String) -> String {
    value.strip_suffix(".0").map(str::to_owned).unwrap_or(value)
}

fn number(value: String) -> String {
    match value.parse::<f64>() {
        Ok(number) => format!("{number:?}"),
        Err(_) => value,
    }
}

/// Without a `T`, a zone and zeros at the end.
fn time(value: &str) -> String {
    let value = value.replace('T', " ");
    let value = value.trim_end_matches("+00:00").trim_end_matches('Z');
    match value.split_once('.') {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        },
        None => value.to_owned(),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the databases take the time from the machine, not from a `Clock`"
)]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn near_now(value: String) -> String {
    let near = |seconds: i64| (seconds - now()).abs() < NEAR_SECONDS;
    match value.parse::<i64>() {
        Ok(number) if near(number) || near(number / 1000) => NOW.to_owned(),
        _ => value,
    }
}

fn today(value: String) -> String {
    let days = now() / 86_400;
    let near = (days - 1..=days + 1).any(|day| value.starts_with(&date(day)));
    match near {
        true => NOW.to_owned(),
        false => value,
    }
}

/// The day of that number since 1970 (Howard Hinnant's `civil_from_days`).
fn date(days: i64) -> String {
    let z = days + 719_468;
    let era = z / 146_097;
    let doe = z % 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{:02}", doy - (153 * mp + 2) / 5 + 1)
}

/// The rows of both, sorted, without some of the columns.
pub(crate) fn sorted(rows: &[Row], without: &[String]) -> Vec<Row> {
    let mut rows: Vec<Row> = rows.to_vec();
    for row in &mut rows {
        row.retain(|column, _| !without.contains(column));
    }
    rows.sort();
    rows
}

/// What is in one and not in the other, a line each, at most a few.
pub(crate) fn unlike(left: &[Row], right: &[Row]) -> Vec<String> {
    if left.len() != right.len() {
        return vec![format!("{} rows | {} rows", left.len(), right.len())];
    }
    let pairs = left.iter().zip(right).filter(|(left, right)| left != right);
    let lines = pairs.flat_map(|(left, right)| {
        let cells = left.iter().filter_map(|(column, value)| {
            let other = right.get(column)?;
            (other != value).then(|| format!("{column}: {} | {}", short(value), short(other)))
        });
        cells.collect::<Vec<_>>()
    });
    lines.take(4).collect()
}

fn short(value: &Option<String>) -> String {
    match value {
        None => "NULL".to_owned(),
        Some(text) => format!("{:?}", text.chars().take(60).collect::<String>()),
    }
}
