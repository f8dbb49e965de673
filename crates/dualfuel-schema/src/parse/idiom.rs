//! What programs spell out because their engine has no function for it: the
//! present time in seconds or milliseconds, a random UUID.
//!
//! [`simplify`] is asked about each node once its operands are done, so every
//! rule looks at most at the shape of one idiom.

use super::expr::{cast, uncast_text};
use crate::model::{BinaryOp, Call, DataType, Expr, Family, Function, Literal, UnaryOp};

/// The node, or what it is a spelling of.
pub(super) fn simplify(expr: Expr) -> Expr {
    match super::rendered::lift(expr) {
        Expr::Cast { expr, data_type } => simplify_cast(*expr, data_type),
        Expr::Binary { left, op, right } => simplify_binary(*left, op, *right),
        Expr::Call(call) => simplify_call(*call),
        Expr::Case {
            operand: None,
            branches,
            otherwise,
        } if otherwise.as_deref().is_none_or(is_null) => simplify_case(branches),
        other => other,
    }
}

/// `NULL`, or `NULL::bigint`.
fn is_null(expr: &Expr) -> bool {
    match expr {
        Expr::Cast { expr, .. } => expr.is_null_literal(),
        _ => expr.is_null_literal(),
    }
}

fn is_call(expr: &Expr, function: Function) -> bool {
    matches!(expr, Expr::Call(call) if call.function == function && call.args.is_empty())
}

/// Whether it is the present time, of whatever kind.
pub(super) fn is_now(expr: &Expr) -> bool {
    [
        Function::CurrentTimestamp,
        Function::CurrentDate,
        Function::CurrentTime,
    ]
    .iter()
    .any(|function| is_call(expr, *function))
}

fn now(function: Function) -> Expr {
    Expr::call(function, Vec::new())
}

/// The present in seconds or milliseconds, whatever type it was cast to.
fn epoch(expr: &Expr) -> Option<Function> {
    match expr {
        Expr::Cast { expr, .. } => epoch(expr),
        Expr::Call(call) if call.args.is_empty() => match call.function {
            function @ (Function::CurrentEpoch | Function::CurrentEpochMillis) => Some(function),
            _ => None,
        },
        // `unixepoch('now', 'subsec')`: seconds with their fraction.
        Expr::Call(call) if call.function == Function::Unixepoch && is_subsec(&call.args) => {
            Some(Function::CurrentEpoch)
        }
        _ => None,
    }
}

fn is_subsec(args: &[Expr]) -> bool {
    matches!(args.last(), Some(Expr::Literal(Literal::Text(text)))
        if text.eq_ignore_ascii_case("subsec") || text.eq_ignore_ascii_case("subsecond"))
        && args.len() <= 2
}

fn simplify_cast(expr: Expr, data_type: DataType) -> Expr {
    if let Some(function) = epoch(&expr)
        && matches!(data_type.family(), Family::Integer)
    {
        return now(function);
    }
    // PostgreSQL: `CAST(CURRENT_TIMESTAMP AS date)`.
    if is_call(&expr, Function::CurrentTimestamp) {
        match data_type {
            DataType::Date => return now(Function::CurrentDate),
            DataType::Time => return now(Function::CurrentTime),
            DataType::Timestamp | DataType::TimestampTz => return expr,
            _ => {}
        }
    }
    if let Expr::Call(off) = &expr
        && off.function == Function::Datetime
        && is_off_now(&off.args)
    {
        match data_type {
            DataType::Date => return Expr::call(Function::Date, off.args.clone()),
            DataType::Time => return Expr::call(Function::Time, off.args.clone()),
            DataType::Timestamp | DataType::TimestampTz => return expr,
            _ => {}
        }
    }
    // An instant at which the day starts is still that day.
    if is_call(&expr, Function::CurrentDate)
        && matches!(
            data_type,
            DataType::Date | DataType::Timestamp | DataType::TimestampTz
        )
    {
        return expr;
    }
    if is_call(&expr, Function::RandomUuid)
        && matches!(data_type.family(), Family::Text | Family::Uuid)
    {
        return expr;
    }
    if is_call(&expr, Function::CurrentOrg) && data_type == DataType::Uuid {
        return expr;
    }
    if is_random_number(&expr) && data_type == DataType::BigInt {
        return now(Function::Random);
    }
    cast(expr, data_type)
}

