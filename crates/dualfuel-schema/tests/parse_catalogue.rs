//! An expression means the same however an engine or a program spells it: each
//! row gives a spelling and what SQLite would say.

use dualfuel_schema::{Dialect, model::Expr, parse::parse_expr};

/// Each spelling is read as SQLite's beside it.
fn check(dialect: Dialect, rows: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (spelled, sqlite) in rows {
        let expected = parse_expr(Dialect::Sqlite, sqlite)
            .unwrap_or_else(|refusal| panic!("{sqlite}: {refusal}"));
        match parse_expr(dialect, spelled) {
            Ok(expr) if expr == expected => {}
            other => wrong.push(format!(
                "{spelled}\n  is read as {other:?}\n  and not as {expected:?}"
            )),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// As `pg_get_expr` and `pg_get_constraintdef` of PostgreSQL 15 write them.
#[test]
fn postgres_catalogue() {
    check(
        Dialect::Postgres,
        &[
            ("'a'::text", "'a'"),
            (
                "((CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text) + '01:30:00'::interval)",
                "datetime('now', '+5400 second')",
            ),
            ("(now() - '7 days'::interval)", "datetime('now', '-7 day')"),
            ("now() + INTERVAL '1 week'", "datetime('now', '+7 day')"),
            (
                "(now() + '1 day 02:00:00'::interval)::date",
                "date('now', '+1 day', '+7200 second')",
            ),
            (
                "(name ~~* like_escape('10!%%'::text, '!'::text))",
                "name LIKE '10!%%' ESCAPE '!'",
            ),
            ("'a'::character varying", "'a'"),
            ("NULL::character varying", "NULL"),
            ("(name)::text", "CAST(name AS TEXT)"),
            ("'-1'::integer", "CAST('-1' AS INT4)"),
            (
                "(status = ANY (ARRAY['a'::text, 'b'::text]))",
                "status IN ('a', 'b')",
            ),
            (
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
                "CAST(status AS TEXT) IN ('a', 'b')",
            ),
            (
                "(status <> ALL (ARRAY['a'::text, 'b'::text]))",
                "status NOT IN ('a', 'b')",
            ),
            ("(n = ANY (ARRAY[1, 2, 3]))", "n IN (1, 2, 3)"),
            ("(status = ANY ('{a,b}'::text[]))", "status IN ('a', 'b')"),
            ("((n >= 0) AND (n <= 10))", "n >= 0 AND n <= 10"),
            ("(NOT (a AND b))", "NOT (a AND b)"),
            ("(a IS NOT DISTINCT FROM b)", "a IS b"),
            ("(a IS DISTINCT FROM b)", "a IS NOT b"),
            ("lower((name)::text)", "lower(CAST(name AS TEXT))"),
            ("(length(name) > 0)", "length(name) > 0"),
            ("char_length(name)", "length(name)"),
            ("COALESCE(a, ''::text)", "coalesce(a, '')"),
            ("\"substring\"(name, 1, 3)", "substr(name, 1, 3)"),
            ("strpos(a, 'x'::text)", "instr(a, 'x')"),
            ("btrim(a, 'x'::text)", "trim(a, 'x')"),
            (
                "(((a || '-'::text) || b) || 'x'::text)",
                "a || '-' || b || 'x'",
            ),
            (
                "CASE\n    WHEN (a > 1) THEN 'x'::text\n    ELSE 'y'::text\nEND",
                "CASE WHEN a > 1 THEN 'x' ELSE 'y' END",
            ),
            ("now()", "CURRENT_TIMESTAMP"),
            ("CURRENT_TIMESTAMP", "datetime('now')"),
            ("(now() AT TIME ZONE 'utc'::text)", "CURRENT_TIMESTAMP"),
            (
                "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text)",
                "CURRENT_TIMESTAMP",
            ),
            ("timezone('utc'::text, now())", "CURRENT_TIMESTAMP"),
            (
                "((CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text))::date",
                "CURRENT_DATE",
            ),
            (
                "((CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text))::time without time zone",
                "CURRENT_TIME",
            ),
            ("EXTRACT(epoch FROM now())", "unixepoch()"),
            ("(EXTRACT(epoch FROM now()))::bigint", "unixepoch()"),
            (
                "(floor(EXTRACT(epoch FROM CURRENT_TIMESTAMP)))::bigint",
                "unixepoch()",
            ),
            (
                "(floor((EXTRACT(epoch FROM CURRENT_TIMESTAMP) * (1000)::numeric)))::bigint",
                "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
            ),
            ("date_part('epoch'::text, now())", "unixepoch()"),
            (
                "to_char((CURRENT_TIMESTAMP AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD HH24:MI:SS'::text)",
                "CURRENT_TIMESTAMP",
            ),
            (
                "to_char((now() AT TIME ZONE 'utc'::text), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'::text)",
                "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')",
            ),
            ("gen_random_uuid()", "uuid()"),
            ("uuid_generate_v4()", "uuid()"),
            ("(gen_random_uuid())::text", "uuid()"),
            ("((data ->> 'a'::text) = 'x'::text)", "data ->> '$.a' = 'x'"),
            ("((data -> 'a'::text) ->> 'b'::text)", "data ->> '$.a.b'"),
            ("(data #>> '{a,0}'::text[])", "data ->> '$.a[0]'"),
            ("(a ~~ 'x\\_%'::text)", "a GLOB 'x_*'"),
            ("'\\x00ff'::bytea", "x'00ff'"),
            ("(0)::double precision", "CAST(0 AS DOUBLE)"),
            ("upper(encode(b, 'hex'::text))", "hex(b)"),
            (
                "((price)::numeric >= 0::numeric)",
                "CAST(price AS NUMERIC) >= CAST(0 AS NUMERIC)",
            ),
            (
                "CASE WHEN ((a IS NOT NULL) AND (b IS NOT NULL)) THEN LEAST(a, b) ELSE NULL::integer END",
                "CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN min(a, b) ELSE NULL END",
            ),
        ],
    );
}

/// As information_schema and SHOW CREATE TABLE of MariaDB 10.11 write them.
#[test]
fn mariadb_catalogue() {
    check(
        Dialect::Mysql,
        &[
            ("`status` in ('a','b')", "status IN ('a', 'b')"),
            ("`a` is not null and `b` > 0", "a IS NOT NULL AND b > 0"),
            ("!(`a` = 1)", "NOT (a = 1)"),
            ("char_length(`name`) <= 10", "length(name) <= 10"),
            ("octet_length(`name`)", "octet_length(name)"),
            ("json_valid(`data`)", "json_valid(data)"),
            ("_utf8mb4'x'", "'x'"),
            ("x'00FF'", "x'00ff'"),
            ("current_timestamp()", "CURRENT_TIMESTAMP"),
            ("current_timestamp(6)", "CURRENT_TIMESTAMP"),
            ("utc_timestamp(6)", "CURRENT_TIMESTAMP"),
            ("utc_timestamp()", "CURRENT_TIMESTAMP"),
            ("curdate()", "CURRENT_DATE"),
            ("utc_date()", "CURRENT_DATE"),
            (
                "date_format(utc_timestamp(),'%Y-%m-%d %H:%i:%s')",
                "CURRENT_TIMESTAMP",
            ),
            ("unix_timestamp()", "unixepoch()"),
            (
                "timestampdiff(MICROSECOND,'1970-01-01',utc_timestamp(3)) DIV 1000",
                "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
            ),
            (
                "if(`a` > 1,'x','y')",
                "CASE WHEN a > 1 THEN 'x' ELSE 'y' END",
            ),
            ("ifnull(`a`,'')", "coalesce(a, '')"),
            ("cast(`a` as char charset utf8mb4)", "CAST(a AS TEXT)"),
            (
                "cast(`a` as char(10) charset utf8mb4)",
                "CAST(a AS VARCHAR(10))",
            ),
            ("cast(`a` as signed)", "CAST(a AS BIGINT)"),
            ("locate('x',`a`)", "instr(a, 'x')"),
            ("concat(`a`,'-',`b`)", "a || '-' || b"),
            ("`a` <=> `b`", "a IS b"),
            ("!(`a` <=> `b`)", "NOT (a IS b)"),
            ("json_unquote(json_extract(`d`,'$.a'))", "d ->> '$.a'"),
            ("json_value(`d`,'$.a')", "d ->> '$.a'"),
            ("`a` MOD 2 = 0", "a % 2 = 0"),
            ("`a` DIV 2", "a / 2"),
            ("-1", "-1"),
            ("uuid()", "uuid()"),
            (
                "lower(concat(hex(random_bytes(4)),'-',hex(random_bytes(2)),'-4',substr(hex(random_bytes(2)),2),'-',\
             substr('89ab',1 + floor(rand() * 4),1),substr(hex(random_bytes(2)),2),'-',hex(random_bytes(6))))",
                "uuid()",
            ),
        ],
    );
}

/// What SQLite programs write for the want of a function.
#[test]
fn sqlite_idioms() {
    let uuid = "lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || \
                substr(lower(hex(randomblob(2))),2) || '-' || substr('89ab',abs(random()) % 4 + 1, 1) || \
                substr(lower(hex(randomblob(2))),2) || '-' || lower(hex(randomblob(6)))";
    check(
        Dialect::Sqlite,
        &[
            ("datetime('now')", "CURRENT_TIMESTAMP"),
            ("datetime()", "CURRENT_TIMESTAMP"),
            ("strftime('%Y-%m-%d %H:%M:%S','now')", "CURRENT_TIMESTAMP"),
            ("strftime('%F %T','now')", "CURRENT_TIMESTAMP"),
            ("date('now')", "CURRENT_DATE"),
            ("unixepoch('now')", "unixepoch()"),
            ("CAST(strftime('%s','now') AS INTEGER)", "unixepoch()"),
            (
                "CAST(strftime('%s', CURRENT_TIMESTAMP) AS INT)",
                "unixepoch()",
            ),
            ("strftime('%s','now') * 1000", "unixepoch() * 1000"),
            ("1000 * unixepoch()", "unixepoch() * 1000"),
            ("unixepoch('subsec') * 1000", "unixepoch() * 1000"),
            (
                "CAST(unixepoch('now','subsec') * 1000 AS INTEGER)",
                "unixepoch() * 1000",
            ),
            (
                "(julianday('now') - 2440587.5) * 86400000.0",
                "unixepoch() * 1000",
            ),
            (
                "CAST((julianday('now') - 2440587.5) * 86400.0 AS INTEGER)",
                "unixepoch()",
            ),
            (
                "CAST(ROUND((julianday('now') - 2440587.5)*86400.0 * 1000) AS INTEGER)",
                "unixepoch() * 1000",
            ),
            (
                "CAST(strftime('%s','now') || substr(strftime('%f','now'),4) AS INTEGER)",
                "unixepoch() * 1000",
            ),
            (uuid, "uuid()"),
            (
                &format!("({})", uuid.to_uppercase().replace("'89AB'", "'AB89'")),
                "uuid()",
            ),
            (
                "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-' || '4' || substr(hex(randomblob(2)), 2) \
             || '-' || substr('AB89', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || \
             hex(randomblob(6)))",
                "uuid()",
            ),
            ("iif(a, 1, 2)", "CASE WHEN a THEN 1 ELSE 2 END"),
            ("a == 1", "a = 1"),
            ("a ISNULL", "a IS NULL"),
            ("a NOTNULL", "a IS NOT NULL"),
            ("a NOT NULL", "a IS NOT NULL"),
            ("a IS NOT DISTINCT FROM b", "a IS b"),
            ("0x1F", "31"),
            ("json_extract(a, '$.b')", "a ->> 'b'"),
            ("a -> 'b' ->> 0", "a ->> '$.b[0]'"),
        ],
    );
    let all_ones = parse_expr(Dialect::Sqlite, "0xffffffffffffffff").unwrap();
    assert_eq!(all_ones, Expr::integer(-1));
    // Random bytes alone are no UUID.
    let hex = parse_expr(Dialect::Sqlite, "lower(hex(randomblob(16)))").unwrap();
    assert!(format!("{hex:?}").contains("Randomblob"));
}

/// "SQL Language Expressions", section 2: where PostgreSQL binds otherwise.
#[test]
fn sqlite_operators_bind_as_sqlite_says() {
    check(
        Dialect::Sqlite,
        &[
            ("a = b IS NULL", "(a = b) IS NULL"),
            ("a < b = c < d", "(a < b) = (c < d)"),
            ("a || b * c", "(a || b) * c"),
            ("-a || b", "(-a) || b"),
            ("a & b = c", "(a & b) = c"),
            ("a + b << c", "(a + b) << c"),
            ("a << b < c", "(a << b) < c"),
            ("NOT a = b", "NOT (a = b)"),
            ("NOT a IN (1)", "NOT (a IN (1))"),
            ("a OR b AND c", "a OR (b AND c)"),
            ("a BETWEEN 1 AND 2 AND b", "(a BETWEEN 1 AND 2) AND b"),
            ("a LIKE b || c", "a LIKE (b || c)"),
            ("a IS b AND c", "(a IS b) AND c"),
            ("a -> 'b' || c", "(a -> 'b') || c"),
        ],
    );
}

/// As MariaDB 10.11 computes them, whatever its manual says.
#[test]
fn mariadb_operators_bind_as_mariadb_computes() {
    let check = |spelled: &str, grouped: &str| {
        let read = |sql: &str| parse_expr(Dialect::Mysql, sql).unwrap();
        assert_eq!(read(spelled), read(grouped), "{spelled}");
    };
    check("a = b LIKE 'c'", "a = (b LIKE 'c')");
    check("a LIKE 'c' = b", "(a LIKE 'c') = b");
    check("a is null = b in (1,2)", "(a is null) = (b in (1,2))");
    check("a <> b not between 1 and 2", "a <> (b not between 1 and 2)");
    check("a between 1 and 10 = b", "(a between 1 and 10) = b");
    check("a = b is null", "(a = b) is null");
    check("a <=> b like 'x' and c", "(a <=> (b like 'x')) and c");
    check("not a = b", "not (a = b)");
    check("a & b << 1", "a & (b << 1)");
    check("a | b & c", "a | (b & c)");
    check("a + b << c", "(a + b) << c");
    check("a & b = c", "(a & b) = c");
    check("-a & b", "(-a) & b");
}

/// A month is another length there, a column has a fraction of a second, and an
/// interval alone is no text.
#[test]
fn an_interval_that_sqlite_would_add_otherwise_is_not_read() {
    for (dialect, sql) in [
        (Dialect::Postgres, "now() + '1 mon'::interval"),
        (Dialect::Postgres, "now() + INTERVAL '1 month'"),
        (Dialect::Postgres, "now() + '00:00:00.5'::interval"),
        (Dialect::Postgres, "seen + '7 days'::interval"),
        (Dialect::Postgres, "'7 days'::interval"),
        (Dialect::Mysql, "utc_timestamp() + interval 1 month"),
        (Dialect::Mysql, "seen + interval 1 day"),
        (Dialect::Mysql, "cast(name as char charset latin1)"),
    ] {
        assert!(parse_expr(dialect, sql).is_err(), "{sql}");
    }
}
