//! A project's migrations, read and simulated, for commands that only look at
//! the schema they make.

use std::sync::Arc;

use anyhow::bail;
use dualfuel_schema::{
    Dialect, Engine,
    model::Schema,
    portable::case_insensitive,
    render::{self, Rendered},
};

use crate::{
    Context, args::SourceArgs, commands::render::refused, project::Project, source::SourceDir,
};

/// The newest schema of a project, as queries see it: with the columns that a
/// portable source's indexes bring, without `org_id`.
///
/// # Errors
///
/// The source can't be read, or a statement in it.
pub fn schema(args: &SourceArgs, context: &mut Context<'_>) -> anyhow::Result<Schema> {
    let project = Project::find(&context.here, args.given(&Default::default()))?;
    let sources = SourceDir::read(&project.source)?.sources();
    let rendered = render::render(&sources, project.render_options());
    refuse_unread(&rendered, context)?;
    let last = rendered.last().map(|rendered| Arc::clone(&rendered.schema));
    let mut schema = Schema::clone(&last.unwrap_or_default());
    if project.from == Dialect::Portable {
        case_insensitive::with_columns(&mut schema, Engine::Sqlite)?;
    }
    Ok(schema)
}

/// Tells which statements could not be read, where there are any.
///
/// # Errors
///
/// There are.
pub fn refuse_unread(rendered: &[Rendered], context: &mut Context<'_>) -> anyhow::Result<()> {
    let unread: Vec<_> = rendered
        .iter()
        .flat_map(|rendered| &rendered.unsupported)
        .filter(|found| found.engines.is_empty())
        .collect();
    for line in refused(unread.iter().copied()) {
        context.tell(line);
    }
    if !unread.is_empty() {
        bail!("the schema can't be told: statements could not be read");
    }
    Ok(())
}
