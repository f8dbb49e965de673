//! What a change is on MariaDB.
use crate::{
    Refusal,
    lower::{Weakening, delta::Delta},
    model::Schema,
};
pub(super) fn weakenings(schema: &Schema) -> Vec<Weakening> {
    let _ = schema;
    Vec::new()
}
pub(super) fn define(delta: &Delta<'_>) -> Result<Vec<String>, Refusal> {
    let _ = delta;
    Err(Refusal::new("not yet"))
}
