//! The HTTP API gives the same answers on SQLite and on PostgreSQL.
//!
//! One list of requests goes to a server on each engine: clock, ids and tokens
//! are the same on both, so statuses and bodies have to be equal to the letter.

#![expect(clippy::unwrap_used, reason = "a test that panics has done its job")]

use axum::body::Body;
use axum::http::{Method, Request, header};
use hub_domain::{NewApiToken, NewOperatorToken, OrgId, Timestamp, TokenOwner, TokenText};
use hub_persistence::test_support::TestDbService;
use hub_server::AppState;
use hub_server::Limits;
use hub_server::telemetry::Metrics;
use hub_server::test_support::{Client, TestBackend};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

/// The tokens that both servers know, made once.
struct Tokens {
    admin: TokenText,
    reader: TokenText,
    other_user: TokenText,
    expired: TokenText,
    operator: TokenText,
}

impl Tokens {
    fn new(org: OrgId) -> Self {
        let of_org = || TokenText::generate(TokenOwner::Org(org));
        Tokens {
            admin: of_org(),
            reader: of_org(),
            other_user: of_org(),
            expired: of_org(),
            operator: TokenText::generate(TokenOwner::Operator),
        }
    }

    async fn store(&self, on: &TestDbService) {
        let service = on.service();
        let past: Timestamp = serde_json::from_value(json!("2020-01-01T00:00:00Z")).unwrap();
        for (token, user, scopes, expires_at) in [
            (&self.admin, "ann", "admin", None),
            (&self.reader, "ann", "read", None),
            (&self.other_user, "bob", "admin", None),
            (&self.expired, "ann", "admin", Some(past)),
        ] {
            let new = NewApiToken {
                user_id: user.parse().unwrap(),
                name: None,
                prefix: token.prefix().clone(),
                hash: token.hash(),
                scopes: scopes.parse().unwrap(),
                expires_at,
            };
            service.create_token(new).await.unwrap();
        }
        let operator = NewOperatorToken {
            name: None,
            prefix: self.operator.prefix().clone(),
            hash: self.operator.hash(),
            expires_at: None,
        };
        on.services()
            .global()
            .create_operator_token(operator)
            .await
            .unwrap();
    }
}

/// A request: whose token, method, path, body as text.
type Call = (Option<&'static str>, Method, String, Option<String>);

fn calls() -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut call = |who, method: Method, path: &str, body: Option<Value>| {
        calls.push((
            who,
            method,
            path.to_owned(),
            body.map(|body| body.to_string()),
        ));
    };
    let (admin, reader, bob) = (Some("admin"), Some("reader"), Some("bob"));
    let operator = Some("operator");
    let alias = |name: &str| {
        json!({"alias": name, "repo": "org/model", "filename": "m.gguf", "snapshot": "main",
               "request_params": {"temperature": 0.5, "stop": ["ü", null]},
               "context_params": ["--ctx", 4096]})
    };
    call(None, Method::GET, "/healthz", None);
    call(None, Method::GET, "/api/v1/whoami", None);
    call(admin, Method::GET, "/api/v1/whoami", None);
    call(Some("expired"), Method::GET, "/api/v1/whoami", None);
    call(Some("nonsense"), Method::GET, "/api/v1/whoami", None);
    for name in ["b", "a", "ä", "B"] {
        call(admin, Method::POST, "/api/v1/aliases", Some(alias(name)));
    }
    call(admin, Method::POST, "/api/v1/aliases", Some(alias("a")));
    call(bob, Method::POST, "/api/v1/aliases", Some(alias("a")));
    call(reader, Method::POST, "/api/v1/aliases", Some(alias("c")));
    call(reader, Method::GET, "/api/v1/aliases", None);
    call(reader, Method::GET, "/api/v1/aliases?page=2&size=3", None);
    call(reader, Method::GET, "/api/v1/aliases?page=0", None);
    call(bob, Method::GET, "/api/v1/aliases", None);
    let download = json!({"repo": "org/model", "filename": "m.gguf"});
    call(
        admin,
        Method::POST,
        "/api/v1/downloads",
        Some(download.clone()),
    );
    call(admin, Method::POST, "/api/v1/downloads", Some(download));
    call(reader, Method::GET, "/api/v1/downloads", None);
    call(
        reader,
        Method::GET,
        "/api/v1/downloads/01941f29-7c00-7000-8000-00000000ffff",
        None,
    );
    call(reader, Method::GET, "/api/v1/downloads/nonsense", None);
    call(admin, Method::GET, "/api/v1/tokens", None);
    let setting = json!({"value": "42", "value_type": "number"});
    call(
        operator,
        Method::PUT,
        "/api/v1/settings/context.size",
        Some(setting.clone()),
    );
    call(
        operator,
        Method::PUT,
        "/api/v1/settings/context.size",
        Some(setting),
    );
    call(operator, Method::GET, "/api/v1/settings", None);
    call(admin, Method::GET, "/api/v1/settings", None);
    call(
        operator,
        Method::DELETE,
        "/api/v1/settings/context.size",
        None,
    );
    call(
        operator,
        Method::DELETE,
        "/api/v1/settings/context.size",
        None,
    );
    call(admin, Method::GET, "/api/v1/nothing", None);
    call(admin, Method::PATCH, "/api/v1/aliases", None);
    calls.push((
        admin,
        Method::POST,
        "/api/v1/aliases".into(),
        Some("{\"alias\":".into()),
    ));
    calls.push((
        admin,
        Method::POST,
        "/api/v1/aliases".into(),
        Some("{\"alias\": 1}".into()),
    ));
    let unknown = json!({"alias": "x", "surprise": true}).to_string();
    calls.push((admin, Method::POST, "/api/v1/aliases".into(), Some(unknown)));
    calls
}

