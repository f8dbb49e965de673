//! Intervals beside the present time.
//!
//! SQLite adds to a time with a modifier, `datetime('now', '+7 days')`; the
//! others with an interval, which PostgreSQL's catalogue spells in its own
//! way (`'90 minutes'` as `'01:30:00'`). Days and less are read, for a month
//! ends otherwise there: a month after 31 January is in February, on SQLite
//! in March. And only beside the present time is it, whose fraction of a second
//! no one misses: `datetime` of a column would cut it off.

use sqlparser::ast::{
    BinaryOperator, DateTimeField, Expr as Sql, Interval, TypedString, UnaryOperator, Value,
};

use crate::model::{Expr, Function};

/// How much a time is moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) months: i64,
    pub(super) days: i64,
    pub(super) microseconds: i64,
}

const SECOND: i64 = 1_000_000;

/// The interval that a constant is; none for anything else, and
/// `Some(None)`, for one that can't be told.
pub(super) fn of(sql: &Sql) -> Option<Option<Span>> {
    match sql {
        Sql::Nested(inner) => of(inner),
        Sql::Interval(interval) => Some(spelled(interval)),
        Sql::Cast {
            expr, data_type, ..
        } if data_type.to_string().eq_ignore_ascii_case("interval") => {
            Some(text(expr).and_then(|text| amounts(&text)))
        }
        Sql::TypedString(TypedString {
            data_type, value, ..
        }) if data_type.to_string().eq_ignore_ascii_case("interval") => {
            let text = value.value.clone().into_string();
            Some(text.and_then(|text| amounts(&text)))
        }
        _ => None,
    }
}

/// The seconds that MariaDB counts from 1970, as the lowering writes it:
/// `TIMESTAMP'1970-01-01 00:00:00' + INTERVAL seen SECOND`.
pub(super) fn since_1970(sql: &Sql) -> Option<&Sql> {
    let Sql::BinaryOp {
        left,
        op: BinaryOperator::Plus,
        right,
    } = sql
    else {
        return None;
    };
    let (Sql::TypedString(start), Sql::Interval(interval)) = (&**left, &**right) else {
        return None;
    };
    let is_start = start
        .data_type
        .to_string()
        .eq_ignore_ascii_case("timestamp")
        && start.value.value.clone().into_string().as_deref() == Some("1970-01-01 00:00:00");
    let plain = interval.leading_field == Some(DateTimeField::Second)
        && interval.last_field.is_none()
        && interval.fractional_seconds_precision.is_none();
    let seconds = &*interval.value;
    (is_start && plain && whole(seconds).is_none()).then_some(seconds)
}

/// A time, that much later or earlier, where that can be said.
pub(super) fn later(time: Expr, op: &BinaryOperator, span: Option<Span>) -> Option<Expr> {
    let span = match op {
        BinaryOperator::Plus => span?,
        BinaryOperator::Minus => span?.negated()?,
        _ => return None,
    };
    if span.months != 0 || span.microseconds % SECOND != 0 {
        return None;
    }
    let mut args = match time {
        Expr::Call(call) if call.function == Function::CurrentTimestamp => {
            vec![Expr::text("now")]
        }
        Expr::Call(call)
            if call.function == Function::Datetime
                && call.args.first() == Some(&Expr::text("now")) =>
        {
            call.args
        }
        _ => return None,
    };
    for (amount, unit) in [(span.days, "day"), (span.microseconds / SECOND, "second")] {
        if amount != 0 {
            args.push(Expr::text(format!("{amount:+} {unit}")));
        }
    }
    Some(Expr::call(Function::Datetime, args))
}

/// A modifier that adds, in the one spelling that its amount has: `7 days` is
/// `+7 day`, `-1 hours` is `-3600 second`.
pub(crate) fn modifier(text: &str) -> Option<String> {
    const UNITS: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];
    let (_, unit) = text.trim().split_once(' ')?;
    let unit = unit.trim_start().to_ascii_lowercase();
    if !UNITS.contains(&unit.strip_suffix('s').unwrap_or(&unit)) {
        return None;
    }
    let span = amounts(text)?;
    match span {
        Span {
            months,
            days: 0,
            microseconds: 0,
        } => Some(format!("{months:+} month")),
        Span {
            months: 0,
            days,
            microseconds: 0,
        } => Some(format!("{days:+} day")),
        Span {
            months: 0,
            days: 0,
            microseconds,
        } if microseconds % SECOND == 0 => Some(format!("{:+} second", microseconds / SECOND)),
        _ => None,
    }
}

impl Span {
    fn negated(self) -> Option<Self> {
        Some(Self {
            months: self.months.checked_neg()?,
            days: self.days.checked_neg()?,
            microseconds: self.microseconds.checked_neg()?,
        })
    }

