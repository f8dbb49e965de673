//! One change, three engines.

mod mariadb;
mod postgres;
mod rows;
mod sqlite;
mod triggers;
mod written_for_mysql;
mod written_for_postgres;

use std::sync::Arc;

use super::{Lowered, lower, lower_inverse};
use crate::{
    Dialect, Engine,
    model::Schema,
    parse::{ReadOptions, parse},
    simulate::{Step, simulate},
};

/// The steps of `change`, after those of `history`.
fn steps(dialect: Dialect, history: &str, change: &str) -> Vec<Step> {
    let read = |schema: &Arc<Schema>, text: &str| {
        let parsed: Vec<_> = parse(dialect, text, ReadOptions::default())
            .into_iter()
            .collect::<Result<_, _>>()
            .expect("every statement is read");
        simulate(dialect, schema, &parsed).expect("every statement fits")
    };
    let empty = Arc::new(Schema {
        dialect: Some(dialect),
        ..Schema::default()
    });
    let before = read(&empty, history);
    let schema = before.last().map(|step| Arc::clone(&step.after));
    read(&schema.unwrap_or(empty), change)
}

fn lowered(engine: Engine, history: &str, change: &str) -> Lowered {
    lower(engine, &steps(Dialect::Sqlite, history, change)).expect("it can be said")
}

/// What `change` is on `engine`, a statement a line.
fn up(engine: Engine, history: &str, change: &str) -> String {
    lines(&lowered(engine, history, change))
}

fn down(engine: Engine, history: &str, change: &str) -> String {
    let steps = steps(Dialect::Sqlite, history, change);
    lines(&lower_inverse(engine, &steps).expect("it can be taken back"))
}

/// Why `change` can't be said.
fn refused(engine: Engine, history: &str, change: &str) -> String {
    let steps = steps(Dialect::Sqlite, history, change);
    let unlowered = lower(engine, &steps).expect_err("it can't be said");
    let reasons = unlowered.into_iter().map(|one| one.refusal.reason);
    reasons.collect::<Vec<_>>().join("\n")
}

fn lines(lowered: &Lowered) -> String {
    let spaced = |statement: &String| statement.split_whitespace().collect::<Vec<_>>().join(" ");
    let statements: Vec<String> = lowered.statements.iter().map(spaced).collect();
    statements.join("\n")
}
