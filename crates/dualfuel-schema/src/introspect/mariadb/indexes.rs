//! Indexes, the primary key among them. A UNIQUE constraint is an index with
//! nothing to tell it from one.

use super::{
    COMMENT, Catalog, ENGINE, IntrospectError, ask, columns::Guards, lift, oddity, table_mut,
};
use crate::{
    introspect::Row,
    model::{
        Column, Expr, ForeignKey, Identity, Index, IndexPart, Literal, Name, PrimaryKey, Schema,
        Table,
    },
};

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    guards: &Guards,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let sql = "SELECT table_name, index_name, non_unique, column_name, collation, sub_part, \
           index_type, index_comment, ignored \
         FROM information_schema.statistics WHERE table_schema = DATABASE() \
         ORDER BY table_name, index_name, seq_in_index";
    for row in ask(ENGINE, catalog, sql).await? {
        key(&row, guards, schema);
    }
    for table in &mut schema.tables {
        leave_out_implied(table);
    }
    Ok(())
}

fn key(row: &Row, guards: &Guards, schema: &mut Schema) {
    let (table_name, name) = (row.name(0), row.name(1));
    let column = row.name(3);
    let unique = row.text(2) == "0";
    let mut odd = Vec::new();
    // `HASH` is how a unique over long text is kept.
    if !matches!(row.text(6), "BTREE" | "HASH") {
        odd.push(("method", row.text(6).to_lowercase()));
    }
    if row.is(8) {
        odd.push(("ignored", "yes".to_owned()));
    }
    if let Some(length) = row.get(5) {
        let attribute = if unique { "unique prefix" } else { "prefix" };
        odd.push((attribute, format!("{column}({length})")));
    }
    for (attribute, value) in odd {
        schema
            .oddities
            .push(oddity(&table_name, name.as_str(), attribute, value));
    }
    let Some(table) = table_mut(schema, &table_name) else {
        return;
    };
    if name.as_str() == "PRIMARY" {
        let key = table.primary_key.get_or_insert_with(|| PrimaryKey {
            name: None,
            columns: Vec::new(),
        });
        key.columns.push(column);
        return;
    }
    let place = table.indexes.iter().position(|index| index.name == name);
    let place = place.unwrap_or_else(|| {
        table.indexes.push(Index {
            name,
            parts: Vec::new(),
            unique,
            nulls_not_distinct: false,
            predicate: predicate(row.text(7)),
        });
        table.indexes.len() - 1
    });
    let Some(index) = table.indexes.get_mut(place) else {
        return;
    };
    let descending = row.text(4) == "D";
    match guards.get(&(table_name, column.clone())) {
        None => index.parts.push(part(Expr::column(column), descending)),
        Some(guard) => see_through(index, guard, descending),
    }
}

fn part(expr: Expr, descending: bool) -> IndexPart {
    IndexPart {
        expr,
        collation: None,
        descending,
    }
}

fn predicate(comment: &str) -> Option<Expr> {
    let text = comment.strip_prefix(COMMENT)?.strip_prefix("where ")?;
    Some(lift(ENGINE, text))
}

/// What a guard column says of its index: the predicate, a key, or both.
fn see_through(index: &mut Index, guard: &Expr, descending: bool) {
    let Expr::Case {
        operand: None,
        branches,
        otherwise: None,
    } = guard
    else {
        index.parts.push(part(guard.clone(), descending));
        return;
    };
    let [(condition, value)] = branches.as_slice() else {
        index.parts.push(part(guard.clone(), descending));
        return;
    };
    index.predicate = Some(condition.clone());
    let is_one = matches!(
        value,
        Expr::Literal(Literal::Integer(1) | Literal::Boolean(true))
    );
    if !is_one {
        index.parts.push(part(value.clone(), descending));
    }
}

/// Indexes that no one asked for: a foreign key's, which MariaDB makes where
/// there is none and names after it, and an identity's, which has to be the
/// first key of one.
fn leave_out_implied(table: &mut Table) {
    let foreign_keys = std::mem::take(&mut table.foreign_keys);
    let columns = std::mem::take(&mut table.columns);
    table.indexes.retain(|index| {
        !foreign_keys.iter().any(|key| is_of(index, key))
            && !columns.iter().any(|column| numbers(index, column))
    });
    table.foreign_keys = foreign_keys;
    table.columns = columns;
}

fn is_of(index: &Index, key: &ForeignKey) -> bool {
    let named = key.name.as_ref().is_some_and(|name| {
        // `<table>_ibfk_<n>` is MariaDB's own, and its index has its column's.
        index.name == *name
            || (name.as_str().contains("_ibfk_")
                && key
                    .columns
                    .first()
                    .is_some_and(|first| index.name.folded().starts_with(&first.folded())))
    });
    named && is_plain(index, &key.columns)
}

fn numbers(index: &Index, column: &Column) -> bool {
    column.identity == Some(Identity::Sequence)
        && index.name.folded() == format!("dualfuel_identity_{}", column.name.folded())
}

/// Whether it holds just these columns, ascending, for all rows.
fn is_plain(index: &Index, columns: &[Name]) -> bool {
    !index.unique
        && index.predicate.is_none()
        && index.parts.len() == columns.len()
        && index
            .parts
            .iter()
            .zip(columns)
            .all(|(part, column)| part.expr == Expr::column(column.clone()) && !part.descending)
}
