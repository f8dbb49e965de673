//! Time and identity, given to an application instead of taken by it.
//!
//! What depends on the moment or on chance cannot be tested twice with the same
//! answer. `dualfuel-test` has a clock that stands still and a source of ids
//! that repeats.

use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// Tells the time, to the microsecond: what both engines store.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;
}

/// The system's clock.
///
/// # Examples
///
/// ```
/// use dualfuel::{Clock, SystemClock};
///
/// let now = SystemClock.now();
/// assert_eq!(now.timestamp_subsec_nanos() % 1000, 0);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that is passed in"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// Makes ids for new rows.
pub trait IdSource: fmt::Debug + Send + Sync {
    /// An id that was not given before.
    fn next_id(&self) -> Uuid;
}

/// UUIDs of version 7: ordered by time, random within a millisecond.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidV7;

impl IdSource for UuidV7 {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the source that is passed in"
    )]
    fn next_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
