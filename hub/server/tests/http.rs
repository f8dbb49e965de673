//! What a client of the API sees, over mocks: who gets in, what is refused and
//! in which words. What is stored is `hub-persistence`'s to test.

#![expect(clippy::unwrap_used, reason = "a test that panics has done its job")]

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use hub_domain::test_support::{
    FrozenClock, MockDbService, MockGlobalService, OneOrg, frozen_now, org_id,
};
use hub_domain::{
    ApiToken, ByteCount, DbError, DownloadRequest, DownloadStatus, Item, JsonArray, JsonObject,
    NewApiToken, NewSetting, OperatorToken, Page, Patch, Setting, Timestamp, TokenOwner,
    TokenScopes, TokenStatus, TokenText, UserAlias,
};
use hub_server::telemetry::Metrics;
use hub_server::test_support::{Answer, Client, TestBackend};
use hub_server::{AppState, Limits};
use serde_json::{Value, json};
use uuid::Uuid;

const ID: &str = "01941f29-7c00-7000-8000-000000000001";

/// A server on mocks, with a token of `ann` and one of an operator.
struct Hub {
    org: MockDbService,
    global: MockGlobalService,
    standalone: bool,
    limits: Limits,
    token: TokenText,
    row: ApiToken,
}

impl Hub {
    fn new(scopes: &str) -> Self {
        let token = TokenText::generate(TokenOwner::Org(org_id(1)));
        let row = api_token(&token, scopes);
        Hub {
            org: MockDbService::new(),
            global: MockGlobalService::new(),
            standalone: false,
            limits: Limits::default(),
            token,
            row,
        }
    }

    /// A client with ann's token.
    fn client(self) -> Client {
        let token = self.token.reveal();
        self.anonymous().with_token(&token)
    }

    /// A client with an operator's token.
    fn operator(mut self) -> Client {
        let token = TokenText::generate(TokenOwner::Operator);
        let row = OperatorToken {
            id: Uuid::from_u128(9).into(),
            name: None,
            prefix: token.prefix().clone(),
            hash: token.hash(),
            status: TokenStatus::Active,
            expires_at: None,
            created_at: frozen_now(),
            updated_at: frozen_now(),
        };
        self.global
            .expect_find_operator_token_by_prefix()
            .returning(move |prefix| Ok((*prefix == row.prefix).then(|| row.clone())));
        self.anonymous().with_token(&token.reveal())
    }

    /// A client without a token.
    fn anonymous(mut self) -> Client {
        let row = self.row;
        self.org
            .expect_find_token_by_prefix()
            .returning(move |prefix| Ok((*prefix == row.prefix).then(|| row.clone())));
        let services = OneOrg::new(org_id(1), self.org, self.global);
        let backend = TestBackend {
            standalone: self.standalone,
            ..TestBackend::new(services)
        };
        let metrics = Metrics::start().unwrap();
        let clock = Arc::new(FrozenClock::default());
        Client::new(AppState::new(
            Arc::new(backend),
            clock,
            metrics,
            self.limits,
        ))
    }
}

fn api_token(token: &TokenText, scopes: &str) -> ApiToken {
    ApiToken {
        id: Uuid::from_u128(8).into(),
        user_id: "ann".parse().unwrap(),
        name: Some("laptop".parse().unwrap()),
        prefix: token.prefix().clone(),
        hash: token.hash(),
        scopes: scopes.parse().unwrap(),
        status: TokenStatus::Active,
        expires_at: None,
        created_at: frozen_now(),
        updated_at: frozen_now(),
    }
}

fn alias() -> UserAlias {
    UserAlias {
        id: ID.parse().unwrap(),
        user_id: "ann".parse().unwrap(),
        alias: "llama3".parse().unwrap(),
        repo: "acme/llama".parse().unwrap(),
        filename: "q4.gguf".parse().unwrap(),
        snapshot: "main".parse().unwrap(),
        request_params: JsonObject::new(json!({ "temperature": 0.7 })).unwrap(),
        context_params: JsonArray::new(json!(["--ctx-size", "8192"])).unwrap(),
        created_at: frozen_now(),
        updated_at: frozen_now(),
    }
}

fn alias_body() -> Value {
    json!({ "alias": "llama3", "repo": "acme/llama", "filename": "q4.gguf", "snapshot": "main" })
}

