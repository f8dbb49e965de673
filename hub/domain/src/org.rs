//! Organisations: whose rows there are.
//!
//! An organisation is a customer; every row but settings and organisations
//! belongs to one. [`OrgId`] is what the wall between them is built on, so it
//! cannot be made from nothing: not from an empty text, not from the nil UUID.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::id::parse_hyphenated;
use crate::{DbResult, Invalid, Name, Page, PageRequest, Slug, Timestamp};

/// The id of an organisation. Never nil.
///
/// # Examples
///
/// ```
/// use hub_domain::OrgId;
///
/// let org: OrgId = "01941f29-7c00-7000-8000-0000000000a1".parse()?;
/// assert!("00000000-0000-0000-0000-000000000000".parse::<OrgId>().is_err());
/// assert!("".parse::<OrgId>().is_err());
/// # Ok::<(), hub_domain::Invalid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgId(Uuid);

impl OrgId {
    /// Checks `uuid`.
    ///
    /// # Errors
    ///
    /// It is nil.
    pub fn new(uuid: Uuid) -> Result<Self, Invalid> {
        if uuid.is_nil() {
            Err(Invalid::new("must not be the nil UUID"))
        } else {
            Ok(OrgId(uuid))
        }
    }

    /// The UUID, as it is stored.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Debug for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgId({})", self.0)
    }
}

impl fmt::Display for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for OrgId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        OrgId::new(parse_hyphenated(text)?)
    }
}

impl Serialize for OrgId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OrgId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// One customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrgId,
    /// Its short name, unique whatever the case.
    pub slug: Slug,
    /// Its name for people.
    pub name: Name,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// An organisation to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Its short name, unique whatever the case.
    pub slug: Slug,
    /// Its name for people.
    pub name: Name,
}

/// The organisations. Operators and the command line only.
#[async_trait]
pub trait OrganisationRepository: Send + Sync {
    /// Makes an organisation.
    ///
    /// # Errors
    ///
    /// - `AlreadyExists` (`slug`): another has the slug, in whatever case.
    /// - `Refused`: the database is one SQLite file and already has its
    ///   organisation.
    async fn create_organisation(&self, new: NewOrganisation) -> DbResult<Organisation>;

    /// Reads an organisation.
    async fn get_organisation(&self, id: OrgId) -> DbResult<Option<Organisation>>;

    /// Reads the organisation with this slug, in whatever case.
    async fn find_organisation(&self, slug: &Slug) -> DbResult<Option<Organisation>>;

    /// Lists organisations by slug, whatever the case.
    async fn list_organisations(&self, page: PageRequest) -> DbResult<Page<Organisation>>;
}
