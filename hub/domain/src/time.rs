//! Time as both engines keep it.
//!
//! A [`Timestamp`] is UTC with microseconds in the years 1 to 9999: what
//! `timestamptz` and SQLite's fixed-width text both hold exactly. Anything
//! finer is cut off when it is made, so that what is returned is what is
//! stored.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Invalid;

/// A moment: UTC, microseconds, years 1 to 9999.
///
/// # Examples
///
/// ```
/// use hub_domain::Timestamp;
///
/// let moment: Timestamp = "2025-01-01T01:00:00.1234567+01:00".parse()?;
/// assert_eq!(moment.to_string(), "2025-01-01T00:00:00.123456Z");
/// # Ok::<(), hub_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Cuts `moment` to whole microseconds.
    ///
    /// # Errors
    ///
    /// The year is not in 1..=9999.
    pub fn new(moment: DateTime<Utc>) -> Result<Self, Invalid> {
        if (1..=9999).contains(&moment.year()) {
            Ok(Timestamp(moment.trunc_subsecs(6)))
        } else {
            Err(Invalid::new("must be in the years 1 to 9999"))
        }
    }

    /// The moment as a `chrono` value.
    #[must_use]
    pub fn datetime(self) -> DateTime<Utc> {
        self.0
    }

    /// The moment `duration` later, or `None` past the year 9999.
    #[must_use]
    pub fn checked_add(self, duration: std::time::Duration) -> Option<Self> {
        let duration = chrono::Duration::from_std(duration).ok()?;
        Timestamp::new(self.0.checked_add_signed(duration)?).ok()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let moment = DateTime::parse_from_rfc3339(text)
            .map_err(|_| Invalid::new("must be an RFC 3339 time, such as 2025-01-01T00:00:00Z"))?;
        Timestamp::new(moment.with_timezone(&Utc))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Where the time comes from, so that a test can say what time it is.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The [`Clock`] of a running program.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that others are passed"
    )]
    fn now(&self) -> Timestamp {
        // A machine whose clock is past the year 9999 has no honest answer.
        Timestamp::new(Utc::now()).unwrap_or(Timestamp(DateTime::UNIX_EPOCH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let printed = text
            .parse::<Timestamp>()
            .ok()
            .map(|moment| moment.to_string());
        assert_eq!(printed.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_moment_prints_with_six_digits_in_utc() {
        check("2025-01-01T00:00:00Z", Some("2025-01-01T00:00:00.000000Z"));
        check(
            "2025-01-01T00:00:00.9999999Z",
            Some("2025-01-01T00:00:00.999999Z"),
        );
        check(
            "2025-01-01T02:30:00+02:30",
            Some("2025-01-01T00:00:00.000000Z"),
        );
        check("0001-01-01T00:00:00Z", Some("0001-01-01T00:00:00.000000Z"));
        check("9999-12-31T23:59:59-01:00", None);
        check("0001-01-01T00:00:00+01:00", None);
        check("2025-01-01", None);
        check("yesterday", None);
    }

    #[test]
    fn the_system_clock_keeps_whole_microseconds() {
        let now = SystemClock.now();
        assert_eq!(now.datetime().timestamp_subsec_nanos() % 1_000, 0);
    }
}
