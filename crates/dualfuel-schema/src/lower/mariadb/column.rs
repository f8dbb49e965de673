//! A column on MariaDB, said as a whole.

use super::{ENGINE, Natives, quote};
use crate::{
    Refusal,
    lower::expr,
    model::{Column, DataType, Expr, Table},
};

/// What of a column's definition is left for later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Without {
    /// A row may hold NULL until it is filled.
    pub(super) not_null: bool,
    /// It is part of no key for the moment.
    pub(super) identity: bool,
}

/// As CREATE TABLE, ADD COLUMN and MODIFY COLUMN take it.
pub(super) fn definition(
    natives: &Natives,
    table: &Table,
    column: &Column,
) -> Result<String, Refusal> {
    // "Identifier Names": it answers "Incorrect column name".
    if column.name.as_str().ends_with(' ') {
        return Err(Refusal::new(format!(
            "the column `{}.{}` has a blank at the end of its name, which MariaDB does not take: \
             rename it first",
            table.name, column.name
        )));
    }
    Ok(format!(
        "{} {}",
        quote(&column.name),
        body(natives, table, column, Without::default())?
    ))
}

/// The definition behind the name.
pub(super) fn body(
    natives: &Natives,
    table: &Table,
    column: &Column,
    without: Without,
) -> Result<String, Refusal> {
    if let DataType::Other(name) = &column.data_type {
        return Err(Refusal::new(format!(
            "`{}` is of type {name}, which has no equal on the other engines",
            column.name
        )));
    }
    let native = natives.get(&table.name, &column.name);
    let mut text = native.map_or(String::new(), |native| native.sql.clone());
    if let Some(value) = generated(table, column) {
        text.push_str(&value?);
    } else {
        if !column.nullable && !without.not_null {
            text.push_str(" NOT NULL");
        }
        if column.identity.is_some() {
            if !without.identity {
                let numbered = table.columns.iter().filter(|c| c.identity.is_some());
                if numbered.count() > 1 {
                    return Err(Refusal::new(format!(
                        "`{}.{}` is numbered by the database: MariaDB does that for one column \
                         of a table only",
                        table.name, column.name
                    )));
                }
                text.push_str(" AUTO_INCREMENT");
            }
        } else if let Some(default) = &column.default {
            let default = expr::default(ENGINE, column, default)?;
            text.push_str(&format!(" DEFAULT {default}"));
        }
    }
    if let Some(comment) = native.and_then(|native| native.comment.as_ref()) {
        let comment = expr::text_constant(ENGINE, comment)?;
        text.push_str(&format!(" COMMENT {comment}"));
    }
    Ok(text)
}

/// `GENERATED ALWAYS AS (..) VIRTUAL`. MariaDB keeps none that is computed
/// from an AUTO_INCREMENT, or from what a foreign key may set to NULL; and
/// has no NOT NULL for any.
pub(super) fn generated(table: &Table, column: &Column) -> Option<Result<String, Refusal>> {
    let generated = column.generated.as_ref()?;
    let stored = generated.stored && !rests_on_moving(table, &generated.expr);
    let value = expr::value(ENGINE, table, &generated.expr, Some(&column.data_type));
    Some(value.map(|value| {
        let kind = if stored { "STORED" } else { "VIRTUAL" };
        format!(" GENERATED ALWAYS AS ({value}) {kind}")
    }))
}

/// Whether a value names a column that MariaDB itself changes: an identity, or
/// one that a foreign key's action sets.
pub(crate) fn rests_on_moving(table: &Table, value: &Expr) -> bool {
    value.columns().iter().any(|name| {
        let numbered = table.column(name).is_some_and(|c| c.identity.is_some());
        let set = table
            .foreign_keys
            .iter()
            .any(|key| super::objects::sets_columns(key) && key.columns.contains(name));
        numbered || set
    })
}
