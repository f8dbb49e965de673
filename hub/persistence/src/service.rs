//! The services: a scope each, and what all of them share.
//!
//! [`OrgService`] holds the scope of one organisation, [`NoOrgService`] the
//! global one. The repositories are implemented on them in a file each, and
//! reach the database through the scope alone.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use dualfuel::prelude::*;
use dualfuel::{Database, GlobalScope, OrgScope};
use hub_domain::{
    Clock, DbCore, DbError, DbResult, DbService, DbServices, GlobalService, IdSource, Item, OrgId,
    Timestamp,
};
use uuid::Uuid;

use crate::database::Mode;
use crate::errors::{self, TxError};
use crate::schema::{api_tokens, download_requests, user_aliases};

/// What every service needs besides its scope.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) mode: Mode,
}

impl Shared {
    /// What a row that is changed now says of the time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now().datetime()
    }

    /// The id and the time of a row that is made now.
    pub(crate) fn new_row(&self) -> (Uuid, DateTime<Utc>) {
        let now = self.clock.now();
        (self.ids.next_id(now), now.datetime())
    }
}

/// Hands out services.
#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) shared: Shared,
}

impl DbServices for Services {
    fn org(&self, org: OrgId) -> Arc<dyn DbService> {
        let scope = dualfuel::OrgId::new(org.uuid())
            .ok()
            .and_then(|asked| self.shared.database.org(asked).ok());
        Arc::new(OrgService {
            org,
            scope,
            shared: self.shared.clone(),
        })
    }

    fn global(&self) -> Arc<dyn GlobalService> {
        Arc::new(NoOrgService::new(self.shared.clone()))
    }
}

/// The service of one organisation.
#[derive(Debug)]
pub(crate) struct OrgService {
    org: OrgId,
    /// Absent when the database is the file of another organisation.
    scope: Option<OrgScope>,
    pub(crate) shared: Shared,
}

impl OrgService {
    pub(crate) fn scope(&self) -> DbResult<&OrgScope> {
        self.scope
            .as_ref()
            .ok_or(DbError::UnknownOrganisation { org: self.org })
    }
}

#[async_trait]
impl DbCore for OrgService {
    /// Opening migrates, so this only looks.
    async fn migrate(&self) -> DbResult<()> {
        self.scope()?;
        let status = self.shared.database.status().await;
        let versions = status.map_err(errors::status)?.schema.versions;
        if versions.iter().any(|version| version.applied_at.is_none()) {
            return Err(DbError::Refused {
                operation: "migrate",
                reason: "a migration was reverted while the service runs; open the database again",
            });
        }
        Ok(())
    }

    /// No table has first rows yet; the organisation of a file gets its own
    /// row when the file is opened.
    async fn seed(&self) -> DbResult<()> {
        self.scope().map(drop)
    }

    fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    async fn reset_all(&self) -> DbResult<()> {
        let scope = self.scope()?;
        if self.shared.mode == Mode::Production {
            return Err(DbError::Refused {
                operation: "reset_all",
                reason: "the service runs in production mode; delete rows one by one, or the database",
            });
        }
        scope
            .write(async |tx| {
                diesel::delete(download_requests::table).execute(tx).await?;
                diesel::delete(api_tokens::table).execute(tx).await?;
                diesel::delete(user_aliases::table).execute(tx).await?;
                Ok::<_, TxError>(())
            })
            .await
            .map_err(errors::transaction(Item::Organisation))
    }
}

/// The service of what belongs to no organisation.
#[derive(Debug)]
pub(crate) struct NoOrgService {
    pub(crate) scope: GlobalScope,
    pub(crate) shared: Shared,
}

impl NoOrgService {
    pub(crate) fn new(shared: Shared) -> Self {
        NoOrgService {
            scope: shared.database.global(),
            shared,
        }
    }
}