/// PostgreSQL's and MariaDB's spelling of a random integer of 64 bits, as the
/// lowering writes it.
fn is_random_number(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else {
        return false;
    };
    let [Expr::Binary { left, op, right }] = call.args.as_slice() else {
        return false;
    };
    // The greatest number that it is multiplied by tells it from all others.
    call.function == Function::Floor
        && *op == BinaryOp::Multiply
        && number(right).is_some_and(|factor| factor > 9.2e18)
        && matches!(&**left, Expr::Binary { op: BinaryOp::Subtract, left, .. }
            if matches!(&**left, Expr::Binary { op: BinaryOp::Multiply, left, .. }
                if **left == random_fraction()))
}

/// PostgreSQL's `random()` and MySQL's `rand()`: from 0 up to 1.
pub(super) fn random_fraction() -> Expr {
    let positive = Expr::call(Function::Abs, vec![now(Function::Random)]);
    let limit = Expr::Literal(Literal::Number("9223372036854775808.0".to_owned()));
    Expr::binary(positive, BinaryOp::Divide, limit)
}

fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Literal(Literal::Integer(value)) => value.to_string().parse().ok(),
        Expr::Literal(Literal::Number(text)) => text.parse().ok(),
        // `'9223372036854774784'::bigint`.
        Expr::Cast { expr, data_type } => match &**expr {
            Expr::Literal(Literal::Text(text))
                if matches!(data_type.family(), Family::Integer | Family::Number) =>
            {
                text.parse().ok()
            }
            expr => number(expr),
        },
        _ => None,
    }
}

fn is_number(expr: &Expr, value: f64) -> bool {
    number(expr).is_some_and(|found| (found - value).abs() < 1e-9)
}

fn simplify_binary(left: Expr, op: BinaryOp, right: Expr) -> Expr {
    match op {
        BinaryOp::Multiply => {
            if is_number(&right, 1000.0) && epoch(&left) == Some(Function::CurrentEpoch)
                || is_number(&left, 1000.0) && epoch(&right) == Some(Function::CurrentEpoch)
            {
                return now(Function::CurrentEpochMillis);
            }
            // `(julianday('now') - 2440587.5) * 86400`: days since 1970.
            for (days, factor) in [(&left, &right), (&right, &left)] {
                if is_days_since_1970(days) {
                    if is_number(factor, 86_400.0) {
                        return now(Function::CurrentEpoch);
                    }
                    if is_number(factor, 86_400_000.0) {
                        return now(Function::CurrentEpochMillis);
                    }
                }
            }
        }
        // PostgreSQL: the seconds since 1970, in days, from where SQLite counts.
        BinaryOp::Add if is_number(&right, 2_440_587.5) => {
            if let Some(time) = days_of(&left) {
                return Expr::call(Function::Julianday, vec![time]);
            }
        }
        BinaryOp::Divide
            if is_number(&right, 1000.0) && is_call(&left, Function::CurrentEpochMillis) =>
        {
            return now(Function::CurrentEpoch);
        }
        // As many thousandths as the lowering counts on MariaDB: `timestampdiff(
        // MICROSECOND, '1970-01-01', utc_timestamp(3)) DIV 1000`.
        BinaryOp::Divide if is_number(&right, 1000.0) && is_micros(&left) => {
            return now(Function::CurrentEpochMillis);
        }
        BinaryOp::Concat => {
            let chain = Expr::binary(left, BinaryOp::Concat, right);
            return if is_random_uuid(&chain) {
                now(Function::RandomUuid)
            } else if is_millis_text(&chain) {
                cast(now(Function::CurrentEpochMillis), DataType::Text)
            } else {
                chain
            };
        }
        _ => {}
    }
    Expr::binary(left, op, right)
}

