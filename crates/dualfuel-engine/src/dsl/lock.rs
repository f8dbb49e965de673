//! Locking the rows that a query returns, for the rest of the transaction.
//!
//! On SQLite nothing has to be written: a writing transaction holds the whole
//! file from its start, so nobody else can change the rows.

use diesel::QueryResult;
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};

use crate::{Dual, Engine};

/// A query whose rows are locked. Made by [`DualQueryDsl::locked`].
#[derive(Debug, Clone, Copy)]
pub struct Locked<Q, const SKIP: bool>(Q);

impl<Q: QueryId, const SKIP: bool> QueryId for Locked<Q, SKIP>
where
    Q::QueryId: 'static,
{
    type QueryId = Locked<Q::QueryId, SKIP>;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q: Query, const SKIP: bool> Query for Locked<Q, SKIP> {
    type SqlType = Q::SqlType;
}

impl<Q: QueryFragment<Dual>, const SKIP: bool> QueryFragment<Dual> for Locked<Q, SKIP> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        if out.backend().engine() == Engine::Postgres {
            out.push_sql(if SKIP {
                " FOR UPDATE SKIP LOCKED"
            } else {
                " FOR UPDATE"
            });
        }
        Ok(())
    }
}

/// Locking the rows that a query returns.
///
/// # Examples
///
/// ```
/// use diesel::prelude::*;
/// use dualfuel_engine::dsl::DualQueryDsl as _;
/// use dualfuel_engine::{Engine, debug_sql};
///
/// diesel::table! { jobs { id -> Integer, done -> Bool, } }
///
/// let next = jobs::table.filter(jobs::done.eq(false)).order(jobs::id).limit(1).locked_skipping();
/// assert!(debug_sql(&next, Engine::Postgres)?.ends_with(" FOR UPDATE SKIP LOCKED"));
/// assert!(!debug_sql(&next, Engine::Sqlite)?.contains("FOR UPDATE"));
/// # Ok::<(), diesel::result::Error>(())
/// ```
pub trait DualQueryDsl: AsQuery + Sized {
    /// Locks the rows until the transaction ends; waits for whoever holds one.
    fn locked(self) -> Locked<Self::Query, false> {
        Locked(self.as_query())
    }

    /// Locks the rows until the transaction ends; leaves out those that someone holds.
    fn locked_skipping(self) -> Locked<Self::Query, true> {
        Locked(self.as_query())
    }
}

impl<Q: AsQuery> DualQueryDsl for Q {}
