//! Triggers on SQLite.

use super::{ENGINE, quote};
use crate::{
    Refusal,
    lower::expr,
    model::{Schema, Table, Trigger, TriggerEvent, TriggerTime},
    statement::Statement,
};

/// CREATE TRIGGER: its own text, where SQLite's migrations gave one.
pub(super) fn create(schema: &Schema, trigger: &Trigger) -> Result<String, Refusal> {
    if let Some(text) = &trigger.text {
        return Ok(text.trim().trim_end_matches(';').to_owned());
    }
    let Some(body) = &trigger.body else {
        return Err(Refusal::new(format!(
            "the trigger `{}`: what it does is written in another engine's own language",
            trigger.name
        )));
    };
    let time = match trigger.time {
        TriggerTime::Before => "BEFORE",
        TriggerTime::After => "AFTER",
        TriggerTime::InsteadOf => "INSTEAD OF",
    };
    let event = match &trigger.event {
        TriggerEvent::Insert => "INSERT".to_owned(),
        TriggerEvent::Delete => "DELETE".to_owned(),
        TriggerEvent::Update(columns) if columns.is_empty() => "UPDATE".to_owned(),
        TriggerEvent::Update(columns) => {
            let columns: Vec<String> = columns.iter().map(quote).collect();
            format!("UPDATE OF {}", columns.join(", "))
        }
    };
    let view = schema.view(&trigger.table).map(|view| {
        let mut table = Table::new(view.name.clone());
        let column = |name: &crate::model::Name| {
            crate::model::Column::new(name.clone(), crate::model::DataType::Text)
        };
        table.columns = view.columns.iter().map(column).collect();
        table
    });
    let Some(table) = schema.table(&trigger.table).or(view.as_ref()) else {
        return Err(Refusal::new(format!(
            "the trigger `{}` is on `{}`, which is not there",
            trigger.name, trigger.table
        )));
    };
    let mut text = format!(
        "CREATE TRIGGER {} {time} {event} ON {} FOR EACH ROW",
        quote(&trigger.name_on(ENGINE)),
        quote(&trigger.table)
    );
    if let Some(when) = &trigger.when {
        let when = expr::trigger_condition(ENGINE, schema, table, when)?;
        text.push_str(&format!(" WHEN {when}"));
    }
    text.push_str("\nBEGIN");
    for statement in body {
        for sql in statements(schema, table, statement)? {
            text.push_str(&format!("\n    {sql};"));
        }
    }
    text.push_str("\nEND");
    Ok(text)
}

fn statements(
    schema: &Schema,
    table: &Table,
    statement: &Statement,
) -> Result<Vec<String>, Refusal> {
    let Statement::Raise { message, condition } = statement else {
        return expr::trigger_statement(ENGINE, schema, table, statement);
    };
    let message = expr::text_constant(ENGINE, message)?;
    let mut text = format!("SELECT RAISE(ABORT, {message})");
    if let Some(condition) = condition {
        let condition = expr::trigger_condition(ENGINE, schema, table, condition)?;
        text.push_str(&format!(" WHERE {condition}"));
    }
    Ok(vec![text])
}
