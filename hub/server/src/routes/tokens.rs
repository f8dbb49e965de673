//! The user's API tokens. A token's text is shown once, when it is made.
//!
//! Making and changing tokens takes the scope `admin`: with less, a token that
//! leaked could make itself a successor that outlives its revocation. As that
//! is the greatest scope, no token can make one that does more than itself.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use hub_domain::{
    ApiToken, Id, Invalid, Name, NewApiToken, Patch, Timestamp, TokenChange, TokenOwner,
    TokenScopes, TokenStatus, TokenText,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::List;
use crate::AppState;
use crate::auth::{Admin, OrgCaller, Read};
use crate::extract::{Body, PageQuery, PathKey, Query, present};
use crate::problem::{ApiResult, Check, Problem, ProblemDocument};

/// A token, without its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Id<ApiToken>,
    /// What it is called.
    name: Option<String>,
    /// The public part of its text.
    prefix: String,
    /// What it may do.
    #[schema(value_type = Vec<Scope>)]
    scopes: Vec<&'static str>,
    /// Whether it opens anything.
    #[schema(value_type = TokenState)]
    status: TokenStatus,
    /// From when on it opens nothing; null means never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// What a token may do; each scope includes those before it.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "stands for `TokenScope` in the OpenAPI document")]
enum Scope {
    Read,
    Write,
    Admin,
}

/// Whether a token opens anything.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "stands for `TokenStatus` in the OpenAPI document")]
enum TokenState {
    Active,
    Inactive,
}

impl From<ApiToken> for Token {
    fn from(token: ApiToken) -> Self {
        Token {
            id: token.id,
            name: token.name.map(Name::into_string),
            prefix: token.prefix.into_string(),
            scopes: token.scopes.iter().map(|scope| scope.as_str()).collect(),
            status: token.status,
            expires_at: token.expires_at,
            created_at: token.created_at,
            updated_at: token.updated_at,
        }
    }
}

/// Lists the user's tokens, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    operation_id = "list_tokens",
    tag = "tokens",
    security(("token" = ["read"])),
    params(PageQuery),
    responses(
        (status = 200, description = "One page", body = List<Token>),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn list(
    caller: OrgCaller<Read>,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<List<Token>>> {
    Ok(Json(
        caller
            .db
            .list_tokens(&caller.user, page.into())
            .await?
            .into(),
    ))
}

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it is called.
    #[schema(example = "laptop", max_length = 100)]
    name: Option<String>,
    /// What it may do.
    #[schema(value_type = Vec<Scope>, min_items = 1)]
    scopes: Vec<String>,
    /// From when on it opens nothing; left out or null means never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
}

/// A token and its text.
#[derive(Serialize, ToSchema)]
pub struct CreatedToken {
    /// The text to send as `Authorization: Bearer`. Shown now and never again.
    token: String,
    /// The token.
    #[serde(flatten)]
    row: Token,
}

/// Makes a token for the caller.
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    operation_id = "create_token",
    tag = "tokens",
    security(("token" = ["admin"])),
    request_body = CreateToken,
    responses(
        (status = 201, description = "Made", body = CreatedToken,
            headers(("location" = String, description = "Where the token is"))),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn create(
    axum::extract::State(state): axum::extract::State<AppState>,
    caller: OrgCaller<Admin>,
    Body(body): Body<CreateToken>,
) -> ApiResult<(StatusCode, [(HeaderName, String); 1], Json<CreatedToken>)> {
    let now = state.clock().now();
    let mut check = Check::default();
    let name = check.field("name", body.name.map(Name::new).transpose());
    let scopes = check.field("scopes", check_scopes(&body.scopes));
    let expires_at = check.field("expires_at", check_expiry(body.expires_at, now));
    let (Some(name), Some(scopes), Some(expires_at)) = (name, scopes, expires_at) else {
        return Err(check.problem());
    };
    let text = TokenText::generate(TokenOwner::Org(caller.org));
    let made = caller
        .db
        .create_token(NewApiToken {
            user_id: caller.user,
            name,
            prefix: text.prefix().clone(),
            hash: text.hash(),
            scopes,
            expires_at,
        })
        .await?;
    let location = format!("/api/v1/tokens/{}", made.id);
    let created = CreatedToken {
        token: text.reveal().to_string(),
        row: made.into(),
    };
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(created),
    ))
}

fn check_scopes(words: &[String]) -> Result<TokenScopes, Invalid> {
    let scopes: Result<Vec<_>, _> = words.iter().map(|word| word.parse()).collect();
    TokenScopes::new(scopes?)
}

fn check_expiry(text: Option<String>, now: Timestamp) -> Result<Option<Timestamp>, Invalid> {
    let expiry: Option<Timestamp> = text.map(|text| text.parse()).transpose()?;
    if expiry.is_some_and(|expiry| expiry <= now) {
        return Err(Invalid::new("must be in the future"));
    }
    Ok(expiry)
}

/// Reads one of the user's tokens.
#[utoipa::path(
    get,
    path = "/api/v1/tokens/{id}",
    operation_id = "get_token",
    tag = "tokens",
    security(("token" = ["read"])),
    params(("id" = String, Path, format = Uuid, description = "The token's id")),
    responses(
        (status = 200, description = "The token", body = Token),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn get(
    caller: OrgCaller<Read>,
    PathKey(id): PathKey<Id<ApiToken>>,
) -> ApiResult<Json<Token>> {
    let found = caller.db.get_token(&caller.user, id).await?;
    found
        .map(|found| Json(found.into()))
        .ok_or_else(|| Problem::not_found("API token"))
}

/// What to change about a token. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeToken {
    /// What it is called; null removes the name.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    name: Patch<String>,
    /// `inactive` revokes it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<TokenState>, nullable = false)]
    status: Option<TokenStatus>,
}

/// Renames or revokes one of the user's tokens.
#[utoipa::path(
    patch,
    path = "/api/v1/tokens/{id}",
    operation_id = "change_token",
    tag = "tokens",
    security(("token" = ["admin"])),
    params(("id" = String, Path, format = Uuid, description = "The token's id")),
    request_body = ChangeToken,
    responses(
        (status = 200, description = "The token as it is now", body = Token),
        (status = "4XX", description = "Refused", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn change(
    caller: OrgCaller<Admin>,
    PathKey(id): PathKey<Id<ApiToken>>,
    Body(body): Body<ChangeToken>,
) -> ApiResult<Json<Token>> {
    let mut check = Check::default();
    let name = check.field("name", body.name.try_map(Name::new));
    let name = name.ok_or_else(|| check.problem())?;
    let change = TokenChange {
        name,
        status: body.status,
    };
    Ok(Json(
        caller
            .db
            .update_token(&caller.user, id, change)
            .await?
            .into(),
    ))
}