/// The time in `EXTRACT(epoch FROM time)::double precision / 86400`.
fn days_of(days: &Expr) -> Option<Expr> {
    let Expr::Binary {
        left,
        op: BinaryOp::Divide,
        right,
    } = days
    else {
        return None;
    };
    let Expr::Cast {
        expr,
        data_type: DataType::Double,
    } = &**left
    else {
        return None;
    };
    let Expr::Call(call) = &**expr else {
        return None;
    };
    match (call.function, call.args.as_slice()) {
        _ if !is_number(right, 86_400.0) => None,
        (Function::CurrentEpoch, []) => Some(Expr::text("now")),
        (
            Function::Unixepoch,
            [
                Expr::Cast {
                    expr,
                    data_type: DataType::Timestamp,
                },
            ],
        ) => Some((**expr).clone()),
        (Function::Unixepoch, [time]) => Some(time.clone()),
        _ => None,
    }
}

fn is_micros(expr: &Expr) -> bool {
    matches!(expr, Expr::Binary { left, op: BinaryOp::Multiply, right }
        if is_call(left, Function::CurrentEpochMillis) && is_number(right, 1000.0))
}

fn is_days_since_1970(expr: &Expr) -> bool {
    matches!(expr, Expr::Binary { left, op: BinaryOp::Subtract, right }
        if is_number(right, 2_440_587.5)
            && matches!(&**left, Expr::Call(call)
                if call.function == Function::Julianday && is_plain_now(&call.args)))
}

/// `'now'` with modifiers.
fn is_off_now(args: &[Expr]) -> bool {
    args.len() > 1 && args.first().is_some_and(|time| is_text(time, "now"))
}

/// `'now'`, or nothing, which is the same.
fn is_plain_now(args: &[Expr]) -> bool {
    matches!(args, [] | [Expr::Literal(Literal::Text(_))])
        && args.iter().all(|arg| is_text(arg, "now"))
}

fn is_text(expr: &Expr, expected: &str) -> bool {
    matches!(expr, Expr::Literal(Literal::Text(text)) if text.eq_ignore_ascii_case(expected))
}

/// `strftime('%s','now') || substr(strftime('%f','now'), 4)`.
fn is_millis_text(chain: &Expr) -> bool {
    let Expr::Binary {
        left,
        op: BinaryOp::Concat,
        right,
    } = chain
    else {
        return false;
    };
    epoch(left) == Some(Function::CurrentEpoch)
        && matches!(&**right, Expr::Call(call)
            if call.function == Function::Substr
                && call.args.get(1).is_some_and(|start| is_number(start, 4.0))
                && call.args.first().is_some_and(is_fraction_of_now))
}

fn is_fraction_of_now(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call)
        if call.function == Function::Strftime
            && call.args.first().is_some_and(|format| is_text(format, "%f"))
            && is_plain_now(call.args.get(1..).unwrap_or_default()))
}

