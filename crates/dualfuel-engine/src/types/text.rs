//! Text and bytes.

use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Binary, Text};

use super::unreadable;
use crate::{BindValue, Dual, DualValue};

/// The text of a value, borrowed from the row.
pub(crate) fn text<'a>(rust_type: &str, value: DualValue<'a>) -> deserialize::Result<&'a str> {
    match value {
        DualValue::Postgres(bytes) | DualValue::Text(bytes) => {
            std::str::from_utf8(bytes).map_err(|error| {
                format!("cannot read {rust_type}: the text is not UTF-8: {error}").into()
            })
        }
        other => Err(unreadable(rust_type, other)),
    }
}

impl FromSql<Text, Dual> for String {
    #[inline]
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        text("String", value).map(str::to_owned)
    }
}

impl ToSql<Text, Dual> for str {
    #[inline]
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        if let Some(position) = self.bytes().position(|byte| byte == 0) {
            return Err(format!(
                "the text holds a NUL character (U+0000) at byte {position}, which PostgreSQL \
                 cannot store"
            )
            .into());
        }
        out.set_value(BindValue::Text(self));
        Ok(IsNull::No)
    }
}

impl FromSql<Binary, Dual> for Vec<u8> {
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        match value {
            DualValue::Postgres(bytes) | DualValue::Blob(bytes) => Ok(bytes.to_vec()),
            other => Err(unreadable("Vec<u8>", other)),
        }
    }
}

impl ToSql<Binary, Dual> for [u8] {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        out.set_value(BindValue::Binary(self));
        Ok(IsNull::No)
    }
}
