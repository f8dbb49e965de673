//! Every migration renders, runs, and leaves the same schema everywhere; taken
//! back it leaves the schema that it found.

use std::collections::BTreeSet;

use dualfuel_schema::{Engine, model::Schema};

use crate::{
    each_project,
    engines::{Database, compare_schemas},
    project::Project,
};

each_project!(migrations_run_and_agree);

/// How far a database has come.
struct Course {
    database: Database,
    /// What was introspected before each migration; the last one is what it
    /// holds now. Empty once something failed.
    found: Vec<Schema>,
    ran: usize,
    without_override: usize,
}

pub(crate) async fn migrations_run_and_agree(project: Project) {
    let mut problems = Vec::new();
    let mut courses = Vec::new();
    for database in Database::all().await {
        courses.push(Course {
            database,
            found: vec![Schema::default()],
            ran: 0,
            without_override: 0,
        });
    }
    for migration in 0..project.rendered.len() {
        for course in &mut courses {
            forward(&project, migration, course, &mut problems).await;
        }
        agree(&project, migration, &courses, &mut problems);
    }
    report(&project, &courses);
    once_each(&mut problems);
    for course in &mut courses {
        back(&project, course, &mut problems).await;
    }
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

/// Runs a migration and compares what is there with what the model says.
async fn forward(
    project: &Project,
    migration: usize,
    course: &mut Course,
    problems: &mut Vec<String>,
) {
    if course.found.is_empty() {
        return;
    }
    let rendered = &project.rendered[migration];
    let engine = course.database.engine;
    let place = format!("{}/{} on {engine}", project.name, rendered.directory);
    let Some(files) = rendered.files_for(engine) else {
        let reasons = rendered.unsupported.iter().map(ToString::to_string);
        problems.push(format!(
            "{place}: not rendered: {}",
            reasons.collect::<Vec<_>>().join("; ")
        ));
        course.found.clear();
        return;
    };
    if let Err(failure) = course.database.apply(files, &files.up).await {
        problems.push(format!("{place}: {failure}"));
        course.found.clear();
        return;
    }
    course.ran += 1;
    course.without_override += usize::from(!project.overrides(migration, engine));
    match course.database.introspect().await {
        Ok(schema) => {
            let model = (&**rendered.schema_on(engine), None);
            for difference in compare_schemas(model, (&schema, Some(engine))) {
                problems.push(format!("{place}: model | database: {difference}"));
            }
            course.found.push(schema);
        }
        Err(failure) => {
            problems.push(format!("{place}: {failure}"));
            course.found.clear();
        }
    }
}

/// Compares the databases with each other.
fn agree(project: &Project, migration: usize, courses: &[Course], problems: &mut Vec<String>) {
    let there: Vec<(&Schema, Engine)> = courses
        .iter()
        .filter_map(|course| Some((course.found.get(migration + 1)?, course.database.engine)))
        .collect();
    for (place, (left, on_left)) in there.iter().enumerate() {
        for (right, on_right) in there.iter().skip(place + 1) {
            for difference in compare_schemas((left, Some(*on_left)), (right, Some(*on_right))) {
                let directory = &project.rendered[migration].directory;
                problems.push(format!(
                    "{}/{directory}: {on_left} | {on_right}: {difference}",
                    project.name
                ));
            }
        }
    }
}

/// Takes the migrations back, the last one first, as far as there is a way.
async fn back(project: &Project, course: &mut Course, problems: &mut Vec<String>) {
    let engine = course.database.engine;
    let steps = project.rendered.iter().zip(course.found.clone()).rev();
    if course.found.len() != project.rendered.len() + 1 {
        return;
    }
    for (rendered, before) in steps {
        let files = rendered.files_for(engine).expect("it was applied");
        let place = format!(
            "{}/{} taken back on {engine}",
            project.name, rendered.directory
        );
        let Some(down) = files.down.as_deref().filter(|down| says_something(down)) else {
            println!("{place}: no way back, the rest is not tried");
            return;
        };
        if let Err(failure) = course.database.apply(files, down).await {
            problems.push(format!("{place}: {failure}"));
            return;
        }
        let after = match course.database.introspect().await {
            Ok(after) => after,
            Err(failure) => {
                problems.push(format!("{place}: {failure}"));
                return;
            }
        };
        let mut differences = compare_schemas((&before, Some(engine)), (&after, Some(engine)));
        // A trigger that an override made comes back as it is lowered.
        differences.retain(|difference| !difference.contains(": definition: "));
        let wrong = !differences.is_empty();
        for difference in differences {
            problems.push(format!("{place}: before | after: {difference}"));
        }
        if wrong {
            return;
        }
    }
}

/// Whether there is a statement in it: many projects keep empty files.
fn says_something(script: &str) -> bool {
    script.lines().any(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("--")
    })
}

/// A difference stays until its table goes: it is told where it comes up.
fn once_each(problems: &mut Vec<String>) {
    let mut told = BTreeSet::new();
    problems.retain(|problem| {
        let what = problem
            .split_once(" on ")
            .or_else(|| problem.split_once(": "));
        told.insert(what.map_or(problem.clone(), |(_, what)| what.to_owned()))
    });
}

fn report(project: &Project, courses: &[Course]) {
    for course in courses {
        println!(
            "{:10} {:10} {:2} of {:2} migrations ran, {:2} without an override",
            project.name,
            course.database.engine.to_string(),
            course.ran,
            project.rendered.len(),
            course.without_override,
        );
    }
}
