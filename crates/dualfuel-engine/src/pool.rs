//! Connections kept open, and who may have one when.
//!
//! PostgreSQL has one set of connections for everything. A SQLite file has one
//! writer and several readers, since SQLite has one writer at a time: waiting
//! for it in the pool costs nothing, waiting in SQLite costs retries. A SQLite
//! database in memory is private to its one connection.
//!
//! A connection goes back clean or not at all: without transaction, without a
//! statement under way, still connected. That is looked up in our own state. A
//! question to the server at each check-out would triple a point read (measured).

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{
    Manager, Metrics, Object, PoolConfig, PoolError, QueueMode, RecycleError, RecycleResult,
    Timeouts,
};
use diesel::result::Error;
use diesel_async::SimpleAsyncConnection;

use crate::error::{self, sqlstate};
use crate::{ConnectError, ConnectOptions, Connection, DatabaseUrl, Engine};

/// How many connections a pool keeps and how long one is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolOptions {
    /// Most connections to PostgreSQL. Default: 10.
    pub max_connections: usize,
    /// Most readers of a SQLite file, beside the one writer. Default: 4.
    pub max_readers: usize,
    /// How long to wait for a free connection. Default: 10 s.
    pub acquire_timeout: Duration,
    /// How each connection is opened.
    pub connect: ConnectOptions,
}

impl Default for PoolOptions {
    fn default() -> Self {
        PoolOptions {
            max_connections: 10,
            max_readers: 4,
            acquire_timeout: Duration::from_secs(10),
            connect: ConnectOptions::default(),
        }
    }
}

/// Why a pool gave no connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcquireError {
    /// All connections stayed in use. Retrying later is right; so is asking why
    /// they are held for so long.
    #[error("no database connection became free within {waited:?}; all {size} are in use")]
    Timeout {
        /// How long was waited.
        waited: Duration,
        /// How many connections there are.
        size: usize,
    },

    /// A new connection was needed and could not be opened.
    #[error("a new database connection could not be opened")]
    Connect(#[source] ConnectError),

    /// The pool was closed.
    #[error("the database was closed")]
    Closed,
}

/// As Diesel code sees it: kinds `PoolTimeout` and `ConnectionLost`.
impl From<AcquireError> for Error {
    fn from(failure: AcquireError) -> Self {
        let code = match failure {
            AcquireError::Timeout { .. } => sqlstate::POOL_TIMEOUT,
            AcquireError::Connect(_) | AcquireError::Closed => sqlstate::CONNECTION_FAILURE,
        };
        let message = match &failure {
            AcquireError::Connect(source) => format!("{failure}: {source}"),
            other => other.to_string(),
        };
        error::refused(code, message)
    }
}

/// What a pool is doing, for a status page and for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// Most connections there may be.
    pub max: usize,
    /// Connections that are open.
    pub open: usize,
    /// Open connections that nobody uses.
    pub idle: usize,
    /// Tasks that wait for a connection.
    pub waiting: usize,
}

type Connections = deadpool::managed::Pool<Opener>;

/// A pool of connections to one database. Cloning it is cheap and shares it.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dualfuel_engine::{Pool, PoolOptions};
///
/// let pool = Pool::connect("sqlite::memory:".parse()?, PoolOptions::default()).await?;
/// let connection = pool.read().await?;
/// assert!(connection.is_clean());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
}

struct Inner {
    url: DatabaseUrl,
    options: PoolOptions,
    version: String,
    write: Connections,
    /// The same as `write`, except for a SQLite file.
    read: Connections,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("url", &self.inner.url)
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

/// Opens connections, and looks at each before it is used again.
#[derive(Debug)]
struct Opener {
    url: DatabaseUrl,
    options: ConnectOptions,
    read_only: bool,
}

impl Manager for Opener {
    type Type = Connection;
    type Error = ConnectError;

    async fn create(&self) -> Result<Connection, ConnectError> {
        let mut connection = Connection::open(&self.url, &self.options).await?;
        if self.read_only {
            // A belt for what the statement check in `sqlite/session.rs` already holds.
            connection
                .batch_execute("PRAGMA query_only = ON")
                .await
                .map_err(|_| ConnectError::Setting {
                    setting: "query_only = ON",
                })?;
        }
        Ok(connection)
    }

