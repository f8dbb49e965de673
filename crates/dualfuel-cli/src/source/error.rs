use std::{io, path::PathBuf};

/// Why a directory of migrations could not be read. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The directory is not there.
    #[error("there is no directory {}: name the one with the migrations with --source", dir.display())]
    Missing {
        /// Where it was looked for.
        dir: PathBuf,
    },

    /// It is there and holds no migration.
    #[error("{} holds no migrations{inside}", dir.display())]
    Nothing {
        /// The directory.
        dir: PathBuf,
        /// What it holds instead, as the end of the sentence.
        inside: String,
    },

    /// Some migrations are directories, and some are plain files.
    #[error(
        "{} is a migration in a directory of its own and {} is a plain file: a directory is read \
         in one layout, so lay them out alike, or move one of them elsewhere",
        directory.display(),
        file.display()
    )]
    Mixed {
        /// The file in a directory.
        directory: PathBuf,
        /// The plain file.
        file: PathBuf,
    },

    /// A SQL file whose place in the order can't be told.
    #[error("{} has no version in its name: call it <version>_<name>.sql, or move it elsewhere", path.display())]
    BadName {
        /// The file.
        path: PathBuf,
    },

    /// A version's directory without its file.
    #[error("{} has no up.sql: add one, or remove the directory", path.display())]
    MissingUp {
        /// The directory.
        path: PathBuf,
    },

    /// A way back without the way there.
    #[error("{} has no up.sql beside it: add it, or remove this one", path.display())]
    DownAlone {
        /// The file with the way back.
        path: PathBuf,
    },

    /// Two files make one version.
    #[error("{} and {} both are version {version}: renumber the younger one", first.display(), second.display())]
    Duplicate {
        /// The version of both.
        version: String,
        /// A file or directory.
        first: PathBuf,
        /// Another one.
        second: PathBuf,
    },

    /// Numbers that do not sort as text, the order in which Diesel applies
    /// directories.
    #[error(
        "{} comes after {}, because versions of directories sort as text: pad them to one length",
        first.display(),
        second.display()
    )]
    Order {
        /// The smaller number.
        first: PathBuf,
        /// The larger number.
        second: PathBuf,
    },

    /// An override for something that is no engine.
    #[error("{} is for `{engine}`, which is no engine: overrides are for sqlite, postgres or mariadb", path.display())]
    UnknownEngine {
        /// The file.
        path: PathBuf,
        /// What stands where the engine's name belongs.
        engine: String,
    },

    /// Overrides of a migration that is not there.
    #[error("{} overrides no migration: name the directory after one's file", path.display())]
    Orphan {
        /// The directory with the overrides.
        path: PathBuf,
    },

    /// A file that is no SQL text.
    #[error("{} is not text in UTF-8{detail}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// Where, as the end of the sentence.
        detail: String,
    },

    /// The file system refused.
    #[error("could not read {}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}
