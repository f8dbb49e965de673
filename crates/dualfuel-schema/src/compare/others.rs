//! Views, triggers, and what the model has no word for.

use super::{Comparison, Report, Side, Sides, limits, names, pairs};
use crate::{
    Dialect, Engine,
    introspect::is_bookkeeping,
    model::{Name, Oddity, Trigger, TriggerEvent, TriggerTime, View},
    parse,
};

pub(super) fn compare(left: Side<'_>, right: Side<'_>, found: &mut Comparison) {
    let sides = Sides::of(left, right);
    views(sides, &left.schema.views, &right.schema.views, found);
    triggers(sides, left, right, found);
    oddities(left, right, found);
    virtual_tables(left, right, found);
    virtual_tables(right, left, found);
}

/// Those that migrations make, and a database of SQLite's lacks.
fn virtual_tables(said: Side<'_>, there: Side<'_>, found: &mut Comparison) {
    if said.engine.is_some() || there.engine != Some(Engine::Sqlite) {
        return;
    }
    for name in &said.schema.virtual_tables {
        let mut oddities = there.schema.oddities.iter();
        if !oddities.any(|odd| odd.attribute == "virtual table" && odd.table == *name) {
            let mut report = Report {
                table: name.to_string(),
                found,
            };
            report.text("", "virtual table", Some("present".to_owned()), None);
        }
    }
}

fn views(sides: Sides, left: &[View], right: &[View], found: &mut Comparison) {
    for (name, pair) in pairs(left, right, |view| &view.name) {
        let mut report = Report {
            table: name.to_string(),
            found,
        };
        match pair {
            (Some(a), Some(b)) => {
                // Where the names of a view's columns could not be told.
                let unknown = a.columns.is_empty() || b.columns.is_empty();
                if a.columns != b.columns && !unknown {
                    report.value("", "columns", names(&a.columns), names(&b.columns));
                } else {
                    definition(sides, "", (&a.text, &b.text), &mut report);
                }
            }
            (a, b) => report.presence("", "view", a.is_some(), b.is_some()),
        }
    }
}

fn triggers(sides: Sides, left: Side<'_>, right: Side<'_>, found: &mut Comparison) {
    let mut rest: Vec<&Trigger> = right.schema.triggers.iter().collect();
    for trigger in &left.schema.triggers {
        let mut report = Report {
            table: trigger.table.to_string(),
            found,
        };
        let named = |other: &&Trigger| same_name(sides, trigger, other);
        // On PostgreSQL a name serves a trigger of each table, and of each event.
        let nearest = |other: &&&Trigger| {
            let table = other.table == trigger.table;
            let event = limits::same_event(sides, &trigger.event, &other.event);
            (table && event, table, event)
        };
        let place = rest
            .iter()
            .filter(|other| named(other))
            .max_by_key(nearest)
            .and_then(|near| rest.iter().position(|other| std::ptr::eq(*other, *near)));
        let Some(other) = place.map(|place| rest.remove(place)) else {
            if limits::is_upkeep(left, trigger, right.engine, &mut report) {
                continue;
            }
            report.text(trigger.name.as_str(), "trigger", Some(words(trigger)), None);
            continue;
        };
        let same = trigger.table == other.table
            && limits::same_time((left, trigger), (right, other))
            && limits::same_event(sides, &trigger.event, &other.event);
        if !same {
            let (mut x, mut y) = (words(trigger), words(other));
            // One that had to move and did not: shown as it should be.
            if x == y {
                let moved = |trigger: &Trigger| {
                    words(&Trigger {
                        time: TriggerTime::Before,
                        ..trigger.clone()
                    })
                };
                match right.engine {
                    Some(Engine::Postgres | Engine::Mariadb) => x = moved(trigger),
                    _ => y = moved(other),
                }
            }
            report.value(trigger.name.as_str(), "trigger", x, y);
        } else {
            definition(
                sides,
                trigger.name.as_str(),
                (&trigger.text, &other.text),
                &mut report,
            );
        }
    }
    for trigger in rest {
        let mut report = Report {
            table: trigger.table.to_string(),
            found,
        };
        if !limits::is_upkeep(right, trigger, left.engine, &mut report) {
            report.text(trigger.name.as_str(), "trigger", None, Some(words(trigger)));
        }
    }
}

/// What a view shows or a trigger does: in one engine's own words it can be
/// compared, blanks, case and quotes of names aside.
fn definition(
    sides: Sides,
    object: &str,
    texts: (&Option<String>, &Option<String>),
    report: &mut Report<'_>,
) {
    let (Some(engine), (Some(a), Some(b))) = (sides.left.filter(|_| sides.same()), texts) else {
        return;
    };
    let dialect = Dialect::from(engine);
    if parse::signs(dialect, a) != parse::signs(dialect, b) {
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        report.value(object, "definition", line(a), line(b));
    }
}

