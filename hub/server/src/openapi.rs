//! What the OpenAPI document says besides the routes, which describe
//! themselves.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, OpenApi};
use utoipa::{Modify, OpenApi as _};

/// The name of the security scheme that routes refer to.
pub(crate) const TOKEN: &str = "token";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Hub",
        description = "Models, aliases, downloads, tokens and settings of a service that runs \
                       and routes language models.\n\nSend a token as `Authorization: Bearer \
                       hub_...`. A token opens one organisation for one user; `read`, `write` and \
                       `admin` each include those before. Every error is a problem document (RFC \
                       9457) with a stable `code`.",
    ),
    tags(
        (name = "aliases", description = "Names that a user gives to model files"),
        (name = "downloads", description = "Requests to download model files"),
        (name = "tokens", description = "The user's API tokens"),
        (name = "settings", description = "Settings of the whole service; operators only"),
        (name = "service", description = "The service itself"),
    ),
    modifiers(&TokenScheme),
    components(schemas(crate::problem::ProblemDocument, crate::problem::FieldError)),
)]
struct Document;

struct TokenScheme;

impl Modify for TokenScheme {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = SecurityScheme::Http(
            Http::builder()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("A token: `hub_<org>_<prefix>_<secret>`."))
                .build(),
        );
        document
            .components
            .get_or_insert_with(Components::new)
            .add_security_scheme(TOKEN, scheme);
    }
}

/// The document before any route is added.
pub(crate) fn document() -> OpenApi {
    let mut document = Document::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document
}

/// The document as it is served, for `hub openapi` and tests.
#[must_use]
pub fn openapi() -> OpenApi {
    crate::routes::api().into_openapi()
}
