//! Reads MariaDB's catalogue.
//!
//! Asked is `information_schema`, for the connection's database. What its
//! types and indexes can't say, [`crate::lower`] writes into comments and
//! virtual columns, and this reads them back:
//!
//! - A column comment `dualfuel: <type> [NOCASE] as <native type>`
//!   (`dualfuel: TEXT as varchar(255)`) gives the canonical type, as long as
//!   the native type is still that one: whoever changed the type by hand
//!   finds it reported.
//! - An index comment `dualfuel: where <condition>` gives the predicate of an
//!   index that holds all rows. The condition is spelled as a CHECK is here.
//! - A virtual column `dualfuel_guard_<index>_<n>` is a key of an index. Its
//!   expression is `CASE WHEN <condition> THEN 1 END` for a partial unique
//!   index, which never holds two rows where that is 1 and the other keys are
//!   equal; `CASE WHEN <condition> THEN <key> END` where there is no other
//!   key; and any other expression is the key itself. Guards are no columns.
//!
//! What MariaDB adds by itself is left out: the CHECK of a `json` column, the
//! index that a foreign key wants, the names of unnamed CHECKs.
//!
//! A text column whose collation is not one by bytes says so
//! ([`Collation::Other`]). Sizes and spellings that the model does not tell
//! apart (`mediumtext`, `unsigned`, `datetime(3)`) are oddities.

mod columns;
mod constraints;
mod indexes;
mod others;

use super::{Catalog, IntrospectError, ask, lift, lift_type, oddity, table_mut};
use crate::{
    Engine,
    model::{Collation, Schema, Table},
    parse::ReadOptions,
};

const ENGINE: Engine = Engine::Mariadb;

/// How every comment of ours begins.
const COMMENT: &str = "dualfuel: ";

/// How the name of every guard column begins.
const GUARD: &str = "dualfuel_guard_";

pub(super) async fn introspect<C: Catalog>(
    catalog: &mut C,
    options: ReadOptions,
) -> Result<Schema, IntrospectError<C::Error>> {
    let mut schema = Schema::default();
    tables(catalog, &mut schema).await?;
    // A guard's expression stands for it until the indexes are read.
    let guards = columns::read(catalog, options, &mut schema).await?;
    constraints::read(catalog, &mut schema).await?;
    indexes::read(catalog, &guards, &mut schema).await?;
    others::read(catalog, &mut schema).await?;
    Ok(schema)
}

async fn tables<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let sql = "SELECT table_name, table_type, engine FROM information_schema.tables \
               WHERE table_schema = DATABASE() AND table_type <> 'VIEW' ORDER BY table_name";
    for row in ask(ENGINE, catalog, sql).await? {
        let name = row.name(0);
        let kind = row.text(1);
        if kind == "SEQUENCE" {
            schema.oddities.push(oddity(&name, "", "kind", "sequence"));
            continue;
        }
        if kind != "BASE TABLE" {
            let kind = kind.to_lowercase();
            schema.oddities.push(oddity(&name, "", "kind", kind));
        }
        if !row.text(2).eq_ignore_ascii_case("InnoDB") {
            schema
                .oddities
                .push(oddity(&name, "", "engine", row.text(2)));
        }
        schema.tables.push(Table::new(name));
    }
    Ok(())
}

/// A collation by its name. Those by bytes differ in trailing blanks only:
/// `utf8mb4_bin` takes `a` and `a ` for equal, which is an oddity.
fn collation(name: &str) -> Collation {
    match name {
        "" | "binary" => Collation::Binary,
        bytes if bytes.ends_with("_bin") => Collation::Binary,
        other => Collation::Other(other.to_owned()),
    }
}
