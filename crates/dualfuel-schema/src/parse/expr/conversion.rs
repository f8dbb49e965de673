//! Casts, and functions that are keywords.

use sqlparser::ast::{
    self, CastKind, CeilFloorKind, DataType as SqlType, DateTimeField, Expr as Sql, TrimWhereField,
    Value,
};

use crate::parse::{
    idiom,
    reader::{Read, Reader},
    types::{self, Spelled},
};
use crate::{
    Dialect,
    model::{DataType, Expr, Function, Literal},
};

use super::{arguments, literal::bytes_of_hex};

impl Reader<'_> {
    pub(super) fn conversion(&mut self, sql: &Sql) -> Read<Expr> {
        match sql {
            Sql::Cast {
                kind: CastKind::Cast | CastKind::DoubleColon,
                expr,
                data_type,
                format: None,
            } => self.cast(sql, expr, data_type),
            Sql::Convert {
                is_try: false,
                expr,
                data_type: Some(data_type),
                charset: None,
                target_before_value: _,
                styles,
            } if styles.is_empty() => self.cast(sql, expr, data_type),
            Sql::Convert {
                is_try: false,
                expr,
                data_type: None,
                charset: Some(charset),
                target_before_value: _,
                styles: _,
            } if charset.to_string().to_ascii_lowercase().starts_with("utf8") => self.lift(expr),
            Sql::TypedString(ast::TypedString {
                data_type,
                value,
                uses_odbc_syntax: _,
            }) => {
                let value = self.literal(sql, value)?;
                let data_type = self.cast_type(sql, data_type)?;
                Ok(cast(value, data_type))
            }
            Sql::AtTimeZone {
                timestamp,
                time_zone,
            } => {
                let zone = self.lift(time_zone)?;
                let utc = matches!(&uncast_text(zone), Expr::Literal(Literal::Text(zone))
                    if ["utc", "gmt", "etc/utc", "z"].contains(&zone.to_ascii_lowercase().as_str()));
                match self.lift(timestamp)? {
                    now @ Expr::Call(_) if utc && idiom::is_now(&now) => Ok(now),
                    _ => Err(self.no(sql, "AT TIME ZONE of anything but the present time in UTC")),
                }
            }
            other => Err(self.no(other, "a conversion of this kind")),
        }
    }

    pub(super) fn cast(&mut self, sql: &Sql, operand: &Sql, data_type: &SqlType) -> Read<Expr> {
        // The others round, so what SQLite cuts off is cut off there first.
        let whole = self.dialect != Dialect::Sqlite
            && self
                .cast_type(sql, data_type)
                .is_ok_and(|data_type| data_type.family() == crate::model::Family::Integer);
        let value = self.lift(truncated(operand).filter(|_| whole).unwrap_or(operand))?;
        let spelled = data_type.to_string();
        // `nextval('seq'::regclass)`, and the oids of the catalogue.
        if spelled.eq_ignore_ascii_case("regclass") {
            return Ok(value);
        }
        // The text of an array is read where the array is used.
        if spelled.ends_with("[]")
            && matches!(
                value,
                Expr::Literal(Literal::Null | Literal::Text(_)) | Expr::Opaque { .. }
            )
        {
            return Ok(value);
        }
        let known = self.cast_type(sql, data_type);
        Ok(match (value, known) {
            (value, Ok(data_type)) => {
                let unchanged = matches!(
                    (&value, &data_type),
                    (Expr::Literal(Literal::Text(_)), DataType::Text)
                        | (Expr::Literal(Literal::Null), _)
                );
                if unchanged {
                    value
                } else {
                    bytes_of_text(cast(value, data_type))
                }
            }
            // A label of an enum: the enum is text everywhere else.
            (Expr::Literal(Literal::Text(label)), Err(_))
                if self.dialect == Dialect::Postgres
                    && is_plain_name(&spelled)
                    && !POSTGRES_ALONE.contains(&spelled.to_ascii_lowercase().as_str()) =>
            {
                Expr::text(label)
            }
            // A constant of a type that a column here may have.
            (value @ Expr::Literal(Literal::Text(_)), Err(_))
                if self.dialect == Dialect::Postgres
                    // A time and an interval make a time: that is computed with.
                    && !spelled.eq_ignore_ascii_case("interval")
                    && POSTGRES_ALONE.contains(&spelled.to_ascii_lowercase().as_str()) =>
            {
                cast(value, DataType::Other(spelled.to_ascii_lowercase()))
            }
            // Or a value of one, `USING state::text::new_state`.
            (value, Err(_))
                if self.dialect == Dialect::Postgres
                    && is_plain_name(&spelled)
                    && !POSTGRES_ALONE.contains(&spelled.to_ascii_lowercase().as_str()) =>
            {
                cast(value, DataType::Text)
            }
            (_, Err(refusal)) => return Err(refusal),
        })
    }

    pub(super) fn cast_type(&mut self, sql: &Sql, data_type: &SqlType) -> Read<DataType> {
        let text = data_type.to_string();
        let mut reader = Reader::new(self.dialect, self.options, &text, 0)?;
        let spelled = reader.spelled_type()?;
        reader.end()?;
        // What MySQL's CAST calls CHAR is of any length, and a sign is all
        // that it knows of integers.
        let mysql_char = self.dialect == Dialect::Mysql && spelled.words == "CHAR";
        let known = if mysql_char {
            Some(match spelled.args.first() {
                Some(length) => DataType::Varchar(u32::try_from(*length).unwrap_or(u32::MAX)),
                None => DataType::Text,
            })
        } else {
            // No cast widens to 64 bits for Diesel's sake, or narrows.
            let options = crate::parse::ReadOptions::default();
            Some(&spelled)
                .filter(|Spelled { array, .. }| !array)
                .and_then(|spelled| types::lookup(self.dialect, options, spelled))
        };
        known.ok_or_else(|| self.no(sql, &format!("the type `{}`", text.to_lowercase())))
    }

    pub(super) fn keyword_function(&mut self, sql: &Sql) -> Read<Expr> {
        Ok(match sql {
            Sql::Extract {
                field,
                syntax: _,
                expr,
            } => {
                let time = self.lift(expr)?;
                let part = match field {
                    DateTimeField::Epoch => "epoch",
                    DateTimeField::Year | DateTimeField::Years => "year",
                    DateTimeField::Month | DateTimeField::Months => "month",
                    DateTimeField::Day | DateTimeField::Days => "day",
                    DateTimeField::Hour | DateTimeField::Hours => "hour",
                    DateTimeField::Minute | DateTimeField::Minutes => "minute",
                    DateTimeField::Dow | DateTimeField::DayOfWeek => "dow",
                    DateTimeField::Doy | DateTimeField::DayOfYear => "doy",
                    DateTimeField::Custom(name) => &name.value.to_ascii_lowercase(),
                    other => return Err(self.no(sql, &format!("EXTRACT of {other}"))),
                };
                idiom::extract(part, time)
                    .ok_or_else(|| self.no(sql, &format!("EXTRACT of {part}")))?
            }
            Sql::Ceil {
                expr,
                field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime),
            } => Expr::call(Function::Ceil, vec![self.lift(expr)?]),
            Sql::Floor {
                expr,
                field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime),
            } => Expr::call(Function::Floor, vec![self.lift(expr)?]),
            Sql::Position { expr, r#in } => {
                let part = self.lift(expr)?;
                Expr::call(Function::Instr, vec![self.lift(r#in)?, part])
            }
            Sql::Substring {
                expr,
                substring_from: Some(from),
                substring_for,
                special: _,
                shorthand: _,
            } => {
                let mut args = vec![self.lift(expr)?, self.lift(from)?];
                if let Some(length) = substring_for {
                    args.push(self.lift(length)?);
                }
                Expr::call(Function::Substr, args)
            }
            Sql::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters,
            } => {
                let function = match trim_where {
                    None | Some(TrimWhereField::Both) => Function::Trim,
                    Some(TrimWhereField::Leading) => Function::Ltrim,
                    Some(TrimWhereField::Trailing) => Function::Rtrim,
                };
                let mut args = vec![self.lift(expr)?];
                if let Some(what) = trim_what {
                    args.push(self.lift(what)?);
                }
                for what in trim_characters.iter().flatten() {
                    args.push(self.lift(what)?);
                }
                Expr::call(function, args)
            }
            other => return Err(self.no(other, "this form of the function")),
        })
    }
}

