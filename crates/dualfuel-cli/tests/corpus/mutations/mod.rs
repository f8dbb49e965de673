//! A comparison is worth what it finds: a single attribute of a live database
//! is changed with the engine's own statements, and has to be reported.
//!
//! Each change is made to the schema that a project ends with, looked for, and
//! taken back: on SQLite and PostgreSQL with its transaction, on MariaDB, whose
//! changes of the schema commit, by the change that undoes it. What an engine
//! refuses to do (the type of a column that a view shows) is no mutation.

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

async fn every_mutation_is_reported(project: Project) {
    let mut missed = Vec::new();
    for engine in Engine::ALL {
        let Some(mut database) = at_the_end(&project, engine).await else {
            missed.push(format!("{engine}: the migrations do not run"));
            continue;
        };
        let last = project.rendered.last().unwrap();
        let model = last.schema_on(engine);
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        let mutations = match engine {
            Engine::Sqlite => sqlite::mutations(&mut database).await,
            Engine::Postgres => postgres::mutations(&mut database).await,
            Engine::Mariadb => mariadb::mutations(&mut database).await,
        };
        for mutation in some_of_each(mutations) {
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
        for difference in compare_schemas((model, None), (&untouched, Some(engine))) {
            missed.push(format!("{engine}, untouched or undone: {difference}"));
        }
        for (
            kind,
            Tally {
                caught,
                total,
                refused,
            },
        ) in &tallies
        {
            println!(
                "{:10} {:10} {kind:24} {caught:4} of {total:4} caught, {refused:3} refused",
                project.name,
                engine.to_string()
            );
        }
    }
    assert!(
        missed.is_empty(),
        "{} not reported:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

/// So many of a kind are tried in a database: enough to meet each type and
/// each way of declaring, and still quick.
const OF_A_KIND: usize = 12;

fn some_of_each(mutations: Vec<Mutation>) -> Vec<Mutation> {
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
        *place * OF_A_KIND / total > (*place - 1) * OF_A_KIND / total || total <= OF_A_KIND
    });
    chosen.collect()
}

async fn at_the_end(project: &Project, engine: Engine) -> Option<Database> {
    let mut database = Database::create(engine).await;
    for rendered in &project.rendered {
        let files = rendered.files_for(engine)?;
        database.apply(files, &files.up).await.ok()?;
    }
    Some(database)
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
