//! One connection to either engine.
//!
//! Diesel's async traits are implemented here, once: a query is compiled to
//! text and binds, and the driver that the URL chose runs it. What the engines
//! do differently is behind [`Driver`]; what must be alike (transactions that
//! fail, statements that are told to instrumentation, errors) is in this file.
//!
//! A statement on SQLite runs on the calling task: it takes two microseconds,
//! and a hop to another thread nine (measured, see the benchmark).

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use diesel::ConnectionResult;
use diesel::QueryResult;
use diesel::connection::{CacheSize, Instrumentation, InstrumentationEvent};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::result::Error;
use diesel_async::{
    AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection, TransactionManager,
};
use futures_core::Stream;
use std::sync::Arc;

use crate::diesel_internals::{
    CompiledQuery, DualRow, DualTransactionManager, Events, QueryKey, SqliteRows, TransactionState,
};
use crate::options::{ConnectOptions, Manner};
use crate::url::{DatabaseUrl, UrlKind};
use crate::{Binds, ConnectError, Dual, Engine, error, guard, postgres, sqlite};

/// How a transaction begins.
///
/// # Examples
///
/// ```
/// use dualfuel_engine::{Begin, Isolation};
///
/// let transfer = Begin::write().isolation(Isolation::Serializable);
/// # let _ = transfer;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    pub(crate) read_only: bool,
    pub(crate) isolation: Isolation,
    pub(crate) settings: Vec<(String, String)>,
}

/// How much of other transactions a transaction sees (PostgreSQL manual, 13.2).
///
/// SQLite has one writer at a time and gives each reader a snapshot, so it is
/// always [`Isolation::Serializable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// All statements see what was committed before the first.
    RepeatableRead,
    /// As if transactions ran one after another; some must be run again.
    Serializable,
}

impl Begin {
    /// A transaction that may write, at [`Isolation::ReadCommitted`].
    ///
    /// On SQLite it takes the write lock at once (`BEGIN IMMEDIATE`), so that a
    /// transaction which reads and then writes never fails in between.
    #[must_use]
    pub fn write() -> Self {
        Begin {
            read_only: false,
            isolation: Isolation::ReadCommitted,
            settings: Vec::new(),
        }
    }

    /// A transaction that may only read, at [`Isolation::ReadCommitted`].
    #[must_use]
    pub fn read() -> Self {
        Begin {
            read_only: true,
            ..Begin::write()
        }
    }

    /// Asks for another isolation level.
    #[must_use]
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }

    /// Gives a PostgreSQL setting a value until the transaction ends.
    ///
    /// Both are sent as bound parameters of `set_config(.., .., true)`, together
    /// with `BEGIN`, at no extra round trip. On SQLite nothing is sent.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }
}

/// How a scope ends the transaction that it lent out.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Keep what was done.
    Commit,
    /// Undo it.
    RollBack,
}

fn not_yours() -> Error {
    error::refused(
        error::sqlstate::INSUFFICIENT_PRIVILEGE,
        "a scope begins and ends its transaction itself; for a part that can fail alone use \
         `transaction` on the connection",
    )
}

/// One row of [`Connection::text_rows`]: a value for each column, `None` for NULL.
pub type TextRow = Vec<Option<String>>;

enum Driver {
    Sqlite(Box<sqlite::Session>),
    Postgres(Box<postgres::Session>),
}

