//! What is one meaning, and what is two.

use super::*;
use crate::{
    Dialect,
    parse::{ReadOptions, parse, parse_expr},
    statement::Statement,
};

fn table() -> Table {
    let sql = "CREATE TABLE x (a INTEGER, b INTEGER, n DECIMAL_TEXT(10,2), d DOUBLE, s TEXT, \
               v VARCHAR(20), f BOOLEAN, g BOOLEAN, ts TIMESTAMP, j JSON_TEXT)";
    match parse(Dialect::Sqlite, sql, ReadOptions::default()).pop() {
        Some(Ok(parsed)) => match parsed.statement {
            Statement::CreateTable { table, .. } => table,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn form(dialect: Dialect, text: &str) -> Expr {
    match parse_expr(dialect, text) {
        Ok(expr) => normal_condition(&table(), &expr),
        Err(refusal) => panic!("{text}: {refusal}"),
    }
}

/// What SQLite's text comes back as from PostgreSQL and from MariaDB.
#[test]
fn spellings_of_one_meaning_meet() {
    let check = |sqlite: &str, postgres: &str, mariadb: &str| {
        let wanted = form(Dialect::Sqlite, sqlite);
        assert_eq!(form(Dialect::Postgres, postgres), wanted, "{postgres}");
        assert_eq!(form(Dialect::Mysql, mariadb), wanted, "{mariadb}");
    };
    check(
        "a BETWEEN 1 AND 5",
        "((a >= 1) AND (a <= 5))",
        "`a` between 1 and 5",
    );
    check(
        "a NOT BETWEEN 1 AND 5",
        "((a < 1) OR (a > 5))",
        "`a` not between 1 and 5",
    );
    check(
        "s IN ('b', 'a')",
        "(s = ANY (ARRAY['a'::text, 'b'::text]))",
        "`s` in ('a','b')",
    );
    check(
        "s NOT IN ('a', 'b')",
        "(s <> ALL (ARRAY['a'::text, 'b'::text]))",
        "`s` not in ('a','b')",
    );
    check(
        "v IN ('a', 'b')",
        "((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        "`v` in ('a','b')",
    );
    check("NOT f", "(NOT f)", "`f` = 0");
    check("f = 1 OR a > 0", "(f OR (a > 0))", "`f` <> 0 or `a` > 0");
    check(
        "NOT (a > 1 AND b = 2)",
        "(NOT ((a > 1) AND (b = 2)))",
        "`a` <= 1 or `b` <> 2",
    );
    check("n > 0", "(n > (0)::numeric)", "`n` > 0");
    check(
        "d > -1.5",
        "(d > ('-1.5'::numeric)::double precision)",
        "`d` > -1.5",
    );
    check("a = -1", "(a = '-1'::integer)", "`a` = -1");
    check("5 < a", "(a > 5)", "5 < `a`");
    check(
        "ts > '2020-01-01'",
        "(ts > '2020-01-01 00:00:00'::timestamp without time zone)",
        "`ts` > '2020-01-01 00:00:00.000000'",
    );
    check(
        "s LIKE '%@%'",
        "(s ~~* '%@%'::text)",
        "lcase(`s`) like '%@%'",
    );
    check("s LIKE 'A%'", "(s ~~* 'A%'::text)", "lcase(`s`) like 'a%'");
    check("a IS NULL", "(a IS NULL)", "`a` is null");
    check(
        "coalesce(f, 0) = 1",
        "COALESCE(f, false)",
        "coalesce(`f`,0) = 1",
    );
}

/// One changed word each: none of these may ever be taken for the other.
#[test]
fn different_meanings_stay_apart() {
    let check = |left: &str, right: &str| {
        let forms = (form(Dialect::Sqlite, left), form(Dialect::Sqlite, right));
        assert_ne!(forms.0, forms.1, "{left} and {right}");
    };
    check("a > 1", "a >= 1");
    check("a > 1", "a < 1");
    check("a > b", "b > a");
    check("a - b > 0", "b - a > 0");
    check("a / 2 > 1", "a / 2.0 > 1");
    check("a IN (1, 2)", "a IN (1, 3)");
    check("a IN (1, 2)", "a NOT IN (1, 2)");
    check("a = 1 OR b = 1", "a = 1 AND b = 1");
    check("a = 1 OR b = 2", "a IN (1, 2)");
    check("a <> 1 OR a <> 2", "a NOT IN (1, 2)");
    check("(a = 1 OR b = 1) AND f", "a = 1 OR (b = 1 AND f)");
    check("f", "NOT f");
    check("f", "f IS TRUE");
    check("a = NULL", "a IS NULL");
    check("s = 'a'", "s = 'A'");
    check("s = 'a'", "s = 'a' COLLATE NOCASE");
    check("s LIKE 'a%'", "s LIKE 'a_'");
    check("s LIKE 'a%'", "s GLOB 'a*'");
    check("s LIKE 'a%'", "(s COLLATE NOCASE) GLOB 'a*'");
    check("s LIKE 'a%'", "s LIKE 'a\\%' ESCAPE '\\'");
    check("s = '1'", "s = '1.0'");
    check("lower(s) = s", "upper(s) = s");
    check("coalesce(a, 0) > 0", "coalesce(a, 1) > 0");
    check("ts > '2020-01-01'", "ts > '2020-01-02'");
    check(
        "CASE WHEN f THEN a > 0 END",
        "CASE WHEN f THEN a > 0 ELSE 0 END",
    );
    check("n > 0.10", "n > 0.01");
}

#[test]
fn a_normal_form_is_its_own() {
    for text in [
        "NOT (a BETWEEN 1 AND 5 OR NOT f AND s LIKE 'A%')",
        "a IN (3, 1, 2) OR a = 9 OR b IN (a, 1)",
        "CASE s WHEN 'a' THEN f ELSE a = 1 END",
        "(a IS NULL) = (b IS NULL) AND coalesce(f, 0) = 0",
        "s || v || 'x' <> '' COLLATE NOCASE",
        "n + 1 > d * 2.50 AND -a < +b",
    ] {
        let once = form(Dialect::Sqlite, text);
        assert_eq!(normal_condition(&table(), &once), once, "{text}");
    }
}

/// A default is what its column starts with, however it is spelled.
#[test]
fn a_default_is_typed_by_its_column() {
    let check = |data_type: &str, left: &str, right: &str, same: bool| {
        let form = |text: &str| {
            let sql = format!("CREATE TABLE x (c {data_type} DEFAULT {text})");
            match parse(Dialect::Sqlite, &sql, ReadOptions::default()).pop() {
                Some(Ok(parsed)) => match parsed.statement {
                    Statement::CreateTable { table, .. } => {
                        let column = table.columns[0].clone();
                        let default = column.default.clone();
                        default.and_then(|expr| normal_default(&table, &column, &expr))
                    }
                    other => panic!("{other:?}"),
                },
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(
            form(left) == form(right),
            same,
            "{data_type}: {left}, {right}"
        );
    };
    check("BOOLEAN", "0", "FALSE", true);
    check("BOOLEAN", "0", "1", false);
    check("DECIMAL_TEXT(10,2)", "'1.50'", "1.5", true);
    check("DECIMAL_TEXT(10,2)", "1.5", "1.05", false);
    check("TEXT", "0", "'0'", true);
    check("TEXT", "'0'", "''", false);
    check("TEXT", "''", "NULL", false);
    check("TIMESTAMP", "CURRENT_TIMESTAMP", "(datetime('now'))", true);
    check("TIMESTAMP", "CURRENT_TIMESTAMP", "CURRENT_DATE", false);
    check("TIMESTAMP", "'2020-01-01'", "'2020-01-01 00:00:00'", true);
    check("TEXT", "CURRENT_TIMESTAMP", "CURRENT_DATE", false);
    check("JSON_TEXT", "'{\"a\": 1}'", "'{ \"a\":1}'", true);
    check("JSON_TEXT", "'{\"a\": 1}'", "'{\"a\": 2}'", false);
}
