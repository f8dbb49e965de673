//! The user's aliases. A user sees their own only.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use hub_domain::{
    Filename, Id, JsonArray, JsonObject, Name, Page, Repo, Snapshot, Timestamp, UserAlias,
    UserAliasInput,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{Deleted, List};
use crate::auth::{OrgCaller, Read, Write};
use crate::extract::{Body, PathKey, Query, page_request};
use crate::problem::{ApiResult, Check, Problem, ProblemDocument};

/// A user's name for a model file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alias {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Id<UserAlias>,
    /// The name, unique among the user's.
    alias: String,
    /// The model repository, `owner/name`.
    repo: String,
    /// The file in it.
    filename: String,
    /// The version of the repository: a commit, tag or branch.
    snapshot: String,
    /// Defaults for each request to the model.
    #[schema(value_type = Object)]
    request_params: JsonObject,
    /// Arguments for the process that loads the model.
    #[schema(value_type = Vec<Value>)]
    context_params: JsonArray,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<UserAlias> for Alias {
    fn from(alias: UserAlias) -> Self {
        Alias {
            id: alias.id,
            alias: alias.alias.into_string(),
            repo: alias.repo.into_string(),
            filename: alias.filename.into_string(),
            snapshot: alias.snapshot.into_string(),
            request_params: alias.request_params,
            context_params: alias.context_params,
            created_at: alias.created_at,
            updated_at: alias.updated_at,
        }
    }
}

/// Which aliases: all of the user's, or the one of a name.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AliasQuery {
    /// Only the one of this name; case matters.
    alias: Option<String>,
    /// The page, from 1; 1 when not given.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// The most items on a page, 1 to 100; 30 when not given.
    #[param(minimum = 1, maximum = 100, default = 30)]
    size: Option<u32>,
}

/// Lists the user's aliases by name.
#[utoipa::path(
    get,
    path = "/api/v1/aliases",
    operation_id = "list_aliases",
    tag = "aliases",
    security(("token" = ["read"])),
    params(AliasQuery),
    responses(
        (status = 200, description = "One page", body = List<Alias>),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn list(
    caller: OrgCaller<Read>,
    Query(query): Query<AliasQuery>,
) -> ApiResult<Json<List<Alias>>> {
    let request = page_request(query.page, query.size);
    let Some(alias) = query.alias else {
        return Ok(Json(
            caller
                .db
                .list_user_aliases(&caller.user, request)
                .await?
                .into(),
        ));
    };
    let mut check = Check::default();
    let alias = check
        .field("alias", Name::new(alias))
        .ok_or_else(|| check.problem())?;
    let found = caller.db.find_user_alias(&caller.user, &alias).await?;
    let total = u64::from(found.is_some());
    // There is at most one, and it is on the first page.
    let items = found.into_iter().filter(|_| request.page() == 1).collect();
    Ok(Json(
        Page {
            items,
            total,
            request,
        }
        .into(),
    ))
}

/// What an alias says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AliasBody {
    /// The name, unique among the user's.
    #[schema(example = "llama3:instruct", max_length = 100)]
    alias: String,
    /// The model repository, `owner/name`.
    #[schema(example = "acme/llama-3-gguf", max_length = 255)]
    repo: String,
    /// The file in it.
    #[schema(example = "llama-3.Q4_K_M.gguf", max_length = 255)]
    filename: String,
    /// The version of the repository: a commit, tag or branch.
    #[schema(example = "main", max_length = 255)]
    snapshot: String,
    /// Defaults for each request to the model; `{}` when left out.
    #[serde(default = "empty_object")]
    #[schema(value_type = Object, example = json!({ "temperature": 0.7 }))]
    request_params: Value,
    /// Arguments for the process that loads the model; `[]` when left out.
    #[serde(default = "empty_array")]
    #[schema(value_type = Vec<Value>, example = json!(["--ctx-size", "8192"]))]
    context_params: Value,
}