/// A connection to SQLite or PostgreSQL.
///
/// Applications do not open one: they ask a [`Pool`](crate::Pool), and above it
/// a scope, which says whose data it is for. Migrations and tools do.
///
/// It runs any Diesel query through `diesel_async::RunQueryDsl`. A future that
/// is dropped before its end leaves the connection [unclean](Self::is_clean).
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use diesel::prelude::*;
/// use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
/// use dualfuel_engine::{ConnectOptions, Connection};
///
/// diesel::table! { notes { id -> Integer, body -> Text, } }
///
/// let url = "sqlite::memory:".parse()?;
/// let mut connection = Connection::open(&url, &ConnectOptions::default()).await?;
/// connection.batch_execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL)").await?;
///
/// let id: i32 = diesel::insert_into(notes::table)
///     .values(notes::body.eq("hello"))
///     .returning(notes::id)
///     .get_result(&mut connection)
///     .await?;
/// assert_eq!(id, 1);
/// # Ok(())
/// # }
/// ```
pub struct Connection {
    driver: Driver,
    transaction: TransactionState,
    events: Events,
    /// Each statement outside a transaction runs in one of this kind.
    each_statement: Option<Arc<Begin>>,
    /// Set while a scope lends it out: the borrower nests, and does not end.
    lent: bool,
    /// SQL written by hand ran, which may have left something in the session.
    session_touched: bool,
    /// Room for the binds of the next statement.
    spare: Binds,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("engine", &self.engine())
            .field("transaction", &self.transaction)
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// Opens a connection.
    ///
    /// A SQLite file is created when it is missing, its folder is not; it is put
    /// in WAL mode and checked to enforce foreign keys. On PostgreSQL this waits at most
    /// [`ConnectOptions::connect_timeout`].
    ///
    /// # Errors
    ///
    /// [`ConnectError`], whose variants say what is wrong with the file or the server.
    pub async fn open(url: &DatabaseUrl, options: &ConnectOptions) -> Result<Self, ConnectError> {
        let driver = match url.kind() {
            UrlKind::Sqlite(place) => {
                Driver::Sqlite(Box::new(sqlite::Session::open(place, options).await?))
            }
            UrlKind::Postgres(address) => {
                Driver::Postgres(Box::new(postgres::Session::open(address, options).await?))
            }
        };
        Ok(Connection {
            driver,
            transaction: TransactionState::default(),
            events: Events::default(),
            each_statement: None,
            lent: false,
            session_touched: false,
            spare: Binds::default(),
        })
    }

