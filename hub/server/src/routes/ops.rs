//! Routes for whoever runs the service, and the pages for people.
//!
//! They take no token: whoever reaches the address may know that the service
//! lives, which versions it runs and what it counts. Nothing here names an
//! organisation.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

use crate::AppState;
use crate::backend::{DatabaseStatus, PoolStatus};
use crate::problem::{ApiResult, Problem, ProblemDocument, chain};

/// The process lives.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `alive`.
    status: &'static str,
}

/// Says that the process lives, whatever the database does.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "service",
    responses((status = 200, description = "Alive", body = Health)),
)]
pub async fn healthz() -> Json<Health> {
    Json(Health { status: "alive" })
}

/// The service can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready`.
    status: &'static str,
    /// Hub's version.
    version: &'static str,
    /// Whether the database is one file of one organisation.
    standalone: bool,
    /// The database.
    #[serde(flatten)]
    database: DatabaseStatus,
    /// The pool of connections to it.
    pool: PoolStatus,
}

/// Says whether the service can do its work now: asks the database.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "service",
    responses(
        (status = 200, description = "Ready", body = Readiness),
        (status = 503, description = "Not ready", body = ProblemDocument,
            content_type = "application/problem+json"),
    ),
)]
pub async fn readyz(State(state): State<AppState>) -> ApiResult<Json<Readiness>> {
    if state.is_draining() {
        return Err(Problem::not_ready("The server is about to stop."));
    }
    let database = state.backend().status().await.map_err(|error| {
        tracing::warn!(error = chain(&error), "not ready");
        Problem::not_ready("The database does not answer.")
    })?;
    Ok(Json(Readiness {
        status: "ready",
        version: env!("CARGO_PKG_VERSION"),
        standalone: state.is_standalone(),
        database,
        pool: state.backend().pool(),
    }))
}

/// Gives what the process counts, in Prometheus's text format.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "service",
    responses((status = 200, description = "The counts", body = String,
        content_type = "text/plain; version=0.0.4")),
)]
pub async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    let text = state.metrics().render(state.backend().pool());
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        text,
    )
}

/// `/`, `/docs` and `/openapi.json`. Nothing on them is loaded from elsewhere.
pub(super) fn pages(document: &OpenApi) -> Router<AppState> {
    // Infallible for a document that utoipa built; an empty one is seen at once.
    let document = serde_json::to_string(document).unwrap_or_default();
    // By default the page asks a validator on the internet about the document.
    let config = utoipa_swagger_ui::Config::from("/openapi.json").validator_url("none");
    let docs = SwaggerUi::new("/docs").config(config);
    Router::new().merge(docs).route("/", get(console)).route(
        "/openapi.json",
        get(async move || ([(header::CONTENT_TYPE, "application/json")], document)),
    )
}

async fn console() -> impl IntoResponse {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src \
                          'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'";
    (
        [(header::CONTENT_SECURITY_POLICY, POLICY)],
        Html(include_str!("../console.html")),
    )
}
