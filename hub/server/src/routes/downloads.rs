//! Requests to download model files. The whole organisation sees them.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use hub_domain::{
    ByteCount, DownloadChange, DownloadRequest, DownloadStatus, ErrorText, Filename, Id,
    NewDownloadRequest, Patch, Repo, Timestamp,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::List;
use crate::auth::{OrgCaller, Read, Write};
use crate::extract::{Body, PathKey, Query, page_request, present};
use crate::problem::{ApiResult, Check, Problem, ProblemDocument};

/// A request to download a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Download {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Id<DownloadRequest>,
    /// The model repository, `owner/name`.
    repo: String,
    /// The file in it.
    filename: String,
    /// How it stands.
    #[schema(value_type = DownloadState)]
    status: DownloadStatus,
    /// Why it failed.
    error: Option<String>,
    /// How large the file is, once known.
    total_bytes: Option<i64>,
    /// How much is there.
    downloaded_bytes: i64,
    /// When the download began.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// How a download stands.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(
    dead_code,
    reason = "stands for `DownloadStatus` in the OpenAPI document"
)]
enum DownloadState {
    Pending,
    Completed,
    Error,
}

impl From<DownloadRequest> for Download {
    fn from(request: DownloadRequest) -> Self {
        Download {
            id: request.id,
            repo: request.repo.into_string(),
            filename: request.filename.into_string(),
            status: request.status,
            error: request.error.map(ErrorText::into_string),
            total_bytes: request.total_bytes.map(ByteCount::get),
            downloaded_bytes: request.downloaded_bytes.get(),
            started_at: request.started_at,
            created_at: request.created_at,
            updated_at: request.updated_at,
        }
    }
}

/// Which downloads: all, or those of one file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DownloadQuery {
    /// Only those from this repository; together with `filename`.
    repo: Option<String>,
    /// Only those of this file; together with `repo`.
    filename: Option<String>,
    /// The page, from 1; 1 when not given.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// The most items on a page, 1 to 100; 30 when not given.
    #[param(minimum = 1, maximum = 100, default = 30)]
    size: Option<u32>,
}

/// Lists downloads, the last changed first; those of one file, the newest
/// first.
#[utoipa::path(
    get,
    path = "/api/v1/downloads",
    operation_id = "list_downloads",
    tag = "downloads",
    security(("token" = ["read"])),
    params(DownloadQuery),
    responses(
        (status = 200, description = "One page", body = List<Download>),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn list(
    caller: OrgCaller<Read>,
    Query(query): Query<DownloadQuery>,
) -> ApiResult<Json<List<Download>>> {
    let page = page_request(query.page, query.size);
    let found = match (query.repo, query.filename) {
        (None, None) => caller.db.list_download_requests(page).await?,
        (Some(repo), Some(filename)) => {
            let (repo, filename) = check_file(repo, filename)?;
            caller
                .db
                .find_download_requests(&repo, &filename, page)
                .await?
        }
        (Some(_), None) => {
            return Err(Problem::invalid_query(
                "filename",
                "is required together with repo",
            ));
        }
        (None, Some(_)) => {
            return Err(Problem::invalid_query(
                "repo",
                "is required together with filename",
            ));
        }
    };
    Ok(Json(found.into()))
}

fn check_file(repo: String, filename: String) -> ApiResult<(Repo, Filename)> {
    let mut check = Check::default();
    let repo = check.field("repo", Repo::new(repo));
    let filename = check.field("filename", Filename::new(filename));
    repo.zip(filename).ok_or_else(|| check.problem())
}

/// A download to ask for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDownload {
    /// The model repository, `owner/name`.
    #[schema(example = "acme/llama-3-gguf", max_length = 255)]
    repo: String,
    /// The file in it.
    #[schema(example = "llama-3.Q4_K_M.gguf", max_length = 255)]
    filename: String,
}

/// Asks for a download. The same file may be asked for again.
#[utoipa::path(
    post,
    path = "/api/v1/downloads",
    operation_id = "create_download",
    tag = "downloads",
    security(("token" = ["write"])),
    request_body = CreateDownload,
    responses(
        (status = 201, description = "Asked for", body = Download,
            headers(("location" = String, description = "Where the download is"))),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn create(
    caller: OrgCaller<Write>,
    Body(body): Body<CreateDownload>,
) -> ApiResult<(StatusCode, [(HeaderName, String); 1], Json<Download>)> {
    let (repo, filename) = check_file(body.repo, body.filename)?;
    let made = caller
        .db
        .create_download_request(NewDownloadRequest { repo, filename })
        .await?;
    let location = format!("/api/v1/downloads/{}", made.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(made.into()),
    ))
}

/// Reads a download.
#[utoipa::path(
    get,
    path = "/api/v1/downloads/{id}",
    operation_id = "get_download",
    tag = "downloads",
    security(("token" = ["read"])),
    params(("id" = String, Path, format = Uuid, description = "The download's id")),
    responses(
        (status = 200, description = "The download", body = Download),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn get(
    caller: OrgCaller<Read>,
    PathKey(id): PathKey<Id<DownloadRequest>>,
) -> ApiResult<Json<Download>> {
    let found = caller.db.get_download_request(id).await?;
    found
        .map(|found| Json(found.into()))
        .ok_or_else(|| Problem::not_found("download request"))
}

/// What to change about a download. A field that is left out stays; where
/// `null` is allowed, it removes the value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDownload {
    /// How it stands.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DownloadState>, nullable = false)]
    status: Option<DownloadStatus>,
    /// Why it failed.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 2048)]
    error: Patch<String>,
    /// How large the file is.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 0)]
    total_bytes: Patch<i64>,
    /// How much is there.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 0, nullable = false)]
    downloaded_bytes: Option<i64>,
    /// When the download began.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Patch<String>,
}

/// Reports how a download goes.
#[utoipa::path(
    patch,
    path = "/api/v1/downloads/{id}",
    operation_id = "change_download",
    tag = "downloads",
    security(("token" = ["write"])),
    params(("id" = String, Path, format = Uuid, description = "The download's id")),
    request_body = ChangeDownload,
    responses(
        (status = 200, description = "The download as it is now", body = Download),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn change(
    caller: OrgCaller<Write>,
    PathKey(id): PathKey<Id<DownloadRequest>>,
    Body(body): Body<ChangeDownload>,
) -> ApiResult<Json<Download>> {
    let changed = caller
        .db
        .update_download_request(id, check_change(body)?)
        .await?;
    Ok(Json(changed.into()))
}

fn check_change(body: ChangeDownload) -> ApiResult<DownloadChange> {
    let mut check = Check::default();
    let error = check.field("error", body.error.try_map(ErrorText::new));
    let total_bytes = check.field("total_bytes", body.total_bytes.try_map(ByteCount::new));
    let downloaded_bytes = check.field(
        "downloaded_bytes",
        body.downloaded_bytes.map(ByteCount::new).transpose(),
    );
    let started_at = check.field("started_at", body.started_at.try_map(|text| text.parse()));
    match (error, total_bytes, downloaded_bytes, started_at) {
        (Some(error), Some(total_bytes), Some(downloaded_bytes), Some(started_at)) => {
            let status = body.status;
            Ok(DownloadChange {
                status,
                error,
                total_bytes,
                downloaded_bytes,
                started_at,
            })
        }
        _ => Err(check.problem()),
    }
}
