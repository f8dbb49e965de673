//! What type an expression has.
//!
//! SQLite gives values a type, not expressions; columns only have an
//! "affinity". What is found here is what an expression's value is when every
//! column holds what it declares, which is all that the other engines allow.

use super::{
    rows,
    scope::{Found, Scope},
};
use crate::model::{BinaryOp, Call, DataType, Expr, Family, Function, Literal, UnaryOp};

/// An expression's type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Type {
    /// Absent for NULL and for what can't be known.
    pub(super) data: Option<DataType>,
    /// Whether it takes another type when its place asks for one: a constant,
    /// the present time.
    pub(super) soft: bool,
    /// Whether it is a NOCASE column.
    pub(super) nocase: bool,
}

impl Type {
    pub(super) const UNKNOWN: Type = Type {
        data: None,
        soft: true,
        nocase: false,
    };

    pub(super) fn hard(data: DataType) -> Self {
        Self {
            data: Some(data),
            soft: false,
            nocase: false,
        }
    }

    pub(super) fn soft(data: DataType) -> Self {
        Self {
            data: Some(data),
            soft: true,
            nocase: false,
        }
    }

    pub(super) fn family(&self) -> Option<Family> {
        self.data.as_ref().map(DataType::family)
    }
}

/// How deep [`of`] and the writer go before they give up. Front ends stop
/// earlier; a model made by hand may not.
pub(super) const DEPTH_LIMIT: usize = 100;

/// The type of an expression.
pub(super) fn of(scope: &Scope<'_>, expr: &Expr) -> Type {
    within(scope, expr, DEPTH_LIMIT)
}

pub(super) fn within(scope: &Scope<'_>, expr: &Expr, depth: usize) -> Type {
    let Some(depth) = depth.checked_sub(1) else {
        return Type::UNKNOWN;
    };
    match expr {
        Expr::Literal(literal) => of_literal(literal),
        Expr::Column { table, column } => match scope.find(table.as_ref(), column) {
            Some(Found::Column { column, .. }) => column.kind.clone(),
            Some(Found::Alias(value)) => {
                scope.in_alias.set(true);
                let kind = within(scope, value, depth);
                scope.in_alias.set(false);
                kind
            }
            // SQLite reads a name in double quotes that is no column as text.
            None => Type::soft(DataType::Text),
        },
        Expr::Unary { op, expr } => match op {
            UnaryOp::Not => Type::hard(DataType::Boolean),
            UnaryOp::BitNot => Type::hard(DataType::BigInt),
            UnaryOp::Minus | UnaryOp::Plus => numeric(within(scope, expr, depth)),
        },
        Expr::Binary { left, op, right } => match op {
            BinaryOp::Concat => Type::hard(DataType::Text),
            BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::ShiftLeft | BinaryOp::ShiftRight => {
                Type::hard(DataType::BigInt)
            }
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Remainder => arithmetic(
                numeric(within(scope, left, depth)),
                numeric(within(scope, right, depth)),
            ),
            _ => Type::hard(DataType::Boolean),
        },
        Expr::IsNull { .. }
        | Expr::Between { .. }
        | Expr::InList { .. }
        | Expr::InQuery { .. }
        | Expr::Exists { .. }
        | Expr::Like(_) => Type::hard(DataType::Boolean),
        Expr::Case {
            branches,
            otherwise,
            ..
        } => common(
            branches
                .iter()
                .map(|(_, value)| value)
                .chain(otherwise.as_deref())
                .map(|value| within(scope, value, depth)),
        ),
        // `strftime('%s', ..)`: text that a number takes for a number.
        Expr::Cast { expr, data_type }
            if data_type.family() == Family::Text
                && matches!(&**expr, Expr::Call(call) if matches!(
                    call.function,
                    Function::CurrentEpoch | Function::CurrentEpochMillis | Function::Unixepoch
                )) =>
        {
            Type::soft(DataType::Text)
        }
        Expr::Cast { data_type, .. } => Type::hard(data_type.clone()),
        Expr::CollateNoCase(expr) => Type {
            nocase: true,
            ..within(scope, expr, depth)
        },
        Expr::Call(call) => of_call(scope, call, depth),
        Expr::Subquery(query) => rows::first(scope, query, depth),
        Expr::Row(_) | Expr::Opaque { .. } => Type::UNKNOWN,
    }
}

fn of_literal(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::UNKNOWN,
        Literal::Boolean(_) => Type::soft(DataType::Boolean),
        Literal::Integer(_) => Type::soft(DataType::BigInt),
        Literal::Number(_) => Type::soft(DataType::Double),
        Literal::Text(_) => Type::soft(DataType::Text),
        Literal::Blob(_) => Type::soft(DataType::Blob),
    }
}

/// What arithmetic takes a value for.
fn numeric(kind: Type) -> Type {
    match kind.family() {
        Some(Family::Integer) => Type {
            data: Some(DataType::BigInt),
            ..kind
        },
        Some(Family::Number) => kind,
        Some(Family::Boolean) => Type::hard(DataType::BigInt),
        None => Type::UNKNOWN,
        Some(_) => Type::hard(DataType::Double),
    }
}

fn arithmetic(left: Type, right: Type) -> Type {
    let exact = |kind: &Type| matches!(kind.data, Some(DataType::Numeric(_)));
    let soft = left.soft && right.soft;
    let data = match (left.family(), right.family()) {
        (None, None) => None,
        (Some(Family::Integer) | None, Some(Family::Integer) | None) => Some(DataType::BigInt),
        _ if exact(&left) && (exact(&right) || right.soft)
            || exact(&right) && (exact(&left) || left.soft) =>
        {
            Some(DataType::Numeric(None))
        }
        _ => Some(DataType::Double),
    };
    Type {
        data,
        soft,
        nocase: false,
    }
}

