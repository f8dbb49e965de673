//! The one place where the server meets `hub-persistence`.
//!
//! Everything else knows a database as a [`Backend`], so that it can be tested
//! without one.

use std::sync::Arc;

use async_trait::async_trait;
use hub_domain::{DbResult, DbServices};
use hub_persistence::{HubDatabase, OpenOptions};

use crate::backend::{Backend, DatabaseOptions, DatabaseStatus, OpenBackend, PoolStatus};

/// Opens databases on Dualfuel: SQLite or PostgreSQL, as the URL says.
#[derive(Debug, Clone, Copy)]
pub struct Persistence;

#[async_trait]
impl OpenBackend for Persistence {
    async fn open(&self, options: DatabaseOptions) -> anyhow::Result<Arc<dyn Backend>> {
        let mut open = OpenOptions::new(options.url);
        if let Some(owner_url) = options.owner_url {
            open = open.owner_url(owner_url);
        }
        // No table keeps a secret yet, so `options.encryption_key` goes nowhere.
        Ok(Arc::new(open.open().await?))
    }
}

#[async_trait]
impl Backend for HubDatabase {
    fn services(&self) -> Arc<dyn DbServices> {
        HubDatabase::services(self)
    }

    fn is_standalone(&self) -> bool {
        self.file_org().is_some()
    }

    async fn status(&self) -> DbResult<DatabaseStatus> {
        let status = HubDatabase::status(self).await?;
        Ok(DatabaseStatus {
            engine: status.engine,
            server_version: status.server_version,
            schema_version: status.schema_version,
        })
    }

    fn pool(&self) -> PoolStatus {
        let pool = HubDatabase::pool(self);
        PoolStatus {
            max: pool.max,
            open: pool.open,
            idle: pool.idle,
            waiting: pool.waiting,
        }
    }

    fn close(&self) {
        HubDatabase::close(self);
    }
}
