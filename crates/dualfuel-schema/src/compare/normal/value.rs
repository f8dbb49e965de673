//! Values: constants, casts, arithmetic, text, CASE and functions.

use super::{
    Normal, constant,
    logic::{chain, fractions},
};
use crate::{
    model::{BinaryOp, Call, DataType, Expr, Family, Function, Literal, OrderBy, UnaryOp, Window},
    parse,
};

impl Normal<'_> {
    /// Any expression.
    pub(super) fn value(&self, expr: &Expr) -> Expr {
        let Some(inner) = self.inside() else {
            return expr.clone();
        };
        match expr {
            Expr::Literal(Literal::Number(text)) => Expr::Literal(Literal::Number(
                constant::number(text).unwrap_or_else(|| text.clone()),
            )),
            Expr::Literal(_) | Expr::Subquery(_) | Expr::Opaque { .. } => expr.clone(),
            Expr::Column { table, column } => inner.own_column(table.as_ref(), column),
            Expr::Unary { op, expr: operand } => match op {
                UnaryOp::Not => inner.condition(expr, false),
                UnaryOp::Plus => inner.value(operand),
                UnaryOp::Minus => minus(inner.value(operand)),
                UnaryOp::BitNot => Expr::Unary {
                    op: *op,
                    expr: Box::new(inner.value(operand)),
                },
            },
            Expr::Binary { left, op, right } => inner.binary(expr, left, *op, right),
            Expr::IsNull { expr, negated } => Expr::IsNull {
                expr: Box::new(inner.value(expr)),
                negated: *negated,
            },
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => inner.between(expr, *negated, low, high),
            Expr::InList {
                expr,
                negated,
                list,
            } => inner.in_list(expr, *negated, list),
            Expr::InQuery {
                expr,
                negated,
                query,
            } => Expr::InQuery {
                expr: Box::new(inner.value(expr)),
                negated: *negated,
                query: query.clone(),
            },
            Expr::Exists { .. } => expr.clone(),
            Expr::Like(like) => inner.like(like),
            Expr::Case {
                operand,
                branches,
                otherwise,
            } => inner.case(operand.as_deref(), branches, otherwise.as_deref(), false),
            Expr::Cast { expr, data_type } => inner.cast(inner.value(expr), data_type),
            Expr::CollateNoCase(expr) => match inner.value(expr) {
                already @ Expr::CollateNoCase(_) => already,
                other => Expr::CollateNoCase(Box::new(other)),
            },
            Expr::Call(call) => inner.call(call),
            Expr::Row(values) => Expr::Row(inner.all(values)),
        }
    }

    fn all(&self, exprs: &[Expr]) -> Vec<Expr> {
        exprs.iter().map(|expr| self.value(expr)).collect()
    }

    fn binary(&self, whole: &Expr, left: &Expr, op: BinaryOp, right: &Expr) -> Expr {
        match op {
            BinaryOp::And | BinaryOp::Or => self.condition(whole, false),
            BinaryOp::Eq
            | BinaryOp::NotEq
            | BinaryOp::Lt
            | BinaryOp::LtEq
            | BinaryOp::Gt
            | BinaryOp::GtEq
            | BinaryOp::Is
            | BinaryOp::IsNot => self.comparison(left, op, right),
            BinaryOp::Concat => chain(left, op, right)
                .into_iter()
                .map(|operand| self.text_operand(operand))
                .reduce(|left, right| Expr::binary(left, op, right))
                .unwrap_or(Expr::NULL),
            _ => {
                let (left, right) = (self.value(left), self.value(right));
                let left = self.operand(left, &right);
                let right = self.operand(right, &left);
                let (left, right) = fractions(left, right);
                Expr::binary(left, op, right)
            }
        }
    }

    /// `||` makes text of what it is given.
    fn text_operand(&self, operand: &Expr) -> Expr {
        match self.without_text_cast(self.value(operand)) {
            Expr::Literal(Literal::Integer(value)) => Expr::text(value.to_string()),
            other => other,
        }
    }

    /// Without a cast to text of text or of an integer, where text is wanted.
    pub(super) fn without_text_cast(&self, expr: Expr) -> Expr {
        match expr {
            Expr::Cast {
                expr,
                data_type: DataType::Text,
            } if matches!(
                self.family(&expr),
                Some(Family::Text | Family::Integer) | None
            ) && !matches!(*expr, Expr::Literal(Literal::Number(_))) =>
            {
                *expr
            }
            other => other,
        }
    }

    /// An operand of arithmetic: without the casts by which an engine makes
    /// it of the other's type.
    fn operand(&self, expr: Expr, other: &Expr) -> Expr {
        let expr = self.without_widening(expr, other);
        let of_other = self.family(other);
        match expr {
            Expr::Cast {
                expr: inner,
                data_type: DataType::BigInt,
            } if self.family(&inner) == Some(Family::Boolean) => *inner,
            Expr::Literal(literal)
                if of_other == Some(Family::Number) && constant::literal(other).is_none() =>
            {
                Expr::Literal(constant::of_family(literal, Family::Number))
            }
            Expr::Literal(Literal::Boolean(value)) => Expr::integer(i64::from(value)),
            other => zero_or_one(other),
        }
    }

    /// A cast of a normal operand.
    fn cast(&self, operand: Expr, data_type: &DataType) -> Expr {
        if let Some(literal) = constant::literal(&operand)
            && let Some(literal) = constant::converted(literal.clone(), data_type)
        {
            let is_typed = constant::family_of(&literal) == Some(data_type.family())
                || matches!(literal, Literal::Null)
                || data_type.family() == Family::Text;
            if is_typed {
                return Expr::Literal(literal);
            }
            return Expr::Cast {
                expr: Box::new(Expr::Literal(literal)),
                data_type: common(data_type),
            };
        }
        let family = self.family(&operand);
        let same = family == Some(data_type.family());
        let changes_nothing = match data_type {
            DataType::Varchar(wanted) | DataType::Char(wanted) => {
                let length = match self.column_type(&operand) {
                    Some(DataType::Varchar(length) | DataType::Char(length)) => Some(length),
                    _ => None,
                };
                length.is_some_and(|length| length <= wanted)
            }
            DataType::Numeric(Some(_)) => self.column_type(&operand) == Some(data_type),
            DataType::Other(_) => self.column_type(&operand) == Some(data_type),
            _ => same,
        };
        if changes_nothing {
            return operand;
        }
        Expr::Cast {
            expr: Box::new(operand),
            data_type: common(data_type),
        }
    }

    /// CASE with conditions, or with values of an operand made conditions.
    pub(super) fn case(
        &self,
        operand: Option<&Expr>,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        as_condition: bool,
    ) -> Expr {
        let then = |value: &Expr| {
            if as_condition {
                self.condition(value, false)
            } else {
                self.value(value)
            }
        };
        // An operand that is a column can be read more than once.
        let column = operand.filter(|operand| matches!(operand, Expr::Column { .. }));
        let branches = branches
            .iter()
            .map(|(when, value)| {
                let when = match (operand, column) {
                    (None, _) => self.condition(when, false),
                    (_, Some(column)) => self.comparison(column, BinaryOp::Eq, when),
                    _ => self.value(when),
                };
                (when, then(value))
            })
            .collect();
        Expr::Case {
            operand: operand
                .filter(|_| column.is_none())
                .map(|operand| Box::new(self.value(operand))),
            branches,
            otherwise: otherwise
                .map(then)
                .filter(|value| !value.is_null_literal())
                .map(Box::new),
        }
    }

    fn call(&self, call: &Call) -> Expr {
        let mut args = self.all(&call.args);
        let plain = !call.distinct && call.filter.is_none() && call.over.is_none();
        match call.function {
            Function::Lower
            | Function::Upper
            | Function::Length
            | Function::Trim
            | Function::Ltrim
            | Function::Rtrim
            | Function::Replace
            | Function::Substr
            | Function::Instr
            | Function::Glob => {
                if let Some(first) = args.first_mut() {
                    let text = std::mem::replace(first, Expr::NULL);
                    *first = match self.without_text_cast(text) {
                        Expr::CollateNoCase(inner) => self.without_text_cast(*inner),
                        other => other,
                    };
                }
                // An engine that has no NOCASE folds its constant as well.
                if let (Function::Lower, [Expr::Literal(Literal::Text(text))]) =
                    (call.function, args.as_slice())
                {
                    return Expr::text(text.to_ascii_lowercase());
                }
                if let (Function::Lower, [Expr::Call(inner)]) = (call.function, args.as_slice())
                    && inner.function == Function::Lower
                {
                    return Expr::Call(inner.clone());
                }
            }
            Function::Coalesce | Function::Nullif | Function::Least | Function::Greatest => {
                self.one_family(&mut args);
            }
            Function::Strftime => one_spelling(args.get_mut(2..)),
            Function::Date
            | Function::Time
            | Function::Datetime
            | Function::Julianday
            | Function::Unixepoch => one_spelling(args.get_mut(1..)),
            _ => {}
        }
        let of_bytes = args.first().and_then(|arg| self.family(arg)) == Some(Family::Blob);
        let function = match call.function {
            Function::OctetLength if of_bytes => Function::Length,
            other => other,
        };
        if plain && let Some(now) = now(call.function, &args) {
            return now;
        }
        let order = |order: &OrderBy| OrderBy {
            expr: self.value(&order.expr),
            ..order.clone()
        };
        Expr::Call(Box::new(Call {
            function,
            args,
            distinct: call.distinct,
            filter: call.filter.as_ref().map(|f| self.condition(f, false)),
            over: call.over.as_ref().map(|over| Window {
                partition_by: self.all(&over.partition_by),
                order_by: over.order_by.iter().map(order).collect(),
                frame: over.frame.clone(),
            }),
        }))
    }

    /// Constants among arguments of one type, as that type.
    fn one_family(&self, args: &mut [Expr]) {
        let typed = |arg: &Expr| constant::literal(arg).is_none();
        let Some(family) = args
            .iter()
            .filter(|arg| typed(arg))
            .find_map(|arg| self.family(arg))
        else {
            return;
        };
        for arg in args {
            let this = std::mem::replace(arg, Expr::NULL);
            *arg = match this {
                Expr::Literal(literal) => Expr::Literal(constant::of_family(literal, family)),
                Expr::Cast { expr, data_type }
                    if data_type.family() == family && constant::literal(&expr).is_some() =>
                {
                    *expr
                }
                other => other,
            };
        }
    }

    /// A normal value as a column of a type keeps it.
    pub(super) fn stored(&self, form: Expr, data_type: &DataType) -> Expr {
        let form = match form {
            Expr::Cast {
                expr,
                data_type: to,
            } if to == common(data_type) => *expr,
            other => other,
        };
        match form {
            Expr::Literal(literal) => {
                let kept = constant::converted(literal.clone(), data_type).unwrap_or(literal);
                Expr::Literal(match kept {
                    Literal::Number(text) => {
                        constant::integer(&text).map_or(Literal::Number(text), Literal::Integer)
                    }
                    other => other,
                })
            }
            other => other,
        }
    }
}