fn download() -> DownloadRequest {
    DownloadRequest {
        id: ID.parse().unwrap(),
        repo: "acme/llama".parse().unwrap(),
        filename: "q4.gguf".parse().unwrap(),
        status: DownloadStatus::Pending,
        error: None,
        total_bytes: None,
        downloaded_bytes: ByteCount::default(),
        started_at: None,
        created_at: frozen_now(),
        updated_at: frozen_now(),
    }
}

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        answer.problem(),
        (status, code.to_owned()),
        "{}",
        answer.text()
    );
}

/// A field of an answer's problem document that was refused.
#[track_caller]
fn refused_field(answer: &Answer, status: u16, code: &str, field: &str) {
    refused(answer, status, code);
    let document: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(document["errors"][0]["field"], field, "{document}");
}

mod tokens_open_or_do_not {
    use super::*;

    fn raw(value: &[u8]) -> Request<Body> {
        Request::get("/api/v1/whoami")
            .header("authorization", value)
            .body(Body::empty())
            .unwrap()
    }

    #[tokio::test]
    async fn a_token_opens_its_organisation_for_its_user() {
        let answer = Hub::new("write").client().get("/api/v1/whoami").await;

        assert_eq!(
            answer.json(),
            json!({
                "organisation": org_id(1),
                "user_id": "ann",
                "scopes": ["write"],
                "operator": false,
                "token_name": "laptop",
                "expires_at": null,
            })
        );
    }

    #[tokio::test]
    async fn without_a_token_every_api_route_is_closed() {
        let client = Hub::new("read").anonymous();
        for path in ["whoami", "aliases", "downloads", "tokens", "settings"] {
            let answer = client.get(&format!("/api/v1/{path}")).await;
            refused(&answer, 401, "token_missing");
            assert_eq!(
                answer.headers[header::WWW_AUTHENTICATE],
                "Bearer realm=\"hub\""
            );
        }
    }

    /// Even a body that is no JSON is not looked at.
    #[tokio::test]
    async fn the_token_is_checked_before_the_body() {
        let request = Request::post("/api/v1/aliases")
            .body(Body::from("{"))
            .unwrap();
        refused(
            &Hub::new("read").anonymous().send(request).await,
            401,
            "token_missing",
        );
    }

    #[tokio::test]
    async fn what_is_no_token_is_refused() {
        let client = Hub::new("read").anonymous();
        for text in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer x",
            "Basic YTpi",
            "hub_a_b_c",
            "Bearer \u{e9}",
        ] {
            let answer = client.send(raw(text.as_bytes())).await;
            refused(&answer, 401, "token_malformed");
        }