fn simplify_call(call: Call) -> Expr {
    let Call {
        function,
        args,
        distinct,
        filter,
        over,
    } = &call;
    if *distinct || filter.is_some() || over.is_some() {
        return Expr::Call(Box::new(call));
    }
    match (function, args.as_slice()) {
        // Of the present every format is one call.
        (Function::Strftime, [Expr::Literal(Literal::Text(format)), time @ ..])
            if is_plain_now(time) =>
        {
            return present(format);
        }
        (Function::Datetime, time) if is_plain_now(time) => {
            return now(Function::CurrentTimestamp);
        }
        (Function::Date, time) if is_plain_now(time) => return now(Function::CurrentDate),
        (Function::Time, time) if is_plain_now(time) => return now(Function::CurrentTime),
        (Function::Unixepoch, time) if is_plain_now(time) => return now(Function::CurrentEpoch),
        (Function::Unixepoch, [time]) if is_now(time) => return now(Function::CurrentEpoch),
        (Function::Strftime, [Expr::Literal(Literal::Text(format)), time]) if is_now(time) => {
            return present(format);
        }
        // The text of a time that is some days off the present.
        (Function::Strftime, [Expr::Literal(Literal::Text(format)), Expr::Call(off)])
            if off.function == Function::Datetime && is_off_now(&off.args) =>
        {
            let function = match format.as_str() {
                "%Y-%m-%d %H:%M:%S" => Function::Datetime,
                "%Y-%m-%d" => Function::Date,
                "%H:%M:%S" => Function::Time,
                _ => {
                    let args = std::iter::once(Expr::text(format)).chain(off.args.clone());
                    return Expr::call(Function::Strftime, args.collect());
                }
            };
            return Expr::call(function, off.args.clone());
        }
        (Function::Round | Function::Floor, [value, ..]) => {
            if let Some(function) = epoch(value) {
                return now(function);
            }
        }
        (Function::Lower | Function::Upper, [value])
            if is_call(value, Function::RandomUuid) || is_random_uuid(value) =>
        {
            return now(Function::RandomUuid);
        }
        // Of random bytes the first are random bytes.
        (Function::Substr, [Expr::Call(bytes), Expr::Literal(Literal::Integer(1)), count])
            if bytes.function == Function::Randomblob =>
        {
            return Expr::call(Function::Randomblob, vec![count.clone()]);
        }
        // PostgreSQL's `NULLIF(current_setting('dualfuel.org_id', true), '')`.
        (Function::Nullif, [setting, empty])
            if is_call(setting, Function::CurrentOrg)
                && is_text(&uncast_text(empty.clone()), "") =>
        {
            return now(Function::CurrentOrg);
        }
        _ => {}
    }
    Expr::Call(Box::new(call))
}

/// `strftime(format, 'now')`.
fn present(format: &str) -> Expr {
    let long = format.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S");
    match long.as_str() {
        "%s" => cast(now(Function::CurrentEpoch), DataType::Text),
        "%Y-%m-%d %H:%M:%S" => now(Function::CurrentTimestamp),
        "%Y-%m-%d" => now(Function::CurrentDate),
        "%H:%M:%S" => now(Function::CurrentTime),
        // As a time, a day and a time of day are stored in a SQLite file.
        "%Y-%m-%dT%H:%M:%f000" | "%Y-%m-%dT%H:%M:%f000Z" => now(Function::CurrentTimestamp),
        "%Y-%m-%dT00:00:00.000000" | "%Y-%m-%dT00:00:00.000000Z" => now(Function::CurrentDate),
        "%H:%M:%f000" => now(Function::CurrentTime),
        _ => Expr::call(
            Function::Strftime,
            vec![Expr::text(long), Expr::text("now")],
        ),
    }
}

/// PostgreSQL's `CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN LEAST(a, b) END`,
/// which is SQLite's `min(a, b)`.
fn simplify_case(mut branches: Vec<(Expr, Expr)>) -> Expr {
    if let [(when, Expr::Call(call))] = branches.as_slice()
        && matches!(call.function, Function::Least | Function::Greatest)
        && let Some(mut tested) = not_null_tests(when)
    {
        tested.retain(|test| !is_constant(test));
        let wanted: Vec<&Expr> = call.args.iter().filter(|arg| !is_constant(arg)).collect();
        if wanted == tested
            && let Some((_, value)) = branches.pop()
        {
            return value;
        }
    }
    Expr::Case {
        operand: None,
        branches,
        otherwise: None,
    }
}

/// A constant, also one that PostgreSQL made of the others' type.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Cast { expr, .. }
        | Expr::Unary {
            op: UnaryOp::Minus,
            expr,
        } => is_constant(expr),
        other => matches!(other, Expr::Literal(_)),
    }
}

fn not_null_tests(expr: &Expr) -> Option<Vec<&Expr>> {
    let mut tests = Vec::new();
    let mut rest = expr;
    while let Expr::Binary {
        left,
        op: BinaryOp::And,
        right,
    } = rest
    {
        tests.push(&**right);
        rest = left;
    }
    tests.push(rest);
    tests.reverse();
    tests
        .into_iter()
        .map(|test| match test {
            Expr::IsNull {
                expr,
                negated: true,
            } => Some(&**expr),
            _ => None,
        })
        .collect()
}

