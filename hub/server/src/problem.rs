//! Errors as the caller sees them: RFC 9457 problem documents.
//!
//! Every answer of 400 and above is one, whoever decides on it: a handler, the
//! router, a body limit, a panic. `code` is stable and for programs; `detail`
//! is for people. Neither holds a secret, what a row holds, or what a database
//! said: a [`DbError`] becomes one of a few fixed sentences here, and its cause
//! goes to the log.

use std::borrow::Cow;
use std::error::Error;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hub_domain::{DbError, Invalid};
use serde::Serialize;
use utoipa::ToSchema;

/// What a handler gives.
pub type ApiResult<T> = Result<T, Problem>;

/// An error on its way to the caller.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

/// One field that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where in the request the field is, such as `request_params`.
    pub field: String,
    /// The rule that its value breaks.
    pub reason: String,
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Names the kind of problem: `urn:hub:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem, for people.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened this time, for people.
    detail: Cow<'static, str>,
    /// The kind of problem, for programs. Never changes its meaning.
    code: &'static str,
    /// The fields that were refused, when fields were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl Problem {
    fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Problem {
            status,
            code,
            title,
            detail: detail.into(),
            errors: Vec::new(),
            header: None,
        }
    }

    fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    fn with_error(mut self, field: impl Into<String>, reason: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            field: field.into(),
            reason: reason.into(),
        });
        self
    }

    /// The code, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// 400: the body is no JSON.
    #[must_use]
    pub fn malformed_json(line: usize, column: usize) -> Self {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed_json",
            "The body is not JSON",
            format!("The body stops being JSON at line {line}, column {column}."),
        )
    }

    /// 400: the body broke off.
    #[must_use]
    pub fn unreadable_body() -> Self {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "unreadable_body",
            "The body could not be read",
            "The body ended before its announced length, or was sent wrongly.",
        )
    }

    /// 400: a query parameter is unknown or of the wrong type.
    #[must_use]
    pub fn invalid_query(field: &str, reason: &str) -> Self {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_query",
            "The query string is not valid",
            "A parameter in the query string is unknown or has a value of the wrong type.",
        )
        .with_error(field, reason)
    }

    /// 401: no token.
    #[must_use]
    pub fn token_missing() -> Self {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "token_missing",
            "A token is required",
            "Send `Authorization: Bearer hub_...`.",
        )
        .with_header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"hub\""),
        )
    }

    /// 401: a token that opens nothing; `code` says why.
    #[must_use]
    pub fn token_refused(code: &'static str, detail: &'static str) -> Self {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            code,
            "The token was refused",
            detail,
        )
        .with_header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"hub\", error=\"invalid_token\""),
        )
    }

    /// 403: the token opens less than this.
    #[must_use]
    pub fn forbidden(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Problem::new(
            StatusCode::FORBIDDEN,
            code,
            "The token does not open this",
            detail,
        )
        .with_header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"hub\", error=\"insufficient_scope\""),
        )
    }

    /// 404: there is no such thing, or none that the caller may know of.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Not found",
            format!("There is no such {what}."),
        )
    }

    /// 404: no route has this path.
    #[must_use]
    pub fn unknown_route() -> Self {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown_route",
            "Not found",
            "No route has this path; /docs lists those there are.",
        )
    }

    /// 405: the route is there, but not with this method.
    #[must_use]
    pub fn wrong_method() -> Self {
        Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "The method is not allowed here",
            "The header `Allow` lists the methods of this path.",
        )
    }

    /// 413: the body is larger than the limit.
    #[must_use]
    pub fn body_too_large(limit_bytes: usize) -> Self {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            "The body is too large",
            format!("A body may have {limit_bytes} bytes."),
        )
    }

    /// 415: the body is not announced as JSON.
    #[must_use]
    pub fn wrong_content_type() -> Self {
        Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The body must be JSON",
            "Send `Content-Type: application/json`.",
        )
    }

    /// 422: the JSON does not have the expected shape.
    #[must_use]
    pub fn wrong_shape(code: &'static str, field: &str, reason: impl Into<String>) -> Self {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code,
            "The body does not have the expected shape",
            "The body is JSON, but not what this route takes; /docs shows it.",
        )
        .with_error(field, reason)
    }

    fn invalid_input() -> Self {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_input",
            "A value is not allowed",
            "Each entry of `errors` names a field and the rule that its value breaks.",
        )
    }

    /// 500: a defect.
    #[must_use]
    pub fn internal() -> Self {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The server failed",
            "This is a defect; the log has it under the request id in `x-request-id`.",
        )
    }

    /// 503: the database cannot be reached.
    #[must_use]
    pub fn unavailable() -> Self {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The database is not available",
            "Try again; after a write, look first whether it was kept.",
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// 503: the request took too long. What it wrote may or may not be kept.
    #[must_use]
    pub fn timed_out() -> Self {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "The request took too long",
            "The request was given up. If it writes, look before trying again.",
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// 503: not ready to serve.
    #[must_use]
    pub fn not_ready(detail: &'static str) -> Self {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_ready",
            "Not ready",
            detail,
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = ProblemDocument {
            kind: format!("urn:hub:problem:{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            detail: self.detail,
            code: self.code,
            errors: self.errors,
        };
        let mut response = (self.status, Json(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(header) = self.header {
            let (name, value) = *header;
            headers.insert(name, value);
        }
        response
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::NotFound { item, .. } => Problem::not_found(&item.to_string()),
            DbError::UnknownOrganisation { .. } => Problem::not_found("organisation"),
            DbError::AlreadyExists { item, field } => Problem::new(
                StatusCode::CONFLICT,
                "already_exists",
                "It already exists",
                format!("Another {item} has the same {field}."),
            )
            .with_error(field, "must be unique"),
            DbError::InUse { item } => Problem::new(
                StatusCode::CONFLICT,
                "in_use",
                "It is in use",
                format!("Something else still refers to this {item}."),
            ),
            DbError::InvalidInput { field, reason } => {
                Problem::invalid_input().with_error(field, reason)
            }
            DbError::Refused { reason, .. } => {
                Problem::new(StatusCode::CONFLICT, "refused", "It is refused", reason)
            }
            DbError::Unavailable { .. } => {
                tracing::warn!(error = chain(&error), "the database is not available");
                Problem::unavailable()
            }
            // And whatever variant is added later: a defect until it is listed.
            _ => {
                tracing::error!(error = chain(&error), "a request failed");
                Problem::internal()
            }
        }
    }
}

/// An error and its causes, in one line.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Collects what is wrong with a body's fields, so that the caller hears of
/// all of it at once.
///
/// # Examples
///
/// ```
/// use hub_domain::Name;
/// use hub_server::problem::Check;
///
/// let mut check = Check::default();
/// let alias = check.field("alias", Name::new(""));
/// assert!(alias.is_none());
/// assert_eq!(check.problem().code(), "invalid_input");
/// ```
#[derive(Debug, Default)]
pub struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    /// The value, or `None` after noting what is wrong with it.
    pub fn field<T>(&mut self, field: &str, value: Result<T, Invalid>) -> Option<T> {
        value
            .map_err(|invalid| {
                let reason = invalid.reason().to_owned();
                self.errors.push(FieldError {
                    field: field.to_owned(),
                    reason,
                });
            })
            .ok()
    }

    /// 422 with everything that was noted.
    #[must_use]
    pub fn problem(self) -> Problem {
        Problem {
            errors: self.errors,
            ..Problem::invalid_input()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub_domain::Item;

    fn check(error: DbError, status: u16, code: &str) {
        let problem = Problem::from(error);
        assert_eq!((problem.status.as_u16(), problem.code), (status, code));
        assert!(!format!("{problem:?}").contains("pq:"), "{problem:?}");
    }

    #[test]
    fn each_database_error_has_its_answer_and_keeps_its_cause() {
        check(DbError::not_found(Item::UserAlias, "x"), 404, "not_found");
        check(
            DbError::AlreadyExists {
                item: Item::UserAlias,
                field: "alias",
            },
            409,
            "already_exists",
        );
        check(
            DbError::InUse {
                item: Item::ApiToken,
            },
            409,
            "in_use",
        );
        check(
            DbError::InvalidInput {
                field: "value",
                reason: "must be a number".into(),
            },
            422,
            "invalid_input",
        );
        check(
            DbError::Refused {
                operation: "reset_all",
                reason: "no",
            },
            409,
            "refused",
        );
        check(
            DbError::unavailable("pq: no route to 10.0.0.1"),
            503,
            "unavailable",
        );
        check(DbError::internal("pq: syntax error"), 500, "internal");
        check(
            DbError::Undecodable {
                table: "pq:",
                column: String::new(),
                id: String::new(),
            },
            500,
            "internal",
        );
    }

    #[test]
    fn a_chain_names_each_cause_once() {
        let error = DbError::internal("the disk is full");
        assert_eq!(chain(&error), "the database failed: the disk is full");
    }
}
