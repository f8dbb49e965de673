//! Constants, written for the type of the place they stand in.
//!
//! SQLite keeps `'0'` in a boolean column and `1` in a text one. Elsewhere a
//! constant has to be of its column's type, so it becomes the value that
//! SQLite's program meant, or is refused: never a different value.

use super::{Spelling, sql::Sql};
use crate::{
    Engine, Refusal,
    model::{DataType, Expr, Family, Literal, UnaryOp},
};

/// A constant for a column of type `wanted`, or for itself.
pub(super) fn write(
    spelling: Spelling,
    literal: &Literal,
    wanted: Option<&DataType>,
) -> Result<Sql, Refusal> {
    let Some(wanted) = wanted else {
        return plain(spelling, literal);
    };
    if spelling == Spelling::SqliteAsWritten || matches!(literal, Literal::Null) {
        return plain(spelling, literal);
    }
    let unfit = || Refusal::new(format!("{} is no value of type {wanted}", shown(literal)));
    match wanted.family() {
        Family::Boolean => truth(literal).map_or_else(
            || Err(unfit()),
            |truth| plain(spelling, &Literal::Boolean(truth)),
        ),
        Family::Integer => {
            let number = whole(literal).ok_or_else(unfit)?;
            if !fits(number, wanted) {
                return Err(unfit());
            }
            plain(spelling, &Literal::Integer(number))
        }
        Family::Number => {
            let number = number(literal).ok_or_else(unfit)?;
            plain(spelling, &number)
        }
        Family::Text => {
            let text = as_text(literal).ok_or_else(unfit)?;
            let room = match wanted {
                DataType::Varchar(length) | DataType::Char(length) => Some(*length),
                _ => None,
            };
            let long = usize::try_from(room.unwrap_or(u32::MAX)).unwrap_or(usize::MAX);
            if spelling.engine() != Engine::Sqlite && text.chars().count() > long {
                return Err(unfit());
            }
            plain(spelling, &Literal::Text(text))
        }
        Family::Blob => match literal {
            Literal::Blob(_) => plain(spelling, literal),
            Literal::Text(text) => plain(spelling, &Literal::Blob(text.clone().into_bytes())),
            _ => Err(unfit()),
        },
        Family::Date | Family::Time | Family::Timestamp | Family::TimestampTz => {
            let Literal::Text(text) = literal else {
                return Err(unfit());
            };
            let moment = Moment::parse(text).ok_or_else(unfit)?;
            let text = moment.text(spelling, wanted).ok_or_else(unfit)?;
            Ok(of_type(spelling, &text, wanted)?)
        }
        Family::Json => {
            let text = as_text(literal).ok_or_else(unfit)?;
            serde_json::from_str::<serde::de::IgnoredAny>(&text).map_err(|_| unfit())?;
            of_type(spelling, &text, wanted)
        }
        Family::Uuid => {
            let text = uuid(literal).ok_or_else(unfit)?;
            of_type(spelling, &text, wanted)
        }
        Family::Other => Err(unfit()),
    }
}

/// A constant as itself.
pub(super) fn plain(spelling: Spelling, literal: &Literal) -> Result<Sql, Refusal> {
    Ok(match literal {
        Literal::Null => Sql::atom("NULL"),
        Literal::Boolean(true) => Sql::atom("TRUE"),
        Literal::Boolean(false) => Sql::atom("FALSE"),
        // Its absolute value is one too many for a 64 bit number.
        Literal::Integer(i64::MIN) if spelling.engine() == Engine::Postgres => {
            Sql::atom("'-9223372036854775808'::bigint")
        }
        Literal::Integer(number) if *number < 0 => Sql::operation(number.to_string()),
        Literal::Integer(number) => Sql::atom(number.to_string()),
        Literal::Number(number) if number.starts_with('-') => Sql::operation(number.clone()),
        Literal::Number(number) => Sql::atom(number.clone()),
        Literal::Text(text) => spelling.text(text)?,
        Literal::Blob(bytes) => spelling.blob(bytes),
    })
}

/// A constant given as text, of a type that has no constants of its own.
fn of_type(spelling: Spelling, text: &str, wanted: &DataType) -> Result<Sql, Refusal> {
    let quoted = spelling.text(text)?;
    Ok(match spelling.engine() {
        Engine::Postgres => Sql::atom(format!("{}::{}", quoted.text, spelling.data_type(wanted))),
        _ => quoted,
    })
}

fn shown(literal: &Literal) -> String {
    match literal {
        Literal::Null => "NULL".into(),
        Literal::Boolean(truth) => truth.to_string(),
        Literal::Integer(number) => number.to_string(),
        Literal::Number(number) => number.clone(),
        Literal::Text(text) if text.chars().count() > 40 => {
            let start: String = text.chars().take(40).collect();
            format!("'{start}..'")
        }
        Literal::Text(text) => format!("'{text}'"),
        Literal::Blob(bytes) => format!("a blob of {} bytes", bytes.len()),
    }
}

