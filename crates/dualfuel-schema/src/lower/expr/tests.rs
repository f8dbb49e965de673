//! What is written, engine by engine. That it means the same on all of them
//! is shown on the engines themselves, in `tests/expressions.rs`.

use super::*;
use crate::model::{BinaryOp, Call, Collation, Function, Like};

fn people() -> Table {
    let mut table = Table::new("people");
    let columns = [
        ("id", DataType::BigInt),
        ("name", DataType::Text),
        ("active", DataType::Boolean),
        ("age", DataType::Integer),
        ("height", DataType::Double),
        ("photo", DataType::Blob),
        ("born", DataType::Date),
        ("seen", DataType::Timestamp),
        ("made", DataType::TimestampTz),
        ("extra", DataType::Json),
        ("key", DataType::Uuid),
    ];
    for (name, data_type) in columns {
        let mut column = Column::new(name, data_type);
        column.declared = Some("whatever".into());
        table.columns.push(column);
    }
    let mut login = Column::new("login", DataType::Text);
    login.collation = Collation::NoCase;
    table.columns.push(login);
    table
}

fn column(name: &str) -> Expr {
    Expr::column(name)
}

/// A condition on PostgreSQL and MariaDB.
fn check(expr: &Expr, postgres: &str, mariadb: &str) {
    let table = people();
    let on = |engine| condition(engine, &table, expr).unwrap_or_else(|refusal| refusal.reason);
    assert_eq!(on(Engine::Postgres), postgres);
    assert_eq!(on(Engine::Mariadb), mariadb);
}

fn check_default(data_type: DataType, expr: Expr, sqlite: &str, postgres: &str, mariadb: &str) {
    let mut written = Column::new("c", data_type);
    written.declared = None;
    let on = |engine| default(engine, &written, &expr).unwrap_or_else(|refusal| refusal.reason);
    assert_eq!(on(Engine::Sqlite), sqlite);
    assert_eq!(on(Engine::Postgres), postgres);
    assert_eq!(on(Engine::Mariadb), mariadb);
}

#[test]
fn a_number_for_a_boolean_is_true_or_false() {
    let flag = |value| Expr::binary(column("active"), BinaryOp::Eq, value);
    check(
        &flag(Expr::integer(1)),
        r#""active" = TRUE"#,
        "`active` = TRUE",
    );
    check(
        &flag(Expr::text("f")),
        r#""active" = FALSE"#,
        "`active` = FALSE",
    );
    check(
        &flag(Expr::integer(7)),
        "7 is no value of type BOOLEAN",
        "7 is no value of type BOOLEAN",
    );
    check(&column("age"), r#""age" <> 0"#, "`age`");
}

#[test]
fn a_constant_takes_its_columns_type() {
    let eq = |name, value| Expr::binary(column(name), BinaryOp::Eq, value);
    check(&eq("age", Expr::text("18")), r#""age" = 18"#, "`age` = 18");
    check(
        &eq("name", Expr::integer(0)),
        r#""name" = '0'"#,
        "`name` = '0'",
    );
    check(
        &eq("seen", Expr::text("2025-01-31T09:15:00Z")),
        r#""seen" = '2025-01-31 09:15:00'::timestamp"#,
        "`seen` = '2025-01-31 09:15:00'",
    );
    check(
        &eq("name", Expr::text(r"a\b'c")),
        r#""name" = 'a\b''c'"#,
        r"`name` = 'a\\b''c'",
    );
    check(
        &Expr::binary(column("age"), BinaryOp::Eq, column("name")),
        "a text is compared with a number: SQLite decides by what the text holds, PostgreSQL can't",
        "a text is compared with a number: SQLite decides by what the text holds, MariaDB can't",
    );
}

#[test]
fn case_is_ignored_where_sqlite_ignores_it() {
    check(
        &Expr::binary(column("login"), BinaryOp::Eq, Expr::text("Ann")),
        r#"lower("login") = 'ann'"#,
        "lower(`login`) = 'ann'",
    );
    check(
        &Expr::Like(Box::new(Like {
            expr: column("name"),
            pattern: Expr::text("a%"),
            negated: true,
            escape: None,
            case_insensitive: true,
        })),
        r#""name" NOT ILIKE 'a%'"#,
        "lower(`name`) NOT LIKE 'a%'",
    );
}

#[test]
fn a_glob_with_a_class_is_a_regular_expression() {
    let glob = |pattern| Expr::call(Function::Glob, vec![column("name"), Expr::text(pattern)]);
    check(
        &glob("[0-9][0-9].?"),
        r#""name" ~ '^[0-9][0-9]\..$'"#,
        r"`name` REGEXP '(?s)^[0-9][0-9]\\..\\z'",
    );
    let not = Expr::Unary {
        op: crate::model::UnaryOp::Not,
        expr: Box::new(glob("*[^0-9a-f]*")),
    };
    check(
        &not,
        r#"NOT ("name" ~ '[^0-9a-f]')"#,
        "NOT (`name` REGEXP '[^0-9a-f]')",
    );
}

#[test]
fn whole_numbers_divide_to_whole_numbers() {
    let half = Expr::binary(column("age"), BinaryOp::Divide, Expr::integer(2));
    check(
        &Expr::binary(half, BinaryOp::Gt, column("id")),
        r#""age" / 2 > "id""#,
        "`age` DIV 2 > `id`",
    );
}

#[test]
fn the_least_of_several_is_null_when_one_is() {
    let least = Expr::call(Function::Least, vec![column("age"), Expr::integer(3)]);
    check(
        &Expr::binary(least, BinaryOp::Gt, Expr::integer(0)),
        r#"CASE WHEN "age" IS NOT NULL THEN LEAST("age", 3) END > 0"#,
        "LEAST(`age`, 3) > 0",
    );
}

#[test]
fn the_present_is_of_its_columns_type() {
    let now = || Expr::call(Function::CurrentTimestamp, Vec::new());
    check_default(
        DataType::TimestampTz,
        now(),
        "(strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))",
        "CURRENT_TIMESTAMP",
        "(utc_timestamp(6))",
    );
    check_default(
        DataType::Text,
        now(),
        "CURRENT_TIMESTAMP",
        "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
        "(date_format(utc_timestamp(), '%Y-%m-%d %H:%i:%s'))",
    );
    check_default(
        DataType::BigInt,
        Expr::call(Function::CurrentEpoch, Vec::new()),
        "(unixepoch())",
        "CAST(floor(EXTRACT(epoch FROM CURRENT_TIMESTAMP)) AS bigint)",
        "(unix_timestamp())",
    );
}

#[test]
fn a_long_chain_is_written_and_a_deep_one_refused() {
    let link = || Expr::binary(column("age"), BinaryOp::Gt, Expr::integer(0));
    let chain = (0..5000).fold(link(), |chain, _| Expr::binary(chain, BinaryOp::Or, link()));
    assert!(condition(Engine::Postgres, &people(), &chain).is_ok());
    // Taken apart here: to drop it whole would recurse as deep.
    drop_chain(chain);
    let deep = (0..200).fold(column("name"), |deep, _| {
        Expr::Call(Box::new(Call::new(Function::Lower, vec![deep])))
    });
    let refusal = value(Engine::Postgres, &people(), &deep, None).unwrap_err();
    assert!(refusal.reason.contains("levels deep"), "{refusal}");
}

fn drop_chain(mut chain: Expr) {
    while let Expr::Binary { left, .. } = chain {
        chain = *left;
    }
}
