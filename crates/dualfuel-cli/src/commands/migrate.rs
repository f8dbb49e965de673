//! `dualfuel migrate`.

use std::time::Duration;

use anyhow::{Context as _, bail};
use dualfuel_migrate::{MigrateError, Options, Order, Ran, State, Target, Version};
use serde_json::json;

use crate::{
    Context, Outcome,
    args::Migrate,
    commands::versions::{Line, capital, print_lines, version},
    session::{Progress, Purpose, Session},
    signals::Signals,
};

/// Runs the command.
///
/// # Errors
///
/// The database can't be reached, or the run stopped; what was applied before
/// is printed.
pub async fn run(args: &Migrate, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&args.database, &context.here, Purpose::Migrate).await?;
    let options = Options {
        target: match &args.to {
            // Dashes and a name with it, as a directory has them, don't matter.
            Some(version) => Target::Version(Version::of_directory(version)),
            None => Target::Latest,
        },
        order: match args.allow_out_of_order {
            true => Order::FillHoles,
            false => Order::Strict,
        },
        lock_wait: Duration::from_secs(args.lock_wait),
        observer: Progress::observer(),
        ..Options::default()
    };
    let before = session.status().await?;
    if !args.database.json {
        let version = version(before.current.as_ref());
        context.say(format!("{}, {version}", session.name()))?;
    }
    // One that is half applied may have been corrected, as on MariaDB it has to be.
    let fresh = before
        .versions
        .iter()
        .filter(|found| matches!(found.state, State::Pending | State::Hole { .. }));
    session.refuse_edited(fresh.map(|found| &found.version), "up.sql")?;
    let waits = session.waits();
    let run = session.migrate(&options);
    let report = match until_interrupted(waits, run).await? {
        Ok(report) => report,
        Err(error) => return Err(stopped(&mut session, &before, error, args, context).await),
    };
    if args.database.json {
        context.json(&json!({
            "engine": report.engine.key(),
            "applied": report.applied.iter().map(ran_json).collect::<Vec<_>>(),
            "baselined": report.baselined,
            "current": report.current,
        }))?;
        return Ok(Outcome::Done);
    }
    let name = |version: &Version| {
        let found = before
            .versions
            .iter()
            .find(|found| found.version == *version);
        found.map(|found| found.name.as_str()).unwrap_or_default()
    };
    let noted = report.baselined.iter().map(|version| Line {
        version,
        name: name(version),
        text: "applied by another tool: noted".to_owned(),
    });
    let ran = report.applied.iter().map(|ran| Line::ran(ran, "applied"));
    print_lines(&noted.chain(ran).collect::<Vec<_>>(), context)?;
    context.say(match report.applied.is_empty() {
        true => "Nothing to do".to_owned(),
        false => capital(&version(report.current.as_ref())),
    })?;
    Ok(Outcome::Done)
}

/// The error, after the versions that were applied before it.
async fn stopped(
    session: &mut Session,
    before: &dualfuel_migrate::Status,
    error: MigrateError,
    args: &Migrate,
    context: &mut Context<'_>,
) -> anyhow::Error {
    if let Ok(now) = session.status().await
        && !args.database.json
    {
        let known = |found: &&dualfuel_migrate::VersionStatus| {
            let was = before
                .versions
                .iter()
                .find(|was| was.version == found.version);
            found.state.is_applied() && !was.is_some_and(|was| was.state.is_applied())
        };
        let lines = now.versions.iter().filter(known).map(Line::of);
        let _ = print_lines(&lines.collect::<Vec<_>>(), context);
    }
    hinted(error)
}

/// With what to do about it.
pub(crate) fn hinted(error: MigrateError) -> anyhow::Error {
    let hint = match &error {
        MigrateError::Refused { source, .. } => {
            let said = source.to_string();
            match said {
                said if said.contains("null value") || said.contains("NULL") => {
                    Some("fill the column for existing rows before adding `NOT NULL`")
                }
                _ => None,
            }
        }
        _ => None,
    };
    match hint {
        Some(hint) => anyhow::Error::new(error).context(crate::output::Hint(hint.to_owned())),
        None => error.into(),
    }
}

/// Waits for a run, or for a signal to end it.
pub(crate) async fn until_interrupted<T>(
    waits: bool,
    run: impl Future<Output = T>,
) -> anyhow::Result<T> {
    if !waits {
        return Ok(run.await);
    }
    let mut signals = Signals::listen().context("could not listen for signals")?;
    tokio::select! {
        done = run => Ok(done),
        () = signals.recv() => {
            bail!(
                "interrupted: the version under way is rolled back, or taken up by the next run \
                 where the engine can't do that"
            )
        }
    }
}

pub(crate) fn ran_json(ran: &Ran) -> serde_json::Value {
    json!({
        "version": ran.version,
        "name": ran.name,
        "duration_ms": u64::try_from(ran.duration.as_millis()).unwrap_or(u64::MAX),
    })
}
