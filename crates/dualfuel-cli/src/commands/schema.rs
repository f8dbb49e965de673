//! `dualfuel schema`.

use anyhow::Context as _;
use dualfuel_schema::{diesel, model};

use crate::{Context, Outcome, args::Schema, loaded};

/// Runs the command.
///
/// # Errors
///
/// The source can't be read, or the file to compare with.
pub fn run(args: &Schema, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let wanted = text(&loaded::schema(&args.source, context)?);
    if let Some(file) = &args.output {
        std::fs::write(file, wanted)
            .with_context(|| format!("could not write {}", file.display()))?;
        return Ok(Outcome::Done);
    }
    let Some(file) = &args.check else {
        write!(context.out, "{wanted}")?;
        return Ok(Outcome::Done);
    };
    let present = std::fs::read_to_string(file)
        .with_context(|| format!("could not read {}", file.display()))?;
    if present.replace("\r\n", "\n") == wanted {
        return Ok(Outcome::Done);
    }
    let line = 1 + present
        .lines()
        .zip(wanted.lines())
        .take_while(|(a, b)| a == b)
        .count();
    context.say(format!(
        "{}:{line}: is not what the migrations make: run `dualfuel schema --output {}`",
        file.display(),
        file.display()
    ))?;
    Ok(Outcome::Found)
}

/// The whole file.
pub fn text(schema: &model::Schema) -> String {
    format!(
        "//! The tables as queries see them, the same on both engines.\n//!\n//! Written by \
         `dualfuel schema` from the migrations; do not edit.\n\n{}",
        diesel::schema_rs(schema)
    )
}
