//! The two numbers of a migration run: which migration, and which program.
//!
//! A [`Version`] is Diesel's, made and ordered exactly as Diesel does, because
//! `diesel_cli` reads and writes the same table. A [`ProgramVersion`] is the
//! application's release; it decides whether an older program may still run on
//! a database that a newer one has migrated.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A migration's number: its directory's name up to the first `_`, without `-`.
///
/// Ordered as text, as Diesel orders it.
///
/// # Examples
///
/// ```
/// use dualfuel_migrate::Version;
///
/// let version = Version::of_directory("2024-01-31-120000_create_users");
/// assert_eq!(version.as_str(), "20240131120000");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    /// Diesel's rule. Whether the name is a sensible one is checked when
    /// migrations are loaded.
    #[must_use]
    pub fn of_directory(name: &str) -> Self {
        Version(number_part(name).replace('-', ""))
    }

    /// A version as it stands in a ledger.
    #[must_use]
    pub fn recorded(text: impl Into<String>) -> Self {
        Version(text.into())
    }

    /// The text that the ledger holds.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What Diesel makes the version from, dashes included.
pub(crate) fn number_part(directory: &str) -> &str {
    directory.split('_').next().unwrap_or(directory)
}

/// A release of the application, such as `1.4.0`.
///
/// Written in a migration it may be short: `1.4` means `1.4.0`.
///
/// # Examples
///
/// ```
/// use dualfuel_migrate::ProgramVersion;
///
/// let mine: ProgramVersion = env!("CARGO_PKG_VERSION").parse()?;
/// assert!(mine < "1000.1".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramVersion(semver::Version);

impl ProgramVersion {
    /// `0.0.0`: a program that claims no release. No declaration covers it, so
    /// it refuses every database that holds a version it does not know.
    pub const UNKNOWN: Self = ProgramVersion(semver::Version::new(0, 0, 0));
}

impl Default for ProgramVersion {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl fmt::Display for ProgramVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for ProgramVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that names no release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a program version: write it as 1.4.0")]
pub struct ProgramVersionError {
    /// The text as it was written.
    pub text: String,
}

impl FromStr for ProgramVersion {
    type Err = ProgramVersionError;

    fn from_str(text: &str) -> Result<Self, ProgramVersionError> {
        let dots = text.matches('.').count();
        let padded = match dots {
            0 => format!("{text}.0.0"),
            1 => format!("{text}.0"),
            _ => text.to_owned(),
        };
        semver::Version::parse(&padded)
            .map(ProgramVersion)
            .map_err(|_| ProgramVersionError {
                text: text.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_diesels() {
        let check = |directory, version| {
            assert_eq!(Version::of_directory(directory).as_str(), version);
        };
        check("20151219180527_create_users", "20151219180527");
        check("2015-12-19-180527_create_users", "20151219180527");
        check("2015-12-19-180527-000a_create_users", "20151219180527000a");
        check("no-underscore", "nounderscore");
        check("_name", "");
        assert!(Version::recorded("10") < Version::recorded("9"));
    }

    #[test]
    fn program_versions_compare_as_releases() {
        let version = |text: &str| text.parse::<ProgramVersion>().unwrap();
        assert!(version("1.10.0") > version("1.9.3"));
        assert!(version("1.4.0-rc.1") < version("1.4"));
        assert_eq!(version("2"), version("2.0.0"));
        for wrong in ["", "v1", "1.2.3.4", "1..2", "latest"] {
            assert!(wrong.parse::<ProgramVersion>().is_err(), "{wrong}");
        }
    }
}
