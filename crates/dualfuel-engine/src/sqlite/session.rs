//! One open SQLite database: statements and transactions.
//!
//! Statements run on the calling task. When another connection holds a lock,
//! nothing waits inside SQLite, which would block a worker thread: the attempt
//! fails at once and is made again after a pause that lets other tasks run. Only
//! what has not happened at all is repeated: `BEGIN`, and statements outside a
//! transaction that were refused before their first row.

use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use diesel::result::Error;
use hashlink::LruCache;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, Statement, StatementStatus};
use tokio::time::Instant;

use super::{bind, error, open};
use crate::connection::TextRow;
use crate::diesel_internals::{CompiledQuery, QueryKey, ResultSize, SqliteRows};
use crate::options::{ConnectOptions, Manner};
use crate::url::SqlitePlace;
use crate::{ConnectError, error as vocabulary};

/// What is known of a statement from the time it was first prepared.
struct Known {
    sql: Arc<str>,
    columns: Arc<[String]>,
    /// How often SQLite had prepared it anew when it had these columns.
    prepared_anew: i32,
    numbers: Option<Box<[usize]>>,
    size: ResultSize,
}

/// SQLite's own statements are kept a little longer than what is known of them:
/// `BEGIN` and its kin are among them. So a statement that is prepared for the
/// first time is never met by column names from before the schema changed.
pub(super) fn statements_to_keep(statement_cache_size: usize) -> usize {
    statement_cache_size.max(1) + 8
}

pub(crate) struct Session {
    connection: Connection,
    known: LruCache<QueryKey, Arc<Known>>,
    lock_timeout: Duration,
    /// Set within a transaction that may only read.
    read_only: bool,
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

/// What an attempt came to.
enum Attempt<T> {
    Done(QueryResult<T>),
    /// Another connection holds the lock. Nothing happened.
    Busy,
}

impl<T> Attempt<T> {
    fn of(result: Result<T, rusqlite::Error>) -> Self {
        match result {
            Ok(value) => Attempt::Done(Ok(value)),
            Err(failure) if error::is_busy(&failure) => Attempt::Busy,
            Err(failure) => Attempt::Done(Err(error::of(failure))),
        }
    }
}

impl Session {
    pub(crate) async fn open(
        place: &SqlitePlace,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        Ok(Session {
            connection: open::open(place, options).await?,
            known: LruCache::new(options.statement_cache_size.max(1)),
            lock_timeout: options.lock_timeout,
            read_only: false,
        })
    }

    pub(crate) fn knows(&self, key: &QueryKey) -> bool {
        self.known.contains_key(key)
    }

    pub(crate) fn set_cache_capacity(&mut self, capacity: usize) {
        self.known = LruCache::new(capacity.max(1));
        self.connection
            .set_prepared_statement_cache_capacity(statements_to_keep(capacity));
    }

    pub(crate) fn set_manner(&mut self, manner: Manner) -> QueryResult<()> {
        open::set_manner(&mut self.connection, manner).map_err(error::of)
    }

    pub(crate) fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    pub(crate) async fn begin(&mut self, read_only: bool) -> QueryResult<()> {
        let sql = if read_only {
            "BEGIN DEFERRED"
        } else {
            "BEGIN IMMEDIATE"
        };
        self.until_free(|session| Attempt::of(session.run_cached(sql)))
            .await?;
        self.read_only = read_only;
        Ok(())
    }

    pub(crate) fn roll_back(&mut self) -> QueryResult<()> {
        if self.in_transaction() {
            self.control("ROLLBACK")
        } else {
            Ok(())
        }
    }

    /// Runs several statements, once.
    pub(crate) fn batch(&mut self, sql: &str) -> QueryResult<()> {
        let result = self.connection.execute_batch(sql);
        self.after_control(result)
    }

    /// Runs what ends or marks a transaction.
    pub(crate) fn control(&mut self, sql: &str) -> QueryResult<()> {
        match sql {
            // SQLite ends some transactions by itself (`INSERT OR ROLLBACK`, a full disk).
            "ROLLBACK" if !self.in_transaction() => self.after_control(Ok(())),
            "COMMIT" | "ROLLBACK" => {
                let result = self.run_cached(sql);
                self.after_control(result)
            }
            _ => self.batch(sql),
        }
    }

    fn after_control(&mut self, result: rusqlite::Result<()>) -> QueryResult<()> {
        if !self.in_transaction() {
            self.read_only = false;
        }
        result.map_err(error::of)
    }

