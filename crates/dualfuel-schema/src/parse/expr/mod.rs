//! Expressions: from `sqlparser`'s tree to the model's.
//!
//! Every node is read or refused by name; [`super::function`] does so for
//! functions, and [`super::idiom`] finds what the engines have no function
//! for and programs spell out.
//!
//! - `literal`: constants.
//! - `test`: LIKE, GLOB, IN, IS and their like.
//! - `conversion`: casts and functions that are keywords.

mod conversion;
mod literal;
mod test;

use sqlparser::{
    ast::{self, AccessExpr, BinaryOperator, Expr as Sql, Spanned, UnaryOperator},
    dialect::Precedence,
};

use super::{
    function, grammar, idiom, interval, pattern,
    reader::{Names, Read, Reader},
};
use crate::{
    Dialect, Engine, Refusal,
    model::{BinaryOp, DataType, Expr, Function, Literal, UnaryOp},
};
use conversion::is_fraction;
pub(super) use conversion::{cast, uncast_text};
pub(super) use literal::number;
use test::escaped_pattern;

impl Reader<'_> {
    /// An expression.
    pub(super) fn expr(&mut self) -> Read<Expr> {
        let parsed = self.parser.parse_expr();
        let sql = parsed.map_err(|error| self.refusal(&error))?;
        self.lift(&sql)
    }

    /// An expression up to what may follow a DEFAULT: `NOT NULL` is not part
    /// of it.
    pub(super) fn default_expr(&mut self) -> Read<Expr> {
        // What binds no tighter than `IS` is out: a `b_expr` of PostgreSQL.
        let is = grammar::of(self.dialect).prec_value(Precedence::Is);
        let parsed = self.parser.parse_subexpr(is);
        let sql = parsed.map_err(|error| self.refusal(&error))?;
        self.lift(&sql)
    }

    pub(super) fn no(&self, sql: &Sql, what: &str) -> Refusal {
        self.refuse_at(
            sql.span(),
            format!("{what} has no equal on the other engines"),
        )
    }

    pub(super) fn lift_all(&mut self, list: &[Sql]) -> Read<Vec<Expr>> {
        list.iter().map(|sql| self.lift(sql)).collect()
    }

    pub(super) fn boxed(&mut self, sql: &Sql) -> Read<Box<Expr>> {
        Ok(Box::new(self.lift(sql)?))
    }

    /// An expression of `sqlparser`. Chains of operators lean to the left and
    /// may be long, so they are walked without recursion.
    pub(super) fn lift(&mut self, sql: &Sql) -> Read<Expr> {
        let mut chain = Vec::new();
        let mut first = sql;
        while let Sql::BinaryOp { left, op, right } = first {
            chain.push((first, op, &**right));
            first = left;
        }
        let mut expr = self.lift_node(first)?;
        for (whole, op, right) in chain.into_iter().rev() {
            if let Some(seconds) = interval::since_1970(whole) {
                let seconds = self.lift(seconds)?;
                expr = Expr::call(Function::Datetime, vec![seconds, Expr::text("unixepoch")]);
                continue;
            }
            if let Some(interval) = interval::of(right) {
                expr = interval::later(expr, op, interval)
                    .ok_or_else(|| self.no(right, "an interval"))?;
                continue;
            }
            if let Some((pattern, escape)) = escaped_pattern(op, right) {
                expr = self.matches_escaped(whole, expr, op, (pattern, escape))?;
                continue;
            }
            let right = self.lift(right)?;
            expr = idiom::simplify(self.binary(whole, expr, op, right)?);
        }
        Ok(expr)
    }

    fn lift_node(&mut self, sql: &Sql) -> Read<Expr> {
        match sql {
            Sql::Nested(inner) => self.lift(inner),
            Sql::Value(value) => self.literal(sql, value),
            Sql::Identifier(_) | Sql::CompoundIdentifier(_) => self.column_reference(sql),
            Sql::Function(call) => {
                let call = function::call(self, sql, call)?;
                Ok(idiom::simplify(call))
            }
            Sql::Cast { .. }
            | Sql::Convert { .. }
            | Sql::TypedString(_)
            | Sql::AtTimeZone { .. } => {
                let cast = self.conversion(sql)?;
                Ok(idiom::simplify(cast))
            }
            // What PostgreSQL alone can say of what it alone has.
            Sql::Array(_) if self.dialect == Dialect::Postgres => Ok(Expr::Opaque {
                engine: Engine::Postgres,
                text: sql.to_string(),
            }),
            Sql::UnaryOp { op, expr } => self.unary(sql, *op, expr),
            Sql::Like { .. } | Sql::ILike { .. } => self.like(sql),
            Sql::RLike {
                negated,
                expr,
                pattern,
                ..
            } if self.dialect == Dialect::Mysql => {
                let expr = self.lift(expr)?;
                let pattern = self.lift(pattern)?;
                self.regex(sql, expr, pattern, *negated)
            }
            Sql::IsNull(_)
            | Sql::IsNotNull(_)
            | Sql::IsUnknown(_)
            | Sql::IsNotUnknown(_)
            | Sql::IsTrue(_)
            | Sql::IsNotTrue(_)
            | Sql::IsFalse(_)
            | Sql::IsNotFalse(_)
            | Sql::IsDistinctFrom(..)
            | Sql::IsNotDistinctFrom(..) => self.is(sql),
            Sql::InList { .. }
            | Sql::InSubquery { .. }
            | Sql::Between { .. }
            | Sql::AnyOp { .. }
            | Sql::AllOp { .. } => self.membership(sql),
            Sql::Extract { .. }
            | Sql::Ceil { .. }
            | Sql::Floor { .. }
            | Sql::Position { .. }
            | Sql::Substring { .. }
            | Sql::Trim { .. } => {
                let call = self.keyword_function(sql)?;
                Ok(idiom::simplify(call))
            }
            Sql::Case { .. } => self.case(sql),
            Sql::Collate { expr, collation } => self.collate(sql, expr, &collation.to_string()),
            Sql::Exists { subquery, negated } => Ok(Expr::Exists {
                negated: *negated,
                query: Box::new(self.lift_query(subquery)?),
            }),
            Sql::Subquery(query) => Ok(Expr::Subquery(Box::new(self.lift_query(query)?))),
            Sql::Tuple(list) => Ok(Expr::Row(self.lift_all(list)?)),
            Sql::Prefixed { prefix, value } => self.prefixed(sql, &prefix.value, value),
            other => Err(self.no(other, refused_name(other))),
        }
    }

    fn column_reference(&mut self, sql: &Sql) -> Read<Expr> {
        let parts: &[ast::Ident] = match sql {
            Sql::Identifier(ident) => std::slice::from_ref(ident),
            Sql::CompoundIdentifier(parts) => parts,
            other => return Err(self.no(other, "this")),
        };
        match parts {
            [column] => {
                let name = self.ident(column);
                if column.quote_style == Some('"')
                    && let Names::Only(columns) = &self.names
                    && !columns.contains(&name.folded())
                {
                    return Ok(Expr::text(name.as_str()));
                }
                Ok(Expr::Column {
                    table: None,
                    column: name,
                })
            }
            [table, column] => Ok(Expr::Column {
                table: Some(self.ident(table)),
                column: self.ident(column),
            }),
            [schema, table, column] if self.is_home(&self.ident(schema)) => Ok(Expr::Column {
                table: Some(self.ident(table)),
                column: self.ident(column),
            }),
            _ => Err(self.no(sql, "a column of another schema")),
        }
    }

    fn unary(&mut self, sql: &Sql, op: UnaryOperator, operand: &Sql) -> Read<Expr> {
        let op = match op {
            UnaryOperator::Not | UnaryOperator::BangNot => UnaryOp::Not,
            UnaryOperator::Minus => UnaryOp::Minus,
            UnaryOperator::Plus => UnaryOp::Plus,
            UnaryOperator::BitwiseNot => UnaryOp::BitNot,
            other => return Err(self.no(sql, &format!("the operator `{other}`"))),
        };
        let expr = self.lift(operand)?;
        Ok(match (op, expr) {
            // 2^63 alone is no integer, but its negative is.
            (UnaryOp::Minus, Expr::Literal(Literal::Number(digits)))
                if digits == "9223372036854775808" =>
            {
                Expr::integer(i64::MIN)
            }
            (UnaryOp::Not, Expr::Exists { negated, query }) => Expr::Exists {
                negated: !negated,
                query,
            },
            // `NOT GLOB`, which `sqlparser` has no node for.
            (UnaryOp::Not, Expr::Like(mut like)) if matches!(operand, Sql::BinaryOp { .. }) => {
                like.negated = !like.negated;
                Expr::Like(like)
            }
            (op, expr) => Expr::Unary {
                op,
                expr: Box::new(expr),
            },
        })
    }

    fn binary(&mut self, sql: &Sql, left: Expr, op: &BinaryOperator, right: Expr) -> Read<Expr> {
        let mysql = self.dialect == Dialect::Mysql;
        let op = match op {
            BinaryOperator::And => BinaryOp::And,
            BinaryOperator::Or => BinaryOp::Or,
            BinaryOperator::Eq => BinaryOp::Eq,
            BinaryOperator::NotEq => BinaryOp::NotEq,
            BinaryOperator::Lt => BinaryOp::Lt,
            BinaryOperator::LtEq => BinaryOp::LtEq,
            BinaryOperator::Gt => BinaryOp::Gt,
            BinaryOperator::GtEq => BinaryOp::GtEq,
            BinaryOperator::Spaceship => BinaryOp::Is,
            BinaryOperator::Plus => BinaryOp::Add,
            BinaryOperator::Minus => BinaryOp::Subtract,
            BinaryOperator::Multiply => BinaryOp::Multiply,
            // MySQL's `/` never truncates.
            BinaryOperator::Divide if mysql && !is_fraction(&left) => {
                return Ok(Expr::binary(
                    cast(left, DataType::Double),
                    BinaryOp::Divide,
                    right,
                ));
            }
            BinaryOperator::Divide | BinaryOperator::MyIntegerDivide => BinaryOp::Divide,
            BinaryOperator::Modulo => BinaryOp::Remainder,
            BinaryOperator::StringConcat if mysql => {
                return Err(self.refuse_at(
                    sql.span(),
                    "`||` is OR on MySQL unless PIPES_AS_CONCAT is set: write OR or concat()",
                ));
            }
            BinaryOperator::StringConcat => BinaryOp::Concat,
            BinaryOperator::BitwiseAnd => BinaryOp::BitAnd,
            BinaryOperator::BitwiseOr => BinaryOp::BitOr,
            BinaryOperator::PGBitwiseShiftLeft => BinaryOp::ShiftLeft,
            BinaryOperator::PGBitwiseShiftRight => BinaryOp::ShiftRight,
            BinaryOperator::PGExp => return Ok(Expr::call(Function::Power, vec![left, right])),
            BinaryOperator::PGLikeMatch => return self.matches(left, right, false, false, None),
            BinaryOperator::PGNotLikeMatch => return self.matches(left, right, true, false, None),
            BinaryOperator::PGILikeMatch => return self.matches(left, right, false, true, None),
            BinaryOperator::PGNotILikeMatch => return self.matches(left, right, true, true, None),
            BinaryOperator::Glob => {
                return pattern::glob(left, &right)
                    .ok_or_else(|| self.no(sql, "a GLOB whose pattern is no constant or has a class of another kind than `[a-z]`"));
            }
            BinaryOperator::PGRegexMatch => return self.regex(sql, left, right, false),
            BinaryOperator::PGRegexNotMatch => return self.regex(sql, left, right, true),
            BinaryOperator::Arrow
            | BinaryOperator::LongArrow
            | BinaryOperator::HashArrow
            | BinaryOperator::HashLongArrow => return self.json_operator(sql, left, op, right),
            other => return Err(self.no(sql, &format!("the operator `{other}`"))),
        };
        Ok(Expr::binary(left, op, right))
    }

    /// `json -> path`: a path, a key, or an index.
    fn json_operator(
        &mut self,
        sql: &Sql,
        json: Expr,
        op: &BinaryOperator,
        step: Expr,
    ) -> Read<Expr> {
        let steps = match op {
            BinaryOperator::Arrow | BinaryOperator::LongArrow => pattern::json_step(&step),
            _ => pattern::json_steps(&step),
        };
        let path = steps.ok_or_else(|| self.no(sql, "a JSON path that is no constant"))?;
        let function = match op {
            BinaryOperator::Arrow | BinaryOperator::HashArrow => Function::JsonGet,
            _ => Function::JsonExtract,
        };
        // A chain of steps is one path.
        if let Expr::Call(call) = &json
            && call.function == Function::JsonGet
            && let [inner, Expr::Literal(Literal::Text(start))] = call.args.as_slice()
        {
            let longer = format!("{start}{}", path.trim_start_matches('$'));
            return Ok(Expr::call(
                function,
                vec![inner.clone(), Expr::text(longer)],
            ));
        }
        Ok(Expr::call(function, vec![json, Expr::text(path)]))
    }

    fn case(&mut self, sql: &Sql) -> Read<Expr> {
        let Sql::Case {
            case_token: _,
            end_token: _,
            operand,
            conditions,
            else_result,
        } = sql
        else {
            return Err(self.no(sql, "this"));
        };
        let operand = operand.as_ref().map(|expr| self.boxed(expr)).transpose()?;
        let branches = conditions
            .iter()
            .map(|when| Ok((self.lift(&when.condition)?, self.lift(&when.result)?)))
            .collect::<Read<Vec<_>>>()?;
        let otherwise = else_result
            .as_ref()
            .map(|expr| self.boxed(expr))
            .transpose()?;
        Ok(idiom::simplify(Expr::Case {
            operand,
            branches,
            otherwise,
        }))
    }

    fn collate(&mut self, sql: &Sql, expr: &Sql, collation: &str) -> Read<Expr> {
        let expr = self.lift(expr)?;
        match self.collation(collation) {
            Some(crate::model::Collation::Binary) => Ok(expr),
            Some(crate::model::Collation::NoCase) => Ok(Expr::CollateNoCase(Box::new(expr))),
            _ => Err(self.no(sql, &format!("the collation `{collation}`"))),
        }
    }
}

