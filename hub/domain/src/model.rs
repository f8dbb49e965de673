//! Models: for now, requests to download one.
//!
//! A request belongs to the organisation; all its users see it. Whoever
//! downloads reports progress by [`ModelRepository::update_download_request`].

use std::fmt;

use async_trait::async_trait;

use crate::text::text_enum;
use crate::{
    DbResult, ErrorText, Filename, Id, Invalid, Page, PageRequest, Patch, Repo, Timestamp,
};

text_enum! {
    /// How a download stands.
    DownloadStatus {
        /// Waiting, or under way.
        Pending = "pending",
        /// The file is there.
        Completed = "completed",
        /// It failed; the request's `error` says why.
        Error = "error",
    }
}

/// A number of bytes that a signed 64-bit column can hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteCount(i64);

impl ByteCount {
    /// Checks `bytes`.
    ///
    /// # Errors
    ///
    /// It is negative.
    pub fn new(bytes: i64) -> Result<Self, Invalid> {
        if bytes < 0 {
            Err(Invalid::new("must not be negative"))
        } else {
            Ok(ByteCount(bytes))
        }
    }

    /// The number, as it is stored.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for ByteCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A request to download one file of a model repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadRequest {
    /// Its id.
    pub id: Id<DownloadRequest>,
    /// Where the file is.
    pub repo: Repo,
    /// Which file.
    pub filename: Filename,
    /// How it stands.
    pub status: DownloadStatus,
    /// Why it failed.
    pub error: Option<ErrorText>,
    /// How large the file is, once known.
    pub total_bytes: Option<ByteCount>,
    /// How much is there.
    pub downloaded_bytes: ByteCount,
    /// When the download began.
    pub started_at: Option<Timestamp>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A download to ask for. It starts [`DownloadStatus::Pending`], with nothing
/// downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDownloadRequest {
    /// Where the file is.
    pub repo: Repo,
    /// Which file.
    pub filename: Filename,
}

/// What to change about a download; what is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DownloadChange {
    /// How it stands.
    pub status: Option<DownloadStatus>,
    /// Why it failed.
    pub error: Patch<ErrorText>,
    /// How large the file is.
    pub total_bytes: Patch<ByteCount>,
    /// How much is there.
    pub downloaded_bytes: Option<ByteCount>,
    /// When the download began.
    pub started_at: Patch<Timestamp>,
}

/// What the organisation knows about models.
#[async_trait]
pub trait ModelRepository: Send + Sync {
    /// Asks for a download. The same file may be asked for again.
    async fn create_download_request(&self, new: NewDownloadRequest) -> DbResult<DownloadRequest>;

    /// Reads a request.
    async fn get_download_request(
        &self,
        id: Id<DownloadRequest>,
    ) -> DbResult<Option<DownloadRequest>>;

    /// Changes a request and gives it as it is then. `updated_at` is set even
    /// when nothing else changes.
    ///
    /// # Errors
    ///
    /// `NotFound`: no such request.
    async fn update_download_request(
        &self,
        id: Id<DownloadRequest>,
        change: DownloadChange,
    ) -> DbResult<DownloadRequest>;

    /// Lists requests, the last changed first (`updated_at` then `id`, both
    /// descending).
    async fn list_download_requests(&self, page: PageRequest) -> DbResult<Page<DownloadRequest>>;

    /// Lists the requests for one file, the newest first (`created_at` then
    /// `id`, both descending).
    async fn find_download_requests(
        &self,
        repo: &Repo,
        filename: &Filename,
        page: PageRequest,
    ) -> DbResult<Page<DownloadRequest>>;
}
