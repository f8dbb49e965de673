//! Views and triggers, and what the model has no word for.

use super::{Catalog, ENGINE, IntrospectError, ask, oddity};
use crate::model::{Name, Schema, Trigger, TriggerEvent, TriggerTime, View};

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    // Every name has the database's before it, which is no part of the view.
    let views = "SELECT v.table_name, c.column_name, \
                   REPLACE(v.view_definition, CONCAT('`', REPLACE(DATABASE(), '`', '``'), '`.'), '') \
                 FROM information_schema.views v \
                 LEFT JOIN information_schema.columns c \
                   ON c.table_schema = v.table_schema AND c.table_name = v.table_name \
                 WHERE v.table_schema = DATABASE() ORDER BY v.table_name, c.ordinal_position";
    for row in ask(ENGINE, catalog, views).await? {
        let name = row.name(0);
        if schema.views.last().is_none_or(|view| view.name != name) {
            schema.views.push(View {
                name,
                columns: Vec::new(),
                query: None,
                text: row.get(2).map(str::to_owned),
            });
        }
        if let (Some(view), Some(column)) = (schema.views.last_mut(), row.get(1)) {
            view.columns.push(Name::from(column));
        }
    }
    let triggers = "SELECT trigger_name, event_object_table, action_timing, event_manipulation, \
                      action_statement FROM information_schema.triggers \
                    WHERE trigger_schema = DATABASE() ORDER BY trigger_name";
    for row in ask(ENGINE, catalog, triggers).await? {
        schema.triggers.push(Trigger {
            name: row.name(0),
            table: row.name(1),
            time: match row.text(2) {
                "BEFORE" => TriggerTime::Before,
                _ => TriggerTime::After,
            },
            event: match row.text(3) {
                "INSERT" => TriggerEvent::Insert,
                "DELETE" => TriggerEvent::Delete,
                _ => TriggerEvent::Update(Vec::new()),
            },
            when: None,
            body: None,
            text: row.get(4).map(str::to_owned),
            calls: None,
        });
    }
    let others = "SELECT routine_name, LOWER(routine_type), \
                    CONCAT('source ', MD5(CONCAT_WS(';', dtd_identifier, routine_definition))) \
                  FROM information_schema.routines WHERE routine_schema = DATABASE() \
                  UNION ALL \
                  SELECT event_name, 'event', CONCAT(LOWER(status), ', source ', \
                    MD5(CONCAT_WS(';', execute_at, interval_value, interval_field, event_definition))) \
                  FROM information_schema.events WHERE event_schema = DATABASE() ORDER BY 2, 1";
    for row in ask(ENGINE, catalog, others).await? {
        let other = oddity(&row.name(0), "", row.text(1), row.text(2));
        schema.oddities.push(other);
    }
    let partitions = "SELECT table_name, partition_name, \
                        CONCAT_WS(' ', partition_method, partition_expression, partition_description) \
                      FROM information_schema.partitions \
                      WHERE table_schema = DATABASE() AND partition_name IS NOT NULL \
                      ORDER BY table_name, partition_ordinal_position";
    for row in ask(ENGINE, catalog, partitions).await? {
        let partition = oddity(&row.name(0), row.text(1), "partition", row.text(2));
        schema.oddities.push(partition);
    }
    Ok(())
}
