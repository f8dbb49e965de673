//! A clock that stands still.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use dualfuel::Clock;

/// A clock that shows 2025-01-01T00:00:00Z until it is told otherwise.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use dualfuel::Clock;
/// use dualfuel_test::FrozenClock;
///
/// let clock = FrozenClock::default();
/// assert_eq!(clock.now().to_rfc3339(), "2025-01-01T00:00:00+00:00");
/// clock.advance(Duration::from_secs(600));
/// assert_eq!(clock.now().to_rfc3339(), "2025-01-01T00:10:00+00:00");
/// ```
#[derive(Debug)]
pub struct FrozenClock {
    /// Microseconds since 1970, UTC.
    micros: AtomicI64,
}

/// 2025-01-01T00:00:00Z
const START_MICROS: i64 = 1_735_689_600_000_000;

impl Default for FrozenClock {
    fn default() -> Self {
        FrozenClock {
            micros: AtomicI64::new(START_MICROS),
        }
    }
}

impl FrozenClock {
    /// A clock that shows `time`, to the microsecond.
    #[must_use]
    pub fn at(time: DateTime<Utc>) -> Self {
        FrozenClock {
            micros: AtomicI64::new(time.timestamp_micros()),
        }
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.micros.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.micros.load(Ordering::SeqCst)).unwrap_or_default()
    }
}
