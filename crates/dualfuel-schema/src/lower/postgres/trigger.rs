//! Triggers on PostgreSQL: a function for each.
//!
//! SQLite does not fire a trigger again while it runs. A function that writes
//! to its own table holds a setting of the transaction meanwhile, which says
//! so to itself; a failure takes it back with the rest.

use super::{ENGINE, quote};
use crate::{
    Refusal,
    lower::{
        expr,
        names::{fit, short_hash},
        script::Script,
        touch::{Touch, touch, writes_own_table},
    },
    model::{Column, DataType, Expr, Name, Schema, Table, Trigger, TriggerEvent, TriggerTime},
    statement::Statement,
};

fn name(trigger: &Trigger) -> String {
    quote(&Name::new(fit(ENGINE, trigger.name.as_str(), "")))
}

/// Its function goes too. What an override made may be called otherwise.
pub(super) fn drop(schema: &Schema, trigger: &Trigger, script: &mut Script) {
    let made_here = trigger.calls.is_some() || create_text(schema, trigger).is_ok();
    let maybe = if made_here { "" } else { "IF EXISTS " };
    let name = name(trigger);
    // As it is spelled where it was made: PostgreSQL tells `Users` from `users`.
    let table = schema.table(&trigger.table).map(|table| &table.name);
    let view = || schema.view(&trigger.table).map(|view| &view.name);
    let table = table.or_else(view).unwrap_or(&trigger.table);
    script.push(format!("DROP TRIGGER {maybe}{name} ON {}", quote(table)));
    // A source that was written for PostgreSQL keeps its functions itself.
    if trigger.calls.is_none() {
        script.push(format!("DROP FUNCTION {maybe}{name}()"));
    }
}

pub(super) fn create(
    schema: &Schema,
    trigger: &Trigger,
    script: &mut Script,
) -> Result<(), Refusal> {
    let texts = create_text(schema, trigger).map_err(|refusal| Refusal {
        reason: format!("the trigger `{}`: {}", trigger.name, refusal.reason),
        ..refusal
    })?;
    script.extend(texts);
    Ok(())
}

fn create_text(schema: &Schema, trigger: &Trigger) -> Result<[String; 2], Refusal> {
    if let Some(function) = &trigger.calls {
        return Err(Refusal::new(format!(
            "it calls `{function}`, and only its author can say whether that is still there"
        )));
    }
    let of_view = of_view(schema, trigger);
    let Some(table) = schema.table(&trigger.table).or(of_view.as_ref()) else {
        return Err(Refusal::new(format!("`{}` is not there", trigger.table)));
    };
    match touch(schema, trigger) {
        Some(touch) => assigning(schema, table, trigger, &touch),
        None => acting(schema, table, trigger),
    }
}

/// A view as a trigger on it sees it: its columns' types are not known.
fn of_view(schema: &Schema, trigger: &Trigger) -> Option<Table> {
    let view = schema.view(&trigger.table)?;
    let mut table = Table::new(view.name.clone());
    let columns = view.columns.iter();
    table.columns = columns
        .map(|name| Column::new(name.clone(), DataType::Text))
        .collect();
    Some(table)
}

/// `NEW.column := value` before the row is written.
fn assigning(
    schema: &Schema,
    table: &Table,
    trigger: &Trigger,
    touch: &Touch,
) -> Result<[String; 2], Refusal> {
    let turns = touch.in_turn();
    let mut set = Vec::new();
    for (column, value) in turns.as_ref().unwrap_or(&touch.set) {
        let Some(column) = table.column(column) else {
            return Err(Refusal::new(format!("there is no column `{column}`")));
        };
        let wanted = Some(&column.data_type);
        let value = expr::trigger_value(ENGINE, schema, table, value, wanted)?;
        set.push((quote(&column.name), value));
    }
    let mut body: Vec<String> = if turns.is_some() {
        let each = set.iter();
        each.map(|(name, value)| format!("NEW.{name} := {value};"))
            .collect()
    } else {
        let (names, values): (Vec<_>, Vec<_>) = set
            .into_iter()
            .map(|(name, value)| (format!("NEW.{name}"), value))
            .unzip();
        // All values are there before the first is assigned.
        let text = format!("SELECT {} INTO {};", values.join(", "), names.join(", "));
        vec![text]
    };
    body.push("RETURN NEW;".into());
    let when = touch.when.as_ref();
    let head = head(schema, table, trigger, "BEFORE", when, &mut body)?;
    Ok([function(trigger, &body), head])
}