    /// The engine at the other end.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.driver {
            Driver::Sqlite(_) => Engine::Sqlite,
            Driver::Postgres(_) => Engine::Postgres,
        }
    }

    /// The version of the engine at the other end, as it spells it: `3.51.1`, `15.18`.
    #[must_use]
    pub fn server_version(&self) -> &str {
        match &self.driver {
            Driver::Sqlite(_) => rusqlite::version(),
            Driver::Postgres(session) => session.server_version(),
        }
    }

    /// The rows of a query without parameters, each value as text, for tools
    /// that don't know a query's columns: PostgreSQL's values as it prints
    /// them; SQLite's integers and reals in decimals, its text as it is, and
    /// its blobs as `X'..'`. Queries of applications have types: use Diesel.
    ///
    /// # Errors
    ///
    /// What the database said.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use dualfuel_engine::{ConnectOptions, Connection};
    ///
    /// let url = "sqlite::memory:".parse()?;
    /// let mut connection = Connection::open(&url, &ConnectOptions::default()).await?;
    ///
    /// let rows = connection.text_rows("SELECT 1, NULL, 'a', x'00ff'").await?;
    ///
    /// let text = |value: &str| Some(value.to_owned());
    /// assert_eq!(rows, [[text("1"), None, text("a"), text("X'00FF'")]]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn text_rows(&mut self, sql: &str) -> QueryResult<Vec<TextRow>> {
        self.refuse_if_failed()?;
        self.look_at(sql)?;
        self.session_touched = true;
        self.events.started(sql);
        self.transaction.enter();
        let result = match &mut self.driver {
            Driver::Sqlite(session) => session.text_rows(sql).await,
            Driver::Postgres(session) => session.text_rows(sql).await,
        };
        self.settle(Some(sql), result)
    }

    /// How SQLite reads text from now on; [`Manner::Program`] when a connection is
    /// opened. For what runs scripts: it has to set it back. PostgreSQL has one
    /// manner.
    ///
    /// # Errors
    ///
    /// SQLite refused, as inside a query whose rows are still read.
    pub fn set_manner(&mut self, manner: Manner) -> QueryResult<()> {
        match &mut self.driver {
            Driver::Sqlite(session) => session.set_manner(manner),
            Driver::Postgres(_) => Ok(()),
        }
    }

    /// Whether nothing is open or under way: no transaction, no statement whose
    /// answer nobody waited for.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.transaction.is_clean() && !self.in_open_transaction()
    }

    /// Whether the connection was lost. Asks nothing of the server.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match &self.driver {
            Driver::Sqlite(_) => false,
            Driver::Postgres(session) => session.is_closed(),
        }
    }

    /// Begins the outermost transaction.
    ///
    /// On PostgreSQL nothing is waited for: `BEGIN` and the settings are sent
    /// ahead of the first statement, which reports what went wrong with them. On
    /// SQLite a write transaction waits for the write lock, at most
    /// [`ConnectOptions::lock_timeout`].
    ///
    /// # Errors
    ///
    /// - `AlreadyInTransaction`.
    /// - On SQLite, kind `LockTimeout`: another connection kept the write lock.
    pub async fn begin(&mut self, begin: &Begin) -> QueryResult<()> {
        if self.lent {
            return Err(not_yours());
        }
        if self.transaction.depth() != 0 {
            return Err(Error::AlreadyInTransaction);
        }
        self.emit(InstrumentationEvent::begin_transaction(
            std::num::NonZeroU32::MIN,
        ));
        self.transaction.forget_failures();
        self.transaction.enter();
        let begun = match &mut self.driver {
            Driver::Sqlite(session) => session.begin(begin.read_only).await,
            Driver::Postgres(session) => session.begin(begin).await,
        };
        self.transaction.leave();
        match begun {
            Ok(()) => self.transaction.started(),
            Err(failure) => {
                self.transaction.note(&failure);
                Err(failure)
            }
        }
    }

    /// Commits the innermost transaction or savepoint.
    ///
    /// # Errors
    ///
    /// Kind `TransactionFailed` when a statement in it had failed; it is then
    /// rolled back. Kind `SerializationFailure` when PostgreSQL finds at the end
    /// that it cannot be put in order with others.
    pub async fn commit(&mut self) -> QueryResult<()> {
        DualTransactionManager::commit_transaction(self).await
    }

    /// Rolls the innermost transaction or savepoint back.
    ///
    /// # Errors
    ///
    /// When the connection is lost; the server has rolled back by itself then.
    pub async fn rollback(&mut self) -> QueryResult<()> {
        DualTransactionManager::rollback_transaction(self).await
    }

    /// Lends the open transaction out: from here until [`end_lent`](Self::end_lent) the
    /// borrower can nest transactions in it, but neither end it nor change the
    /// session, also not by SQL text.
    #[doc(hidden)]
    pub fn lend(&mut self) {
        self.lent = true;
    }

    /// Takes a lent transaction back and ends it.
    ///
    /// # Errors
    ///
    /// Those of [`commit`](Self::commit). Kind `TransactionFailed` as well when a
    /// nested transaction was cancelled, so that it is not known what it did: all of
    /// it is rolled back.
    #[doc(hidden)]
    pub async fn end_lent(&mut self, end: End) -> QueryResult<()> {
        self.lent = false;
        let depth = self.transaction.depth();
        if depth == 1 {
            return match end {
                End::Commit => self.commit().await,
                End::RollBack => self.rollback().await,
            };
        }
        if depth == 0 {
            return Err(error::transaction_failed());
        }
        match self.control("ROLLBACK").await {
            Ok(()) => {
                let had_serialization_failure = self.transaction.had_serialization_failure();
                self.transaction = TransactionState::after(had_serialization_failure);
                Err(error::transaction_failed())
            }
            Err(failure) => {
                self.transaction.broken();
                Err(failure)
            }
        }
    }

    /// The outermost transaction of a lent connection is its scope's.
    pub(crate) fn refuse_if_lent(&self, depth: u32) -> QueryResult<()> {
        if self.lent && depth == 1 {
            Err(not_yours())
        } else {
            Ok(())
        }
    }

    /// Looks at a query that may be SQL written by hand.
    pub(crate) fn look_at_query(&mut self, query: &CompiledQuery) -> QueryResult<()> {
        if let QueryKey::Text(sql) = &query.key
            && is_by_hand(sql)
        {
            self.look_at(sql)?;
            self.session_touched = true;
        }
        Ok(())
    }

    /// Looks at SQL written by hand before it runs in a scope.
    fn look_at(&mut self, sql: &str) -> QueryResult<()> {
        if self.lent || self.each_statement.is_some() {
            guard::check(sql)?;
        }
        Ok(())
    }

    /// Whether a statement of the last transaction failed because of what other
    /// transactions did, so that running the transaction again may succeed.
    #[must_use]
    pub fn had_serialization_failure(&self) -> bool {
        self.transaction.had_serialization_failure()
    }

    /// Runs each statement outside a transaction in one of its own that begins
    /// like `begin`, in one round trip. `None` goes back to plain statements.
    ///
    /// On SQLite a single statement is a transaction already; of `begin`, only
    /// whether it may write counts.
    pub fn set_each_statement(&mut self, begin: Option<Arc<Begin>>) {
        self.each_statement = begin;
    }

    /// Rolls an abandoned transaction back without waiting for anyone, where the
    /// engine can. Says whether the connection is clean now.
    pub(crate) fn reset(&mut self) -> bool {
        self.each_statement = None;
        self.lent = false;
        self.events = Events::default();
        let touched = std::mem::take(&mut self.session_touched);
        match &mut self.driver {
            Driver::Sqlite(session) => {
                if !self.transaction.is_clean() || session.in_transaction() {
                    if session.roll_back().is_err() {
                        return false;
                    }
                    self.transaction = TransactionState::default();
                }
                true
            }
            // A rollback could only be sent, not waited for. The caller closes it.
            Driver::Postgres(session) => {
                let clean = self.transaction.is_clean() && !session.is_closed();
                if clean && touched {
                    session.clean_up();
                }
                if !clean {
                    session.cancel();
                }
                clean
            }
        }
    }

    pub(crate) fn transaction(&self) -> &TransactionState {
        &self.transaction
    }

    pub(crate) fn transaction_mut(&mut self) -> &mut TransactionState {
        &mut self.transaction
    }

    pub(crate) fn in_open_transaction(&self) -> bool {
        match &self.driver {
            Driver::Sqlite(session) => session.in_transaction(),
            // tokio-postgres does not tell; a COMMIT that fails has ended it.
            Driver::Postgres(_) => false,
        }
    }

    pub(crate) fn refuse_if_failed(&self) -> QueryResult<()> {
        if self.transaction.is_failed() {
            Err(error::transaction_failed())
        } else {
            Ok(())
        }
    }

    pub(crate) fn emit(&mut self, event: InstrumentationEvent<'_>) {
        if self.events.is_on() {
            self.events.sink().on_connection_event(event);
        }
    }

    /// Runs transaction control: allowed in a failed transaction, and not itself a failure of it.
    pub(crate) async fn control(&mut self, sql: &str) -> QueryResult<()> {
        self.transaction.enter();
        let result = match &mut self.driver {
            Driver::Sqlite(session) => session.control(sql),
            Driver::Postgres(session) => session.batch(sql).await,
        };
        self.transaction.leave();
        result
    }

    /// Compiles a query that is about to run here.
    pub(crate) fn start<Q>(&mut self, query: &Q) -> QueryResult<CompiledQuery>
    where
        Q: QueryFragment<Dual> + QueryId,
    {
        self.refuse_if_failed()?;
        let tell = self.events.is_on();
        let binds = std::mem::take(&mut self.spare);
        let compiled = match &self.driver {
            Driver::Sqlite(session) => CompiledQuery::new(query, Engine::Sqlite, binds, |key| {
                !tell && session.knows(key)
            }),
            Driver::Postgres(session) => {
                CompiledQuery::new(query, Engine::Postgres, binds, |key| {
                    !tell && session.knows(key)
                })
            }
        }?;
        self.look_at_query(&compiled)?;
        if let Some(sql) = &compiled.sql {
            self.events.started(sql);
        }
        Ok(compiled)
    }

    /// What every statement does when its answer is in.
    fn settle<T>(&mut self, sql: Option<&str>, result: QueryResult<T>) -> QueryResult<T> {
        self.transaction.leave();
        if let Err(failure) = &result {
            self.transaction.note(failure);
        }
        if let Some(sql) = sql {
            self.events.finished(sql, result.as_ref().err());
        }
        result
    }

    /// The kind of transaction that a statement outside one gets for itself.
    fn own_transaction(&self) -> Option<Arc<Begin>> {
        if self.transaction.depth() == 0 {
            self.each_statement.clone()
        } else {
            None
        }
    }

    /// Whether a statement outside a transaction may only read.
    fn own_is_read_only(&self) -> bool {
        let begin = self.each_statement.as_ref();
        self.transaction.depth() == 0 && begin.is_some_and(|begin| begin.read_only)
    }

    /// Runs a statement without waiting, where the engine can. Otherwise nothing
    /// happened yet: the query is for [`Self::load_when_free`].
    pub(crate) fn load_at_once(
        &mut self,
        query: CompiledQuery,
    ) -> Result<QueryResult<RowStream>, CompiledQuery> {
        self.at_once(query, sqlite::Session::load)
            .map(|result| result.map(RowStream::sqlite))
    }

    /// Like [`Self::load_at_once`], for the number of rows changed.
    fn execute_at_once(
        &mut self,
        query: CompiledQuery,
    ) -> Result<QueryResult<usize>, CompiledQuery> {
        self.at_once(query, sqlite::Session::execute)
    }

    fn at_once<T>(
        &mut self,
        query: CompiledQuery,
        run: impl FnOnce(&mut sqlite::Session, &CompiledQuery, bool) -> Option<QueryResult<T>>,
    ) -> Result<QueryResult<T>, CompiledQuery> {
        let read_only = self.own_is_read_only();
        let Driver::Sqlite(session) = &mut self.driver else {
            return Err(query);
        };
        let Some(result) = run(session, &query, read_only) else {
            return Err(query);
        };
        let result = self.settle(query.sql.as_deref(), result);
        self.spare = query.binds.emptied();
        Ok(result)
    }

    pub(crate) async fn load_when_free(&mut self, query: CompiledQuery) -> QueryResult<RowStream> {
        let own = self.own_transaction();
        self.transaction.enter();
        let result = match &mut self.driver {
            Driver::Sqlite(session) => {
                let read_only = own.is_some_and(|begin| begin.read_only);
                session
                    .load_when_free(&query, read_only)
                    .await
                    .map(RowStream::sqlite)
            }
            Driver::Postgres(session) => session
                .load(&query, own.as_deref())
                .await
                .map(RowStream::postgres),
        };
        self.settle(query.sql.as_deref(), result)
    }

    pub(crate) async fn execute_when_free(&mut self, query: CompiledQuery) -> QueryResult<usize> {
        let own = self.own_transaction();
        self.transaction.enter();
        let result = match &mut self.driver {
            Driver::Sqlite(session) => {
                let read_only = own.is_some_and(|begin| begin.read_only);
                session.execute_when_free(&query, read_only).await
            }
            Driver::Postgres(session) => session.execute(&query, own.as_deref()).await,
        };
        self.settle(query.sql.as_deref(), result)
    }
}