    /// Runs one statement: preparing `BEGIN` or `COMMIT` takes longer than running it.
    fn run_cached(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.raw_execute().map(drop)
    }

    /// Runs several statements. What was done before a lock got in the way is
    /// not done twice: only the first statement is waited for.
    pub(crate) async fn batch_when_free(&mut self, sql: &str) -> QueryResult<()> {
        // Which of its statements write is known only once they have run.
        if self.read_only {
            return Err(vocabulary::read_only());
        }
        if self.in_transaction() {
            return self.batch(sql);
        }
        let changes_before = self.connection.total_changes();
        self.until_free(
            |session| match Attempt::of(session.connection.execute_batch(sql)) {
                Attempt::Busy
                    if session.in_transaction()
                        || session.connection.total_changes() != changes_before =>
                {
                    Attempt::Done(Err(busy(session.lock_timeout)))
                }
                attempt => attempt,
            },
        )
        .await
    }

    /// Reads rows as text, whatever their columns.
    pub(crate) async fn text_rows(&mut self, sql: &str) -> QueryResult<Vec<TextRow>> {
        self.until_free(|session| {
            let rows = session.connection.prepare(sql).and_then(|mut statement| {
                let width = statement.column_count();
                let read = |row: &rusqlite::Row<'_>| {
                    (0..width)
                        .map(|column| Ok(text(row.get_ref(column)?)))
                        .collect()
                };
                statement.query_map([], read)?.collect()
            });
            Attempt::of(rows)
        })
        .await
    }

    /// Reads rows, or gives `None` when another connection holds the lock and it
    /// is worth waiting.
    pub(crate) fn load(
        &mut self,
        query: &CompiledQuery,
        read_only: bool,
    ) -> Option<QueryResult<SqliteRows>> {
        self.at_once(|session| session.try_load(query, read_only))
    }

    pub(crate) async fn load_when_free(
        &mut self,
        query: &CompiledQuery,
        read_only: bool,
    ) -> QueryResult<SqliteRows> {
        self.until_free(|session| session.try_load(query, read_only))
            .await
    }

    /// Like [`Self::load`], for the number of rows changed.
    pub(crate) fn execute(
        &mut self,
        query: &CompiledQuery,
        read_only: bool,
    ) -> Option<QueryResult<usize>> {
        self.at_once(|session| session.try_execute(query, read_only))
    }

    pub(crate) async fn execute_when_free(
        &mut self,
        query: &CompiledQuery,
        read_only: bool,
    ) -> QueryResult<usize> {
        self.until_free(|session| session.try_execute(query, read_only))
            .await
    }

    fn at_once<T>(
        &mut self,
        attempt: impl FnOnce(&mut Self) -> Attempt<T>,
    ) -> Option<QueryResult<T>> {
        match attempt(self) {
            Attempt::Done(result) => Some(result),
            // Inside a transaction waiting cannot help: the one that holds the
            // lock may be waiting for ours.
            Attempt::Busy if self.in_transaction() => Some(Err(busy(Duration::ZERO))),
            Attempt::Busy => None,
        }
    }

