//! Permission to touch one organisation's rows, or the rows of none.
//!
//! A scope has three doors. [`Scope::reader`] runs single statements, each on
//! whichever connection is free, in one round trip. [`Scope::snapshot`] runs
//! several that see one state of the database. [`Scope::write`] runs a
//! transaction, again when another one came in between.
//!
//! A writing transaction is serializable on PostgreSQL, because SQLite's single
//! writer is: at READ COMMITTED, a program that reads a counter and writes it
//! back loses updates on PostgreSQL and never on the developer's laptop.

use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::ops::Deref;
use std::time::Duration;

use dualfuel_engine::{Begin, Connection, End, Isolation, Pool, Reader};
use tracing::Instrument as _;

use crate::OrgId;

/// The PostgreSQL setting that policies compare `org_id` with.
pub(crate) const SETTING: &str = "dualfuel.org_id";

/// An async closure that may be called again, whose future is `Send`.
///
/// It is met only in bounds, and any `async |connection| ..` that borrows what it
/// uses implements it. (An `async move` closure that owns what it uses cannot be
/// called twice; clone inside it, or borrow.)
///
/// Stable Rust cannot yet say "the future of this `AsyncFn` is `Send`", and a
/// bound on plain `Fn` loses the inference of the argument's type. Both at once
/// say it.
pub trait AsyncOperation<Argument, Output>:
    AsyncFn(Argument) -> Output + Fn(Argument) -> <Self as AsyncOperation<Argument, Output>>::Fut
{
    /// The future that a call returns.
    type Fut: Future<Output = Output>;
}

impl<F, Argument, Fut, Output> AsyncOperation<Argument, Output> for F
where
    F: AsyncFn(Argument) -> Output + Fn(Argument) -> Fut,
    Fut: Future<Output = Output>,
{
    type Fut = Fut;
}

/// How a writing transaction is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteOptions {
    /// How much of others it sees. Default: serializable. SQLite has no other.
    pub isolation: Isolation,
    /// How often it is run at most, when others come in between. Default: 5.
    pub attempts: u32,
}

impl Default for WriteOptions {
    fn default() -> Self {
        WriteOptions {
            isolation: Isolation::Serializable,
            attempts: 5,
        }
    }
}

/// What both kinds of scope can do.
#[derive(Debug, Clone)]
pub struct Scope {
    pool: Pool,
    reader: Reader,
    /// Whose rows, as the setting's value. Empty: nobody's.
    setting: String,
}

impl Scope {
    fn new(pool: Pool, setting: String) -> Self {
        let begin = Begin::read().setting(SETTING, setting.clone());
        Scope {
            reader: Reader::new(pool.clone(), begin),
            pool,
            setting,
        }
    }

    fn begin(&self, begin: Begin) -> Begin {
        begin.setting(SETTING, self.setting.clone())
    }

    /// A handle that runs single reading statements: `query.load(&mut scope.reader())`.
    ///
    /// Each statement is a transaction of its own and borrows a connection for as
    /// long as it runs. A statement that writes is refused, kind `ReadOnly`.
    ///
    /// # Errors
    ///
    /// A statement fails with the kinds `PoolTimeout` and `ConnectionLost` besides
    /// its own.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Runs several reading statements that see one state of the database.
    ///
    /// # Errors
    ///
    /// What `body` returns; the kinds `PoolTimeout` and `ConnectionLost`; `ReadOnly`
    /// from a statement that writes.
    pub fn snapshot<'s, 'a, T, E, F>(
        &'s self,
        body: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'r> F: AsyncFn(&'r mut Connection) -> Result<T, E>
            + AsyncOperation<&'r mut Connection, Result<T, E>, Fut: Send>
            + Send
            + Sync
            + 'a,
        T: Send + 'a,
        E: From<diesel::result::Error> + Send + 'a,
        'a: 's,
    {
        let begin = self.begin(Begin::read().isolation(Isolation::RepeatableRead));
        let work = async move {
            let mut connection = self
                .pool
                .read()
                .await
                .map_err(diesel::result::Error::from)?;
            connection.begin(&begin).await?;
            connection.lend();
            let result = body(&mut connection).await;
            finish(&mut connection, result).await
        };
        work.instrument(self.span("snapshot"))
    }

