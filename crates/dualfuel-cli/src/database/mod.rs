//! A connection to any of the three engines, for tools.
//!
//! Applications have Diesel and migrations their runner; what compares and
//! checks schemas only asks catalogues and runs scripts, as text. So a
//! [`Connection`] knows no types, and opens databases that are not ours: a
//! SQLite file keeps its journal mode and the leniency of SQLite's defaults,
//! which the file's own program lives with.
//!
//! [`Scratch`] makes empty databases that are gone afterwards.

mod postgres;
mod scratch;
mod sqlite;
mod url;

use dualfuel_migrate::{mariadb, split_statements};
use dualfuel_schema::Engine;
use dualfuel_schema::introspect::Catalog;

pub use scratch::{Scratch, ScratchError, drop_all_scratch};
pub use url::{Place, PlaceError};

/// What goes wrong when a database is asked something.
pub type Failure = diesel::result::Error;

/// Values of a row, as text; `None` for NULL.
pub type TextRow = Vec<Option<String>>;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Ask. Nothing is changed, not even by a missing SQLite file's creation.
    Read,
    /// All that its login may.
    Write,
}

/// Why a database could not be opened. No variant shows a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The text names no database.
    #[error(transparent)]
    Url(#[from] dualfuel_engine::UrlError),
    /// The SQLite file is not there, or is none.
    #[error("the SQLite file {file} cannot be opened")]
    Sqlite {
        /// The file, or `:memory:`.
        file: String,
        /// What SQLite said.
        source: Failure,
    },
    /// PostgreSQL did not let us in.
    #[error(transparent)]
    Postgres(#[from] dualfuel_engine::ConnectError),
    /// MariaDB did not let us in.
    #[error(transparent)]
    Mariadb(#[from] mariadb::OpenError),
    /// It let us in, and then refused a setting.
    #[error("the connection could not be set up")]
    SetUp(#[source] Failure),
}

/// A statement of a script that failed. Those before it were carried out.
#[derive(Debug, thiserror::Error)]
#[error("statement {position} (line {line}) failed on {engine}: {}", first_line(.sql))]
pub struct ScriptError {
    /// The engine.
    pub engine: Engine,
    /// Place in the script, counting from 1.
    pub position: usize,
    /// Line in the script, counting from 1.
    pub line: usize,
    /// The statement.
    pub sql: String,
    /// What the database said.
    pub source: Failure,
}

fn first_line(sql: &str) -> &str {
    sql.lines().next().unwrap_or_default()
}

/// A connection to a database of any engine.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dualfuel_cli::database::{Access, Connection, Place};
///
/// let place = "sqlite::memory:".parse::<Place>()?;
/// let mut connection = Connection::open(&place, Access::Write).await?;
/// connection.run_script("CREATE TABLE a (b TEXT); INSERT INTO a VALUES ('c')").await?;
///
/// let rows = connection.text_rows("SELECT b, NULL FROM a").await?;
/// assert_eq!(rows, [[Some("c".to_owned()), None]]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Connection(Driver);

#[derive(Debug)]
enum Driver {
    Sqlite(sqlite::Session),
    Postgres(Box<dualfuel_engine::Connection>),
    Mariadb(Box<mariadb::Connection>),
}

impl Connection {
    /// Opens a connection. With [`Access::Write`] a missing SQLite file is made.
    ///
    /// # Errors
    ///
    /// [`OpenError`], whose variants say what is wrong.
    pub async fn open(place: &Place, access: Access) -> Result<Self, OpenError> {
        Ok(Connection(match place {
            Place::Sqlite(url) => Driver::Sqlite(sqlite::Session::open(url, access)?),
            Place::Postgres(url) => Driver::Postgres(Box::new(postgres::open(url, access).await?)),
            Place::Mariadb(url) => {
                let mut connection = mariadb::Connection::open(url).await?;
                if access == Access::Read {
                    connection
                        .execute("SET SESSION TRANSACTION READ ONLY")
                        .await
                        .map_err(OpenError::SetUp)?;
                }
                Driver::Mariadb(Box::new(connection))
            }
        }))
    }

    /// The engine at the other end.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.0 {
            Driver::Sqlite(_) => Engine::Sqlite,
            Driver::Postgres(_) => Engine::Postgres,
            Driver::Mariadb(_) => Engine::Mariadb,
        }
    }

    /// The version of the engine, as it spells it: `3.51.1`, `15.18`, `10.11.6-MariaDB`.
    #[must_use]
    pub fn server_version(&self) -> &str {
        match &self.0 {
            Driver::Sqlite(_) => sqlite::version(),
            Driver::Postgres(connection) => connection.server_version(),
            Driver::Mariadb(connection) => connection.server_version(),
        }
    }

    /// Runs one statement.
    ///
    /// # Errors
    ///
    /// What the database said.
    pub async fn execute(&mut self, sql: &str) -> Result<(), Failure> {
        match &mut self.0 {
            Driver::Sqlite(session) => session.execute(sql),
            Driver::Postgres(connection) => postgres::execute(connection, sql).await,
            Driver::Mariadb(connection) => connection.execute(sql).await,
        }
    }

    /// Runs the statements of a script one after another, up to the first that
    /// fails. A transaction is what the script makes of it.
    ///
    /// # Errors
    ///
    /// [`ScriptError`] names the statement.
    pub async fn run_script(&mut self, script: &str) -> Result<(), ScriptError> {
        let engine = self.engine();
        for (index, statement) in split_statements(of_migrate(engine), script)
            .iter()
            .enumerate()
        {
            let done = self.execute(statement.text).await;
            done.map_err(|source| ScriptError {
                engine,
                position: index + 1,
                line: statement.line,
                sql: statement.text.to_owned(),
                source,
            })?;
        }
        Ok(())
    }

    /// The rows of a query without parameters, each value as text.
    ///
    /// # Errors
    ///
    /// What the database said.
    pub async fn text_rows(&mut self, sql: &str) -> Result<Vec<TextRow>, Failure> {
        match &mut self.0 {
            Driver::Sqlite(session) => session.text_rows(sql),
            Driver::Postgres(connection) => connection.text_rows(sql).await,
            Driver::Mariadb(connection) => connection.text_rows(sql).await,
        }
    }
}

impl Catalog for Connection {
    type Error = Failure;

    async fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>, Failure> {
        self.text_rows(sql).await
    }
}

/// The engine, in the words of the crate that applies migrations.
#[must_use]
pub fn of_migrate(engine: Engine) -> dualfuel_migrate::Engine {
    match engine {
        Engine::Sqlite => dualfuel_migrate::Engine::Sqlite,
        Engine::Postgres => dualfuel_migrate::Engine::Postgres,
        Engine::Mariadb => dualfuel_migrate::Engine::Mariadb,
    }
}
