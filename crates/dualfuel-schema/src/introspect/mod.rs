//! From a live database to the model.

use std::future::Future;

use crate::{Engine, model::Schema, parse::ReadOptions};

/// A connection that an introspector asks. It brings no driver of its own.
pub trait Catalog {
    /// What goes wrong when asking.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The rows of a query without parameters, each value as text.
    fn rows(
        &mut self,
        sql: &str,
    ) -> impl Future<Output = Result<Vec<Vec<Option<String>>>, Self::Error>> + Send;
}

/// Why a database could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntrospectError<E: std::error::Error + 'static> {
    /// The database did not answer.
    #[error("the catalogue of {engine} could not be read")]
    Catalog {
        /// Which engine.
        engine: Engine,
        /// What it said.
        source: E,
    },
    /// It holds something without an equal in the model.
    #[error("{object}: {reason}")]
    Unknown {
        /// The table, column or constraint.
        object: String,
        /// Why not.
        reason: String,
    },
}

/// What a database holds: the schema that its connection finds names in,
/// without Diesel's and Dualfuel's own tables (`__diesel_schema_migrations`,
/// `_sqlx_migrations`, `refinery_schema_history`, `dualfuel_*`).
///
/// # Errors
///
/// - [`IntrospectError::Catalog`]: a query failed.
/// - [`IntrospectError::Unknown`]: a type, expression or object of a kind the
///   model does not have.
pub async fn introspect<C: Catalog>(
    engine: Engine,
    catalog: &mut C,
    options: ReadOptions,
) -> Result<Schema, IntrospectError<C::Error>> {
    let _ = (catalog, options);
    Err(IntrospectError::Unknown {
        object: engine.to_string(),
        reason: "not yet".into(),
    })
}
