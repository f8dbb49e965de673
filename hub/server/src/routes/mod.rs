//! The routes, and what stands around them.

pub mod aliases;
pub mod downloads;
pub mod ops;
pub mod settings;
pub mod tokens;
pub mod whoami;

use std::any::Any;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use hub_domain::Page;
use serde::Serialize;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::{AppState, auth, openapi, telemetry};

/// The whole server as a service: every route, and an answer to every request.
pub fn router(state: AppState) -> Router {
    let limits = state.limits();
    let secured = middleware::from_fn_with_state(state.clone(), auth::authenticate);
    let (api, document) = secured_api().route_layer(secured).split_for_parts();
    let (ops, mut whole) = open_api().split_for_parts();
    whole.merge(document);

    Router::new()
        .merge(api)
        .merge(ops)
        .merge(ops::pages(&whole))
        .fallback(unknown_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(middleware::from_fn_with_state(state.clone(), limit_time))
        .layer(middleware::from_fn(secure_headers))
        .layer(middleware::from_fn(telemetry::observe))
        .with_state(state)
}

/// Every route that the document describes.
pub(crate) fn api() -> OpenApiRouter<AppState> {
    open_api().merge(secured_api())
}

/// Routes that take a token.
fn secured_api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(whoami::whoami))
        .routes(routes!(aliases::list, aliases::create))
        .routes(routes!(aliases::get, aliases::replace, aliases::delete))
        .routes(routes!(downloads::list, downloads::create))
        .routes(routes!(downloads::get, downloads::change))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::get, tokens::change))
        .routes(routes!(settings::list))
        .routes(routes!(settings::get, settings::put, settings::delete))
}

/// Routes that are open to everyone who reaches the address.
fn open_api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::document())
        .routes(routes!(ops::healthz))
        .routes(routes!(ops::readyz))
        .routes(routes!(ops::metrics))
}

async fn unknown_route() -> Problem {
    Problem::unknown_route()
}

async fn wrong_method() -> Problem {
    Problem::wrong_method()
}

fn after_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic hook has logged it.
    Problem::internal().into_response()
}

async fn limit_time(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    tokio::time::timeout(state.limits().request, next.run(request))
        .await
        .map_err(|_| Problem::timed_out())
}

/// Answers hold tokens and one organisation's rows: no cache keeps them, no
/// browser takes them for anything but what they say they are, and no page
/// loads anything from elsewhere.
async fn secure_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             base-uri 'none'; frame-ancestors 'none'",
        ));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The items, in the list's order.
    items: Vec<T>,
    /// How many items the whole list has.
    total: u64,
    /// This page's number, from 1.
    page: u32,
    /// The most items that a page of this size holds.
    size: u32,
}

impl<T, U: From<T>> From<Page<T>> for List<U> {
    fn from(page: Page<T>) -> Self {
        List {
            items: page.items.into_iter().map(U::from).collect(),
            total: page.total,
            page: page.request.page(),
            size: page.request.size(),
        }
    }
}

/// How many rows a deletion removed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deleted {
    /// 1, or 0 when the row was not there.
    deleted: u64,
}
