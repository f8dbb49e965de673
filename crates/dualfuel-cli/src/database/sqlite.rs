//! SQLite as it is when nobody configures it, but with foreign keys enforced.

use dualfuel_engine::DatabaseUrl;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::{Access, Failure, OpenError, TextRow};

#[derive(Debug)]
pub(super) struct Session(Connection);

pub(super) fn version() -> &'static str {
    rusqlite::version()
}

impl Session {
    pub(super) fn open(url: &DatabaseUrl, access: Access) -> Result<Self, OpenError> {
        let file = url.file();
        let opened = match (file, access) {
            (None, _) => Connection::open_in_memory(),
            (Some(file), Access::Write) => Connection::open(file),
            (Some(file), Access::Read) => Connection::open_with_flags(
                file,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            ),
        };
        let set_up = |connection: Connection| {
            // A file is opened when it is first read.
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            connection.pragma_update(None, "foreign_keys", true)?;
            Ok(Session(connection))
        };
        opened
            .and_then(set_up)
            .map_err(|failure| OpenError::Sqlite {
                file: file.map_or(":memory:".to_owned(), |file| file.display().to_string()),
                source: said(failure),
            })
    }

    pub(super) fn execute(&mut self, sql: &str) -> Result<(), Failure> {
        self.0.execute_batch(sql).map_err(said)
    }

    pub(super) fn text_rows(&mut self, sql: &str) -> Result<Vec<TextRow>, Failure> {
        let rows = self.0.prepare(sql).and_then(|mut statement| {
            let width = statement.column_count();
            let read = |row: &Row<'_>| (0..width).map(|at| Ok(text(row.get_ref(at)?))).collect();
            statement.query_map([], read)?.collect()
        });
        rows.map_err(said)
    }
}

fn said(failure: rusqlite::Error) -> Failure {
    let message = match failure {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message,
        rusqlite::Error::SqlInputError { msg, .. } => msg,
        other => other.to_string(),
    };
    Failure::DatabaseError(
        diesel::result::DatabaseErrorKind::Unknown,
        Box::new(message),
    )
}

/// A value as text; a blob as the literal that gives it.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        // As SQLite prints them, with a point: `1.0`.
        ValueRef::Real(number) => Some(format!("{number:?}")),
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            Some(format!("X'{digits}'"))
        }
    }
}
