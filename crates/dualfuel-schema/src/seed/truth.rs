//! What an expression is worth for a row, as far as that is known here.
//!
//! With SQLite's meaning and its three truths. This is not an engine: what it
//! can't decide, it says so by giving none.

use std::cmp::Ordering;

use super::Value;
use crate::{
    glob,
    model::{BinaryOp, Expr, Function, Like, Literal, Name, Table, UnaryOp},
};

/// Deeper expressions are not decided.
const DEPTH: usize = 64;

/// The value of `expr` over a row of `table`, whose columns `row` knows;
/// `None` when it can't be decided.
pub fn value(table: &Table, row: &dyn Fn(&Name) -> Option<Value>, expr: &Expr) -> Option<Value> {
    Judge { table, row }.value(expr, DEPTH)
}

/// Whether a CHECK lets the row pass: it is not false, or can't be decided.
pub fn passes(table: &Table, row: &dyn Fn(&Name) -> Option<Value>, expr: &Expr) -> bool {
    value(table, row, expr).is_none_or(|value| truth(&value) != Some(Some(false)))
}

/// A value as a truth: `Some(None)` is unknown (NULL).
pub fn truth(value: &Value) -> Option<Option<bool>> {
    match value {
        Value::Null => Some(None),
        Value::Boolean(truth) => Some(Some(*truth)),
        Value::Integer(number) => Some(Some(*number != 0)),
        Value::Number(number) => Some(Some(number.parse::<f64>().ok()? != 0.0)),
        Value::Text(_) | Value::Blob(_) => None,
    }
}

struct Judge<'a> {
    table: &'a Table,
    row: &'a dyn Fn(&Name) -> Option<Value>,
}

