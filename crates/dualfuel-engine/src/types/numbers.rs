//! Booleans, integers and floating point.

use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Bool, Double, Float, Integer, SmallInt};

use super::{fixed, unreadable};
use crate::{BindValue, Dual, DualValue};

macro_rules! integers {
    ($($rust:ty, $sql:ty, $bind:ident;)*) => {$(
        impl FromSql<$sql, Dual> for $rust {
            #[inline]
            fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
                match value {
                    DualValue::Postgres(bytes) => {
                        Ok(<$rust>::from_be_bytes(fixed(stringify!($rust), bytes)?))
                    }
                    DualValue::Integer(value) => value.try_into().map_err(|_| {
                        concat!("an INTEGER is out of range for ", stringify!($rust)).into()
                    }),
                    other => Err(unreadable(stringify!($rust), other)),
                }
            }
        }

        impl ToSql<$sql, Dual> for $rust {
            #[inline]
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
                out.set_value(BindValue::$bind(*self));
                Ok(IsNull::No)
            }
        }
    )*};
}

integers! {
    i16, SmallInt, SmallInt;
    i32, Integer, Integer;
    i64, BigInt, BigInt;
}

impl FromSql<Bool, Dual> for bool {
    #[inline]
    fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
        match value {
            DualValue::Postgres(bytes) => Ok(fixed::<1>("bool", bytes)? != [0]),
            DualValue::Integer(0) => Ok(false),
            DualValue::Integer(1) => Ok(true),
            DualValue::Integer(_) => {
                Err("cannot read bool from an INTEGER other than 0 and 1".into())
            }
            other => Err(unreadable("bool", other)),
        }
    }
}

impl ToSql<Bool, Dual> for bool {
    #[inline]
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
        out.set_value(BindValue::Bool(*self));
        Ok(IsNull::No)
    }
}

macro_rules! floats {
    ($($rust:ty, $sql:ty, $bind:ident;)*) => {$(
        impl FromSql<$sql, Dual> for $rust {
            #[inline]
            // A REAL that came from an `f32` is one again; an INTEGER in a REAL column is
            // what SQLite makes of a whole number.
            fn from_sql(value: DualValue<'_>) -> deserialize::Result<Self> {
                match value {
                    DualValue::Postgres(bytes) => {
                        Ok(<$rust>::from_be_bytes(fixed(stringify!($rust), bytes)?))
                    }
                    DualValue::Real(value) => Ok(value as $rust),
                    DualValue::Integer(value) => Ok(value as $rust),
                    other => Err(unreadable(stringify!($rust), other)),
                }
            }
        }

        impl ToSql<$sql, Dual> for $rust {
            #[inline]
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Dual>) -> serialize::Result {
                if self.is_nan() {
                    return Err("NaN cannot be stored: SQLite would turn it into NULL".into());
                }
                out.set_value(BindValue::$bind(*self));
                Ok(IsNull::No)
            }
        }
    )*};
}

floats! {
    f32, Float, Float;
    f64, Double, Double;
}
