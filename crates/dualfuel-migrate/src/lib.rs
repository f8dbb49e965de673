//! How a database gets to the schema that the code expects.
//!
//! Takes a database from the version it has to the version a program carries:
//! [`migrate`] reads the ledger, and if anything is to be done takes the lock,
//! reads the ledger again, and applies one version after another, each together
//! with its ledger rows in one transaction. Start reading at [`plan`], which is
//! pure: it decides, and the rest carries out.
//!
//! Migrations are plain Diesel directories, one set per engine
//! ([`Migrations`]), and Diesel's own table says what is applied. So
//! `diesel_cli` works on the same directories and the same database, without
//! the guarantees given here: it takes no lock, keeps no checksum, and after a
//! kill in the middle of a `run_in_transaction = false` migration it runs that
//! migration again.
//!
//! | | SQLite | PostgreSQL | MariaDB |
//! |---|---|---|---|
//! | lock | the write lock, per version | advisory lock, for the whole run | `GET_LOCK`, for the whole run |
//! | foreign keys | on, or off for a version that drops a table; then checked | untouched | enforced |
//! | row level security | none | off: a filtered statement fails | none |
//! | `run_in_transaction = false` | still one transaction | journalled, resumed | every version is journalled, resumed |
//!
//! MariaDB is a target for schemas, and programs don't run on it: the feature
//! `mariadb` brings its connection ([`mariadb::Connection`]), for tools.
//!
//! What stays true:
//!
//! - [`status`], [`check`] and [`plan`] write nothing, not even the ledger's tables.
//! - A run with nothing to do takes no lock and writes nothing.
//! - An applied migration is never edited, reordered or renumbered.
//! - Ledger rows commit with what they tell of, or, where the engine can't do
//!   that, are written before it.

mod annotation;
mod apply;
mod checksum;
mod engine;
mod error;
mod journal;
mod ledger;
mod lex;
mod load;
#[cfg(feature = "mariadb")]
pub mod mariadb;
mod migration;
mod observe;
mod options;
mod plan;
mod postgres;
mod said;
mod script;
mod session;
mod split;
mod sqlite;
mod status;
mod version;
mod wait;

pub use apply::{Ran, Report, migrate, revert};
pub use checksum::{Checksum, ChecksumError};
pub use engine::Engine;
pub use error::{Finding, MigrateError, NoWayBack};
pub use ledger::Ledger;
pub use load::LoadError;
pub use migration::{Migration, Migrations};
pub use observe::{Event, Observer};
pub use options::{Clock, Loss, Options, Target};
pub use plan::{Order, Plan, Planned, State, plan};
pub use session::Session;
pub use split::{Statement, split_statements};
pub use sqlite::foreign_keys::ForeignKeys;
pub use status::{Status, VersionStatus, check, status};
pub use version::{ProgramVersion, ProgramVersionError, Version};
