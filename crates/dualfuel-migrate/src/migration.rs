//! One migration, and the sets of them that a program carries.
//!
//! A set is a directory per engine, and in it a directory per version, as
//! `diesel_cli` has them:
//!
//! ```text
//! migrations/
//!   sqlite/   20240131120000_create_users/{up.sql,down.sql,metadata.toml}
//!   postgres/ 20240131120000_create_users/{up.sql,down.sql,metadata.toml}
//!   mariadb/  20240131120000_create_users/{up.sql,down.sql,metadata.toml}
//! ```
//!
//! The directory for MariaDB may be missing. All engines hold the same versions
//! under the same names; a set where they don't is refused when it is loaded, with every other fault that a directory
//! can have. So a [`Migrations`] in hand is a sound one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use include_dir::Dir;

use crate::load::{self, LoadError};
use crate::{Checksum, Engine, Loss, MigrateError, NoWayBack, ProgramVersion, Version};

/// One version's files for one engine.
#[derive(Debug, Clone)]
pub struct Migration {
    pub(crate) version: Version,
    pub(crate) directory: String,
    pub(crate) name: String,
    pub(crate) engine: Engine,
    pub(crate) up: String,
    pub(crate) down: Down,
    pub(crate) run_in_transaction: bool,
    pub(crate) compatible_with: Option<ProgramVersion>,
    pub(crate) checksum: OnceLock<Checksum>,
}

impl Migration {
    /// Its number.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Its directory's name after the version.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its directory's whole name.
    #[must_use]
    pub fn directory(&self) -> &str {
        &self.directory
    }

    /// The engine it is written for.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The text of `up.sql`.
    #[must_use]
    pub fn up(&self) -> &str {
        &self.up
    }

    /// The text of `down.sql`; `None` when it is missing, has no statement, or
    /// says `-- dualfuel: irreversible`.
    #[must_use]
    pub fn down(&self) -> Option<&str> {
        self.down_with(Loss::Refuse).ok()
    }

    /// The text of `down.sql`, for someone who accepts what it loses, or why
    /// there is no way back.
    pub(crate) fn down_with(&self, loss: Loss) -> Result<&str, NoWayBack> {
        match &self.down {
            Down::Missing => Err(NoWayBack::Missing),
            Down::Empty => Err(NoWayBack::Empty),
            Down::Sql { loses, .. } if !loses.is_empty() && loss == Loss::Refuse => {
                Err(NoWayBack::Loses(loses.clone()))
            }
            Down::Sql { sql, .. } => Ok(sql),
        }
    }

    /// `run_in_transaction` of `metadata.toml`, true without that file.
    ///
    /// On SQLite every version runs in one transaction whatever this says,
    /// because it has no statement that needs another, and on MariaDB none
    /// does, because each change of the schema commits.
    #[must_use]
    pub fn run_in_transaction(&self) -> bool {
        self.run_in_transaction
    }

    /// The oldest program that may run once this version is applied, as the
    /// comment `-- dualfuel: compatible-with 1.4.0` in `up.sql` declares it.
    /// Without one, only programs that carry this version.
    #[must_use]
    pub fn compatible_with(&self) -> Option<&ProgramVersion> {
        self.compatible_with.as_ref()
    }

    /// The checksum of `up.sql`.
    #[must_use]
    pub fn checksum(&self) -> Checksum {
        *self
            .checksum
            .get_or_init(|| Checksum::of(self.engine, &self.up))
    }
}

/// What a `down.sql` is good for.
#[derive(Debug, Clone)]
pub(crate) enum Down {
    Missing,
    /// It has no statement.
    Empty,
    Sql {
        sql: String,
        /// What `-- dualfuel: irreversible` says of it.
        loses: Vec<String>,
    },
}

/// The migrations of a program, for each engine.
///
/// # Examples
///
/// Embedded in the binary, which then needs no files beside it:
///
/// ```
/// use dualfuel_migrate::{Engine, Migrations};
/// use include_dir::{Dir, include_dir};
///
/// static MIGRATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/migrations/two");
///
/// let migrations = Migrations::embedded(&MIGRATIONS)?;
/// assert_eq!(migrations.of(Engine::Sqlite).count(), 2);
/// # Ok::<(), dualfuel_migrate::LoadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Migrations {
    /// No entry for an engine without a directory.
    pub(crate) by_engine: BTreeMap<Engine, BTreeMap<Version, Migration>>,
}

static NONE: BTreeMap<Version, Migration> = BTreeMap::new();

impl Migrations {
    /// No migrations at all: a database that is used as it is.
    #[must_use]
    pub fn none() -> Self {
        Migrations {
            by_engine: BTreeMap::new(),
        }
    }

    /// Reads the directories `sqlite`, `postgres` and, if it is there, `mariadb`
    /// below `dir`.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names the first fault found, with its path.
    pub fn load(dir: impl AsRef<Path>) -> Result<Self, LoadError> {
        load::from_disk(dir.as_ref())
    }

    /// Reads the same out of the binary.
    ///
    /// Cargo does not notice a file that was added below an embedded directory
    /// unless the build script says `cargo::rerun-if-changed=migrations`.
    ///
    /// # Errors
    ///
    /// As [`Migrations::load`].
    pub fn embedded(dir: &Dir<'_>) -> Result<Self, LoadError> {
        load::from_binary(dir)
    }

    /// The migrations for `engine`, oldest first.
    pub fn of(&self, engine: impl Into<Engine>) -> impl DoubleEndedIterator<Item = &Migration> {
        self.by_version(engine.into()).values()
    }

    /// One migration.
    #[must_use]
    pub fn get(&self, engine: impl Into<Engine>, version: &Version) -> Option<&Migration> {
        self.by_version(engine.into()).get(version)
    }

    /// Whether there is a directory for `engine`.
    #[must_use]
    pub fn are_for(&self, engine: impl Into<Engine>) -> bool {
        self.by_engine.contains_key(&engine.into())
    }

    /// A database of another engine is not one whose versions are all unknown.
    pub(crate) fn require(&self, engine: Engine) -> Result<(), MigrateError> {
        if self.by_engine.is_empty() || self.are_for(engine) {
            Ok(())
        } else {
            Err(MigrateError::NotForEngine { engine })
        }
    }

    /// The newest version. It is the same on every engine.
    #[must_use]
    pub fn latest(&self) -> Option<&Version> {
        self.by_version(Engine::Sqlite).keys().next_back()
    }

    pub(crate) fn by_version(&self, engine: Engine) -> &BTreeMap<Version, Migration> {
        self.by_engine.get(&engine).unwrap_or(&NONE)
    }
}
