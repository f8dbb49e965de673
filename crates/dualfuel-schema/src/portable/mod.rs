//! What the portable source means beyond its SQL, engine by engine.
//!
//! A portable migration says `-- dualfuel: tenant` and `lower(alias)`. What
//! that takes on an engine is added here, to the schema before and after each
//! step, so that a lowering sees two whole schemas and nothing special:
//!
//! - [`case_insensitive`]: a generated column `<col>_ci` for each `lower(col)`
//!   in an index.
//! - [`tenant`]: `org_id` in tenant tables, their keys and their foreign keys.

use crate::{Engine, Refusal, model::Schema};

pub mod case_insensitive;
pub mod tenant;
#[cfg(test)]
mod tests;

/// The schema that a portable one is on `engine`.
///
/// It depends on `schema` alone, so equal schemas stay equal, and what one
/// migration adds shows as the difference of the schemas around it.
///
/// # Errors
///
/// A [`Refusal`] for what can't be said: see [`tenant::with_orgs`] and
/// [`case_insensitive::with_columns`].
pub fn for_engine(schema: &Schema, engine: Engine) -> Result<Schema, Refusal> {
    let mut schema = schema.clone();
    case_insensitive::with_columns(&mut schema, engine)?;
    tenant::with_orgs(&mut schema, engine)?;
    Ok(schema)
}
