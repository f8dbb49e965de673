//! A change to a value that may be absent.

use serde::{Deserialize, Deserializer};

/// What to do with a nullable value: leave it, remove it, or replace it.
///
/// Reads from JSON as RFC 7396 has it: `null` removes, a value replaces; a
/// missing field is [`Patch::Keep`] under `#[serde(default)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// Leave the value as it is.
    Keep,
    /// Remove the value.
    Clear,
    /// Replace the value.
    Set(T),
}

impl<T> Patch<T> {
    /// As a column of a changeset: `None` leaves it, `Some(None)` makes it
    /// null.
    #[must_use]
    pub fn into_column(self) -> Option<Option<T>> {
        match self {
            Patch::Keep => None,
            Patch::Clear => Some(None),
            Patch::Set(value) => Some(Some(value)),
        }
    }

    /// Turns the new value, if there is one, into something else.
    ///
    /// # Errors
    ///
    /// Those of `turn`.
    pub fn try_map<U, E>(self, turn: impl FnOnce(T) -> Result<U, E>) -> Result<Patch<U>, E> {
        Ok(match self {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(value) => Patch::Set(turn(value)?),
        })
    }
}

// A derive would ask for `T: Default`.
#[expect(
    clippy::derivable_impls,
    reason = "derived, it would require `T: Default`"
)]
impl<T> Default for Patch<T> {
    fn default() -> Self {
        Patch::Keep
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Patch::Clear, Patch::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Change {
        #[serde(default)]
        error: Patch<String>,
    }

    fn check(json: &str, expected: Patch<&str>) {
        let change: Change = serde_json::from_str(json).unwrap();
        let expected = expected
            .try_map(|text| Ok::<_, ()>(text.to_owned()))
            .unwrap();
        assert_eq!(change.error, expected, "{json}");
    }

    #[test]
    fn missing_null_and_value_differ() {
        check("{}", Patch::Keep);
        check(r#"{"error": null}"#, Patch::Clear);
        check(r#"{"error": "full disk"}"#, Patch::Set("full disk"));
    }
}
