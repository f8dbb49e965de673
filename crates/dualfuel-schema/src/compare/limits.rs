//! What an engine can't hold, and is therefore not a difference.
//!
//! Each limit is one that the engine documents and that [`crate::lower`]
//! works round; each gives a [`Weakening`](crate::lower::Weakening), so that
//! whoever compares still reads it.

use std::borrow::Cow;

use super::{Report, Side, Sides, constraints::mentions_identity, show::show};
use crate::{
    Dialect, Engine, lower,
    model::{
        Check, Collation, Column, DataType, Deferral, Expr, ForeignKey, Index, IndexPart, Name,
        Schema, Table, Trigger, TriggerEvent, TriggerTime,
    },
};

/// Whether two collations are as alike as the engines allow.
///
/// - NOCASE: the engines without it have unique keys over `lower(column)`,
///   but their `=` tells the cases apart.
/// - RTRIM: they count trailing blanks.
pub(super) fn collation(sides: Sides, a: &Column, b: &Column, report: &mut Report<'_>) -> bool {
    let object = a.name.as_str();
    let others = [Engine::Postgres, Engine::Mariadb];
    match (&a.collation, &b.collation) {
        (Collation::NoCase, Collation::NoCase) => {
            for engine in others.into_iter().filter(|engine| sides.any(*engine)) {
                let what = "NOCASE holds for unique keys; comparisons tell cases apart";
                report.weakening(engine, object, what);
            }
            true
        }
        (Collation::Rtrim, Collation::Binary) => rtrim(sides.right, object, report),
        (Collation::Binary, Collation::Rtrim) => rtrim(sides.left, object, report),
        (a, b) => a == b,
    }
}

/// Whether a column of a PostgreSQL source is of a type that only PostgreSQL
/// has, and the other side is another engine: then an override made it, and
/// what it took in its place is its own affair.
pub(super) fn of_one_engine(sides: Sides, a: &Column, b: &Column, report: &mut Report<'_>) -> bool {
    let of = |source: Option<Engine>, column: &Column, other: Option<Engine>| match other {
        Some(engine @ (Engine::Sqlite | Engine::Mariadb)) if source.is_none() => {
            matches!(column.data_type, DataType::Other(_)).then_some(engine)
        }
        _ => None,
    };
    let found = of(sides.left, a, sides.right).or_else(|| of(sides.right, b, sides.left));
    let Some(engine) = found else {
        return false;
    };
    let other = if sides.left.is_none() { a } else { b };
    let what = format!(
        "it is a {} of PostgreSQL's: what stands for that is the override's choice",
        other.data_type
    );
    report.weakening(engine, a.name.as_str(), what);
    true
}

fn rtrim(binary: Option<Engine>, object: &str, report: &mut Report<'_>) -> bool {
    match binary {
        Some(engine @ (Engine::Postgres | Engine::Mariadb)) => {
            report.weakening(engine, object, "trailing blanks count");
            true
        }
        _ => false,
    }
}

/// Whether the engine that lacks a foreign key can't have it: SQLite takes
/// one whose parent is not there, or has no key over those columns, and the
/// others do not. A NOCASE key is an index there, which none can refer to.
pub(super) fn foreign_key(
    lacks: Option<Engine>,
    schema: &Schema,
    key: &ForeignKey,
    parent_columns: &[Name],
    report: &mut Report<'_>,
) -> bool {
    let Some(engine @ (Engine::Postgres | Engine::Mariadb)) = lacks else {
        return false;
    };
    let object = super::names(&key.columns);
    let Some(parent) = schema.table(&key.parent) else {
        let what = format!("the foreign key waits for the table `{}`", key.parent);
        report.weakening(engine, &object, what);
        return true;
    };
    let mut wanted = parent_columns.to_vec();
    wanted.sort();
    let is_wanted = |columns: &[Name]| {
        let mut columns = columns.to_vec();
        columns.sort();
        columns == wanted
    };
    let is_folded = |name: &Name| {
        parent
            .column(name)
            .is_some_and(|column| column.collation == Collation::NoCase)
    };
    let primary = parent.primary_key.iter().map(|key| key.columns.clone());
    let uniques = parent.uniques.iter().map(|unique| unique.columns.clone());
    let indexes = parent.indexes.iter().filter_map(unique_columns);
    let referable = !wanted.is_empty()
        && !wanted.iter().any(is_folded)
        && primary
            .chain(uniques)
            .chain(indexes)
            .any(|columns| is_wanted(&columns));
    if !referable {
        let what = format!(
            "the foreign key waits for a key of `{}` to refer to",
            key.parent
        );
        report.weakening(engine, &object, what);
    }
    !referable
}

/// The columns of an index that allows each of them once.
fn unique_columns(index: &Index) -> Option<Vec<Name>> {
    let plain = index.unique && index.predicate.is_none();
    let column = |part: &IndexPart| match (&part.expr, &part.collation) {
        (Expr::Column { column, .. }, None) => Some(column.clone()),
        _ => None,
    };
    index
        .parts
        .iter()
        .map(column)
        .collect::<Option<_>>()
        .filter(|_| plain)
}

