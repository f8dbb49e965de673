//! Tokens as rows: who may call, and what they may do.
//!
//! An [`ApiToken`] opens one organisation for one user. An [`OperatorToken`]
//! opens what belongs to no organisation, and nothing else. They are two types
//! so that no scope of the first can ever mean the second.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;

use crate::text::text_enum;
use crate::{
    DbResult, Id, Invalid, Name, Page, PageRequest, Patch, Timestamp, TokenHash, TokenPrefix,
    UserId,
};

text_enum! {
    /// What a token may do in its organisation. Each scope includes those
    /// before it.
    TokenScope {
        /// Read.
        Read = "read",
        /// Write, and so read.
        Write = "write",
        /// Make and revoke tokens, and so write and read.
        Admin = "admin",
    }
}

/// The scopes of a token: at least one. Prints and is stored as words with
/// spaces between, in the order of [`TokenScope`].
///
/// # Examples
///
/// ```
/// use hub_domain::{TokenScope, TokenScopes};
///
/// let scopes: TokenScopes = "write,read".parse()?;
/// assert_eq!(scopes.to_string(), "read write");
/// assert!(scopes.allow(TokenScope::Read));
/// assert!(!scopes.allow(TokenScope::Admin));
/// # Ok::<(), hub_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenScopes(Vec<TokenScope>);

impl TokenScopes {
    /// Collects scopes; the order and repetition of `scopes` do not matter.
    ///
    /// # Errors
    ///
    /// `scopes` is empty.
    pub fn new(scopes: impl IntoIterator<Item = TokenScope>) -> Result<Self, Invalid> {
        let mut scopes: Vec<_> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(Invalid::new("must name at least one scope"));
        }
        Ok(TokenScopes(scopes))
    }

    /// All scopes.
    #[must_use]
    pub fn all() -> Self {
        TokenScopes(TokenScope::ALL.to_vec())
    }

    /// Whether these scopes include `scope`, as itself or in a greater one.
    #[must_use]
    pub fn allow(&self, scope: TokenScope) -> bool {
        self.0.iter().any(|held| *held >= scope)
    }

    /// The scopes as they were given, in order.
    pub fn iter(&self) -> impl Iterator<Item = TokenScope> + '_ {
        self.0.iter().copied()
    }
}

impl fmt::Display for TokenScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for TokenScopes {
    type Err = Invalid;

    /// Reads words with spaces or commas between.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        TokenScopes::new(words.map(str::parse).collect::<Result<Vec<_>, _>>()?)
    }
}

text_enum! {
    /// Whether a token opens anything.
    TokenStatus {
        /// It does, until it expires.
        Active = "active",
        /// It was revoked.
        Inactive = "inactive",
    }
}

/// A token of one user of the organisation, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: Id<ApiToken>,
    /// Whose it is.
    pub user_id: UserId,
    /// What the user calls it. Stored as an empty text when there is none.
    pub name: Option<Name>,
    /// The part of its text by which it is found.
    pub prefix: TokenPrefix,
    /// The hash of its secret.
    pub hash: TokenHash,
    /// What it may do.
    pub scopes: TokenScopes,
    /// Whether it was revoked.
    pub status: TokenStatus,
    /// From when on it opens nothing; `None` means never.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl ApiToken {
    /// Whether it opens anything at `now`: active, and before its expiry.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        is_usable(self.status, self.expires_at, now)
    }
}

fn is_usable(status: TokenStatus, expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    status == TokenStatus::Active && expires_at.is_none_or(|expiry| now < expiry)
}

/// A token to store. It starts [`TokenStatus::Active`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiToken {
    /// Whose it is.
    pub user_id: UserId,
    /// What the user calls it.
    pub name: Option<Name>,
    /// The part of its text by which it is found.
    pub prefix: TokenPrefix,
    /// The hash of its secret.
    pub hash: TokenHash,
    /// What it may do.
    pub scopes: TokenScopes,
    /// From when on it opens nothing; `None` means never.
    pub expires_at: Option<Timestamp>,
}

/// What to change about a token; what is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenChange {
    /// What it is called.
    pub name: Patch<Name>,
    /// Whether it is revoked.
    pub status: Option<TokenStatus>,
}

/// The organisation's API tokens.
#[async_trait]
pub trait TokenRepository: Send + Sync {
    /// Stores a token.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` (`prefix`): a token of the organisation has the prefix.
    async fn create_token(&self, new: NewApiToken) -> DbResult<ApiToken>;

