//! `dualfuel diagram`.

use anyhow::Context as _;

use crate::{Context, Outcome, args::Diagram, diagram, loaded};

/// Runs the command.
///
/// # Errors
///
/// The source can't be read, or the file can't be written.
pub fn run(args: &Diagram, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let schema = loaded::schema(&args.source, context)?;
    match &args.svg {
        Some(file) => std::fs::write(file, diagram::svg(&schema))
            .with_context(|| format!("could not write {}", file.display()))?,
        None => write!(context.out, "{}", diagram::mermaid(&schema))?,
    }
    Ok(Outcome::Done)
}
