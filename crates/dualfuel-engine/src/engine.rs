//! Which database a value, a query or a connection belongs to.

use std::fmt;

/// A database engine that Dualfuel runs on.
///
/// The engine is known when a URL is read, not when the program is compiled:
/// the same query, written once, is rendered for whichever of the two a
/// connection belongs to.
///
/// # Examples
///
/// ```
/// use dualfuel_engine::Engine;
///
/// assert_eq!(Engine::Postgres.to_string(), "PostgreSQL");
/// assert_eq!(Engine::Sqlite.key(), "sqlite");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    /// SQLite, linked into the program.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

impl Engine {
    /// Both engines, SQLite first: the order in which tests and reports name them.
    pub const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    /// The lower-case word for directories, metrics and JSON: `sqlite` or `postgres`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }
}

/// The name its makers use: `SQLite` or `PostgreSQL`.
impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        })
    }
}
