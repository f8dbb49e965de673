//! `dualfuel status` and `dualfuel plan`: what a database has, and what it
//! would get. Neither writes.

use dualfuel_migrate::{State, Status, VersionStatus};

use crate::{
    Context, Outcome,
    args::Database,
    commands::migrate::{capital, version},
    session::Session,
};

/// Runs `status`.
///
/// # Errors
///
/// The database can't be reached.
pub async fn run(args: &Database, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let mut session = Session::open(args, &context.here, false).await?;
    let status = session.status().await?;
    if args.json {
        context.json(&status)?;
        return Ok(Outcome::Done);
    }
    context.say(format!(
        "{}, {}",
        session.name(),
        version(status.current.as_ref())
    ))?;
    print(&status.versions.iter().collect::<Vec<_>>(), context)?;
    Ok(Outcome::Done)
}

/// Runs `plan`. What would stop `migrate` is found: exit 1.
///
/// # Errors
///
/// The database can't be reached.
pub async fn plan(args: &Database, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let mut session = Session::open(args, &context.here, false).await?;
    let status = session.status().await?;
    let planned = |found: &&VersionStatus| {
        !matches!(
            found.state,
            State::Applied | State::Foreign { baselined: true }
        )
    };
    let versions: Vec<&VersionStatus> = status.versions.iter().filter(planned).collect();
    let stops = versions.iter().any(|found| stops(&found.state));
    if args.json {
        context.json(&Status {
            versions: versions.into_iter().cloned().collect(),
            ..status
        })?;
    } else {
        context.say(format!(
            "{}, {}",
            session.name(),
            version(status.current.as_ref())
        ))?;
        print(&versions, context)?;
        let pending = versions
            .iter()
            .rev()
            .find(|found| found.state == State::Pending);
        context.say(match (stops, pending) {
            (true, _) => "`dualfuel migrate` would refuse".to_owned(),
            (false, Some(newest)) => {
                format!(
                    "{} after `dualfuel migrate`",
                    capital(&version(Some(&newest.version)))
                )
            }
            (false, None) => "Nothing to do".to_owned(),
        })?;
    }
    Ok(match stops {
        true => Outcome::Found,
        false => Outcome::Done,
    })
}

/// Whether a run refuses because of it.
fn stops(state: &State) -> bool {
    match state {
        State::Edited { .. } | State::Hole { .. } | State::Unknown { .. } => true,
        State::Interrupted { reverting, .. } => *reverting,
        _ => false,
    }
}

fn print(versions: &[&VersionStatus], context: &mut Context<'_>) -> anyhow::Result<()> {
    let names: Vec<String> = versions
        .iter()
        .map(|found| format!("{} {}", found.version, found.name))
        .collect();
    let width = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or_default();
    for (name, found) in names.iter().zip(versions) {
        context.say(format!("  {name:<width$}   {}", state(found)))?;
    }
    Ok(())
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
            format!("half {what}: {statements_done} statements done")
        }
        other => format!("{other:?}"),
    }
}
