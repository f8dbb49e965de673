//! Primary keys, uniques, checks and foreign keys.

use super::{Catalog, ENGINE, IntrospectError, RELATIONS, each_table, lift, oddity};
use crate::{
    introspect::Row,
    model::{Action, Check, Deferral, ForeignKey, Oddity, PrimaryKey, Schema, Table, Unique},
};

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    each_table(catalog, schema, &sql(), constraint).await
}

/// A trigger of `CREATE CONSTRAINT TRIGGER` is a constraint too (`t`), read
/// with the triggers; a partition's are its parent's.
fn sql() -> String {
    let columns = |keys: &str, table: &str| {
        format!(
            "(SELECT json_agg(a.attname ORDER BY u.place)::text \
              FROM unnest({keys}) WITH ORDINALITY u(attnum, place) \
              JOIN pg_catalog.pg_attribute a ON a.attrelid = {table} AND a.attnum = u.attnum)"
        )
    };
    format!(
        "SELECT c.relname::text, k.conname::text, k.contype::text, {own}, \
           CASE k.contype WHEN 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END, \
           CASE WHEN f.relnamespace = c.relnamespace THEN f.relname::text \
             ELSE f.oid::regclass::text END, \
           {parent}, k.confdeltype::text, k.confupdtype::text, {set}, \
           k.condeferrable::text, k.condeferred::text, k.convalidated::text, \
           k.confmatchtype::text, k.connoinherit::text, i.indnullsnotdistinct::text, \
           pg_catalog.pg_get_constraintdef(k.oid) \
         FROM {RELATIONS} \
         JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'f', 'x') \
         LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid \
         LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u') \
         WHERE c.relkind IN ('r', 'p', 'f') ORDER BY c.relname, k.conname",
        own = columns("k.conkey", "k.conrelid"),
        parent = columns("k.confkey", "k.confrelid"),
        set = columns("k.confdelsetcols", "k.conrelid"),
    )
}

fn constraint(table: &mut Table, oddities: &mut Vec<Oddity>, row: &Row) {
    let name = Some(row.name(1));
    let columns = row.names(3);
    let mut odd = |attribute: &str, value: &str| {
        oddities.push(oddity(&table.name, row.text(1), attribute, value));
    };
    if !row.is(12) {
        odd("validated", "no");
    }
    let kind = row.text(2);
    let deferral = match (row.is(10), row.is(11)) {
        (false, _) => Deferral::NotDeferrable,
        (true, false) => Deferral::InitiallyImmediate,
        (true, true) => Deferral::InitiallyDeferred,
    };
    if kind != "f" && deferral != Deferral::NotDeferrable {
        odd(
            "deferrable",
            if row.is(11) { "deferred" } else { "immediate" },
        );
    }
    match kind {
        "p" => table.primary_key = Some(PrimaryKey { name, columns }),
        "u" => table.uniques.push(Unique {
            name,
            columns,
            nulls_not_distinct: row.is(15),
        }),
        "c" => {
            // Without columns, it is about the whole row or about nothing.
            if row.is(14) {
                odd("inherited", "no");
            }
            table.checks.push(Check {
                name,
                expr: lift(ENGINE, row.text(4)),
            });
        }
        "f" => {
            if row.text(13) == "f" {
                odd("match", "full");
            }
            table.foreign_keys.push(ForeignKey {
                name,
                columns,
                parent: row.name(5),
                parent_columns: row.names(6),
                on_delete: action(row.text(7)),
                on_update: action(row.text(8)),
                on_delete_columns: row.names(9),
                deferral,
            });
        }
        _ => odd("exclusion", row.text(16)),
    }
}

fn action(code: &str) -> Action {
    match code {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}
