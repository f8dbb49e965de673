//! Views and triggers.

use super::{Catalog, ENGINE, IntrospectError, ask};
use crate::model::{Name, Schema, Trigger, TriggerEvent, TriggerTime, View};

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let views = "SELECT v.table_name, c.column_name FROM information_schema.views v \
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
        });
    }
    Ok(())
}