fn acting(schema: &Schema, table: &Table, trigger: &Trigger) -> Result<[String; 2], Refusal> {
    let Some(statements) = &trigger.body else {
        return Err(Refusal::new(
            "what it does is written in another engine's own language",
        ));
    };
    let mut body = Vec::new();
    for statement in statements {
        body.extend(written(schema, table, statement)?);
    }
    let returned = match (trigger.time, &trigger.event) {
        (TriggerTime::After, _) => "NULL",
        (_, TriggerEvent::Delete) => "OLD",
        _ => "NEW",
    };
    if writes_own_table(trigger) {
        let setting = format!("dualfuel.trigger_{}", short_hash(&trigger.name.folded()));
        body.insert(0, format!("PERFORM set_config('{setting}', 'runs', true);"));
        body.insert(
            0,
            format!(
                "IF current_setting('{setting}', true) = 'runs' THEN\n        RETURN {returned};\n    END IF;"
            ),
        );
        body.push(format!("PERFORM set_config('{setting}', '', true);"));
    }
    body.push(format!("RETURN {returned};"));
    let time = match trigger.time {
        TriggerTime::Before => "BEFORE",
        TriggerTime::After => "AFTER",
        TriggerTime::InsteadOf => "INSTEAD OF",
    };
    let head = head(
        schema,
        table,
        trigger,
        time,
        trigger.when.as_ref(),
        &mut body,
    )?;
    Ok([function(trigger, &body), head])
}

fn written(schema: &Schema, table: &Table, statement: &Statement) -> Result<Vec<String>, Refusal> {
    let Statement::Raise { message, condition } = statement else {
        let written = expr::trigger_statement(ENGINE, schema, table, statement)?;
        return Ok(written.into_iter().map(|sql| format!("{sql};")).collect());
    };
    let message = expr::text_constant(ENGINE, message)?;
    let raise = format!("RAISE EXCEPTION USING MESSAGE = {message};");
    Ok(vec![match condition {
        None => raise,
        Some(condition) => {
            let condition = expr::trigger_condition(ENGINE, schema, table, condition)?;
            format!("IF {condition} THEN\n        {raise}\n    END IF;")
        }
    }])
}

/// CREATE TRIGGER. A WHEN that PostgreSQL can't have there begins the body.
fn head(
    schema: &Schema,
    table: &Table,
    trigger: &Trigger,
    time: &str,
    when: Option<&Expr>,
    body: &mut Vec<String>,
) -> Result<String, Refusal> {
    let event = match &trigger.event {
        TriggerEvent::Insert => "INSERT".to_owned(),
        TriggerEvent::Delete => "DELETE".to_owned(),
        TriggerEvent::Update(columns) if columns.is_empty() => "UPDATE".to_owned(),
        TriggerEvent::Update(columns) => format!("UPDATE OF {}", super::list(table, columns)),
    };
    let mut text = format!(
        "CREATE TRIGGER {} {time} {event} ON {} FOR EACH ROW",
        name(trigger),
        quote(&table.name)
    );
    if let Some(when) = when {
        let condition = expr::trigger_condition(ENGINE, schema, table, when)?;
        if trigger.time == TriggerTime::InsteadOf || has_query(when) {
            let returned = body.last().cloned().unwrap_or_default();
            body.insert(
                0,
                format!("IF ({condition}) IS NOT TRUE THEN\n        {returned}\n    END IF;"),
            );
        } else {
            text.push_str(&format!(" WHEN ({condition})"));
        }
    }
    text.push_str(&format!(" EXECUTE FUNCTION {}()", name(trigger)));
    Ok(text)
}

fn has_query(when: &Expr) -> bool {
    let mut found = false;
    when.for_each(&mut |expr| {
        found |= matches!(
            expr,
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InQuery { .. }
        );
    });
    found
}

/// The body's quotes are ones that it does not contain.
fn function(trigger: &Trigger, body: &[String]) -> String {
    let text = body.join("\n    ");
    let mut quotes = String::from("$dualfuel$");
    while text.contains(&quotes) {
        quotes.insert(quotes.len() - 1, '_');
    }
    format!(
        "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS {quotes}\n\
         BEGIN\n    {text}\nEND\n{quotes}",
        name(trigger)
    )
}
