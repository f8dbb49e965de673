//! The repositories together, had for one organisation or for none.
//!
//! A service is an object: the server holds `Arc<dyn DbServices>`, and after
//! authentication `Arc<dyn DbService>` of the one organisation that the token
//! named. Handlers get the latter only, so a handler cannot reach another
//! organisation by mistake.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    DbResult, ModelRepository, OperatorTokenRepository, OrgId, OrganisationRepository,
    SettingsRepository, Timestamp, TokenRepository, UserAliasRepository,
};

/// What a service does besides keeping rows.
#[async_trait]
pub trait DbCore: Send + Sync {
    /// Brings the schema to the version that the program expects. Does nothing
    /// when it is there already.
    async fn migrate(&self) -> DbResult<()>;

    /// Writes the organisation's first rows where they are absent. Doing it
    /// again changes nothing.
    async fn seed(&self) -> DbResult<()>;

    /// The time by the service's clock: the one that `created_at` and
    /// `updated_at` are written by.
    fn now(&self) -> Timestamp;

    /// Deletes every row of the organisation. Development and tests only.
    ///
    /// # Errors
    ///
    /// `Refused`: the service runs in production mode.
    async fn reset_all(&self) -> DbResult<()>;
}

/// Everything that is kept for one organisation.
pub trait DbService:
    DbCore + ModelRepository + TokenRepository + UserAliasRepository + Send + Sync
{
}

impl<T> DbService for T where
    T: DbCore + ModelRepository + TokenRepository + UserAliasRepository + Send + Sync
{
}

/// Everything that belongs to no organisation. Operators, authentication and
/// the command line only.
pub trait GlobalService:
    SettingsRepository + OrganisationRepository + OperatorTokenRepository + Send + Sync
{
}

impl<T> GlobalService for T where
    T: SettingsRepository + OrganisationRepository + OperatorTokenRepository + Send + Sync
{
}

/// Where services are had.
pub trait DbServices: Send + Sync {
    /// The service of one organisation. Does no work: on a SQLite file of
    /// another organisation the first method called is `UnknownOrganisation`;
    /// on PostgreSQL an unknown organisation has no rows.
    fn org(&self, org: OrgId) -> Arc<dyn DbService>;

    /// The service of what belongs to no organisation.
    fn global(&self) -> Arc<dyn GlobalService>;
}