/// What programs store for true and false.
fn truth(literal: &Literal) -> Option<bool> {
    match literal {
        Literal::Boolean(truth) => Some(*truth),
        Literal::Integer(1) => Some(true),
        Literal::Integer(0) => Some(false),
        Literal::Number(number) => match number.parse::<f64>() {
            Ok(1.0) => Some(true),
            Ok(0.0) => Some(false),
            _ => None,
        },
        Literal::Text(text) => match text.to_ascii_lowercase().as_str() {
            "1" | "t" | "true" | "y" | "yes" | "on" => Some(true),
            "0" | "f" | "false" | "n" | "no" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The whole number that integer affinity makes of a constant.
pub(super) fn whole(literal: &Literal) -> Option<i64> {
    match literal {
        Literal::Boolean(truth) => Some(i64::from(*truth)),
        Literal::Integer(number) => Some(*number),
        Literal::Number(text) => whole_of_real(text),
        Literal::Text(text) => {
            let text = text.trim_matches(is_space);
            text.parse().ok().or_else(|| whole_of_real(text))
        }
        _ => None,
    }
}

/// `CAST` of a constant to a number, as SQLite does it: the fraction is cut
/// off, and of a text what it begins with counts. None for anything else.
pub(super) fn cast(expr: &Expr, data_type: &DataType) -> Option<Literal> {
    let (negative, literal) = match expr {
        Expr::Literal(literal) => (false, literal),
        Expr::Unary {
            op: UnaryOp::Minus,
            expr,
        } => match &**expr {
            Expr::Literal(literal @ (Literal::Integer(_) | Literal::Number(_))) => (true, literal),
            _ => return None,
        },
        _ => return None,
    };
    let signed = |number: f64| if negative { -number } else { number };
    let real = |number: f64| {
        let text = format!("{:?}", signed(number));
        number.is_finite().then_some(Literal::Number(text))
    };
    match (literal, data_type.family()) {
        (Literal::Number(text), Family::Integer) => {
            let number = signed(text.parse().ok()?);
            // Too great a number becomes the greatest, as on SQLite.
            #[expect(clippy::cast_possible_truncation, reason = "`as` cuts and saturates")]
            Some(Literal::Integer(number as i64))
        }
        (Literal::Text(text), Family::Integer) => {
            let text = text.trim_start_matches(is_space);
            let sign = usize::from(text.starts_with(['+', '-']));
            let digits = text.get(sign..)?;
            let end = digits.find(|letter: char| !letter.is_ascii_digit());
            let digits = digits.get(..end.unwrap_or(digits.len()))?;
            if digits.is_empty() {
                return Some(Literal::Integer(0));
            }
            let whole = format!("{}{digits}", if text.starts_with('-') { "-" } else { "" });
            let out = if text.starts_with('-') {
                i64::MIN
            } else {
                i64::MAX
            };
            Some(Literal::Integer(whole.parse().unwrap_or(out)))
        }
        (Literal::Text(text), Family::Number) if matches!(data_type, DataType::Double) => {
            let text = text.trim_start_matches(is_space);
            let ends = (0..=text.len()).rev();
            let mut starts = ends.filter_map(|end| text.get(..end));
            let number = starts.find_map(|start| {
                let digits = start.bytes().any(|byte| byte.is_ascii_digit());
                let plain = start
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
                start.parse::<f64>().ok().filter(|_| digits && plain)
            });
            real(number.unwrap_or(0.0))
        }
        _ => None,
    }
}

/// `1.0` and `1e3`, not `1.5` nor what a double can't hold exactly.
fn whole_of_real(text: &str) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let value: f64 = text.parse().ok().filter(|_| plain)?;
    let exact = value.fract() == 0.0 && value.abs() <= EXACT;
    // Within the bounds just checked the cast loses nothing.
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    exact.then_some(value as i64)
}

/// The number that numeric affinity makes of a constant.
pub(super) fn number(literal: &Literal) -> Option<Literal> {
    match literal {
        Literal::Boolean(truth) => Some(Literal::Integer(i64::from(*truth))),
        Literal::Integer(_) | Literal::Number(_) => Some(literal.clone()),
        Literal::Text(text) => {
            let text = text.trim_matches(is_space);
            if let Ok(number) = text.parse() {
                return Some(Literal::Integer(number));
            }
            let digits = text.bytes().any(|byte| byte.is_ascii_digit());
            let plain = text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            let number = digits && plain && text.parse::<f64>().is_ok();
            number.then(|| Literal::Number(text.trim_start_matches('+').to_owned()))
        }
        _ => None,
    }
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// The text that text affinity makes of a constant.
fn as_text(literal: &Literal) -> Option<String> {
    match literal {
        Literal::Boolean(truth) => Some(u8::from(*truth).to_string()),
        Literal::Integer(number) => Some(number.to_string()),
        // SQLite writes 15 digits and always a point; so does Rust while the
        // number is neither very large nor very small.
        Literal::Number(text) => {
            let value: f64 = text.parse().ok()?;
            let usual = value == 0.0 || (1e-4..1e15).contains(&value.abs());
            let short = text.bytes().filter(u8::is_ascii_digit).count() <= 15;
            (usual && short).then(|| format!("{value:?}"))
        }
        Literal::Text(text) => Some(text.clone()),
        Literal::Blob(bytes) => String::from_utf8(bytes.clone()).ok(),
        Literal::Null => None,
    }
}

fn fits(number: i64, data_type: &DataType) -> bool {
    match data_type {
        DataType::SmallInt => i16::try_from(number).is_ok(),
        DataType::Integer => i32::try_from(number).is_ok(),
        _ => true,
    }
}

/// Lower-case and hyphenated.
fn uuid(literal: &Literal) -> Option<String> {
    let digits: String = match literal {
        Literal::Blob(bytes) if bytes.len() == 16 => {
            bytes.iter().map(|byte| format!("{byte:02x}")).collect()
        }
        Literal::Text(text) => {
            let inner = text
                .strip_prefix('{')
                .and_then(|text| text.strip_suffix('}'));
            let text = inner.unwrap_or(text);
            text.chars().filter(|letter| *letter != '-').collect()
        }
        _ => return None,
    };
    let valid = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = digits.to_ascii_lowercase();
    let part = |range| digits.get(range);
    valid.then_some(())?;
    Some(format!(
        "{}-{}-{}-{}-{}",
        part(0..8)?,
        part(8..12)?,
        part(12..16)?,
        part(16..20)?,
        part(20..32)?
    ))
}

/// A date, a time of day or both, as SQLite's functions read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    /// `YYYY-MM-DD`.
    date: Option<String>,
    /// `HH:MM:SS`.
    time: Option<String>,
    /// Six digits.
    micros: String,
    /// Said to be UTC.
    utc: bool,
}

impl Moment {
    /// `YYYY-MM-DD`, `HH:MM[:SS[.fraction]]`, both with a blank or `T`
    /// between, then `Z` or `+00:00`. Another zone is moved to UTC by nobody:
    /// it is not taken.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (text, utc) = ["Z", "z", "+00:00", "+00", "-00:00", " UTC"]
            .iter()
            .find_map(|zone| text.strip_suffix(zone).filter(|rest| rest.contains(':')))
            .map_or((text, false), |rest| (rest.trim_end(), true));
        let (date, time) = match text.split_once([' ', 'T', 't']) {
            Some((date, time)) => (Some(date), Some(time.trim_start())),
            None if text.contains(':') => (None, Some(text)),
            None => (Some(text), None),
        };
        let (time, micros) = match time {
            Some(time) => {
                let (time, micros) = time_of_day(time)?;
                (Some(time), micros)
            }
            None => (None, "000000".into()),
        };
        if date.is_some_and(|date| !is_date(date)) {
            return None;
        }
        Some(Self {
            date: date.map(str::to_owned),
            time,
            micros,
            utc,
        })
    }

    /// As a constant of that type; none when it has no such part.
    fn text(&self, spelling: Spelling, wanted: &DataType) -> Option<String> {
        let fraction = |micros: &str| match spelling {
            Spelling::SqliteCanonical => format!(".{micros}"),
            _ if micros == "000000" => String::new(),
            _ => format!(".{}", micros.trim_end_matches('0')),
        };
        let canonical = spelling == Spelling::SqliteCanonical;
        let midnight = self.time.as_deref().unwrap_or("00:00:00");
        match wanted.family() {
            Family::Date => self.time.is_none().then(|| self.date.clone()).flatten(),
            Family::Time => {
                let time = self.time.as_ref().filter(|_| self.date.is_none())?;
                Some(format!("{time}{}", fraction(&self.micros)))
            }
            family => {
                let date = self.date.as_ref()?;
                let instant = family == Family::TimestampTz;
                let between = if canonical { 'T' } else { ' ' };
                let zone = match spelling {
                    Spelling::SqliteCanonical if instant => "Z",
                    Spelling::Postgres if instant => "+00",
                    _ => "",
                };
                Some(format!(
                    "{date}{between}{midnight}{}{zone}",
                    fraction(&self.micros)
                ))
            }
        }
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let digits =
        |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let leap = {
        let year = number(year);
        year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
    };
    let days = match number(month) {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    // PostgreSQL has no year 0.
    number(year) > 0 && (1..=days).contains(&number(day))
}

/// `HH:MM:SS` and six digits of its fraction.
fn time_of_day(text: &str) -> Option<(String, String)> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [hour, minute] if fraction.is_empty() => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let below = |part: &str, limit: u32| {
        part.len() == 2
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<u32>().is_ok_and(|number| number < limit)
    };
    let valid = below(hour, 24)
        && below(minute, 60)
        && below(second, 60)
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
    valid.then(|| (format!("{hour}:{minute}:{second}"), micros))
}
