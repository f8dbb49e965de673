//! Constants, in the one spelling that their type has.

use std::cmp::Ordering;

use serde_json::Value;

use crate::model::{DataType, Expr, Family, Literal};

/// A number's text in one spelling: `1.50` and `15e-1` are `1.5`, `2.` is
/// `2.0`. None for text that is not a decimal number.
pub(super) fn number(text: &str) -> Option<String> {
    let (sign, digits, scale) = decimal(text)?;
    let mut out = String::new();
    if sign && digits != "0" {
        out.push('-');
    }
    let length = i64::try_from(digits.len()).ok()?;
    // The value is 0.<digits> * 10^point.
    let point = length.checked_sub(scale)?;
    if digits == "0" {
        return Some("0.0".to_owned());
    }
    if !(-20..=40).contains(&point) {
        return Some(format!("{out}0.{digits}e{point}"));
    }
    let point = usize::try_from(point).unwrap_or(0);
    if scale <= 0 {
        out.push_str(&digits);
        out.extend(std::iter::repeat_n('0', usize::try_from(-scale).ok()?));
        out.push_str(".0");
    } else if point == 0 {
        out.push_str("0.");
        let zeros = usize::try_from(scale - length).unwrap_or(0);
        out.extend(std::iter::repeat_n('0', zeros));
        out.push_str(&digits);
    } else {
        out.push_str(digits.get(..point)?);
        out.push('.');
        out.push_str(digits.get(point..)?);
    }
    Some(out)
}

/// Sign, digits without zeros around them, and how many are after the point.
fn decimal(text: &str) -> Option<(bool, String, i64)> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut scale = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
    let mut digits = digits.trim_start_matches('0').to_owned();
    while digits.ends_with('0') {
        digits.pop();
        scale -= 1;
    }
    if digits.is_empty() {
        return Some((false, "0".to_owned(), 0));
    }
    Some((sign, digits, scale))
}

/// The integer that a number's text is, where it is one.
pub(super) fn integer(text: &str) -> Option<i64> {
    number(text)?.strip_suffix(".0")?.parse().ok()
}

/// A constant as one of a family, where a column of it would hold it so;
/// unchanged where that is not sure.
pub(super) fn of_family(literal: Literal, family: Family) -> Literal {
    match (literal, family) {
        (Literal::Integer(0), Family::Boolean) => Literal::Boolean(false),
        (Literal::Integer(1), Family::Boolean) => Literal::Boolean(true),
        (Literal::Boolean(value), Family::Integer | Family::Number) => {
            Literal::Integer(i64::from(value))
        }
        (Literal::Number(text), Family::Integer | Family::Number) => {
            integer(&text).map_or(Literal::Number(text), Literal::Integer)
        }
        (Literal::Text(text), family) => of_text(text, family),
        (literal, _) => literal,
    }
}

/// A text constant that stands beside a value of another family.
fn of_text(text: String, family: Family) -> Literal {
    match family {
        Family::Integer | Family::Number => match number(&text) {
            Some(number) => integer(&number).map_or(Literal::Number(number), Literal::Integer),
            None => Literal::Text(text),
        },
        Family::Uuid => Literal::Text(text.to_ascii_lowercase()),
        Family::Json => Literal::Text(json(&text).unwrap_or(text)),
        Family::Date | Family::Time | Family::Timestamp | Family::TimestampTz => {
            Literal::Text(time(&text, family).unwrap_or(text))
        }
        _ => Literal::Text(text),
    }
}

