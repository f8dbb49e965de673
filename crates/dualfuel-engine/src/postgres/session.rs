//! One PostgreSQL connection: statements and transactions.
//!
//! tokio-postgres sends a request when its future is first polled, and answers
//! come in the order of requests. So what belongs together is polled together:
//! `BEGIN`, the settings, the statement and `COMMIT` of a single scoped read
//! leave in one flush and cost the round trip of the read alone.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use diesel::QueryResult;
use diesel::result::Error;
use futures_util::TryStreamExt;
use futures_util::future::{join, join_all, join4};
use hashlink::LruCache;
use tokio_postgres::{Client, Row, SimpleQueryMessage, Statement};

use super::{bind, error, open};
use crate::ConnectError;
use crate::connection::{Begin, Isolation, TextRow};
use crate::diesel_internals::{CompiledQuery, QueryKey};
use crate::options::ConnectOptions;
use crate::url::PostgresAddress;

type Outcome<T> = Result<T, tokio_postgres::Error>;

pub(crate) struct Session {
    client: Arc<Client>,
    address: PostgresAddress,
    /// What a session is set to when it is new.
    settings: String,
    version: String,
    /// Prepared statements by query. Dropping one tells the server to forget it.
    /// The SQL is kept for when a statement has to be prepared anew.
    statements: LruCache<QueryKey, (Statement, Arc<str>)>,
    /// 0: prepare nothing by name.
    capacity: usize,
    set_config: Option<Statement>,
    /// `BEGIN` and the settings of a transaction, sent and not yet answered.
    opening: Option<Pin<Box<dyn Future<Output = Outcome<()>> + Send>>>,
    in_transaction: bool,
}

impl Session {
    pub(crate) async fn open(
        address: &PostgresAddress,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let (client, version) = open::open(address, options).await?;
        Ok(Session {
            client: Arc::new(client),
            address: address.clone(),
            settings: open::session_settings(options),
            version,
            statements: LruCache::new(options.statement_cache_size.max(1)),
            capacity: options.statement_cache_size,
            set_config: None,
            opening: None,
            in_transaction: false,
        })
    }

    pub(crate) fn server_version(&self) -> &str {
        &self.version
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(crate) fn knows(&self, key: &QueryKey) -> bool {
        self.capacity > 0 && self.statements.contains_key(key)
    }

    pub(crate) fn set_cache_capacity(&mut self, capacity: usize) {
        self.statements = LruCache::new(capacity.max(1));
        self.capacity = capacity;
    }

    /// Sends `BEGIN` and the settings, and waits for nothing.
    pub(crate) async fn begin(&mut self, begin: &Begin) -> QueryResult<()> {
        let set_config = self.prepare_settings(begin).await?;
        let client = Arc::clone(&self.client);
        let settings = begin.settings.clone();
        let sql = begin_sql(begin);
        let mut opening: Pin<Box<dyn Future<Output = Outcome<()>> + Send>> = Box::pin(async move {
            let (begun, set) = join(
                client.batch_execute(sql),
                apply_settings(&client, set_config.as_ref(), &settings),
            )
            .await;
            begun.and(set)
        });
        // The first poll puts the requests in the queue; whoever waits polls again.
        match opening
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(Err(failure)) => return Err(error::of(failure)),
            Poll::Ready(Ok(())) => {}
            Poll::Pending => self.opening = Some(opening),
        }
        self.in_transaction = true;
        Ok(())
    }

    /// Puts the session back to what it was when new, waiting for nothing: requests
    /// are answered in order, so whoever comes next comes after it.
    pub(crate) fn clean_up(&mut self) {
        let sql = format!(
            "RESET SESSION AUTHORIZATION; RESET ALL; {}; DISCARD TEMP; UNLISTEN *; \
             SELECT pg_advisory_unlock_all()",
            self.settings
        );
        let client = Arc::clone(&self.client);
        let mut cleaning = Box::pin(async move { client.batch_execute(&sql).await });
        let _ = cleaning
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
    }

