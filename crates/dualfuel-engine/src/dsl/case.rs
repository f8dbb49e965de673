//! Comparing text without regard to case: A to Z on both engines, and no other letters.
//!
//! SQLite folds ASCII only, PostgreSQL as the collation says. Under `COLLATE "C"`
//! it folds ASCII only too, so the same rows match on both.

use diesel::QueryResult;
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, ValidGrouping,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, SqlType, Text};

use crate::{Dual, Engine};

/// `left` matches the pattern `right`, whatever the case of A to Z. Made by
/// [`DualTextMethods::ci_like`].
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct CiLike<L, R> {
    left: L,
    right: R,
}

/// `left`, which is in lower case already, equals the lower case of `right`. Made
/// by [`DualTextMethods::ci_eq`].
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct CiEq<L, R> {
    left: L,
    right: R,
}

macro_rules! boolean_of_two {
    ($($name:ident)*) => {$(
        impl<L: Expression, R: Expression> Expression for $name<L, R> {
            type SqlType = Bool;
        }

        impl<L, R, QS> AppearsOnTable<QS> for $name<L, R>
        where
            Self: Expression,
            L: AppearsOnTable<QS>,
            R: AppearsOnTable<QS>,
        {
        }

        impl<L, R, QS> SelectableExpression<QS> for $name<L, R>
        where
            Self: AppearsOnTable<QS>,
            L: SelectableExpression<QS>,
            R: SelectableExpression<QS>,
        {
        }
    )*};
}

boolean_of_two! { CiLike CiEq }

impl<L: QueryFragment<Dual>, R: QueryFragment<Dual>> QueryFragment<Dual> for CiLike<L, R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        let (open, middle, close) = match out.backend().engine() {
            Engine::Sqlite => ("(lower(", ") LIKE lower(", ") ESCAPE '\\')"),
            Engine::Postgres => ("(", " COLLATE \"C\" ILIKE ", ")"),
        };
        out.push_sql(open);
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(middle);
        self.right.walk_ast(out.reborrow())?;
        out.push_sql(close);
        Ok(())
    }
}

impl<L: QueryFragment<Dual>, R: QueryFragment<Dual>> QueryFragment<Dual> for CiEq<L, R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Dual>) -> QueryResult<()> {
        let (middle, close) = match out.backend().engine() {
            Engine::Sqlite => (" = lower(", "))"),
            Engine::Postgres => (" = lower(", " COLLATE \"C\"))"),
        };
        out.push_sql("(");
        self.left.walk_ast(out.reborrow())?;
        out.push_sql(middle);
        self.right.walk_ast(out.reborrow())?;
        out.push_sql(close);
        Ok(())
    }
}

/// Comparing text without regard to case.
///
/// # Examples
///
/// ```
/// use diesel::prelude::*;
/// use dualfuel_engine::dsl::DualTextMethods as _;
/// use dualfuel_engine::{Engine, debug_sql};
///
/// diesel::table! { aliases { id -> Integer, name -> Text, name_ci -> Text, } }
///
/// let query = aliases::table.filter(aliases::name_ci.ci_eq("Llama")).select(aliases::id);
/// let sql = debug_sql(&query, Engine::Sqlite)?;
/// assert!(sql.ends_with(r#"("aliases"."name_ci" = lower(?))"#), "{sql}");
/// # Ok::<(), diesel::result::Error>(())
/// ```
pub trait DualTextMethods: Expression<SqlType = Text> + Sized {
    /// Matches a pattern with `%` and `_`, whatever the case of A to Z; `\` takes
    /// the special meaning from the character after it.
    fn ci_like<R: AsExpression<Text>>(self, pattern: R) -> CiLike<Self, R::Expression>
    where
        Text: SqlType,
    {
        CiLike {
            left: self,
            right: pattern.as_expression(),
        }
    }

    /// Compares a column that holds lower case, such as a generated column
    /// `name_ci`, with a text of any case. An index on the column is used.
    fn ci_eq<R: AsExpression<Text>>(self, text: R) -> CiEq<Self, R::Expression>
    where
        Text: SqlType,
    {
        CiEq {
            left: self,
            right: text.as_expression(),
        }
    }
}

impl<T: Expression<SqlType = Text>> DualTextMethods for T {}
