//! Triggers on MariaDB.
//!
//! They know no columns and no WHEN, so the body asks. A body of one
//! statement stands alone, without `BEGIN` and `END`, so that any client can
//! tell where it ends.

use super::{ENGINE, quote};
use crate::{
    Refusal,
    lower::{
        Weakening, expr,
        names::fit,
        script::Script,
        touch::{Touch, touch, writes_own_table},
        weaken::weakening,
    },
    model::{Action, BinaryOp, Expr, Name, Schema, Table, Trigger, TriggerEvent, TriggerTime},
    statement::Statement,
};

fn name(trigger: &Trigger) -> String {
    quote(&Name::new(fit(
        ENGINE,
        trigger.name_on(ENGINE).as_str(),
        "",
    )))
}

/// What an override made may be called otherwise.
pub(super) fn drop(schema: &Schema, trigger: &Trigger, script: &mut Script) {
    let made_here = create_text(schema, trigger).is_ok();
    let maybe = if made_here { "" } else { "IF EXISTS " };
    script.push(format!("DROP TRIGGER {maybe}{}", name(trigger)));
}

pub(super) fn create(
    schema: &Schema,
    trigger: &Trigger,
    script: &mut Script,
) -> Result<(), Refusal> {
    let text = create_text(schema, trigger).map_err(|refusal| Refusal {
        reason: format!("the trigger `{}`: {}", trigger.name, refusal.reason),
        ..refusal
    })?;
    script.push(text);
    Ok(())
}

/// A trigger of certain columns fires when one changes; SQLite's whenever one
/// is assigned to. What a foreign key does to a row fires none.
pub(super) fn weakenings(schema: &Schema) -> Vec<Weakening> {
    let mut all = Vec::new();
    for trigger in &schema.triggers {
        let Some(table) = schema.table(&trigger.table) else {
            continue;
        };
        let mut weak = |what: String| {
            all.push(weakening(ENGINE, table, trigger.name.as_str(), what));
        };
        if matches!(&trigger.event, TriggerEvent::Update(columns) if !columns.is_empty()) {
            weak("fires when a column's value changes, not whenever it is assigned to".into());
        }
        for action in unfired(table, trigger) {
            weak(format!("{action} of a foreign key does not fire it"));
        }
    }
    all
}

/// What foreign keys do to a table's rows, on SQLite and PostgreSQL as the
/// statement would that a trigger waits for.
fn unfired(table: &Table, trigger: &Trigger) -> Vec<&'static str> {
    let mut found = Vec::new();
    for key in &table.foreign_keys {
        let set = match key.on_delete_columns.as_slice() {
            [] => &key.columns,
            columns => columns,
        };
        let changes = |columns: &[Name]| match &trigger.event {
            TriggerEvent::Update(of) => of.is_empty() || of.iter().any(|c| columns.contains(c)),
            TriggerEvent::Insert | TriggerEvent::Delete => false,
        };
        let deletes = trigger.event == TriggerEvent::Delete;
        let fires = [
            (
                key.on_delete == Action::Cascade && deletes,
                "ON DELETE CASCADE",
            ),
            (
                key.on_delete == Action::SetNull && changes(set),
                "ON DELETE SET NULL",
            ),
            (
                key.on_update == Action::Cascade && changes(&key.columns),
                "ON UPDATE CASCADE",
            ),
            (
                key.on_update == Action::SetNull && changes(&key.columns),
                "ON UPDATE SET NULL",
            ),
        ];
        for (_, action) in fires.into_iter().filter(|(does, _)| *does) {
            if !found.contains(&action) {
                found.push(action);
            }
        }
    }
    found
}

fn create_text(schema: &Schema, trigger: &Trigger) -> Result<String, Refusal> {
    let Some(table) = schema.table(&trigger.table) else {
        return Err(Refusal::new("MariaDB has triggers on tables only"));
    };
    let (time, body) = match touch(schema, trigger) {
        Some(touch) => ("BEFORE", assigning(schema, table, trigger, &touch)?),
        None => acting(schema, table, trigger)?,
    };
    let event = match &trigger.event {
        TriggerEvent::Insert => "INSERT",
        TriggerEvent::Delete => "DELETE",
        TriggerEvent::Update(_) => "UPDATE",
    };
    Ok(format!(
        "CREATE TRIGGER {} {time} {event} ON {} FOR EACH ROW\n{body}",
        name(trigger),
        quote(&table.name)
    ))
}

/// `SET NEW.column = value` before the row is written.
fn assigning(
    schema: &Schema,
    table: &Table,
    trigger: &Trigger,
    touch: &Touch,
) -> Result<String, Refusal> {
    let when = asked(schema, table, trigger, touch.when.as_ref())?;
    let turns = touch.in_turn();
    let mut set = Vec::new();
    for (column, value) in turns.as_ref().unwrap_or(&touch.set) {
        let Some(column) = table.column(column) else {
            return Err(Refusal::new(format!("there is no column `{column}`")));
        };
        let numbered = value.columns().iter().any(|name| {
            table
                .column(name)
                .is_some_and(|column| column.identity.is_some())
        });
        if numbered && trigger.event == TriggerEvent::Insert {
            return Err(Refusal::new(
                "it needs the row's number, which MariaDB gives only when the row is written",
            ));
        }
        let wanted = Some(&column.data_type);
        let value = expr::trigger_value(ENGINE, schema, table, value, wanted)?;
        set.push((quote(&column.name), value));
    }
    let set = match turns {
        Some(_) => set,
        None => return Ok(at_once(table, &set, when.as_deref())),
    };
    let assigned = |(name, value): &(String, String)| format!("NEW.{name} = {value}");
    Ok(match when {
        None => format!("SET {}", each(&set, assigned)),
        // Asked once: the second question would see what the first had set.
        Some(when) if set.len() > 1 && asks_what_it_sets(trigger, touch) => {
            let set = each(&set, assigned);
            format!("BEGIN\n    IF {when} THEN\n        SET {set};\n    END IF;\nEND")
        }
        Some(when) => {
            let set = each(&set, |(name, value)| {
                format!("NEW.{name} = IF({when}, {value}, NEW.{name})")
            });
            format!("SET {set}")
        }
    })
}

