//! Reading rows so that none is lost and a broken one is named.
//!
//! Diesel fails a whole result when one value cannot be read, and does not say
//! which row it was in. A [`Cell`] keeps the failure instead, so that the row is
//! there, with its id, when it turns out which column is broken.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::sql_types::SingleValue;
use dualfuel::{Dual, DualValue};
use hub_domain::{DbError, DbResult, Id, Timestamp};
use uuid::Uuid;

/// A row struct: private to a repository, filled by Diesel.
pub(crate) trait Row {
    /// What the domain calls it.
    type Item;

    /// Checks every column.
    fn decode(self) -> DbResult<Self::Item>;
}

/// Decodes what a `get` found.
pub(crate) fn decode_found<R: Row>(found: Option<R>) -> DbResult<Option<R::Item>> {
    found.map(R::decode).transpose()
}

/// A column's value, or that it could not be read as `T`.
pub(crate) struct Cell<T>(Option<T>);

impl<T, ST> FromSql<ST, Dual> for Cell<T>
where
    T: FromSql<ST, Dual>,
{
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        // What is wrong with it could quote it; that it is wrong is enough.
        Ok(Cell(T::from_sql(value).ok()))
    }

    /// NULL, in a column that takes none.
    fn from_nullable_sql(value: Option<DualValue<'_>>) -> deserialize::Result<Self> {
        Ok(Cell(value.and_then(|value| T::from_sql(value).ok())))
    }
}

impl<T, ST> Queryable<ST, Dual> for Cell<T>
where
    ST: SingleValue,
    Self: FromSql<ST, Dual>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl Cell<Uuid> {
    /// The row's id, for [`Columns::of`].
    pub(crate) fn named(&self) -> String {
        self.0
            .map_or_else(|| UNREADABLE.to_owned(), |id| id.to_string())
    }
}

impl Cell<String> {
    /// The row's key, for [`Columns::of`].
    pub(crate) fn named(&self) -> String {
        self.0.clone().unwrap_or_else(|| UNREADABLE.to_owned())
    }
}

/// Stands for an id that is itself what cannot be read.
const UNREADABLE: &str = "(unreadable)";

/// The columns of one row, on their way to the domain.
pub(crate) struct Columns {
    table: &'static str,
    id: String,
}

impl Columns {
    /// Those of the row `id` of `table`.
    pub(crate) fn of(table: &'static str, id: String) -> Self {
        Columns { table, id }
    }

    fn broken(&self, column: &'static str) -> DbError {
        DbError::Undecodable {
            table: self.table,
            column: column.to_owned(),
            id: self.id.clone(),
        }
    }

    /// A value, checked by `check`.
    pub(crate) fn check<S, T, E>(
        &self,
        column: &'static str,
        cell: Cell<S>,
        check: impl FnOnce(S) -> Result<T, E>,
    ) -> DbResult<T> {
        let value = cell.0.ok_or_else(|| self.broken(column))?;
        check(value).map_err(|_| self.broken(column))
    }

    /// The same, of a column that may be null.
    pub(crate) fn check_some<S, T, E>(
        &self,
        column: &'static str,
        cell: Option<Cell<S>>,
        check: impl FnOnce(S) -> Result<T, E>,
    ) -> DbResult<Option<T>> {
        cell.map(|cell| self.check(column, cell, check)).transpose()
    }

    /// The id.
    pub(crate) fn id<T>(&self, cell: Cell<Uuid>) -> DbResult<Id<T>> {
        self.check("id", cell, |id| Ok::<_, fmt::Error>(Id::from(id)))
    }

    /// A text that reads as a `T`.
    pub(crate) fn text<T: FromStr>(&self, column: &'static str, cell: Cell<String>) -> DbResult<T> {
        self.check(column, cell, |text| text.parse())
    }

    /// The same, where the empty text stands for none.
    pub(crate) fn text_or_empty<T: FromStr>(
        &self,
        column: &'static str,
        cell: Cell<String>,
    ) -> DbResult<Option<T>> {
        self.check(column, cell, |text| match text.as_str() {
            "" => Ok(None),
            text => text.parse().map(Some),
        })
    }

    /// A time.
    pub(crate) fn time(
        &self,
        column: &'static str,
        cell: Cell<DateTime<Utc>>,
    ) -> DbResult<Timestamp> {
        self.check(column, cell, Timestamp::new)
    }

    /// A time that may be absent.
    pub(crate) fn time_some(
        &self,
        column: &'static str,
        cell: Option<Cell<DateTime<Utc>>>,
    ) -> DbResult<Option<Timestamp>> {
        self.check_some(column, cell, Timestamp::new)
    }
}
