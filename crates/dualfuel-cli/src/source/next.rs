//! Where the next migration belongs: laid out as the newest one is.
//!
//! A directory is read in one layout, and the tool that owns it knows only its
//! own. So what is made beside sqlx's files is a file, beside refinery's one
//! with a `V`, and a file of dbmate's or goose's has both sections.

use std::path::{Path, PathBuf};

use super::{SourceError, entry, sections};

/// How a project names and parts its migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// `V` with refinery, else nothing.
    prefix: &'static str,
    /// What parts version and name: `_`, `__`, `-`.
    separator: String,
    files: Files,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Files {
    /// `<version>_<name>/up.sql`, or another name of the file.
    Directory(&'static str),
    /// `<version>_<name>.sql`, with both directions where it has sections.
    One(Option<[&'static str; 2]>),
    /// `<version>_<name>.up.sql` and `.down.sql`.
    Pair,
}

impl Default for Style {
    /// Diesel's, and Dualfuel's own.
    fn default() -> Self {
        Self {
            prefix: "",
            separator: "_".to_owned(),
            files: Files::Directory("up.sql"),
        }
    }
}

impl Style {
    /// That of a migration whose way there is the file `up`.
    ///
    /// # Errors
    ///
    /// [`SourceError`]: the file can't be read.
    pub(super) fn of(up: &Path, version: &str) -> Result<Self, SourceError> {
        let name = |path: &Path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        let file = name(up).unwrap_or_default();
        let (stem, files) = match file.as_str() {
            "up.sql" => (up.parent().and_then(name), Files::Directory("up.sql")),
            "migration.sql" => (
                up.parent().and_then(name),
                Files::Directory("migration.sql"),
            ),
            file => match file.strip_suffix(".up.sql") {
                Some(stem) => (Some(stem.to_owned()), Files::Pair),
                None => {
                    let marks = sections::marks(&entry::text(up)?);
                    (Some(file.to_owned()), Files::One(marks))
                }
            },
        };
        let stem = stem.unwrap_or_default();
        let (prefix, rest) = match stem.strip_prefix(['V', 'U']) {
            Some(rest) => ("V", rest),
            None => ("", stem.as_str()),
        };
        let after = rest.strip_prefix(version).unwrap_or_default();
        let end = after
            .find(|c: char| !['_', '-', ' '].contains(&c))
            .unwrap_or(after.len());
        let separator = match after.get(..end) {
            None | Some("") => "_",
            Some(separator) => separator,
        };
        Ok(Self {
            prefix,
            separator: separator.to_owned(),
            files,
        })
    }

    /// The files of a new migration in `dir`, the way there first, with what
    /// they are to hold: `about` tells its author what to write.
    pub fn files(
        &self,
        dir: &Path,
        version: &str,
        name: &str,
        about: &str,
    ) -> Vec<(PathBuf, String)> {
        let stem = format!("{}{version}{}{name}", self.prefix, self.separator);
        let back = "-- Takes it back. Without a statement it is worked out from the way there.\n";
        match &self.files {
            Files::Directory(file) => vec![(dir.join(stem).join(file), about.to_owned())],
            Files::One(None) => vec![(dir.join(format!("{stem}.sql")), about.to_owned())],
            Files::One(Some([up, down])) => vec![(
                dir.join(format!("{stem}.sql")),
                format!("{up}\n{about}\n{down}\n{back}"),
            )],
            Files::Pair => vec![
                (dir.join(format!("{stem}.up.sql")), about.to_owned()),
                (dir.join(format!("{stem}.down.sql")), back.to_owned()),
            ],
        }
    }
}
