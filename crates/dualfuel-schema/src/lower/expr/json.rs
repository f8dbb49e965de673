//! JSON functions.

use super::{scope::Scope, sql::Sql, writer::Writer};
use crate::{
    Refusal,
    model::{Call, DataType},
};

impl Writer<'_> {
    pub(super) fn json(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        let _ = (scope, wanted);
        Err(self.no_function(call.function, "not yet"))
    }
}
