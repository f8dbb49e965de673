//! The derive for values and the attribute for tests.
//!
//! Use them through the crates that re-export them: `dualfuel::SqlValue` and
//! `dualfuel_test::each_engine`. Each is documented here.

mod each_engine;
mod sql_value;

use proc_macro::TokenStream;

/// Stores an enum as text, or a newtype as what it holds, on both engines.
///
/// An enum without fields becomes SQL `Text`. A variant is written in
/// `snake_case`, or in the style of `#[sql(rename_all = "..")]` (`snake_case`,
/// `kebab-case`, `camelCase`, `PascalCase`, `lowercase`, `UPPERCASE`), or as its own
/// `#[sql(name = "..")]`. Guard the column with a CHECK. A text that is no
/// variant is an error when a row is read.
///
/// A struct with one field becomes what that field is, and says which SQL type
/// with `#[sql(type = ..)]`. With `#[sql(try_from)]` it is read back through
/// `TryFrom`, so that a rule the type enforces holds for stored values too.
///
/// # Examples
///
/// ```ignore
/// #[derive(Debug, Clone, Copy, SqlValue)]
/// enum Status {
///     Active,                       // 'active'
///     #[sql(name = "on-hold")]
///     OnHold,
/// }
///
/// #[derive(Debug, Clone, SqlValue)]
/// #[sql(type = diesel::sql_types::Uuid)]
/// struct InvoiceId(uuid::Uuid);
/// ```
#[proc_macro_derive(SqlValue, attributes(sql))]
pub fn sql_value(input: TokenStream) -> TokenStream {
    sql_value::derive(input.into())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// Runs an async test on SQLite and on PostgreSQL, each on a fresh database.
///
/// The function takes one argument, a `TestDatabase`. `migrations = EXPR` gives
/// what it is migrated with, a `&Migrations`; without it the database is empty.
/// For a test named `t` there are two, `t::sqlite` and `t::postgres`.
///
/// | Argument | Default | Means |
/// |---|---|---|
/// | `migrations = EXPR` | none | a `dualfuel::Migrations` or a reference to one, applied first |
/// | `threads = N` | 1 | worker threads of the tokio runtime |
/// | `sqlite_file` | in memory | SQLite as a file, for tests with several connections |
///
/// # Examples
///
/// ```ignore
/// #[each_engine(migrations = migrations())]
/// async fn a_name_is_taken_once(db: TestDatabase) {
///     ..
/// }
/// ```
#[proc_macro_attribute]
pub fn each_engine(arguments: TokenStream, function: TokenStream) -> TokenStream {
    each_engine::expand(arguments.into(), function.into())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
