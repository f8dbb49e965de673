//! One attribute changed by hand in a live database is reported, and nothing
//! else is; three databases of one schema have nothing to report.
//!
//! The schema is written in each engine's own SQL (`*.sql` beside this), as
//! migrations render it. Servers are reached through
//! `DUALFUEL_TEST_POSTGRES_URL` and `DUALFUEL_TEST_MARIADB_URL`, which
//! `cargo xtask test` sets.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/databases.rs"]
mod databases;
mod mariadb;
mod postgres;
#[path = "../support/servers.rs"]
mod servers;
mod sqlite;

use dualfuel_schema::{
    Dialect, Engine,
    compare::{Comparison, Side, compare},
    model::Schema,
};

use databases::{database, run, schema_of};

/// What is done to the database, and the one report that it has to give:
/// table, object, attribute.
type Mutation = (&'static str, [&'static str; 3]);

fn script(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => include_str!("sqlite.sql"),
        Engine::Postgres => include_str!("postgres.sql"),
        Engine::Mariadb => include_str!("mariadb.sql"),
    }
}

/// The schema as the other tests compare with it: as if migrations in
/// SQLite's SQL had made it.
async fn model() -> Schema {
    let (_scratch, mut connection) = database(Engine::Sqlite, script(Engine::Sqlite)).await;
    Schema {
        dialect: Some(Dialect::Sqlite),
        ..schema_of(&mut connection).await
    }
}

fn differences(comparison: &Comparison) -> Vec<[&str; 3]> {
    comparison
        .differences
        .iter()
        .map(|found| [&*found.table, &*found.object, &*found.attribute])
        .collect()
}

/// Whether a mutation changes one attribute, or several at once: a domain is
/// another type and a CHECK.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    InOne,
    InSeveral,
}

/// Counts the mutations that were reported and as they should be.
#[derive(Default)]
struct Tally {
    total: usize,
    missed: Vec<String>,
}

impl Tally {
    /// Holds a mutated database against its own engine's and the model. Its
    /// own engine knows names that the model does not: `tasks_status_check`.
    fn judge(
        &mut self,
        (mutation, shows): (&Mutation, Shows),
        mutated: Side<'_>,
        whole: &Schema,
        model: &Schema,
    ) {
        let (sql, expected) = mutation;
        let own = Side {
            schema: whole,
            engine: mutated.engine,
        };
        let model = Side {
            schema: model,
            engine: None,
        };
        for (against, other) in [("its engine's", own), ("the model", model)] {
            self.total += 1;
            let found = compare(other, mutated);
            let differences = differences(&found);
            let is_expected = |[table, object, attribute]: &[&str; 3]| match other.engine {
                Some(_) => [*table, *attribute] == [expected[0], expected[2]],
                None => [*table, *object, *attribute] == *expected,
            };
            let alone = differences.len() == 1 || shows == Shows::InSeveral;
            let caught = alone && differences.iter().any(is_expected);
            if !caught {
                self.missed.push(format!(
                    "{sql}\n  against {against}: wanted {expected:?}, got {:#?}",
                    found.differences
                ));
            }
        }
    }

    fn finish(self, engine: Engine) {
        let caught = self.total - self.missed.len();
        println!("{engine}: {caught}/{} caught", self.total);
        assert!(self.missed.is_empty(), "{}", self.missed.join("\n"));
    }
}

#[tokio::test]
async fn one_schema_on_three_engines_has_no_difference() {
    let mut schemas = Vec::new();
    for engine in Engine::ALL {
        let (_scratch, mut connection) = database(engine, script(engine)).await;
        schemas.push((Some(engine), schema_of(&mut connection).await));
    }
    schemas.push((None, model().await));
    for (engine, left) in &schemas {
        assert!(left.oddities.is_empty(), "{engine:?}: {:?}", left.oddities);
        for (other, right) in &schemas {
            let found = compare(
                Side {
                    schema: left,
                    engine: *engine,
                },
                Side {
                    schema: right,
                    engine: *other,
                },
            );
            assert!(
                found.differences.is_empty(),
                "{engine:?} and {other:?}: {:#?}",
                found.differences
            );
        }
    }
}