fn empty_object() -> Value {
    JsonObject::default().into_value()
}

fn empty_array() -> Value {
    JsonArray::default().into_value()
}

fn check_input(body: AliasBody) -> ApiResult<UserAliasInput> {
    let mut check = Check::default();
    let alias = check.field("alias", Name::new(body.alias));
    let repo = check.field("repo", Repo::new(body.repo));
    let filename = check.field("filename", Filename::new(body.filename));
    let snapshot = check.field("snapshot", Snapshot::new(body.snapshot));
    let request_params = check.field("request_params", JsonObject::new(body.request_params));
    let context_params = check.field("context_params", JsonArray::new(body.context_params));
    match (
        alias,
        repo,
        filename,
        snapshot,
        request_params,
        context_params,
    ) {
        (
            Some(alias),
            Some(repo),
            Some(filename),
            Some(snapshot),
            Some(request_params),
            Some(context_params),
        ) => Ok(UserAliasInput {
            alias,
            repo,
            filename,
            snapshot,
            request_params,
            context_params,
        }),
        _ => Err(check.problem()),
    }
}

/// Makes an alias.
#[utoipa::path(
    post,
    path = "/api/v1/aliases",
    operation_id = "create_alias",
    tag = "aliases",
    security(("token" = ["write"])),
    request_body = AliasBody,
    responses(
        (status = 201, description = "Made", body = Alias,
            headers(("location" = String, description = "Where the alias is"))),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn create(
    caller: OrgCaller<Write>,
    Body(body): Body<AliasBody>,
) -> ApiResult<(StatusCode, [(HeaderName, String); 1], Json<Alias>)> {
    let made = caller
        .db
        .create_user_alias(&caller.user, check_input(body)?)
        .await?;
    let location = format!("/api/v1/aliases/{}", made.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(made.into()),
    ))
}

/// Reads an alias.
#[utoipa::path(
    get,
    path = "/api/v1/aliases/{id}",
    operation_id = "get_alias",
    tag = "aliases",
    security(("token" = ["read"])),
    params(("id" = String, Path, format = Uuid, description = "The alias's id")),
    responses(
        (status = 200, description = "The alias", body = Alias),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn get(
    caller: OrgCaller<Read>,
    PathKey(id): PathKey<Id<UserAlias>>,
) -> ApiResult<Json<Alias>> {
    let found = caller.db.get_user_alias(&caller.user, id).await?;
    found
        .map(|found| Json(found.into()))
        .ok_or_else(|| Problem::not_found("user alias"))
}

/// Replaces all that an alias says.
#[utoipa::path(
    put,
    path = "/api/v1/aliases/{id}",
    operation_id = "replace_alias",
    tag = "aliases",
    security(("token" = ["write"])),
    params(("id" = String, Path, format = Uuid, description = "The alias's id")),
    request_body = AliasBody,
    responses(
        (status = 200, description = "The alias as it is now", body = Alias),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn replace(
    caller: OrgCaller<Write>,
    PathKey(id): PathKey<Id<UserAlias>>,
    Body(body): Body<AliasBody>,
) -> ApiResult<Json<Alias>> {
    let changed = caller
        .db
        .update_user_alias(&caller.user, id, check_input(body)?)
        .await?;
    Ok(Json(changed.into()))
}

/// Deletes an alias. Doing it again succeeds and says 0.
#[utoipa::path(
    delete,
    path = "/api/v1/aliases/{id}",
    operation_id = "delete_alias",
    tag = "aliases",
    security(("token" = ["write"])),
    params(("id" = String, Path, format = Uuid, description = "The alias's id")),
    responses(
        (status = 200, description = "How many rows went", body = Deleted),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn delete(
    caller: OrgCaller<Write>,
    PathKey(id): PathKey<Id<UserAlias>>,
) -> ApiResult<Json<Deleted>> {
    let deleted = caller.db.delete_user_alias(&caller.user, id).await?;
    Ok(Json(Deleted { deleted }))
}
