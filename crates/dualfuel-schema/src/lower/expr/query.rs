//! Queries.

use super::{scope::Scope, sql::Sql, types::Type, writer::Writer};
use crate::{
    Refusal,
    model::{DataType, Expr, Query},
};

/// The type of a query's only column.
pub(super) fn first_column(scope: &Scope<'_>, query: &Query, depth: usize) -> Type {
    let _ = (scope, query, depth);
    Type::UNKNOWN
}

impl Writer<'_> {
    pub(super) fn subquery(
        &self,
        scope: &Scope<'_>,
        query: &Query,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        let _ = (scope, query, wanted);
        Err(Refusal::new("subqueries are not rendered yet"))
    }

    pub(super) fn exists(&self, scope: &Scope<'_>, query: &Query) -> Result<String, Refusal> {
        let _ = (scope, query);
        Err(Refusal::new("subqueries are not rendered yet"))
    }

    pub(super) fn in_query(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        negated: bool,
        query: &Query,
    ) -> Result<Sql, Refusal> {
        let _ = (scope, expr, negated, query);
        Err(Refusal::new("subqueries are not rendered yet"))
    }
}
