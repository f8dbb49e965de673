//! `dualfuel new`.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use anyhow::{Context as _, bail};
use dualfuel_migrate::Options;
use dualfuel_schema::Dialect;

use crate::{
    Context, Outcome,
    args::New,
    project::Project,
    source::{SourceDir, SourceError, Style},
};

/// Runs the command.
///
/// # Errors
///
/// The name is none, the version is taken, or the files can't be made.
pub fn run(args: &New, context: &mut Context<'_>) -> anyhow::Result<Outcome> {
    let project = Project::find(&context.here, args.source.given(&Default::default()))?;
    let name = checked(&args.name)?;
    let (newest, style) = match SourceDir::read(&project.source) {
        Ok(source) => {
            let style = source.style()?;
            let newest = source.migrations.into_iter().next_back();
            (newest.map(|newest| newest.version), style)
        }
        // It is made.
        Err(SourceError::Missing { .. } | SourceError::Nothing { .. }) => (None, Style::default()),
        Err(error) => return Err(error.into()),
    };
    let version = match &args.version {
        Some(version) => version.clone(),
        None => next(newest.as_deref()),
    };
    if version.is_empty()
        || !version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
    {
        bail!("{version} is no version: write digits");
    }
    if let Some(newest) = newest.filter(|newest| !is_newer(&version, newest)) {
        bail!("version {version} is not newer than {newest}, the newest there is");
    }
    let files = style.files(&project.source, &version, &name, &template(project.from));
    for (file, text) in files {
        write_new(&file, &text).with_context(|| format!("could not write {}", file.display()))?;
        context.say(file.display())?;
    }
    Ok(Outcome::Done)
}

/// Never writes over a file.
fn write_new(file: &Path, text: &str) -> io::Result<()> {
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::File::create_new(file)?.write_all(text.as_bytes())
}

/// Whether a version sorts after another, as their tools have it: numbers of
/// one length sort alike as text and as numbers.
fn is_newer(version: &str, than: &str) -> bool {
    let number = |version: &str| version.replace('-', "").parse::<u128>().ok();
    number(version) > number(than)
}

fn checked(name: &str) -> anyhow::Result<String> {
    let name = name.trim().replace([' ', '-'], "_").to_lowercase();
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        bail!("a migration's name has letters, digits and `_`: add_due_on");
    }
    Ok(name)
}

/// The next number where the newest is a short one, else the time, spelled as
/// the newest is: two branches rarely make the same.
fn next(newest: Option<&str>) -> String {
    let now = (Options::default().clock)();
    let newest = newest.unwrap_or_default();
    let number = newest.parse::<u64>();
    match number {
        Ok(number) if newest.len() < 8 => {
            format!("{:0width$}", number + 1, width = newest.len())
        }
        // Seconds since 1970.
        Ok(_) if newest.len() == 10 && newest.starts_with('1') => now.timestamp().to_string(),
        _ if newest.contains('-') => now.format("%Y-%m-%d-%H%M%S").to_string(),
        _ => now.format("%Y%m%d%H%M%S").to_string(),
    }
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
