//! What a migration for MySQL is elsewhere.

use super::{lines, steps};
use crate::{
    Dialect,
    Engine::{Mariadb, Postgres, Sqlite},
    lower::lower,
    parse::{ReadOptions, parse},
};

const TABLE: &str = "CREATE TABLE t (n int, a varchar(20))";

fn said(engine: crate::Engine, change: &str) -> String {
    match lower(engine, &steps(Dialect::Mysql, TABLE, change)) {
        Ok(lowered) => lines(&lowered),
        Err(refused) => refused[0].refusal.reason.clone(),
    }
}

fn read(text: &str) -> Result<Vec<String>, String> {
    let mut read = parse(Dialect::Mysql, text, ReadOptions::default()).into_iter();
    match read.next().expect("there is a statement") {
        Ok(parsed) => Ok(parsed.notes),
        Err(unread) => Err(unread.refusal.reason),
    }
}

/// "Single-table UPDATE assignments are generally evaluated from left to
/// right." (MySQL, "UPDATE Statement".)
#[test]
fn a_value_made_of_what_was_just_set_is_refused() {
    let why = "`a` is set from `n`, which the same UPDATE has just set: MySQL reads its new value \
               there, the others its old one; write two UPDATEs";
    assert_eq!(
        read("UPDATE t SET n = n + 1, a = CONCAT(a, n)"),
        Err(why.to_owned())
    );
    assert_eq!(
        read("UPDATE t x SET n = 1, a = (SELECT max(b) FROM u WHERE u.c = x.n)"),
        Err(why.to_owned())
    );
    assert_eq!(read("UPDATE t SET a = CONCAT(a, n), n = n + 1"), Ok(vec![]));
}

#[test]
fn that_capitals_count_elsewhere_is_declared() {
    let notes = |text| read(text).expect("it is read").len();
    assert_eq!(notes("UPDATE t SET n = 1 WHERE a = 'y'"), 1);
    assert_eq!(notes("DELETE FROM t WHERE a LIKE 'y%'"), 1);
    assert_eq!(notes("DELETE FROM t WHERE n = 1 AND a <> ''"), 0);
    assert_eq!(notes(TABLE), 1);
    assert_eq!(notes("CREATE TABLE t (n int)"), 0);
    assert_eq!(
        notes("CREATE TABLE t (a text) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"),
        0
    );
}

/// 7 / 2 is 3.5000 there, and 4 in an INT.
#[test]
fn a_fraction_for_a_whole_column_is_refused() {
    let why = "`t.n` holds whole numbers and is given one that may have a fraction: MySQL rounds \
               it, the others do otherwise; write round(), floor() or DIV";
    for engine in [Sqlite, Postgres] {
        for change in [
            "UPDATE t SET n = 7 / 2",
            "INSERT INTO t (a, n) VALUES ('x', 7 / 2)",
            "INSERT INTO t (n) SELECT n / 2 FROM t",
        ] {
            assert_eq!(said(engine, change), why, "{change}");
        }
        for change in ["UPDATE t SET n = floor(n / 2)", "UPDATE t SET n = n DIV 2"] {
            assert!(said(engine, change).starts_with("UPDATE"), "{change}");
        }
    }
    assert!(said(Mariadb, "UPDATE t SET n = 7 / 2").starts_with("UPDATE"));
}
