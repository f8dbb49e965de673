//! What the server needs of an open database besides its repositories: how it
//! does, and what kind it is.
//!
//! The server is built and tested against this trait; the binary gives it the
//! one of `hub-persistence`.

use std::sync::Arc;

use async_trait::async_trait;
use hub_domain::{DbResult, DbServices};
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// How a database is opened.
pub struct DatabaseOptions {
    /// Where it is.
    pub url: String,
    /// Where it is for the role that migrates; absent where one role does all.
    pub owner_url: Option<String>,
    /// The master key of stored secrets; absent where none was configured.
    pub encryption_key: Option<Zeroizing<String>>,
}

/// Opens databases: connects, migrates, verifies.
#[async_trait]
pub trait OpenBackend: Send + Sync {
    /// Opens a database.
    ///
    /// # Errors
    ///
    /// Whatever stops it, in words for whoever starts the server.
    async fn open(&self, options: DatabaseOptions) -> anyhow::Result<Arc<dyn Backend>>;
}

/// An open database.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Its services.
    fn services(&self) -> Arc<dyn DbServices>;

    /// Whether it is one file that belongs to one organisation. There, whoever
    /// administers the organisation also runs the service.
    fn is_standalone(&self) -> bool;

    /// How it does. Talks to the database.
    ///
    /// # Errors
    ///
    /// It does not answer.
    async fn status(&self) -> DbResult<DatabaseStatus>;

    /// How the pool does. Talks to nobody.
    fn pool(&self) -> PoolStatus;

    /// Lets connections go: idle ones now, the others when their work is done.
    fn close(&self);
}

/// How a database does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DatabaseStatus {
    /// `SQLite` or `PostgreSQL`.
    pub engine: String,
    /// The version of the engine.
    pub server_version: String,
    /// The newest migration that was applied.
    pub schema_version: Option<String>,
}

/// How a pool of connections does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PoolStatus {
    /// The most connections that there may be.
    pub max: usize,
    /// Connections that are open.
    pub open: usize,
    /// Open connections that no one uses.
    pub idle: usize,
    /// Requests that wait for one.
    pub waiting: usize,
}
