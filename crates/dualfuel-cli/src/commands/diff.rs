//! `dualfuel diff`.

use std::path::Path;

use anyhow::{Context as _, bail};
use dualfuel_schema::{
    Engine,
    compare::{self, Side},
    model::Schema,
    parse::ReadOptions,
    render,
};

use crate::{
    Context, Outcome,
    args::{Diff, From},
    database::{Access, Place},
    loaded,
    project::{Given, Project},
    proof::{difference_line, place},
    reach,
    source::SourceDir,
};

/// One of the two that are compared.
struct Compared {
    schemas: Schemas,
    /// How messages call it.
    name: String,
}

enum Schemas {
    Database(Engine, Schema),
    /// What migrations make, for each engine.
    Directory(Box<render::Rendered>),
}

/// Runs the command.
///
/// # Errors
///
/// One of the two can't be read.
pub async fn run(args: &Diff, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let a = read(&args.a, args, context).await?;
    let b = read(&args.b, args, context).await?;
    let comparison = compare::compare(a.side(&b), b.side(&a));
    if args.json {
        context.json(&comparison)?;
    } else {
        for difference in &comparison.differences {
            context.say(difference_line(difference, &a.name, &b.name))?;
        }
        for weakening in &comparison.weakenings {
            context.tell(format!(
                "not compared: {}: {}",
                place(&weakening.table, &weakening.object),
                weakening.what
            ));
        }
    }
    Ok(match comparison.differences.is_empty() {
        true => Outcome::Done,
        false => Outcome::Found,
    })
}

async fn read(text: &str, args: &Diff, context: &mut Context<'_>) -> anyhow::Result<Compared> {
    let read = ReadOptions {
        narrow_integers: args.narrow_integers,
    };
    if Path::new(text).is_dir() {
        return directory(text, args, context);
    }
    let place: Place = match text.parse() {
        Ok(place) => place,
        Err(_) if !text.contains("://") && !text.starts_with("sqlite:") => {
            bail!("{text} is neither a database's URL nor a directory with migrations")
        }
        Err(error) => return Err(error).context("one of the two names no database"),
    };
    let mut connection = reach::open(&place, Access::Read).await?;
    Ok(Compared {
        schemas: Schemas::Database(
            connection.engine(),
            reach::schema(&mut connection, read).await?,
        ),
        name: place.to_string(),
    })
}

fn directory(text: &str, args: &Diff, context: &mut Context<'_>) -> anyhow::Result<Compared> {
    let given = Given {
        source: Some(text.into()),
        from: args.from.map(From::dialect),
        narrow_integers: args.narrow_integers,
        ..Given::default()
    };
    let project = Project::find(&context.here, given)?;
    let sources = SourceDir::read(&project.source)?.sources();
    let mut rendered = render::render(&sources, project.render_options());
    loaded::refuse_unread(&rendered, context).with_context(|| format!("{text} can't be read"))?;
    let Some(last) = rendered.pop() else {
        bail!("{text} holds no migrations");
    };
    Ok(Compared {
        schemas: Schemas::Directory(Box::new(last)),
        name: text.to_owned(),
    })
}

impl Compared {
    /// A directory's schema is that of the engine it is compared with.
    fn side(&self, other: &Self) -> Side<'_> {
        match (&self.schemas, &other.schemas) {
            (Schemas::Database(engine, schema), _) => Side {
                schema,
                engine: Some(*engine),
            },
            (Schemas::Directory(rendered), Schemas::Database(engine, _)) => Side {
                schema: rendered.schema_on(*engine),
                engine: None,
            },
            (Schemas::Directory(rendered), Schemas::Directory(_)) => Side {
                schema: &rendered.schema,
                engine: None,
            },
        }
    }
}
