//! Ids that repeat.

use std::sync::atomic::{AtomicU64, Ordering};

use dualfuel::IdSource;
use uuid::{Builder, Uuid};

/// UUIDs of version 7 that are the same in every run: the n-th id of a seed.
///
/// They rise, one millisecond apart, from 2025-01-01T00:00:00Z.
///
/// # Examples
///
/// ```
/// use dualfuel::IdSource;
/// use dualfuel_test::SeededIds;
///
/// let (one, other) = (SeededIds::new(7), SeededIds::new(7));
/// assert_eq!(one.next_id(), other.next_id());
/// assert!(one.next_id() < one.next_id());
/// ```
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    given: AtomicU64,
}

const START_MILLIS: u64 = 1_735_689_600_000;

impl SeededIds {
    /// Ids of this seed, from the first.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        SeededIds {
            seed,
            given: AtomicU64::new(0),
        }
    }
}

impl Default for SeededIds {
    fn default() -> Self {
        SeededIds::new(0)
    }
}

impl IdSource for SeededIds {
    fn next_id(&self) -> Uuid {
        let given = self.given.fetch_add(1, Ordering::SeqCst);
        let first = mix(self.seed ^ mix(given)).to_be_bytes();
        let second = mix(u64::from_be_bytes(first)).to_be_bytes();
        let mut random = [0; 10];
        random[..8].copy_from_slice(&first);
        random[8..].copy_from_slice(&second[..2]);
        Builder::from_unix_timestamp_millis(START_MILLIS + given, &random).into_uuid()
    }
}

/// Sebastiano Vigna's SplitMix64, one step.
fn mix(state: u64) -> u64 {
    let mut mixed = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