        let hub = Hub::new("read");
        let bearer = format!("Bearer {}", hub.token.reveal().as_str());
        let twice = Request::get("/api/v1/whoami")
            .header("authorization", &bearer)
            .header("authorization", &bearer);
        let answer = hub
            .anonymous()
            .send(twice.body(Body::empty()).unwrap())
            .await;
        refused(&answer, 401, "token_malformed");
    }

    /// Of an unknown prefix, and of a known one with another's secret.
    #[tokio::test]
    async fn a_token_of_someone_else_is_unknown() {
        let hub = Hub::new("read");
        let own = hub.token.reveal();
        let other = TokenText::generate(TokenOwner::Org(org_id(1))).reveal();
        let (_, secret) = other.rsplit_once('_').unwrap();
        let (head, _) = own.rsplit_once('_').unwrap();
        let mixed = format!("{head}_{secret}");
        let client = hub.anonymous();
        for text in [other.as_str(), &mixed] {
            let answer = client.with_token(text).get("/api/v1/whoami").await;
            refused(&answer, 401, "token_unknown");
            assert!(
                answer.headers[header::WWW_AUTHENTICATE]
                    .to_str()
                    .unwrap()
                    .contains("invalid_token")
            );
        }
    }

    /// On SQLite the service of another organisation refuses; a client must
    /// not learn whether that organisation exists.
    #[tokio::test]
    async fn a_token_of_another_file_is_unknown() {
        let token = TokenText::generate(TokenOwner::Org(org_id(1)));
        let mut mock = MockDbService::new();
        mock.expect_find_token_by_prefix()
            .returning(|_| Err(DbError::UnknownOrganisation { org: org_id(1) }));
        let services = OneOrg::new(org_id(1), mock, MockGlobalService::new());
        let client = Client::on(TestBackend::new(services), FrozenClock::default());

        let answer = client
            .with_token(&token.reveal())
            .get("/api/v1/whoami")
            .await;

        refused(&answer, 401, "token_unknown");
    }

    #[tokio::test]
    async fn a_revoked_token_and_an_expired_one_are_refused() {
        let mut hub = Hub::new("admin");
        hub.row.status = TokenStatus::Inactive;
        refused(
            &hub.client().get("/api/v1/whoami").await,
            401,
            "token_inactive",
        );

        let mut hub = Hub::new("admin");
        hub.row.expires_at = Some(frozen_now());
        refused(
            &hub.client().get("/api/v1/whoami").await,
            401,
            "token_expired",
        );

        let mut hub = Hub::new("admin");
        hub.row.expires_at = frozen_now().checked_add(Duration::from_micros(1));
        assert_eq!(hub.client().get("/api/v1/whoami").await.status, 200);
    }

    #[tokio::test]
    async fn a_scope_includes_those_before_it_and_none_after() {
        let body = alias_body();
        let client = Hub::new("read").client();
        refused(
            &client.post("/api/v1/aliases", &body).await,
            403,
            "insufficient_scope",
        );
        let client = Hub::new("write").client();
        let token = json!({ "scopes": ["read"] });
        refused(
            &client.post("/api/v1/tokens", &token).await,
            403,
            "insufficient_scope",
        );

        let mut hub = Hub::new("admin");
        hub.org
            .expect_create_user_alias()
            .returning(|_, _| Ok(alias()));
        assert_eq!(
            hub.client().post("/api/v1/aliases", &body).await.status,
            201
        );
    }

    #[tokio::test]
    async fn an_operators_token_opens_no_organisation() {
        let client = Hub::new("read").operator();
        let me = client.get("/api/v1/whoami").await.json();
        assert_eq!(
            (&me["operator"], &me["organisation"]),
            (&json!(true), &Value::Null)
        );
        refused(
            &client.get("/api/v1/aliases").await,
            403,
            "organisation_token_required",
        );
    }

    #[tokio::test]
    async fn settings_are_for_operators_and_for_the_administrator_of_a_file() {
        for (scopes, standalone, allowed) in [
            ("admin", false, false),
            ("write", true, false),
            ("admin", true, true),
        ] {
            let mut hub = Hub::new(scopes);
            hub.standalone = standalone;
            hub.global.expect_get_setting().returning(|_| Ok(None));
            let answer = hub.client().get("/api/v1/settings/theme").await;
            if allowed {
                refused(&answer, 404, "not_found");
            } else {
                refused(&answer, 403, "operator_required");
            }
        }
    }

    #[tokio::test]
    async fn a_database_that_does_not_answer_is_no_reason_to_refuse_a_token() {
        let token = TokenText::generate(TokenOwner::Org(org_id(1)));
        let mut mock = MockDbService::new();
        mock.expect_find_token_by_prefix()
            .returning(|_| Err(DbError::unavailable("pq: gone")));
        let services = OneOrg::new(org_id(1), mock, MockGlobalService::new());
        let client = Client::on(TestBackend::new(services), FrozenClock::default());

        let answer = client
            .with_token(&token.reveal())
            .get("/api/v1/whoami")
            .await;

        refused(&answer, 503, "unavailable");
        assert_eq!(answer.headers[header::RETRY_AFTER], "1");
        assert!(!answer.text().contains("pq:"));
    }
}

mod requests_that_are_wrong {
    use super::*;