impl Judge<'_> {
    fn value(&self, expr: &Expr, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        match expr {
            Expr::Literal(literal) => Some(constant(literal)),
            Expr::Column { column, .. } => self.column(column, depth),
            Expr::Unary { op, expr } => unary(*op, self.value(expr, depth)?),
            Expr::Binary { left, op, right } => self.binary(left, *op, right, depth),
            Expr::IsNull { expr, negated } => {
                let null = self.value(expr, depth)? == Value::Null;
                Some(Value::Boolean(null != *negated))
            }
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let value = self.value(expr, depth)?;
                let above = compare(&value, &self.value(low, depth)?)?.map(Ordering::is_ge);
                let below = compare(&value, &self.value(high, depth)?)?.map(Ordering::is_le);
                negate_if(*negated, and(above, below))
            }
            Expr::InList {
                expr,
                negated,
                list,
            } => {
                let value = self.value(expr, depth)?;
                let mut found = Some(false);
                for entry in list {
                    let same = compare(&value, &self.value(entry, depth)?)?;
                    found = or(found, same.map(Ordering::is_eq));
                }
                negate_if(*negated, found)
            }
            Expr::Like(like) => self.like(like, depth),
            Expr::Case {
                operand,
                branches,
                otherwise,
            } => self.case(operand.as_deref(), branches, otherwise.as_deref(), depth),
            Expr::CollateNoCase(expr) => Some(match self.value(expr, depth)? {
                Value::Text(text) => Value::Text(text.to_ascii_lowercase()),
                other => other,
            }),
            Expr::Call(call) if call.filter.is_none() && call.over.is_none() => {
                let args = call.args.iter().map(|arg| self.value(arg, depth));
                function(call.function, &args.collect::<Option<Vec<_>>>()?)
            }
            _ => None,
        }
    }

    fn column(&self, name: &Name, depth: usize) -> Option<Value> {
        let generated = (self.table.column(name)).and_then(|column| column.generated.as_ref());
        match generated {
            Some(generated) => self.value(&generated.expr, depth),
            None => (self.row)(name),
        }
    }

    fn binary(&self, left: &Expr, op: BinaryOp, right: &Expr, depth: usize) -> Option<Value> {
        let (left, right) = (self.value(left, depth)?, self.value(right, depth)?);
        match op {
            BinaryOp::And => negate_if(false, and(truth(&left)?, truth(&right)?)),
            BinaryOp::Or => negate_if(false, or(truth(&left)?, truth(&right)?)),
            BinaryOp::Is | BinaryOp::IsNot => {
                let same = match (&left, &right) {
                    (Value::Null, Value::Null) => true,
                    (Value::Null, _) | (_, Value::Null) => false,
                    _ => compare(&left, &right)??.is_eq(),
                };
                Some(Value::Boolean(same == (op == BinaryOp::Is)))
            }
            BinaryOp::Eq
            | BinaryOp::NotEq
            | BinaryOp::Lt
            | BinaryOp::LtEq
            | BinaryOp::Gt
            | BinaryOp::GtEq => {
                let holds = compare(&left, &right)?.map(|order| match op {
                    BinaryOp::Eq => order.is_eq(),
                    BinaryOp::NotEq => order.is_ne(),
                    BinaryOp::Lt => order.is_lt(),
                    BinaryOp::LtEq => order.is_le(),
                    BinaryOp::Gt => order.is_gt(),
                    _ => order.is_ge(),
                });
                negate_if(false, holds)
            }
            _ if left == Value::Null || right == Value::Null => Some(Value::Null),
            BinaryOp::Concat => Some(Value::Text(text(&left)? + &text(&right)?)),
            _ => arithmetic(op, &left, &right),
        }
    }

    fn like(&self, like: &Like, depth: usize) -> Option<Value> {
        let value = self.value(&like.expr, depth)?;
        let pattern = self.value(&like.pattern, depth)?;
        if value == Value::Null || pattern == Value::Null {
            return Some(Value::Null);
        }
        let (mut value, mut pattern) = (text(&value)?, text(&pattern)?);
        if like.escape.is_some() {
            return None;
        }
        if like.case_insensitive {
            value.make_ascii_lowercase();
            pattern.make_ascii_lowercase();
        }
        let value: Vec<char> = value.chars().collect();
        let pattern: Vec<char> = pattern.chars().collect();
        Some(Value::Boolean(matches(&value, &pattern) != like.negated))
    }

    fn case(
        &self,
        operand: Option<&Expr>,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        depth: usize,
    ) -> Option<Value> {
        for (condition, result) in branches {
            let condition = self.value(condition, depth)?;
            let holds = match operand {
                None => truth(&condition)?,
                Some(operand) => {
                    compare(&self.value(operand, depth)?, &condition)?.map(Ordering::is_eq)
                }
            };
            if holds == Some(true) {
                return self.value(result, depth);
            }
        }
        otherwise.map_or(Some(Value::Null), |value| self.value(value, depth))
    }
}

fn constant(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(truth) => Value::Boolean(*truth),
        Literal::Integer(number) => Value::Integer(*number),
        Literal::Number(number) => Value::Number(number.clone()),
        Literal::Text(text) => Value::Text(text.clone()),
        Literal::Blob(bytes) => Value::Blob(bytes.clone()),
    }
}

fn unary(op: UnaryOp, value: Value) -> Option<Value> {
    Some(match (op, value) {
        (_, Value::Null) => Value::Null,
        (UnaryOp::Not, value) => Value::Boolean(!truth(&value)??),
        (UnaryOp::Plus, value) => value,
        (UnaryOp::Minus, Value::Integer(number)) => Value::Integer(number.checked_neg()?),
        (UnaryOp::Minus, Value::Number(number)) => real(-number.parse::<f64>().ok()?),
        (UnaryOp::BitNot, Value::Integer(number)) => Value::Integer(!number),
        _ => return None,
    })
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value) -> Option<Value> {
    if let (Some(left), Some(right)) = (integer(left), integer(right)) {
        let result = match op {
            BinaryOp::Add => left.checked_add(right),
            BinaryOp::Subtract => left.checked_sub(right),
            BinaryOp::Multiply => left.checked_mul(right),
            BinaryOp::Divide => left.checked_div(right),
            BinaryOp::Remainder => left.checked_rem(right),
            BinaryOp::BitAnd => Some(left & right),
            BinaryOp::BitOr => Some(left | right),
            BinaryOp::ShiftLeft => left.checked_shl(u32::try_from(right).ok()?),
            BinaryOp::ShiftRight => left.checked_shr(u32::try_from(right).ok()?),
            _ => None,
        };
        return result.map(Value::Integer);
    }
    let (left, right) = (number(left)?, number(right)?);
    match op {
        BinaryOp::Add => Some(real(left + right)),
        BinaryOp::Subtract => Some(real(left - right)),
        BinaryOp::Multiply => Some(real(left * right)),
        BinaryOp::Divide if right != 0.0 => Some(real(left / right)),
        _ => None,
    }
}

