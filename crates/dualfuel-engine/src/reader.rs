//! Reading without holding a connection.
//!
//! A handle that has no connection of its own: each statement borrows one from
//! the pool for as long as it runs. Nothing is held between statements, so a
//! task cannot wait for a connection that it holds itself, and a read costs one
//! round trip however it is scoped.

use std::sync::Arc;

use diesel::QueryResult;
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection};

use crate::connection::{Begin, RowStream, Running};
use crate::diesel_internals::CompiledQuery;
use crate::pool::{Pool, PooledConnection};
use crate::{Binds, Dual, DualRow, error};

/// Runs each statement in a transaction of its own, on any connection of a pool.
///
/// It is what `diesel_async::RunQueryDsl` takes as a connection: `query.load(&mut
/// reader)`. It only reads; a statement that writes is refused on both engines.
#[derive(Debug, Clone)]
pub struct Reader {
    pool: Pool,
    begin: Arc<Begin>,
}

impl Reader {
    /// A reader whose transactions begin like `begin`, made read-only.
    #[must_use]
    pub fn new(pool: Pool, begin: Begin) -> Self {
        Reader {
            pool,
            begin: Arc::new(Begin {
                read_only: true,
                ..begin
            }),
        }
    }

    /// Borrows a connection if one is idle; it keeps only what this reader may do.
    fn idle(&self) -> Option<PooledConnection> {
        let mut connection = self.pool.try_read()?;
        connection.set_each_statement(Some(Arc::clone(&self.begin)));
        Some(connection)
    }

    async fn wait(&self) -> QueryResult<PooledConnection> {
        let mut connection = self.pool.read().await?;
        connection.set_each_statement(Some(Arc::clone(&self.begin)));
        Ok(connection)
    }

    /// The query without its type, for when it has to wait for a connection. Its
    /// text is always built: which connection will run it is not known yet.
    fn compile<Q>(&self, query: &Q) -> QueryResult<CompiledQuery>
    where
        Q: QueryFragment<Dual> + QueryId,
    {
        CompiledQuery::new(query, self.pool.engine(), Binds::default(), |_| false)
    }
}

impl SimpleAsyncConnection for Reader {
    async fn batch_execute(&mut self, _: &str) -> QueryResult<()> {
        // Several statements could leave the transaction they were put in.
        Err(error::refused(
            error::sqlstate::READ_ONLY_TRANSACTION,
            "a reader runs one statement at a time; use a write transaction for a batch",
        ))
    }
}

impl AsyncConnectionCore for Reader {
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
        let query = source.as_query();
        match self.idle() {
            Some(mut connection) => match connection.start(&query) {
                Err(failure) => Running::done(Err(failure)),
                Ok(query) => match connection.load_at_once(query) {
                    Ok(result) => Running::done(result),
                    Err(query) => {
                        Running::pending(async move { connection.load_when_free(query).await })
                    }
                },
            },
            None => match self.compile(&query) {
                Err(failure) => Running::done(Err(failure)),
                Ok(query) => Running::pending(async move {
                    let mut connection = self.wait().await?;
                    connection.look_at_query(&query)?;
                    connection.load_when_free(query).await
                }),
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
        match self.compile(&source) {
            Err(failure) => Running::done(Err(failure)),
            Ok(query) => Running::pending(async move {
                let mut connection = self.wait().await?;
                connection.look_at_query(&query)?;
                connection.execute_when_free(query).await
            }),
        }
    }
}
