//! Literals.

use sqlparser::ast::{Expr as Sql, Value, ValueWithSpan};

use crate::parse::reader::{Read, Reader};
use crate::{
    Dialect,
    model::{Expr, Literal},
};

impl Reader<'_> {
    pub(in crate::parse) fn literal(&self, sql: &Sql, value: &ValueWithSpan) -> Read<Expr> {
        let ValueWithSpan { value, span } = value;
        Ok(Expr::Literal(match value {
            Value::Number(digits, _) => number(digits),
            Value::SingleQuotedString(text)
            | Value::EscapedStringLiteral(text)
            | Value::UnicodeStringLiteral(text)
            | Value::NationalStringLiteral(text)
            | Value::DoubleQuotedString(text) => Literal::Text(text.clone()),
            Value::DollarQuotedString(text) => Literal::Text(text.value.clone()),
            Value::HexStringLiteral(digits) => {
                let offset = self.offset_in_text(*span);
                let plain = self
                    .sql
                    .get(offset..)
                    .is_some_and(|text| text.starts_with("0x"));
                if plain && matches!(self.dialect, Dialect::Sqlite | Dialect::Portable) {
                    // `0xffff_ffff_ffff_ffff` is -1 there.
                    let digits = digits.replace('_', "");
                    let bits = u64::from_str_radix(&digits, 16)
                        .map_err(|_| self.refuse_at(*span, "the number has more than 64 bits"))?;
                    return Ok(Expr::integer(bits.cast_signed()));
                }
                match bytes_of_hex(digits) {
                    Some(bytes) => Literal::Blob(bytes),
                    None => return Err(self.refuse_at(*span, "an odd number of hex digits")),
                }
            }
            Value::SingleQuotedByteStringLiteral(bits) if self.dialect == Dialect::Mysql => {
                match i64::from_str_radix(bits, 2) {
                    Ok(value) => Literal::Integer(value),
                    Err(_) => {
                        return Err(self.refuse_at(*span, "the bits are no number of 63 bits"));
                    }
                }
            }
            Value::Boolean(value) => Literal::Boolean(*value),
            Value::Null => Literal::Null,
            Value::Placeholder(_) => {
                return Err(self.refuse_at(*span, "a migration has no parameters"));
            }
            _ => return Err(self.no(sql, "a literal of this kind")),
        }))
    }

    /// MySQL's `_utf8mb4'text'` and `_binary'bytes'`.
    pub(super) fn prefixed(&mut self, sql: &Sql, prefix: &str, value: &Sql) -> Read<Expr> {
        let value = self.lift(value)?;
        let prefix = prefix.to_ascii_lowercase();
        match (prefix.as_str(), value) {
            ("_utf8mb4" | "_utf8" | "_utf8mb3" | "_latin1" | "_ascii", text) => match text {
                Expr::Literal(Literal::Blob(bytes)) => match String::from_utf8(bytes) {
                    Ok(text) => Ok(Expr::text(text)),
                    Err(_) => Err(self.no(sql, "text that is not UTF-8")),
                },
                text => Ok(text),
            },
            ("_binary", Expr::Literal(Literal::Text(text))) => {
                Ok(Expr::Literal(Literal::Blob(text.into_bytes())))
            }
            ("_binary", bytes @ Expr::Literal(Literal::Blob(_))) => Ok(bytes),
            _ => Err(self.no(sql, &format!("the character set `{prefix}`"))),
        }
    }
}

/// A whole number of 64 bits, or the digits as they are.
pub(in crate::parse) fn number(digits: &str) -> Literal {
    let plain = digits.replace('_', "");
    match plain.parse() {
        Ok(value) => Literal::Integer(value),
        Err(_) => Literal::Number(plain),
    }
}

pub(super) fn bytes_of_hex(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}
