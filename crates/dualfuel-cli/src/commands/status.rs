//! `dualfuel status` and `dualfuel plan`: what a database has, and what it
//! would get. Neither writes.

use dualfuel_migrate::{State, Status, VersionStatus};

use crate::{
    Context, Outcome,
    args::Database,
    commands::versions::{Line, capital, print_lines, version},
    session::{Purpose, Session},
};

/// Runs `status`.
///
/// # Errors
///
/// The database can't be reached.
pub async fn run(args: &Database, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let mut session = Session::open(args, &context.here, Purpose::Status).await?;
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
    let lines = status.versions.iter().map(Line::of);
    print_lines(&lines.collect::<Vec<_>>(), context)?;
    Ok(Outcome::Done)
}

/// Runs `plan`. What would stop `migrate` is found: exit 1.
///
/// # Errors
///
/// The database can't be reached.
pub async fn plan(args: &Database, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let mut session = Session::open(args, &context.here, Purpose::Plan).await?;
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
        let lines = versions.iter().map(|found| Line::of(found));
        print_lines(&lines.collect::<Vec<_>>(), context)?;
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