/// Whether a text is none that Diesel builds from types: those begin with one of
/// four words.
fn is_by_hand(sql: &str) -> bool {
    !["SELECT ", "INSERT ", "UPDATE ", "DELETE "]
        .iter()
        .any(|built| sql.starts_with(built))
}

impl SimpleAsyncConnection for Connection {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.refuse_if_failed()?;
        self.look_at(sql)?;
        self.session_touched = true;
        self.events.started(sql);
        self.transaction.enter();
        let result = match &mut self.driver {
            Driver::Sqlite(session) => session.batch_when_free(sql).await,
            Driver::Postgres(session) => session.batch(sql).await,
        };
        self.settle(Some(sql), result)
    }
}

impl AsyncConnectionCore for Connection {
    type ExecuteFuture<'conn, 'query> = Running<'conn, usize>;
    type LoadFuture<'conn, 'query> = Running<'conn, RowStream>;
    type Stream<'conn, 'query> = RowStream;
    type Row<'conn, 'query> = DualRow;
    type Backend = Dual;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Dual> + QueryId + 'query,
    {
        match self.start(&source.as_query()) {
            Err(failure) => Running::done(Err(failure)),
            Ok(query) => match self.load_at_once(query) {
                Ok(result) => Running::done(result),
                Err(query) => Running::pending(self.load_when_free(query)),
            },
        }
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Dual> + QueryId + 'query,
    {
        match self.start(&source) {
            Err(failure) => Running::done(Err(failure)),
            Ok(query) => match self.execute_at_once(query) {
                Ok(result) => Running::done(result),
                Err(query) => Running::pending(self.execute_when_free(query)),
            },
        }
    }
}

impl AsyncConnection for Connection {
    type TransactionManager = DualTransactionManager;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        let bad_url = |error: crate::UrlError| {
            diesel::ConnectionError::InvalidConnectionUrl(error.to_string())
        };
        let url: DatabaseUrl = url.parse().map_err(bad_url)?;
        Connection::open(&url, &ConnectOptions::default())
            .await
            .map_err(|error| diesel::ConnectionError::BadConnection(error.to_string()))
    }

