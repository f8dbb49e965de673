//! Doubles for tests: a clock that stands still, ids that repeat, and mocks of
//! the services.
//!
//! The mocks are `mockall`'s: a call that was not expected fails the test.
//!
//! ```
//! use std::sync::Arc;
//!
//! use hub_domain::test_support::{MockDbService, org_id};
//! use hub_domain::{DbService, UserId};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let mut mock = MockDbService::new();
//! mock.expect_delete_user_alias().returning(|_, _| Ok(0));
//!
//! let service: Arc<dyn DbService> = Arc::new(mock);
//! let user = UserId::new("ann")?;
//! let id = uuid::Uuid::from_u128(1).into();
//! assert_eq!(service.delete_user_alias(&user, id).await?, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeZone, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::id::uuid_v7;
use crate::{
    ApiToken, Clock, DbCore, DbResult, DbService, DbServices, DownloadChange, DownloadRequest,
    Filename, GlobalService, Id, IdSource, ModelRepository, Name, NewApiToken, NewDownloadRequest,
    NewOperatorToken, NewOrganisation, NewSetting, OperatorToken, OperatorTokenRepository, OrgId,
    Organisation, OrganisationRepository, Page, PageRequest, Repo, Setting, SettingKey,
    SettingsRepository, Slug, Timestamp, TokenChange, TokenPrefix, TokenRepository, UserAlias,
    UserAliasInput, UserAliasRepository, UserId,
};

/// A clock that stands at 2025-01-01T00:00:00Z until it is told to move.
/// Clones show the same time.
#[derive(Debug, Clone)]
pub struct FrozenClock {
    now: Arc<Mutex<Timestamp>>,
}

impl FrozenClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        FrozenClock {
            now: Arc::new(Mutex::new(now)),
        }
    }

    /// Moves the clock.
    ///
    /// # Panics
    ///
    /// Past the year 9999.
    pub fn advance(&self, duration: Duration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now
            .checked_add(duration)
            .expect("a test stays within the year 9999");
    }
}

impl Default for FrozenClock {
    fn default() -> Self {
        FrozenClock::at(frozen_now())
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 2025-01-01T00:00:00Z: the time of a [`FrozenClock`].
///
/// # Panics
///
/// Never: the date exists.
#[must_use]
pub fn frozen_now() -> Timestamp {
    let moment: DateTime<Utc> = Utc
        .with_ymd_and_hms(2025, 1, 1, 0, 0, 0)
        .single()
        .expect("the date exists");
    Timestamp::new(moment).expect("2025 is within range")
}

/// Ids that are the same in each run: those of one seed differ from those of
/// another, and each is greater than the one before it under the same clock
/// time (for the first 4096).
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    made: AtomicU64,
}

impl SeededIds {
    /// A source whose ids depend on `seed`, their number and the clock.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        SeededIds {
            seed,
            made: AtomicU64::new(0),
        }
    }
}

