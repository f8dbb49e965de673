//! A value as it came from the engine.

/// What a `FromSql<_, Dual>` reads.
///
/// PostgreSQL sends its binary form; SQLite gives one of its storage classes.
/// Text is bytes until a type asks for text, so that invalid UTF-8 in a SQLite
/// file becomes an error instead of a NULL.
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum DualValue<'a> {
    /// PostgreSQL's binary form, without the length in front.
    Postgres(&'a [u8]),
    /// SQLite INTEGER.
    Integer(i64),
    /// SQLite REAL.
    Real(f64),
    /// SQLite TEXT.
    Text(&'a [u8]),
    /// SQLite BLOB.
    Blob(&'a [u8]),
}

impl DualValue<'_> {
    /// What kind of value it is, for an error message: never the value itself.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            DualValue::Postgres(_) => "a PostgreSQL value",
            DualValue::Integer(_) => "an INTEGER",
            DualValue::Real(_) => "a REAL",
            DualValue::Text(_) => "a TEXT",
            DualValue::Blob(_) => "a BLOB",
        }
    }
}

/// Shows the kind only: a value is row content, which does not belong in a log.
impl std::fmt::Debug for DualValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}
