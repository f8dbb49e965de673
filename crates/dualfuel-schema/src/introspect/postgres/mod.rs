//! Reads PostgreSQL's catalogue.
//!
//! Asked is `pg_catalog`, whose functions spell types, expressions and index
//! keys as one would write them; `information_schema` shows neither
//! predicates nor operator classes, and only what the role owns. Only the
//! schema that new tables go to (`current_schema()`) is read, without what
//! extensions put there.
//!
//! - An enum's column is text with a CHECK that holds the labels.
//! - A domain's column is one of its base type, with the domain's CHECKs, NOT
//!   NULL and default; a domain over a domain stays a type by name.
//! - Serial and identity columns are [`Identity::Sequence`], and their
//!   sequences are not reported; start and step are not either.
//! - A partitioned table is a table; its partitions are oddities of it. A table
//!   that inherits has all its columns, and the parent as an oddity.
//! - An index that is not valid (a CREATE INDEX CONCURRENTLY that failed) has
//!   an oddity `valid`.
//! - A constraint that is not validated has an oddity `validated`: rows from
//!   before it may break it.
//! - Row level security is [`Table::tenant`] where it is as we write it, and
//!   else oddities: `row security` and each `policy`.
//! - Functions that no trigger calls, types that are no columns', and schemas
//!   that are not this one are oddities, so that no one takes them for compared.

mod columns;
mod constraints;
mod indexes;
mod others;
mod security;

use super::{Catalog, IntrospectError, Row, ask, lift, lift_type, oddity, table_mut};
use crate::{
    Engine,
    model::{Collation, Name, Schema, Table},
    parse::ReadOptions,
};

const ENGINE: Engine = Engine::Postgres;

/// Relations of the schema that no extension brought, under the alias `c`.
const RELATIONS: &str = "pg_catalog.pg_class c \
    JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace AND s.nspname = current_schema() \
      AND NOT c.relispartition \
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = c.oid \
        AND e.classid = 'pg_catalog.pg_class'::regclass AND e.deptype = 'e')";

pub(super) async fn introspect<C: Catalog>(
    catalog: &mut C,
    options: ReadOptions,
) -> Result<Schema, IntrospectError<C::Error>> {
    let mut schema = Schema::default();
    tables(catalog, &mut schema).await?;
    columns::read(catalog, options, &mut schema).await?;
    constraints::read(catalog, &mut schema).await?;
    indexes::read(catalog, &mut schema).await?;
    security::read(catalog, &mut schema).await?;
    others::read(catalog, &mut schema).await?;
    Ok(schema)
}

/// The tables, without columns yet.
async fn tables<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let sql = format!(
        "SELECT c.relname::text, c.relkind::text, c.relpersistence::text, \
           CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END, \
           (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) \
              FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) \
         FROM {RELATIONS} WHERE c.relkind IN ('r', 'p', 'f') ORDER BY c.relname"
    );
    for row in ask(ENGINE, catalog, &sql).await? {
        let table = Table::new(row.name(0));
        for (attribute, value) in [
            ("kind", (row.text(1) == "f").then_some("foreign table")),
            ("persistence", (row.text(2) == "u").then_some("unlogged")),
            ("partitioned", row.get(3)),
            ("inherits", row.get(4)),
        ] {
            if let Some(value) = value {
                schema
                    .oddities
                    .push(oddity(&table.name, "", attribute, value));
            }
        }
        schema.tables.push(table);
    }
    Ok(())
}

/// A collation by its name, where `default` has been resolved already.
/// `C.UTF-8` and `ucs_basic` order by code point, which for UTF-8 is by bytes.
fn collation(name: &str) -> Collation {
    match name {
        "" | "C" | "POSIX" | "ucs_basic" | "C.UTF-8" | "C.utf8" => Collation::Binary,
        other => Collation::Other(other.to_owned()),
    }
}

/// SQL for the name of the collation whose oid is `oid`, `default` resolved.
fn collation_name(oid: &str) -> String {
    format!(
        "(SELECT CASE l.collname WHEN 'default' THEN \
            (SELECT CASE d.datlocprovider WHEN 'c' THEN d.datcollate ELSE d.daticulocale END \
               FROM pg_catalog.pg_database d WHERE d.datname = current_database()) \
          ELSE l.collname::text END \
          FROM pg_catalog.pg_collation l WHERE l.oid = {oid})"
    )
}

/// The rows of `sql`, each with the table that its first value names.
async fn each_table<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
    sql: &str,
    mut each: impl FnMut(&mut Table, &mut Vec<crate::model::Oddity>, &Row),
) -> Result<(), IntrospectError<C::Error>> {
    for row in ask(ENGINE, catalog, sql).await? {
        let name: Name = row.name(0);
        let mut oddities = Vec::new();
        if let Some(table) = table_mut(schema, &name) {
            each(table, &mut oddities, &row);
        }
        schema.oddities.append(&mut oddities);
    }
    Ok(())
}
