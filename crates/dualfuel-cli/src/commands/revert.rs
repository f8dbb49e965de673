//! `dualfuel revert`.

use dualfuel_migrate::{Loss, MigrateError, NoWayBack, Options, State};
use serde_json::json;

use crate::{
    Context, Outcome,
    args::Revert,
    commands::{
        migrate::{ran_json, until_interrupted},
        versions::{capital, print_ran, version},
    },
    output::Hint,
    session::{Progress, Purpose, Session},
};

/// Runs the command.
///
/// # Errors
///
/// The database can't be reached, or a migration can't be taken back.
pub async fn run(args: &Revert, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let mut session = Session::open(&args.database, &context.here, Purpose::Revert).await?;
    let options = Options {
        loss: match args.allow_loss {
            true => Loss::Accept,
            false => Loss::Refuse,
        },
        observer: Progress::observer(),
        ..Options::default()
    };
    let before = session.status().await?;
    if !args.database.json {
        context.say(format!(
            "{}, {}",
            session.name(),
            version(before.current.as_ref())
        ))?;
    }
    let newest = before.versions.iter().rev();
    let newest = newest.filter(|found| found.state == State::Applied);
    let newest = newest.take(args.steps).map(|found| &found.version);
    session.refuse_edited(newest, "down.sql")?;
    let waits = session.waits();
    let run = session.revert(args.steps, &options);
    let reverted = until_interrupted(waits, run).await?.map_err(hinted)?;
    let now = session.status().await?;
    if args.database.json {
        context.json(&json!({
            "engine": now.engine.key(),
            "reverted": reverted.iter().map(ran_json).collect::<Vec<_>>(),
            "current": now.current,
        }))?;
        return Ok(Outcome::Done);
    }
    print_ran(&reverted, "reverted", context)?;
    context.say(match reverted.is_empty() {
        true => "Nothing to do".to_owned(),
        false => capital(&version(now.current.as_ref())),
    })?;
    Ok(Outcome::Done)
}

fn hinted(error: MigrateError) -> anyhow::Error {
    match error {
        MigrateError::Irreversible {
            why: NoWayBack::Loses(_),
            ..
        } => {
            let hint = "--allow-loss takes it back all the same";
            anyhow::Error::new(error).context(Hint(hint.to_owned()))
        }
        error => error.into(),
    }
}
