//! What a project says once: `dualfuel.toml`.
//!
//! Options on the command line win over it. Its paths are from its own
//! directory, and it is looked for in the present one and those above, so that
//! a command does the same wherever in the project it is called.

use std::{
    io,
    path::{Path, PathBuf},
};

use dualfuel_schema::{Dialect, parse::ReadOptions, render::RenderOptions};
use serde::Deserialize;

/// The file's name.
pub const PROJECT_FILE: &str = "dualfuel.toml";

/// Where a project has its migrations, and how they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The directory with the source.
    pub source: PathBuf,
    /// The directory with the rendered directories.
    pub out: PathBuf,
    /// What the source is written in.
    pub from: Dialect,
    /// How it is read.
    pub read: ReadOptions,
}

/// What the command line says of it.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `--source`.
    pub source: Option<PathBuf>,
    /// `--out`.
    pub out: Option<PathBuf>,
    /// `--from`.
    pub from: Option<Dialect>,
    /// `--narrow-integers`.
    pub narrow_integers: bool,
}

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    source: Option<PathBuf>,
    out: Option<PathBuf>,
    from: Option<Dialect>,
    narrow_integers: Option<bool>,
}

/// Why the file could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// It says something else than it may.
    #[error("{}: {problem}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
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

impl Project {
    /// What was given, else what the file of `here` says, else the defaults:
    /// a portable source in `migrations/source`, rendered into `migrations`.
    ///
    /// # Errors
    ///
    /// [`ProjectError`]: there is a file and it can't be used.
    pub fn find(here: &Path, given: Given) -> Result<Self, ProjectError> {
        let (dir, file) = read(here)?;
        let in_file = |path: Option<PathBuf>, default: &str| {
            short(dir.join(path.unwrap_or_else(|| default.into())))
        };
        Ok(Self {
            source: given
                .source
                .unwrap_or_else(|| in_file(file.source, "migrations/source")),
            out: given.out.unwrap_or_else(|| in_file(file.out, "migrations")),
            from: given.from.or(file.from).unwrap_or(Dialect::Portable),
            read: ReadOptions {
                narrow_integers: given.narrow_integers || file.narrow_integers.unwrap_or_default(),
            },
        })
    }

    /// How to render it.
    pub fn render_options(&self) -> RenderOptions {
        RenderOptions {
            dialect: self.from,
            read: self.read,
        }
    }
}

/// A path of the present directory without that, for messages.
fn short(path: PathBuf) -> PathBuf {
    let here = std::env::current_dir().ok();
    let within = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    within.unwrap_or(path)
}

/// The file of a directory or of the nearest one above, and where it is.
fn read(here: &Path) -> Result<(PathBuf, File), ProjectError> {
    for dir in here.ancestors() {
        let path = dir.join(PROJECT_FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(source) => return Err(ProjectError::Io { path, source }),
        };
        let file = toml::from_str(&text).map_err(|error| ProjectError::Malformed {
            path: path.clone(),
            problem: error.message().to_owned(),
        })?;
        return Ok((dir.to_owned(), file));
    }
    Ok((here.to_owned(), File::default()))
}
