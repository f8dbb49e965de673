//! JSON functions.

use super::{scope::Scope, sql::Sql, writer::Writer};
use crate::{
    Refusal,
    model::{Call, DataType},
};

impl Writer {
    pub(super) fn json(
        &self,
        scope: &Scope<'_>,
        call: &Call,
        wanted: Option<&DataType>,
    ) -> Result<Sql, Refusal> {
        let _ = (scope, wanted);
        Err(self.no_function(call.function, "not yet"))
    }

    pub(super) fn json_each(
        &self,
        scope: &Scope<'_>,
        json: &crate::model::Expr,
        path: Option<&crate::model::Expr>,
        alias: Option<&crate::model::Name>,
    ) -> Result<String, Refusal> {
        let _ = (scope, json, path, alias);
        Err(Refusal::new("`json_each` is not rendered yet"))
    }
}