    /// With so many of a unit more.
    fn and(self, amount: i64, unit: &str) -> Option<Self> {
        let (mut months, mut days, mut microseconds) = (self.months, self.days, self.microseconds);
        match unit.strip_suffix('s').unwrap_or(unit) {
            "year" => months = months.checked_add(amount.checked_mul(12)?)?,
            "mon" | "month" => months = months.checked_add(amount)?,
            "week" => days = days.checked_add(amount.checked_mul(7)?)?,
            "day" => days = days.checked_add(amount)?,
            "hour" => {
                microseconds = microseconds.checked_add(amount.checked_mul(3600 * SECOND)?)?
            }
            "minute" | "min" => {
                microseconds = microseconds.checked_add(amount.checked_mul(60 * SECOND)?)?;
            }
            "second" | "sec" => {
                microseconds = microseconds.checked_add(amount.checked_mul(SECOND)?)?;
            }
            _ => return None,
        }
        Some(Self {
            months,
            days,
            microseconds,
        })
    }
}

/// `INTERVAL '7' DAY`, `INTERVAL '7 days'`, `INTERVAL 7 DAY`.
fn spelled(interval: &Interval) -> Option<Span> {
    if interval.last_field.is_some() {
        return None;
    }
    match &interval.leading_field {
        None => amounts(&text(&interval.value)?),
        Some(unit) => Span::default().and(whole(&interval.value)?, name(unit)?),
    }
}

fn name(unit: &DateTimeField) -> Option<&'static str> {
    Some(match unit {
        DateTimeField::Year | DateTimeField::Years => "year",
        DateTimeField::Month | DateTimeField::Months => "month",
        DateTimeField::Week(None) | DateTimeField::Weeks => "week",
        DateTimeField::Day | DateTimeField::Days => "day",
        DateTimeField::Hour | DateTimeField::Hours => "hour",
        DateTimeField::Minute | DateTimeField::Minutes => "minute",
        DateTimeField::Second | DateTimeField::Seconds => "second",
        _ => return None,
    })
}

fn whole(sql: &Sql) -> Option<i64> {
    match sql {
        Sql::Nested(inner) => whole(inner),
        Sql::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => whole(expr)?.checked_neg(),
        Sql::Value(value) => match &value.value {
            Value::Number(digits, _) | Value::SingleQuotedString(digits) => {
                digits.trim().parse().ok()
            }
            _ => None,
        },
        _ => None,
    }
}

fn text(sql: &Sql) -> Option<String> {
    match sql {
        Sql::Nested(inner) => text(inner),
        Sql::Value(value) => value.value.clone().into_string(),
        _ => None,
    }
}

/// PostgreSQL's `1 mon -7 days 01:30:00`, and what people write.
fn amounts(text: &str) -> Option<Span> {
    let mut span = Span::default();
    let lower = text.to_ascii_lowercase();
    let mut words = lower.split_ascii_whitespace().peekable();
    words.peek()?;
    while let Some(word) = words.next() {
        if word.contains(':') {
            span = span.and(clock(word)?, "second")?;
            continue;
        }
        span = span.and(word.parse().ok()?, words.next()?)?;
    }
    Some(span)
}

/// `-01:30:00` in seconds.
fn clock(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut seconds = 0_i64;
    let mut parts = 0;
    for part in digits.split(':') {
        if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
        parts += 1;
    }
    (parts == 3).then_some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_one_spelling() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(modifier(text).as_deref(), expected, "{text}");
        };
        check("+7 days", Some("+7 day"));
        check("7 day", Some("+7 day"));
        check("-1 hours", Some("-3600 second"));
        check("+90 minutes", Some("+5400 second"));
        check("1 year", Some("+12 month"));
        check("start of day", None);
        check("1 week", None);
        check("1 day 1 day", None);
        check("weekday 0", None);
        check("localtime", None);
        check("+1.5 days", None);
        check("01:30:00", None);
        check("", None);
    }

    #[test]
    fn postgresqls_text_is_read() {
        let check = |text: &str, months: i64, days: i64, seconds: i64| {
            let expected = Span {
                months,
                days,
                microseconds: seconds * SECOND,
            };
            assert_eq!(amounts(text), Some(expected), "{text}");
        };
        check("7 days", 0, 7, 0);
        check("-7 days", 0, -7, 0);
        check("01:30:00", 0, 0, 5400);
        check("-00:00:30", 0, 0, -30);
        check("1 year 2 mons 3 days 04:05:06", 14, 3, 14_706);
        assert_eq!(amounts("1.5 days"), None);
        assert_eq!(amounts("00:00:00.5"), None);
        assert_eq!(amounts("@ 1 day"), None);
    }
}
