//! DROP COLUMN: what goes with the column, and what keeps it.
//!
//! SQLite refuses while anything else mentions the column ("ALTER TABLE",
//! section 5), though a CHECK or foreign key that was written at the column
//! goes with it. PostgreSQL drops the table's own indexes and constraints
//! that use it; MySQL takes it out of indexes.

use super::{catalogue::Catalogue, misfit};
use crate::{
    Dialect, Refusal,
    model::{Expr, Index, Name, Table},
};

impl Catalogue {
    pub(super) fn drop_column(
        &mut self,
        table: &Name,
        column: &Name,
        if_exists: bool,
        cascade: bool,
    ) -> Result<(), Refusal> {
        let mut found = self.existing(table)?.clone();
        if found.column(column).is_none() {
            return if if_exists {
                Ok(())
            } else {
                Err(misfit::no_column(&found, column))
            };
        }
        if found.columns.len() == 1 && self.dialect != Dialect::Postgres {
            let what = format!("`{column}` is the only column of `{table}`");
            return Err(Refusal::new(what));
        }
        let used = |what: &str| Err(Refusal::new(format!("{what} uses `{column}`")));
        match self.dialect {
            Dialect::Sqlite => {
                if let Some(user) = user_on_sqlite(&found, column) {
                    return used(&user);
                }
            }
            Dialect::Postgres => {
                let child = self.schema.children_of(table).find(|(child, key)| {
                    child.name != *table && key.parent_columns.contains(column)
                });
                if let Some((child, _)) = child.filter(|_| !cascade) {
                    return used(&format!("a foreign key of `{}`", child.name));
                }
            }
            Dialect::Portable | Dialect::Mysql => {}
        }
        let is_key = |columns: &[Name]| columns.contains(column);
        found.columns.retain(|other| other.name != *column);
        if self.dialect == Dialect::Mysql {
            take_out_of_keys(&mut found, column);
        } else {
            found.primary_key = found.primary_key.filter(|key| !is_key(&key.columns));
            found.uniques.retain(|unique| !is_key(&unique.columns));
            found.indexes.retain(|index| !uses(index, column));
        }
        found.checks.retain(|check| !check.expr.mentions(column));
        found.foreign_keys.retain(|key| !is_key(&key.columns));
        self.put(found);
        if !self.is_sqlite() {
            for child in &mut self.schema.tables {
                child
                    .foreign_keys
                    .retain(|key| key.parent != *table || !key.parent_columns.contains(column));
            }
        }
        Ok(())
    }
}

/// What keeps SQLite from dropping the column.
fn user_on_sqlite(table: &Table, column: &Name) -> Option<String> {
    if table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.columns.contains(column))
    {
        return Some("the primary key".to_owned());
    }
    if table
        .uniques
        .iter()
        .any(|unique| unique.columns.contains(column))
    {
        return Some("a UNIQUE".to_owned());
    }
    if let Some(index) = table.indexes.iter().find(|index| uses(index, column)) {
        return Some(format!("the index `{}`", index.name));
    }
    // Those of this column alone were written at it, as far as can be told.
    let own = |columns: &[Name]| columns.len() == 1;
    let check = table.checks.iter().any(|check| {
        let columns = check.expr.columns();
        columns.contains(column) && !own(&columns)
    });
    if check {
        return Some("a CHECK".to_owned());
    }
    let mut keys = table.foreign_keys.iter();
    if keys.any(|key| key.columns.contains(column) && !own(&key.columns)) {
        return Some("a foreign key".to_owned());
    }
    let mut others = table.columns.iter().filter(|other| other.name != *column);
    let user = others.find(|other| {
        let generated = other.generated.as_ref();
        generated.is_some_and(|generated| generated.expr.mentions(column))
    })?;
    Some(format!("the column `{}`", user.name))
}

fn uses(index: &Index, column: &Name) -> bool {
    index.parts.iter().any(|part| part.expr.mentions(column))
        || index
            .predicate
            .as_ref()
            .is_some_and(|predicate| predicate.mentions(column))
}

/// MySQL: keys lose the column; one that had no other is gone.
fn take_out_of_keys(table: &mut Table, column: &Name) {
    if let Some(key) = &mut table.primary_key {
        key.columns.retain(|name| name != column);
    }
    table.primary_key = table
        .primary_key
        .take()
        .filter(|key| !key.columns.is_empty());
    for unique in &mut table.uniques {
        unique.columns.retain(|name| name != column);
    }
    table.uniques.retain(|unique| !unique.columns.is_empty());
    let own = Expr::column(column.clone());
    for index in &mut table.indexes {
        index.parts.retain(|part| part.expr != own);
    }
    table.indexes.retain(|index| !index.parts.is_empty());
}
