//! Rows as Diesel reads them.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::row::{Field, PartialRow, Row, RowIndex, RowSealed};
use tokio_postgres::types::{FromSql, Type};

use super::Dual;
use crate::DualValue;

/// One cell of a SQLite result. Text and blobs are ranges of the result's buffer.
#[derive(Clone, Copy)]
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(usize, usize),
    Blob(usize, usize),
}

/// A whole SQLite result: cells row by row, and one buffer for all text and blobs.
///
/// SQLite's own pointers are gone with the next step of the statement, so the
/// bytes are copied once, into one allocation instead of one a cell.
#[derive(Clone)]
pub(crate) struct SqliteRows {
    columns: Arc<[String]>,
    cells: Vec<Cell>,
    buffer: Vec<u8>,
}

/// How large the last result of a statement was, so that the next one need not
/// grow to that size step by step.
#[derive(Debug, Default)]
pub(crate) struct ResultSize {
    cells: AtomicUsize,
    bytes: AtomicUsize,
}

impl SqliteRows {
    /// With room for a result of `size`, or for a part of it when it was large.
    pub(crate) fn like(columns: Arc<[String]>, size: &ResultSize) -> Self {
        const MOST_CELLS: usize = 1024;
        const MOST_BYTES: usize = 32 * 1024;
        let cells = size.cells.load(Ordering::Relaxed).min(MOST_CELLS);
        let bytes = size.bytes.load(Ordering::Relaxed).min(MOST_BYTES);
        SqliteRows {
            cells: Vec::with_capacity(cells.max(columns.len())),
            // Texts differ a little from one result to the next.
            buffer: Vec::with_capacity(bytes.next_multiple_of(64)),
            columns,
        }
    }

    pub(crate) fn note_size(&self, size: &ResultSize) {
        size.cells.store(self.cells.len(), Ordering::Relaxed);
        size.bytes.store(self.buffer.len(), Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn push(&mut self, value: rusqlite::types::ValueRef<'_>) {
        use rusqlite::types::ValueRef;
        let cell = match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(value) => Cell::Integer(value),
            ValueRef::Real(value) => Cell::Real(value),
            ValueRef::Text(bytes) => {
                let (start, end) = self.append(bytes);
                Cell::Text(start, end)
            }
            ValueRef::Blob(bytes) => {
                let (start, end) = self.append(bytes);
                Cell::Blob(start, end)
            }
        };
        self.cells.push(cell);
    }

    fn append(&mut self, bytes: &[u8]) -> (usize, usize) {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(bytes);
        (start, self.buffer.len())
    }

    pub(crate) fn len(&self) -> usize {
        self.cells
            .len()
            .checked_div(self.columns.len())
            .unwrap_or(0)
    }

    #[inline]
    fn value(&self, row: usize, column: usize) -> Option<DualValue<'_>> {
        let bytes = |start, end| self.buffer.get(start..end).unwrap_or_default();
        match *self.cells.get(row * self.columns.len() + column)? {
            Cell::Null => None,
            Cell::Integer(value) => Some(DualValue::Integer(value)),
            Cell::Real(value) => Some(DualValue::Real(value)),
            Cell::Text(start, end) => Some(DualValue::Text(bytes(start, end))),
            Cell::Blob(start, end) => Some(DualValue::Blob(bytes(start, end))),
        }
    }
}

/// One row of a result, from either engine.
pub struct DualRow(Source);

/// Shows how many columns it has, never a value: values are row content.
impl std::fmt::Debug for DualRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DualRow({} columns)", self.column_count())
    }
}

enum Source {
    Sqlite(Arc<SqliteRows>, usize),
    Postgres(tokio_postgres::Row),
}

impl DualRow {
    pub(crate) fn sqlite(rows: Arc<SqliteRows>, index: usize) -> Self {
        DualRow(Source::Sqlite(rows, index))
    }

    pub(crate) fn postgres(row: tokio_postgres::Row) -> Self {
        DualRow(Source::Postgres(row))
    }

    fn column_name(&self, column: usize) -> Option<&str> {
        match &self.0 {
            Source::Sqlite(rows, _) => rows.columns.get(column).map(String::as_str),
            Source::Postgres(row) => row.columns().get(column).map(|column| column.name()),
        }
    }

    #[inline]
    fn column_count(&self) -> usize {
        match &self.0 {
            Source::Sqlite(rows, _) => rows.columns.len(),
            Source::Postgres(row) => row.len(),
        }
    }
}

/// One field of a [`DualRow`].
#[derive(Debug)]
pub struct DualField<'a> {
    row: &'a DualRow,
    column: usize,
}

impl RowSealed for DualRow {}

impl RowIndex<usize> for DualRow {
    #[inline]
    fn idx(&self, index: usize) -> Option<usize> {
        (index < self.column_count()).then_some(index)
    }
}

impl<'n> RowIndex<&'n str> for DualRow {
    fn idx(&self, name: &'n str) -> Option<usize> {
        (0..self.column_count()).find(|column| self.column_name(*column) == Some(name))
    }
}

impl<'a> Row<'a, Dual> for DualRow {
    type Field<'f>
        = DualField<'f>
    where
        'a: 'f,
        Self: 'f;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.column_count()
    }

    #[inline]
    fn get<'b, I>(&'b self, index: I) -> Option<DualField<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        Some(DualField {
            row: self,
            column: self.idx(index)?,
        })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

/// The bytes of a field as they came over the wire.
struct WireBytes<'a>(&'a [u8]);

impl<'a> FromSql<'a> for WireBytes<'a> {
    fn from_sql(
        _: &Type,
        bytes: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(WireBytes(bytes))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl<'a> Field<'a, Dual> for DualField<'a> {
    fn field_name(&self) -> Option<&str> {
        self.row.column_name(self.column)
    }

    #[inline]
    fn value(&self) -> Option<DualValue<'_>> {
        match &self.row.0 {
            Source::Sqlite(rows, row) => rows.value(*row, self.column),
            // An index past the end cannot be made: `get` checked it. `try_get`
            // has then nothing to fail on but NULL, which `Option` takes.
            Source::Postgres(row) => row
                .try_get::<_, Option<WireBytes<'_>>>(self.column)
                .ok()
                .flatten()
                .map(|bytes| DualValue::Postgres(bytes.0)),
        }
    }
}