    fn transaction_state(&mut self) -> &mut TransactionState {
        &mut self.transaction
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.events.sink()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.events.set(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        let capacity = match size {
            CacheSize::Disabled => 0,
            _ => ConnectOptions::default().statement_cache_size,
        };
        match &mut self.driver {
            Driver::Sqlite(session) => session.set_cache_capacity(capacity),
            Driver::Postgres(session) => session.set_cache_capacity(capacity),
        }
    }
}

/// A statement on its way: finished at once on SQLite, a boxed future otherwise.
///
/// So on SQLite a statement runs when it is called, not when it is awaited: calling
/// `execute` and dropping the future runs it there and not on PostgreSQL. Await it.
pub struct Running<'conn, T>(State<'conn, T>);

enum State<'conn, T> {
    Done(Option<QueryResult<T>>),
    Pending(Pin<Box<dyn Future<Output = QueryResult<T>> + Send + 'conn>>),
}

impl<T> std::fmt::Debug for Running<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            State::Done(_) => "Running(done)",
            State::Pending(_) => "Running(pending)",
        })
    }
}

impl<'conn, T> Running<'conn, T> {
    pub(crate) fn done(result: QueryResult<T>) -> Self {
        Running(State::Done(Some(result)))
    }

    pub(crate) fn pending(future: impl Future<Output = QueryResult<T>> + Send + 'conn) -> Self {
        Running(State::Pending(Box::pin(future)))
    }
}

