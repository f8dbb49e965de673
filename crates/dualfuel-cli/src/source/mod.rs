//! Reads the migration directories that projects keep, as they are.
//!
//! | Kept by | Looks like | Sorted |
//! |---|---|---|
//! | Dualfuel, Diesel | `20250131091500_add_due_on/up.sql`, `down.sql`, `metadata.toml` | as text |
//! | Prisma | `20250131091500_add_due_on/migration.sql` | as text |
//! | rusqlite_migration | `01-add_due_on/up.sql`, `down.sql` | as numbers |
//! | sqlx | `20250131091500_add_due_on.sql`, or `.up.sql` and `.down.sql` | as numbers |
//! | refinery | `V1__add_due_on.sql`, `U2__..` | as numbers |
//! | nobody | `001.sql`, `001-add_due_on.sql` | as numbers |
//!
//! A file may hold both directions under `-- migrate:up` and `-- migrate:down`
//! (dbmate), `-- +goose Up` and `-- +goose Down`, `-- +migrate Up` and
//! `-- +migrate Down` (sql-migrate), or `-- rambler up` and `-- rambler down`.
//!
//! What is rendered is laid out for Diesel, which sorts versions as text. So a
//! number that its own tool sorts as a number is padded to fourteen digits,
//! the width of a time: the same for all, because the width must not depend on
//! migrations that are yet to come.
//!
//! An override of a migration's file for one engine stands in its directory as
//! `up.postgres.sql`. Beside plain files that name would be taken for another
//! migration by the tool that owns them, so there it also may stand in
//! `overrides/<file's name without .sql>/`.

mod entry;
mod error;
mod layout;
mod next;
mod sections;

pub use error::SourceError;
pub use next::Style;

use std::path::{Path, PathBuf};

use dualfuel_schema::render;

use entry::Entry;

/// A directory of migrations, read.
#[derive(Debug, Clone)]
pub struct SourceDir {
    /// Its migrations, in the order in which their tool applies them.
    pub migrations: Vec<SourceMigration>,
}

/// One migration of a directory.
#[derive(Debug, Clone)]
pub struct SourceMigration {
    /// The version as its own tool knows it: `1` of `V1__init.sql`.
    pub version: String,
    /// Its name: `init`.
    pub name: String,
    /// The file with its way there.
    pub up: PathBuf,
    /// What it says.
    pub source: render::Source,
}

impl SourceDir {
    /// Reads the migrations in `dir`.
    ///
    /// # Errors
    ///
    /// [`SourceError`] names the file at fault, and what to do about it.
    pub fn read(dir: &Path) -> Result<Self, SourceError> {
        let entries = entry::list(dir)?;
        let mut found = layout::sort(layout::find(dir, &entries)?)?;
        let migrations = found
            .iter_mut()
            .map(|found| found.read(dir))
            .collect::<Result<Vec<_>, _>>()?;
        if migrations.is_empty() {
            return Err(SourceError::Nothing {
                dir: dir.to_owned(),
                inside: nested(&entries),
            });
        }
        Ok(Self { migrations })
    }

    /// How the newest migration is laid out.
    ///
    /// # Errors
    ///
    /// [`SourceError`]: its file can't be read.
    pub fn style(&self) -> Result<Style, SourceError> {
        match self.migrations.last() {
            Some(newest) => Style::of(&newest.up, &newest.version),
            None => Ok(Style::default()),
        }
    }

    /// What the renderer takes.
    pub fn sources(&self) -> Vec<render::Source> {
        let migrations = self.migrations.iter();
        migrations.map(|found| found.source.clone()).collect()
    }
}

/// Directories in which migrations may have been meant to be looked for.
fn nested(entries: &[Entry]) -> String {
    let names: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.is_dir && entry.name != layout::OVERRIDES)
        .map(|entry| entry.name.as_str())
        .collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!(
            "; did you mean one of its directories: {}?",
            names.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests;
