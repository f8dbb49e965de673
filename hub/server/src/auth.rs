//! Who is calling, and whose rows they get.
//!
//! A token names its organisation, so it is looked up inside that organisation
//! and nowhere else. What comes out is a service of that organisation: a
//! handler asks for an [`OrgCaller`] and has no way to another's rows. The
//! scope that a handler needs is part of that type, so that forgetting to
//! check is not possible.
//!
//! Whatever is wrong with a token, the answer is 401, and it says no more than
//! the holder of the secret may know: that a token expired is only said to
//! whoever has its secret.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use hub_domain::{
    ApiToken, Clock, DbError, DbService, GlobalService, Name, OperatorToken, OrgId, Timestamp,
    TokenOwner, TokenScope, TokenStatus, TokenText, UserId,
};

use crate::AppState;
use crate::problem::Problem;

/// Whoever a token stands for.
#[derive(Clone)]
pub enum Caller {
    /// A user of an organisation.
    User {
        /// The organisation.
        org: OrgId,
        /// The user's token.
        token: ApiToken,
    },
    /// Whoever runs the service.
    Operator {
        /// The operator's token.
        token: OperatorToken,
    },
}

impl Caller {
    /// Whether the caller may see to what belongs to no organisation:
    /// operators, and the administrator of a file, who runs the program too.
    #[must_use]
    pub fn is_operator(&self, state: &AppState) -> bool {
        match self {
            Caller::Operator { .. } => true,
            Caller::User { token, .. } => {
                state.is_standalone() && token.scopes.allow(TokenScope::Admin)
            }
        }
    }

    /// What the token is called.
    #[must_use]
    pub fn token_name(&self) -> Option<&Name> {
        match self {
            Caller::User { token, .. } => token.name.as_ref(),
            Caller::Operator { token } => token.name.as_ref(),
        }
    }

    /// When the token expires.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Caller::User { token, .. } => token.expires_at,
            Caller::Operator { token } => token.expires_at,
        }
    }
}

/// Finds out who is calling, for every route below it.
///
/// # Errors
///
/// 401 without a token that opens something, 503 without a database.
pub async fn authenticate(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let caller = identify(&state, request.headers())
        .await
        .inspect_err(|problem| {
            metrics::counter!("hub_auth_refusals_total", "code" => problem.code()).increment(1);
            tracing::info!(code = problem.code(), "refused a request");
        })?;
    if let Caller::User { org, .. } = &caller {
        tracing::Span::current().record("org", tracing::field::display(org));
    }
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

async fn identify(state: &AppState, headers: &HeaderMap) -> Result<Caller, Problem> {
    let sent = bearer(headers)?;
    let unknown =
        || Problem::token_refused("token_unknown", "No token of this service has this text.");
    match sent.owner() {
        TokenOwner::Org(org) => {
            let found = state
                .services()
                .org(org)
                .find_token_by_prefix(sent.prefix())
                .await;
            let found = match found {
                // A file of another organisation: as unknown as any other.
                Err(DbError::UnknownOrganisation { .. }) => None,
                found => found?,
            };
            let token = found
                .filter(|token| sent.matches(&token.hash))
                .ok_or_else(unknown)?;
            check_usable(state.clock(), token.status, token.expires_at)?;
            Ok(Caller::User { org, token })
        }
        TokenOwner::Operator => {
            let found = state
                .services()
                .global()
                .find_operator_token_by_prefix(sent.prefix())
                .await?;
            let token = found
                .filter(|token| sent.matches(&token.hash))
                .ok_or_else(unknown)?;
            check_usable(state.clock(), token.status, token.expires_at)?;
            Ok(Caller::Operator { token })
        }
    }
}

/// The one bearer token of the request.
fn bearer(headers: &HeaderMap) -> Result<TokenText, Problem> {
    let malformed = || {
        Problem::token_refused(
            "token_malformed",
            "Send one `Authorization: Bearer hub_...`.",
        )
    };
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or_else(Problem::token_missing)?;
    if values.next().is_some() {
        return Err(malformed());
    }
    let text = value.to_str().map_err(|_| malformed())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(malformed());
    }
    TokenText::parse(token.trim()).map_err(|_| malformed())
}

fn check_usable(
    clock: &dyn Clock,
    status: TokenStatus,
    expires_at: Option<Timestamp>,
) -> Result<(), Problem> {
    if status != TokenStatus::Active {
        return Err(Problem::token_refused(
            "token_inactive",
            "This token was revoked.",
        ));
    }
    if expires_at.is_some_and(|expiry| expiry <= clock.now()) {
        return Err(Problem::token_refused(
            "token_expired",
            "This token has expired.",
        ));
    }
    Ok(())
}

/// A scope as a type: see [`OrgCaller`].
pub trait Required: Send + Sync {
    /// The scope.
    const SCOPE: TokenScope;
}

/// [`TokenScope::Read`] as a type.
#[derive(Debug)]
pub struct Read;
/// [`TokenScope::Write`] as a type.
#[derive(Debug)]
pub struct Write;
/// [`TokenScope::Admin`] as a type.
#[derive(Debug)]
pub struct Admin;

impl Required for Read {
    const SCOPE: TokenScope = TokenScope::Read;
}
impl Required for Write {
    const SCOPE: TokenScope = TokenScope::Write;
}
impl Required for Admin {
    const SCOPE: TokenScope = TokenScope::Admin;
}

/// A user of an organisation whose token has the scope `S`, with that
/// organisation's service.
pub struct OrgCaller<S> {
    /// The organisation.
    pub org: OrgId,
    /// The user.
    pub user: UserId,
    /// The organisation's rows.
    pub db: Arc<dyn DbService>,
    scope: PhantomData<fn() -> S>,
}

impl<S: Required> FromRequestParts<AppState> for OrgCaller<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Caller::User { org, token } = caller(parts)? else {
            return Err(Problem::forbidden(
                "organisation_token_required",
                "This belongs to an organisation; an operator's token names none.",
            ));
        };
        if !token.scopes.allow(S::SCOPE) {
            return Err(Problem::forbidden(
                "insufficient_scope",
                format!("This takes a token with the scope `{}`.", S::SCOPE),
            ));
        }
        Ok(OrgCaller {
            org: *org,
            user: token.user_id.clone(),
            db: state.services().org(*org),
            scope: PhantomData,
        })
    }
}

/// An operator, with the service of what belongs to no organisation.
pub struct OperatorCaller {
    /// The global rows.
    pub db: Arc<dyn GlobalService>,
}

impl FromRequestParts<AppState> for OperatorCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        if !caller(parts)?.is_operator(state) {
            return Err(Problem::forbidden(
                "operator_required",
                "This belongs to the whole service and takes an operator's token.",
            ));
        }
        Ok(OperatorCaller {
            db: state.services().global(),
        })
    }
}

/// Anyone with a token.
pub struct AnyCaller(pub Caller);

impl FromRequestParts<AppState> for AnyCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        caller(parts).cloned().map(AnyCaller)
    }
}

/// A route outside of [`authenticate`] has no caller; asking for one there is
/// a defect that must not open anything.
fn caller(parts: &Parts) -> Result<&Caller, Problem> {
    parts
        .extensions
        .get::<Caller>()
        .ok_or_else(Problem::token_missing)
}
