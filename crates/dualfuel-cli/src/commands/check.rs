//! `dualfuel check`: what a project's CI calls.

use anyhow::{Context as _, bail};
use dualfuel_schema::{
    Engine, Unsupported,
    render::{self, Rendered},
};
use serde::Serialize;

use crate::{
    Context, Outcome,
    args::Check,
    commands::render::{refused, warned, weakenings},
    database::{Place, drop_all_scratch},
    lint::{self, Lint},
    lock::{LOCK_FILE, Lock},
    outputs,
    project::Project,
    proof::{self, Proof},
    reach,
    signals::Signals,
    source::SourceDir,
};

/// What was checked and found.
#[derive(Debug, Serialize)]
struct Report {
    migrations: usize,
    /// Where the rendered directories are not what the source says.
    differences: Vec<String>,
    /// What could not be rendered.
    unsupported: Vec<Unsupported>,
    /// New migrations that are older than rendered ones.
    holes: Vec<String>,
    /// What the databases showed.
    proofs: Vec<Proof>,
    /// Statements that block a busy table. No reason to fail.
    lints: Vec<Lint>,
}

impl Report {
    fn is_clean(&self) -> bool {
        self.differences.is_empty()
            && self.unsupported.is_empty()
            && self.holes.is_empty()
            && self.proofs.iter().all(|proof| proof.findings.is_empty())
    }
}

/// Runs the command.
///
/// # Errors
///
/// The source can't be read, or a server can't be reached.
pub async fn run(args: &Check, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let places = places(args)?;
    let project = Project::find(&context.here, args.source.given(&args.out))?;
    let source = SourceDir::read(&project.source)?;
    let sources = source.sources();
    let rendered = render::render(&sources, project.render_options());
    let plan = outputs::plan(&project.out, &sources, &rendered, None)?;
    let was_rendered = project.out.join(LOCK_FILE).exists();
    let mut report = Report {
        migrations: rendered.len(),
        differences: match was_rendered {
            true => plan.differences(&project.out),
            false => Vec::new(),
        },
        unsupported: rendered
            .iter()
            .flat_map(|rendered| rendered.unsupported.clone())
            .collect(),
        holes: holes(&Lock::read(&project.out)?, &rendered),
        proofs: Vec::new(),
        lints: rendered.iter().flat_map(lint::lint).collect(),
    };
    if !was_rendered {
        context.tell(format!(
            "nothing is rendered in {} yet: only the source is checked",
            project.out.display()
        ));
    }
    let mut signals = Signals::listen().context("could not listen for signals")?;
    for place in &places {
        let err = &mut context.err;
        let mut progress = |line: &str| {
            let _ = writeln!(err, "  {line}");
        };
        let proving = proof::prove(place, &rendered, project.read, &mut progress);
        let proof = tokio::select! {
            biased;
            () = signals.recv() => None,
            proof = proving => Some(proof),
        };
        let Some(proof) = proof else {
            drop_all_scratch().await;
            bail!("interrupted: scratch databases are dropped");
        };
        let proof = proof.with_context(|| format!("{place} can't be used for the check"))?;
        report.proofs.push(proof);
    }
    if args.json {
        context.json(&report)?;
    } else {
        print(&report, &rendered, context)?;
    }
    Ok(match report.is_clean() {
        true => Outcome::Done,
        false => Outcome::Found,
    })
}

/// Where scratch databases are made, for each engine that was asked for.
fn places(args: &Check) -> anyhow::Result<Vec<Place>> {
    let mut engines: Vec<Engine> = args.engines.iter().map(|name| name.engine()).collect();
    engines.sort();
    engines.dedup();
    let place = |engine: &Engine| match engine {
        Engine::Sqlite => Ok("sqlite::memory:".parse()?),
        Engine::Postgres => server(*engine, args.postgres.as_deref(), "--postgres"),
        Engine::Mariadb => server(*engine, args.mariadb.as_deref(), "--mariadb"),
    };
    engines.iter().map(place).collect()
}

fn server(engine: Engine, url: Option<&str>, option: &str) -> anyhow::Result<Place> {
    let Some(url) = url.filter(|url| !url.is_empty()) else {
        bail!(
            "no {engine} server is named: give {option} URL or set DUALFUEL_CHECK_{}_URL, or name \
             the engines to check with --engines",
            engine.slug().to_ascii_uppercase()
        );
    };
    let place: Place = url.parse().with_context(|| reach::names_none(option))?;
    if place.engine() != engine {
        bail!("{option} names a {} database", place.engine());
    }
    Ok(place)
}

/// New migrations that are older than rendered ones: a branch that was merged
/// late. Databases have the newer ones already.
fn holes(lock: &Lock, rendered: &[Rendered]) -> Vec<String> {
    let Some(newest) = lock.migrations.iter().map(|locked| &locked.directory).max() else {
        return Vec::new();
    };
    let is_hole = |rendered: &&Rendered| {
        lock.get(&rendered.directory).is_none() && rendered.directory < *newest
    };
    let holes = rendered.iter().filter(is_hole);
    holes
        .map(|hole| {
            format!(
                "{} is new and older than {newest}, which is rendered already: give it a newer \
                 version",
                hole.directory
            )
        })
        .collect()
}

fn print(report: &Report, rendered: &[Rendered], context: &mut Context<'_>) -> anyhow::Result<()> {
    for line in warned(rendered) {
        context.tell(line);
    }
    for lint in &report.lints {
        let Lint {
            file,
            line,
            rule,
            text,
            ..
        } = lint;
        context.tell(format!("warning: {file}:{line}: {text} ({rule})"));
    }
    for line in refused(&report.unsupported) {
        context.say(line)?;
    }
    let sentences = report.differences.iter().chain(&report.holes);
    for sentence in sentences {
        context.say(sentence)?;
    }
    for finding in report.proofs.iter().flat_map(|proof| &proof.findings) {
        context.say(finding)?;
    }
    for line in table(report, rendered) {
        context.say(line)?;
    }
    Ok(())
}

/// One line for each thing that was counted, one column for each engine.
fn table(report: &Report, rendered: &[Rendered]) -> Vec<String> {
    type Count = fn(&Proof, &[Rendered]) -> String;
    let rows: [(&str, Count); 5] = [
        ("", |proof, _| {
            format!("{} {}", proof.engine, short(&proof.server))
        }),
        ("rendered", |proof, rendered| {
            let files = rendered
                .iter()
                .filter(|one| one.files_for(proof.engine).is_some());
            format!("{} of {}", files.count(), rendered.len())
        }),
        ("equal after each", |proof, _| {
            format!("{} of {}", proof.equal, proof.applied)
        }),
        ("restored by down", |proof, _| {
            format!("{} of {}", proof.restored, proof.reverted)
        }),
        // As `render` counts them; what the comparison met of that is in the
        // proof.
        ("weaker there", |proof, rendered| {
            let all = weakenings(rendered);
            let there = all.iter().filter(|found| found.engine == proof.engine);
            there.count().to_string()
        }),
    ];
    let lines = rows.iter().map(|(name, count)| {
        let cells = report
            .proofs
            .iter()
            .map(|proof| format!("{:<20}", count(proof, rendered)));
        let line = format!("{name:<18}{}", cells.collect::<String>());
        line.trim_end().to_owned()
    });
    lines.collect()
}

/// `15.18` of `15.18 (Debian 15.18-0)`.
fn short(version: &str) -> &str {
    let end = version.find([' ', '-']).unwrap_or(version.len());
    version.get(..end).unwrap_or(version)
}
