//! The identity of an organisation.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The identity of an organisation: a UUID that is not nil.
///
/// It cannot be made from an empty string or from the nil UUID, which are what
/// a forgotten value looks like.
///
/// # Examples
///
/// ```
/// use dualfuel_org::OrgId;
///
/// let org: OrgId = "0190b3c4-5d6e-7f80-9123-456789abcdef".parse()?;
/// assert_eq!(org.to_string(), "0190b3c4-5d6e-7f80-9123-456789abcdef");
/// assert!("".parse::<OrgId>().is_err());
/// assert!("00000000-0000-0000-0000-000000000000".parse::<OrgId>().is_err());
/// # Ok::<(), dualfuel_org::OrgIdError>(())
/// ```
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "Uuid", into = "Uuid")]
pub struct OrgId(Uuid);

/// Why a text or a UUID is no [`OrgId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrgIdError {
    /// The nil UUID.
    #[error("the nil UUID is no organisation")]
    Nil,
    /// Not a UUID.
    #[error("an organisation is named by a UUID")]
    Malformed,
}

impl OrgId {
    /// Takes a UUID that is not nil.
    ///
    /// # Errors
    ///
    /// [`OrgIdError::Nil`].
    pub fn new(id: Uuid) -> Result<Self, OrgIdError> {
        if id.is_nil() {
            Err(OrgIdError::Nil)
        } else {
            Ok(OrgId(id))
        }
    }

    /// Makes a new one, a UUIDv7 of this moment.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where an organisation is made up"
    )]
    pub fn generate() -> Self {
        OrgId(Uuid::now_v7())
    }

    /// The UUID.
    #[must_use]
    pub fn as_uuid(&self) -> Uuid {
        self.0
    }
}

impl fmt::Display for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgId({self})")
    }
}

impl FromStr for OrgId {
    type Err = OrgIdError;

    fn from_str(text: &str) -> Result<Self, OrgIdError> {
        let id = Uuid::try_parse(text).map_err(|_| OrgIdError::Malformed)?;
        OrgId::new(id)
    }
}

impl TryFrom<Uuid> for OrgId {
    type Error = OrgIdError;

    fn try_from(id: Uuid) -> Result<Self, OrgIdError> {
        OrgId::new(id)
    }
}

impl From<OrgId> for Uuid {
    fn from(org: OrgId) -> Uuid {
        org.0
    }
}
