//! `dualfuel new`.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};
use dualfuel_migrate::Options;
use dualfuel_schema::Dialect;

use crate::{
    Context, Outcome,
    args::New,
    project::Project,
    source::{SourceDir, SourceError},
};

/// Runs the command.
///
/// # Errors
///
/// The name is none, the version is taken, or the directory can't be made.
pub fn run(args: &New, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let project = Project::find(&context.here, args.source.given(&Default::default()))?;
    let name = checked(&args.name)?;
    let versions = versions(&project.source)?;
    let version = match &args.version {
        Some(version) => version.clone(),
        None => next(&versions),
    };
    if version.is_empty()
        || !version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        bail!("{version} is no version: write digits");
    }
    if let Some(newest) = versions.iter().max().filter(|newest| version <= **newest) {
        bail!("version {version} is not newer than {newest}, the newest there is");
    }
    let dir = project.source.join(format!("{version}_{name}"));
    let file = dir.join("up.sql");
    let written = fs::create_dir_all(&dir).and_then(|()| fs::write(&file, template(project.from)));
    written.with_context(|| format!("could not write {}", file.display()))?;
    context.say(file.display())?;
    Ok(Outcome::Done)
}

fn checked(name: &str) -> anyhow::Result<String> {
    let name = name.trim().replace([' ', '-'], "_").to_lowercase();
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        bail!("a migration's name has letters, digits and `_`: add_due_on");
    }
    Ok(name)
}

/// The versions that are there; none without a directory, which is then made.
fn versions(dir: &Path) -> anyhow::Result<Vec<String>> {
    match SourceDir::read(dir) {
        Ok(source) => {
            let migrations = source.migrations.into_iter();
            Ok(migrations
                .map(|found| found.version.replace('-', ""))
                .collect())
        }
        Err(SourceError::Missing { .. } | SourceError::Nothing { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// The next number where those before it are short, else the time: two
/// branches rarely make the same.
fn next(versions: &[String]) -> String {
    let newest = versions.iter().max();
    let number = newest.filter(|newest| newest.len() < 8).and_then(|newest| {
        let number: u64 = newest.parse().ok()?;
        Some(format!("{:0width$}", number + 1, width = newest.len()))
    });
    let now = (Options::default().clock)();
    number.unwrap_or_else(|| now.format("%Y%m%d%H%M%S").to_string())
}

fn template(dialect: Dialect) -> String {
    let about = match dialect {
        Dialect::Portable => {
            "\
-- SQL in SQLite's spelling, with the ALTERs that SQLite lacks. Types: SMALLINT, INTEGER, BIGINT,
-- BOOLEAN, TEXT, VARCHAR(n), BLOB, REAL, DOUBLE, NUMERIC(p,s), DATE, TIME, TIMESTAMP, TIMESTAMPTZ,
-- JSON, UUID.
--
-- `dualfuel: tenant` in a comment before CREATE TABLE gives each row an org, `dualfuel: every org`
-- before a data statement lets it touch the rows of all orgs. What can't be said for an engine is
-- written for it in up.sqlite.sql, up.postgres.sql or up.mariadb.sql beside this file.
"
        }
        Dialect::Sqlite => "-- For SQLite as it stands here; rendered for the other engines.\n",
        Dialect::Postgres => {
            "-- For PostgreSQL as it stands here; rendered for the other engines.\n"
        }
        Dialect::Mysql => "-- For MariaDB as it stands here; rendered for the other engines.\n",
    };
    format!("-- What this migration is for.\n--\n{about}\n")
}
