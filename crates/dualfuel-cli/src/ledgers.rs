//! What other tools write down of the migrations they applied.
//!
//! | Tool | Where | An applied version |
//! |---|---|---|
//! | sqlx | `_sqlx_migrations` | a row with `success` |
//! | Diesel | `__diesel_schema_migrations` | a row |
//! | refinery | `refinery_schema_history` | a row |
//! | rusqlite_migration | `PRAGMA user_version` | as many as it counts, in order |

use anyhow::{Context as _, bail};
use dualfuel_schema::Engine;

use crate::{args::Tool, database::Connection, source::SourceDir};

/// How many of a directory's migrations, from the first on, the tool has
/// applied.
///
/// # Errors
///
/// The tool did not migrate this database, left it half-way, or applied
/// something else than a beginning of the directory.
pub async fn applied(
    tool: Tool,
    connection: &mut Connection,
    source: &SourceDir,
) -> anyhow::Result<usize> {
    let versions = match tool {
        Tool::Rusqlite => return counted(connection, source).await,
        Tool::Sqlx => sqlx(connection).await?,
        Tool::Diesel => rows(connection, "__diesel_schema_migrations", "Diesel").await?,
        Tool::Refinery => rows(connection, "refinery_schema_history", "refinery").await?,
    };
    for pair in source.migrations.windows(2) {
        if let [first, second] = pair
            && same(&first.version, &second.version)
        {
            bail!(
                "{} and {} both are version {}: which of them is applied can't be told",
                first.source.origin,
                second.source.origin,
                second.version
            );
        }
    }
    for version in &versions {
        if !source
            .migrations
            .iter()
            .any(|found| same(&found.version, version))
        {
            bail!("the database has version {version}, which the directory does not hold");
        }
    }
    let has = |version: &str| versions.iter().any(|applied| same(version, applied));
    let count = source
        .migrations
        .iter()
        .take_while(|found| has(&found.version))
        .count();
    let later = source
        .migrations
        .iter()
        .skip(count)
        .find(|found| has(&found.version));
    if let (Some(later), Some(hole)) = (later, source.migrations.get(count)) {
        bail!(
            "version {} is not applied though the newer {} is: apply it first, with the tool that \
             kept this database",
            hole.version,
            later.version
        );
    }
    Ok(count)
}

/// The same version, however it is padded or parted.
fn same(a: &str, b: &str) -> bool {
    let plain = |text: &str| {
        let digits = text.replace('-', "");
        digits.trim_start_matches('0').to_owned()
    };
    plain(a) == plain(b)
}

async fn sqlx(connection: &mut Connection) -> anyhow::Result<Vec<String>> {
    let sql = "SELECT version, CASE WHEN success THEN 1 ELSE 0 END FROM _sqlx_migrations \
               ORDER BY version";
    let rows = read(connection, sql, "_sqlx_migrations", "sqlx").await?;
    let mut versions = Vec::new();
    for row in rows {
        let mut values = row.into_iter().flatten();
        let version = values.next().unwrap_or_default();
        if values.next().as_deref() != Some("1") {
            bail!(
                "sqlx stopped in the middle of version {version}: put the database in order first, \
                 as sqlx says"
            );
        }
        versions.push(version);
    }
    Ok(versions)
}

async fn rows(connection: &mut Connection, table: &str, tool: &str) -> anyhow::Result<Vec<String>> {
    let sql = format!("SELECT version FROM {table} ORDER BY version");
    let rows = read(connection, &sql, table, tool).await?;
    Ok(rows.into_iter().flatten().flatten().collect())
}

async fn read(
    connection: &mut Connection,
    sql: &str,
    table: &str,
    tool: &str,
) -> anyhow::Result<Vec<Vec<Option<String>>>> {
    let rows = connection.text_rows(sql).await;
    rows.with_context(|| {
        format!("the database has no table {table} that can be read: did {tool} migrate it?")
    })
}

async fn counted(connection: &mut Connection, source: &SourceDir) -> anyhow::Result<usize> {
    if connection.engine() != Engine::Sqlite {
        bail!("rusqlite_migration keeps SQLite databases only");
    }
    let rows = connection.text_rows("PRAGMA user_version").await?;
    let value = rows
        .into_iter()
        .flatten()
        .flatten()
        .next()
        .unwrap_or_default();
    let count: usize = value
        .parse()
        .with_context(|| format!("user_version is {value}"))?;
    let all = source.migrations.len();
    if count > all {
        bail!("the database has {count} migrations, and the directory holds {all}");
    }
    Ok(count)
}
