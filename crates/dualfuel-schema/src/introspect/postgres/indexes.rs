//! Indexes, but for those that carry a constraint.

use super::{
    Catalog, ENGINE, IntrospectError, RELATIONS, ask, collation, collation_name, lift, oddity,
    table_mut,
};
use crate::{
    introspect::Row,
    model::{Collation, Expr, Index, IndexPart, Name, Schema, Table},
};

/// The bits of `indoption`.
const DESCENDING: u32 = 1;
const NULLS_FIRST: u32 = 2;

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    // One row a key, included columns too: they follow the keys.
    let sql = format!(
        "SELECT c.relname::text, x.relname::text, i.indisunique::text, \
           i.indnullsnotdistinct::text, (i.indisvalid AND i.indisready AND i.indislive)::text, \
           pg_catalog.pg_get_expr(i.indpred, i.indrelid), m.amname::text, \
           (k.place <= i.indnkeyatts)::text, a.attname::text, \
           pg_catalog.pg_get_indexdef(i.indexrelid, k.place::int, false), \
           i.indoption[k.place - 1]::text, {collation}, \
           (i.indkey[k.place - 1] <> 0 AND a.attcollation = i.indcollation[k.place - 1])::text, \
           CASE WHEN o.opcdefault THEN NULL ELSE o.opcname::text END \
         FROM {RELATIONS} \
         JOIN pg_catalog.pg_index i ON i.indrelid = c.oid \
         JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid \
         JOIN pg_catalog.pg_am m ON m.oid = x.relam \
         CROSS JOIN LATERAL generate_series(1, i.indnatts::int) k(place) \
         LEFT JOIN pg_catalog.pg_attribute a \
           ON a.attrelid = c.oid AND a.attnum = i.indkey[k.place - 1] AND a.attnum <> 0 \
         LEFT JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[k.place - 1] \
         WHERE c.relkind IN ('r', 'p', 'f') AND NOT EXISTS ( \
           SELECT FROM pg_catalog.pg_constraint q \
           WHERE q.conindid = i.indexrelid AND q.contype IN ('p', 'u', 'x')) \
         ORDER BY c.relname, x.relname, k.place",
        collation = collation_name("i.indcollation[k.place - 1]"),
    );
    for row in ask(ENGINE, catalog, &sql).await? {
        key(schema, &row);
    }
    Ok(())
}

fn key(schema: &mut Schema, row: &Row) {
    let (table, index) = (row.name(0), row.name(1));
    let mut odd = Vec::new();
    if !row.is(4) {
        odd.push(("valid", "no".to_owned()));
    }
    if row.text(6) != "btree" {
        odd.push(("method", row.text(6).to_owned()));
    }
    if let Some(class) = row.get(13) {
        odd.push(("operator class", format!("{} {class}", row.text(9))));
    }
    if row.is(7) {
        let bits: u32 = row.text(10).parse().unwrap_or_default();
        let descending = bits & DESCENDING != 0;
        // NULL is the greatest value unless said otherwise.
        if descending != (bits & NULLS_FIRST != 0) {
            let place = if descending { "last" } else { "first" };
            odd.push(("nulls", format!("{} {place}", row.text(9))));
        }
        if let Some(table) = table_mut(schema, &table) {
            push_part(table, &index, row, descending);
        }
    } else {
        odd.push(("include", row.text(9).to_owned()));
    }
    for (attribute, value) in odd {
        schema
            .oddities
            .push(oddity(&table, index.as_str(), attribute, value));
    }
}

fn push_part(table: &mut Table, name: &Name, row: &Row, descending: bool) {
    let (expr, inherited) = match row.get(8) {
        Some(column) => (Expr::column(column), row.is(12)),
        None => (lift(ENGINE, row.text(9)), false),
    };
    // A NOCASE column is marked as one; an index over it as it is, is not.
    let marked = row.get(8).is_some_and(|name| {
        table
            .column(&Name::from(name))
            .is_some_and(|column| column.collation == Collation::NoCase)
    });
    let collation = match collation(row.text(11)) {
        Collation::Binary if marked => Some(Collation::Binary),
        _ if inherited => None,
        // An expression over columns that compare by bytes does so too.
        Collation::Binary if row.get(8).is_none() => None,
        other => Some(other),
    };
    let part = IndexPart {
        expr,
        collation,
        descending,
    };
    match table.indexes.iter_mut().find(|index| index.name == *name) {
        Some(index) => index.parts.push(part),
        None => table.indexes.push(Index {
            name: name.clone(),
            parts: vec![part],
            unique: row.is(2),
            nulls_not_distinct: row.is(3),
            predicate: row.get(5).map(|text| lift(ENGINE, text)),
        }),
    }
}
