use std::fmt;

use serde::{Deserialize, Serialize};

/// A database that migrations are rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

    /// The name of its output directory and of its override files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
        }
    }
}

/// The name as its makers spell it.
impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mariadb => "MariaDB",
        })
    }
}

/// The SQL that a migration source is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Dualfuel's own: SQLite's spelling, canonical types, the standard's ALTERs.
    /// Its `INTEGER` has 32 bits, its `REAL` too.
    Portable,
    /// SQLite as it is. Its `INTEGER` has 64 bits.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
}

impl Dialect {
    /// The engine whose files are written in it; none for the portable one.
    pub fn engine(self) -> Option<Engine> {
        match self {
            Self::Portable => None,
            Self::Sqlite => Some(Engine::Sqlite),
            Self::Postgres => Some(Engine::Postgres),
            Self::Mysql => Some(Engine::Mariadb),
        }
    }
}

impl From<Engine> for Dialect {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite,
            Engine::Postgres => Self::Postgres,
            Engine::Mariadb => Self::Mysql,
        }
    }
}