/// The arguments of a call that has nothing but such.
fn arguments(call: &ast::Function) -> Option<Vec<&Sql>> {
    let ast::FunctionArguments::List(list) = &call.args else {
        return None;
    };
    let plain = |arg| match arg {
        &ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(ref expr)) => Some(expr),
        _ => None,
    };
    list.args.iter().map(plain).collect()
}

/// What is not read, by name.
fn refused_name(sql: &Sql) -> &'static str {
    match sql {
        Sql::CompoundFieldAccess { access_chain, .. }
            if access_chain
                .iter()
                .any(|access| matches!(access, AccessExpr::Subscript(_))) =>
        {
            "an array's element"
        }
        Sql::CompoundFieldAccess { .. } => "a field of a value",
        Sql::JsonAccess { .. } => "a JSON path of this kind",
        Sql::IsJson { .. } => "IS JSON",
        Sql::IsNormalized { .. } => "IS NORMALIZED",
        Sql::InUnnest { .. } => "IN UNNEST",
        Sql::SimilarTo { .. } => "SIMILAR TO",
        Sql::RLike { .. } => "a regular expression",
        Sql::Overlay { .. } => "OVERLAY",
        Sql::GroupingSets(_) | Sql::Cube(_) | Sql::Rollup(_) => "a grouping set",
        Sql::Struct { .. } | Sql::Named { .. } | Sql::Dictionary(_) | Sql::Map(_) => "a structure",
        Sql::Array(_) => "an array",
        Sql::Interval(_) => "an interval",
        Sql::MatchAgainst { .. } => "MATCH .. AGAINST",
        Sql::Wildcard(_) | Sql::QualifiedWildcard(..) => "`*` in this place",
        Sql::Lambda(_) => "a lambda",
        Sql::MemberOf(_) => "MEMBER OF",
        _ => "this",
    }
}
