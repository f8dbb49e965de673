//! Expressions: from `sqlparser`'s tree to the model's.
//!
//! Every node is read or refused by name; [`super::function`] does so for
//! functions, and [`super::idiom`] finds what the engines have no function
//! for and programs spell out.

use sqlparser::{
    ast::{
        self, AccessExpr, BinaryOperator, CastKind, CeilFloorKind, DataType as SqlType,
        DateTimeField, Expr as Sql, Spanned, TrimWhereField, UnaryOperator, Value, ValueWithSpan,
    },
    dialect::Precedence,
};

use super::{
    function, grammar, idiom, interval, pattern,
    reader::{Names, Read, Reader},
    types::{self, Spelled},
};
use crate::{
    Dialect, Engine, Refusal,
    model::{BinaryOp, DataType, Expr, Function, Like, Literal, UnaryOp},
};

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

    // Names and constants.

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

    pub(super) fn literal(&self, sql: &Sql, value: &ValueWithSpan) -> Read<Expr> {
        let ValueWithSpan { value, span } = value;
        Ok(Expr::Literal(match value {
            Value::Number(digits, _) => number(digits),
            Value::SingleQuotedString(text)
            | Value::EscapedStringLiteral(text)
            | Value::UnicodeStringLiteral(text)
            | Value::NationalStringLiteral(text)
            | Value::DoubleQuotedString(text) => Literal::Text(text.clone()),
            Value::DollarQuotedString(text) => Literal::Text(text.value.clone()),
            Value::HexStringLiteral(digits) => {
                let offset = self.offset_in_text(*span);
                let plain = self
                    .sql
                    .get(offset..)
                    .is_some_and(|text| text.starts_with("0x"));
                if plain && matches!(self.dialect, Dialect::Sqlite | Dialect::Portable) {
                    // `0xffff_ffff_ffff_ffff` is -1 there.
                    let digits = digits.replace('_', "");
                    let bits = u64::from_str_radix(&digits, 16)
                        .map_err(|_| self.refuse_at(*span, "the number has more than 64 bits"))?;
                    return Ok(Expr::integer(bits.cast_signed()));
                }
                match bytes_of_hex(digits) {
                    Some(bytes) => Literal::Blob(bytes),
                    None => return Err(self.refuse_at(*span, "an odd number of hex digits")),
                }
            }
            Value::SingleQuotedByteStringLiteral(bits) if self.dialect == Dialect::Mysql => {
                match i64::from_str_radix(bits, 2) {
                    Ok(value) => Literal::Integer(value),
                    Err(_) => {
                        return Err(self.refuse_at(*span, "the bits are no number of 63 bits"));
                    }
                }
            }
            Value::Boolean(value) => Literal::Boolean(*value),
            Value::Null => Literal::Null,
            Value::Placeholder(_) => {
                return Err(self.refuse_at(*span, "a migration has no parameters"));
            }
            _ => return Err(self.no(sql, "a literal of this kind")),
        }))
    }

    /// MySQL's `_utf8mb4'text'` and `_binary'bytes'`.
    fn prefixed(&mut self, sql: &Sql, prefix: &str, value: &Sql) -> Read<Expr> {
        let value = self.lift(value)?;
        let prefix = prefix.to_ascii_lowercase();
        match (prefix.as_str(), value) {
            ("_utf8mb4" | "_utf8" | "_utf8mb3" | "_latin1" | "_ascii", text) => match text {
                Expr::Literal(Literal::Blob(bytes)) => match String::from_utf8(bytes) {
                    Ok(text) => Ok(Expr::text(text)),
                    Err(_) => Err(self.no(sql, "text that is not UTF-8")),
                },
                text => Ok(text),
            },
            ("_binary", Expr::Literal(Literal::Text(text))) => {
                Ok(Expr::Literal(Literal::Blob(text.into_bytes())))
            }
            ("_binary", bytes @ Expr::Literal(Literal::Blob(_))) => Ok(bytes),
            _ => Err(self.no(sql, &format!("the character set `{prefix}`"))),
        }
    }

    // Operators.

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

    fn like(&mut self, sql: &Sql) -> Read<Expr> {
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
    fn matches_escaped(
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
    fn regex(&mut self, sql: &Sql, expr: Expr, pattern: Expr, negated: bool) -> Read<Expr> {
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
    fn matches(
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

    fn is(&mut self, sql: &Sql) -> Read<Expr> {
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

    fn membership(&mut self, sql: &Sql) -> Read<Expr> {
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
    fn any(&mut self, sql: &Sql, left: &Sql, right: &Sql, negated: bool) -> Read<Expr> {
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

    // Conversions.

    fn conversion(&mut self, sql: &Sql) -> Read<Expr> {
        match sql {
            Sql::Cast {
                kind: CastKind::Cast | CastKind::DoubleColon,
                expr,
                data_type,
                format: None,
            } => self.cast(sql, expr, data_type),
            Sql::Convert {
                is_try: false,
                expr,
                data_type: Some(data_type),
                charset: None,
                target_before_value: _,
                styles,
            } if styles.is_empty() => self.cast(sql, expr, data_type),
            Sql::Convert {
                is_try: false,
                expr,
                data_type: None,
                charset: Some(charset),
                target_before_value: _,
                styles: _,
            } if charset.to_string().to_ascii_lowercase().starts_with("utf8") => self.lift(expr),
            Sql::TypedString(ast::TypedString {
                data_type,
                value,
                uses_odbc_syntax: _,
            }) => {
                let value = self.literal(sql, value)?;
                let data_type = self.cast_type(sql, data_type)?;
                Ok(cast(value, data_type))
            }
            Sql::AtTimeZone {
                timestamp,
                time_zone,
            } => {
                let zone = self.lift(time_zone)?;
                let utc = matches!(&uncast_text(zone), Expr::Literal(Literal::Text(zone))
                    if ["utc", "gmt", "etc/utc", "z"].contains(&zone.to_ascii_lowercase().as_str()));
                match self.lift(timestamp)? {
                    now @ Expr::Call(_) if utc && idiom::is_now(&now) => Ok(now),
                    _ => Err(self.no(sql, "AT TIME ZONE of anything but the present time in UTC")),
                }
            }
            other => Err(self.no(other, "a conversion of this kind")),
        }
    }

    fn cast(&mut self, sql: &Sql, operand: &Sql, data_type: &SqlType) -> Read<Expr> {
        // The others round, so what SQLite cuts off is cut off there first.
        let whole = self.dialect != Dialect::Sqlite
            && self
                .cast_type(sql, data_type)
                .is_ok_and(|data_type| data_type.family() == crate::model::Family::Integer);
        let value = self.lift(truncated(operand).filter(|_| whole).unwrap_or(operand))?;
        let spelled = data_type.to_string();
        // `nextval('seq'::regclass)`, and the oids of the catalogue.
        if spelled.eq_ignore_ascii_case("regclass") {
            return Ok(value);
        }
        // The text of an array is read where the array is used.
        if spelled.ends_with("[]")
            && matches!(
                value,
                Expr::Literal(Literal::Null | Literal::Text(_)) | Expr::Opaque { .. }
            )
        {
            return Ok(value);
        }
        let known = self.cast_type(sql, data_type);
        Ok(match (value, known) {
            (value, Ok(data_type)) => {
                let unchanged = matches!(
                    (&value, &data_type),
                    (Expr::Literal(Literal::Text(_)), DataType::Text)
                        | (Expr::Literal(Literal::Null), _)
                );
                if unchanged {
                    value
                } else {
                    bytes_of_text(cast(value, data_type))
                }
            }
            // A label of an enum: the enum is text everywhere else.
            (Expr::Literal(Literal::Text(label)), Err(_))
                if self.dialect == Dialect::Postgres
                    && is_plain_name(&spelled)
                    && !POSTGRES_ALONE.contains(&spelled.to_ascii_lowercase().as_str()) =>
            {
                Expr::text(label)
            }
            // A constant of a type that a column here may have.
            (value @ Expr::Literal(Literal::Text(_)), Err(_))
                if self.dialect == Dialect::Postgres
                    // A time and an interval make a time: that is computed with.
                    && !spelled.eq_ignore_ascii_case("interval")
                    && POSTGRES_ALONE.contains(&spelled.to_ascii_lowercase().as_str()) =>
            {
                cast(value, DataType::Other(spelled.to_ascii_lowercase()))
            }
            // Or a value of one, `USING state::text::new_state`.
            (value, Err(_))
                if self.dialect == Dialect::Postgres
                    && is_plain_name(&spelled)
                    && !POSTGRES_ALONE.contains(&spelled.to_ascii_lowercase().as_str()) =>
            {
                cast(value, DataType::Text)
            }
            (_, Err(refusal)) => return Err(refusal),
        })
    }

    fn cast_type(&mut self, sql: &Sql, data_type: &SqlType) -> Read<DataType> {
        let text = data_type.to_string();
        let mut reader = Reader::new(self.dialect, self.options, &text, 0)?;
        let spelled = reader.spelled_type()?;
        reader.end()?;
        // What MySQL's CAST calls CHAR is of any length, and a sign is all
        // that it knows of integers.
        let mysql_char = self.dialect == Dialect::Mysql && spelled.words == "CHAR";
        let known = if mysql_char {
            Some(match spelled.args.first() {
                Some(length) => DataType::Varchar(u32::try_from(*length).unwrap_or(u32::MAX)),
                None => DataType::Text,
            })
        } else {
            // No cast widens to 64 bits for Diesel's sake, or narrows.
            let options = super::ReadOptions::default();
            Some(&spelled)
                .filter(|Spelled { array, .. }| !array)
                .and_then(|spelled| types::lookup(self.dialect, options, spelled))
        };
        known.ok_or_else(|| self.no(sql, &format!("the type `{}`", text.to_lowercase())))
    }

    // Functions that are spelled with keywords.

    fn keyword_function(&mut self, sql: &Sql) -> Read<Expr> {
        Ok(match sql {
            Sql::Extract {
                field,
                syntax: _,
                expr,
            } => {
                let time = self.lift(expr)?;
                let part = match field {
                    DateTimeField::Epoch => "epoch",
                    DateTimeField::Year | DateTimeField::Years => "year",
                    DateTimeField::Month | DateTimeField::Months => "month",
                    DateTimeField::Day | DateTimeField::Days => "day",
                    DateTimeField::Hour | DateTimeField::Hours => "hour",
                    DateTimeField::Minute | DateTimeField::Minutes => "minute",
                    DateTimeField::Dow | DateTimeField::DayOfWeek => "dow",
                    DateTimeField::Doy | DateTimeField::DayOfYear => "doy",
                    DateTimeField::Custom(name) => &name.value.to_ascii_lowercase(),
                    other => return Err(self.no(sql, &format!("EXTRACT of {other}"))),
                };
                idiom::extract(part, time)
                    .ok_or_else(|| self.no(sql, &format!("EXTRACT of {part}")))?
            }
            Sql::Ceil {
                expr,
                field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime),
            } => Expr::call(Function::Ceil, vec![self.lift(expr)?]),
            Sql::Floor {
                expr,
                field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime),
            } => Expr::call(Function::Floor, vec![self.lift(expr)?]),
            Sql::Position { expr, r#in } => {
                let part = self.lift(expr)?;
                Expr::call(Function::Instr, vec![self.lift(r#in)?, part])
            }
            Sql::Substring {
                expr,
                substring_from: Some(from),
                substring_for,
                special: _,
                shorthand: _,
            } => {
                let mut args = vec![self.lift(expr)?, self.lift(from)?];
                if let Some(length) = substring_for {
                    args.push(self.lift(length)?);
                }
                Expr::call(Function::Substr, args)
            }
            Sql::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters,
            } => {
                let function = match trim_where {
                    None | Some(TrimWhereField::Both) => Function::Trim,
                    Some(TrimWhereField::Leading) => Function::Ltrim,
                    Some(TrimWhereField::Trailing) => Function::Rtrim,
                };
                let mut args = vec![self.lift(expr)?];
                if let Some(what) = trim_what {
                    args.push(self.lift(what)?);
                }
                for what in trim_characters.iter().flatten() {
                    args.push(self.lift(what)?);
                }
                Expr::call(function, args)
            }
            other => return Err(self.no(other, "this form of the function")),
        })
    }
}

/// What `trunc(x)` or `truncate(x, 0)` cuts the fraction off.
fn truncated(sql: &Sql) -> Option<&Sql> {
    let call = match sql {
        Sql::Nested(inner) => return truncated(inner),
        Sql::Function(call) => call,
        _ => return None,
    };
    let name = call.name.to_string();
    match arguments(call).as_deref()? {
        [operand] if name.eq_ignore_ascii_case("trunc") => Some(operand),
        [operand, Sql::Value(places)]
            if name.eq_ignore_ascii_case("truncate")
                && matches!(&places.value, Value::Number(digits, _) if digits == "0") =>
        {
            Some(operand)
        }
        _ => None,
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

/// The arguments of `like_escape`, where it is what an operator matches with.
fn escaped_pattern<'s>(op: &BinaryOperator, right: &'s Sql) -> Option<(&'s Sql, &'s Sql)> {
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

/// A whole number of 64 bits, or the digits as they are.
pub(super) fn number(digits: &str) -> Literal {
    let plain = digits.replace('_', "");
    match plain.parse() {
        Ok(value) => Literal::Integer(value),
        Err(_) => Literal::Number(plain),
    }
}

/// `CAST(expr AS type)`.
pub(super) fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        expr: Box::new(expr),
        data_type,
    }
}

/// PostgreSQL's `'\x6162'::bytea`.
fn bytes_of_text(expr: Expr) -> Expr {
    if let Expr::Cast {
        expr: inner,
        data_type: DataType::Blob,
    } = &expr
        && let Expr::Literal(Literal::Text(text)) = &**inner
        && let Some(bytes) = text.strip_prefix("\\x").and_then(bytes_of_hex)
    {
        return Expr::Literal(Literal::Blob(bytes));
    }
    expr
}

/// The text inside `'..'::text`.
pub(super) fn uncast_text(expr: Expr) -> Expr {
    match expr {
        Expr::Cast {
            expr,
            data_type: DataType::Text | DataType::Varchar(_),
        } if matches!(*expr, Expr::Literal(Literal::Text(_))) => *expr,
        other => other,
    }
}

fn is_fraction(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(Literal::Number(_)))
        || matches!(expr, Expr::Cast { data_type, .. }
            if data_type.family() == crate::model::Family::Number)
}

/// Types of PostgreSQL's own that are no enums and have no equal elsewhere.
const POSTGRES_ALONE: [&str; 32] = [
    "bit",
    "box",
    "cidr",
    "circle",
    "citext",
    "daterange",
    "hstore",
    "inet",
    "int4range",
    "int8range",
    "interval",
    "jsonpath",
    "line",
    "lseg",
    "ltree",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numrange",
    "oid",
    "path",
    "point",
    "polygon",
    "regclass",
    "regtype",
    "tsquery",
    "tsrange",
    "tstzrange",
    "tsvector",
    "vector",
    "xml",
];

fn is_plain_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'))
}

fn bytes_of_hex(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}