/// A constant that a cast or a default turns into a family's: more is taken
/// than beside a column, since it is converted and not compared.
pub(super) fn converted(literal: Literal, data_type: &DataType) -> Option<Literal> {
    let family = data_type.family();
    Some(match (literal, family) {
        (Literal::Null, _) => Literal::Null,
        (Literal::Text(text), Family::Boolean) => match text.trim().to_ascii_lowercase().as_str() {
            "t" | "true" | "1" | "yes" | "on" | "y" => Literal::Boolean(true),
            "f" | "false" | "0" | "no" | "off" | "n" => Literal::Boolean(false),
            _ => return None,
        },
        (Literal::Integer(value @ (0 | 1)), Family::Boolean) => Literal::Boolean(value == 1),
        (Literal::Boolean(value), Family::Integer) => Literal::Integer(i64::from(value)),
        (Literal::Text(text), Family::Integer) => Literal::Integer(integer(&text)?),
        (Literal::Number(text), Family::Integer) => Literal::Integer(integer(&text)?),
        (Literal::Text(text) | Literal::Number(text), Family::Number) => {
            plain_number(&text, data_type)?
        }
        (Literal::Integer(value), Family::Number) => plain_number(&value.to_string(), data_type)?,
        (Literal::Text(text), Family::Text) => match data_type {
            DataType::Varchar(length) | DataType::Char(length)
                if text.chars().count() > usize::try_from(*length).ok()? =>
            {
                return None;
            }
            _ => Literal::Text(text),
        },
        (Literal::Integer(value), Family::Text) => Literal::Text(value.to_string()),
        (Literal::Text(text), Family::Blob) => Literal::Blob(text.into_bytes()),
        (Literal::Integer(value), Family::Json) => Literal::Text(value.to_string()),
        (Literal::Text(text), Family::Uuid) => Literal::Text(text.to_ascii_lowercase()),
        (Literal::Text(text), Family::Json) => Literal::Text(json(&text)?),
        (
            Literal::Text(text),
            Family::Date | Family::Time | Family::Timestamp | Family::TimestampTz,
        ) => Literal::Text(time(&text, family)?),
        (literal, family) if family_of(&literal) == Some(family) => literal,
        _ => return None,
    })
}

/// A number whose type keeps all of its digits.
fn plain_number(text: &str, data_type: &DataType) -> Option<Literal> {
    let number = number(text)?;
    if let DataType::Numeric(Some((_, scale))) = data_type {
        let fraction = number.split_once('.').map_or("", |(_, f)| f);
        if number.contains('e') || (fraction != "0" && fraction.len() > usize::from(*scale)) {
            return None;
        }
    }
    Some(Literal::Number(number))
}

/// The family of a constant that has one by itself: text is taken for
/// anything.
pub(super) fn family_of(literal: &Literal) -> Option<Family> {
    match literal {
        Literal::Boolean(_) => Some(Family::Boolean),
        Literal::Integer(_) => Some(Family::Integer),
        Literal::Number(_) => Some(Family::Number),
        Literal::Blob(_) => Some(Family::Blob),
        Literal::Null | Literal::Text(_) => None,
    }
}

/// A JSON document with its keys in order and no blanks. PostgreSQL keeps
/// neither in a `jsonb` constant.
fn json(text: &str) -> Option<String> {
    // A number of more digits than a double holds would not come back.
    let long = text
        .split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() > 15);
    if long {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    Some(sorted(value).to_string())
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().map(|(k, v)| (k, sorted(v))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// A date or time in one spelling: `YYYY-MM-DD HH:MM:SS[.f]`, in UTC, without
/// zeros at the end.
fn time(text: &str, family: Family) -> Option<String> {
    let text = text.trim();
    if family == Family::Time {
        return clock(text).map(|(clock, fraction)| spell_clock(clock, &fraction));
    }
    let (day, rest) = match text.get(..10) {
        Some(day) => (day, text.get(10..)?),
        None => return None,
    };
    let mut days = days(day)?;
    let rest = rest.strip_prefix(['T', ' ']).unwrap_or(rest).trim();
    if family == Family::Date {
        // A date's constant with a time of day is not one date's spelling.
        return rest.is_empty().then(|| spell_day(days));
    }
    let (rest, offset) = zone(rest)?;
    let (mut seconds, fraction) = if rest.is_empty() {
        (0, String::new())
    } else {
        clock(rest)?
    };
    if family == Family::TimestampTz {
        seconds -= offset.unwrap_or(0);
    } else if offset.is_some_and(|offset| offset != 0) {
        return None;
    }
    days += seconds.div_euclid(86_400);
    let clock = spell_clock(seconds.rem_euclid(86_400), &fraction);
    Some(format!("{} {clock}", spell_day(days)))
}

/// `HH:MM[:SS[.f]]` as seconds and the fraction's digits.
fn clock(text: &str) -> Option<(i64, String)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = whole.split(':').map(two_digits);
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = match parts.next() {
        Some(seconds) => seconds?,
        None => 0,
    };
    let digits = fraction.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !digits || hours > 24 || minutes > 59 || seconds > 60 {
        return None;
    }
    let fraction = fraction.trim_end_matches('0').to_owned();
    Some((hours * 3600 + minutes * 60 + seconds, fraction))
}

fn two_digits(text: &str) -> Option<i64> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn spell_clock(seconds: i64, fraction: &str) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let point = if fraction.is_empty() { "" } else { "." };
    format!(
        "{hours:02}:{minutes:02}:{:02}{point}{fraction}",
        seconds % 60
    )
}

