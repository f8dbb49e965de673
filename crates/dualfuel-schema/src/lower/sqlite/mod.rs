//! What a change is on SQLite.
use crate::{
    Refusal,
    lower::{Defined, Weakening, delta::Delta},
    model::Schema,
};
pub(super) fn weakenings(schema: &Schema) -> Vec<Weakening> {
    let _ = schema;
    Vec::new()
}
pub(super) fn define(delta: &Delta<'_>) -> Result<Defined, Refusal> {
    let _ = delta;
    Err(Refusal::new("not yet"))
}