    fn post(body: impl Into<Body>) -> Request<Body> {
        Request::post("/api/v1/aliases")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.into())
            .unwrap()
    }

    #[tokio::test]
    async fn malformed_json() {
        let client = Hub::new("write").client();
        for body in ["", "{", "{\"alias\": }", "{} {}", "\u{0}", "nul"] {
            refused(&client.send(post(body)).await, 400, "malformed_json");
        }
        refused(
            &client.send(post(vec![b'"', 0xff, b'"'])).await,
            400,
            "malformed_json",
        );
        // Deeper than any document needs, so that no stack overflows.
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let body = format!("{{\"alias\": \"a\", \"request_params\": {deep}}}");
        refused(&client.send(post(body)).await, 400, "malformed_json");
    }

    #[tokio::test]
    async fn unknown_missing_and_repeated_fields_and_wrong_types() {
        let client = Hub::new("write").client();
        let with = |name: &str, value: Value| {
            let mut body = alias_body();
            body[name] = value;
            body
        };
        let path = "/api/v1/aliases";

        let answer = client.post(path, &with("colour", json!("red"))).await;
        refused_field(&answer, 422, "unknown_field", "colour");
        let answer = client.post(path, &json!({ "alias": "a" })).await;
        refused_field(&answer, 422, "missing_field", "repo");
        let answer = client.send(post(r#"{"alias": "a", "alias": "b"}"#)).await;
        refused_field(&answer, 422, "duplicate_field", "alias");
        let answer = client.post(path, &with("alias", json!(7))).await;
        refused_field(&answer, 422, "wrong_type", "alias");
        let answer = client.post(path, &json!([])).await;
        refused(&answer, 422, "wrong_type");
    }

    /// All of them at once, so that a form can show them beside its fields.
    #[tokio::test]
    async fn every_value_that_breaks_a_rule_is_named() {
        let body = json!({
            "alias": "", "repo": "acme", "filename": "../q4", "snapshot": "main",
            "request_params": [], "context_params": ["\u{0}"],
        });

        let answer = Hub::new("write")
            .client()
            .post("/api/v1/aliases", &body)
            .await;

        refused(&answer, 422, "invalid_input");
        insta::assert_json_snapshot!(
            serde_json::from_slice::<Value>(&answer.body).unwrap()["errors"], @r#"
        [
          {
            "field": "alias",
            "reason": "must not be empty"
          },
          {
            "field": "repo",
            "reason": "must be owner/name, each of letters, digits and ._-"
          },
          {
            "field": "filename",
            "reason": "must be a relative path without \\, :, . or .. parts"
          },
          {
            "field": "request_params",
            "reason": "must be a JSON object"
          },
          {
            "field": "context_params",
            "reason": "must not hold the character U+0000"
          }
        ]
        "#);
    }

    /// With a length, and without one.
    #[tokio::test]
    async fn a_body_that_is_too_large() {
        let mut hub = Hub::new("write");
        hub.limits.body_bytes = 1_000;
        let client = hub.client();
        let large = format!("{{\"alias\": \"{}\"}}", "x".repeat(1_000));

        refused(
            &client.send(post(large.clone())).await,
            413,
            "body_too_large",
        );
        let chunks = large
            .into_bytes()
            .chunks(100)
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>();
        let stream = Body::from_stream(futures_util::stream::iter(
            chunks.into_iter().map(Ok::<_, std::convert::Infallible>),
        ));
        refused(&client.send(post(stream)).await, 413, "body_too_large");
    }

    #[tokio::test]
    async fn a_body_that_is_not_announced_as_json() {
        let client = Hub::new("write").client();
        let send = async |content_type: Option<&str>| {
            let mut request = Request::post("/api/v1/aliases");
            if let Some(content_type) = content_type {
                request = request.header(header::CONTENT_TYPE, content_type);
            }
            client.send(request.body(Body::from("{}")).unwrap()).await
        };
        for content_type in [
            None,
            Some("text/plain"),
            Some("multipart/form-data"),
            Some("json"),
        ] {
            refused(&send(content_type).await, 415, "unsupported_media_type");
        }
        for content_type in [
            "application/json; charset=utf-8",
            "Application/Merge-Patch+JSON",
        ] {
            refused(&send(Some(content_type)).await, 422, "missing_field");
        }
    }

    #[tokio::test]
    async fn a_route_or_a_method_that_is_not_there() {
        let client = Hub::new("read").client();
        for path in [
            "/api/v1/alias",
            "/api",
            "/api/v1/aliases/",
            "/x",
            "/api/v1/aliases/a/b",
            "//",
        ] {
            refused(&client.get(path).await, 404, "unknown_route");
            // Nothing is said to strangers that is not said to callers.
            let stranger = Hub::new("read").anonymous().get(path).await;
            refused(&stranger, 404, "unknown_route");
        }
        let answer = client.delete("/api/v1/aliases").await;
        refused(&answer, 405, "method_not_allowed");
        let allow = answer.headers[header::ALLOW].to_str().unwrap();
        assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
        refused(&client.delete("/healthz").await, 405, "method_not_allowed");
    }

    #[tokio::test]
    async fn an_id_that_names_nothing() {
        let mut hub = Hub::new("admin");
        hub.org.expect_get_user_alias().returning(|_, _| Ok(None));
        hub.org
            .expect_get_download_request()
            .returning(|_| Ok(None));
        hub.org.expect_get_token().returning(|_, _| Ok(None));
        hub.org
            .expect_update_user_alias()
            .returning(|_, id, _| Err(DbError::not_found(Item::UserAlias, id)));
        let client = hub.client();
        for path in ["aliases", "downloads", "tokens"] {
            for id in [
                ID,
                "1",
                "%00",
                "%ff",
                "a%2fb",
                "00000000-0000-0000-0000-000000000000",
            ] {
                refused(
                    &client.get(&format!("/api/v1/{path}/{id}")).await,
                    404,
                    "not_found",
                );
            }
        }
        let answer = client
            .put(&format!("/api/v1/aliases/{ID}"), &alias_body())
            .await;
        refused(&answer, 404, "not_found");
    }

    #[tokio::test]
    async fn a_query_that_is_not_understood() {
        let client = Hub::new("read").client();
        for (query, field) in [
            ("page=x", "page"),
            ("page=-1", "page"),
            ("size=99999999999", "size"),
            ("sort=alias", "sort"),
            ("page=1&page=2", "page"),
        ] {
            let answer = client.get(&format!("/api/v1/aliases?{query}")).await;
            refused_field(&answer, 400, "invalid_query", field);
        }
        let answer = client.get("/api/v1/downloads?repo=a/b").await;
        refused_field(&answer, 400, "invalid_query", "filename");
        let answer = client.get("/api/v1/downloads?repo=a&filename=b").await;
        refused_field(&answer, 422, "invalid_input", "repo");
    }

    #[tokio::test]
    async fn null_where_a_value_may_only_be_left_out() {
        let client = Hub::new("admin").client();
        let path = format!("/api/v1/downloads/{ID}");
        for name in ["status", "downloaded_bytes"] {
            let answer = client.patch(&path, &json!({ name: null })).await;
            refused_field(&answer, 422, "wrong_type", name);
        }
        let answer = client.patch(&path, &json!({ "status": "gone" })).await;
        refused_field(&answer, 422, "invalid_input", "status");
        let body = json!({ "total_bytes": 9_223_372_036_854_775_808_u64 });
        let answer = client.patch(&path, &body).await;
        refused_field(&answer, 422, "invalid_input", "total_bytes");
        assert!(
            answer
                .text()
                .contains("must be a whole number within range"),
            "{}",
            answer.text()
        );
        let answer = client.patch(&path, &json!({ "total_bytes": -1 })).await;
        refused_field(&answer, 422, "invalid_input", "total_bytes");
    }
}

mod what_goes_wrong_inside {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_one_answer_and_not_the_end() {
        let mut hub = Hub::new("read");
        hub.org
            .expect_list_user_aliases()
            .returning(|_, _| panic!("row holds s3cret"));
        let client = hub.client();

        let answer = client.get("/api/v1/aliases").await;

        refused(&answer, 500, "internal");
        assert!(!answer.text().contains("s3cret"));
        assert!(answer.headers.contains_key("x-request-id"));
        assert_eq!(client.get("/api/v1/whoami").await.status, 200);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_takes_too_long_is_given_up() {
        let mut hub = Hub::new("write");
        hub.limits.request = Duration::from_secs(5);
        let body = Body::from_stream(futures_util::stream::pending::<
            Result<Vec<u8>, std::io::Error>,
        >());
        let request = Request::post("/api/v1/aliases")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .unwrap();

        refused(&hub.client().send(request).await, 503, "timeout");
    }

    #[tokio::test]
    async fn no_database_text_reaches_a_client() {
        type Fail = fn() -> DbError;
        let failures: [(Fail, u16, &str); 4] = [
            (
                || DbError::internal("pq: syntax error at s3cret"),
                500,
                "internal",
            ),
            (
                || DbError::unavailable("pq: no route to host s3cret"),
                503,
                "unavailable",
            ),
            (
                || DbError::Undecodable {
                    table: "user_aliases",
                    column: "alias".to_owned(),
                    id: "s3cret".to_owned(),
                },
                500,
                "internal",
            ),
            (
                || DbError::AlreadyExists {
                    item: Item::UserAlias,
                    field: "alias",
                },
                409,
                "already_exists",
            ),
        ];
        for (fail, status, code) in failures {
            let mut hub = Hub::new("write");
            hub.org
                .expect_create_user_alias()
                .returning(move |_, _| Err(fail()));
            let answer = hub.client().post("/api/v1/aliases", &alias_body()).await;
            refused(&answer, status, code);
            for word in ["pq:", "s3cret", "user_aliases"] {
                assert!(!answer.text().contains(word), "{}", answer.text());
            }
        }
    }
}

mod what_is_kept {
    use super::*;

    #[tokio::test]
    async fn aliases_are_the_users() {
        let mut hub = Hub::new("write");
        hub.org
            .expect_create_user_alias()
            .withf(|user, input| {
                user.as_str() == "ann" && input.context_params == JsonArray::default()
            })
            .returning(|_, _| Ok(alias()));
        hub.org
            .expect_list_user_aliases()
            .withf(|user, page| user.as_str() == "ann" && (page.page(), page.size()) == (1, 100))
            .returning(|_, request| {
                Ok(Page {
                    items: vec![alias()],
                    total: 1,
                    request,
                })
            });
        hub.org
            .expect_find_user_alias()
            .withf(|_, name| name.as_str() == "no such")
            .returning(|_, _| Ok(None));
        hub.org.expect_delete_user_alias().returning(|_, _| Ok(0));
        let client = hub.client();

        let made = client.post("/api/v1/aliases", &alias_body()).await;
        assert_eq!(made.status, 201);
        assert_eq!(
            made.headers[header::LOCATION],
            format!("/api/v1/aliases/{ID}")
        );
        assert_eq!(made.headers[header::CACHE_CONTROL], "no-store");
        let expected = json!({
            "id": ID, "alias": "llama3", "repo": "acme/llama", "filename": "q4.gguf",
            "snapshot": "main", "request_params": { "temperature": 0.7 },
            "context_params": ["--ctx-size", "8192"],
            "created_at": "2025-01-01T00:00:00.000000Z",
            "updated_at": "2025-01-01T00:00:00.000000Z",
        });
        assert_eq!(made.json(), expected);
        let list = client.get("/api/v1/aliases?page=0&size=1000").await.json();
        assert_eq!(
            list,
            json!({ "items": [expected], "total": 1, "page": 1, "size": 100 })
        );
        let none = client.get("/api/v1/aliases?alias=no+such").await.json();
        assert_eq!(
            none,
            json!({ "items": [], "total": 0, "page": 1, "size": 30 })
        );
        let gone = client.delete(&format!("/api/v1/aliases/{ID}")).await.json();
        assert_eq!(gone, json!({ "deleted": 0 }));
    }

    #[tokio::test]
    async fn a_download_changes_only_where_it_is_told_to() {
        let mut hub = Hub::new("write");
        hub.org
            .expect_update_download_request()
            .withf(|_, change| {
                change.status == Some(DownloadStatus::Error)
                    && change.error == Patch::Set("disk full".parse().unwrap())
                    && change.total_bytes == Patch::Clear
                    && change.downloaded_bytes.is_none()
                    && change.started_at == Patch::Keep
            })
            .returning(|_, _| Ok(download()));
        let body = json!({ "status": "error", "error": "disk full", "total_bytes": null });

        let answer = hub
            .client()
            .patch(&format!("/api/v1/downloads/{ID}"), &body)
            .await;

        assert_eq!(answer.json()["status"], "pending");
    }

    #[tokio::test]
    async fn downloads_of_one_file_are_found() {
        let mut hub = Hub::new("read");
        hub.org
            .expect_find_download_requests()
            .withf(|repo, file, _| repo.as_str() == "acme/llama" && file.as_str() == "q4.gguf")
            .returning(|_, _, request| {
                Ok(Page {
                    items: vec![download()],
                    total: 1,
                    request,
                })
            });

        let answer = hub
            .client()
            .get("/api/v1/downloads?repo=acme%2Fllama&filename=q4.gguf")
            .await;

        assert_eq!(answer.json()["total"], 1);
    }

    #[tokio::test]
    async fn a_new_token_is_shown_once_and_stored_as_a_hash() {
        let mut hub = Hub::new("admin");
        hub.org.expect_create_token().returning(|new: NewApiToken| {
            assert_eq!(new.user_id.as_str(), "ann");
            Ok(ApiToken {
                id: ID.parse().unwrap(),
                user_id: new.user_id,
                name: new.name,
                prefix: new.prefix,
                hash: new.hash,
                scopes: new.scopes,
                status: TokenStatus::Active,
                expires_at: new.expires_at,
                created_at: frozen_now(),
                updated_at: frozen_now(),
            })
        });
        let body =
            json!({ "name": "ci", "scopes": ["read"], "expires_at": "2025-02-01T00:00:00Z" });

        let made = hub.client().post("/api/v1/tokens", &body).await.json();

        let text = TokenText::parse(made["token"].as_str().unwrap()).unwrap();
        assert_eq!(text.owner(), TokenOwner::Org(org_id(1)));
        assert_eq!(made["prefix"], text.prefix().as_str());
        assert_eq!(made["scopes"], json!(["read"]));
        assert!(!made.to_string().contains(&text.hash().to_hex()));
    }

    #[tokio::test]
    async fn a_token_to_make_has_scopes_and_a_future() {
        let client = Hub::new("admin").client();
        for (body, field) in [
            (json!({ "scopes": [] }), "scopes"),
            (json!({ "scopes": ["operator"] }), "scopes"),
            (
                json!({ "scopes": ["read"], "expires_at": "2025-01-01T00:00:00Z" }),
                "expires_at",
            ),
            (
                json!({ "scopes": ["read"], "expires_at": "tomorrow" }),
                "expires_at",
            ),
            (json!({ "scopes": ["read"], "name": "" }), "name"),
        ] {
            let answer = client.post("/api/v1/tokens", &body).await;
            refused_field(&answer, 422, "invalid_input", field);
        }
    }

    #[tokio::test]
    async fn tokens_are_listed_without_hash_or_text() {
        let mut hub = Hub::new("read");
        let row = hub.row.clone();
        hub.org.expect_list_tokens().returning(move |_, request| {
            Ok(Page {
                items: vec![row.clone()],
                total: 1,
                request,
            })
        });
        let hash = hub.token.hash().to_hex();

        let answer = hub.client().get("/api/v1/tokens").await;

        assert!(!answer.text().contains(&hash));
        let names: Vec<_> = answer.json()["items"][0]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(
            names,
            [
                "created_at",
                "expires_at",
                "id",
                "name",
                "prefix",
                "scopes",
                "status",
                "updated_at"
            ]
        );
    }

    #[tokio::test]
    async fn a_setting_is_of_its_type() {
        let mut hub = Hub::new("read");
        hub.global
            .expect_upsert_setting()
            .returning(|NewSetting { key, value }| {
                let now: Timestamp = frozen_now();
                Ok(Setting {
                    key,
                    value,
                    created_at: now,
                    updated_at: now,
                })
            });
        let client = hub.operator();
        let put = async |value: Value, value_type: &str| {
            let body = json!({ "value": value, "value_type": value_type });
            client.put("/api/v1/settings/hub.port", &body).await
        };
        for (value, value_type) in [
            (json!(8640), "number"),
            (json!(0.5), "number"),
            (json!(true), "boolean"),
            (json!(""), "string"),
            (json!("cuda"), "option"),
        ] {
            let answer = put(value.clone(), value_type).await.json();
            assert_eq!(
                (&answer["value"], &answer["value_type"]),
                (&value, &json!(value_type))
            );
        }
        for (value, value_type) in [
            (json!("8640"), "number"),
            (json!("true"), "boolean"),
            (json!(1), "boolean"),
            (json!(null), "string"),
            (json!({}), "string"),
            (json!(""), "option"),
        ] {
            refused_field(&put(value, value_type).await, 422, "invalid_input", "value");
        }
        refused_field(
            &put(json!(1), "integer").await,
            422,
            "invalid_input",
            "value_type",
        );
        let body = json!({ "value": 1, "value_type": "number" });
        let answer = client.put("/api/v1/settings/a%20b", &body).await;
        refused_field(&answer, 422, "invalid_input", "key");
    }
}

mod the_service_itself {
    use super::*;

    #[tokio::test]
    async fn it_is_ready_when_the_database_answers() {
        let services = OneOrg::new(org_id(1), MockDbService::new(), MockGlobalService::new());
        let mut backend = TestBackend::new(services);
        backend.reachable = false;
        let client = Client::on(backend, FrozenClock::default());
        assert_eq!(
            client.get("/healthz").await.json(),
            json!({ "status": "alive" })
        );
        let answer = client.get("/readyz").await;
        refused(&answer, 503, "not_ready");
        assert!(!answer.text().contains("db.internal"));

        let ready = Hub::new("read").anonymous().get("/readyz").await.json();
        assert_eq!(ready["engine"], "SQLite");
        assert_eq!(ready["schema_version"], "0001");
        assert_eq!(
            ready["pool"],
            json!({ "max": 4, "open": 2, "idle": 1, "waiting": 0 })
        );
    }

    #[tokio::test]
    async fn it_counts_by_route_and_never_by_what_a_stranger_writes() {
        let client = Hub::new("read").anonymous();
        client.get("/api/v1/aliases/s3cret").await;
        client.get("/s3cret").await;
        let odd = Request::builder()
            .method(Method::from_bytes(b"S3CRET").unwrap())
            .uri("/healthz");
        client.send(odd.body(Body::empty()).unwrap()).await;

        let answer = client.get("/metrics").await;

        let text = answer.text();
        assert_eq!(
            answer.headers[header::CONTENT_TYPE],
            "text/plain; version=0.0.4; charset=utf-8"
        );
        for line in [
            r#"hub_http_requests_total{method="GET",route="/api/v1/aliases/{id}",status="401"}"#,
            r#"hub_http_requests_total{method="GET",route="unmatched",status="404"}"#,
            r#"hub_http_requests_total{method="other",route="/healthz",status="405"}"#,
            r#"hub_auth_refusals_total{code="token_missing"}"#,
            r#"hub_db_pool_connections{state="open"} 2"#,
            "hub_http_request_duration_seconds_bucket",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        assert!(!text.to_lowercase().contains("s3cret"), "{text}");
    }

    #[tokio::test]
    async fn every_answer_has_a_request_id_and_a_plain_one_is_kept() {
        let client = Hub::new("read").anonymous();
        let id = async |sent: &str| {
            let request = Request::get("/x").header("x-request-id", sent);
            let answer = client.send(request.body(Body::empty()).unwrap()).await;
            answer.headers["x-request-id"].to_str().unwrap().to_owned()
        };
        assert_eq!(id("job-17.a_b").await, "job-17.a_b");
        for sent in ["a b", "a\"b", "", &"x".repeat(65)] {
            assert_eq!(id(sent).await.len(), 32, "{sent}");
        }
    }

    #[tokio::test]
    async fn pages_load_nothing_from_elsewhere() {
        let client = Hub::new("read").anonymous();
        let console = client.get("/").await;
        assert_eq!(console.status, 200);
        let policy = console.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!console.text().contains("http://") && !console.text().contains("https://"));
        let docs = client.get("/docs/").await;
        assert_eq!(docs.status, 200);
        assert!(docs.text().contains("Swagger UI"));
        let policy = docs.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'self'"), "{policy}");
        let settings = client.get("/docs/swagger-initializer.js").await.text();
        assert!(settings.contains(r#""validatorUrl": "none""#), "{settings}");
    }

    /// Each described route is there, and closed to strangers unless it says
    /// so; each takes a token of one scope and answers errors as problems.
    #[tokio::test]
    async fn the_document_describes_what_is_there() {
        let client = Hub::new("read").anonymous();
        let document = client.get("/openapi.json").await.json();
        assert_eq!(document["openapi"], "3.1.0");
        let mut described = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let uri = path.replace("{id}", ID).replace("{key}", "theme");
                let request = Request::builder()
                    .method(method.to_uppercase().as_str())
                    .uri(uri)
                    .body(Body::empty())
                    .unwrap();
                let answer = client.send(request).await;
                let secured = operation.get("security").is_some();
                assert_eq!(
                    answer.status == 401,
                    secured,
                    "{method} {path}: {}",
                    answer.status
                );
                assert!(
                    answer.status != 404 && answer.status != 405,
                    "{method} {path}"
                );
                assert!(
                    operation["summary"].is_string(),
                    "{method} {path} has no summary"
                );
                described.push(format!("{} {path}", method.to_uppercase()));
            }
        }
        insta::assert_snapshot!(described.join("\n"), @"
        GET /api/v1/aliases
        POST /api/v1/aliases
        DELETE /api/v1/aliases/{id}
        GET /api/v1/aliases/{id}
        PUT /api/v1/aliases/{id}
        GET /api/v1/downloads
        POST /api/v1/downloads
        GET /api/v1/downloads/{id}
        PATCH /api/v1/downloads/{id}
        GET /api/v1/settings
        DELETE /api/v1/settings/{key}
        GET /api/v1/settings/{key}
        PUT /api/v1/settings/{key}
        GET /api/v1/tokens
        POST /api/v1/tokens
        GET /api/v1/tokens/{id}
        PATCH /api/v1/tokens/{id}
        GET /api/v1/whoami
        GET /healthz
        GET /metrics
        GET /readyz
        ");
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for (name, schema) in schemas {
            let named = document
                .to_string()
                .contains(&format!("\"#/components/schemas/{name}\""));
            assert!(named, "the schema {name} is not used");
            assert!(
                schema["description"].is_string(),
                "the schema {name} has no description"
            );
        }
    }

    #[tokio::test]
    async fn scopes_of_a_token_are_shown_as_they_were_given() {
        let mut hub = Hub::new("read");
        hub.row.scopes = TokenScopes::all();
        let me = hub.client().get("/api/v1/whoami").await.json();
        assert_eq!(me["scopes"], json!(["read", "write", "admin"]));
    }
}
