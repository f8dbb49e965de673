//! What the lowering writes for what an engine lacks, read back.
//!
//! Each rule belongs to a place in [`crate::lower::expr`] that writes the
//! spelling, and gives the expression that it was written for.

use super::expr::uncast_text;
use crate::model::{BinaryOp, DataType, Expr, Function, Literal};

/// The expression that was written so, if that is what it is.
pub(super) fn lift(expr: Expr) -> Expr {
    let found = match &expr {
        Expr::Case {
            operand: None,
            branches,
            otherwise: Some(otherwise),
        } => match branches.as_slice() {
            [(when, then)] => array_length(when, then, otherwise),
            _ => None,
        },
        Expr::Call(call) => match (call.function, call.args.as_slice()) {
            (Function::Lower, [inner]) if is(inner, Function::JsonType) => Some(inner.clone()),
            (Function::JsonExtract, [inner, path]) if is_text(path, "$") => scalar(inner),
            (Function::Substr, [bytes, start, length]) => random_bytes(bytes, start, length),
            _ => None,
        },
        Expr::Binary {
            left,
            op: BinaryOp::NotEq,
            right,
        } if is_text(right, "") => valid_json(left),
        _ => None,
    };
    found.unwrap_or(expr)
}

fn is(expr: &Expr, function: Function) -> bool {
    matches!(expr, Expr::Call(call) if call.function == function)
}

fn is_text(expr: &Expr, text: &str) -> bool {
    matches!(uncast_text(expr.clone()), Expr::Literal(Literal::Text(found)) if found == text)
}

fn only(expr: &Expr, function: Function) -> Option<&Expr> {
    match expr {
        Expr::Call(call) if call.function == function => match call.args.as_slice() {
            [arg] => Some(arg),
            _ => None,
        },
        _ => None,
    }
}

/// `CASE WHEN json_type(x) <> 'array' THEN 0 ELSE json_array_length(x) END`.
fn array_length(when: &Expr, then: &Expr, otherwise: &Expr) -> Option<Expr> {
    let Expr::Binary {
        left,
        op: BinaryOp::NotEq,
        right,
    } = when
    else {
        return None;
    };
    let array = is_text(right, "array") || is_text(right, "ARRAY");
    let same = only(left, Function::JsonType)? == only(otherwise, Function::JsonArrayLength)?;
    let zero = *then == Expr::integer(0);
    (array && same && zero).then(|| otherwise.clone())
}

/// MariaDB's `json_unquote(nullif(json_extract(x, path), 'null'))`.
fn scalar(inner: &Expr) -> Option<Expr> {
    let Expr::Call(call) = inner else {
        return None;
    };
    match (call.function, call.args.as_slice()) {
        (Function::Nullif, [Expr::Call(get), null])
            if get.function == Function::JsonGet && is_text(null, "null") =>
        {
            Some(Expr::call(Function::JsonExtract, get.args.clone()))
        }
        _ => None,
    }
}

/// PostgreSQL's `jsonb_typeof(x::jsonb) <> ''`, which fails for text that is
/// no JSON.
fn valid_json(left: &Expr) -> Option<Expr> {
    match only(left, Function::JsonType)? {
        Expr::Cast {
            expr,
            data_type: DataType::Json,
        } => Some(Expr::call(Function::JsonValid, vec![(**expr).clone()])),
        _ => None,
    }
}

/// The first bytes of PostgreSQL's hash over random UUIDs.
fn random_bytes(bytes: &Expr, start: &Expr, length: &Expr) -> Option<Expr> {
    let whole = *only(bytes, Function::Randomblob)? == Expr::integer(32);
    (whole && *start == Expr::integer(1))
        .then(|| Expr::call(Function::Randomblob, vec![length.clone()]))
}

/// PostgreSQL's functions of which random bytes are made there.
pub(super) fn hashed(name: &str, args: &[Expr]) -> Option<Expr> {
    let bytes = |count| Some(Expr::call(Function::Randomblob, vec![Expr::integer(count)]));
    match (name, args) {
        ("uuid_send", [uuid]) if is(uuid, Function::RandomUuid) => bytes(16),
        (
            "sha256",
            [
                Expr::Binary {
                    left,
                    op: BinaryOp::Concat,
                    right,
                },
            ],
        ) if is(left, Function::Randomblob) && is(right, Function::Randomblob) => bytes(32),
        _ => None,
    }
}

/// `%f` of MariaDB are microseconds; SQLite's are seconds with milliseconds.
const MICROS: &str = "\u{0}us";
const MILLIS: &str = "\u{0}ms";

/// MariaDB's `date_format(t, '%f')`, and `left(.., 3)` of it.
pub(super) fn fraction(name: &str, args: &[Expr]) -> Option<Expr> {
    match (name, args) {
        ("date_format", [time, format, ..]) if is_text(format, "%f") => Some(Expr::call(
            Function::Strftime,
            vec![Expr::text(MICROS), present(time)],
        )),
        ("left", [Expr::Call(call), three])
            if call.function == Function::Strftime && *three == Expr::integer(3) =>
        {
            let [format, rest @ ..] = call.args.as_slice() else {
                return None;
            };
            is_text(format, MICROS).then(|| {
                let args = std::iter::once(Expr::text(MILLIS)).chain(rest.iter().cloned());
                Expr::call(Function::Strftime, args.collect())
            })
        }
        _ => None,
    }
}

/// The present as [`super::idiom`] has it in `strftime`.
fn present(time: &Expr) -> Expr {
    match time {
        Expr::Call(call) if call.args.is_empty() => Expr::text("now"),
        _ => time.clone(),
    }
}

/// Times as text that stand beside each other are one: `concat` of the parts
/// that MariaDB's `date_format` has to give one by one.
pub(super) fn joined(parts: Vec<Expr>) -> Vec<Expr> {
    let mut done: Vec<Expr> = Vec::new();
    for part in parts {
        let merged = match (done.last(), &part) {
            (Some(last), part) => merge(last, part),
            (None, _) => None,
        };
        match merged {
            Some(whole) => {
                done.pop();
                done.push(whole);
            }
            None => done.push(part),
        }
    }
    done
}

fn merge(left: &Expr, right: &Expr) -> Option<Expr> {
    let parts = |expr: &Expr| match expr {
        Expr::Call(call) if call.function == Function::Strftime => match call.args.as_slice() {
            [Expr::Literal(Literal::Text(format)), time @ ..] => {
                Some((format.clone(), time.to_vec()))
            }
            _ => None,
        },
        _ => None,
    };
    let ((first, time), (second, other)) = (parts(left)?, parts(right)?);
    let format = format!("{first}{second}").replace(&format!("%S.{MILLIS}"), "%f");
    (time == other).then(|| {
        let args = std::iter::once(Expr::text(format)).chain(time);
        Expr::call(Function::Strftime, args.collect())
    })
}
