//! Whether two texts of one engine are one expression.
//!
//! What has no place in the model can't be compared in normal form. But what
//! a lowering wrote and what the engine's catalogue made of it can be held
//! against each other, for an engine changes little: it adds and drops
//! parentheses, spells operators as words or signs, and writes out the casts
//! that it makes by itself. Both texts are parsed, so parentheses count for
//! what they group; a cast that only one of them has counts as none only where
//! the engine would have made it anyhow. Whatever is not known to be the same
//! is different: that costs a needless report, the contrary would hide one.

use sqlparser::ast::{
    BinaryOperator, CaseWhen, DataType as SqlType, Expr as Sql, Function, FunctionArg,
    FunctionArgExpr, FunctionArguments, Ident, UnaryOperator, Value,
};

use super::{
    ReadOptions, interval, lex,
    reader::{Reader, on_own_stack},
};
use crate::{
    Dialect,
    model::{Family, Name, Table},
};

/// Whether what an engine's catalogue spells as `found` is what it was told
/// as `written`. Columns are those of `table`.
pub(crate) fn alike(dialect: Dialect, table: &Table, found: &str, written: &str) -> bool {
    let parsed = || {
        let (found, written) = (tree(dialect, found)?, tree(dialect, written)?);
        Some(Spelling { dialect, table }.same(&found, &written))
    };
    match on_own_stack(parsed) {
        Some(Some(same)) => same,
        _ => bare_words(dialect, found) == bare_words(dialect, written),
    }
}

fn tree(dialect: Dialect, text: &str) -> Option<Sql> {
    let mut reader = Reader::new(dialect, ReadOptions::default(), text, 0).ok()?;
    let sql = reader.parser.parse_expr().ok()?;
    reader.end().ok()?;
    Some(sql)
}

/// The words and signs of a text: names without their quotes, and all but
/// literals in small letters.
pub(crate) fn signs(dialect: Dialect, text: &str) -> Vec<String> {
    let word = |token: lex::Token<'_>| match token.kind {
        lex::Kind::Word => token.text.to_lowercase(),
        lex::Kind::Quoted if token.text.starts_with(['"', '`', '[']) => {
            let inner = token.text.get(1..token.text.len().saturating_sub(1));
            inner.unwrap_or_default().to_lowercase()
        }
        _ => token.text.to_owned(),
    };
    lex::tokens(dialect, text, 0)
        .filter(lex::Token::is_significant)
        .map(word)
        .collect()
}

/// The same of a text that can't be parsed, with every parenthesis but those
/// round the whole.
fn bare_words(dialect: Dialect, text: &str) -> Vec<String> {
    let mut words = signs(dialect, text);
    while is_enclosed(&words) {
        words.pop();
        words.remove(0);
    }
    words
}

/// Whether the first parenthesis closes at the end.
fn is_enclosed(words: &[String]) -> bool {
    let mut open = 0_usize;
    for (place, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => open += 1,
            ")" => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return place > 0 && place + 1 == words.len();
        }
    }
    false
}

/// How an engine spells a table's expressions.
struct Spelling<'a> {
    dialect: Dialect,
    table: &'a Table,
}

