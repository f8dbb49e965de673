//! Dates and times, to the microsecond.
//!
//! On the way to an engine a time is PostgreSQL's count of microseconds since
//! 2000-01-01 (`timestamp.h`). SQLite gets fixed-width ISO 8601 text made from
//! that count, so text order is time order. Reading also takes the spellings
//! that SQLite's own functions and other libraries write: a space for the `T`,
//! a missing or shorter fraction, `Z`, `+00:00` or nothing at the end.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Date, Time, Timestamp, Timestamptz};

use super::{ReadError, fixed, unreadable};
use crate::{BindValue, Dual, DualValue};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
/// 2000-01-01 in days and microseconds since 1970-01-01.
const EPOCH_DAYS: i64 = 10_957;
const EPOCH_MICROS: i64 = EPOCH_DAYS * MICROS_PER_DAY;

/// `2025-01-31T09:15:00.000000Z`
pub(crate) const DATETIME_LEN: usize = 27;
/// `2025-01-31`
pub(crate) const DATE_LEN: usize = 10;
/// `09:15:00.000000`
pub(crate) const TIME_LEN: usize = 15;

// ---- writing text for SQLite

fn put_digits(text: &mut [u8], mut number: u32) {
    for place in text.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

/// Writes `micros` since 2000-01-01 as ISO 8601, with a `Z` when it is UTC.
pub(crate) fn write_datetime(micros: i64, utc: bool, text: &mut [u8; DATETIME_LEN]) -> &[u8] {
    let days = micros.div_euclid(MICROS_PER_DAY);
    let time = micros.rem_euclid(MICROS_PER_DAY);
    if let Some(date) = text.first_chunk_mut::<DATE_LEN>() {
        write_date(i32::try_from(days).unwrap_or(0), date);
    }
    text[DATE_LEN] = b'T';
    if let Some(rest) = text[DATE_LEN + 1..].first_chunk_mut::<TIME_LEN>() {
        write_time(time, rest);
    }
    text[DATETIME_LEN - 1] = b'Z';
    if utc { text } else { &text[..DATETIME_LEN - 1] }
}

/// Writes `days` since 2000-01-01.
pub(crate) fn write_date(days: i32, text: &mut [u8; DATE_LEN]) -> &[u8] {
    let (year, month, day) = civil_from_days(i64::from(days) + EPOCH_DAYS);
    put_digits(&mut text[0..4], year);
    text[4] = b'-';
    put_digits(&mut text[5..7], month);
    text[7] = b'-';
    put_digits(&mut text[8..10], day);
    text
}

/// Writes `micros` since midnight.
pub(crate) fn write_time(micros: i64, text: &mut [u8; TIME_LEN]) -> &[u8] {
    let seconds = u32::try_from(micros / MICROS_PER_SECOND).unwrap_or(0);
    put_digits(&mut text[0..2], seconds / 3600);
    text[2] = b':';
    put_digits(&mut text[3..5], seconds / 60 % 60);
    text[5] = b':';
    put_digits(&mut text[6..8], seconds % 60);
    text[8] = b'.';
    put_digits(
        &mut text[9..15],
        u32::try_from(micros % MICROS_PER_SECOND).unwrap_or(0),
    );
    text
}

/// Year, month and day of a day counted from 1970-01-01.
///
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn civil_from_days(days: i64) -> (u32, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u32::try_from(number).unwrap_or(0);
    (small(year), small(month), small(day))
}

// ---- reading text from SQLite

/// The number that the digits at `range` spell, or `None`.
fn digits(text: &[u8], range: std::ops::Range<usize>) -> Option<u32> {
    text.get(range)?.iter().try_fold(0_u32, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })
}

fn parse_date(text: &[u8]) -> Option<NaiveDate> {
    if text.len() != DATE_LEN || text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let year = i32::try_from(digits(text, 0..4)?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(text, 5..7)?, digits(text, 8..10)?)
}