/// The time of day before a zone, and the zone's seconds east of UTC.
fn zone(text: &str) -> Option<(&str, Option<i64>)> {
    if let Some(rest) = text.strip_suffix(['Z', 'z']) {
        return Some((rest.trim_end(), Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let (rest, zone) = (text.get(..at)?, text.get(at..)?);
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let zone = zone.get(1..)?;
    let (hours, minutes) = match zone.split_once(':') {
        Some((hours, minutes)) => (two_digits(hours)?, two_digits(minutes)?),
        None if zone.len() == 4 => (two_digits(zone.get(..2)?)?, two_digits(zone.get(2..)?)?),
        None => (two_digits(zone)?, 0),
    };
    Some((rest.trim_end(), Some(sign * (hours * 3600 + minutes * 60))))
}

/// Days since 0000-03-01 of `YYYY-MM-DD`, in the Gregorian calendar.
fn days(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let year = two_digits(text.get(..2)?)? * 100 + two_digits(text.get(2..4)?)?;
    let (month, day) = (two_digits(text.get(5..7)?)?, two_digits(text.get(8..)?)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years begin in March, so that a leap day is the last.
    let (year, month) = match month.cmp(&3) {
        Ordering::Less => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let count = year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 153 + 2) / 5
        + day
        - 1;
    // There is no 31st of February: such text is no day.
    (spell_day(count) == text).then_some(count)
}

fn spell_day(days: i64) -> String {
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + carry)
}

/// The constant of an expression, where it is one.
pub(super) fn literal(expr: &Expr) -> Option<&Literal> {
    match expr {
        Expr::Literal(literal) => Some(literal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(number(text).as_deref(), expected, "{text}");
        };
        check("1.50", Some("1.5"));
        check("15e-1", Some("1.5"));
        check("2.", Some("2.0"));
        check(".5", Some("0.5"));
        check("-0.00", Some("0.0"));
        check("007", Some("7.0"));
        check("-12.340", Some("-12.34"));
        check("1e3", Some("1000.0"));
        check("0.00012", Some("0.00012"));
        check("1e100", Some("0.1e101"));
        check("12a", None);
        check("", None);
    }

    #[test]
    fn an_instant_has_one_spelling() {
        let check = |text: &str, family: Family, expected: Option<&str>| {
            assert_eq!(time(text, family).as_deref(), expected, "{text}");
        };
        check("2020-01-01", Family::Timestamp, Some("2020-01-01 00:00:00"));
        check(
            "2020-01-01T10:00",
            Family::Timestamp,
            Some("2020-01-01 10:00:00"),
        );
        check(
            "2020-02-29 23:30:00.500000",
            Family::Timestamp,
            Some("2020-02-29 23:30:00.5"),
        );
        check(
            "2020-02-29 23:30:00-01",
            Family::TimestampTz,
            Some("2020-03-01 00:30:00"),
        );
        check(
            "2021-01-01T00:30:00+01:00",
            Family::TimestampTz,
            Some("2020-12-31 23:30:00"),
        );
        check(
            "1970-01-01 00:00:00Z",
            Family::TimestampTz,
            Some("1970-01-01 00:00:00"),
        );
        check("10:00:00.000000", Family::Time, Some("10:00:00"));
        check("2020-01-01", Family::Date, Some("2020-01-01"));
        check("now", Family::Timestamp, None);
        check("2020-13-01", Family::Date, None);
    }

    #[test]
    fn a_document_has_one_spelling() {
        assert_eq!(
            json(r#"{"b": [1, 2], "a": "x"}"#).as_deref(),
            Some(r#"{"a":"x","b":[1,2]}"#)
        );
        assert_eq!(json("nope"), None);
        assert_eq!(json("[12345678901234567890]"), None);
    }
}
