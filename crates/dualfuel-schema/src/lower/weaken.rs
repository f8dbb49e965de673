//! What an engine can't hold of a schema, for the schema as a whole: what one
//! migration adds to that is the difference of the schemas around it.

use super::{Weakening, delta::effective_parent, expr::bytes_of_number};
use crate::{
    Engine,
    model::{Collation, Deferral, Name, Schema, Table},
};

/// One of a table's.
pub(crate) fn weakening(
    engine: Engine,
    table: &Table,
    object: impl Into<String>,
    what: impl Into<String>,
) -> Weakening {
    Weakening {
        engine,
        table: table.name.to_string(),
        object: object.into(),
        what: what.into(),
    }
}

/// `a, b`: how a foreign key without a name is called.
pub(crate) fn called(columns: &[Name]) -> String {
    let names: Vec<&str> = columns.iter().map(Name::as_str).collect();
    names.join(", ")
}

/// Those of both engines that check what SQLite lets pass.
pub(crate) fn common(engine: Engine, schema: &Schema) -> Vec<Weakening> {
    let mut all = Vec::new();
    for table in &schema.tables {
        for key in &table.foreign_keys {
            if effective_parent(schema, key).is_none() {
                let what = if schema.table(&key.parent).is_none() {
                    format!("the foreign key waits for the table `{}`", key.parent)
                } else {
                    format!(
                        "the foreign key waits for a key of `{}` to refer to",
                        key.parent
                    )
                };
                all.push(weakening(engine, table, called(&key.columns), what));
            }
            if engine == Engine::Mariadb && key.deferral != Deferral::NotDeferrable {
                let what = "the foreign key is checked at each statement, not at the end";
                all.push(weakening(engine, table, called(&key.columns), what));
            }
        }
        for column in &table.columns {
            let default = column.default.as_ref();
            if default.is_some_and(|default| bytes_of_number(column, default).is_some()) {
                let what = "the default is the digits' bytes, not a number among blobs";
                all.push(weakening(engine, table, column.name.as_str(), what));
            }
            let what = match column.collation {
                Collation::NoCase => {
                    "unique without regard to case, but `=` and ORDER BY tell `a` from `A`"
                }
                Collation::Rtrim => "trailing blanks count",
                Collation::Binary | Collation::Other(_) => continue,
            };
            all.push(weakening(engine, table, column.name.as_str(), what));
        }
    }
    all
}
