//! How versions are printed, one to a line.

use dualfuel_migrate::{Ran, State, Version, VersionStatus};

use crate::Context;

/// A version, and what is to be said of it.
pub(crate) struct Line<'a> {
    pub(crate) version: &'a Version,
    /// May be empty, where nobody knows it.
    pub(crate) name: &'a str,
    pub(crate) text: String,
}

impl<'a> Line<'a> {
    /// `0007 add_due_on   applied in 38 ms`.
    pub(crate) fn ran(ran: &'a Ran, what: &str) -> Self {
        Self {
            version: &ran.version,
            name: &ran.name,
            text: format!("{what} in {} ms", ran.duration.as_millis()),
        }
    }

    /// What a database has of a version.
    pub(crate) fn of(found: &'a VersionStatus) -> Self {
        Self {
            version: &found.version,
            name: &found.name,
            text: state(found),
        }
    }
}

/// Prints them, what is said in a column.
///
/// # Errors
///
/// Standard output is closed.
pub(crate) fn print_lines(lines: &[Line<'_>], context: &mut Context<'_>) -> anyhow::Result<()> {
    let names: Vec<String> = lines
        .iter()
        .map(|line| {
            format!("{} {}", line.version, line.name)
                .trim_end()
                .to_owned()
        })
        .collect();
    let widths = names.iter().map(|name| name.chars().count());
    let width = widths.max().unwrap_or_default();
    for (name, Line { text, .. }) in names.iter().zip(lines) {
        context.say(format!("  {name:<width$}   {text}"))?;
    }
    Ok(())
}

/// Prints what ran.
///
/// # Errors
///
/// Standard output is closed.
pub(crate) fn print_ran(ran: &[Ran], what: &str, context: &mut Context<'_>) -> anyhow::Result<()> {
    let lines = ran.iter().map(|ran| Line::ran(ran, what));
    print_lines(&lines.collect::<Vec<_>>(), context)
}

fn state(found: &VersionStatus) -> String {
    match &found.state {
        State::Applied => {
            let at = found
                .applied_at
                .map(|at| format!(" {}", at.format("%Y-%m-%d %H:%M:%SZ")));
            let took = found.duration_ms.map(|millis| format!(" in {millis} ms"));
            format!(
                "applied{}{}",
                at.unwrap_or_default(),
                took.unwrap_or_default()
            )
        }
        State::Foreign { .. } => "applied by another tool".to_owned(),
        State::Pending => "pending".to_owned(),
        State::Hole { newest } => format!("not applied, though the newer {newest} is"),
        State::Edited { .. } => "applied, and edited since".to_owned(),
        State::Unknown {
            compatible_with: None,
        } => "in the database, and not in these directories".to_owned(),
        State::Unknown {
            compatible_with: Some(oldest),
        } => {
            format!("in the database, and not in these directories (compatible with {oldest})")
        }
        State::Interrupted {
            reverting,
            statements_done,
        } => {
            let what = if *reverting { "reverted" } else { "applied" };
            let done = match statements_done {
                1 => "1 statement".to_owned(),
                count => format!("{count} statements"),
            };
            format!("half {what}: {done} done")
        }
        other => format!("{other:?}"),
    }
}

/// "schema version 8", or that there is none.
pub(crate) fn version(version: Option<&Version>) -> String {
    match version {
        Some(version) => format!("schema version {version}"),
        None => "no schema version yet".to_owned(),
    }
}

/// With a capital letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
