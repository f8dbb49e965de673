//! One Diesel data layer for applications that run on SQLite on a laptop and on
//! PostgreSQL in the cluster, chosen at run time by a URL, with every
//! organisation walled off by the database itself.
//!
//! # One program, both engines
//!
//! ```
//! use dualfuel::prelude::*;
//! use dualfuel::{Database, Migrations, OrgId};
//!
//! diesel::table! {
//!     notes (id) {
//!         id -> Uuid,
//!         body -> Text,
//!         pinned -> Bool,
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let org = OrgId::generate();
//! // `postgres://app:secret@db/notes` runs the same lines on PostgreSQL.
//! let migrations = Migrations::load("tests/migrations")?;
//! let db = Database::options().file_org(org).open("sqlite::memory:", &migrations).await?;
//!
//! let scope = db.org(org)?;
//! let id = uuid::Uuid::now_v7();
//! scope
//!     .write(async |tx| {
//!         diesel::insert_into(notes::table)
//!             .values((notes::id.eq(id), notes::body.eq("milk"), notes::pinned.eq(true)))
//!             .execute(tx)
//!             .await
//!     })
//!     .await?;
//!
//! let pinned: Vec<String> = notes::table
//!     .filter(notes::pinned.eq(true))
//!     .order(notes::id)
//!     .select(notes::body)
//!     .load(&mut scope.reader())
//!     .await?;
//! assert_eq!(pinned, ["milk"]);
//! # Ok(())
//! # }
//! ```
//!
//! Examples on re-exported items name the crate they live in, such as
//! `dualfuel_engine`; in an application write `dualfuel`.
//!
//! # What a tenant table looks like
//!
//! | | PostgreSQL | SQLite |
//! |---|---|---|
//! | `org_id` | `uuid NOT NULL DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid` | `TEXT NOT NULL`, default and CHECK are [`FILE_ORG_ID`] |
//! | primary key | `(org_id, id)` | `(id, org_id)`: a lookup by `id` alone uses it |
//! | a unique key | `UNIQUE (org_id, title)` | `UNIQUE (title, org_id)` |
//! | a foreign key | `FOREIGN KEY (org_id, list_id) REFERENCES lists (org_id, id)` | the same columns in SQLite's order |
//! | without case | `title_ci text COLLATE "C" GENERATED ALWAYS AS (lower(title COLLATE "C")) STORED` | `title_ci TEXT GENERATED ALWAYS AS (lower(title))` |
//! | text | `text COLLATE "C"`: bytes decide the order, as on SQLite | `TEXT` |
//! | an enum | `text` with a named `CHECK (status IN (..))` | the same |
//! | JSON | `jsonb` | `TEXT` with `CHECK (json_valid(..))` |
//! | boolean | `boolean` | `INTEGER` with `CHECK (x IN (0, 1))` |
//! | the wall | `ENABLE` and `FORCE ROW LEVEL SECURITY`, one policy with `USING` and `WITH CHECK`; [`Database::open`] refuses a table without | the file |
//!
//! Foreign key checks and unique indexes look past row level security, so both
//! carry `org_id`. In `diesel::table!` name `id` alone as the key, and `org_id` only
//! where a conflict target needs it. A table without `org_id` is global: every
//! organisation reads it.
//!
//! # Where things are
//!
//! | Wanted | Look at |
//! |---|---|
//! | open a database, migrated and checked | [`Database::open`], [`OpenOptions`] |
//! | read, write, read several things at once | [`Scope::reader`], [`Scope::write`], [`Scope::snapshot`] |
//! | rows of no organisation; work over all of them | [`Database::global`], [`Database::every_org`] |
//! | tell errors apart, alike on both engines | [`ErrorExt`] |
//! | store an enum or a newtype | [`SqlValue`] |
//! | tests on both engines | the crate `dualfuel-test` |
//! | how each type is stored | [`types`] |
//! | a part of a transaction that may fail alone | `tx.transaction(..)`: see [`Scope::write`] |
//! | a boxed query, a derive's `check_for_backend` | name the backend [`Dual`] |
//! | lock rows, compare without case | [`dsl`] |

/// Puts a folder of migrations into the program: the folders `sqlite` and
/// `postgres` below it, as [`Migrations::load`] reads them from disk.
///
/// The path is from the crate's `Cargo.toml`, written with `$CARGO_MANIFEST_DIR`. It
/// gives `Result<Migrations, LoadError>`; read them once, for instance in a
/// [`LazyLock`](std::sync::LazyLock). Cargo does not see a new file in the
/// folder by itself: give the crate a `build.rs` that prints
/// `cargo::rerun-if-changed=migrations`.
///
/// # Examples
///
/// ```
/// let migrations = dualfuel::embed_migrations!("$CARGO_MANIFEST_DIR/tests/migrations")?;
/// assert!(migrations.latest().is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[macro_export]
macro_rules! embed_migrations {
    ($path:tt) => {{
        use $crate::__include_dir as include_dir;
        static MIGRATIONS: include_dir::Dir<'static> = include_dir::include_dir!($path);
        $crate::Migrations::embedded(&MIGRATIONS)
    }};
}

mod clock;
mod database;
mod open;

/// What a file that runs queries imports: `use dualfuel::prelude::*`.
///
/// It is `diesel::prelude` with the asynchronous `RunQueryDsl` in place of the
/// synchronous one, and Dualfuel's own traits. Import it instead of
/// `diesel::prelude`: with both, the two `RunQueryDsl` get in each other's way.
pub mod prelude {
    pub use diesel::expression_methods::*;
    pub use diesel::prelude::{
        AppearsOnTable, AsChangeset, Associations, BelongingToDsl, BoxableExpression, Column,
        CombineDsl, DecoratableTarget, Expression, GroupedBy, HasQuery, Identifiable, Insertable,
        IntoSql as _, JoinOnDsl, JoinTo, OptionalEmptyChangesetExtension, OptionalExtension,
        QueryDsl, QueryResult, QuerySource, Queryable, QueryableByName, Selectable,
        SelectableExpression, SelectableHelper, Table,
        allow_columns_to_appear_in_same_group_by_clause, allow_tables_to_appear_in_same_query,
        define_sql_function, joinable, table,
    };
    pub use diesel_async::{
        AsyncConnection as _, RunQueryDsl, SaveChangesDsl as _, SimpleAsyncConnection as _,
    };
    pub use dualfuel_engine::ErrorExt as _;
    pub use dualfuel_engine::dsl::{DualQueryDsl as _, DualTextMethods as _};
}

#[doc(hidden)]
pub use ::include_dir as __include_dir;
pub use clock::{Clock, IdSource, SystemClock, UuidV7};
pub use database::{Database, DatabaseStatus, NoOrganisations};
pub use dualfuel_engine::{
    __private, AcquireError, Begin, ConnectError, ConnectOptions, Connection, DatabaseUrl, Dual,
    DualValue, Durability, Engine, ErrorExt, ErrorKind, Isolation, PoolOptions, PoolStatus, Reader,
    UrlError, Violation, debug_sql, dsl, types,
};
pub use dualfuel_macros::SqlValue;
pub use dualfuel_migrate::{
    Event, LoadError, MigrateError, Migrations, Observer, ProgramVersion, Report, Status,
    VersionStatus,
};
pub use dualfuel_org::{
    AsyncOperation, EveryOrg, FILE_ORG_ID, FileOrgError, GlobalScope, LoginError, OrgError, OrgId,
    OrgIdError, OrgScope, OrgSource, Reason, Scope, TableError, WriteOptions,
};
pub use open::{OpenError, OpenOptions};
