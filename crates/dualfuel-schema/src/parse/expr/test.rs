//! Tests by pattern and by membership: LIKE, GLOB, regular expressions, IN, ANY.

use sqlparser::ast::{self, BinaryOperator, Expr as Sql};

use crate::parse::{
    pattern,
    reader::{Read, Reader},
};
use crate::{
    Dialect, Engine,
    model::{BinaryOp, Expr, Function, Like, Literal, UnaryOp},
};

use super::{arguments, uncast_text};

impl Reader<'_> {
    pub(super) fn like(&mut self, sql: &Sql) -> Read<Expr> {
        let (negated, any, expr, pattern, escape, insensitive) = match sql {
            Sql::Like {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => {
                let sqlite = matches!(self.dialect, Dialect::Sqlite | Dialect::Portable);
                (*negated, *any, expr, pattern, escape_char, sqlite)
            }
            Sql::ILike {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => (*negated, *any, expr, pattern, escape_char, true),
            other => return Err(self.no(other, "this")),
        };
        if any {
            return Err(self.no(sql, "LIKE ANY"));
        }
        let escape = match escape {
            None => None,
            Some(escape) => match self.lift(escape)? {
                Expr::Literal(Literal::Text(text)) => Some(text),
                _ => return Err(self.no(sql, "an ESCAPE that is no constant")),
            },
        };
        let expr = self.lift(expr)?;
        let pattern = self.lift(pattern)?;
        self.matches(expr, pattern, negated, insensitive, escape)
    }

    /// PostgreSQL's catalogue spells `a LIKE p ESCAPE e` as `a ~~ like_escape(p, e)`.
    pub(super) fn matches_escaped(
        &mut self,
        sql: &Sql,
        expr: Expr,
        op: &BinaryOperator,
        (pattern, escape): (&Sql, &Sql),
    ) -> Read<Expr> {
        let pattern = self.lift(pattern)?;
        let Expr::Literal(Literal::Text(escape)) = uncast_text(self.lift(escape)?) else {
            return Err(self.no(sql, "an ESCAPE that is no constant"));
        };
        let negated = matches!(
            op,
            BinaryOperator::PGNotLikeMatch | BinaryOperator::PGNotILikeMatch
        );
        let insensitive = matches!(
            op,
            BinaryOperator::PGILikeMatch | BinaryOperator::PGNotILikeMatch
        );
        self.matches(expr, pattern, negated, insensitive, Some(escape))
    }

    /// A regular expression: only one that is a GLOB, as the lowering writes it.
    pub(super) fn regex(
        &mut self,
        sql: &Sql,
        expr: Expr,
        pattern: Expr,
        negated: bool,
    ) -> Read<Expr> {
        let engine = if self.dialect == Dialect::Mysql {
            Engine::Mariadb
        } else {
            Engine::Postgres
        };
        let glob = pattern::regex(engine, expr, &uncast_text(pattern))
            .ok_or_else(|| self.no(sql, "a regular expression"))?;
        Ok(match negated {
            false => glob,
            true => Expr::Unary {
                op: UnaryOp::Not,
                expr: Box::new(glob),
            },
        })
    }

    /// A LIKE. PostgreSQL and MySQL escape with a backslash unless told
    /// otherwise, SQLite with nothing.
    pub(super) fn matches(
        &mut self,
        expr: Expr,
        pattern: Expr,
        negated: bool,
        case_insensitive: bool,
        escape: Option<String>,
    ) -> Read<Expr> {
        let backslash = matches!(self.dialect, Dialect::Postgres | Dialect::Mysql);
        let pattern = uncast_text(pattern);
        let escape = match escape {
            Some(text) => text.chars().next(),
            None if backslash => match &pattern {
                Expr::Literal(Literal::Text(text)) if text.contains('\\') => Some('\\'),
                _ => None,
            },
            None => None,
        };
        // MariaDB has no ILIKE, so one is lowered to `lower(a) LIKE lower(b)`.
        let (expr, pattern, folded) = match (expr, pattern) {
            (Expr::Call(left), Expr::Call(right))
                if self.dialect == Dialect::Mysql
                    && left.function == Function::Lower
                    && right.function == Function::Lower =>
            {
                match (left.args.as_slice(), right.args.as_slice()) {
                    ([left], [right]) => (left.clone(), right.clone(), true),
                    _ => (Expr::Call(left), Expr::Call(right), false),
                }
            }
            (expr, pattern) => (expr, pattern, false),
        };
        Ok(Expr::Like(Box::new(Like {
            expr,
            pattern,
            negated,
            escape,
            case_insensitive: case_insensitive || folded,
        })))
    }

    pub(super) fn is(&mut self, sql: &Sql) -> Read<Expr> {
        let truth = |expr: Expr, op: BinaryOp, value: bool| {
            Expr::binary(expr, op, Expr::Literal(Literal::Boolean(value)))
        };
        Ok(match sql {
            Sql::IsNull(expr) | Sql::IsUnknown(expr) => Expr::IsNull {
                expr: self.boxed(expr)?,
                negated: false,
            },
            Sql::IsNotNull(expr) | Sql::IsNotUnknown(expr) => Expr::IsNull {
                expr: self.boxed(expr)?,
                negated: true,
            },
            Sql::IsTrue(expr) => truth(self.lift(expr)?, BinaryOp::Is, true),
            Sql::IsNotTrue(expr) => truth(self.lift(expr)?, BinaryOp::IsNot, true),
            Sql::IsFalse(expr) => truth(self.lift(expr)?, BinaryOp::Is, false),
            Sql::IsNotFalse(expr) => truth(self.lift(expr)?, BinaryOp::IsNot, false),
            Sql::IsNotDistinctFrom(left, right) => {
                Expr::binary(self.lift(left)?, BinaryOp::Is, self.lift(right)?)
            }
            Sql::IsDistinctFrom(left, right) => {
                Expr::binary(self.lift(left)?, BinaryOp::IsNot, self.lift(right)?)
            }
            other => return Err(self.no(other, "this")),
        })
    }

    pub(super) fn membership(&mut self, sql: &Sql) -> Read<Expr> {
        Ok(match sql {
            Sql::InList {
                expr,
                list,
                negated,
            } => Expr::InList {
                expr: self.boxed(expr)?,
                negated: *negated,
                list: self.lift_all(list)?,
            },
            Sql::InSubquery {
                expr,
                subquery,
                negated,
            } => Expr::InQuery {
                expr: self.boxed(expr)?,
                negated: *negated,
                query: Box::new(self.lift_query(subquery)?),
            },
            Sql::Between {
                expr,
                negated,
                low,
                high,
            } => Expr::Between {
                expr: self.boxed(expr)?,
                negated: *negated,
                low: self.boxed(low)?,
                high: self.boxed(high)?,
            },
            Sql::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                is_some: _,
            } => self.any(sql, left, right, false)?,
            Sql::AllOp {
                left,
                compare_op: BinaryOperator::NotEq,
                right,
            } => self.any(sql, left, right, true)?,
            other => return Err(self.no(other, "ANY and ALL with this operator")),
        })
    }

    /// PostgreSQL's `x = ANY (ARRAY['a'::text, ..])`, which is how its
    /// catalogue spells `x IN ('a', ..)`.
    pub(super) fn any(&mut self, sql: &Sql, left: &Sql, right: &Sql, negated: bool) -> Read<Expr> {
        let mut array = right;
        loop {
            array = match array {
                Sql::Nested(inner) => inner,
                Sql::Cast { expr, .. } => expr,
                _ => break,
            };
        }
        let expr = self.boxed(left)?;
        let list = match array {
            Sql::Array(ast::Array { elem, named: _ }) => self.lift_all(elem)?,
            Sql::Value(value) => match self.literal(array, value)? {
                Expr::Literal(Literal::Text(text)) => pattern::text_array(&text)
                    .ok_or_else(|| self.no(sql, "an array of this kind"))?
                    .into_iter()
                    .map(Expr::text)
                    .collect(),
                _ => return Err(self.no(sql, "an array of this kind")),
            },
            Sql::Subquery(query) => {
                return Ok(Expr::InQuery {
                    expr,
                    negated,
                    query: Box::new(self.lift_query(query)?),
                });
            }
            other => return Err(self.no(other, "an array that is no constant")),
        };
        Ok(Expr::InList {
            expr,
            negated,
            list,
        })
    }
}

/// The arguments of `like_escape`, where it is what an operator matches with.
pub(super) fn escaped_pattern<'s>(
    op: &BinaryOperator,
    right: &'s Sql,
) -> Option<(&'s Sql, &'s Sql)> {
    let matches = matches!(
        op,
        BinaryOperator::PGLikeMatch
            | BinaryOperator::PGNotLikeMatch
            | BinaryOperator::PGILikeMatch
            | BinaryOperator::PGNotILikeMatch
    );
    let Sql::Function(call) = right else {
        return None;
    };
    match arguments(call)?.as_slice() {
        [pattern, escape]
            if matches && call.name.to_string().eq_ignore_ascii_case("like_escape") =>
        {
            Some((pattern, escape))
        }
        _ => None,
    }
}