/// MariaDB has no partial index: one that is not unique holds all rows, and
/// its comment says which were meant.
pub(super) fn index(sides: Sides, index: &Index, report: &mut Report<'_>) {
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

/// Whether MariaDB can't store what a column computes: it keeps none that
/// rests on an AUTO_INCREMENT column, or on one that a foreign key sets.
pub(super) fn stored(
    sides: Sides,
    (table_a, a): (&Table, bool),
    (table_b, b): (&Table, bool),
    column: &Column,
    report: &mut Report<'_>,
) -> bool {
    let on_mariadb = |side| side == Some(Engine::Mariadb);
    let (stored, table) = match (a, b) {
        (true, false) if on_mariadb(sides.right) => (a, table_a),
        (false, true) if on_mariadb(sides.left) => (b, table_b),
        _ => return false,
    };
    let value = column.generated.as_ref();
    let moves = stored && value.is_some_and(|value| lower::rests_on_moving(table, &value.expr));
    if moves {
        let what =
            "computed when read: it names a column that AUTO_INCREMENT or a foreign key sets";
        report.weakening(Engine::Mariadb, column.name.as_str(), what);
    }
    moves
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
            let sorted = |columns: &[Name]| {
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
    let same = a.1.time == b.1.time;
    moved(a, b).or_else(|| moved(b, a)).unwrap_or(same)
}

/// Whether a trigger fires on `there` when it has to, where that is another
/// time than here.
fn moved(here: (Side<'_>, &Trigger), there: (Side<'_>, &Trigger)) -> Option<bool> {
    let ((here, after), (there, found)) = (here, there);
    let engine = there.engine.filter(|engine| *engine != Engine::Sqlite)?;
    if here.engine == Some(engine)
        || after.time != TriggerTime::After
        || !lower::assigns(here.schema, after)
    {
        return None;
    }
    // What PostgreSQL's own SQL had afterwards stays so, and it runs; an
    // UPDATE of the trigger's own table never does on MariaDB.
    let must_move = match (here.engine, here.schema.dialect) {
        (Some(_), _) => engine == Engine::Mariadb,
        (None, Some(dialect)) => dialect != Dialect::from(engine),
        (None, None) => false,
    };
    let may_stay = !must_move && found.time == TriggerTime::After;
    Some(found.time == TriggerTime::Before || may_stay)
}

/// Whether two columns differ only in that MariaDB takes no NOT NULL for what
/// is computed.
pub(super) fn computed_null(sides: Sides, a: &Column, b: &Column, report: &mut Report<'_>) -> bool {
    let lacks = |engine: Option<Engine>, lacking: &Column, other: &Column| {
        engine == Some(Engine::Mariadb)
            && lacking.generated.is_some()
            && other.generated.is_some()
            && lacking.nullable
            && !other.nullable
    };
    let so = lacks(sides.left, a, b) || lacks(sides.right, b, a);
    if so {
        let what = "a computed column can't be NOT NULL";
        report.weakening(Engine::Mariadb, a.name.as_str(), what);
    }
    so
}

/// Whether a trigger that an engine lacks only keeps up a virtual table, which
/// SQLite alone has.
pub(super) fn is_upkeep(
    has: Side<'_>,
    trigger: &Trigger,
    lacks: Option<Engine>,
    report: &mut Report<'_>,
) -> bool {
    let Some(engine @ (Engine::Postgres | Engine::Mariadb)) = lacks else {
        return false;
    };
    let oddities = has.schema.oddities.iter();
    let oddities = oddities.filter(|odd| odd.attribute == "virtual table");
    let mut schema = Schema {
        virtual_tables: has.schema.virtual_tables.clone(),
        ..Schema::default()
    };
    schema
        .virtual_tables
        .extend(oddities.map(|odd| odd.table.clone()));
    let Some(body) = &trigger.body else {
        return false;
    };
    let all = !body.is_empty() && body.iter().all(|said| schema.is_upkeep(said));
    if all {
        let what = "the trigger keeps up a virtual table, which only SQLite has";
        report.weakening(engine, trigger.name.as_str(), what);
    }
    all
}

/// SQLite's table without the indexes that the other side lacks because its
/// engine can't hold them.
pub(super) fn held_indexes<'t>(
    (table, here): (&'t Table, Option<Engine>),
    (other, there): (&Table, Option<Engine>),
    report: &mut Report<'_>,
) -> Cow<'t, Table> {
    let mut held = Cow::Borrowed(table);
    let (Some(Engine::Sqlite), Some(engine)) = (here, there) else {
        return held;
    };
    for index in &table.indexes {
        if other.index(&index.name).is_some() {
            continue;
        }
        if let Some(refusal) = lower::leaves_out(engine, table, index) {
            let what = format!("the index is left out: {}", refusal.reason);
            report.weakening(engine, index.name.as_str(), what);
            held.to_mut().indexes.retain(|kept| kept.name != index.name);
        }
    }
    held
}
