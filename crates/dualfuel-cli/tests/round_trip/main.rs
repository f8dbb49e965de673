//! What an expression is written as on an engine comes back from its
//! catalogue as the expression that it was.
//!
//! Each condition, default and value is a table of its own, made on a live
//! server by what [`dualfuel_schema::lower`] writes, and compared with the
//! source's. What is refused is printed; a refusal is an answer, a difference
//! is not. Servers are reached through `DUALFUEL_TEST_POSTGRES_URL` and
//! `DUALFUEL_TEST_MARIADB_URL`, which `cargo xtask test` sets.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
#[path = "../../../dualfuel-schema/tests/random/mod.rs"]
mod random;
#[path = "../support/servers.rs"]
mod servers;

use std::fmt::Write as _;

use dualfuel_cli::database::{Access, Connection, Scratch};
use dualfuel_schema::{
    Dialect, Engine,
    compare::{Side, compare},
    introspect::introspect,
    lower::expr,
    model::{Column, DataType, Schema, Table},
    parse::{ReadOptions, parse},
    statement::Statement,
};
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, TestRunner},
};

use servers::admin;

/// The tables that SQLite's text makes, each with its text.
fn tables() -> Vec<(String, Table)> {
    let mut texts = Vec::new();
    for (place, condition) in cases::CONDITIONS.iter().enumerate() {
        let columns = cases::COLUMNS;
        texts.push(format!(
            "CREATE TABLE c{place} ({columns}, CHECK ({condition}))"
        ));
    }
    for (place, (data_type, default)) in cases::DEFAULTS.iter().enumerate() {
        texts.push(format!(
            "CREATE TABLE d{place} (x {data_type} DEFAULT {default})"
        ));
    }
    for (place, (data_type, value)) in cases::VALUES.iter().enumerate() {
        let columns = cases::COLUMNS;
        texts.push(format!(
            "CREATE TABLE v{place} ({columns}, x {data_type} GENERATED ALWAYS AS ({value}) STORED)"
        ));
    }
    texts.into_iter().filter_map(table).collect()
}

fn table(text: String) -> Option<(String, Table)> {
    let mut parsed = parse(Dialect::Sqlite, &text, ReadOptions::default());
    match parsed.pop()? {
        Ok(parsed) => match parsed.statement {
            Statement::CreateTable { table, .. } => Some((text, table)),
            other => panic!("{text}: {other:?}"),
        },
        Err(unread) => {
            println!("{text}\n  not read: {}", unread.refusal.reason);
            None
        }
    }
}

/// A table in an engine's SQL, with nothing but types and expressions.
fn create(engine: Engine, table: &Table) -> Result<String, String> {
    let mut items = Vec::new();
    for column in &table.columns {
        items.push(self::column(engine, table, column)?);
    }
    for check in &table.checks {
        let condition = expr::condition(engine, table, &check.expr).map_err(|no| no.reason)?;
        items.push(format!("CHECK ({condition})"));
    }
    let name = expr::quote(engine, &table.name);
    let tail = if engine == Engine::Mariadb {
        "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"
    } else {
        ""
    };
    Ok(format!("CREATE TABLE {name} ({}) {tail}", items.join(", ")))
}

fn column(engine: Engine, table: &Table, column: &Column) -> Result<String, String> {
    let data_type = expr::data_type(engine, &column.data_type);
    let mut text = format!("{} {data_type}", expr::quote(engine, &column.name));
    if let Some(generated) = &column.generated {
        let value = expr::value(engine, table, &generated.expr, Some(&column.data_type))
            .map_err(|no| no.reason)?;
        write!(text, " GENERATED ALWAYS AS ({value}) STORED").unwrap();
    }
    if let Some(default) = &column.default {
        let default = expr::default(engine, column, default).map_err(|no| no.reason)?;
        write!(text, " DEFAULT {default}").unwrap();
    }
    // What the native type does not tell.
    let unsaid = data_type == "datetime(6)" || column.data_type == DataType::Numeric(None);
    if engine == Engine::Mariadb && unsaid {
        write!(
            text,
            " COMMENT 'dualfuel: {} as {data_type}'",
            column.data_type
        )
        .unwrap();
    }
    Ok(text)
}

/// What is wrong on an engine, with the source on the first line.
async fn wrong(engine: Engine, tables: Vec<(String, Table)>) -> Vec<String> {
    let scratch = Scratch::create(&admin(engine)).await.unwrap();
    let mut connection = Connection::open(scratch.place(), Access::Write)
        .await
        .unwrap();
    let mut wrong = Vec::new();
    let mut model = Schema {
        dialect: Some(Dialect::Sqlite),
        ..Schema::default()
    };
    let mut texts = Vec::new();
    for (text, table) in tables {
        let sql = match create(engine, &table) {
            Ok(sql) => sql,
            Err(reason) => {
                println!("{text}\n  refused on {engine}: {reason}");
                continue;
            }
        };
        match connection.execute(&sql).await {
            Ok(()) => {
                texts.push((table.name.to_string(), text, sql));
                model.tables.push(table);
            }
            Err(error) => wrong.push(format!("{text}\n  {sql}\n  failed: {error}")),
        }
    }
    let found = introspect(engine, &mut connection, ReadOptions::default())
        .await
        .unwrap();
    let comparison = compare(
        Side {
            schema: &model,
            engine: None,
        },
        Side {
            schema: &found,
            engine: Some(engine),
        },
    );
    // Nothing marks a NOCASE column here.
    let differences = comparison
        .differences
        .into_iter()
        .filter(|difference| difference.attribute != "collation");
    for difference in differences {
        let (_, text, sql) = texts
            .iter()
            .find(|(name, ..)| *name == difference.table)
            .unwrap();
        wrong.push(format!("{text}\n  {sql}\n  {difference:?}"));
    }
    wrong
}

#[tokio::test]
async fn postgresql_gives_back_what_it_was_given() {
    let wrong = wrong(Engine::Postgres, tables()).await;
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn mariadb_gives_back_what_it_was_given() {
    let wrong = wrong(Engine::Mariadb, tables()).await;
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n"));
}

/// Conditions that no one thought of, as many as `DUALFUEL_TEST_CONDITIONS` says.
fn drawn() -> Vec<(String, Table)> {
    let asked = std::env::var("DUALFUEL_TEST_CONDITIONS");
    let count: usize = asked.map_or(60, |number| number.parse().unwrap());
    let mut runner = TestRunner::new(Config::default());
    let columns = random::TABLE.split_once('(').unwrap().1;
    let columns = columns.strip_suffix(')').unwrap();
    let draw = |_| {
        let condition = random::condition(2).new_tree(&mut runner).unwrap();
        condition.current()
    };
    let conditions = (0..count).map(draw);
    // A double beside an integer is exact on SQLite alone.
    let conditions = conditions.filter(|condition| !condition.contains("AS REAL"));
    let text =
        |(place, condition)| format!("CREATE TABLE r{place} ({columns}, CHECK ({condition}))");
    let texts = conditions.enumerate().map(text);
    texts.filter_map(table).collect()
}

#[tokio::test]
async fn what_was_drawn_comes_back() {
    let mut all = Vec::new();
    for engine in [Engine::Postgres, Engine::Mariadb] {
        all.extend(wrong(engine, drawn()).await);
    }
    assert!(all.is_empty(), "{}: {}", all.len(), all.join("\n"));
}
