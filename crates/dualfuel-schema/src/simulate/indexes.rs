//! CREATE INDEX, DROP INDEX and an index's new name.

use super::{catalogue::Catalogue, misfit};
use crate::{
    Dialect, Refusal,
    model::{Expr, Index, Name, Schema},
};

/// Whether some table has an index of that name.
pub(super) fn holds(schema: &Schema, name: &Name) -> bool {
    schema.table_of_index(name).is_some()
}

impl Catalogue {
    pub(super) fn create_index(
        &mut self,
        table: &Name,
        index: &Index,
        if_not_exists: bool,
    ) -> Result<(), Refusal> {
        let Some(found) = self.schema.table(table) else {
            if self.schema.view(table).is_some() {
                return Err(Refusal::new(format!(
                    "`{table}` is a view: it has no indexes"
                )));
            }
            return Err(misfit::no_table(&self.schema, table));
        };
        let exists = if self.dialect == Dialect::Mysql {
            found.index(&index.name).is_some()
        } else {
            holds(&self.schema, &index.name)
        };
        if exists {
            return if if_not_exists {
                Ok(())
            } else {
                Err(misfit::taken("index", &index.name))
            };
        }
        self.free_name(&index.name)?;
        let mut index = index.clone();
        for part in &mut index.parts {
            // Not text, as elsewhere on SQLite: no one indexes a constant.
            if let Expr::Column { column, .. } = &part.expr
                && found.column(column).is_none()
                && self.dialect != Dialect::Portable
            {
                return Err(misfit::no_column(found, column));
            }
            self.settle_row_expression(found, &mut part.expr)?;
        }
        if let Some(predicate) = &mut index.predicate {
            self.settle_row_expression(found, predicate)?;
        }
        if let Some(table) = self.schema.table_mut(table) {
            table.indexes.push(index);
        }
        Ok(())
    }

    pub(super) fn drop_indexes(
        &mut self,
        names: &[Name],
        table: Option<&Name>,
        if_exists: bool,
    ) -> Result<(), Refusal> {
        for name in names {
            let mut tables = self.schema.tables.iter_mut();
            let found = tables.find(|candidate| {
                table.is_none_or(|table| candidate.name == *table)
                    && (candidate.index(name).is_some()
                        || self.dialect == Dialect::Mysql
                            && candidate
                                .uniques
                                .iter()
                                .any(|u| u.name.as_ref() == Some(name)))
            });
            match found {
                Some(table) => {
                    table.indexes.retain(|index| index.name != *name);
                    if self.dialect == Dialect::Mysql {
                        // There a UNIQUE is its index.
                        table
                            .uniques
                            .retain(|unique| unique.name.as_ref() != Some(name));
                    }
                }
                None if if_exists => {}
                None => return Err(misfit::no_index(&self.schema, name)),
            }
        }
        Ok(())
    }

    pub(super) fn rename_index(&mut self, from: &Name, to: &Name) -> Result<(), Refusal> {
        if from != to {
            self.free_name(to)?;
        }
        for table in &mut self.schema.tables {
            for index in &mut table.indexes {
                if index.name == *from {
                    index.name = to.clone();
                    return Ok(());
                }
            }
            // PostgreSQL's constraints go by the names of their indexes.
            let uniques = table.uniques.iter_mut().map(|unique| &mut unique.name);
            let key = table.primary_key.iter_mut().map(|key| &mut key.name);
            for name in uniques.chain(key) {
                if name.as_ref() == Some(from) {
                    *name = Some(to.clone());
                    return Ok(());
                }
            }
        }
        Err(misfit::no_index(&self.schema, from))
    }
}
