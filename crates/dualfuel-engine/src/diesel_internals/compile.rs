//! From a typed query to what a driver runs: a cache key, SQL text, and binds.

use std::any::TypeId;
use std::sync::Arc;

use diesel::QueryResult;
use diesel::query_builder::{QueryBuilder, QueryFragment, QueryId};

use super::{Binds, Dual, DualQueryBuilder};
use crate::Engine;

/// What a prepared statement is cached under.
///
/// Diesel gives most queries a type that determines their SQL; then the text
/// need not even be built. Queries whose text depends on values (boxed queries,
/// batches, `sql_query`, rows that leave a column to its default) are known by
/// their text. Native Diesel prepares those anew each time, which is why they are
/// the ones that gain most here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum QueryKey {
    Type(TypeId),
    Text(Arc<str>),
}

/// A query without its type: owned and `Send`, so that it can wait, be retried and move.
#[derive(Debug, Clone)]
pub(crate) struct CompiledQuery {
    pub(crate) key: QueryKey,
    /// Absent when the key is a type that the driver said it knows.
    pub(crate) sql: Option<Arc<str>>,
    pub(crate) binds: Binds,
}

impl CompiledQuery {
    /// `binds` is empty; what it has room for is not allocated again. `is_known`
    /// says whether the driver has the SQL of this key already.
    pub(crate) fn new<Q>(
        query: &Q,
        engine: Engine,
        mut binds: Binds,
        is_known: impl FnOnce(&QueryKey) -> bool,
    ) -> QueryResult<Self>
    where
        Q: QueryFragment<Dual> + QueryId,
    {
        query.collect_binds(&mut binds, &mut { engine }, Dual::for_binds(engine))?;
        let (key, sql) = match Q::query_id() {
            // An array of rows has one type, whatever its rows leave to their defaults.
            Some(id) if query.is_safe_to_cache_prepared(Dual::of(engine))? => {
                let key = QueryKey::Type(id);
                let sql = if is_known(&key) {
                    None
                } else {
                    Some(sql_of(query, engine)?)
                };
                (key, sql)
            }
            _ => {
                let sql = sql_of(query, engine)?;
                (QueryKey::Text(Arc::clone(&sql)), Some(sql))
            }
        };
        Ok(CompiledQuery { key, sql, binds })
    }
}

fn sql_of<Q: QueryFragment<Dual>>(query: &Q, engine: Engine) -> QueryResult<Arc<str>> {
    let mut builder = DualQueryBuilder::new(engine);
    query.to_sql(&mut builder, Dual::of(engine))?;
    Ok(builder.finish().into())
}

/// The SQL that `engine` is sent for `query`, without the values of its binds.
///
/// `diesel::debug_query` shows PostgreSQL's; this shows either.
///
/// # Errors
///
/// `QueryBuilderError`, when the query cannot be written for that engine.
///
/// # Examples
///
/// ```
/// use diesel::prelude::*;
/// use dualfuel_engine::{Engine, debug_sql};
///
/// diesel::table! { users { id -> Integer, name -> Text, } }
///
/// let query = users::table.filter(users::id.eq_any([1, 2])).select(users::name);
/// let sql = debug_sql(&query, Engine::Postgres)?;
/// assert!(sql.ends_with(r#"WHERE ("users"."id" = ANY($1))"#), "{sql}");
/// # Ok::<(), diesel::result::Error>(())
/// ```
pub fn debug_sql<Q: QueryFragment<Dual>>(query: &Q, engine: Engine) -> QueryResult<String> {
    sql_of(query, engine).map(|sql| sql.to_string())
}