impl Spelling<'_> {
    fn same(&self, found: &Sql, written: &Sql) -> bool {
        self.same_beside(found, written, None)
    }

    /// The same for an operand, beside the other operand that was written.
    fn same_beside(&self, found: &Sql, written: &Sql, beside: Option<&Sql>) -> bool {
        let (found, written) = (bare(found), self.without_idle_cast(bare(written)));
        if let (Some(Some(a)), Some(Some(b))) = (interval::of(found), interval::of(written)) {
            return a == b;
        }
        self.same_node(found, written)
            || respelled(found, written, |found, written| self.same(found, written))
            || self
                .without_own_cast(found, written, beside)
                .is_some_and(|found| self.same_beside(found, written, beside))
    }

    fn same_node(&self, found: &Sql, written: &Sql) -> bool {
        match (found, written) {
            (Sql::Identifier(a), Sql::Identifier(b)) => same_name(a, b),
            (Sql::Value(a), Sql::Value(b)) => same_value(&a.value, &b.value),
            (Sql::UnaryOp { op: a, expr: x }, Sql::UnaryOp { op: b, expr: y }) => {
                a == b && self.same(x, y)
            }
            (
                Sql::BinaryOp { left, op, right },
                Sql::BinaryOp {
                    left: l,
                    op: o,
                    right: r,
                },
            ) => op == o && self.same_operands((left, right), (l, r)),
            (Sql::Function(a), Sql::Function(b)) => self.same_call(a, b),
            (Sql::Case { .. }, Sql::Case { .. }) => self.same_case(found, written),
            (Sql::Cast { .. }, Sql::Cast { .. }) => match (cast(found), cast(written)) {
                (Some((x, a)), Some((y, b))) => type_name(a) == type_name(b) && self.same(x, y),
                _ => false,
            },
            _ => self.same_form(found, written),
        }
    }

    /// Forms with a keyword for a name.
    fn same_form(&self, found: &Sql, written: &Sql) -> bool {
        match (found, written) {
            (Sql::IsNull(a), Sql::IsNull(b))
            | (Sql::IsNotNull(a), Sql::IsNotNull(b))
            | (Sql::IsTrue(a), Sql::IsTrue(b))
            | (Sql::IsNotTrue(a), Sql::IsNotTrue(b))
            | (Sql::IsFalse(a), Sql::IsFalse(b))
            | (Sql::IsNotFalse(a), Sql::IsNotFalse(b)) => self.same(a, b),
            (Sql::IsDistinctFrom(a, b), Sql::IsDistinctFrom(x, y))
            | (Sql::IsNotDistinctFrom(a, b), Sql::IsNotDistinctFrom(x, y)) => {
                self.same_operands((a, b), (x, y))
            }
            (
                Sql::Extract {
                    field: a, expr: x, ..
                },
                Sql::Extract {
                    field: b, expr: y, ..
                },
            ) => a == b && self.same(x, y),
            (
                Sql::AtTimeZone {
                    timestamp: a,
                    time_zone: b,
                },
                Sql::AtTimeZone {
                    timestamp: x,
                    time_zone: y,
                },
            ) => self.same(a, x) && self.same(b, y),
            (
                Sql::Collate {
                    expr: x,
                    collation: a,
                },
                Sql::Collate {
                    expr: y,
                    collation: b,
                },
            ) => a == b && self.same(x, y),
            (Sql::Tuple(a), Sql::Tuple(b)) => self.same_all(a, b),
            (
                Sql::InList {
                    expr: x,
                    list: a,
                    negated: m,
                },
                Sql::InList {
                    expr: y,
                    list: b,
                    negated: n,
                },
            ) => m == n && self.same(x, y) && self.same_all(a, b),
            // Of what is computed.
            (Sql::Interval(a), Sql::Interval(b)) => {
                let units = (&a.leading_field, &a.last_field) == (&b.leading_field, &b.last_field);
                let precision = (a.leading_precision, a.fractional_seconds_precision)
                    == (b.leading_precision, b.fractional_seconds_precision);
                units && precision && self.same(&a.value, &b.value)
            }
            (found, written) => found == written,
        }
    }

    fn same_operands(&self, found: (&Sql, &Sql), written: (&Sql, &Sql)) -> bool {
        self.same_beside(found.0, written.0, Some(written.1))
            && self.same_beside(found.1, written.1, Some(written.0))
    }

    fn same_all(&self, found: &[Sql], written: &[Sql]) -> bool {
        let mut pairs = found.iter().zip(written);
        found.len() == written.len() && pairs.all(|(a, b)| self.same(a, b))
    }

    fn same_call(&self, found: &Function, written: &Function) -> bool {
        let name = |call: &Function| {
            let name = call.name.to_string().to_lowercase();
            match (self.dialect, name.as_str()) {
                (Dialect::Mysql, "lcase") => "lower".to_owned(),
                (Dialect::Mysql, "ucase") => "upper".to_owned(),
                (Dialect::Mysql, "length") => "octet_length".to_owned(),
                _ => name,
            }
        };
        let without_args = |call: &Function| Function {
            name: written.name.clone(),
            args: FunctionArguments::None,
            ..call.clone()
        };
        name(found) == name(written)
            && without_args(found) == without_args(written)
            && match (&found.args, &written.args) {
                (FunctionArguments::List(a), FunctionArguments::List(b)) => {
                    a.duplicate_treatment == b.duplicate_treatment
                        && a.clauses == b.clauses
                        && a.args.len() == b.args.len()
                        && a.args.iter().zip(&b.args).all(|pair| self.same_arg(pair))
                }
                (a, b) => a == b,
            }
    }

    fn same_arg(&self, (found, written): (&FunctionArg, &FunctionArg)) -> bool {
        match (found, written) {
            (
                FunctionArg::Unnamed(FunctionArgExpr::Expr(a)),
                FunctionArg::Unnamed(FunctionArgExpr::Expr(b)),
            ) => self.same(a, b),
            (a, b) => a == b,
        }
    }

    fn same_case(&self, found: &Sql, written: &Sql) -> bool {
        let (Some(a), Some(b)) = (case(found), case(written)) else {
            return false;
        };
        let maybe = |a: Option<&Sql>, b: Option<&Sql>| match (a, b) {
            (Some(a), Some(b)) => self.same(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let same = |(a, b): (&CaseWhen, &CaseWhen)| {
            self.same(&a.condition, &b.condition) && self.same(&a.result, &b.result)
        };
        maybe(a.operand, b.operand)
            && a.branches.len() == b.branches.len()
            && a.branches.iter().zip(b.branches).all(same)
            && maybe(a.otherwise, b.otherwise)
    }

    /// What is inside a cast that the engine made by itself, where it would
    /// have of what was written: a constant becomes what it stands beside,
    /// PostgreSQL's functions of text take a `varchar` as text, and an integer
    /// beside a number becomes one.
    fn without_own_cast<'s>(
        &self,
        found: &'s Sql,
        written: &Sql,
        beside: Option<&Sql>,
    ) -> Option<&'s Sql> {
        if self.dialect != Dialect::Postgres {
            return None;
        }
        let (inner, data_type) = cast(found)?;
        let to = type_name(data_type);
        let widens = matches!(to.as_str(), "numeric" | "double precision");
        let made = match bare(inner) {
            Sql::Value(value) => match &value.value {
                Value::SingleQuotedString(_) => to == "text",
                Value::Number(digits, _) if is_whole(digits) => widens || to == "bigint",
                Value::Number(..) => widens,
                _ => false,
            },
            Sql::Identifier(column) if to == "text" => self.family(column) == Some(Family::Text),
            whole if widens && self.is_integer(whole) => {
                beside.is_some_and(|beside| self.is_wide(beside))
            }
            _ => false,
        };
        (made && cast(written).is_none_or(|(_, of)| type_name(of) != to)).then_some(inner)
    }

    /// Without a cast that changes nothing, which PostgreSQL drops: a whole
    /// number is an `integer`.
    fn without_idle_cast<'s>(&self, written: &'s Sql) -> &'s Sql {
        match cast(written) {
            Some((inner, to))
                if self.dialect == Dialect::Postgres
                    && type_name(to) == "integer"
                    && matches!(bare(inner), Sql::Value(value)
                        if matches!(&value.value, Value::Number(digits, _) if digits.parse::<i32>().is_ok())) =>
            {
                bare(inner)
            }
            _ => written,
        }
    }

    fn family(&self, column: &Ident) -> Option<Family> {
        let column = self.table.column(&Name::new(&column.value))?;
        Some(column.data_type.family())
    }

    fn is_integer(&self, sql: &Sql) -> bool {
        match bare(sql) {
            Sql::Identifier(column) => self.family(column) == Some(Family::Integer),
            sql => cast(sql).is_some_and(|(_, to)| {
                matches!(type_name(to).as_str(), "bigint" | "integer" | "smallint")
            }),
        }
    }

    /// Whether what was written is a number with a fraction, for sure.
    fn is_wide(&self, sql: &Sql) -> bool {
        match bare(sql) {
            Sql::Identifier(column) => self.family(column) == Some(Family::Number),
            Sql::Value(value) => {
                matches!(&value.value, Value::Number(digits, _) if !is_whole(digits))
            }
            Sql::UnaryOp {
                op: UnaryOperator::Minus,
                expr,
            } => self.is_wide(expr),
            Sql::BinaryOp {
                left,
                op:
                    BinaryOperator::Plus
                    | BinaryOperator::Minus
                    | BinaryOperator::Multiply
                    | BinaryOperator::Divide,
                right,
            } => self.is_wide(left) || self.is_wide(right),
            sql => cast(sql).is_some_and(|(_, to)| {
                matches!(type_name(to).as_str(), "numeric" | "double precision")
            }),
        }
    }
}