/// `HH:MM[:SS[.fraction]]`; digits beyond the sixth of the fraction are cut off.
fn parse_time(text: &[u8]) -> Option<NaiveTime> {
    let (hour, minute) = (digits(text, 0..2)?, digits(text, 3..5)?);
    if text[2] != b':' {
        return None;
    }
    if text.len() == 5 {
        return NaiveTime::from_hms_opt(hour, minute, 0);
    }
    let second = digits(text, 6..8)?;
    if text[5] != b':' {
        return None;
    }
    let micros = match text.get(8..) {
        None | Some([]) => 0,
        Some([b'.', fraction @ ..]) if !fraction.is_empty() && fraction.len() <= 9 => {
            let kept = &fraction[..fraction.len().min(6)];
            if !fraction.iter().all(u8::is_ascii_digit) {
                return None;
            }
            digits(kept, 0..kept.len())? * 10_u32.pow(6 - u32::try_from(kept.len()).ok()?)
        }
        Some(_) => return None,
    };
    NaiveTime::from_hms_micro_opt(hour, minute, second, micros)
}

/// A date and time without a zone, or in UTC: any other offset is not read.
fn parse_datetime(text: &[u8]) -> Option<NaiveDateTime> {
    let text = text
        .strip_suffix(b"Z")
        .or_else(|| text.strip_suffix(b"+00:00"))
        .or_else(|| text.strip_suffix(b"+00"))
        .unwrap_or(text);
    if !matches!(text.get(DATE_LEN), Some(b'T' | b' ')) {
        return None;
    }
    Some(parse_date(&text[..DATE_LEN])?.and_time(parse_time(&text[DATE_LEN + 1..])?))
}

// ---- Diesel

fn check_year(year: i32) -> Result<(), ReadError> {
    if (1..=9999).contains(&year) {
        Ok(())
    } else {
        Err(format!("the year {year} cannot be stored: years go from 1 to 9999").into())
    }
}

fn not_a(what: &str) -> ReadError {
    format!("cannot read a {what}: the text is not an ISO 8601 {what}").into()
}

fn datetime_from_micros(micros: i64) -> Result<NaiveDateTime, ReadError> {
    // `infinity` and `-infinity` are the two ends of the range (timestamp.h).
    if micros == i64::MAX || micros == i64::MIN {
        return Err("cannot read an infinite timestamp".into());
    }
    micros
        .checked_add(EPOCH_MICROS)
        .and_then(DateTime::from_timestamp_micros)
        .map(|time| time.naive_utc())
        .ok_or_else(|| "a timestamp is outside the range of chrono".into())
}

fn read_datetime(value: DualValue<'_>) -> deserialize::Result<NaiveDateTime> {
    match value {
        DualValue::Postgres(bytes) => {
            datetime_from_micros(i64::from_be_bytes(fixed("timestamp", bytes)?))
        }
        DualValue::Text(text) => parse_datetime(text).ok_or_else(|| not_a("timestamp")),
        other => Err(unreadable("timestamp", other)),
    }
}

impl FromSql<Timestamptz, Dual> for DateTime<Utc> {
    #[inline]
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        read_datetime(value).map(|time| time.and_utc())
    }
}

impl FromSql<Timestamp, Dual> for NaiveDateTime {
    #[inline]
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        read_datetime(value)
    }
}

impl FromSql<Date, Dual> for NaiveDate {
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        match value {
            DualValue::Postgres(bytes) => {
                let days = i32::from_be_bytes(fixed("date", bytes)?);
                let days = i64::from(days) + EPOCH_DAYS;
                days.checked_mul(MICROS_PER_DAY)
                    .and_then(DateTime::from_timestamp_micros)
                    .map(|time| time.date_naive())
                    .ok_or_else(|| "a date is infinite or outside the range of chrono".into())
            }
            DualValue::Text(text) => parse_date(text).ok_or_else(|| not_a("date")),
            other => Err(unreadable("date", other)),
        }
    }
}

