//! One spelling for all spellings of a meaning.
//!
//! PostgreSQL and MariaDB do not keep what they were told: `x BETWEEN 1 AND 2`
//! comes back as two comparisons, `NOT (a AND b)` as `a = 0 OR b = 0`, a
//! constant with the cast that its column asked for. The rules here lead such
//! spellings to one form:
//!
//! - NOT moves inwards, onto comparisons; AND and OR are flat, sorted and
//!   without duplicates; BETWEEN is two comparisons; equal comparisons with
//!   constants under OR are one IN (and under AND one NOT IN).
//! - A comparison has its constant on the right, or else its operands in
//!   order; a boolean is compared with nothing.
//! - A cast to the operand's own family is gone, and so is one that an engine
//!   adds to compare or calculate; a constant is one of its neighbour's type.
//! - LIKE that folds case is LIKE over `lower`.
//!
//! Each rule holds for NULL too: a CHECK that is unknown for a row still is.
//! A rule that needs the type of a column asks the table; where a type is not
//! known, nothing is done. Two expressions of different meaning must never
//! meet: a rule that only mostly holds has no place here.

mod constant;
mod logic;
#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;
mod value;

pub(super) use self::logic::{boolean, implied, lowered};
use crate::{
    lower::expr::bytes_of_number,
    model::{Column, DataType, Expr, Family, Function, Literal, Name, Table},
};

/// An expression in the form in which spellings of one meaning are equal: no
/// casts that change nothing, constants folded to their column's type, `IN`
/// for chains of `OR` and `= ANY`, no double negation.
pub fn normal_form(table: &Table, expr: &Expr) -> Expr {
    Normal::of(table).value(expr)
}

/// The normal form of a condition: one whose value is only looked at for
/// being true, false or unknown.
pub(super) fn normal_condition(table: &Table, expr: &Expr) -> Expr {
    Normal::of(table).condition(expr, false)
}

/// The normal form of what a generated column computes.
pub(super) fn normal_generated(table: &Table, column: &Column, expr: &Expr) -> Expr {
    let normal = Normal::of(table);
    let form = normal.value(expr);
    normal.stored(form, &column.data_type)
}

/// The normal form of a column's default; none for a default of NULL.
pub(super) fn normal_default(table: &Table, column: &Column, expr: &Expr) -> Option<Expr> {
    let normal = Normal::of(table);
    let bytes = bytes_of_number(column, expr);
    let expr = bytes.as_ref().unwrap_or(expr);
    let form = normal.stored(normal.value(expr), &column.data_type);
    let form = value::present_time(form, &column.data_type);
    (!form.is_null_literal()).then_some(form)
}

/// The rules, for one table's columns.
struct Normal<'a> {
    table: &'a Table,
    /// How much deeper it may go. What is deeper stays as it is.
    depth: u32,
}

/// Deeper than any front end reads.
const DEPTH: u32 = 150;

impl<'a> Normal<'a> {
    fn of(table: &'a Table) -> Self {
        Self {
            table,
            depth: DEPTH,
        }
    }

    /// The rules for what is inside; none when that is too deep.
    fn inside(&self) -> Option<Self> {
        Some(Self {
            table: self.table,
            depth: self.depth.checked_sub(1)?,
        })
    }

    fn column(&self, name: &Name) -> Option<&'a Column> {
        self.table.column(name)
    }

    /// A column by the table's spelling of its name, and without the table.
    fn own_column(&self, table: Option<&Name>, name: &Name) -> Expr {
        let ours = table.is_none_or(|table| *table == self.table.name);
        Expr::Column {
            table: table.filter(|_| !ours).cloned(),
            column: self
                .column(name)
                .filter(|_| ours)
                .map_or_else(|| name.clone(), |column| column.name.clone()),
        }
    }

    /// The type of a column's expression.
    fn column_type(&self, expr: &Expr) -> Option<&'a DataType> {
        match expr {
            Expr::Column {
                table: None,
                column,
            } => self.column(column).map(|column| &column.data_type),
            _ => None,
        }
    }

    /// What an expression's values are, where that is sure.
    fn family(&self, expr: &Expr) -> Option<Family> {
        let inner = self.inside()?;
        match expr {
            Expr::Literal(literal) => constant::family_of(literal),
            Expr::Column { .. } => self.column_type(expr).map(DataType::family),
            Expr::Unary { op, expr } => match op {
                crate::model::UnaryOp::Not => Some(Family::Boolean),
                _ => inner.family(expr),
            },
            Expr::Binary { left, op, right } => inner.binary_family(left, *op, right),
            Expr::IsNull { .. }
            | Expr::Between { .. }
            | Expr::InList { .. }
            | Expr::InQuery { .. }
            | Expr::Exists { .. }
            | Expr::Like(_) => Some(Family::Boolean),
            Expr::Case {
                branches,
                otherwise,
                ..
            } => {
                let mut values = branches
                    .iter()
                    .map(|(_, value)| value)
                    .chain(otherwise.as_deref());
                let first = values.find_map(|value| inner.family(value))?;
                values
                    .all(|value| inner.family(value).is_none_or(|family| family == first))
                    .then_some(first)
            }
            Expr::Cast { data_type, .. } => Some(data_type.family()),
            Expr::CollateNoCase(_) => Some(Family::Text),
            Expr::Call(call) => inner.call_family(call.function, &call.args),
            Expr::Subquery(_) | Expr::Row(_) | Expr::Opaque { .. } => None,
        }
    }

    fn binary_family(
        &self,
        left: &Expr,
        op: crate::model::BinaryOp,
        right: &Expr,
    ) -> Option<Family> {
        use crate::model::BinaryOp as Op;
        match op {
            Op::Concat => Some(Family::Text),
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder => {
                match (self.family(left)?, self.family(right)?) {
                    (Family::Integer, Family::Integer) => Some(Family::Integer),
                    (Family::Integer | Family::Number, Family::Integer | Family::Number) => {
                        Some(Family::Number)
                    }
                    _ => None,
                }
            }
            Op::BitAnd | Op::BitOr | Op::ShiftLeft | Op::ShiftRight => Some(Family::Integer),
            _ => Some(Family::Boolean),
        }
    }

    fn call_family(&self, function: Function, args: &[Expr]) -> Option<Family> {
        use Function as F;
        match function {
            F::Lower
            | F::Upper
            | F::Substr
            | F::Trim
            | F::Ltrim
            | F::Rtrim
            | F::Replace
            | F::Hex
            | F::Char
            | F::Quote
            | F::Typeof
            | F::Printf => Some(Family::Text),
            F::Length
            | F::OctetLength
            | F::Instr
            | F::Unicode
            | F::Sign
            | F::Random
            | F::CurrentEpoch
            | F::CurrentEpochMillis
            | F::Unixepoch
            | F::JsonArrayLength
            | F::Count => Some(Family::Integer),
            F::Coalesce | F::Least | F::Greatest => args.iter().find_map(|arg| self.family(arg)),
            F::Nullif | F::Abs | F::Round => self.family(args.first()?),
            F::Julianday | F::Total => Some(Family::Number),
            F::JsonValid | F::Glob => Some(Family::Boolean),
            _ => None,
        }
    }

    /// Whether a condition is never unknown.
    fn never_unknown(expr: &Expr) -> bool {
        use crate::model::BinaryOp as Op;
        match expr {
            Expr::IsNull { .. } | Expr::Exists { .. } => true,
            Expr::Literal(literal) => !matches!(literal, Literal::Null),
            Expr::Binary { op, .. } => matches!(op, Op::Is | Op::IsNot),
            _ => false,
        }
    }
}