/// A type as far as a cast to it tells: SQLite has one integer and one float.
fn common(data_type: &DataType) -> DataType {
    match data_type {
        DataType::SmallInt | DataType::Integer | DataType::BigInt => DataType::BigInt,
        DataType::Real | DataType::Double => DataType::Double,
        other => other.clone(),
    }
}

fn minus(operand: Expr) -> Expr {
    match operand {
        Expr::Literal(Literal::Integer(value)) if value.checked_neg().is_some() => {
            Expr::integer(-value)
        }
        Expr::Literal(Literal::Number(text)) => {
            let text = match text.strip_prefix('-') {
                Some(positive) => positive.to_owned(),
                None if text == "0.0" => text,
                None => format!("-{text}"),
            };
            // 2^63 does not fit, but its negative does.
            Expr::Literal(match text.as_str() {
                "-9223372036854775808.0" => Literal::Integer(i64::MIN),
                _ => Literal::Number(text),
            })
        }
        Expr::Unary {
            op: UnaryOp::Minus,
            expr,
        } => *expr,
        other => Expr::Unary {
            op: UnaryOp::Minus,
            expr: Box::new(other),
        },
    }
}

/// `CASE WHEN c THEN 1 ELSE 0 END` is how engines with a boolean type count a
/// condition; where it is never unknown, it is that condition.
fn zero_or_one(expr: Expr) -> Expr {
    if let Expr::Case {
        operand: None,
        branches,
        otherwise: Some(otherwise),
    } = &expr
        && let [(condition, value)] = branches.as_slice()
        && *value == Expr::integer(1)
        && **otherwise == Expr::integer(0)
        && Normal::never_unknown(condition)
    {
        return condition.clone();
    }
    expr
}