/// Counted once in a process, whatever the number of servers.
fn metrics() -> Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(|| Metrics::start().unwrap()).clone()
}

async fn answers(on: &TestDbService, tokens: &Tokens) -> Vec<String> {
    tokens.store(on).await;
    let backend = TestBackend {
        services: on.services(),
        standalone: false,
        reachable: true,
    };
    let state = AppState::new(
        Arc::new(backend),
        Arc::new(on.clock().clone()),
        metrics(),
        Limits::default(),
    );
    let anonymous = Client::new(state);
    let mut answers = Vec::new();
    for (who, method, path, body) in calls() {
        let client = match who {
            None => anonymous.clone(),
            Some(who) => {
                let token = match who {
                    "admin" => tokens.admin.reveal(),
                    "reader" => tokens.reader.reveal(),
                    "bob" => tokens.other_user.reveal(),
                    "expired" => tokens.expired.reveal(),
                    "operator" => tokens.operator.reveal(),
                    other => other.to_owned().into(),
                };
                anonymous.with_token(&token)
            }
        };
        let what = format!(
            "{who:?} {method} {path} {}",
            body.as_deref().unwrap_or_default()
        );
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, Body::from);
        let answer = client.send(request.body(body).unwrap()).await;
        answers.push(format!("{what}\n  {} {}", answer.status, answer.text()));
    }
    answers
}

#[tokio::test]
async fn both_engines_give_the_same_answers() {
    if std::env::var_os("DUALFUEL_TEST_SKIP_POSTGRES").is_some() && std::env::var_os("CI").is_none()
    {
        eprintln!("SKIPPED: DUALFUEL_TEST_SKIP_POSTGRES is set");
        return;
    }
    let sqlite = TestDbService::sqlite().await;
    let postgres = TestDbService::postgres().await;
    assert_eq!(sqlite.org_id(), postgres.org_id());
    let tokens = Tokens::new(sqlite.org_id());
    let sqlite = answers(&sqlite, &tokens).await;
    let postgres = answers(&postgres, &tokens).await;
    for (on_sqlite, on_postgres) in sqlite.iter().zip(&postgres) {
        assert_eq!(on_sqlite, on_postgres);
    }
    // The requests did reach what they are meant for.
    let count = |status: &str| {
        let status = format!("\n  {status} ");
        sqlite
            .iter()
            .filter(|answer| answer.contains(&status))
            .count()
    };
    for (status, expected) in [
        ("201 Created", 7),
        ("401 Unauthorized", 3),
        ("403 Forbidden", 2),
        ("404 Not Found", 3),
        ("405 Method Not Allowed", 1),
        ("409 Conflict", 1),
    ] {
        assert_eq!(count(status), expected, "{status}: {sqlite:#?}");
    }
    assert!(count("400 Bad Request") >= 1 && count("422 Unprocessable Entity") >= 2);
    assert!(count("200 OK") >= 11, "{sqlite:#?}");
}
