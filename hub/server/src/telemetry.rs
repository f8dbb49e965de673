//! Logs, spans and metrics: what an operator sees of a request.
//!
//! One line per request, in a span that has the request's id and
//! organisation; the same id goes back as `x-request-id`. Paths are logged as
//! routes (`/api/v1/aliases/{id}`), so that no id, key or query ends up in a
//! log, and so that a stranger cannot make up metrics.
//!
//! Panics are logged with their place. Their message is logged only where it
//! is a literal of the program: a formatted one may hold what a row holds.

use std::fmt;
use std::io::{IsTerminal, stderr};
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::HEXLOWER;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Instrument;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::backend::PoolStatus;

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        })
    }
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("must be text or json"),
        }
    }
}

/// Sends logs to standard error. Does nothing when logs already go somewhere.
///
/// `filter` is a level (`info`) or directives (`info,hub_server=debug`).
pub fn start_logging(filter: EnvFilter, format: LogFormat) {
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr);
    let registry = tracing_subscriber::registry().with(filter);
    let started = match format {
        LogFormat::Text => registry
            .with(lines.with_ansi(stderr().is_terminal()))
            .try_init(),
        LogFormat::Json => registry
            .with(lines.json().flatten_event(true).with_span_list(false))
            .try_init(),
    };
    if started.is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic
                .location()
                .map(ToString::to_string)
                .unwrap_or_default();
            let message = panic.payload().downcast_ref::<&'static str>().copied();
            tracing::error!(place, message, "panicked");
        }));
    }
}

/// The numbers that the process counts, as Prometheus reads them.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

/// Why nothing can be counted.
#[derive(Debug, Clone, thiserror::Error)]
#[error("metrics cannot be collected: {0}")]
pub struct MetricsError(String);

impl Metrics {
    /// Starts to count, or gives the counts of the process that already does:
    /// there is one set of counters in a process.
    ///
    /// # Errors
    ///
    /// Another library in the process counts already.
    pub fn start() -> Result<Self, MetricsError> {
        static STARTED: OnceLock<Result<Metrics, MetricsError>> = OnceLock::new();
        STARTED.get_or_init(Self::install).clone()
    }

    fn install() -> Result<Self, MetricsError> {
        // Up to the default time limit of a request, and one beyond.
        const SECONDS: [f64; 12] = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0, 60.0,
        ];
        let installed = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .and_then(PrometheusBuilder::install_recorder);
        let metrics = installed
            .map(Metrics)
            .map_err(|error| MetricsError(error.to_string()))?;
        metrics::describe_counter!("hub_http_requests_total", "Requests answered.");
        metrics::describe_histogram!(
            "hub_http_request_duration_seconds",
            "Time from a request's head to its answer's head."
        );
        metrics::describe_counter!(
            "hub_auth_refusals_total",
            "Requests refused for their token, by code."
        );
        metrics::describe_gauge!(
            "hub_db_pool_connections",
            "Database connections, by state; `max` is the limit."
        );
        metrics::describe_gauge!(
            "hub_db_pool_waiting",
            "Requests that wait for a connection."
        );
        Ok(metrics)
    }

    /// The counts in Prometheus's text format, with those of `pool`.
    #[must_use]
    pub fn render(&self, pool: PoolStatus) -> String {
        let gauge = |state: &'static str, count: usize| {
            // Counts of connections are far below 2^52, so nothing is lost.
            metrics::gauge!("hub_db_pool_connections", "state" => state).set(count as f64);
        };
        gauge("max", pool.max);
        gauge("open", pool.open);
        gauge("idle", pool.idle);
        metrics::gauge!("hub_db_pool_waiting").set(pool.waiting as f64);
        self.0.render()
    }

    /// Folds what was measured since last time, for ever. Unfolded, samples
    /// pile up between two scrapes.
    pub async fn keep_up(self) {
        let mut every = tokio::time::interval(Duration::from_secs(5));
        loop {
            every.tick().await;
            self.0.run_upkeep();
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id, span, log line and metrics.
pub async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = method_label(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method,
        route,
        org = tracing::field::Empty,
    );

    let mut response = next.run(request).instrument(span.clone()).await;

    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    metrics::histogram!(
        "hub_http_request_duration_seconds", "method" => method, "route" => route.clone()
    )
    .record(elapsed);
    metrics::counter!(
        "hub_http_requests_total",
        "method" => method, "route" => route, "status" => status.to_string()
    )
    .increment(1);
    span.in_scope(|| tracing::info!(status, elapsed_us = elapsed.as_micros() as u64, "answered"));
    response.headers_mut().insert(REQUEST_ID.clone(), id);
    response
}

/// The caller's id where it is short and plain, else one of ours: it goes to
/// logs, and a log line is no place for a stranger's text.
fn request_id(request: &Request) -> HeaderValue {
    let plain = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (1..=64).contains(&bytes.len())
            && bytes
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
    };
    request
        .headers()
        .get(&REQUEST_ID)
        .filter(plain)
        .cloned()
        .unwrap_or_else(|| {
            let id = HEXLOWER.encode(&rand::random::<[u8; 16]>());
            HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"))
        })
}

/// Methods that anyone can make up share one label.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
