//! What handlers take from a request, refused with a [`Problem`].
//!
//! axum's own extractors answer in plain text and in serde's words. These say
//! the same as problem documents, with the field and without the value.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use hub_domain::PageRequest;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;

use crate::AppState;
use crate::problem::Problem;

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        if !announces_json(request.headers()) {
            return Err(Problem::wrong_content_type());
        }
        let bytes =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection {
                    BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                        Problem::body_too_large(state.limits().body_bytes)
                    }
                    _ => Problem::unreadable_body(),
                })?;
        read_json(&bytes).map(Body)
    }
}

fn announces_json(headers: &HeaderMap) -> bool {
    let Some(text) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let essence = text
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // The whole of it first: what follows would stop at the first wrong field.
    let text = str::from_utf8(bytes).map_err(|error| {
        let good = &bytes[..error.valid_up_to()];
        let lines = good.split(|byte| *byte == b'\n');
        let column = lines.clone().next_back().unwrap_or_default().len() + 1;
        Problem::malformed_json(lines.count(), column)
    })?;
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Err(json_problem(".", &error));
    }
    // serde would take an array for a struct, field by field.
    if !text.trim_start().starts_with('{') {
        return Err(Problem::wrong_shape(
            "wrong_type",
            ".",
            "must be a JSON object",
        ));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        json_problem(&path, error.inner())
    })
}

fn json_problem(path: &str, error: &serde_json::Error) -> Problem {
    use serde_json::error::Category;

    if error.classify() != Category::Data {
        return Problem::malformed_json(error.line(), error.column());
    }
    let (code, name, reason) = shape_error(&error.to_string());
    let field = match (path, name) {
        (".", Some(name)) => name,
        // serde names a missing field but its path ends at the object.
        (path, Some(name)) if code == "missing_field" => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    };
    Problem::wrong_shape(code, &field, reason)
}

/// Tells apart what serde only says in words: its message begins with one of
/// these phrases. What it says of the value is left out.
fn shape_error(message: &str) -> (&'static str, Option<String>, String) {
    let name = || message.split('`').nth(1).map(str::to_owned);
    if message.starts_with("unknown field") {
        (
            "unknown_field",
            name(),
            "is not a field of this body".to_owned(),
        )
    } else if message.starts_with("missing field") {
        ("missing_field", name(), "is required".to_owned())
    } else if message.starts_with("duplicate field") {
        ("duplicate_field", name(), "is there twice".to_owned())
    } else if message.starts_with("invalid type") {
        ("wrong_type", None, format!("must be {}", expected(message)))
    } else {
        // A domain type's rule begins so; serde's own phrases quote the value.
        let rule = message.split(" at line ").next().unwrap_or(message);
        let ours = rule.starts_with("must ") || rule.starts_with("may ");
        let rule = if ours {
            rule.to_owned()
        } else {
            format!("must be {} within range", expected(message))
        };
        ("invalid_input", None, rule)
    }
}

/// What serde would have had, in words that are not Rust's.
fn expected(message: &str) -> &str {
    let named = message.rsplit(", expected ").next().unwrap_or_default();
    match named.split(" at line ").next().unwrap_or_default() {
        "i64" | "u32" | "u64" => "a whole number",
        "a sequence" => "an array",
        other => other,
    }
}

/// The query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let values = serde::de::value::MapDeserializer::new(
            pairs.map(|(name, value)| (name.into_owned(), QueryValue(value.into_owned()))),
        );
        serde_path_to_error::deserialize(values).map(Query).map_err(
            |error: serde_path_to_error::Error<serde::de::value::Error>| {
                let path = error.path().to_string();
                let (code, name, reason) = shape_error(&error.inner().to_string());
                match (code, name) {
                    ("unknown_field", Some(name)) => {
                        Problem::invalid_query(&name, "is not a parameter of this route")
                    }
                    (_, Some(name)) => Problem::invalid_query(&name, &reason),
                    _ => Problem::invalid_query(&path, &reason),
                }
            },
        )
    }
}

/// A parameter's value: a number where a number is asked for, else text.
struct QueryValue(String);

impl<'de> serde::de::IntoDeserializer<'de> for QueryValue {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for QueryValue {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_string(self.0)
    }

    fn deserialize_u32<V: serde::de::Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        match self.0.parse() {
            Ok(number) => visitor.visit_u32(number),
            Err(_) => Err(serde::de::Error::custom(
                "must be a whole number from 0 to 4294967295",
            )),
        }
    }

    fn deserialize_option<V: serde::de::Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Which page of a list.
#[derive(Debug, Default, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The page, from 1; 1 when not given.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// The most items on a page, 1 to 100; 30 when not given. Other sizes are
    /// taken as the nearest of these.
    #[param(minimum = 1, maximum = 100, default = 30)]
    size: Option<u32>,
}

impl From<PageQuery> for PageRequest {
    fn from(query: PageQuery) -> Self {
        page_request(query.page, query.size)
    }
}

/// A page request out of optional parameters.
#[must_use]
pub fn page_request(page: Option<u32>, size: Option<u32>) -> PageRequest {
    PageRequest::new(page.unwrap_or(1), size.unwrap_or(PageRequest::DEFAULT_SIZE))
}

/// The last part of the path, as a `T`. A text that is no `T` names nothing,
/// so it is 404 like any other absent thing.
#[derive(Debug)]
pub struct PathKey<T>(pub T);

impl<T: std::str::FromStr, S: Send + Sync> FromRequestParts<S> for PathKey<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let absent = || Problem::not_found("item");
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| absent())?;
        text.parse().map(PathKey).map_err(|_| absent())
    }
}

/// For fields that may be left out but not be null.
///
/// # Errors
///
/// Those of `T`; `null` is one where `T` is not an `Option`.
pub fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read by serde only")]
    struct Sample {
        name: hub_domain::Name,
        #[serde(default)]
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read by serde only")]
    struct Inner {
        bytes: u32,
    }

    fn check(json: &str, expected: &str) {
        let problem = read_json::<Sample>(json.as_bytes()).unwrap_err();
        assert_eq!(problem.code(), expected, "{json}: {problem:?}");
        assert!(!format!("{problem:?}").contains("s3cret"), "{problem:?}");
    }

    #[test]
    fn each_wrong_body_has_its_code_and_does_not_echo_values() {
        check("", "malformed_json");
        check("{", "malformed_json");
        check(r#"{"name": "a"} x"#, "malformed_json");
        check(r#"{"name": "a", "s": 1}"#, "unknown_field");
        check(
            r#"{"name": "a", "inner": {"bytes": 1, "x": 1}}"#,
            "unknown_field",
        );
        check("{}", "missing_field");
        check(r#"{"name": "a", "inner": {}}"#, "missing_field");
        check(r#"{"name": "a", "name": "b"}"#, "duplicate_field");
        check(r#"{"name": 1}"#, "wrong_type");
        check(
            r#"{"name": "a", "inner": {"bytes": "s3cret"}}"#,
            "wrong_type",
        );
        check(r#"{"name": "a", "inner": {"bytes": -1}}"#, "invalid_input");
        check(r#"{"name": ""}"#, "invalid_input");
        check(r#""s3cret""#, "wrong_type");
    }
}
