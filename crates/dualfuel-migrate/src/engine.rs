//! The databases that migrations are written for.

use std::fmt;

/// A database that migrations are applied to.
///
/// One more than programs run on (`dualfuel_engine::Engine`): MariaDB is a
/// target for schemas. Its migrations are read, planned and split always, and
/// applied with the feature `mariadb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    /// SQLite 3.40 or newer.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
    /// MariaDB 10.11 or newer.
    Mariadb,
}

impl Engine {
    /// All of them.
    pub const ALL: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::Mariadb];

    /// The lower-case word for directories and JSON: `sqlite`, `postgres` or `mariadb`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
            Engine::Mariadb => "mariadb",
        }
    }
}

impl From<dualfuel_engine::Engine> for Engine {
    fn from(engine: dualfuel_engine::Engine) -> Self {
        match engine {
            dualfuel_engine::Engine::Sqlite => Engine::Sqlite,
            dualfuel_engine::Engine::Postgres => Engine::Postgres,
        }
    }
}

/// The name its makers use.
impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
            Engine::Mariadb => "MariaDB",
        })
    }
}