    /// Lists the user's tokens, the newest first (`created_at` then `id`, both
    /// descending).
    async fn list_tokens(&self, user: &UserId, page: PageRequest) -> DbResult<Page<ApiToken>>;

    /// Reads a token of the user.
    async fn get_token(&self, user: &UserId, id: Id<ApiToken>) -> DbResult<Option<ApiToken>>;

    /// Reads the token with this prefix, whoever's it is: authentication,
    /// before the user is known.
    async fn find_token_by_prefix(&self, prefix: &TokenPrefix) -> DbResult<Option<ApiToken>>;

    /// Changes a token of the user and gives it as it is then.
    ///
    /// # Errors
    ///
    /// `NotFound`: the user has no such token.
    async fn update_token(
        &self,
        user: &UserId,
        id: Id<ApiToken>,
        change: TokenChange,
    ) -> DbResult<ApiToken>;
}

/// A token of whoever runs the service, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorToken {
    /// Its id.
    pub id: Id<OperatorToken>,
    /// What it is called. Stored as an empty text when there is none.
    pub name: Option<Name>,
    /// The part of its text by which it is found.
    pub prefix: TokenPrefix,
    /// The hash of its secret.
    pub hash: TokenHash,
    /// Whether it was revoked.
    pub status: TokenStatus,
    /// From when on it opens nothing; `None` means never.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl OperatorToken {
    /// Whether it opens anything at `now`: active, and before its expiry.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        is_usable(self.status, self.expires_at, now)
    }
}

/// An operator token to store. It starts [`TokenStatus::Active`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperatorToken {
    /// What it is called.
    pub name: Option<Name>,
    /// The part of its text by which it is found.
    pub prefix: TokenPrefix,
    /// The hash of its secret.
    pub hash: TokenHash,
    /// From when on it opens nothing; `None` means never.
    pub expires_at: Option<Timestamp>,
}

/// The operator tokens, in the global table `operator_tokens`.
#[async_trait]
pub trait OperatorTokenRepository: Send + Sync {
    /// Stores a token.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` (`prefix`): another has the prefix.
    async fn create_operator_token(&self, new: NewOperatorToken) -> DbResult<OperatorToken>;

    /// Lists tokens, the newest first (`created_at` then `id`, both
    /// descending).
    async fn list_operator_tokens(&self, page: PageRequest) -> DbResult<Page<OperatorToken>>;

    /// Reads the token with this prefix: authentication.
    async fn find_operator_token_by_prefix(
        &self,
        prefix: &TokenPrefix,
    ) -> DbResult<Option<OperatorToken>>;

    /// Changes a token and gives it as it is then.
    ///
    /// # Errors
    ///
    /// `NotFound`: no such token.
    async fn update_operator_token(
        &self,
        id: Id<OperatorToken>,
        change: TokenChange,
    ) -> DbResult<OperatorToken>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;
    use crate::test_support::FrozenClock;

    fn check(text: &str, expected: Option<&str>) {
        let printed = text
            .parse::<TokenScopes>()
            .ok()
            .map(|scopes| scopes.to_string());
        assert_eq!(printed.as_deref(), expected, "{text}");
    }

    #[test]
    fn scopes_have_one_spelling() {
        check("read", Some("read"));
        check("admin, read,read", Some("read admin"));
        check("", None);
        check(" , ", None);
        check("operator", None);
        check("Read", None);
    }

    #[test]
    fn a_greater_scope_includes_the_lesser() {
        let admin: TokenScopes = "admin".parse().unwrap();
        let write: TokenScopes = "write".parse().unwrap();
        assert!(TokenScopes::all().iter().all(|scope| admin.allow(scope)));
        assert!(write.allow(TokenScope::Read));
        assert!(!write.allow(TokenScope::Admin));
    }

    #[test]
    fn a_token_opens_nothing_from_the_moment_it_expires() {
        let clock = FrozenClock::default();
        let expiry = clock.now().checked_add(std::time::Duration::from_secs(1));
        assert!(is_usable(TokenStatus::Active, expiry, clock.now()));
        assert!(is_usable(TokenStatus::Active, None, clock.now()));
        assert!(!is_usable(TokenStatus::Inactive, None, clock.now()));
        clock.advance(std::time::Duration::from_secs(1));
        assert!(!is_usable(TokenStatus::Active, expiry, clock.now()));
    }
}
