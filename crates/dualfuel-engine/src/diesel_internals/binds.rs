//! Bind values on their way to the engine.
//!
//! One buffer holds every value of a statement in PostgreSQL's binary form, and
//! a list says where each begins and how SQLite wants it. So binds are owned and
//! `Send`, cost two allocations a statement whatever its size, go to PostgreSQL
//! as they are, and are decoded for SQLite at the moment of binding.

use diesel::QueryResult;
use diesel::query_builder::{BindCollector, MoveableBindCollector};
use diesel::result::Error;
use diesel::serialize::{IsNull, Output, ToSql};
use diesel::sql_types::HasSqlType;

use super::{Dual, DualTypeMetadata};
use crate::Engine;

/// What a [`ToSql`] implementation for [`Dual`] gives to [`Output::set_value`].
///
/// Most types delegate to one that is here already, as in
/// `<str as ToSql<Text, Dual>>::to_sql(self.as_str(), out)`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum BindValue<'a> {
    /// Nothing was set yet: NULL.
    Null,
    /// `boolean`; 0 or 1 on SQLite.
    Bool(bool),
    /// `smallint`.
    SmallInt(i16),
    /// `integer`.
    Integer(i32),
    /// `bigint`.
    BigInt(i64),
    /// `real`.
    Float(f32),
    /// `double precision`.
    Double(f64),
    /// `text`, borrowed. It holds no NUL character.
    Text(&'a str),
    /// `text`, owned. It holds no NUL character.
    OwnedText(String),
    /// `bytea`; a blob on SQLite.
    Binary(&'a [u8]),
    /// Microseconds since 2000-01-01 00:00:00, without a zone.
    Timestamp(i64),
    /// Microseconds since 2000-01-01 00:00:00 UTC.
    Timestamptz(i64),
    /// Days since 2000-01-01.
    Date(i32),
    /// Microseconds since midnight.
    Time(i64),
    /// The sixteen bytes of a UUID.
    Uuid([u8; 16]),
    /// A JSON document as text, for the column type `jsonb`.
    Jsonb(String),
    /// A JSON document as text, for the column type `json`.
    Json(String),
    /// An array in PostgreSQL's binary form. SQLite gets JSON text instead.
    PostgresArray(Vec<u8>),
}

/// Shows the kind only: a value is row content, which does not belong in a log.
impl std::fmt::Debug for BindValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        encode(self, &mut Vec::new()).fmt(f)
    }
}

/// How SQLite is to be given a value; PostgreSQL takes the bytes as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BindKind {
    Null,
    Bool,
    SmallInt,
    Integer,
    BigInt,
    Float,
    Double,
    Text,
    Blob,
    Timestamp,
    Timestamptz,
    Date,
    Time,
    Uuid,
    /// One version byte, then text.
    Jsonb,
    /// PostgreSQL only.
    Array,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Bind {
    pub(crate) oid: u32,
    pub(crate) kind: BindKind,
    start: usize,
    end: usize,
}

/// The bind values of one statement.
///
/// Its `Debug` form shows how many there are and of which kind, never a value:
/// values are row content, which does not belong in a log.
#[derive(Clone, Default)]
pub struct Binds {
    buffer: Vec<u8>,
    items: Vec<Bind>,
}

impl std::fmt::Debug for Binds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.items.iter().map(|item| item.kind))
            .finish()
    }
}

impl Binds {
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The same room without the values, for another statement. A large one is
    /// given back to the allocator.
    pub(crate) fn emptied(mut self) -> Self {
        const MOST_BYTES: usize = 64 * 1024;
        const MOST_ITEMS: usize = MOST_BYTES / size_of::<Bind>();
        if self.buffer.capacity() > MOST_BYTES || self.items.capacity() > MOST_ITEMS {
            return Binds::default();
        }
        self.buffer.clear();
        self.items.clear();
        self
    }

    /// The value at `index`, counting from 0: its bytes and how to read them.
    pub(crate) fn get(&self, index: usize) -> Option<(BindKind, &[u8])> {
        let item = self.items.get(index)?;
        Some((
            item.kind,
            self.buffer.get(item.start..item.end).unwrap_or_default(),
        ))
    }

    pub(crate) fn oids(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.items.iter().map(|item| item.oid)
    }

