//! `dualfuel adopt`.
//!
//! Writes rows of ledgers and nothing else: what the other tool has applied is
//! applied, and the next `dualfuel migrate` takes note of it as a baseline.

use anyhow::{Context as _, bail};
use dualfuel_migrate::Version;
use dualfuel_schema::{
    Dialect,
    compare::{self, Side},
    model::Schema,
    parse::ReadOptions,
    render::{self, RenderOptions, Rendered},
};
use serde_json::json;

use crate::{
    Context, Outcome,
    args::{Adopt, From, Tool},
    database::{Access, Connection},
    ledgers, loaded,
    proof::difference_line,
    reach,
    source::SourceDir,
};

/// Diesel's own statement (`setup_migration_table.sql`).
const DIESEL_TABLE: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (
       version VARCHAR(50) PRIMARY KEY NOT NULL,
       run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
)";

/// Runs the command.
///
/// # Errors
///
/// The database or the directory can't be read, or they don't belong together.
pub async fn run(args: &Adopt, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let place = reach::place(&args.url)?;
    let source = SourceDir::read(&args.dir)?;
    let access = match args.dry_run {
        true => Access::Read,
        false => Access::Write,
    };
    // Opening for writing would make a file that is not there.
    drop(reach::open(&place, Access::Read).await?);
    let mut connection = reach::open(&place, access).await?;
    let count = ledgers::applied(args.from, &mut connection, &source).await?;
    let read = ReadOptions {
        narrow_integers: args.narrow_integers,
    };
    let options = RenderOptions {
        dialect: args
            .dialect
            .map_or_else(|| Dialect::from(connection.engine()), From::dialect),
        read,
    };
    let mut rendered = render::render(&source.sources(), options);
    rendered.truncate(count);
    loaded::refuse_unread(&rendered, context)?;

    let empty = Schema::default();
    let wanted = rendered
        .last()
        .map(|last| last.schema_on(connection.engine()));
    let found = reach::schema(&mut connection, read).await?;
    let comparison = compare::compare(
        Side {
            schema: wanted.map_or(&empty, |schema| schema),
            engine: None,
        },
        Side {
            schema: &found,
            engine: Some(connection.engine()),
        },
    );
    let equal = comparison.differences.is_empty();
    let written = match equal && !args.dry_run {
        true => write(args.from, &mut connection, &rendered).await?,
        false => 0,
    };
    if args.json {
        context.json(&json!({
            "applied": rendered.iter().map(|one| &one.directory).collect::<Vec<_>>(),
            "pending": source.migrations.len() - count,
            "differences": comparison.differences,
            "written": written,
        }))?;
    } else {
        for difference in &comparison.differences {
            context.say(difference_line(
                difference,
                "the migrations",
                "the database",
            ))?;
        }
        context.say(summary(
            args,
            equal,
            count,
            source.migrations.len(),
            written,
        ))?;
    }
    Ok(match equal {
        true => Outcome::Done,
        false => Outcome::Found,
    })
}

fn summary(args: &Adopt, equal: bool, applied: usize, all: usize, written: usize) -> String {
    let pending = all - applied;
    let migrations = match applied {
        1 => "migration makes".to_owned(),
        count => format!("{count} migrations make"),
    };
    match (equal, args.dry_run) {
        (false, _) => {
            format!("not adopted: the database is not what its {migrations}; nothing was written")
        }
        (true, true) => {
            format!("the database is what its {migrations}: it can be adopted; {pending} pending")
        }
        (true, false) => format!(
            "adopted: of {all} migrations {applied} are applied, {written} written down now; \
             {pending} pending for `dualfuel migrate`"
        ),
    }
}

/// Writes down what is applied, in Diesel's table.
async fn write(
    tool: Tool,
    connection: &mut Connection,
    applied: &[Rendered],
) -> anyhow::Result<usize> {
    if tool == Tool::Diesel {
        return Ok(0);
    }
    connection
        .execute(DIESEL_TABLE)
        .await
        .context("could not make the ledger")?;
    let rows = connection
        .text_rows("SELECT version FROM __diesel_schema_migrations")
        .await?;
    let present: Vec<String> = rows.into_iter().flatten().flatten().collect();
    let mut values = Vec::new();
    for migration in applied {
        let version = Version::of_directory(&migration.directory);
        let version = version.as_str();
        if !version.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            bail!(
                "{} has no version that a ledger can hold",
                migration.directory
            );
        }
        if !present.iter().any(|present| present == version) {
            values.push(format!("('{version}')"));
        }
    }
    if values.is_empty() {
        return Ok(0);
    }
    // One statement: all of them or none.
    let sql = format!(
        "INSERT INTO __diesel_schema_migrations (version) VALUES {}",
        values.join(", ")
    );
    connection
        .execute(&sql)
        .await
        .context("could not write the ledger")?;
    Ok(values.len())
}
