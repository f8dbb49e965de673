//! Rows as each engine spells them.

use std::fmt::Write as _;

use super::{Link, Row, Value};
use crate::{
    Engine,
    lower::expr::quote,
    model::{DataType, Name, Schema},
};

/// The INSERT for a row, without `;`.
pub fn insert(engine: Engine, schema: &Schema, row: &Row) -> String {
    let columns = row.values.iter().map(|(name, _)| quote(engine, name));
    let values = row.values.iter();
    let values = values.map(|(name, value)| literal(engine, schema, &row.table, name, value));
    format!(
        "INSERT INTO {} ({}) VALUES ({})",
        quote(engine, &row.table),
        columns.collect::<Vec<_>>().join(", "),
        values.collect::<Vec<_>>().join(", "),
    )
}

/// The UPDATE that closes a cycle, without `;`.
pub fn link(engine: Engine, schema: &Schema, link: &Link) -> String {
    let pairs = |pairs: &[(Name, Value)], between: &str| {
        let pairs = pairs.iter().map(|(name, value)| {
            let value = literal(engine, schema, &link.table, name, value);
            format!("{} = {value}", quote(engine, name))
        });
        pairs.collect::<Vec<_>>().join(between)
    };
    format!(
        "UPDATE {} SET {} WHERE {}",
        quote(engine, &link.table),
        pairs(&link.set, ", "),
        pairs(&link.key, " AND "),
    )
}

fn literal(engine: Engine, schema: &Schema, table: &Name, column: &Name, value: &Value) -> String {
    let column = schema.table(table).and_then(|table| table.column(column));
    let data_type = column.map_or(DataType::Text, |column| column.data_type.clone());
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(truth) => boolean(engine, *truth),
        Value::Integer(number) if data_type == DataType::Boolean => boolean(engine, *number != 0),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.clone(),
        Value::Text(instant) if data_type == DataType::TimestampTz => match engine {
            Engine::Sqlite => text(engine, &format!("{}Z", instant.replace(' ', "T"))),
            Engine::Postgres => text(engine, &format!("{instant}+00")),
            Engine::Mariadb => text(engine, instant),
        },
        Value::Text(value) => text(engine, value),
        Value::Blob(bytes) => match engine {
            Engine::Postgres => format!("'\\x{}'", hex(bytes)),
            Engine::Sqlite | Engine::Mariadb => format!("x'{}'", hex(bytes)),
        },
    }
}

fn boolean(engine: Engine, truth: bool) -> String {
    let spelled = match (engine, truth) {
        (Engine::Postgres, true) => "TRUE",
        (Engine::Postgres, false) => "FALSE",
        (_, true) => "1",
        (_, false) => "0",
    };
    spelled.to_owned()
}

fn text(engine: Engine, text: &str) -> String {
    let quoted = text.replace('\'', "''");
    match engine {
        Engine::Mariadb => format!("'{}'", quoted.replace('\\', "\\\\")),
        Engine::Sqlite | Engine::Postgres => format!("'{quoted}'"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
