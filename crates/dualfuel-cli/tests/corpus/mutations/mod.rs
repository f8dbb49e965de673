//! A comparison is worth what it finds: a single attribute of a live database
//! is changed with the engine's own statements, and has to be reported.
//!
//! Each change is made to the schema that a project ends with, looked for, and
//! taken back: on SQLite and PostgreSQL with its transaction, on MariaDB, whose
//! changes of the schema commit, by the change that undoes it. What an engine
//! refuses to do (the type of a column that a view shows) is no mutation; nor
//! is another CHECK where it says what the type does (`IN (0, 1)` of a BOOLEAN,
//! `json_valid` of JSON), which belongs to the type and is not compared.

mod mariadb;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use dualfuel_schema::{Engine, model::Schema};

use crate::{
    each_project,
    engines::{Database, compare_schemas},
    project::Project,
};

each_project!(every_mutation_is_reported);

/// A change of one attribute.
struct Mutation {
    /// `default`, `foreign key action`.
    kind: &'static str,
    sql: Vec<String>,
    /// What takes it back, where a transaction can't.
    undo: Vec<String>,
}

#[derive(Default)]
struct Tally {
    caught: usize,
    total: usize,
    refused: usize,
}

/// At least so many of a hundred have to be reported, over all engines.
const PERCENT: usize = 99;

async fn every_mutation_is_reported(project: Project) {
    let mut missed = Vec::new();
    let (mut caught, mut total) = (0, 0);
    for engine in Engine::ALL {
        let mut database = at_the_end(&project, engine).await;
        let last = project.rendered.last().unwrap();
        let model = last.schema_on(engine);
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        let mutations = match engine {
            Engine::Sqlite => sqlite::mutations(&mut database).await,
            Engine::Postgres => postgres::mutations(&mut database).await,
            Engine::Mariadb => mariadb::mutations(&mut database).await,
        };
        let known = mutations.len();
        for mutation in some_of_each(engine, mutations) {
            let tally = tallies.entry(mutation.kind).or_default();
            match differences(&mut database, model, &mutation).await {
                None => tally.refused += 1,
                Some(found) => {
                    tally.total += 1;
                    tally.caught += usize::from(!found.is_empty());
                    if found.is_empty() {
                        missed.push(format!("{engine}: {}", mutation.sql.join("; ")));
                    }
                }
            }
        }
        let untouched = database.introspect().await.unwrap();
        let untouched = compare_schemas((model, None), (&untouched, Some(engine)));
        assert!(
            untouched.is_empty(),
            "{engine}, untouched or undone: {}",
            untouched.join("\n")
        );
        print(&project, engine, &tallies, known);
        caught += tallies.values().map(|tally| tally.caught).sum::<usize>();
        total += tallies.values().map(|tally| tally.total).sum::<usize>();
    }
    println!("{}: {caught} of {total} mutations reported", project.name);
    for missed in &missed {
        println!("  not reported: {missed}");
    }
    assert!(
        total > 0 && caught * 100 >= total * PERCENT,
        "{} not reported of {total}:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

fn print(project: &Project, engine: Engine, tallies: &BTreeMap<&str, Tally>, known: usize) {
    for (kind, tally) in tallies {
        println!(
            "{:10} {:10} {kind:24} {:4} of {:4} reported, {:3} refused",
            project.name,
            engine.to_string(),
            tally.caught,
            tally.total,
            tally.refused
        );
    }
    let sum = |count: fn(&Tally) -> usize| tallies.values().map(count).sum::<usize>();
    println!(
        "{:10} {:10} {:24} {:4} of {:4} reported, {:3} refused; {known} are known",
        project.name,
        engine.to_string(),
        "in all",
        sum(|tally| tally.caught),
        sum(|tally| tally.total),
        sum(|tally| tally.refused),
    );
}

/// So many of a kind are tried in a database: enough to meet each type and
/// each way of declaring, and still quick. `DUALFUEL_TEST_MUTATIONS` asks for
/// more, where there is time.
fn of_a_kind(engine: Engine) -> usize {
    let asked = std::env::var("DUALFUEL_TEST_MUTATIONS");
    match (asked, engine) {
        (Ok(number), _) => number.parse().expect("a number of mutations of a kind"),
        // Each is two changes of the schema, there and back, on the disk.
        (Err(_), Engine::Mariadb) => 3,
        (Err(_), _) => 8,
    }
}

fn some_of_each(engine: Engine, mutations: Vec<Mutation>) -> Vec<Mutation> {
    let of_a_kind = of_a_kind(engine);
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for mutation in &mutations {
        *totals.entry(mutation.kind).or_default() += 1;
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let chosen = mutations.into_iter().filter(|mutation| {
        let place = seen.entry(mutation.kind).or_default();
        *place += 1;
        // Evenly spread over the database.
        let total = totals[mutation.kind].max(1);
        *place * of_a_kind / total > (*place - 1) * of_a_kind / total || total <= of_a_kind
    });
    chosen.collect()
}

async fn at_the_end(project: &Project, engine: Engine) -> Database {
    let mut database = Database::create(engine).await;
    for rendered in &project.rendered {
        let files = rendered.files_for(engine).expect("it is rendered");
        database.apply(files, &files.up).await.unwrap();
    }
    database
}

/// What is found while a mutation is there; none when the engine refuses it.
async fn differences(
    database: &mut Database,
    model: &Schema,
    mutation: &Mutation,
) -> Option<Vec<String>> {
    let transactional = database.engine != Engine::Mariadb;
    if database.engine == Engine::Sqlite {
        database
            .execute("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON")
            .await
            .unwrap();
    }
    if transactional {
        database.execute("BEGIN").await.unwrap();
    }
    let mut refused = None;
    for sql in &mutation.sql {
        if let Err(failure) = database.execute(sql).await {
            refused = Some(failure);
            break;
        }
    }
    let found = match refused {
        Some(_) => None,
        None => {
            let schema = database.introspect().await;
            let schema = schema.unwrap_or_else(|failure| panic!("{failure}: {:?}", mutation.sql));
            Some(compare_schemas(
                (model, None),
                (&schema, Some(database.engine)),
            ))
        }
    };
    if transactional {
        database.execute("ROLLBACK").await.unwrap();
    } else {
        for sql in &mutation.undo {
            // Of a refused mutation, there may be nothing to undo.
            let undone = database.execute(sql).await;
            assert!(
                undone.is_ok() || found.is_none(),
                "{undone:?}, after {:?}",
                mutation.sql
            );
        }
    }
    found
}
