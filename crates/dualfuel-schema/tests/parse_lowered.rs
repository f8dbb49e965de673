//! What is lowered for an engine is read back as what it was, in normal form:
//! this is how a database is compared with its source.

use dualfuel_schema::{
    Dialect, Engine,
    compare::normal_form,
    lower::expr::{condition, default},
    model::{Column, DataType, Table},
    parse::{ReadOptions, parse, parse_expr},
    statement::Statement,
};

fn table() -> Table {
    let sql = "CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT, m INT4, a TEXT, b TEXT, v VARCHAR(20), \
               on_ BOOLEAN, x DOUBLE, d DATE, at TIMESTAMP, z TIMESTAMPTZ, u UUID, w BLOB)";
    match parse(Dialect::Sqlite, sql, ReadOptions::default()).remove(0) {
        Ok(parsed) => match parsed.statement {
            Statement::CreateTable { table, .. } => table,
            other => panic!("{other:?}"),
        },
        Err(unread) => panic!("{}", unread.refusal),
    }
}

#[test]
fn conditions_survive_every_engine() {
    let table = table();
    let mut wrong = Vec::new();
    for sql in [
        "n >= 0",
        "n > 0 AND m < 10 OR n = 5",
        "n BETWEEN 1 AND 10",
        "n NOT BETWEEN 1 AND 10",
        "a IN ('x', 'y')",
        "n NOT IN (1, 2)",
        "a IS NULL OR b IS NOT NULL",
        "(a IS NULL) = (b IS NULL)",
        "NOT (n = 1)",
        "a IS b",
        "n IS NOT m",
        "length(a) > 0",
        "length(a) <= 20 AND a <> ''",
        "lower(a) = a",
        "upper(trim(a)) <> 'X'",
        "substr(a, 1, 3) = 'abc'",
        "instr(a, '@') > 1",
        "replace(a, 'x', 'y') = b",
        "a || '-' || b <> 'x-y'",
        "coalesce(a, b, '') <> ''",
        "nullif(a, '') IS NOT NULL",
        "abs(n) < 100",
        "n % 2 = 0",
        "n / 2 > 1",
        "n + m * 2 - 1 > 0",
        "-n < 0",
        "n & 3 = 1",
        "x > 1.5",
        "on_ = 1",
        "on_",
        "NOT on_",
        "CASE WHEN n > 1 THEN a = 'x' ELSE b = 'y' END",
        "CASE n WHEN 1 THEN 'x' WHEN 2 THEN 'y' END = a",
        "a GLOB 'x*'",
        "v <> ''",
        "min(n, m) > 0",
        "a LIKE 'x%'",
        "d >= '2020-01-01'",
        "octet_length(a) < 100",
        "CAST(n AS TEXT) = a",
    ] {
        let expr =
            parse_expr(Dialect::Sqlite, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        for engine in Engine::ALL {
            let lowered = match condition(engine, &table, &expr) {
                Ok(lowered) => lowered,
                Err(refusal) => {
                    wrong.push(format!("{sql}\n  {engine} refuses: {refusal}"));
                    continue;
                }
            };
            match parse_expr(Dialect::from(engine), &lowered) {
                Ok(lifted) if normal_form(&table, &lifted) == normal_form(&table, &expr) => {}
                Ok(lifted) => wrong.push(format!(
                    "{sql}\n  {engine}: {lowered}\n  {:?}\n  {:?}",
                    normal_form(&table, &lifted),
                    normal_form(&table, &expr)
                )),
                Err(refusal) => wrong.push(format!("{sql}\n  {engine}: {lowered}\n  {refusal}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_present_and_chance_survive_every_engine() {
    let mut wrong = Vec::new();
    for (sql, types) in [
        (
            "CURRENT_TIMESTAMP",
            &[DataType::Text, DataType::Timestamp, DataType::TimestampTz][..],
        ),
        (
            "CURRENT_DATE",
            &[DataType::Text, DataType::Date, DataType::Timestamp],
        ),
        ("CURRENT_TIME", &[DataType::Text, DataType::Time]),
        ("unixepoch()", &[DataType::BigInt, DataType::Integer]),
        ("unixepoch() * 1000", &[DataType::BigInt]),
        ("uuid()", &[DataType::Text, DataType::Uuid]),
        ("random()", &[DataType::BigInt]),
        ("strftime('%Y-%m-%dT%H:%M:%SZ', 'now')", &[DataType::Text]),
        ("strftime('%Y', 'now')", &[DataType::Text]),
        ("lower(hex(randomblob(16)))", &[DataType::Text]),
    ] {
        let expr =
            parse_expr(Dialect::Sqlite, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        for data_type in types {
            let column = Column::new("c", data_type.clone());
            let mut table = Table::new("t");
            table.columns.push(column.clone());
            for engine in Engine::ALL {
                let read = default(engine, &column, &expr).and_then(|lowered| {
                    Ok((parse_expr(Dialect::from(engine), &lowered)?, lowered))
                });
                match read {
                    Ok((lifted, _))
                        if normal_form(&table, &lifted) == normal_form(&table, &expr) => {}
                    other => wrong.push(format!("{sql} as {data_type} on {engine}: {other:?}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
