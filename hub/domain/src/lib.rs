//! What Hub knows: its types, its rules, and what it asks of a database.
//!
//! A value of this crate is a checked value: a [`Slug`] is short enough, a
//! [`Timestamp`] has the precision that both engines keep, a [`JsonObject`]
//! reads back as it was written. Checks made here come before the database
//! and so end alike on both engines.
//!
//! The repository traits say what persistence does, never how. Together they
//! are a [`DbService`], which is had for one organisation from
//! [`DbServices::org`]; what belongs to no organisation is a
//! [`GlobalService`]. No method takes an organisation, so no caller can name
//! the wrong one.
//!
//! This crate has never heard of Diesel, SQL or HTTP: `hub-persistence`
//! implements the traits, `hub-server` calls them. Feature `test-support`
//! adds the doubles that both test with.
//!
//! # Rules that every repository method keeps
//!
//! - get: `None` when the row is absent. Deleting an absent row succeeds and
//!   says 0. Updating an absent row is [`DbError::NotFound`].
//! - A row of another organisation, or in a `user` method of another user, is
//!   an absent row.
//! - Ids are version 7 UUIDs from an [`IdSource`]; times come from a
//!   [`Clock`], never from the database. `created_at` never changes.
//! - What a method returns equals what is stored.
//! - Lists are in a total order that ends in the row's key.
//! - A row that cannot be decoded is [`DbError::Undecodable`]; it is never
//!   dropped in silence.
//! - A method is one transaction: after an error nothing has changed, except as
//!   [`DbError::Unavailable`] says.

mod alias;
mod error;
mod id;
mod json;
mod model;
mod org;
mod page;
mod patch;
mod secret;
mod service;
mod setting;
mod text;
mod time;
mod token;

#[cfg(any(test, feature = "test-support"))]
pub mod test_support;

pub use alias::{UserAlias, UserAliasInput, UserAliasRepository};
pub use error::{BoxError, DbError, DbResult, Invalid, Item};
pub use id::{Id, IdSource, RandomIds};
pub use json::{JsonArray, JsonObject};
pub use model::{
    ByteCount, DownloadChange, DownloadRequest, DownloadStatus, ModelRepository, NewDownloadRequest,
};
pub use org::{NewOrganisation, OrgId, Organisation, OrganisationRepository};
pub use page::{Page, PageRequest};
pub use patch::Patch;
pub use secret::{TokenFormatError, TokenHash, TokenOwner, TokenPrefix, TokenText};
pub use service::{DbCore, DbService, DbServices, GlobalService};
pub use setting::{
    NewSetting, Setting, SettingKey, SettingNumber, SettingText, SettingType, SettingValue,
    SettingsRepository,
};
pub use text::{ErrorText, Filename, Name, Repo, Slug, Snapshot, UserId};
pub use time::{Clock, SystemClock, Timestamp};
pub use token::{
    ApiToken, NewApiToken, NewOperatorToken, OperatorToken, OperatorTokenRepository, TokenChange,
    TokenRepository, TokenScope, TokenScopes, TokenStatus,
};
