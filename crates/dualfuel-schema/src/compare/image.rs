//! What an expression looks like on an engine that has another way to say it.
//!
//! Some functions of SQLite's are a formula elsewhere: `max(a, b)` is a CASE
//! over `GREATEST`, `typeof(a)` a CASE over NULL. No rule of the normal form
//! leads back from there. So where two forms differ, one side's expression is
//! lowered for the other's engine and lifted from that text: if that is what
//! was found, the other side is exactly what the lowering makes of this one.

use super::{
    constraints::check_words,
    normal::{normal_condition, normal_default, normal_form, normal_generated},
    show::show,
};
use crate::{
    Dialect, Engine, Refusal,
    lower::expr as lower,
    model::{Column, Expr, Table},
    parse::{alike, parse_expr},
};

/// A condition as `engine` would give it back.
pub(super) fn condition(engine: Option<Engine>, table: &Table, expr: &Expr) -> Option<String> {
    let lifted = lifted(engine, |engine| lower::condition(engine, table, expr))?;
    Some(show(&normal_condition(table, &lifted)))
}

/// A CHECK as `engine` would give it back.
pub(super) fn check(engine: Option<Engine>, table: &Table, expr: &Expr) -> Option<String> {
    let lifted = lifted(engine, |engine| lower::condition(engine, table, expr))?;
    Some(check_words(table, &lifted))
}

/// An index's key as `engine` would give it back.
pub(super) fn value(engine: Option<Engine>, table: &Table, expr: &Expr) -> Option<Expr> {
    let lifted = lifted(engine, |engine| lower::value(engine, table, expr, None))?;
    Some(normal_form(table, &lifted))
}

/// A generated column's value as `engine` would give it back.
pub(super) fn generated(
    engine: Option<Engine>,
    table: &Table,
    column: &Column,
    expr: &Expr,
) -> Option<String> {
    let wanted = Some(&column.data_type);
    let lifted = lifted(engine, |engine| lower::value(engine, table, expr, wanted))?;
    Some(show(&normal_generated(table, column, &lifted)))
}

/// A default as `engine` would give it back.
pub(super) fn default(
    engine: Option<Engine>,
    table: &Table,
    column: &Column,
    expr: &Expr,
) -> Option<String> {
    let lifted = lifted(engine, |engine| lower::default(engine, column, expr))?;
    normal_default(table, column, &lifted).map(|form| show(&form))
}

fn lifted(
    engine: Option<Engine>,
    lowered: impl Fn(Engine) -> Result<String, Refusal>,
) -> Option<Expr> {
    let engine = engine.filter(|engine| *engine != Engine::Sqlite)?;
    parse_expr(Dialect::from(engine), &lowered(engine).ok()?).ok()
}

/// Whether what could not be lifted is what a lowering writes, as the engine
/// spells it.
pub(super) fn is_written(
    found: &Expr,
    table: &Table,
    lowered: impl Fn(Engine) -> Result<String, Refusal>,
) -> bool {
    let Expr::Opaque { engine, text } = found else {
        return false;
    };
    lowered(*engine).is_ok_and(|written| alike(Dialect::from(*engine), table, text, &written))
}

/// Whether a condition is what a lowering of `expr` writes.
pub(super) fn is_condition(found: &Expr, table: &Table, expr: &Expr) -> bool {
    is_written(found, table, |engine| lower::condition(engine, table, expr))
}