/// What `trunc(x)` or `truncate(x, 0)` cuts the fraction off.
pub(super) fn truncated(sql: &Sql) -> Option<&Sql> {
    let call = match sql {
        Sql::Nested(inner) => return truncated(inner),
        Sql::Function(call) => call,
        _ => return None,
    };
    let name = call.name.to_string();
    match arguments(call).as_deref()? {
        [operand] if name.eq_ignore_ascii_case("trunc") => Some(operand),
        [operand, Sql::Value(places)]
            if name.eq_ignore_ascii_case("truncate")
                && matches!(&places.value, Value::Number(digits, _) if digits == "0") =>
        {
            Some(operand)
        }
        _ => None,
    }
}

/// `CAST(expr AS type)`.
pub(in crate::parse) fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        expr: Box::new(expr),
        data_type,
    }
}

/// PostgreSQL's `'\x6162'::bytea`.
pub(super) fn bytes_of_text(expr: Expr) -> Expr {
    if let Expr::Cast {
        expr: inner,
        data_type: DataType::Blob,
    } = &expr
        && let Expr::Literal(Literal::Text(text)) = &**inner
        && let Some(bytes) = text.strip_prefix("\\x").and_then(bytes_of_hex)
    {
        return Expr::Literal(Literal::Blob(bytes));
    }
    expr
}

/// The text inside `'..'::text`.
pub(in crate::parse) fn uncast_text(expr: Expr) -> Expr {
    match expr {
        Expr::Cast {
            expr,
            data_type: DataType::Text | DataType::Varchar(_),
        } if matches!(*expr, Expr::Literal(Literal::Text(_))) => *expr,
        other => other,
    }
}

pub(super) fn is_fraction(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(Literal::Number(_)))
        || matches!(expr, Expr::Cast { data_type, .. }
            if data_type.family() == crate::model::Family::Number)
}

/// Types of PostgreSQL's own that are no enums and have no equal elsewhere.
const POSTGRES_ALONE: [&str; 32] = [
    "bit",
    "box",
    "cidr",
    "circle",
    "citext",
    "daterange",
    "hstore",
    "inet",
    "int4range",
    "int8range",
    "interval",
    "jsonpath",
    "line",
    "lseg",
    "ltree",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numrange",
    "oid",
    "path",
    "point",
    "polygon",
    "regclass",
    "regtype",
    "tsquery",
    "tsrange",
    "tstzrange",
    "tsvector",
    "vector",
    "xml",
];

fn is_plain_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'))
}
