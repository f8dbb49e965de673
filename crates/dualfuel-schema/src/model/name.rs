use std::{borrow::Borrow, fmt, hash};

use serde::{Deserialize, Serialize};

/// A name of a table, column, constraint or index, as it was declared.
///
/// Two names are equal when they differ in the case of ASCII letters only:
/// SQLite and MariaDB match column names that way, and a PostgreSQL schema in
/// which two names differ by case alone could not be written on the others.
/// [`Display`](fmt::Display) and [`as_str`](Self::as_str) give the declared
/// spelling, without quotes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// The name that is spelled `text`, quotes already taken off.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The declared spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The spelling that all names equal to this one share.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Name {}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl hash::Hash for Name {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded().cmp(&other.folded())
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Name {
    /// Whether `text` is this name, whatever the case of its ASCII letters.
    pub fn is(&self, text: impl Borrow<str>) -> bool {
        self.0.eq_ignore_ascii_case(text.borrow())
    }

    /// Whether SQLite takes it for a row's number where no column has it.
    pub fn is_rowid(&self) -> bool {
        ["rowid", "_rowid_", "oid"].iter().any(|name| self == name)
    }
}
