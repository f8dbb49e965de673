//! What an expression looks like on an engine that has another way to say it.
//!
//! Some functions of SQLite's are a formula elsewhere: `max(a, b)` is a CASE
//! over `GREATEST`, `typeof(a)` a CASE over NULL. No rule of the normal form
//! leads back from there. So where two forms differ, one side's expression is
//! lowered for the other's engine and lifted from that text: if that is what
//! was found, the other side is exactly what the lowering makes of this one.

use std::borrow::Cow;

use super::{
    constraints::check_words,
    normal::{normal_condition, normal_default, normal_form, normal_generated},
    show::show,
};
use crate::{
    Dialect, Engine, Refusal,
    lower::expr as lower,
    model::{Column, Expr, Index, Table},
    parse::{alike, parse_expr},
};

/// A CHECK as `engine` would give it back.
pub(super) fn check(engine: Option<Engine>, table: &Table, expr: &Expr) -> Option<String> {
    let lifted = lifted(engine, |engine| lower::condition(engine, table, expr))?;
    Some(check_words(table, &lifted))
}

/// An index's predicate as `engine` would give it back.
pub(super) fn predicate(
    engine: Option<Engine>,
    table: &Table,
    unique: bool,
    expr: &Expr,
) -> Option<String> {
    let lifted = lifted(engine, |engine| match engine {
        // It stands in a comment.
        Engine::Mariadb if !unique => lower::condition(engine, table, expr),
        _ => lower::predicate(engine, table, expr),
    })?;
    Some(show(&normal_condition(table, &lifted)))
}

/// A table whose indexes could not all be lifted, with what the other side's
/// say where that is what a lowering of it writes.
pub(super) fn with_written<'t>(found: &'t Table, said: &Table) -> Cow<'t, Table> {
    let mut table = Cow::Borrowed(found);
    for (place, index) in found.indexes.iter().enumerate() {
        let mut others = said.indexes.iter();
        let same =
            |other: &&Index| other.name == index.name && other.parts.len() == index.parts.len();
        let Some(other) = others.find(same) else {
            continue;
        };
        for (nth, (part, other)) in index.parts.iter().zip(&other.parts).enumerate() {
            let value = |engine| lower::value(engine, said, &other.expr, None);
            if is_written(&part.expr, found, value)
                && let Some(index) = table.to_mut().indexes.get_mut(place)
                && let Some(part) = index.parts.get_mut(nth)
            {
                part.expr = other.expr.clone();
            }
        }
        let (Some(predicate), Some(other)) = (&index.predicate, &other.predicate) else {
            continue;
        };
        let condition = |engine| lower::predicate(engine, said, other);
        if is_written(predicate, found, condition)
            && let Some(index) = table.to_mut().indexes.get_mut(place)
        {
            index.predicate = Some(other.clone());
        }
    }
    table
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
