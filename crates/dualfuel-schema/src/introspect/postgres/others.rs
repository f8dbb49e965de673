//! Views, triggers, rules and sequences of their own.

use super::{Catalog, ENGINE, IntrospectError, RELATIONS, ask, oddity};
use crate::{
    introspect::Row,
    model::{Name, Oddity, Schema, Trigger, TriggerEvent, TriggerTime, View},
};

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    views(catalog, schema).await?;
    triggers(catalog, schema).await?;
    // `_RETURN` is what makes a view a view.
    let rules = format!(
        "SELECT c.relname::text, r.rulename::text, pg_catalog.pg_get_ruledef(r.oid) \
         FROM {RELATIONS} JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid \
         WHERE r.rulename <> '_RETURN' ORDER BY 1, 2"
    );
    for row in ask(ENGINE, catalog, &rules).await? {
        let rule = oddity(&row.name(0), row.text(1), "rule", row.text(2));
        schema.oddities.push(rule);
    }
    let sequences = format!(
        "SELECT c.relname::text FROM {RELATIONS} WHERE c.relkind = 'S' AND NOT EXISTS ( \
           SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid \
             AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')) \
         ORDER BY 1"
    );
    for row in ask(ENGINE, catalog, &sequences).await? {
        schema
            .oddities
            .push(oddity(&row.name(0), "", "kind", "sequence"));
    }
    Ok(())
}

async fn views<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let sql = format!(
        "SELECT c.relname::text, c.relkind::text, \
           (SELECT json_agg(a.attname ORDER BY a.attnum)::text FROM pg_catalog.pg_attribute a \
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) \
         FROM {RELATIONS} WHERE c.relkind IN ('v', 'm') ORDER BY 1"
    );
    for row in ask(ENGINE, catalog, &sql).await? {
        if row.text(1) == "m" {
            let kept = oddity(&row.name(0), "", "kind", "materialized view");
            schema.oddities.push(kept);
        }
        schema.views.push(View {
            name: row.name(0),
            columns: row.names(2),
            query: None,
        });
    }
    Ok(())
}

async fn triggers<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let sql = format!(
        "SELECT c.relname::text, t.tgname::text, t.tgtype::int::text, \
           (SELECT json_agg(a.attname ORDER BY a.attnum)::text FROM pg_catalog.pg_attribute a \
              WHERE a.attrelid = c.oid AND a.attnum = ANY (t.tgattr::int2[])), \
           pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled::text, (t.tgconstraint <> 0)::text \
         FROM {RELATIONS} JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal \
         ORDER BY 1, 2"
    );
    for row in ask(ENGINE, catalog, &sql).await? {
        trigger(&row, schema);
    }
    Ok(())
}

/// The bits of `tgtype`.
const ROW: u32 = 1;
const BEFORE: u32 = 2;
const INSERT: u32 = 4;
const DELETE: u32 = 8;
const UPDATE: u32 = 16;
const TRUNCATE: u32 = 32;
const INSTEAD: u32 = 64;

/// A trigger on several events is one trigger for each, all of its name.
fn trigger(row: &Row, schema: &mut Schema) {
    let (table, name): (Name, Name) = (row.name(0), row.name(1));
    let bits: u32 = row.text(2).parse().unwrap_or_default();
    let has = |bit: u32| bits & bit != 0;
    let time = if has(INSTEAD) {
        TriggerTime::InsteadOf
    } else if has(BEFORE) {
        TriggerTime::Before
    } else {
        TriggerTime::After
    };
    let odd: [Option<Oddity>; 4] = [
        (!has(ROW)).then(|| oddity(&table, name.as_str(), "for each", "statement")),
        has(TRUNCATE).then(|| oddity(&table, name.as_str(), "event", "truncate")),
        (row.text(5) == "D").then(|| oddity(&table, name.as_str(), "enabled", "no")),
        row.is(6)
            .then(|| oddity(&table, name.as_str(), "kind", "constraint trigger")),
    ];
    schema.oddities.extend(odd.into_iter().flatten());
    let events = [
        has(INSERT).then_some(TriggerEvent::Insert),
        has(UPDATE).then(|| TriggerEvent::Update(row.names(3))),
        has(DELETE).then_some(TriggerEvent::Delete),
    ];
    schema
        .triggers
        .extend(events.into_iter().flatten().map(|event| Trigger {
            name: name.clone(),
            table: table.clone(),
            time,
            event,
            when: None,
            body: None,
            text: row.get(4).map(str::to_owned),
        }));
}
