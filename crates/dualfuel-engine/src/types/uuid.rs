//! UUIDs: `uuid` on PostgreSQL, hyphenated lower-case text on SQLite.

use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types;
use uuid::Uuid;

use super::{fixed, unreadable};
use crate::{BindValue, Dual, DualValue};

impl FromSql<sql_types::Uuid, Dual> for Uuid {
    #[inline]
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        match value {
            DualValue::Postgres(bytes) => Ok(Uuid::from_bytes(fixed("Uuid", bytes)?)),
            DualValue::Text(bytes) => Uuid::try_parse_ascii(bytes)
                .map_err(|_| "cannot read Uuid: the text is not a UUID".into()),
            other => Err(unreadable("Uuid", other)),
        }
    }
}

impl ToSql<sql_types::Uuid, Dual> for Uuid {
    #[inline]
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        out.set_value(BindValue::Uuid(*self.as_bytes()));
        Ok(IsNull::No)
    }
}