impl FromSql<Time, Dual> for NaiveTime {
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        match value {
            DualValue::Postgres(bytes) => {
                let micros = i64::from_be_bytes(fixed("time", bytes)?);
                // PostgreSQL has 24:00:00 as well; it is no time of day in chrono.
                u32::try_from(micros / MICROS_PER_SECOND)
                    .ok()
                    .zip(u32::try_from(micros % MICROS_PER_SECOND * 1000).ok())
                    .and_then(|(seconds, nanos)| {
                        NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)
                    })
                    .ok_or_else(|| "cannot read the time 24:00:00".into())
            }
            DualValue::Text(text) => parse_time(text).ok_or_else(|| not_a("time")),
            other => Err(unreadable("time", other)),
        }
    }
}

impl ToSql<Timestamptz, Dual> for DateTime<Utc> {
    #[inline]
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        check_year(self.year())?;
        out.set_value(BindValue::Timestamptz(
            self.timestamp_micros() - EPOCH_MICROS,
        ));
        Ok(IsNull::No)
    }
}

impl ToSql<Timestamp, Dual> for NaiveDateTime {
    #[inline]
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        check_year(self.year())?;
        out.set_value(BindValue::Timestamp(
            self.and_utc().timestamp_micros() - EPOCH_MICROS,
        ));
        Ok(IsNull::No)
    }
}

impl ToSql<Date, Dual> for NaiveDate {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        check_year(self.year())?;
        let days = self.and_time(NaiveTime::MIN).and_utc().timestamp_micros() / MICROS_PER_DAY;
        out.set_value(BindValue::Date(i32::try_from(days - EPOCH_DAYS)?));
        Ok(IsNull::No)
    }
}

impl ToSql<Time, Dual> for NaiveTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        let micros = i64::from(self.num_seconds_from_midnight()) * MICROS_PER_SECOND
            + i64::from(self.nanosecond() % 1_000_000_000) / 1000;
        out.set_value(BindValue::Time(micros));
        Ok(IsNull::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, expected: Option<&str>) {
        let read = parse_datetime(text.as_bytes()).map(|time| time.format("%F %T%.6f").to_string());
        assert_eq!(read.as_deref(), expected, "{text}");
    }

    #[test]
    fn older_spellings_are_read_and_others_refused() {
        reads(
            "2025-01-31T09:15:00.123456Z",
            Some("2025-01-31 09:15:00.123456"),
        );
        reads("2025-01-31 09:15:00", Some("2025-01-31 09:15:00.000000"));
        reads("2025-01-31 09:15", Some("2025-01-31 09:15:00.000000"));
        reads(
            "2025-01-31 09:15:00.5+00:00",
            Some("2025-01-31 09:15:00.500000"),
        );
        reads(
            "2025-01-31T09:15:00.123456789Z",
            Some("2025-01-31 09:15:00.123456"),
        );
        reads("2025-01-31T09:15:00+02:00", None);
        reads("2025-02-30T09:15:00Z", None);
        reads("2025-01-31T09:15:00.Z", None);
        reads("2025-01-31T09:15:00.12x4Z", None);
        reads("2025-01-31", None);
        reads("1738314900", None);
        reads("", None);
        reads("Z", None);
        reads("2025-01-31T", None);
        reads("2025-01-31T09", None);
        reads("2025-01-31T09:1", None);
        reads("２０２５-01-31T09:15:00", None);
    }

    #[test]
    fn text_order_is_time_order() {
        let times = [
            "0001-01-01T00:00:00",
            "1999-12-31T23:59:59.999999",
            "2000-01-01T00:00:00",
            "2024-02-29T12:00:00",
            "9999-12-31T23:59:59.999999",
        ];
        let texts: Vec<String> = times
            .iter()
            .map(|text| {
                let time = parse_datetime(text.as_bytes()).unwrap();
                let micros = time.and_utc().timestamp_micros() - EPOCH_MICROS;
                let mut written = [0; DATETIME_LEN];
                String::from_utf8(write_datetime(micros, true, &mut written).to_vec()).unwrap()
            })
            .collect();
        assert!(texts.is_sorted(), "{texts:?}");
        for (text, time) in texts.iter().zip(times) {
            assert!(text.starts_with(time), "{text} for {time}");
        }
    }
}