fn each(set: &[(String, String)], text: impl Fn(&(String, String)) -> String) -> String {
    set.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Whether WHEN, or UPDATE OF, looks at a column that the trigger sets.
fn asks_what_it_sets(trigger: &Trigger, touch: &Touch) -> bool {
    let of_columns = matches!(&trigger.event, TriggerEvent::Update(columns)
        if touch.set.iter().any(|(name, _)| columns.contains(name)));
    of_columns || touch.moves_its_condition()
}

/// Values that each other's columns are made of: all are there before the
/// first is assigned.
fn at_once(table: &Table, set: &[(String, String)], when: Option<&str>) -> String {
    let of = quote(&table.name);
    let mut lines = Vec::new();
    let mut turns = Vec::new();
    for (place, (name, value)) in set.iter().enumerate() {
        let held = format!("dualfuel_{}", place + 1);
        lines.push(format!(
            "DECLARE {held} TYPE OF {of}.{name} DEFAULT {value};"
        ));
        turns.push(format!("NEW.{name} = {held}"));
    }
    let turns = format!("SET {};", turns.join(", "));
    lines.push(match when {
        None => turns,
        Some(when) => format!("IF {when} THEN\n        {turns}\n    END IF;"),
    });
    format!("BEGIN\n    {}\nEND", lines.join("\n    "))
}

fn acting(
    schema: &Schema,
    table: &Table,
    trigger: &Trigger,
) -> Result<(&'static str, String), Refusal> {
    let time = match trigger.time {
        TriggerTime::Before => "BEFORE",
        TriggerTime::After => "AFTER",
        TriggerTime::InsteadOf => {
            return Err(Refusal::new("MariaDB has no INSTEAD OF"));
        }
    };
    if writes_own_table(trigger) {
        return Err(Refusal::new(
            "it writes to the table that fires it, which MariaDB refuses",
        ));
    }
    let Some(statements) = &trigger.body else {
        return Err(Refusal::new(
            "what it does is written in another engine's own language",
        ));
    };
    let mut body = Vec::new();
    for statement in statements {
        body.extend(written(schema, table, statement)?);
    }
    let when = asked(schema, table, trigger, trigger.when.as_ref())?;
    let text = match (when, body.as_slice()) {
        (None, [(statement, false)]) => statement.clone(),
        (when, _) => {
            let lines: Vec<String> = body.iter().map(|(sql, _)| format!("{sql};")).collect();
            match when {
                None => format!("BEGIN\n    {}\nEND", lines.join("\n    ")),
                Some(when) => format!(
                    "BEGIN\n    IF {when} THEN\n        {}\n    END IF;\nEND",
                    lines.join("\n        ")
                ),
            }
        }
    };
    Ok((time, text))
}

/// Statements without `;`, and whether one is made of several.
fn written(
    schema: &Schema,
    table: &Table,
    statement: &Statement,
) -> Result<Vec<(String, bool)>, Refusal> {
    let Statement::Raise { message, condition } = statement else {
        let written = expr::trigger_statement(ENGINE, schema, table, statement)?;
        return Ok(written.into_iter().map(|sql| (sql, false)).collect());
    };
    let message = expr::text_constant(ENGINE, message)?;
    let raise = format!("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = {message}");
    Ok(vec![match condition {
        None => (raise, false),
        Some(condition) => {
            let condition = expr::trigger_condition(ENGINE, schema, table, condition)?;
            (format!("IF {condition} THEN {raise}; END IF"), true)
        }
    }])
}

/// WHEN, and that one of the columns of UPDATE OF has changed.
fn asked(
    schema: &Schema,
    table: &Table,
    trigger: &Trigger,
    when: Option<&Expr>,
) -> Result<Option<String>, Refusal> {
    let of = |row: &str, column: &Name| Expr::Column {
        table: Some(Name::from(row)),
        column: column.clone(),
    };
    let columns: &[Name] = match &trigger.event {
        TriggerEvent::Update(columns) => columns,
        _ => &[],
    };
    let changed = columns
        .iter()
        .map(|column| Expr::binary(of("new", column), BinaryOp::IsNot, of("old", column)))
        .reduce(|all, next| Expr::binary(all, BinaryOp::Or, next));
    changed
        .into_iter()
        .chain(when.cloned())
        .reduce(|all, next| Expr::binary(all, BinaryOp::And, next))
        .map(|condition| expr::trigger_condition(ENGINE, schema, table, &condition))
        .transpose()
}
