//! What triggers do to the row that fired them.

use super::{down, steps, up};
use crate::{
    Dialect,
    Engine::{Mariadb, Postgres},
    lower::weakenings,
};

const HISTORY: &str =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c INTEGER, at TIMESTAMP)";

fn trigger(head: &str, set: &str) -> String {
    format!("CREATE TRIGGER g AFTER {head} BEGIN UPDATE t SET {set} WHERE id = NEW.id; END")
}

/// SQLite makes the assignments of an UPDATE at once; a body, one by one.
#[test]
fn an_assignment_reads_what_no_other_has_written() {
    let change = trigger("UPDATE OF at ON t", "a = 1, b = NEW.a, c = OLD.b");
    let written = up(Postgres, HISTORY, &change);
    assert!(
        written.contains(r#"BEGIN NEW."b" := NEW."a"; NEW."a" := 1; NEW."c" := OLD."b";"#),
        "{written}"
    );
    let written = up(
        Mariadb,
        HISTORY,
        &trigger("UPDATE ON t", "a = 1, b = NEW.a"),
    );
    assert!(
        written.ends_with("SET NEW.`b` = NEW.`a`, NEW.`a` = 1"),
        "{written}"
    );
}

#[test]
fn values_that_are_made_of_each_other_are_taken_at_once() {
    let change = trigger("UPDATE ON t", "a = NEW.b, b = NEW.a");
    let written = up(Postgres, HISTORY, &change);
    assert!(
        written.contains(r#"BEGIN SELECT NEW."b", NEW."a" INTO NEW."a", NEW."b"; RETURN NEW;"#),
        "{written}"
    );
    let written = up(Mariadb, HISTORY, &change);
    assert!(
        written.ends_with(
            "BEGIN DECLARE dualfuel_1 TYPE OF `t`.`a` DEFAULT NEW.`b`; \
             DECLARE dualfuel_2 TYPE OF `t`.`b` DEFAULT NEW.`a`; \
             SET NEW.`a` = dualfuel_1, NEW.`b` = dualfuel_2; END"
        ),
        "{written}"
    );
}

/// Asked again for the second column, it would see the first one's new value.
#[test]
fn when_is_asked_once() {
    let change = trigger("UPDATE ON t WHEN NEW.a < 15", "a = 99, b = 77");
    let written = up(Mariadb, HISTORY, &change);
    assert!(
        written.ends_with("BEGIN IF NEW.`a` < 15 THEN SET NEW.`a` = 99, NEW.`b` = 77; END IF; END"),
        "{written}"
    );
    let change = trigger("UPDATE OF a ON t", "a = OLD.a, b = 77");
    let written = up(Mariadb, HISTORY, &change);
    assert!(
        written.ends_with(
            "BEGIN IF NOT (NEW.`a` <=> OLD.`a`) THEN \
             SET NEW.`a` = OLD.`a`, NEW.`b` = 77; END IF; END"
        ),
        "{written}"
    );
}

/// "Triggers are not activated by foreign key actions." (MariaDB, "Trigger
/// Limitations".) SQLite's and PostgreSQL's are.
#[test]
fn a_trigger_that_a_foreign_key_does_not_fire_is_weaker_on_mariadb() {
    let check = |references: &str, event: &str, expected: &[&str]| {
        let source = format!(
            "CREATE TABLE p (id INTEGER PRIMARY KEY);
             CREATE TABLE log (n INTEGER);
             CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id) {references});
             CREATE TRIGGER g AFTER {event} ON c BEGIN INSERT INTO log VALUES (1); END;"
        );
        let steps = steps(Dialect::Sqlite, "", &source);
        let after = &steps.last().expect("there are steps").after;
        let said = |engine| -> Vec<String> {
            let of_trigger = weakenings(engine, after).into_iter();
            of_trigger
                .filter(|weak| weak.object == "g")
                .map(|weak| weak.what)
                .collect()
        };
        assert_eq!(said(Mariadb), expected, "{references}, {event}");
        assert_eq!(said(Postgres), [""; 0]);
    };
    let cascades = "ON DELETE CASCADE ON UPDATE CASCADE";
    check(
        cascades,
        "DELETE",
        &["ON DELETE CASCADE of a foreign key does not fire it"],
    );
    check(
        cascades,
        "UPDATE",
        &["ON UPDATE CASCADE of a foreign key does not fire it"],
    );
    check(
        "ON DELETE SET NULL",
        "UPDATE",
        &["ON DELETE SET NULL of a foreign key does not fire it"],
    );
    check(cascades, "INSERT", &[]);
    check("", "DELETE", &[]);
}

/// PostgreSQL has no table `kunden` where there is `"Kunden"`.
#[test]
fn a_trigger_names_its_table_as_that_is_spelled() {
    let history = r#"CREATE TABLE "Kunden" (id INTEGER PRIMARY KEY, at TIMESTAMP)"#;
    let change = "CREATE TRIGGER g AFTER UPDATE ON kunden BEGIN
        UPDATE kunden SET at = CURRENT_TIMESTAMP WHERE id = NEW.id; END";
    let written = up(Postgres, history, change);
    assert!(
        written.contains(r#"BEFORE UPDATE ON "Kunden""#),
        "{written}"
    );
    let back = down(Postgres, history, change);
    assert!(
        back.starts_with(r#"DROP TRIGGER "g" ON "Kunden""#),
        "{back}"
    );
}
