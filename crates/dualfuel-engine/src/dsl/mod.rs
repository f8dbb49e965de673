//! What Diesel says in one engine's words only, said for both.
//!
//! | Method | PostgreSQL | SQLite |
//! |---|---|---|
//! | [`DualTextMethods::ci_like`] | `ILIKE` under `COLLATE "C"` | `lower(..) LIKE lower(..)` |
//! | [`DualTextMethods::ci_eq`] | `= lower($1 COLLATE "C")` | `= lower(?)` |
//! | [`DualQueryDsl::locked`] | `FOR UPDATE` | nothing: a writing transaction holds the file |
//! | [`DualQueryDsl::locked_skipping`] | `FOR UPDATE SKIP LOCKED` | nothing |
//!
//! Diesel's own `like` minds case on both engines: SQLite is told to.

mod case;
mod lock;

pub use case::{CiEq, CiLike, DualTextMethods};
pub use lock::{DualQueryDsl, Locked};