/// What is added to a time, as `+7 day`.
fn one_spelling(modifiers: Option<&mut [Expr]>) {
    for modifier in modifiers.unwrap_or_default() {
        if let Expr::Literal(Literal::Text(text)) = modifier
            && let Some(plain) = parse::modifier(text)
        {
            *text = plain;
        }
    }
}

/// The present time under its shortest name.
fn now(function: Function, args: &[Expr]) -> Option<Expr> {
    let is = |place: usize, text: &str| args.get(place).is_some_and(|arg| *arg == Expr::text(text));
    let bare = |function| Some(Expr::call(function, Vec::new()));
    let of_now = args.len() == 1 && is(0, "now");
    match function {
        Function::Datetime if of_now => bare(Function::CurrentTimestamp),
        Function::Date if of_now => bare(Function::CurrentDate),
        Function::Time if of_now => bare(Function::CurrentTime),
        Function::Unixepoch if of_now || args.is_empty() => bare(Function::CurrentEpoch),
        Function::Strftime if args.len() == 2 && is(1, "now") => match args.first() {
            Some(Expr::Literal(Literal::Text(format))) => match format.as_str() {
                "%Y-%m-%d %H:%M:%S" | "%F %T" => bare(Function::CurrentTimestamp),
                "%Y-%m-%d" | "%F" => bare(Function::CurrentDate),
                "%H:%M:%S" | "%T" => bare(Function::CurrentTime),
                "%s" => Some(Expr::Cast {
                    expr: Box::new(Expr::call(Function::CurrentEpoch, Vec::new())),
                    data_type: DataType::Text,
                }),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// A default that is the present time, as a column of its type holds it: a
/// timestamp has one spelling, whatever text SQLite writes there.
pub(super) fn present_time(form: Expr, data_type: &DataType) -> Expr {
    let form = match (form, data_type.family()) {
        // A number's column takes the text of a number.
        (Expr::Cast { expr, .. }, Family::Integer) if is_epoch(&expr) => *expr,
        (Expr::Cast { expr, .. }, Family::Text) if is_now(&expr) => *expr,
        (form, _) => form,
    };
    let Expr::Call(call) = &form else {
        return form;
    };
    let formats = |all: &[&str]| {
        call.function == Function::Strftime
            && call.args.get(1..) == Some(&[Expr::text("now")])
            && matches!(call.args.first(), Some(Expr::Literal(Literal::Text(format)))
                if all.iter().any(|part| format.contains(part)))
    };
    let (day, clock) = (formats(&["%Y", "%F"]), formats(&["%H", "%T", "%R"]));
    let is = |function| call.function == function;
    let moment = is(Function::CurrentTimestamp) || (day && clock);
    let now = match data_type.family() {
        Family::Timestamp | Family::TimestampTz if moment => Function::CurrentTimestamp,
        // What is assigned to a day or to a time of day is cut to it.
        Family::Date if moment || day => Function::CurrentDate,
        Family::Time if moment || clock => Function::CurrentTime,
        _ => return form,
    };
    Expr::call(now, Vec::new())
}

fn is_epoch(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if matches!(
        call.function,
        Function::CurrentEpoch | Function::CurrentEpochMillis
    ))
}

/// Whether it is text of the present time already.
fn is_now(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if matches!(
        call.function,
        Function::CurrentTimestamp
            | Function::CurrentDate
            | Function::CurrentTime
            | Function::Strftime
    ))
}