    async fn until_free<T>(
        &mut self,
        mut attempt: impl FnMut(&mut Self) -> Attempt<T>,
    ) -> QueryResult<T> {
        let start = Instant::now();
        let mut pause = Duration::from_micros(250);
        loop {
            match attempt(self) {
                Attempt::Done(result) => return result,
                Attempt::Busy if start.elapsed() >= self.lock_timeout => {
                    return Err(busy(self.lock_timeout));
                }
                Attempt::Busy => {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(10));
                }
            }
        }
    }

    fn try_load(&mut self, query: &CompiledQuery, read_only: bool) -> Attempt<SqliteRows> {
        match self.run(query, read_only, |statement, known| {
            let mut rows = SqliteRows::like(Arc::clone(&known.columns), &known.size);
            let mut width = known.columns.len();
            let mut cursor = statement.raw_query();
            let mut first = true;
            while let Some(row) = cursor.next()? {
                if std::mem::take(&mut first) {
                    // The first step prepares anew when the schema has changed, and
                    // then `SELECT *` may have other columns than before.
                    let now: &Statement<'_> = row.as_ref();
                    if prepared_anew(now) != known.prepared_anew
                        && !now.column_names().into_iter().eq(known.columns.iter())
                    {
                        let columns: Arc<[String]> =
                            now.column_names().into_iter().map(str::to_owned).collect();
                        width = columns.len();
                        rows = SqliteRows::like(columns, &known.size);
                    }
                }
                for column in 0..width {
                    rows.push(row.get_ref(column)?);
                }
            }
            rows.note_size(&known.size);
            Ok(rows)
        }) {
            Ok(attempt) => attempt,
            Err(failure) => Attempt::Done(Err(failure)),
        }
    }

    fn try_execute(&mut self, query: &CompiledQuery, read_only: bool) -> Attempt<usize> {
        let changes_before = self.connection.total_changes();
        let result = self.run(query, read_only, |statement, _| {
            let read_only = statement.readonly();
            let mut cursor = statement.raw_query();
            while cursor.next()?.is_some() {}
            Ok(read_only)
        });
        match result {
            // SQLite keeps the count of the last INSERT, UPDATE or DELETE.
            Ok(Attempt::Done(Ok(true))) => Attempt::Done(Ok(0)),
            Ok(Attempt::Done(Ok(false))) if self.connection.total_changes() == changes_before => {
                Attempt::Done(Ok(0))
            }
            Ok(Attempt::Done(Ok(false))) => Attempt::Done(Ok(usize::try_from(
                self.connection.changes(),
            )
            .unwrap_or(usize::MAX))),
            Ok(Attempt::Done(Err(failure))) | Err(failure) => Attempt::Done(Err(failure)),
            Ok(Attempt::Busy) => Attempt::Busy,
        }
    }

    fn run<T>(
        &mut self,
        query: &CompiledQuery,
        read_only: bool,
        body: impl FnOnce(&mut CachedStatement<'_>, &Known) -> rusqlite::Result<T>,
    ) -> QueryResult<Attempt<T>> {
        let known = self.known.get(&query.key).map(Arc::clone);
        let sql = match (&known, &query.sql) {
            (Some(known), _) => &known.sql,
            (None, Some(sql)) => sql,
            (None, None) => {
                return Err(Error::QueryBuilderError(
                    "the SQL of a cached query is gone".into(),
                ));
            }
        };
        let mut statement = match self.connection.prepare_cached(sql) {
            Ok(statement) => statement,
            Err(failure) if error::is_busy(&failure) => return Ok(Attempt::Busy),
            Err(failure) => return Err(error::of(failure)),
        };
        if (read_only || self.read_only) && !statement.readonly() {
            return Err(vocabulary::read_only());
        }
        // A migration may have changed what `SELECT *` means.
        let known = match &known {
            Some(known) if known.columns.len() == statement.column_count() => Arc::clone(known),
            _ => {
                let known = Arc::new(Known {
                    sql: Arc::clone(sql),
                    columns: statement
                        .column_names()
                        .into_iter()
                        .map(str::to_owned)
                        .collect(),
                    prepared_anew: prepared_anew(&statement),
                    numbers: bind::parameter_numbers(&statement)?,
                    size: ResultSize::default(),
                });
                self.known.insert(query.key.clone(), Arc::clone(&known));
                known
            }
        };
        bind::bind(&mut statement, known.numbers.as_deref(), &query.binds)?;
        Ok(Attempt::of(body(&mut statement, &known)))
    }
}

fn prepared_anew(statement: &Statement<'_>) -> i32 {
    statement.get_status(StatementStatus::RePrepare)
}

fn busy(waited: Duration) -> Error {
    vocabulary::refused(
        vocabulary::sqlstate::LOCK_NOT_AVAILABLE,
        format!("another connection still holds the database file after {waited:?}"),
    )
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::*;
    use crate::{Binds, Engine};

    diesel::table! {
        notes {
            id -> Integer,
        }
    }

    #[tokio::test]
    async fn a_limit_is_no_reason_to_prepare_anew() {
        let mut session = Session::open(&SqlitePlace::Memory, &ConnectOptions::default())
            .await
            .unwrap();
        session
            .batch("CREATE TABLE notes (id INTEGER PRIMARY KEY)")
            .unwrap();
        for limit in [1, 2, 3] {
            let query = notes::table.select(notes::id).limit(limit);
            let query =
                CompiledQuery::new(&query, Engine::Sqlite, Binds::default(), |_| false).unwrap();
            assert_eq!(session.load(&query, false).unwrap().unwrap().len(), 0);
            let sql = query.sql.unwrap();
            let statement = session.connection.prepare_cached(&sql).unwrap();
            assert_eq!(prepared_anew(&statement), 0, "{sql}");
        }
    }
}