impl IdSource for SeededIds {
    fn next_id(&self, now: Timestamp) -> Uuid {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(number.to_be_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let mut tail = [0; 10];
        tail.copy_from_slice(&digest[..10]);
        uuid_v7(now, (number % 4_096) as u16, tail)
    }
}

/// An organisation id that ends in `number`.
///
/// # Panics
///
/// Never: the id is not nil.
#[must_use]
pub fn org_id(number: u16) -> OrgId {
    const BASE: u128 = 0x0194_1f29_7c00_7000_8000_0000_0000_0000;
    OrgId::new(Uuid::from_u128(BASE + u128::from(number))).expect("the id is not nil")
}

mockall::mock! {
    /// A [`DbService`] that answers as a test tells it to.
    pub DbService {}

    #[async_trait]
    impl DbCore for DbService {
        async fn migrate(&self) -> DbResult<()>;
        async fn seed(&self) -> DbResult<()>;
        fn now(&self) -> Timestamp;
        async fn reset_all(&self) -> DbResult<()>;
    }

    #[async_trait]
    impl ModelRepository for DbService {
        async fn create_download_request(&self, new: NewDownloadRequest) -> DbResult<DownloadRequest>;
        async fn get_download_request(&self, id: Id<DownloadRequest>) -> DbResult<Option<DownloadRequest>>;
        async fn update_download_request(&self, id: Id<DownloadRequest>, change: DownloadChange) -> DbResult<DownloadRequest>;
        async fn list_download_requests(&self, page: PageRequest) -> DbResult<Page<DownloadRequest>>;
        async fn find_download_requests(&self, repo: &Repo, filename: &Filename, page: PageRequest) -> DbResult<Page<DownloadRequest>>;
    }

    #[async_trait]
    impl TokenRepository for DbService {
        async fn create_token(&self, new: NewApiToken) -> DbResult<ApiToken>;
        async fn list_tokens(&self, user: &UserId, page: PageRequest) -> DbResult<Page<ApiToken>>;
        async fn get_token(&self, user: &UserId, id: Id<ApiToken>) -> DbResult<Option<ApiToken>>;
        async fn find_token_by_prefix(&self, prefix: &TokenPrefix) -> DbResult<Option<ApiToken>>;
        async fn update_token(&self, user: &UserId, id: Id<ApiToken>, change: TokenChange) -> DbResult<ApiToken>;
    }

    #[async_trait]
    impl UserAliasRepository for DbService {
        async fn create_user_alias(&self, user: &UserId, input: UserAliasInput) -> DbResult<UserAlias>;
        async fn get_user_alias(&self, user: &UserId, id: Id<UserAlias>) -> DbResult<Option<UserAlias>>;
        async fn find_user_alias(&self, user: &UserId, alias: &Name) -> DbResult<Option<UserAlias>>;
        async fn update_user_alias(&self, user: &UserId, id: Id<UserAlias>, input: UserAliasInput) -> DbResult<UserAlias>;
        async fn delete_user_alias(&self, user: &UserId, id: Id<UserAlias>) -> DbResult<u64>;
        async fn list_user_aliases(&self, user: &UserId, page: PageRequest) -> DbResult<Page<UserAlias>>;
    }
}

mockall::mock! {
    /// A [`GlobalService`] that answers as a test tells
    /// it to.
    pub GlobalService {}

    #[async_trait]
    impl SettingsRepository for GlobalService {
        async fn get_setting(&self, key: &SettingKey) -> DbResult<Option<Setting>>;
        async fn upsert_setting(&self, new: NewSetting) -> DbResult<Setting>;
        async fn delete_setting(&self, key: &SettingKey) -> DbResult<u64>;
        async fn list_settings(&self, page: PageRequest) -> DbResult<Page<Setting>>;
    }

    #[async_trait]
    impl OrganisationRepository for GlobalService {
        async fn create_organisation(&self, new: NewOrganisation) -> DbResult<Organisation>;
        async fn get_organisation(&self, id: OrgId) -> DbResult<Option<Organisation>>;
        async fn find_organisation(&self, slug: &Slug) -> DbResult<Option<Organisation>>;
        async fn list_organisations(&self, page: PageRequest) -> DbResult<Page<Organisation>>;
    }

    #[async_trait]
    impl OperatorTokenRepository for GlobalService {
        async fn create_operator_token(&self, new: NewOperatorToken) -> DbResult<OperatorToken>;
        async fn list_operator_tokens(&self, page: PageRequest) -> DbResult<Page<OperatorToken>>;
        async fn find_operator_token_by_prefix(&self, prefix: &TokenPrefix) -> DbResult<Option<OperatorToken>>;
        async fn update_operator_token(&self, id: Id<OperatorToken>, change: TokenChange) -> DbResult<OperatorToken>;
    }
}

/// [`DbServices`] of one organisation: the two mocks, or any two services.
pub struct OneOrg {
    org: OrgId,
    service: Arc<dyn DbService>,
    global: Arc<dyn GlobalService>,
}

impl OneOrg {
    /// Gives `service` for `org` and `global` for none.
    #[must_use]
    pub fn new(
        org: OrgId,
        service: impl DbService + 'static,
        global: impl GlobalService + 'static,
    ) -> Self {
        OneOrg {
            org,
            service: Arc::new(service),
            global: Arc::new(global),
        }
    }
}

impl DbServices for OneOrg {
    /// # Panics
    ///
    /// For another organisation: a test that expects one says so itself.
    fn org(&self, org: OrgId) -> Arc<dyn DbService> {
        assert_eq!(
            org, self.org,
            "the code under test reached for another organisation"
        );
        Arc::clone(&self.service)
    }

    fn global(&self) -> Arc<dyn GlobalService> {
        Arc::clone(&self.global)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_repeat_and_ascend() {
        let ids = |seed| -> Vec<_> {
            let source = SeededIds::new(seed);
            (0..3).map(|_| source.next_id(frozen_now())).collect()
        };
        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
        assert!(ids(1).is_sorted());
        assert_eq!(ids(1)[0].get_version_num(), 7);
    }

    #[test]
    fn clones_of_a_clock_move_together() {
        let clock = FrozenClock::default();
        let clone = clock.clone();
        clock.advance(Duration::from_secs(1));
        assert_eq!(clone.now().to_string(), "2025-01-01T00:00:01.000000Z");
    }
}
