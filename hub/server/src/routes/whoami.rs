//! What a token opens.

use axum::Json;
use axum::extract::State;
use hub_domain::{OrgId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::auth::{AnyCaller, Caller};
use crate::problem::ProblemDocument;

/// What the token opens.
#[derive(Debug, Serialize, ToSchema)]
pub struct Whoami {
    /// The organisation; null for an operator's token.
    #[schema(value_type = Option<String>, format = Uuid)]
    organisation: Option<OrgId>,
    /// The user; null for an operator's token.
    user_id: Option<String>,
    /// What the token may do in the organisation, greater scopes last.
    scopes: Vec<&'static str>,
    /// Whether the token opens what belongs to the whole service.
    operator: bool,
    /// What the token is called.
    token_name: Option<String>,
    /// From when on the token opens nothing; null means never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Says what the token opens.
#[utoipa::path(
    get,
    path = "/api/v1/whoami",
    tag = "service",
    security(("token" = [])),
    responses(
        (status = 200, description = "What the token opens", body = Whoami),
        (status = 401, description = "No token, or one that opens nothing", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn whoami(State(state): State<AppState>, AnyCaller(caller): AnyCaller) -> Json<Whoami> {
    let operator = caller.is_operator(&state);
    let token_name = caller.token_name().map(ToString::to_string);
    let expires_at = caller.expires_at();
    let (organisation, user_id, scopes) = match caller {
        Caller::User { org, token } => (
            Some(org),
            Some(token.user_id.into_string()),
            token.scopes.iter().map(|scope| scope.as_str()).collect(),
        ),
        Caller::Operator { .. } => (None, None, Vec::new()),
    };
    Json(Whoami {
        organisation,
        user_id,
        scopes,
        operator,
        token_name,
        expires_at,
    })
}
