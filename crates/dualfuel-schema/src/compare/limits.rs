//! What an engine can't hold, and is therefore not a difference.
//!
//! Each limit is one that the engine documents and that [`crate::lower`]
//! works round; each gives a [`Weakening`](crate::lower::Weakening), so that
//! whoever compares still reads it.

use super::{Report, Side, Sides, constraints::mentions_identity, show::show};
use crate::{
    Engine, lower,
    model::{Check, Collation, Column, Deferral, Index, Table, Trigger, TriggerEvent, TriggerTime},
};

/// NOCASE: the engines without it have unique keys over `lower(column)`, but
/// their `=` tells the cases apart.
pub(super) fn collation(sides: Sides, a: &Column, b: &Column, report: &mut Report<'_>) {
    let nocase = |column: &Column| column.collation == Collation::NoCase;
    if !(nocase(a) && nocase(b)) {
        return;
    }
    for engine in [Engine::Postgres, Engine::Mariadb] {
        if sides.any(engine) {
            report.weakening(
                engine,
                a.name.as_str(),
                "NOCASE holds for unique keys; comparisons tell cases apart",
            );
        }
    }
}

/// MariaDB has no partial index: one that is not unique holds all rows, and
/// its comment says which were meant.
pub(super) fn index(sides: Sides, table: &Table, index: &Index, report: &mut Report<'_>) {
    let _ = table;
    if let (false, Some(predicate)) = (index.unique, &index.predicate)
        && sides.any(Engine::Mariadb)
    {
        report.weakening(
            Engine::Mariadb,
            index.name.as_str(),
            format!(
                "the index holds all rows, not only those where {}",
                show(predicate)
            ),
        );
    }
}

/// Whether the engine that lacks a CHECK can't have it: MariaDB refuses one
/// that mentions an AUTO_INCREMENT column, or one that a foreign key sets.
pub(super) fn check(
    lacks: Option<Engine>,
    table: &Table,
    check: &Check,
    report: &mut Report<'_>,
) -> bool {
    let refused = lacks == Some(Engine::Mariadb)
        && (mentions_identity(table, &check.expr) || lower::rests_on_moving(table, &check.expr));
    if refused {
        let name = check.name.as_ref().map_or("", |name| name.as_str());
        report.weakening(
            Engine::Mariadb,
            name,
            format!(
                "no CHECK ({}): it names a column that AUTO_INCREMENT or a foreign key sets",
                show(&check.expr)
            ),
        );
    }
    refused
}

/// Whether deferral is to be compared: MariaDB checks every row at once.
pub(super) fn deferral(
    sides: Sides,
    object: &str,
    a: Deferral,
    b: Deferral,
    report: &mut Report<'_>,
) -> bool {
    if !sides.any(Engine::Mariadb) {
        return true;
    }
    if a != b {
        report.weakening(
            Engine::Mariadb,
            object,
            "the foreign key is checked at each row, not at COMMIT",
        );
    }
    false
}

/// Whether two triggers fire on the same: MariaDB's know no columns, so the
/// body asks.
pub(super) fn same_event(sides: Sides, a: &TriggerEvent, b: &TriggerEvent) -> bool {
    match (a, b) {
        (TriggerEvent::Update(a), TriggerEvent::Update(b)) => {
            let sorted = |columns: &[crate::model::Name]| {
                let mut columns = columns.to_vec();
                columns.sort();
                columns
            };
            sides.any(Engine::Mariadb) || sorted(a) == sorted(b)
        }
        (a, b) => a == b,
    }
}

/// Whether two triggers fire at the same time. One that changes the very row
/// that fired it can do so on SQLite only afterwards, elsewhere only before.
pub(super) fn same_time(a: (Side<'_>, &Trigger), b: (Side<'_>, &Trigger)) -> bool {
    let moved = |(from, after): (Side<'_>, &Trigger), (to, before): (Side<'_>, &Trigger)| {
        matches!(to.engine, Some(Engine::Postgres | Engine::Mariadb))
            && before.time == TriggerTime::Before
            && lower::assigns(from.schema, after)
    };
    a.1.time == b.1.time || moved(a, b) || moved(b, a)
}
