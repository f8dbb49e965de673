//! The text of a token: made once, shown once, kept by its holder only.
//!
//! `hub_<org>_<prefix>_<secret>`, or `hub_operator_<prefix>_<secret>` for
//! whoever runs the service. The text names its organisation, so that it can
//! be looked up inside that organisation; there is no lookup across them. The
//! prefix finds the row, the secret proves the holder.
//!
//! Only a SHA-256 of the secret is stored. A plain hash serves because the
//! secret is 256 random bits: there is nothing to guess and so nothing to slow
//! down. Hashes are compared in constant time.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use rand::Rng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::text::text_type;
use crate::{Invalid, OrgId};

const PREFIX_BYTES: usize = 8;
const SECRET_BYTES: usize = 32;

text_type! {
    /// The public part of a token, by which it is found: 16 hexadecimal
    /// digits.
    TokenPrefix, check_prefix
}

fn check_prefix(text: &str) -> Result<(), Invalid> {
    decode::<PREFIX_BYTES>(text)
        .map(drop)
        .ok_or_else(|| Invalid::new("must be 16 lower-case hexadecimal digits"))
}

/// Lower case only: a token has one spelling.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenOwner {
    /// One organisation.
    Org(OrgId),
    /// What belongs to no organisation.
    Operator,
}

/// Why a text is not a token. Says nothing about the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not of the form hub_<org>_<prefix>_<secret>")]
pub struct TokenFormatError;

/// A token with its secret. Debug leaves the secret out, and it is overwritten
/// when dropped.
///
/// # Examples
///
/// ```
/// use hub_domain::{OrgId, TokenOwner, TokenText};
///
/// let org: OrgId = "01941f29-7c00-7000-8000-0000000000a1".parse()?;
/// let token = TokenText::generate(TokenOwner::Org(org));
///
/// let text = token.reveal();
/// assert!(text.starts_with("hub_01941f297c00700080000000000000a1_"));
/// let read = TokenText::parse(&text)?;
/// assert_eq!(read.owner(), TokenOwner::Org(org));
/// assert!(read.matches(&token.hash()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TokenText {
    owner: TokenOwner,
    prefix: TokenPrefix,
    secret: Zeroizing<[u8; SECRET_BYTES]>,
}

impl TokenText {
    /// Makes a token out of fresh randomness.
    #[must_use]
    pub fn generate(owner: TokenOwner) -> Self {
        let mut prefix = [0; PREFIX_BYTES];
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        let mut random = rand::rng();
        random.fill_bytes(&mut prefix);
        random.fill_bytes(secret.as_mut_slice());
        TokenText {
            owner,
            prefix: TokenPrefix(HEXLOWER.encode(&prefix)),
            secret,
        }
    }

    /// Reads a token.
    ///
    /// # Errors
    ///
    /// The text is not of a token's form.
    pub fn parse(text: &str) -> Result<Self, TokenFormatError> {
        Self::parse_parts(text).ok_or(TokenFormatError)
    }

    fn parse_parts(text: &str) -> Option<Self> {
        let mut parts = text.split('_');
        let (Some("hub"), Some(owner), Some(prefix), Some(secret), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return None;
        };
        let owner = match owner {
            "operator" => TokenOwner::Operator,
            org => TokenOwner::Org(OrgId::new(Uuid::from_bytes(decode(org)?)).ok()?),
        };
        let prefix = TokenPrefix::new(prefix).ok()?;
        Some(TokenText {
            owner,
            prefix,
            secret: Zeroizing::new(decode(secret)?),
        })
    }

    /// What it opens.
    #[must_use]
    pub fn owner(&self) -> TokenOwner {
        self.owner
    }

    /// The part by which its row is found.
    #[must_use]
    pub fn prefix(&self) -> &TokenPrefix {
        &self.prefix
    }

    /// What is stored of the secret.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.secret.as_slice()).into())
    }

    /// Whether this is the token whose hash was stored, decided in constant
    /// time.
    #[must_use]
    pub fn matches(&self, stored: &TokenHash) -> bool {
        self.hash().0.ct_eq(&stored.0).into()
    }

    /// The whole text, secret included: for its holder, once.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(HEXLOWER.encode(self.secret.as_slice()));
        Zeroizing::new(match self.owner {
            TokenOwner::Org(org) => {
                format!(
                    "hub_{}_{}_{}",
                    org.uuid().simple(),
                    self.prefix,
                    secret.as_str()
                )
            }
            TokenOwner::Operator => format!("hub_operator_{}_{}", self.prefix, secret.as_str()),
        })
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenText")
            .field("owner", &self.owner)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// The SHA-256 of a token's secret; stored as 64 hexadecimal digits. Debug
/// leaves it out.
#[derive(Clone)]
pub struct TokenHash([u8; 32]);

// In constant time, like every comparison of hashes.
impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}
impl Eq for TokenHash {}

impl TokenHash {
    /// The hash as it is stored; `parse` reads it back.
    #[must_use]
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

impl FromStr for TokenHash {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        decode(text)
            .map(TokenHash)
            .ok_or_else(|| Invalid::new("must be 64 lower-case hexadecimal digits"))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org() -> TokenOwner {
        TokenOwner::Org("01941f29-7c00-7000-8000-0000000000a1".parse().unwrap())
    }

    #[test]
    fn a_token_reads_back_and_opens_only_itself() {
        for owner in [org(), TokenOwner::Operator] {
            let token = TokenText::generate(owner);
            let other = TokenText::generate(owner);

            let read = TokenText::parse(&token.reveal()).unwrap();

            assert_eq!(read.owner(), owner);
            assert_eq!(read.prefix(), token.prefix());
            assert!(read.matches(&token.hash()));
            assert!(!read.matches(&other.hash()));
            assert_eq!(
                token.hash().to_hex().parse::<TokenHash>().unwrap(),
                token.hash()
            );
        }
    }

    #[test]
    fn a_text_of_any_other_form_is_refused() {
        let good = TokenText::generate(org()).reveal().to_string();
        let nil = good.replace("01941f297c00700080000000000000a1", &"0".repeat(32));
        for text in [
            "",
            "hub",
            "hub___",
            &good[..good.len() - 1],
            &format!("{good}_"),
            &format!("{good}0"),
            &format!(" {good}"),
            &good.to_uppercase(),
            &good.replace("01941f297c00700080000000000000a1", "acme"),
            &good.replace("hub_", "tub_"),
            &nil,
        ] {
            assert_eq!(
                TokenText::parse(text).unwrap_err(),
                TokenFormatError,
                "{text}"
            );
        }
    }

    #[test]
    fn debug_shows_neither_secret_nor_hash() {
        let token = TokenText::generate(org());
        let text = token.reveal();
        let secret = text.rsplit('_').next().unwrap();

        let shown = format!("{token:?} {:?}", token.hash());

        assert!(!shown.contains(secret));
        assert!(!shown.contains(&token.hash().to_hex()));
    }
}