    /// Runs a transaction, and commits it when `body` returns `Ok`.
    ///
    /// A statement that fails, fails the transaction, also when `body` handles its
    /// error. What may fail alone goes into a nested one, which is a savepoint:
    /// `tx.transaction(async |tx| { .. }).await`. Everything inside uses `tx`: another
    /// call on the scope is another transaction, and on SQLite one that waits for
    /// this one until it times out.
    ///
    /// `body` is `Fn`, since it may run twice: it borrows what it uses (no `async
    /// move`) and returns what it found instead of changing variables outside.
    ///
    /// `body` runs again, from its start, when PostgreSQL cannot put the
    /// transaction in an order with others: it must do nothing but database work
    /// that it would not mind doing twice. Dropping the future rolls back.
    ///
    /// # Errors
    ///
    /// What `body` returns. Kind `SerializationFailure` after the last attempt,
    /// `TransactionFailed` when `body` swallowed the error of a statement,
    /// `PoolTimeout`, `ConnectionLost`, and on SQLite `LockTimeout`. After any
    /// error nothing is stored, except that a connection lost during COMMIT
    /// leaves it open whether it was.
    pub fn write<'s, 'a, T, E, F>(
        &'s self,
        body: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'r> F: AsyncFn(&'r mut Connection) -> Result<T, E>
            + AsyncOperation<&'r mut Connection, Result<T, E>, Fut: Send>
            + Send
            + Sync
            + 'a,
        T: Send + 'a,
        E: From<diesel::result::Error> + Send + 'a,
        'a: 's,
    {
        self.write_with(WriteOptions::default(), body)
    }

    /// Like [`write`](Self::write), with other isolation or another number of attempts.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub fn write_with<'s, 'a, T, E, F>(
        &'s self,
        options: WriteOptions,
        body: F,
    ) -> impl Future<Output = Result<T, E>> + Send + 's
    where
        for<'r> F: AsyncFn(&'r mut Connection) -> Result<T, E>
            + AsyncOperation<&'r mut Connection, Result<T, E>, Fut: Send>
            + Send
            + Sync
            + 'a,
        T: Send + 'a,
        E: From<diesel::result::Error> + Send + 'a,
        'a: 's,
    {
        let begin = self.begin(Begin::write().isolation(options.isolation));
        let work = async move {
            let mut attempt = 1;
            loop {
                let mut connection = self
                    .pool
                    .write()
                    .await
                    .map_err(diesel::result::Error::from)?;
                connection.begin(&begin).await?;
                connection.lend();
                let result = body(&mut connection).await;
                let result = finish(&mut connection, result).await;
                let again = result.is_err()
                    && connection.had_serialization_failure()
                    && attempt < options.attempts;
                if !again {
                    return result;
                }
                drop(connection);
                tracing::debug!(
                    attempt,
                    "another transaction came in between; running again"
                );
                tokio::time::sleep(pause_after(attempt)).await;
                attempt += 1;
            }
        };
        work.instrument(self.span("write"))
    }

    fn span(&self, what: &'static str) -> tracing::Span {
        let org = if self.setting.is_empty() {
            "none"
        } else {
            &self.setting
        };
        tracing::debug_span!("db", what, org)
    }
}

/// Ends the transaction as `result` says. An error of `body` comes before what
/// the rollback says, which it explains.
async fn finish<T, E>(connection: &mut Connection, result: Result<T, E>) -> Result<T, E>
where
    E: From<diesel::result::Error>,
{
    match result {
        Ok(value) => {
            connection.end_lent(End::Commit).await?;
            Ok(value)
        }
        Err(failure) => {
            // One that cannot be rolled back is closed by the pool.
            let _ = connection.end_lent(End::RollBack).await;
            Err(failure)
        }
    }
}

/// Doubling from 2 ms, times a random part: those that met once should not meet again.
fn pause_after(attempt: u32) -> Duration {
    let most_micros = 2_000_u64 << attempt.min(7);
    let random = std::hash::RandomState::new().build_hasher().finish();
    Duration::from_micros(most_micros / 2 + random % (most_micros / 2))
}

/// Permission to touch one organisation's rows.
///
/// Global tables can be read through it as well.
#[derive(Debug, Clone)]
pub struct OrgScope {
    scope: Scope,
    org: OrgId,
}

impl OrgScope {
    /// On PostgreSQL. The caller has authenticated `org`.
    #[must_use]
    pub fn new(pool: Pool, org: OrgId) -> Self {
        OrgScope {
            scope: Scope::new(pool, org.to_string()),
            org,
        }
    }

    /// Whose rows.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.org
    }
}

impl Deref for OrgScope {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.scope
    }
}

/// Permission to touch rows that belong to no organisation. Tenant tables show
/// nothing on PostgreSQL.
#[derive(Debug, Clone)]
pub struct GlobalScope {
    scope: Scope,
}

impl GlobalScope {
    /// A scope with no organisation.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        GlobalScope {
            scope: Scope::new(pool, String::new()),
        }
    }
}

impl Deref for GlobalScope {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.scope
    }
}
