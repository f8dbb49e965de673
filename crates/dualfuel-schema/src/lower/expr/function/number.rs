//! Functions of numbers, and what is known of a number before it is asked for.

use crate::lower::expr::{
    scope::Scope,
    sql::Sql,
    types,
    writer::{Writer, holds_json},
};
use crate::{
    Engine, Refusal,
    model::{BinaryOp, Call, DataType, Expr, Family, Function, Literal, UnaryOp},
};

use super::{Typed, name};

impl Writer {
    pub(super) fn number(&self, scope: &Scope<'_>, call: &Call) -> Result<Typed, Refusal> {
        let arg = self.arg(call, 0)?;
        let kind = types::of(scope, arg);
        let double = DataType::Double;
        let number = || match kind.family() {
            None if self.typed() && holds_json(arg) => {
                self.value(scope, arg, Some(&DataType::Numeric(None)))
            }
            Some(Family::Integer | Family::Number) | None => self.value(scope, arg, None),
            _ => self.value(scope, arg, Some(&double)),
        };
        if self.engine == Engine::Sqlite {
            return self.as_is(scope, call, double);
        }
        let function = name(call.function);
        Ok(match call.function {
            Function::Abs => {
                let kind = types::of(
                    scope,
                    &Expr::Unary {
                        op: UnaryOp::Minus,
                        expr: Box::new(arg.clone()),
                    },
                );
                (Sql::call("abs", [number()?]), kind.data)
            }
            Function::Round => {
                let digits = match call.args.get(1) {
                    Some(digits) => Some(self.whole(scope, digits)?),
                    None => None,
                };
                // Both round the half of a double to even, that of a decimal
                // away from zero as SQLite does.
                let sql = match self.engine {
                    Engine::Postgres => {
                        let args = std::iter::once(number()?.cast("numeric")).chain(digits);
                        Sql::call("round", args).cast("double precision")
                    }
                    // Where a row is checked it is read back as it stands.
                    _ if self.place.is_row() => {
                        Sql::call("round", std::iter::once(number()?).chain(digits))
                    }
                    _ => {
                        let args = std::iter::once(number()?.cast("decimal(65,20)")).chain(digits);
                        Sql::call("round", args).cast("double")
                    }
                };
                (sql, Some(double))
            }
            Function::Sign => {
                let sql = Sql::call("sign", [number()?]);
                let postgres = self.engine == Engine::Postgres;
                (
                    if postgres { sql.cast("integer") } else { sql },
                    Some(DataType::BigInt),
                )
            }
            Function::Power => {
                let power = self.value(scope, self.arg(call, 1)?, Some(&double))?;
                (
                    Sql::call("power", [self.as_double(number()?), power]),
                    Some(double),
                )
            }
            Function::Sqrt => (Sql::call("sqrt", [self.as_double(number()?)]), Some(double)),
            _ => (Sql::call(&function, [number()?]), kind.data),
        })
    }

    pub(super) fn as_double(&self, sql: Sql) -> Sql {
        match self.engine {
            Engine::Postgres => sql.cast("double precision"),
            _ => sql,
        }
    }
}

/// Whether it is a whole number, whatever its type.
pub(super) fn is_whole(scope: &Scope<'_>, call: &Call) -> bool {
    let of = |place| {
        call.args
            .get(place)
            .map(|arg| types::of(scope, arg).family())
    };
    match call.function {
        Function::Round => call
            .args
            .get(1)
            .is_none_or(|digits| integer(digits) == Some(0)),
        Function::Ceil | Function::Floor => true,
        Function::Total => matches!(of(0), Some(Some(Family::Integer | Family::Boolean))),
        _ => false,
    }
}

/// The value of a whole constant.
pub(in crate::lower::expr) fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Literal(Literal::Integer(number)) => Some(*number),
        Expr::Unary {
            op: UnaryOp::Minus,
            expr,
        } => match **expr {
            Expr::Literal(Literal::Integer(number)) => number.checked_neg(),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it is the same each time that it is asked for.
pub(super) fn is_steady(expr: &Expr) -> bool {
    let mut steady = true;
    expr.for_each(&mut |expr| {
        steady &= match expr {
            Expr::Call(call) => !matches!(call.function, Function::Random | Function::Randomblob),
            Expr::Subquery(_) => false,
            _ => true,
        };
    });
    steady
}

/// Whether a number is known not to be below `least`.
pub(super) fn at_least(expr: &Expr, least: i64) -> bool {
    lower_bound(expr, 0).is_some_and(|bound| bound >= least)
}

pub(super) fn lower_bound(expr: &Expr, depth: usize) -> Option<i64> {
    if depth > types::DEPTH_LIMIT {
        return None;
    }
    match expr {
        Expr::Literal(Literal::Integer(number)) => Some(*number),
        Expr::Call(call) => match call.function {
            Function::Length | Function::OctetLength | Function::Instr => Some(0),
            Function::Greatest => call
                .args
                .iter()
                .filter_map(|arg| lower_bound(arg, depth + 1))
                .max(),
            _ => None,
        },
        Expr::Binary {
            left,
            op: BinaryOp::Add,
            right,
        } => lower_bound(left, depth + 1)?.checked_add(lower_bound(right, depth + 1)?),
        _ => None,
    }
}

/// Whether PostgreSQL gives it 32 bits.
pub(super) fn is_small(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Integer(_)) => true,
        Expr::Call(call) => matches!(
            call.function,
            Function::Length | Function::OctetLength | Function::Instr
        ),
        Expr::Binary {
            left,
            op: BinaryOp::Add | BinaryOp::Subtract,
            right,
        } => is_small(left) && is_small(right),
        _ => false,
    }
}