/// Without the parentheses round it.
fn bare(mut sql: &Sql) -> &Sql {
    while let Sql::Nested(inner) = sql {
        sql = inner;
    }
    sql
}

fn same_name(a: &Ident, b: &Ident) -> bool {
    Name::new(&a.value) == Name::new(&b.value)
}

fn same_value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a, _), Value::Number(b, _)) => a.eq_ignore_ascii_case(b),
        (a, b) => match (text(a), text(b)) {
            (Some(a), Some(b)) => a == b,
            _ => a == b,
        },
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Some(text),
        _ => None,
    }
}

fn is_whole(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The operand and the type of a plain cast.
fn cast(sql: &Sql) -> Option<(&Sql, &SqlType)> {
    match sql {
        Sql::Cast {
            expr,
            data_type,
            format: None,
            ..
        } => Some((expr, data_type)),
        _ => None,
    }
}

/// A type under the name that PostgreSQL's catalogue gives it.
fn type_name(data_type: &SqlType) -> String {
    let name = data_type.to_string().to_lowercase();
    match name.as_str() {
        "int8" => "bigint".to_owned(),
        "int" | "int4" => "integer".to_owned(),
        "int2" => "smallint".to_owned(),
        "float8" => "double precision".to_owned(),
        "decimal" => "numeric".to_owned(),
        "bool" => "boolean".to_owned(),
        "timestamp without time zone" => "timestamp".to_owned(),
        "timestamptz" => "timestamp with time zone".to_owned(),
        _ => name,
    }
}

/// The parts of a CASE; `ELSE NULL` is none.
struct Case<'a> {
    operand: Option<&'a Sql>,
    branches: &'a [CaseWhen],
    otherwise: Option<&'a Sql>,
}