/// `EXTRACT(part FROM time)`.
pub(super) fn extract(part: &str, time: Expr) -> Option<Expr> {
    let format = match part {
        "epoch" if is_now(&time) => return Some(now(Function::CurrentEpoch)),
        "epoch" => return Some(Expr::call(Function::Unixepoch, vec![time])),
        "year" => "%Y",
        "month" => "%m",
        "day" => "%d",
        "hour" => "%H",
        "minute" => "%M",
        "dow" => "%w",
        "doy" => "%j",
        _ => return None,
    };
    let text = Expr::call(Function::Strftime, vec![Expr::text(format), time]);
    Some(cast(text, DataType::BigInt))
}

/// Random digits that make a UUID: `hex(randomblob(4)) || '-' || ..`, of
/// version 4 or without one, in either case.
fn is_random_uuid(expr: &Expr) -> bool {
    let mut shape = String::new();
    uuid_shape(expr, &mut shape, 0);
    let digits = |count: usize| "x".repeat(count);
    // The version's digit is a constant, and the variant's one of four.
    let strict = format!("{}-{}-4xxx-yxxx-{}", digits(8), digits(4), digits(12));
    let plain = format!("{}-{}-xxxx-xxxx-{}", digits(8), digits(4), digits(12));
    let versioned = format!("{}-{}-4xxx-xxxx-{}", digits(8), digits(4), digits(12));
    [strict, plain, versioned].contains(&shape)
}

/// Writes `x` for a random digit, `y` for one of `89ab`, constants as they are,
/// and `?` for anything else.
fn uuid_shape(expr: &Expr, shape: &mut String, depth: usize) {
    if depth > 40 || shape.len() > 40 {
        shape.push('?');
        return;
    }
    match expr {
        Expr::Binary {
            left,
            op: BinaryOp::Concat,
            right,
        } => {
            uuid_shape(left, shape, depth + 1);
            uuid_shape(right, shape, depth + 1);
        }
        Expr::Literal(Literal::Text(text)) => shape.push_str(text),
        Expr::Call(call) => uuid_part(call, shape, depth),
        _ => shape.push('?'),
    }
}

fn uuid_part(call: &Call, shape: &mut String, depth: usize) {
    let whole = |expr: Option<&Expr>| match expr {
        Some(Expr::Literal(Literal::Integer(value))) => usize::try_from(*value).ok(),
        _ => None,
    };
    match (call.function, call.args.as_slice()) {
        (Function::Lower | Function::Upper, [inner]) => uuid_shape(inner, shape, depth + 1),
        (Function::Hex, [Expr::Call(blob)]) if blob.function == Function::Randomblob => {
            match whole(blob.args.first()).filter(|count| *count <= 16) {
                Some(count) => shape.push_str(&"x".repeat(2 * count)),
                None => shape.push('?'),
            }
        }
        (Function::Substr, [Expr::Literal(Literal::Text(choices)), place, one])
            if choices.len() == 4
                && choices.bytes().all(|c| b"89abAB".contains(&c))
                && whole(Some(one)) == Some(1)
                && !matches!(place, Expr::Literal(_)) =>
        {
            shape.push('y');
        }
        (Function::Substr, [inner, start, length @ ..]) => {
            let mut digits = String::new();
            uuid_shape(inner, &mut digits, depth + 1);
            let start = whole(Some(start)).filter(|start| *start > 0);
            let taken = match length {
                [] => Some(usize::MAX),
                [length] => whole(Some(length)),
                _ => None,
            };
            match (start, taken) {
                (Some(start), Some(taken)) if digits.bytes().all(|c| c == b'x') => {
                    shape.extend(digits.chars().skip(start - 1).take(taken));
                }
                _ => shape.push('?'),
            }
        }
        _ => shape.push('?'),
    }
}
