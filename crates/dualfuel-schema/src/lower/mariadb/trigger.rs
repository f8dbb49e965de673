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
    model::{BinaryOp, Expr, Name, Schema, Table, Trigger, TriggerEvent, TriggerTime},
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
/// is assigned to.
pub(super) fn weakenings(schema: &Schema) -> Vec<Weakening> {
    let triggers = schema.triggers.iter();
    triggers
        .filter_map(|trigger| {
            let table = schema.table(&trigger.table)?;
            let of_columns = matches!(&trigger.event, TriggerEvent::Update(c) if !c.is_empty());
            let what = "fires when a column's value changes, not whenever it is assigned to";
            of_columns.then(|| weakening(ENGINE, table, trigger.name.as_str(), what))
        })
        .collect()
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
    let mut set = Vec::new();
    for (column, value) in &touch.set {
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
        let name = quote(&column.name);
        set.push(match &when {
            Some(when) => format!("NEW.{name} = IF({when}, {value}, NEW.{name})"),
            None => format!("NEW.{name} = {value}"),
        });
    }
    Ok(format!("SET {}", set.join(", ")))
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