impl<T: Unpin> Future for Running<'_, T> {
    type Output = QueryResult<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<QueryResult<T>> {
        match &mut self.get_mut().0 {
            State::Done(result) => match result.take() {
                Some(result) => Poll::Ready(result),
                None => Poll::Pending,
            },
            State::Pending(future) => future.as_mut().poll(context),
        }
    }
}

/// The rows of a result, one after another.
///
/// All of them are there before the first is given out: with `INSERT ..
/// RETURNING`, PostgreSQL sends a row before it has checked foreign keys, and a
/// caller that stops at the first row would miss that refusal.
pub struct RowStream(Rows);

/// Shows how many rows there are, never a row.
impl std::fmt::Debug for RowStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RowStream({} rows)", self.remaining())
    }
}

enum Rows {
    Sqlite { rows: Arc<SqliteRows>, next: usize },
    Postgres(std::vec::IntoIter<tokio_postgres::Row>),
}

impl RowStream {
    fn sqlite(rows: SqliteRows) -> Self {
        RowStream(Rows::Sqlite {
            rows: Arc::new(rows),
            next: 0,
        })
    }

    fn postgres(rows: Vec<tokio_postgres::Row>) -> Self {
        RowStream(Rows::Postgres(rows.into_iter()))
    }

    fn remaining(&self) -> usize {
        match &self.0 {
            Rows::Sqlite { rows, next } => rows.len() - next,
            Rows::Postgres(rows) => rows.len(),
        }
    }
}

impl Stream for RowStream {
    type Item = QueryResult<DualRow>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<QueryResult<DualRow>>> {
        Poll::Ready(match &mut self.get_mut().0 {
            Rows::Sqlite { rows, next } => (*next < rows.len()).then(|| {
                let row = DualRow::sqlite(Arc::clone(rows), *next);
                *next += 1;
                Ok(row)
            }),
            Rows::Postgres(rows) => rows.next().map(|row| Ok(DualRow::postgres(row))),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.remaining(), Some(self.remaining()))
    }
}
