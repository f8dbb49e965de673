//! `dualfuel render`.

use std::{collections::BTreeSet, path::Path};

use anyhow::bail;
use dualfuel_schema::{
    Engine, Unsupported,
    lower::Weakening,
    render::{self, Rendered, Warning},
};
use serde::Serialize;

use crate::{
    Context, Outcome,
    args::Render,
    outputs::{self, Plan},
    project::Project,
    source::SourceDir,
};

/// What rendering found and did, for `--json`.
#[derive(Debug, Serialize)]
struct Report<'a> {
    migrations: usize,
    written: Vec<&'a str>,
    differences: Vec<String>,
    unsupported: Vec<&'a Unsupported>,
    warnings: Vec<&'a Warning>,
    weakenings: Vec<Weakened<'a>>,
}

/// What an engine does without since a migration.
#[derive(Debug, Serialize)]
struct Weakened<'a> {
    migration: &'a str,
    #[serde(flatten)]
    weakening: &'a Weakening,
}

/// Runs the command.
///
/// # Errors
///
/// The source can't be read, the output can't be written, or something would
/// have to change that must not.
pub fn run(args: &Render, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let project = Project::find(&context.here, args.source.given(&args.out))?;
    let source = SourceDir::read(&project.source)?;
    let sources = source.sources();
    let rendered = render::render(&sources, project.render_options());
    let plan = outputs::plan(
        &project.out,
        &sources,
        &rendered,
        args.rewrite_from.as_deref(),
    )?;

    let unsupported = rendered
        .iter()
        .any(|rendered| !rendered.unsupported.is_empty());
    let writes = !args.check && plan.conflicts.is_empty() && (!unsupported || args.keep_going);
    if writes {
        plan.write(&project.out)?;
    }
    if args.json {
        context.json(&report(&rendered, &plan, &project.out, writes))?;
    } else {
        print(args, &rendered, &plan, &project.out, writes, context)?;
    }
    if args.check {
        let clean = plan.is_clean() && !unsupported;
        return Ok(if clean { Outcome::Done } else { Outcome::Found });
    }
    if !plan.conflicts.is_empty() {
        bail!("nothing was written: what was rendered once never changes");
    }
    match (unsupported, args.keep_going) {
        (false, _) => Ok(Outcome::Done),
        (true, true) => Ok(Outcome::Found),
        (true, false) => {
            bail!("nothing was written: write the overrides, or render the rest with --keep-going")
        }
    }
}

fn report<'a>(rendered: &'a [Rendered], plan: &'a Plan, out: &Path, written: bool) -> Report<'a> {
    let weakened = |rendered: &'a Rendered| {
        let weakenings = rendered.weakenings.iter();
        weakenings.map(|weakening| Weakened {
            migration: &rendered.directory,
            weakening,
        })
    };
    Report {
        migrations: rendered.len(),
        written: match written {
            true => plan.writes.keys().map(String::as_str).collect(),
            false => Vec::new(),
        },
        differences: match written {
            true => Vec::new(),
            false => plan.differences(out),
        },
        unsupported: rendered
            .iter()
            .flat_map(|rendered| &rendered.unsupported)
            .collect(),
        warnings: rendered
            .iter()
            .flat_map(|rendered| &rendered.warnings)
            .collect(),
        weakenings: rendered.iter().flat_map(weakened).collect(),
    }
}

fn print(
    args: &Render,
    rendered: &[Rendered],
    plan: &Plan,
    out: &Path,
    written: bool,
    context: &mut Context<'_>,
) -> anyhow::Result<()> {
    for line in warned(rendered) {
        context.tell(line);
    }
    for line in refused(rendered.iter().flat_map(|rendered| &rendered.unsupported)) {
        context.tell(line);
    }
    if args.check {
        for line in plan.differences(out) {
            context.say(line)?;
        }
    } else {
        for conflict in &plan.conflicts {
            context.tell(format!("error: {conflict}"));
        }
    }
    if written {
        for path in plan.writes.keys() {
            context.say(path)?;
        }
        for stranger in &plan.strangers {
            context.tell(format!("warning: {stranger} is not from the source"));
        }
        summary(rendered, plan, context);
    }
    Ok(())
}

/// What files do that their authors may not have meant: the same of several in
/// one line.
pub(crate) fn warned(rendered: &[Rendered]) -> Vec<String> {
    let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
    for Warning { file, line, text } in rendered.iter().flat_map(|rendered| &rendered.warnings) {
        let place = format!("{file}:{line}");
        match lines.iter_mut().find(|(told, _)| told == text) {
            Some((_, places)) => places.push(place),
            None => lines.push((text, vec![place])),
        }
    }
    let line = |(text, places): (&str, Vec<String>)| match places.as_slice() {
        [first, second, rest @ ..] if !rest.is_empty() => {
            format!("warning: {first}, {second} and {} more: {text}", rest.len())
        }
        places => format!("warning: {}: {text}", places.join(", ")),
    };
    lines.into_iter().map(line).collect()
}

/// The statements that can't be rendered. Those that only need what others
/// would make are counted: which is at fault is known.
pub(crate) fn refused<'a>(found: impl IntoIterator<Item = &'a Unsupported>) -> Vec<String> {
    let (follow, own): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|found| found.follows_from.is_some());
    let mut lines: Vec<String> = own.into_iter().map(unsupported).collect();
    let files: BTreeSet<&str> = follow.iter().map(|found| found.file.as_str()).collect();
    match (follow.len(), files.len()) {
        (0, _) => {}
        (1, _) => lines.push(
            "error: 1 statement more needs what these would have made (--json names it)".to_owned(),
        ),
        (count, files) => lines.push(format!(
            "error: {count} statements more, in {files} file{}, need what these would have made \
             (--json names them)",
            if files == 1 { "" } else { "s" }
        )),
    }
    lines
}

/// A statement that can't be rendered, and the way out.
fn unsupported(found: &Unsupported) -> String {
    let names: Vec<String> = found.engines.iter().map(Engine::to_string).collect();
    let engines = match names.as_slice() {
        [] => String::new(),
        [one] => format!(" (for {one})"),
        [first, second] => format!(" (for {first} and {second})"),
        _ => " (for each engine)".to_owned(),
    };
    let way_out = match found.overrides.as_slice() {
        [] => String::new(),
        files => format!("\n  write {}", files.join(", ")),
    };
    format!("error: {found}{engines}{way_out}")
}

/// What engines do without, each once.
pub(crate) fn weakenings(rendered: &[Rendered]) -> BTreeSet<&Weakening> {
    let all = rendered.iter().flat_map(|rendered| &rendered.weakenings);
    all.collect()
}

fn summary(rendered: &[Rendered], plan: &Plan, context: &mut Context<'_>) {
    let count = |engine: Engine| {
        rendered
            .iter()
            .filter(|rendered| rendered.files_for(engine).is_some())
            .count()
    };
    let engines = Engine::ALL.map(|engine| format!("{engine} {}", count(engine)));
    let weaker = match weakenings(rendered).len() {
        0 => String::new(),
        1 => "; 1 thing is weaker on some engine (--json names it)".to_owned(),
        count => format!("; {count} things are weaker on some engine (--json names them)"),
    };
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    };
    context.tell(format!(
        "{} ({}), {} written{weaker}",
        counted(rendered.len(), "migration"),
        engines.join(", "),
        counted(plan.writes.len(), "file")
    ));
}