    fn push(&mut self, value: &BindValue<'_>, oid: u32) {
        let start = self.buffer.len();
        let kind = encode(value, &mut self.buffer);
        self.items.push(Bind {
            oid,
            kind,
            start,
            end: self.buffer.len(),
        });
    }
}

/// Appends `value` in PostgreSQL's binary form.
pub(crate) fn encode(value: &BindValue<'_>, buffer: &mut Vec<u8>) -> BindKind {
    match value {
        BindValue::Null => BindKind::Null,
        BindValue::Bool(value) => {
            buffer.push(u8::from(*value));
            BindKind::Bool
        }
        BindValue::SmallInt(value) => put(buffer, &value.to_be_bytes(), BindKind::SmallInt),
        BindValue::Integer(value) => put(buffer, &value.to_be_bytes(), BindKind::Integer),
        BindValue::BigInt(value) => put(buffer, &value.to_be_bytes(), BindKind::BigInt),
        BindValue::Float(value) => put(buffer, &value.to_be_bytes(), BindKind::Float),
        BindValue::Double(value) => put(buffer, &value.to_be_bytes(), BindKind::Double),
        BindValue::Text(value) => put(buffer, value.as_bytes(), BindKind::Text),
        BindValue::OwnedText(value) => put(buffer, value.as_bytes(), BindKind::Text),
        BindValue::Json(value) => put(buffer, value.as_bytes(), BindKind::Text),
        BindValue::Binary(value) => put(buffer, value, BindKind::Blob),
        BindValue::Timestamp(value) => put(buffer, &value.to_be_bytes(), BindKind::Timestamp),
        BindValue::Timestamptz(value) => put(buffer, &value.to_be_bytes(), BindKind::Timestamptz),
        BindValue::Date(value) => put(buffer, &value.to_be_bytes(), BindKind::Date),
        BindValue::Time(value) => put(buffer, &value.to_be_bytes(), BindKind::Time),
        BindValue::Uuid(value) => put(buffer, value, BindKind::Uuid),
        BindValue::Jsonb(value) => {
            // `jsonb_recv` wants a version number before the text (jsonb.c): 1.
            buffer.push(1);
            put(buffer, value.as_bytes(), BindKind::Jsonb)
        }
        BindValue::PostgresArray(value) => put(buffer, value, BindKind::Array),
    }
}

fn put(buffer: &mut Vec<u8>, bytes: &[u8], kind: BindKind) -> BindKind {
    buffer.extend_from_slice(bytes);
    kind
}

impl<'a> BindCollector<'a, Dual> for Binds {
    type Buffer = BindValue<'a>;

    fn push_bound_value<T, U>(&mut self, bind: &'a U, engine: &mut Engine) -> QueryResult<()>
    where
        Dual: HasSqlType<T>,
        U: ToSql<T, Dual> + ?Sized + 'a,
    {
        let oid = <Dual as HasSqlType<T>>::metadata(engine).oid;
        let mut output = Output::new(BindValue::Null, engine);
        let is_null = bind
            .to_sql(&mut output)
            .map_err(Error::SerializationError)?;
        match is_null {
            IsNull::Yes => self.push(&BindValue::Null, oid),
            IsNull::No => self.push(&output.into_inner(), oid),
        }
        Ok(())
    }

    fn push_null_value(&mut self, metadata: DualTypeMetadata) -> QueryResult<()> {
        self.push(&BindValue::Null, metadata.oid);
        Ok(())
    }
}

impl MoveableBindCollector<Dual> for Binds {
    type BindData = Self;

    fn moveable(&self) -> Self {
        self.clone()
    }

    fn append_bind_data(&mut self, from: &Self) {
        let shift = self.buffer.len();
        self.buffer.extend_from_slice(&from.buffer);
        self.items.extend(from.items.iter().map(|item| Bind {
            start: item.start + shift,
            end: item.end + shift,
            ..*item
        }));
    }

    fn push_debug_binds<'a, 'b>(
        binds: &Self,
        formatter: &'a mut Vec<Box<dyn std::fmt::Debug + 'b>>,
    ) {
        formatter.extend(
            binds
                .items
                .iter()
                .map(|item| Box::new(item.kind) as Box<dyn std::fmt::Debug>),
        );
    }
}
