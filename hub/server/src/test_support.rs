//! The server without a socket: requests go in, answers come out.
//!
//! [`Client`] calls a router as a client on the network would. [`TestBackend`]
//! puts any services behind it: mocks, or those of a real database.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use hub_domain::{Clock, DbError, DbResult, DbServices};
use serde_json::Value;
use tower::ServiceExt;

use crate::backend::{Backend, DatabaseStatus, PoolStatus};
use crate::telemetry::Metrics;
use crate::{AppState, Limits, router};

/// A [`Backend`] that says of itself what a test wants.
pub struct TestBackend {
    /// Its services.
    pub services: Arc<dyn DbServices>,
    /// Whether it is one file of one organisation.
    pub standalone: bool,
    /// Whether it answers.
    pub reachable: bool,
}

impl TestBackend {
    /// A reachable database of many organisations.
    #[must_use]
    pub fn new(services: impl DbServices + 'static) -> Self {
        TestBackend {
            services: Arc::new(services),
            standalone: false,
            reachable: true,
        }
    }
}

#[async_trait]
impl Backend for TestBackend {
    fn services(&self) -> Arc<dyn DbServices> {
        Arc::clone(&self.services)
    }

    fn is_standalone(&self) -> bool {
        self.standalone
    }

    async fn status(&self) -> DbResult<DatabaseStatus> {
        if !self.reachable {
            return Err(DbError::unavailable("db.internal does not answer"));
        }
        Ok(DatabaseStatus {
            engine: "SQLite".to_owned(),
            server_version: "3.50.0".to_owned(),
            schema_version: Some("0001".to_owned()),
        })
    }

    fn pool(&self) -> PoolStatus {
        PoolStatus {
            max: 4,
            open: 2,
            idle: 1,
            waiting: 0,
        }
    }

    fn close(&self) {}
}

/// Calls a server without a socket.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    token: Option<String>,
}

impl Client {
    /// Calls the server of `state`, without a token.
    #[must_use]
    pub fn new(state: AppState) -> Self {
        Client {
            router: router(state),
            token: None,
        }
    }

    /// Calls a server on `backend` with the default limits.
    ///
    /// # Panics
    ///
    /// The process counts its metrics elsewhere.
    #[must_use]
    pub fn on(backend: impl Backend + 'static, clock: impl Clock + 'static) -> Self {
        let metrics = Metrics::start().expect("nothing else counts in a test");
        let limits = Limits::default();
        Client::new(AppState::new(
            Arc::new(backend),
            Arc::new(clock),
            metrics,
            limits,
        ))
    }

    /// The same client, calling with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Client {
            router: self.router.clone(),
            token: Some(token.to_owned()),
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).expect("a test's request is well-formed"))
            .await
    }

    /// Sends a request as it is, with the client's token if it has one.
    ///
    /// # Panics
    ///
    /// The answer breaks off.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        if let Some(token) = &self.token {
            let value = format!("Bearer {token}")
                .parse()
                .expect("a token is plain text");
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX)
            .await
            .expect("an answer is whole");
        Answer {
            status: head.status,
            headers: head.headers,
            body: body.to_vec(),
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// The status is 400 or above, or the body is no JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        assert!(
            self.status.as_u16() < 400,
            "{} {}",
            self.status,
            self.text()
        );
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// The status and code of a problem document.
    ///
    /// # Panics
    ///
    /// The answer is no problem document, or one that contradicts itself.
    #[must_use]
    pub fn problem(&self) -> (u16, String) {
        let text = self.text();
        let content_type = self.headers.get(header::CONTENT_TYPE);
        assert_eq!(
            content_type.map(|value| value.as_bytes()),
            Some(&b"application/problem+json"[..]),
            "{} {text}",
            self.status
        );
        let document: Value = serde_json::from_slice(&self.body).expect("the body is JSON");
        let code = document["code"]
            .as_str()
            .expect("a problem has a code")
            .to_owned();
        assert_eq!(document["status"], self.status.as_u16(), "{text}");
        assert_eq!(
            document["type"],
            format!("urn:hub:problem:{code}"),
            "{text}"
        );
        assert!(
            document["title"].is_string() && document["detail"].is_string(),
            "{text}"
        );
        (self.status.as_u16(), code)
    }
}
