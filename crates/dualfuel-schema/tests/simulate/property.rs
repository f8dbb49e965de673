//! Random histories: whatever SQLite takes, the simulation takes, and both end
//! with the same schema.

use std::sync::Arc;

use dualfuel_schema::{
    Dialect,
    model::Schema,
    parse::{ReadOptions, parse},
    simulate::simulate,
};
use proptest::prelude::*;

use super::live::{after, described, found, open, simulated};

/// Without views' columns: a view whose table has gone or changed has none on
/// SQLite, until it is asked again.
fn names(described: &str) -> String {
    let line = |line: &str| match line.strip_prefix("view ") {
        Some(view) => format!("view {}", view.split(' ').next().unwrap_or_default()),
        None => line.to_owned(),
    };
    described.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn table() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "C", "a_new"])
}

fn column() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["x", "y", "Z", "id"])
}

fn definition() -> impl Strategy<Value = String> {
    let attribute = prop::sample::select(vec![
        "",
        "NOT NULL",
        "UNIQUE",
        "DEFAULT 1",
        "REFERENCES a",
        "REFERENCES b (x) ON DELETE CASCADE",
        "REFERENCES a_new (id)",
        "CHECK (x > 0)",
        "CHECK (y IS NOT NULL)",
    ]);
    (column(), attribute).prop_map(|(column, attribute)| format!("{column} INT {attribute}"))
}

fn statement() -> impl Strategy<Value = String> {
    let create =
        (table(), prop::collection::vec(definition(), 1..4)).prop_map(|(table, columns)| {
            format!(
                "CREATE TABLE {table} (k INTEGER PRIMARY KEY, {})",
                columns.join(", ")
            )
        });
    let rebuild = (table(), column()).prop_map(|(table, column)| {
        format!(
            "CREATE TABLE a_new (k INTEGER PRIMARY KEY, {column} INT);
             INSERT INTO a_new SELECT k, {column} FROM {table};
             DROP TABLE {table};
             ALTER TABLE a_new RENAME TO {table}"
        )
    });
    prop_oneof![
        4 => create,
        2 => rebuild,
        2 => table().prop_map(|table| format!("DROP TABLE IF EXISTS {table}")),
        3 => (table(), table()).prop_map(|(t, u)| format!("ALTER TABLE {t} RENAME TO {u}")),
        3 => (table(), column(), column())
            .prop_map(|(t, c, d)| format!("ALTER TABLE {t} RENAME COLUMN {c} TO {d}")),
        2 => (table(), definition()).prop_map(|(t, d)| format!("ALTER TABLE {t} ADD COLUMN {d}")),
        2 => (table(), column()).prop_map(|(t, c)| format!("ALTER TABLE {t} DROP COLUMN {c}")),
        2 => (table(), column(), column())
            .prop_map(|(t, c, d)| format!("CREATE INDEX i_{c} ON {t} ({c} DESC) WHERE {d} > 0")),
        1 => column().prop_map(|c| format!("DROP INDEX i_{c}")),
        1 => (table(), column())
            .prop_map(|(t, c)| format!("CREATE VIEW v_{c} AS SELECT *, {c} AS also FROM {t}")),
        1 => column().prop_map(|c| format!("DROP VIEW v_{c}")),
        1 => (table(), table(), column()).prop_map(|(t, u, c)| format!(
            "CREATE TRIGGER tr_{c} AFTER UPDATE OF {c} ON {t} BEGIN UPDATE {u} SET {c} = new.{c}; END"
        )),
        1 => (table(), table()).prop_map(|(t, u)| format!("INSERT INTO {t} SELECT * FROM {u}")),
        1 => Just("PRAGMA legacy_alter_table=ON".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_history_that_sqlite_takes_ends_the_same(history in prop::collection::vec(statement(), 1..25)) {
        let live = open();
        let mut taken: Vec<String> = Vec::new();
        for sql in history {
            // All of it or nothing.
            live.execute_batch("SAVEPOINT s").unwrap();
            if live.execute_batch(&sql).is_ok() {
                taken.push(sql);
                live.execute_batch("RELEASE s").unwrap();
            } else {
                live.execute_batch("ROLLBACK TO s; RELEASE s").unwrap();
            }
        }
        // As one migration.
        let whole = taken.join(";\n");
        let schema = match simulated(Dialect::Sqlite, &Arc::new(Schema::default()), &whole) {
            Ok(steps) => steps.last().map(|step| Arc::clone(&step.after)).unwrap_or_default(),
            Err(misfits) => return Err(TestCaseError::fail(format!("{whole}\n{misfits:#?}"))),
        };
        prop_assert_eq!(names(&described(&schema)), names(&found(&live)), "{}", whole);
        // As one migration each.
        if !whole.contains("legacy") {
            let each: Vec<&str> = taken.iter().map(String::as_str).collect();
            prop_assert_eq!(names(&described(&after(Dialect::Sqlite, &each))), names(&found(&live)), "{}", whole);
        }
    }

    /// Whatever the statements, on whatever schema, in whatever dialect.
    #[test]
    fn no_history_makes_it_panic(history in prop::collection::vec(statement(), 1..25)) {
        let sql = history.join(";\n");
        for dialect in [Dialect::Portable, Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
            let parsed: Vec<_> = parse(dialect, &sql, ReadOptions::default())
                .into_iter()
                .filter_map(Result::ok)
                .collect();
            let _ = simulate(dialect, &Arc::new(Schema::default()), &parsed);
        }
    }
}
