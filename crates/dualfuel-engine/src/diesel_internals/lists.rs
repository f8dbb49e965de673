//! `eq_any` and `ne_all` with a list bind one value, whatever the list's length.
//!
//! So the SQL text does not depend on the length and the statement is prepared
//! once. PostgreSQL compares with an array; SQLite unpacks a JSON array, for
//! which it uses the left side's index as for any subselect.

use diesel::QueryResult;
use diesel::internal::derives::multiconnection::array_comparison::{In, InExpression, Many, NotIn};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, HasSqlType, SingleValue};

use super::Dual;
use super::backend::DualLists;
use crate::Engine;

impl<L, V> QueryFragment<Dual, DualLists> for In<L, V>
where
    L: QueryFragment<Dual>,
    V: QueryFragment<Dual> + InExpression,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(match out.backend().engine() {
            Engine::Sqlite => " IN (",
            Engine::Postgres => " = ANY(",
        });
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<L, V> QueryFragment<Dual, DualLists> for NotIn<L, V>
where
    L: QueryFragment<Dual>,
    V: QueryFragment<Dual> + InExpression,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(match out.backend().engine() {
            Engine::Sqlite => " NOT IN (",
            Engine::Postgres => " != ALL(",
        });
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<ST, I> QueryFragment<Dual, DualLists> for Many<ST, I>
where
    ST: SingleValue + 'static,
    I: ToSql<ST, Dual>,
    Dual: HasSqlType<ST>,
    Vec<I>: ToSql<Array<ST>, Dual>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        match out.backend().engine() {
            Engine::Sqlite => {
                out.push_sql("SELECT value FROM json_each(");
                out.push_bind_param::<Array<ST>, Vec<I>>(&self.values)?;
                out.push_sql(")");
                Ok(())
            }
            Engine::Postgres => out.push_bind_param::<Array<ST>, Vec<I>>(&self.values),
        }
    }
}
