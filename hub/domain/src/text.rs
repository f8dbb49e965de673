//! Text with rules: what may be in it and how long it may be.
//!
//! All of them refuse control characters. NUL is the reason: SQLite stores it
//! and PostgreSQL does not, and an application that accepts it on a laptop
//! fails in the cluster. Lengths count characters.

use crate::Invalid;

/// Declares a text type: a checked `String` that cannot be changed.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks `text`.
            ///
            /// # Errors
            ///
            /// The rule that `text` breaks.
            pub fn new(text: impl Into<String>) -> Result<Self, $crate::Invalid> {
                let text = text.into();
                $check(&text)?;
                Ok(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Gives the text away.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, $crate::Invalid> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Invalid;

            fn try_from(text: String) -> Result<Self, $crate::Invalid> {
                Self::new(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(<String as serde::Deserialize>::deserialize(deserializer)?)
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_type;

/// Declares an enum that is stored and sent as one word per variant.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The word that is stored and sent.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, $crate::Invalid> {
                match text {
                    $($text => Ok($name::$variant),)+
                    _ => {
                        let words = [$($text),+].join(", ");
                        Err($crate::Invalid::new(format!("must be one of {words}")))
                    }
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_enum;

text_type! {
    /// A short name for URLs: letters, digits and hyphens, 1 to 24 of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use hub_domain::Slug;
    ///
    /// assert!(Slug::new("acme-labs").is_ok());
    /// assert_eq!(
    ///     Slug::new("acme labs").unwrap_err().reason(),
    ///     "may hold letters, digits and - only"
    /// );
    /// ```
    Slug, check_slug
}

text_type! {
    /// A name for people: 1 to 100 characters, no space at either end.
    Name, check_name
}

text_type! {
    /// Who a row belongs to within an organisation: 1 to 255 characters, given
    /// by whoever authenticates users.
    UserId, check_user_id
}

text_type! {
    /// A model repository, `owner/name`, at most 255 characters.
    Repo, check_repo
}

text_type! {
    /// A file within a [`Repo`]: a relative path that stays inside, at most
    /// 255 characters.
    Filename, check_filename
}

text_type! {
    /// A version of a [`Repo`]: a commit, tag or branch, at most 255
    /// characters.
    Snapshot, check_snapshot
}

text_type! {
    /// What went wrong, for people: 1 to 2048 characters, line breaks and tabs
    /// allowed.
    ErrorText, check_error_text
}

pub(crate) fn check_length(text: &str, max: usize) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new("must not be empty"));
    }
    // A character has at least one byte, so a text this short needs no count.
    if text.len() > max && text.chars().count() > max {
        return Err(Invalid::new(format!("must be at most {max} characters")));
    }
    Ok(())
}

fn check_no_control(text: &str) -> Result<(), Invalid> {
    if text.chars().any(char::is_control) {
        return Err(Invalid::new("must not hold control characters"));
    }
    Ok(())
}

/// Letters, digits and the characters of `others`; ASCII only.
pub(crate) fn check_word(text: &str, max: usize, others: &'static str) -> Result<(), Invalid> {
    check_length(text, max)?;
    if !text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || others.contains(c))
    {
        return Err(Invalid::new(format!(
            "may hold letters, digits and {others} only"
        )));
    }
    Ok(())
}

fn check_slug(text: &str) -> Result<(), Invalid> {
    check_word(text, 24, "-")
}

fn check_name(text: &str) -> Result<(), Invalid> {
    check_length(text, 100)?;
    check_no_control(text)?;
    check_no_outer_space(text)
}

fn check_no_outer_space(text: &str) -> Result<(), Invalid> {
    if text.trim() != text {
        return Err(Invalid::new("must not begin or end with a space"));
    }
    Ok(())
}

fn check_user_id(text: &str) -> Result<(), Invalid> {
    check_length(text, 255)?;
    check_no_control(text)?;
    check_no_outer_space(text)
}

fn check_repo(text: &str) -> Result<(), Invalid> {
    check_length(text, 255)?;
    let shape = || Invalid::new("must be owner/name, each of letters, digits and ._-");
    let (owner, name) = text.split_once('/').ok_or_else(shape)?;
    for part in [owner, name] {
        check_word(part, 255, "._-").map_err(|_| shape())?;
        if part.starts_with('.') {
            return Err(shape());
        }
    }
    Ok(())
}

fn check_filename(text: &str) -> Result<(), Invalid> {
    check_length(text, 255)?;
    check_no_control(text)?;
    // The name ends up on a disk: no part may climb out of its folder, on any
    // operating system.
    if text.contains(['\\', ':']) || text.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(Invalid::new(
            "must be a relative path without \\, :, . or .. parts",
        ));
    }
    Ok(())
}

fn check_snapshot(text: &str) -> Result<(), Invalid> {
    check_word(text, 255, "._/-")?;
    if text.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(Invalid::new("must be a commit, tag or branch"));
    }
    Ok(())
}

fn check_error_text(text: &str) -> Result<(), Invalid> {
    check_length(text, 2_048)?;
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(Invalid::new(
            "must not hold control characters other than line breaks",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: std::str::FromStr>(accepted: &[&str], refused: &[&str]) {
        for text in accepted {
            assert!(text.parse::<T>().is_ok(), "{text:?} was refused");
        }
        for text in refused {
            assert!(text.parse::<T>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn each_type_holds_its_rule() {
        let long = |length: usize| "x".repeat(length);
        check::<Slug>(
            &["a", "Acme-2", &long(24)],
            &["", "a b", "ä", "a_b", &long(25)],
        );
        check::<Name>(
            &["Zoë & co", &"ß".repeat(100)],
            &["", " x", "a\0", &long(101)],
        );
        check::<UserId>(&["auth0|17", &long(255)], &["", "a\nb", "x ", &long(256)]);
        check::<Repo>(
            &["a/b", "TheBloke/Llama-2.GGUF"],
            &["a", "a/", "a/b/c", "../b"],
        );
        check::<Filename>(
            &["m.gguf", "q4/m.gguf"],
            &["/m", "../m", "a//b", "c:m", "a\\b"],
        );
        check::<Snapshot>(&["main", "refs/pr/1", "5007652f"], &["", "a b", "a/../b"]);
        check::<ErrorText>(&["disk full\nat 3 GB"], &["", "\0", &long(2_049)]);
    }
}
