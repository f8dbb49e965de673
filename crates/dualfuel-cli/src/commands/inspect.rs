//! `dualfuel inspect`.

use dualfuel_schema::{
    compare::{self, Side},
    parse::ReadOptions,
};

use crate::{Context, Outcome, args::Inspect, database::Access, reach, tree};

/// Runs the command.
///
/// # Errors
///
/// The database can't be reached or read.
pub async fn run(args: &Inspect, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let place = reach::place(&args.url)?;
    let mut connection = reach::open(&place, Access::Read).await?;
    let read = ReadOptions {
        narrow_integers: args.narrow_integers,
    };
    let schema = reach::schema(&mut connection, read).await?;
    if args.json {
        let side = Side {
            schema: &schema,
            engine: Some(connection.engine()),
        };
        context.json(&compare::canonical_json(side))?;
        return Ok(Outcome::Done);
    }
    context.tell(reach::name(&connection, &place));
    for line in tree::lines(&schema) {
        context.say(line)?;
    }
    Ok(Outcome::Done)
}
