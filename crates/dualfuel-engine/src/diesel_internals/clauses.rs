//! The clauses that SQLite and PostgreSQL spell differently.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::insertable::{
    CanInsertInSingleQuery, ColumnInsertValue, DefaultableColumnInsertValue, InsertValues,
};
use diesel::prelude::*;
use diesel::query_builder::NoFromClause;
use diesel::query_builder::{
    AstPass, BatchInsert, BoxedLimitOffsetClause, IntoBoxedClause, LimitOffsetClause,
    ParenthesisWrapper, QueryFragment, ValuesClause,
};
use diesel::result::Error;

use super::backend::{DualBatchInsert, DualInsertDefault};
use super::{Dual, DualQueryBuilder};
use crate::Engine;

// SQLite knows `OFFSET` only after a `LIMIT`; -1 is "no limit" (SQLite manual, SELECT).
const NO_LIMIT: &str = " LIMIT -1 ";

// Where the whole of a LIMIT is a parameter, SQLite plans for its value, and so
// prepares the statement anew each time it is bound: four times the time of a
// point read with `first`. A sum it leaves alone (`sqlite3ExprIsInteger`).
const NOT_A_PARAMETER: &str = " + 0";

impl<L, O> QueryFragment<Dual> for LimitOffsetClause<L, O>
where
    L: QueryFragment<Dual>,
    O: QueryFragment<Dual>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        let backend = *out.backend();
        let has_limit = !self.limit_clause.is_noop(&backend)?;
        self.limit_clause.walk_ast(out.reborrow())?;
        if backend.engine() == Engine::Sqlite {
            if has_limit {
                out.push_sql(NOT_A_PARAMETER);
            } else if !self.offset_clause.is_noop(&backend)? {
                out.push_sql(NO_LIMIT);
            }
        }
        self.offset_clause.walk_ast(out.reborrow())
    }
}

impl QueryFragment<Dual> for BoxedLimitOffsetClause<'_, Dual> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        let backend = *out.backend();
        let is_noop = |clause: &Option<Box<dyn QueryFragment<Dual> + Send + '_>>| match clause {
            Some(clause) => clause.is_noop(&backend),
            None => Ok(true),
        };
        let has_limit = !is_noop(&self.limit)?;
        if let Some(limit) = &self.limit {
            limit.walk_ast(out.reborrow())?;
        }
        if backend.engine() == Engine::Sqlite {
            if has_limit {
                out.push_sql(NOT_A_PARAMETER);
            } else if !is_noop(&self.offset)? {
                out.push_sql(NO_LIMIT);
            }
        }
        if let Some(offset) = &self.offset {
            offset.walk_ast(out.reborrow())?;
        }
        Ok(())
    }
}

impl<'a, L, O> IntoBoxedClause<'a, Dual> for LimitOffsetClause<L, O>
where
    L: QueryFragment<Dual> + Send + 'a,
    O: QueryFragment<Dual> + Send + 'a,
{
    type BoxedClause = BoxedLimitOffsetClause<'a, Dual>;

    fn into_boxed(self) -> Self::BoxedClause {
        BoxedLimitOffsetClause {
            limit: Some(Box::new(self.limit_clause)),
            offset: Some(Box::new(self.offset_clause)),
        }
    }
}

// `UNION` and its kin: SQLite takes no parentheses round a part, a subselect does the same.
impl<T: QueryFragment<Dual>> QueryFragment<Dual> for ParenthesisWrapper<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        out.push_sql(match out.backend().engine() {
            Engine::Sqlite => "SELECT * FROM (",
            Engine::Postgres => "(",
        });
        self.inner.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

mod combinations {
    use diesel::query_builder::{
        All, Distinct, Except, Intersect, SupportsCombinationClause, Union,
    };

    use super::Dual;

    impl SupportsCombinationClause<Union, Distinct> for Dual {}
    impl SupportsCombinationClause<Union, All> for Dual {}
    impl SupportsCombinationClause<Intersect, Distinct> for Dual {}
    impl SupportsCombinationClause<Except, Distinct> for Dual {}
}

// SQLite has no DEFAULT keyword in VALUES, so there the column and its value are both left out.
impl<E: QueryFragment<Dual>> QueryFragment<Dual, DualInsertDefault>
    for DefaultableColumnInsertValue<E>
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        match self {
            Self::Expression(expression) => expression.walk_ast(out),
            Self::Default => {
                if out.backend().engine() == Engine::Postgres {
                    out.push_sql("DEFAULT");
                }
                Ok(())
            }
        }
    }
}

impl<Col, E> InsertValues<Dual, Col::Table>
    for DefaultableColumnInsertValue<ColumnInsertValue<Col, E>>
where
    Col: Column,
    E: Expression<SqlType = Col::SqlType> + AppearsOnTable<NoFromClause>,
    Self: QueryFragment<Dual>,
{
    fn column_names(&self, mut out: AstPass<'_, '_, Dual>) -> QueryResult<()> {
        match (self, out.backend().engine()) {
            (Self::Default, Engine::Sqlite) => Ok(()),
            _ => out.push_identifier(Col::NAME),
        }
    }
}

impl<T, Tab, Id, const STATIC: bool> CanInsertInSingleQuery<Dual>
    for BatchInsert<Vec<T>, Tab, Id, STATIC>
{
    fn rows_to_insert(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

/// Writes the column list of one row, to compare it with the first row's.
struct ColumnNames<'a, V, Tab>(&'a V, PhantomData<Tab>);

impl<V, Tab> QueryFragment<Dual> for ColumnNames<'_, V, Tab>
where
    V: InsertValues<Dual, Tab>,
    Tab: Table,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        self.0.column_names(out)
    }
}

fn write_column_names<V, Tab>(values: &V, to: &mut DualQueryBuilder) -> QueryResult<()>
where
    V: InsertValues<Dual, Tab>,
    Tab: Table,
{
    ColumnNames::<V, Tab>(values, PhantomData).to_sql(to, Dual::of(to.engine()))
}

impl<Tab, V, Id, const STATIC: bool> QueryFragment<Dual, DualBatchInsert>
    for BatchInsert<Vec<ValuesClause<V, Tab>>, Tab, Id, STATIC>
where
    Tab: Table,
    ValuesClause<V, Tab>: QueryFragment<Dual>,
    V: QueryFragment<Dual> + InsertValues<Dual, Tab>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        if !STATIC {
            out.unsafe_to_cache_prepared();
        }
        let mut rows = self.values.iter();
        let Some(first) = rows.next() else {
            return Ok(());
        };
        first.walk_ast(out.reborrow())?;
        // Diesel's column list comes from the first row. On SQLite a row that
        // leaves out other columns would slip under it one column to the left.
        // Rows that can differ have their text written each time: see `QueryKey`.
        let backend = *out.backend();
        let mut columns = if backend.engine() == Engine::Sqlite && backend.writes_text() {
            let mut columns = DualQueryBuilder::new(Engine::Sqlite);
            write_column_names::<V, Tab>(&first.values, &mut columns)?;
            Some(columns)
        } else {
            None
        };
        for row in rows {
            if let Some(columns) = &mut columns
                && !columns.is_repeated(|again| write_column_names::<V, Tab>(&row.values, again))?
            {
                return Err(Error::QueryBuilderError(
                    "SQLite cannot insert rows in one batch when some leave a column to its \
                     default and others set it: give every row the same columns, or insert the \
                     two kinds separately"
                        .into(),
                ));
            }
            out.push_sql(", (");
            row.values.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        Ok(())
    }
}