/// The one type for values that stand in each other's place: branches of a
/// CASE, arguments of COALESCE, both sides of a comparison, rows of a UNION.
///
/// A soft one gives way to a hard one; a number takes in a whole number,
/// text takes in anything.
pub(super) fn common(kinds: impl IntoIterator<Item = Type>) -> Type {
    kinds.into_iter().fold(Type::UNKNOWN, meet)
}

/// [`common`] for two.
pub(super) fn meet(left: Type, right: Type) -> Type {
    let nocase = left.nocase || right.nocase;
    let (Some(first), Some(second)) = (left.family(), right.family()) else {
        let known = if left.data.is_some() { left } else { right };
        return Type { nocase, ..known };
    };
    let number = |kind: &Type| {
        matches!(
            kind.family(),
            Some(Family::Integer | Family::Number | Family::Boolean)
        )
    };
    let chosen = if first == second {
        Type {
            soft: left.soft && right.soft,
            data: wider(left.data, right.data),
            nocase,
        }
    } else if left.soft != right.soft {
        let (hard, soft) = if left.soft {
            (right, left)
        } else {
            (left, right)
        };
        match (hard.family(), soft.family()) {
            // `quantity > 1.5` compares numbers.
            (Some(Family::Integer), Some(Family::Number)) => Type::hard(DataType::Double),
            _ => hard,
        }
    } else if number(&left) && number(&right) {
        let real = [&left, &right]
            .into_iter()
            .find(|kind| kind.family() == Some(Family::Number))
            .and_then(|kind| kind.data.clone());
        Type {
            data: Some(real.unwrap_or(DataType::BigInt)),
            soft: left.soft,
            nocase,
        }
    } else {
        let rank = |family: Family| match family {
            Family::Date => 1,
            Family::Timestamp => 2,
            Family::TimestampTz => 3,
            Family::Text => 4,
            _ => 0,
        };
        match (rank(first), rank(second)) {
            (0, 0) => Type {
                data: Some(DataType::Text),
                soft: left.soft,
                nocase,
            },
            (a, b) if a >= b => left,
            _ => right,
        }
    };
    Type { nocase, ..chosen }
}

/// The type that holds the values of both, of one family.
fn wider(left: Option<DataType>, right: Option<DataType>) -> Option<DataType> {
    let (left, right) = (left?, right?);
    if left == right {
        return Some(left);
    }
    Some(match left.family() {
        Family::Integer => DataType::BigInt,
        Family::Number => match (&left, &right) {
            (DataType::Numeric(_), DataType::Numeric(_)) => DataType::Numeric(None),
            _ => DataType::Double,
        },
        Family::Text => DataType::Text,
        _ => left,
    })
}

fn of_call(scope: &Scope<'_>, call: &Call, depth: usize) -> Type {
    let arg = |place: usize| match call.args.get(place) {
        Some(arg) => within(scope, arg, depth),
        None => Type::UNKNOWN,
    };
    let all = || common(call.args.iter().map(|arg| within(scope, arg, depth)));
    match call.function {
        Function::Lower
        | Function::Upper
        | Function::Trim
        | Function::Ltrim
        | Function::Rtrim
        | Function::Replace
        | Function::Hex
        | Function::Char
        | Function::Quote
        | Function::Typeof
        | Function::Printf
        | Function::JsonType
        | Function::GroupConcat => Type::hard(DataType::Text),
        Function::Substr => match arg(0).family() {
            Some(Family::Blob) => Type::hard(DataType::Blob),
            _ => Type::hard(DataType::Text),
        },
        Function::Length
        | Function::OctetLength
        | Function::Instr
        | Function::Unicode
        | Function::Sign
        | Function::Random
        | Function::Count
        | Function::RowNumber
        | Function::Rank
        | Function::DenseRank
        | Function::Ntile
        | Function::JsonArrayLength
        | Function::LastInsertRowid => Type::hard(DataType::BigInt),
        Function::CurrentEpoch | Function::CurrentEpochMillis | Function::Unixepoch => {
            Type::soft(DataType::BigInt)
        }
        Function::Round
        | Function::Sqrt
        | Function::Power
        | Function::Total
        | Function::Avg
        | Function::Julianday => Type::hard(DataType::Double),
        Function::Abs | Function::Ceil | Function::Floor => numeric(arg(0)),
        Function::Sum => numeric(arg(0)),
        Function::Coalesce | Function::Least | Function::Greatest => all(),
        Function::Nullif
        | Function::Min
        | Function::Max
        | Function::FirstValue
        | Function::LastValue => arg(0),
        Function::Lag | Function::Lead => meet(arg(0), arg(2)),
        Function::Randomblob => Type::hard(DataType::Blob),
        Function::RandomUuid
        | Function::CurrentDate
        | Function::CurrentTime
        | Function::CurrentTimestamp
        | Function::Strftime
        | Function::Date
        | Function::Time
        | Function::Datetime => Type::soft(DataType::Text),
        // Whatever it is compared with.
        Function::JsonExtract => Type::UNKNOWN,
        Function::JsonValid | Function::Glob => Type::hard(DataType::Boolean),
        Function::JsonGet
        | Function::Json
        | Function::JsonArray
        | Function::JsonObject
        | Function::JsonSet
        | Function::JsonInsert
        | Function::JsonReplace
        | Function::JsonRemove
        | Function::JsonPatch
        | Function::JsonGroupArray
        | Function::JsonGroupObject => Type::soft(DataType::Json),
        Function::CurrentOrg => Type::hard(DataType::Uuid),
    }
}
