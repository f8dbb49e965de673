//! Binds are kept in PostgreSQL's binary form, so they are sent as they are.

use tokio_postgres::Statement;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type};

use crate::diesel_internals::{BindKind, Binds};

type SendError = Box<dyn std::error::Error + Sync + Send>;

/// One bind of a statement.
pub(super) struct Parameter<'a> {
    binds: &'a Binds,
    index: usize,
}

impl std::fmt::Debug for Parameter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "${}", self.index + 1)
    }
}

pub(super) fn parameters(
    binds: &Binds,
) -> impl ExactSizeIterator<Item = Parameter<'_>> + Send + '_ {
    (0..binds.len()).map(move |index| Parameter { binds, index })
}

/// Whether a statement was prepared for binds of these types. The same text can
/// come with others, whose bytes would then be read as something else.
pub(super) fn fits(statement: &Statement, binds: &Binds) -> bool {
    let prepared = statement.params().iter().map(Type::oid);
    prepared.eq(binds.oids())
}

/// The types of the parameters, for `Parse`.
pub(super) fn types(binds: &Binds) -> Vec<Type> {
    // A type that tokio-postgres does not know by number is left to the server.
    binds
        .oids()
        .map(|oid| Type::from_oid(oid).unwrap_or(Type::UNKNOWN))
        .collect()
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, SendError> {
        match self.binds.get(self.index) {
            None => Err("the parameter has no value".into()),
            Some((BindKind::Null, _)) => Ok(IsNull::Yes),
            Some((_, bytes)) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, sql_type: &Type, out: &mut BytesMut) -> Result<IsNull, SendError> {
        self.to_sql(sql_type, out)
    }
}