    /// Asks the server to stop what this connection is doing, which nobody waits for.
    pub(crate) fn cancel(&self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let token = self.client.cancel_token();
        let address = self.address.clone();
        drop(runtime.spawn(async move { open::cancel(&token, &address).await }));
    }

    /// Runs several statements, or transaction control.
    pub(crate) async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        let opening = self.opening.take();
        let (opened, done) = join(wait(opening), self.client.batch_execute(sql)).await;
        if matches!(sql, "COMMIT" | "ROLLBACK") {
            self.in_transaction = false;
        }
        opened.and(done).map_err(error::of)
    }

    /// Reads rows as text, whatever their columns: the server prints them.
    pub(crate) async fn text_rows(&mut self, sql: &str) -> QueryResult<Vec<TextRow>> {
        let opening = self.opening.take();
        let (opened, answer) = join(wait(opening), self.client.simple_query(sql)).await;
        let messages = opened.and(answer).map_err(error::of)?;
        let row = |message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|column| row.get(column).map(str::to_owned))
                    .collect(),
            ),
            _ => None,
        };
        Ok(messages.into_iter().filter_map(row).collect())
    }

    pub(crate) async fn load(
        &mut self,
        query: &CompiledQuery,
        own: Option<&Begin>,
    ) -> QueryResult<Vec<Row>> {
        self.run(query, own, Rows).await
    }

    pub(crate) async fn execute(
        &mut self,
        query: &CompiledQuery,
        own: Option<&Begin>,
    ) -> QueryResult<usize> {
        let count = self.run(query, own, Count).await?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Runs a statement; once more, prepared anew, when the prepared one no longer
    /// fits and nothing was done yet.
    async fn run<W: Work>(
        &mut self,
        query: &CompiledQuery,
        own: Option<&Begin>,
        work: W,
    ) -> QueryResult<W::Output> {
        let mut fresh = false;
        let mut sql = query.sql.clone();
        loop {
            let prepared = if self.capacity == 0 {
                Prepared::Unnamed(sql.clone().ok_or_else(sql_is_gone)?)
            } else {
                Prepared::Named(self.statement(query, sql.as_ref()).await?)
            };
            let result = match own {
                None => {
                    let opening = self.opening.take();
                    let (opened, result) =
                        join(wait(opening), work.run(&self.client, &prepared, query)).await;
                    opened.and(result)
                }
                Some(begin) => {
                    let set_config = self.prepare_settings(begin).await?;
                    let (begun, set, result, ended) = join4(
                        self.client.batch_execute(begin_sql(begin)),
                        apply_settings(&self.client, set_config.as_ref(), &begin.settings),
                        work.run(&self.client, &prepared, query),
                        self.client.batch_execute("COMMIT"),
                    )
                    .await;
                    begun
                        .and(set)
                        .and(result)
                        .and_then(|value| ended.map(|()| value))
                }
            };
            match result {
                Err(failure) if error::is_stale_statement(&failure) => {
                    let known = self.statements.remove(&query.key);
                    self.set_config = None;
                    sql = sql.or(known.map(|(_, sql)| sql));
                    let nothing_done = !self.in_transaction && sql.is_some();
                    if fresh || !nothing_done {
                        return Err(error::of(failure));
                    }
                    fresh = true;
                }
                result => return result.map_err(error::of),
            }
        }
    }

    async fn statement(
        &mut self,
        query: &CompiledQuery,
        sql: Option<&Arc<str>>,
    ) -> QueryResult<Statement> {
        if let Some((statement, _)) = self.statements.get(&query.key)
            && bind::fits(statement, &query.binds)
        {
            return Ok(statement.clone());
        }
        let sql = sql.ok_or_else(sql_is_gone)?;
        let prepared = self
            .client
            .prepare_typed(sql, &bind::types(&query.binds))
            .await;
        match prepared {
            Ok(statement) => {
                let known = (statement.clone(), Arc::clone(sql));
                self.statements.insert(query.key.clone(), known);
                Ok(statement)
            }
            Err(failure) => {
                // A transaction that did not begin explains it better.
                wait(self.opening.take()).await.map_err(error::of)?;
                Err(error::of(failure))
            }
        }
    }

    async fn prepare_settings(&mut self, begin: &Begin) -> QueryResult<Option<Statement>> {
        if begin.settings.is_empty() || self.capacity == 0 {
            return Ok(None);
        }
        if self.set_config.is_none() {
            let statement = self.client.prepare(SET_CONFIG).await.map_err(error::of)?;
            self.set_config = Some(statement);
        }
        Ok(self.set_config.clone())
    }
}

