//! The lock file: what was rendered, from what, by which release.
//!
//! It stands beside the rendered directories as `dualfuel.lock` and is
//! committed with them. What it says of a migration never changes, because a
//! database somewhere may have it: see [`crate::outputs`].

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use dualfuel_migrate::Checksum;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The name of the lock file.
pub const LOCK_FILE: &str = "dualfuel.lock";

/// The form of the lock file that this release writes and reads.
const FORMAT: u32 = 1;

const HEADER: &str =
    "# Written by `dualfuel render`: commit it with the directories beside it.\n\n";

/// What was rendered into a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    format: u32,
    /// The migrations, in order.
    #[serde(default, rename = "migration")]
    pub migrations: Vec<Locked>,
}

/// A migration that was rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Its directory's name.
    pub directory: String,
    /// The release that rendered it.
    pub generator: String,
    /// The checksum of its source, in which comments do not count.
    pub source: String,
    /// Its files, by their path from here, and their hashes.
    pub files: BTreeMap<String, String>,
}

/// Why a lock file could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// It is not what this release writes.
    #[error("{} is not a lock file that this release can read: {problem}; take it from version control", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// It was written in a later form.
    #[error("{} was written by a newer dualfuel: use that one", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("could not read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            format: FORMAT,
            migrations: Vec::new(),
        }
    }
}

impl Lock {
    /// The lock file in `dir`; an empty one where there is none.
    ///
    /// # Errors
    ///
    /// [`LockError`]: it is there and can't be used.
    pub fn read(dir: &Path) -> Result<Self, LockError> {
        #[derive(Deserialize)]
        struct Form {
            format: u32,
        }
        let path = dir.join(LOCK_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(LockError::Io { path, source }),
        };
        let malformed = |error: toml::de::Error| LockError::Malformed {
            path: path.clone(),
            problem: error.message().to_owned(),
        };
        let form: Form = toml::from_str(&text).map_err(malformed)?;
        if form.format > FORMAT {
            return Err(LockError::Newer { path });
        }
        toml::from_str(&text).map_err(malformed)
    }

    /// Its text.
    pub fn text(&self) -> String {
        // Strings and lists of strings: nothing that TOML can't say.
        let body = toml::to_string(self).unwrap_or_default();
        format!("{HEADER}{body}")
    }

    /// What was rendered of a migration.
    pub fn get(&self, directory: &str) -> Option<&Locked> {
        self.migrations
            .iter()
            .find(|locked| locked.directory == directory)
    }
}

/// This release, as the lock file names it.
pub fn generator() -> String {
    format!("dualfuel {}", env!("CARGO_PKG_VERSION"))
}

/// The checksum of a text in which comments and blanks do not count.
pub fn source_checksum(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Sources are in SQLite's spelling or another; comments, quotes and words
    // are told apart in the same way.
    Checksum::of(dualfuel_migrate::Engine::Sqlite, text).to_string()
}

/// The hash of a file as git may check it out: whatever its line ends.
pub fn file_hash(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}
