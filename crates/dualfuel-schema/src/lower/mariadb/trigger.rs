//! Triggers on MariaDB.

use super::quote;
use crate::{
    Refusal,
    lower::script::Script,
    model::{Schema, Trigger},
};

pub(super) fn drop(schema: &Schema, trigger: &Trigger, script: &mut Script) {
    let _ = schema;
    script.push(format!("DROP TRIGGER {}", quote(&trigger.name)));
}

pub(super) fn create(
    schema: &Schema,
    trigger: &Trigger,
    script: &mut Script,
) -> Result<(), Refusal> {
    let _ = (schema, script);
    Err(Refusal::new(format!(
        "the trigger `{}`: not yet",
        trigger.name
    )))
}