fn case(sql: &Sql) -> Option<Case<'_>> {
    let Sql::Case {
        operand,
        conditions,
        else_result,
        ..
    } = sql
    else {
        return None;
    };
    let is_null = |sql: &Sql| {
        let sql = cast(sql).map_or(sql, |(inner, _)| bare(inner));
        matches!(sql, Sql::Value(value) if value.value == Value::Null)
    };
    Some(Case {
        operand: operand.as_deref(),
        branches: conditions,
        otherwise: else_result
            .as_deref()
            .filter(|otherwise| !is_null(bare(otherwise))),
    })
}

/// Whether it is what PostgreSQL makes of BETWEEN, IN, LIKE or a negative
/// constant.
fn respelled(found: &Sql, written: &Sql, same: impl Fn(&Sql, &Sql) -> bool) -> bool {
    use BinaryOperator as Op;
    match (found, written) {
        (
            Sql::BinaryOp { left, op, right },
            Sql::Between {
                expr,
                negated,
                low,
                high,
            },
        ) => {
            let (chain, from, to) = match negated {
                false => (Op::And, Op::GtEq, Op::LtEq),
                true => (Op::Or, Op::Lt, Op::Gt),
            };
            let is = |side: &Sql, wanted: Op, limit: &Sql| {
                matches!(bare(side), Sql::BinaryOp { left, op, right }
                    if *op == wanted && same(left, expr) && same(right, limit))
            };
            *op == chain && is(left, from, low) && is(right, to, high)
        }
        (
            Sql::BinaryOp { left, op, right },
            Sql::Like {
                negated,
                any: false,
                expr,
                pattern,
                escape_char: None,
            },
        ) => {
            let wanted = match negated {
                false => Op::PGLikeMatch,
                true => Op::PGNotLikeMatch,
            };
            *op == wanted && same(left, expr) && same(right, pattern)
        }
        (
            Sql::AnyOp {
                left,
                compare_op: Op::Eq,
                right,
                ..
            },
            Sql::InList {
                expr,
                list,
                negated: false,
            },
        )
        | (
            Sql::AllOp {
                left,
                compare_op: Op::NotEq,
                right,
            },
            Sql::InList {
                expr,
                list,
                negated: true,
            },
        ) => match bare(right) {
            Sql::Array(array) => {
                let mut pairs = array.elem.iter().zip(list);
                array.elem.len() == list.len() && same(left, expr) && pairs.all(|(a, b)| same(a, b))
            }
            _ => false,
        },
        (
            found,
            Sql::UnaryOp {
                op: UnaryOperator::Minus,
                expr,
            },
        ) => {
            let number = |sql: &Sql| match bare(sql) {
                Sql::Value(value) => match &value.value {
                    Value::Number(digits, _) => Some(digits.clone()),
                    _ => None,
                },
                _ => None,
            };
            let said = cast(found).and_then(|(inner, to)| {
                let to = type_name(to);
                let counts = matches!(to.as_str(), "integer" | "bigint" | "numeric");
                match bare(inner) {
                    Sql::Value(value) if counts => text(&value.value)?.strip_prefix('-'),
                    _ => None,
                }
            });
            said.is_some() && said == number(expr).as_deref()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::alike;
    use crate::{
        Dialect,
        model::{Column, DataType, Table},
    };

    fn table() -> Table {
        let mut table = Table::new("t");
        for (name, data_type) in [
            ("a", DataType::BigInt),
            ("b", DataType::BigInt),
            ("n", DataType::Numeric(None)),
            ("d", DataType::Double),
            ("s", DataType::Text),
            ("v", DataType::Varchar(9)),
            ("ts", DataType::Timestamp),
        ] {
            table.columns.push(Column::new(name, data_type));
        }
        table
    }

    /// What PostgreSQL and MariaDB add to a text and take from it.
    #[test]
    fn an_engines_spelling_is_what_was_written() {
        let check = |dialect: Dialect, found: &str, written: &str| {
            assert!(alike(dialect, &table(), found, written), "{found}");
        };
        let postgres = Dialect::Postgres;
        check(postgres, "(f(s, 'a'::text))", "f(\"s\", 'a')");
        check(postgres, "((f(a))::bigint + 1)", "CAST(f(a) AS bigint) + 1");
        check(postgres, "(f(ts, 'YYYY'::text) = s)", "f(ts, 'YYYY') = s");
        check(postgres, "f((v)::text)", "f(v)");
        check(
            postgres,
            "((f(n))::bigint)::numeric = n",
            "f(n)::bigint = n",
        );
        check(
            postgres,
            "(f(d) / (86400)::double precision)",
            "f(d) / 86400",
        );
        check(
            postgres,
            "((f(a) >= 1) AND (f(a) <= '-2'::integer))",
            "f(a) BETWEEN 1 AND -2",
        );
        check(
            postgres,
            "(f(s) = ANY (ARRAY['a'::text, 'b'::text]))",
            "f(s) IN ('a', 'b')",
        );
        check(postgres, "(f(s) ~~ 'a%'::text)", "f(s) LIKE 'a%'");
        check(
            postgres,
            "CASE WHEN f(a) THEN b ELSE NULL::bigint END",
            "CASE WHEN f(a) THEN b END",
        );
        check(postgres, "(f(65) <> s)", "f(CAST(65 AS integer)) <> s");
        let mariadb = Dialect::Mysql;
        check(mariadb, "lcase(f(`s`)) = 'x'", "(lower(f(`s`)) = 'x')");
        check(mariadb, "(f(`a`) and `b` or `a`)", "((f(a) AND b) OR a)");
        check(
            mariadb,
            "(utc_timestamp(6) + interval 7 day)",
            "utc_timestamp(6) + INTERVAL 7 DAY",
        );
        check(
            postgres,
            "(f(ts) + '01:30:00'::interval)",
            "f(ts) + interval '90 minute'",
        );
        check(
            mariadb,
            "char(65 using utf8mb4)",
            "(CHAR(65 USING utf8mb4))",
        );
    }

    /// One changed word each: never the same.
    #[test]
    fn a_near_miss_is_not_what_was_written() {
        let check = |found: &str, written: &str| {
            for dialect in [Dialect::Postgres, Dialect::Mysql] {
                for (found, written) in [(found, written), (written, found)] {
                    assert!(
                        !alike(dialect, &table(), found, written),
                        "{dialect:?}: {found} and {written}"
                    );
                }
            }
        };
        // A constant.
        check("f(a, 1)", "f(a, 2)");
        check("f(a, 1.5)", "f(a, 15)");
        check("f(s, 'a b')", "f(s, 'ab')");
        check("f(s, 'A')", "f(s, 'a')");
        check("f(s, '(a)')", "f(s, 'a')");
        check("f(s, 'it''s')", "f(s, 'its')");
        check("f(s, 'text')", "f(s, '')");
        check("f(s, '1')", "f(s, 1)");
        check("f(a) = -1", "f(a) = 1");
        check("f(s) IN ('a', 'b')", "f(s) IN ('a', 'c')");
        check("f(s) IN ('a', 'b')", "f(s) NOT IN ('a', 'b')");
        check("f(a) + INTERVAL '7' DAY", "f(a) + INTERVAL '7' HOUR");
        check("f(a) + INTERVAL '7' DAY", "f(a) + INTERVAL '8' DAY");
        // An operator, a column, a function.
        check("f(a) > 1", "f(a) >= 1");
        check("f(a) <> b", "f(a) = b");
        check("f(a, b)", "f(b, a)");
        check("f(a)", "g(a)");
        check("f(text)", "f(name)");
        check("f(a) IS NULL", "f(a) IS NOT NULL");
        // A cast that changes the value.
        check("f(CAST(a AS integer))", "f(a)");
        check("f(CAST(d AS bigint))", "f(d)");
        check("f(CAST(n AS numeric(10,2)))", "f(CAST(n AS numeric(10,4)))");
        check("f(CAST(ts AS date))", "f(ts)");
        check("f(CAST(a AS text))", "f(CAST(a AS integer))");
        check("f(CAST(a AS text))", "f(a)");
        check("CAST(a AS integer) = f(b)", "CAST(a AS text) = f(b)");
        check(
            "CAST(a AS numeric) / CAST(2 AS numeric) = f(b)",
            "a / 2 = f(b)",
        );
        check("CAST(a AS double precision) / b = f(b)", "a / b = f(b)");
        // Parentheses that regroup.
        check("f(a) - (b - c)", "(f(a) - b) - c");
        check("(f(a) + b) * c", "f(a) + b * c");
        check("f(a) / (b * c)", "f(a) / b * c");
        check("f(a) AND (b OR c)", "f(a) AND b OR c");
        check("NOT (f(a) OR b)", "NOT f(a) OR b");
        check("NOT (f(a) = b)", "(NOT f(a)) = b");
        check("-(f(a) + b)", "-f(a) + b");
        check("f(a, g(b), c)", "f(a, g(b, c))");
        check("f(g(a), b)", "f(g(a, b))");
        check("(f(a) & b) = c", "f(a) & (b = c)");
        check("f(a) IS NULL", "f(a IS NULL)");
        check(
            "CASE WHEN f(a) THEN b END + c",
            "CASE WHEN f(a) THEN b + c END",
        );
        check(
            "CASE WHEN f(a) THEN b END",
            "CASE WHEN f(a) THEN b ELSE 0 END",
        );
        // What can't be parsed.
        check("char(65 using utf8mb4)", "char(66 using utf8mb4)");
        check(
            "char(65 using utf8mb4) + (b + c)",
            "char(65 using utf8mb4) + b + c",
        );
    }
}
