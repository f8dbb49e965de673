//! Names of rows, and where they come from.
//!
//! A row's name is a version 7 UUID: it begins with the time, so that new
//! rows land side by side in an index, and ends in randomness, so that one
//! organisation cannot guess another's. [`Id`] adds the kind of row, so that
//! a token's id is no use where an alias's is wanted.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use rand::Rng;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{Invalid, Timestamp};

/// The id of a row of kind `T`.
///
/// # Examples
///
/// ```
/// use hub_domain::{Id, UserAlias};
///
/// let id: Id<UserAlias> = "01941f29-7c00-7000-8000-000000000001".parse()?;
/// assert_eq!(id.to_string(), "01941f29-7c00-7000-8000-000000000001");
/// # Ok::<(), hub_domain::Invalid>(())
/// ```
pub struct Id<T> {
    uuid: Uuid,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The UUID, as it is stored.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<T> From<Uuid> for Id<T> {
    fn from(uuid: Uuid) -> Self {
        Id {
            uuid,
            kind: PhantomData,
        }
    }
}

// Derives would ask `T` for each of these; an id has them whatever it names.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.uuid)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}

impl<T> FromStr for Id<T> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        parse_hyphenated(text).map(Id::from)
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// One spelling only, the one that is printed: an id that reads in five ways
/// is five cache keys and five log lines.
pub(crate) fn parse_hyphenated(text: &str) -> Result<Uuid, Invalid> {
    Uuid::try_parse(text)
        .ok()
        .filter(|_| text.len() == 36)
        .ok_or_else(|| Invalid::new("must be a UUID, such as 01941f29-7c00-7000-8000-000000000001"))
}

/// Where new ids come from.
///
/// An id begins with `now`, so that ids made later sort later; how ids of the
/// same instant sort is the source's choice.
pub trait IdSource: Send + Sync + fmt::Debug {
    /// Makes an id that was never made before.
    fn next_id(&self, now: Timestamp) -> Uuid;
}

/// The [`IdSource`] of a running program: time, then randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    fn next_id(&self, now: Timestamp) -> Uuid {
        let mut tail = [0_u8; 10];
        rand::rng().fill_bytes(&mut tail);
        uuid_v7(now, sub_millisecond(now), tail)
    }
}

/// The part of a millisecond that has passed, in 4096ths.
fn sub_millisecond(now: Timestamp) -> u16 {
    let micros = now.datetime().timestamp_subsec_micros() % 1_000;
    // At most 999 * 4096 / 1000 = 4091, so it fits.
    u16::try_from(micros * 4_096 / 1_000).unwrap_or(0)
}

/// Lays out a version 7 UUID (RFC 9562, 5.7). `sequence` has 12 bits and sorts
/// ids of one millisecond; of `tail`, the last 8 bytes are used.
pub(crate) fn uuid_v7(now: Timestamp, sequence: u16, mut tail: [u8; 10]) -> Uuid {
    let [high, low] = sequence.to_be_bytes();
    tail[0] = high;
    tail[1] = low;
    let millis = u64::try_from(now.datetime().timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::FrozenClock;
    use crate::{Clock, UserAlias};

    #[test]
    fn random_ids_are_version_7_and_begin_with_the_clocks_time() {
        let now = FrozenClock::default().now();

        let id = RandomIds.next_id(now);

        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        assert!(id.to_string().starts_with("01941f29-7c00-7"), "{id}");
        assert_ne!(id, RandomIds.next_id(now));
    }

    #[test]
    fn ids_of_one_millisecond_sort_by_microsecond() {
        let clock = FrozenClock::default();
        let first = RandomIds.next_id(clock.now());
        clock.advance(std::time::Duration::from_micros(2));

        assert!(first < RandomIds.next_id(clock.now()));
    }

    #[test]
    fn only_the_printed_spelling_is_read() {
        let printed = "01941f29-7c00-7000-8000-000000000001";
        assert_eq!(
            printed.parse::<Id<UserAlias>>().unwrap().to_string(),
            printed
        );
        for other in [
            "01941f297c0070008000000000000001",
            "{01941f29-7c00-7000-8000-000000000001}",
            "urn:uuid:01941f29-7c00-7000-8000-000000000001",
            "1",
            "",
        ] {
            assert!(other.parse::<Id<UserAlias>>().is_err(), "{other}");
        }
    }
}