fn function(function: Function, args: &[Value]) -> Option<Value> {
    match (function, args) {
        (Function::Coalesce, args) => {
            let first = args.iter().find(|value| **value != Value::Null);
            Some(first.cloned().unwrap_or(Value::Null))
        }
        (_, args) if args.contains(&Value::Null) => Some(Value::Null),
        (Function::Lower, [value]) => Some(Value::Text(text(value)?.to_ascii_lowercase())),
        (Function::Upper, [value]) => Some(Value::Text(text(value)?.to_ascii_uppercase())),
        (Function::Length | Function::OctetLength, [Value::Blob(bytes)]) => count(bytes.len()),
        (Function::Length, [value]) => count(text(value)?.chars().count()),
        (Function::OctetLength, [value]) => count(text(value)?.len()),
        (Function::Trim, [value]) => Some(Value::Text(text(value)?.trim_matches(' ').to_owned())),
        (Function::Abs, [Value::Integer(number)]) => Some(Value::Integer(number.checked_abs()?)),
        (Function::Glob, [value, Value::Text(pattern)]) => {
            let parts = glob::parts(pattern)?;
            Some(Value::Boolean(glob::matches(&parts, &text(value)?)))
        }
        (Function::JsonValid, [value]) => {
            let valid = serde_json::from_str::<serde_json::Value>(&text(value)?).is_ok();
            Some(Value::Boolean(valid))
        }
        _ => None,
    }
}

fn count(length: usize) -> Option<Value> {
    i64::try_from(length).ok().map(Value::Integer)
}

fn real(number: f64) -> Value {
    Value::Number(format!("{number:?}"))
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Boolean(truth) => Some(i64::from(*truth)),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.parse().ok(),
        #[expect(
            clippy::cast_precision_loss,
            reason = "a comparison with a float loses the same digits in the engines"
        )]
        other => integer(other).map(|number| number as f64),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// How two values compare: `Some(None)` when either is NULL, `None` when that
/// differs between engines.
fn compare(left: &Value, right: &Value) -> Option<Option<Ordering>> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Some(None),
        (Value::Text(left), Value::Text(right)) => Some(Some(left.cmp(right))),
        (Value::Blob(left), Value::Blob(right)) => Some(Some(left.cmp(right))),
        _ => match (integer(left), integer(right)) {
            (Some(left), Some(right)) => Some(Some(left.cmp(&right))),
            _ => Some(Some(number(left)?.partial_cmp(&number(right)?)?)),
        },
    }
}

fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    and(left.map(|truth| !truth), right.map(|truth| !truth)).map(|truth| !truth)
}

fn negate_if(negated: bool, truth: Option<bool>) -> Option<Value> {
    Some(truth.map_or(Value::Null, |truth| Value::Boolean(truth != negated)))
}

/// Whether a text matches a LIKE pattern. A `%` is tried at every place once,
/// so the work is at most one length times the other.
fn matches(text: &[char], pattern: &[char]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(place) {
            Some('%') => {
                retry = Some((at, place));
                place += 1;
            }
            Some(wanted) if *wanted == '_' || text.get(at) == Some(wanted) => {
                at += 1;
                place += 1;
            }
            _ => match retry {
                Some((from, percent)) => {
                    retry = Some((from + 1, percent));
                    at = from + 1;
                    place = percent + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(place).all(|wanted| *wanted == '%')
}
