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
    for (attribute, sql) in [
        ("partition", partitions()),
        ("function", FUNCTIONS.to_owned()),
        ("type", TYPES.to_owned()),
        ("schema", SCHEMAS.to_owned()),
    ] {
        for row in ask(ENGINE, catalog, &sql).await? {
            let other = oddity(&row.name(0), row.text(1), attribute, row.text(2));
            schema.oddities.push(other);
        }
    }
    Ok(())
}

/// A partition, by its parent.
fn partitions() -> String {
    let whole = RELATIONS.replace("AND NOT c.relispartition", "AND c.relispartition");
    format!(
        "SELECT i.inhparent::regclass::text, c.relname::text, \
           pg_catalog.pg_get_expr(c.relpartbound, c.oid) \
         FROM {whole} JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid \
         WHERE c.relkind IN ('r', 'p', 'f') ORDER BY 1, 2"
    )
}

/// Those that are not a trigger's, which is compared with its function.
const FUNCTIONS: &str = "SELECT p.proname::text, pg_catalog.pg_get_function_identity_arguments(p.oid), \
       'source ' || pg_catalog.md5(COALESCE(pg_catalog.pg_get_function_result(p.oid), '') || p.prosrc) \
     FROM pg_catalog.pg_proc p \
     JOIN pg_catalog.pg_namespace s ON s.oid = p.pronamespace AND s.nspname = current_schema() \
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgfoid = p.oid) \
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = p.oid \
         AND e.classid = 'pg_catalog.pg_proc'::regclass AND e.deptype = 'e') \
     ORDER BY 1, 2";

/// A column's enum or domain is in the model; any other type is not.
const TYPES: &str = "SELECT t.typname::text, '', \
       CASE t.typtype WHEN 'e' THEN 'enum ' || COALESCE((SELECT string_agg(quote_literal(e.enumlabel), ', ' \
           ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '') \
         WHEN 'd' THEN 'domain ' || pg_catalog.format_type(t.typbasetype, t.typtypmod) \
         WHEN 'c' THEN 'composite (' || COALESCE((SELECT string_agg(a.attname || ' ' \
           || pg_catalog.format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) \
           FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')' \
         ELSE 'range' END \
     FROM pg_catalog.pg_type t \
     JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace AND s.nspname = current_schema() \
     LEFT JOIN pg_catalog.pg_class r ON r.oid = t.typrelid \
     WHERE t.typtype IN ('e', 'd', 'c', 'r') AND (t.typtype <> 'c' OR r.relkind = 'c') \
       AND (t.typtype IN ('c', 'r') OR NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.atttypid = t.oid)) \
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = t.oid \
         AND e.classid = 'pg_catalog.pg_type'::regclass AND e.deptype = 'e') \
     ORDER BY 1";

/// The other schemas of the database, which are not looked into.
const SCHEMAS: &str = "SELECT s.nspname::text, '', count(*) || ' tables and views, not read' \
     FROM pg_catalog.pg_namespace s JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid \
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND s.nspname <> current_schema() \
       AND s.nspname NOT LIKE 'pg\\_%' AND s.nspname <> 'information_schema' \
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = c.oid \
         AND e.classid = 'pg_catalog.pg_class'::regclass AND e.deptype = 'e') \
     GROUP BY s.nspname ORDER BY 1";

async fn views<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let sql = format!(
        "SELECT c.relname::text, c.relkind::text, \
           (SELECT json_agg(a.attname ORDER BY a.attnum)::text FROM pg_catalog.pg_attribute a \
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), \
           pg_catalog.pg_get_viewdef(c.oid), array_to_string(c.reloptions, ', ') \
         FROM {RELATIONS} WHERE c.relkind IN ('v', 'm') ORDER BY 1"
    );
    for row in ask(ENGINE, catalog, &sql).await? {
        if row.text(1) == "m" {
            let kept = oddity(&row.name(0), "", "kind", "materialized view");
            schema.oddities.push(kept);
        }
        if let Some(options) = row.get(4) {
            let options = oddity(&row.name(0), "", "options", options);
            schema.oddities.push(options);
        }
        schema.views.push(View {
            name: row.name(0),
            columns: row.names(2),
            query: None,
            text: row.get(3).map(str::to_owned),
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
           pg_catalog.pg_get_triggerdef(t.oid) || E'\\n' || p.prosrc, t.tgenabled::text, \
           (t.tgconstraint <> 0)::text \
         FROM {RELATIONS} JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal \
         JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid \
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
    let enabled = match row.text(5) {
        "D" => Some("no"),
        "R" => Some("on a replica"),
        "A" => Some("always"),
        _ => None,
    };
    let odd: [Option<Oddity>; 4] = [
        (!has(ROW)).then(|| oddity(&table, name.as_str(), "for each", "statement")),
        has(TRUNCATE).then(|| oddity(&table, name.as_str(), "event", "truncate")),
        enabled.map(|state| oddity(&table, name.as_str(), "enabled", state)),
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
            calls: None,
        }));
}