/// When a trigger fires: `AFTER UPDATE OF name ON users`.
pub(super) fn words(trigger: &Trigger) -> String {
    let time = match trigger.time {
        TriggerTime::Before => "BEFORE",
        TriggerTime::After => "AFTER",
        TriggerTime::InsteadOf => "INSTEAD OF",
    };
    let event = match &trigger.event {
        TriggerEvent::Insert => "INSERT".to_owned(),
        TriggerEvent::Delete => "DELETE".to_owned(),
        TriggerEvent::Update(columns) if columns.is_empty() => "UPDATE".to_owned(),
        TriggerEvent::Update(columns) => format!("UPDATE OF {}", names(columns)),
    };
    format!("{time} {event} ON {}", trigger.table)
}

/// Whether two triggers may be one by their names. On PostgreSQL a name serves
/// many tables; elsewhere such a trigger's has its table's too.
fn same_name(sides: Sides, left: &Trigger, right: &Trigger) -> bool {
    let alike = |left: &Name, right: &Name| sides.same_name(left, right);
    let longer = |engine: Option<Engine>, of: &Trigger| {
        let elsewhere = engine.filter(|engine| *engine != Engine::Postgres)?;
        let called = Trigger {
            calls: Some(of.name.clone()),
            ..of.clone()
        };
        (left.table == right.table).then(|| called.name_on(elsewhere))
    };
    let from_postgres = |engine: Option<Engine>, of: &Trigger| {
        engine == Some(Engine::Postgres) || (engine.is_none() && of.calls.is_some())
    };
    alike(&left.name, &right.name)
        || (from_postgres(sides.left, left)
            && longer(sides.right, left).is_some_and(|name| alike(&name, &right.name)))
        || (from_postgres(sides.right, right)
            && longer(sides.left, right).is_some_and(|name| alike(&left.name, &name)))
}

/// What only one side has. Where the other side is of another engine, which
/// has no such thing, or a source in this engine's own SQL, which may have
/// said it, what only tells how rows are kept is a weakening.
fn oddities(left: Side<'_>, right: Side<'_>, found: &mut Comparison) {
    let only = |these: &Side<'_>, those: &Side<'_>| -> Vec<Oddity> {
        these
            .schema
            .oddities
            .iter()
            .filter(|oddity| !those.schema.oddities.contains(oddity))
            .filter(|oddity| !is_bookkeeping(&oddity.table))
            .cloned()
            .collect()
    };
    let (mut gone, mut added) = (only(&left, &right), only(&right, &left));
    gone.retain(|oddity| !is_storage(left, right, oddity, found));
    added.retain(|oddity| !is_storage(right, left, oddity, found));
    for oddity in gone {
        let same = |other: &Oddity| {
            (&other.table, &other.object, &other.attribute)
                == (&oddity.table, &oddity.object, &oddity.attribute)
        };
        let other = added
            .iter()
            .position(same)
            .map(|place| added.remove(place).value);
        report(&oddity, found).text(
            &oddity.object,
            &oddity.attribute,
            Some(oddity.value.clone()),
            other,
        );
    }
    for oddity in added {
        report(&oddity, found).text(
            &oddity.object,
            &oddity.attribute,
            None,
            Some(oddity.value.clone()),
        );
    }
}

fn report<'a>(oddity: &Oddity, found: &'a mut Comparison) -> Report<'a> {
    Report {
        table: oddity.table.to_string(),
        found,
    }
}

/// Whether it tells how rows are kept, not which rows may be; and the other
/// side had no way to say it.
fn is_storage(has: Side<'_>, lacks: Side<'_>, oddity: &Oddity, found: &mut Comparison) -> bool {
    // What stands beside the tables: a migration may have made it by an
    // override, and no other engine has its like.
    const BESIDE: [&str; 6] = [
        "event",
        "function",
        "options",
        "procedure",
        "schema",
        "type",
    ];
    const STORAGE: [&str; 27] = [
        "character set",
        "clause",
        "ignored",
        "partition",
        "policy",
        "row security",
        "versioning",
        "engine",
        "include",
        "inherited",
        "inherits",
        "kind",
        "method",
        "native type",
        "nulls",
        "operator class",
        "partitioned",
        "persistence",
        "precision",
        "prefix",
        "range",
        "size",
        "trailing blanks",
        "virtual table",
        "visibility",
        "identity",
        "for each",
    ];
    let Some(engine) = has.engine else {
        return false;
    };
    let could_say = match (lacks.engine, lacks.schema.dialect) {
        (Some(other), _) => other == engine,
        // A source in another SQL had no such word, so the database got it
        // from elsewhere; but for so much of a text as the lowering has in an
        // index that could not have all of it.
        (None, Some(dialect)) => {
            let written = oddity.attribute == "prefix" && oddity.value.ends_with("(191)");
            dialect != Dialect::from(engine) && !written
        }
        (None, None) => false,
    };
    let attribute = oddity.attribute.as_str();
    // Reading the source has told of those.
    if attribute == "clause" && lacks.engine.is_none() {
        return true;
    }
    let beside = BESIDE.contains(&attribute) && lacks.engine != has.engine;
    if !beside && (could_say || !STORAGE.contains(&attribute)) {
        return false;
    }
    let what = format!("{}: {}", oddity.attribute, oddity.value);
    report(oddity, found).weakening(engine, &oddity.object, what);
    true
}