    async fn recycle(
        &self,
        connection: &mut Connection,
        _: &Metrics,
    ) -> RecycleResult<ConnectError> {
        if connection.reset() {
            Ok(())
        } else {
            Err(RecycleError::message(
                "the connection was left in the middle of something",
            ))
        }
    }
}

impl Pool {
    /// Opens a pool and one connection, so that a wrong URL is told at once.
    ///
    /// # Errors
    ///
    /// [`ConnectError`], from that first connection.
    pub async fn connect(url: DatabaseUrl, options: PoolOptions) -> Result<Self, ConnectError> {
        let pool = |size: usize, read_only: bool| {
            let opener = Opener {
                url: url.clone(),
                options: options.connect.clone(),
                read_only,
            };
            let mut config = PoolConfig::new(size.max(1));
            // The connection used last has the warmest caches.
            config.queue_mode = QueueMode::Lifo;
            // Built without a runtime it could only fail for want of one.
            Connections::builder(opener)
                .config(config)
                .runtime(deadpool::Runtime::Tokio1)
                .build()
                .map_err(|_| ConnectError::Setting { setting: "pool" })
        };
        let (write, read) = match url.engine() {
            Engine::Postgres => {
                let all = pool(options.max_connections, false)?;
                (all.clone(), all)
            }
            Engine::Sqlite if url.is_memory() => {
                let only = pool(1, false)?;
                (only.clone(), only)
            }
            Engine::Sqlite => (pool(1, false)?, pool(options.max_readers, true)?),
        };
        let version = match write.get().await {
            Ok(first) => first.server_version().to_owned(),
            Err(PoolError::Backend(failure)) => return Err(failure),
            Err(_) => return Err(ConnectError::Setting { setting: "pool" }),
        };
        Ok(Pool {
            inner: Arc::new(Inner {
                url,
                options,
                version,
                write,
                read,
            }),
        })
    }

    /// The engine at the other end.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.inner.url.engine()
    }

    /// The URL, which prints without its password.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.inner.url
    }

    /// The engine's version when the pool was opened: `3.51.3`, `15.18`.
    #[must_use]
    pub fn server_version(&self) -> &str {
        &self.inner.version
    }

    /// A connection for reading.
    ///
    /// # Errors
    ///
    /// [`AcquireError`]: none free in time, or none to be opened.
    pub async fn read(&self) -> Result<PooledConnection, AcquireError> {
        self.take(&self.inner.read).await
    }

    /// A connection for writing. On SQLite there is one.
    ///
    /// # Errors
    ///
    /// [`AcquireError`]: none free in time, or none to be opened.
    pub async fn write(&self) -> Result<PooledConnection, AcquireError> {
        self.take(&self.inner.write).await
    }

    /// A connection for reading if one is open and idle this very moment.
    pub(crate) fn try_read(&self) -> Option<PooledConnection> {
        use futures_util::FutureExt;
        let now = Timeouts {
            wait: Some(Duration::ZERO),
            ..Timeouts::default()
        };
        if self.inner.read.status().available == 0 {
            return None;
        }
        // Recycling waits for nothing, so a pending future means that a new
        // connection would have to be opened. That takes its time elsewhere.
        match self.inner.read.timeout_get(&now).now_or_never() {
            Some(Ok(object)) => Some(PooledConnection {
                object: Some(object),
            }),
            _ => None,
        }
    }

    async fn take(&self, connections: &Connections) -> Result<PooledConnection, AcquireError> {
        let waited = self.inner.options.acquire_timeout;
        let timeouts = Timeouts {
            wait: Some(waited),
            ..Timeouts::default()
        };
        match connections.timeout_get(&timeouts).await {
            Ok(object) => Ok(PooledConnection {
                object: Some(object),
            }),
            Err(PoolError::Backend(failure)) => Err(AcquireError::Connect(failure)),
            Err(PoolError::Closed) => Err(AcquireError::Closed),
            Err(_) => Err(AcquireError::Timeout {
                waited,
                size: connections.status().max_size,
            }),
        }
    }

    /// How many connections there are, and how many are idle. Readers and the
    /// writer of a SQLite file are counted together.
    #[must_use]
    pub fn status(&self) -> PoolStatus {
        let write = self.inner.write.status();
        let mut total = PoolStatus {
            max: write.max_size,
            open: write.size,
            idle: write.available,
            waiting: write.waiting,
        };
        if self.engine() == Engine::Sqlite && !self.inner.url.is_memory() {
            let read = self.inner.read.status();
            total.max += read.max_size;
            total.open += read.size;
            total.idle += read.available;
            total.waiting += read.waiting;
        }
        total
    }

    /// Closes idle connections now and the others when they come back. Whoever
    /// asks for one from here on gets [`AcquireError::Closed`].
    pub fn close(&self) {
        self.inner.read.close();
        self.inner.write.close();
    }
}

/// A connection on loan from a [`Pool`].
///
/// Dropped in the middle of something (a transaction, a statement whose future
/// was cancelled) it is rolled back on SQLite and closed on PostgreSQL, whose
/// server rolls back: the next user never sees it.
pub struct PooledConnection {
    /// Present until dropped.
    object: Option<Object<Opener>>,
}

impl fmt::Debug for PooledConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PooledConnection").field(&**self).finish()
    }
}

#[expect(clippy::expect_used, reason = "`object` is taken in `drop` alone")]
impl Deref for PooledConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.object.as_ref().expect("present until dropped")
    }
}

#[expect(clippy::expect_used, reason = "`object` is taken in `drop` alone")]
impl DerefMut for PooledConnection {
    fn deref_mut(&mut self) -> &mut Connection {
        self.object.as_mut().expect("present until dropped")
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        if let Some(mut object) = self.object.take()
            && !object.reset()
        {
            drop(Object::take(object));
        }
    }
}