/// `SET LOCAL` takes no parameters, so a value would be spliced into SQL text,
/// which shows in `pg_stat_activity`. This is the same with parameters.
const SET_CONFIG: &str = "SELECT set_config($1, $2, true)";

async fn apply_settings(
    client: &Client,
    statement: Option<&Statement>,
    settings: &[(String, String)],
) -> Outcome<()> {
    use tokio_postgres::types::Type;
    let each = settings.iter().map(|(name, value)| async move {
        match statement {
            Some(statement) => client.execute(statement, &[name, value]).await,
            None => {
                client
                    .execute_typed(SET_CONFIG, &[(name, Type::TEXT), (value, Type::TEXT)])
                    .await
            }
        }
    });
    for result in join_all(each).await {
        result?;
    }
    Ok(())
}

fn begin_sql(begin: &Begin) -> &'static str {
    match (begin.isolation, begin.read_only) {
        (Isolation::ReadCommitted, false) => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        (Isolation::ReadCommitted, true) => "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
        (Isolation::RepeatableRead, false) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE",
        (Isolation::RepeatableRead, true) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        (Isolation::Serializable, false) => "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE",
        (Isolation::Serializable, true) => "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY",
    }
}

async fn wait(opening: Option<Pin<Box<dyn Future<Output = Outcome<()>> + Send>>>) -> Outcome<()> {
    match opening {
        Some(opening) => opening.await,
        None => Ok(()),
    }
}

fn sql_is_gone() -> Error {
    Error::QueryBuilderError("the SQL of a cached query is gone".into())
}

enum Prepared {
    Named(Statement),
    Unnamed(Arc<str>),
}

/// What is wanted of a statement: its rows, or how many there were.
trait Work: Copy {
    type Output: Send;

    fn run(
        self,
        client: &Client,
        prepared: &Prepared,
        query: &CompiledQuery,
    ) -> impl Future<Output = Outcome<Self::Output>> + Send;
}

#[derive(Clone, Copy)]
struct Rows;

#[derive(Clone, Copy)]
struct Count;

impl Work for Rows {
    type Output = Vec<Row>;

    async fn run(
        self,
        client: &Client,
        prepared: &Prepared,
        query: &CompiledQuery,
    ) -> Outcome<Vec<Row>> {
        let rows = match prepared {
            Prepared::Named(statement) => {
                client
                    .query_raw(statement, bind::parameters(&query.binds))
                    .await?
            }
            Prepared::Unnamed(sql) => {
                let types = bind::types(&query.binds);
                client
                    .query_typed_raw(sql, bind::parameters(&query.binds).zip(types))
                    .await?
            }
        };
        rows.try_collect().await
    }
}

impl Work for Count {
    type Output = u64;

    async fn run(
        self,
        client: &Client,
        prepared: &Prepared,
        query: &CompiledQuery,
    ) -> Outcome<u64> {
        match prepared {
            Prepared::Named(statement) => {
                client
                    .execute_raw(statement, bind::parameters(&query.binds))
                    .await
            }
            Prepared::Unnamed(sql) => {
                let types = bind::types(&query.binds);
                let rows = client
                    .query_typed_raw(sql, bind::parameters(&query.binds).zip(types))
                    .await?;
                futures_util::pin_mut!(rows);
                while rows.try_next().await?.is_some() {}
                Ok(rows.rows_affected().unwrap_or(0))
            }
        }
    }
}
