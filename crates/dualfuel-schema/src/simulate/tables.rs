//! CREATE TABLE and DROP TABLE.

use super::{
    catalogue::{Catalogue, Effect},
    enums::set_labels,
    misfit,
    names::name_constraints,
    rebuild::{Act, Does},
};
use crate::{
    Dialect, Refusal,
    lower::expr::type_of,
    model::{
        Column, DataType, Expr, Identity, Name, Query, QueryBody, Select, SelectItem, Table,
        TableFactor, Unique,
    },
    statement::{Insert, OnConflict, Statement},
};

impl Catalogue {
    pub(super) fn create_table(
        &mut self,
        table: &Table,
        if_not_exists: bool,
        temporary: bool,
        query: Option<&Query>,
    ) -> Result<Effect, Refusal> {
        let exists = self.schema.table(&table.name).is_some()
            || self.is_sqlite() && self.schema.view(&table.name).is_some();
        if if_not_exists && exists {
            return Ok(Effect::Nothing);
        }
        self.free_name(&table.name)?;
        let mut table = table.clone();
        table.temporary |= temporary;
        if let Some(query) = query {
            table.columns = self.columns_made_by(query, &table)?;
        }
        let indexes = std::mem::take(&mut table.indexes);
        self.settle(&mut table)?;
        let name = table.name.clone();
        self.schema.tables.push(table);
        self.settle_keys_of(&name);
        for index in &indexes {
            self.create_index(&name, index, false)?;
        }
        Ok(match query {
            None => Effect::defined(),
            Some(query) => Effect::DefineAndFill(Box::new(Insert {
                table: name,
                columns: Vec::new(),
                source: Some(query.clone()),
                on_conflict: OnConflict::Fail,
            })),
        })
    }

    /// Makes of a table as it is spelled one as it is meant: a key's columns
    /// hold no NULL, an enum's are checked, a constraint said twice is one.
    ///
    /// # Errors
    ///
    /// It names columns that it does not have, or has two of a name.
    pub(super) fn settle(&self, table: &mut Table) -> Result<(), Refusal> {
        if table.columns.is_empty() && self.dialect != Dialect::Postgres {
            return Err(Refusal::new(format!("`{}` has no columns", table.name)));
        }
        for (place, column) in table.columns.iter().enumerate() {
            if table
                .columns
                .iter()
                .take(place)
                .any(|c| c.name == column.name)
            {
                let what = format!("`{}` has two columns `{}`", table.name, column.name);
                return Err(Refusal::new(what));
            }
        }
        let keys = table.primary_key.iter().map(|key| &key.columns);
        let uniques = table.uniques.iter().map(|unique| &unique.columns);
        let foreign = table.foreign_keys.iter().map(|key| &key.columns);
        for name in keys.chain(uniques).chain(foreign).flatten() {
            if table.column(name).is_none() {
                return Err(misfit::no_column(table, name));
            }
        }
        self.settle_primary_key(table);
        if matches!(self.dialect, Dialect::Sqlite | Dialect::Portable) {
            drop_repeated_uniques(table);
        }
        for place in 0..table.columns.len() {
            let Some(column) = table.columns.get(place) else {
                continue;
            };
            if let Some(labels) = self.labels(column.enum_type.as_ref())? {
                let name = column.name.clone();
                set_labels(table, &name, Some(labels));
            }
        }
        self.settle_expressions(table)?;
        if self.dialect == Dialect::Postgres {
            name_constraints(table);
        }
        Ok(())
    }

    /// A key's columns hold no NULL; SQLite's `INTEGER PRIMARY KEY` is the
    /// rowid, which numbers itself.
    pub(super) fn settle_primary_key(&self, table: &mut Table) {
        let Some(key) = &table.primary_key else {
            return;
        };
        for column in &mut table.columns {
            if key.columns.contains(&column.name) {
                column.nullable = false;
            }
        }
    }

    /// The columns of `CREATE TABLE .. AS SELECT`: of the types they have
    /// where they come from, and nothing else ("CREATE TABLE", section 2.1).
    fn columns_made_by(&self, query: &Query, table: &Table) -> Result<Vec<Column>, Refusal> {
        let names = match table.columns.as_slice() {
            [] => self.schema.columns_of(query),
            given => Some(given.iter().map(|column| column.name.clone()).collect()),
        };
        let Some(names) = names else {
            let what = format!("what columns `{}` has can't be told", table.name);
            return Err(self.missing_table(query).unwrap_or(Refusal::new(what)));
        };
        let mut sources = self.sources_of(query);
        if self.dialect == Dialect::Sqlite {
            declare(&mut sources);
        }
        let columns = names.into_iter().enumerate().map(|(place, name)| {
            let source = sources.get(place).cloned().flatten();
            match source {
                Some(source) => Column {
                    name,
                    nullable: true,
                    default: None,
                    generated: None,
                    identity: None,
                    ..source
                },
                None => Column::new(name, DataType::Text),
            }
        });
        Ok(columns.collect())
    }

    /// The column that each column of a query comes from, or one of its type.
    fn sources_of(&self, query: &Query) -> Vec<Option<Column>> {
        let mut body = &query.body;
        let select: &Select = loop {
            match body {
                QueryBody::Select(select) => break select,
                QueryBody::SetOp { left, .. } => body = left,
                QueryBody::Nested(query) => body = &query.body,
                QueryBody::Values(_) => return Vec::new(),
            }
        };
        let tables: Vec<(Name, &Table)> = select
            .from
            .iter()
            .filter_map(|join| match &join.factor {
                TableFactor::Table { name, alias } => {
                    let table = self.schema.table(name)?;
                    Some((alias.clone().unwrap_or_else(|| name.clone()), table))
                }
                _ => None,
            })
            .collect();
        let mut sources = Vec::new();
        for item in &select.items {
            match item {
                SelectItem::All | SelectItem::AllOf(_) => {
                    for (name, table) in &tables {
                        if matches!(item, SelectItem::AllOf(of) if of != name) {
                            continue;
                        }
                        sources.extend(table.columns.iter().cloned().map(Some));
                    }
                }
                SelectItem::Expr { expr, .. } => {
                    let source = source_of(&tables, expr);
                    // What is computed has no affinity.
                    let plain = matches!(
                        expr,
                        Expr::Column { .. } | Expr::Cast { .. } | Expr::CollateNoCase(_)
                    );
                    sources.push(source.map(|column| Column {
                        declared: column.declared.clone().filter(|_| plain).or_else(|| {
                            (!plain && !matches!(expr, Expr::Subquery(_))).then(String::new)
                        }),
                        ..column
                    }));
                }
            }
        }
        sources
    }

    /// Makes a tenant table of what `-- dualfuel: tenant` stands before.
    pub(super) fn mark_tenant(&mut self, act: &Act) {
        let name = match &act.does {
            Does::Rebuild(rebuild) => &rebuild.table.name,
            Does::Statement(statement) => match &**statement {
                Statement::CreateTable { table, .. } => &table.name,
                _ => return,
            },
        };
        for annotation in &act.annotations {
            let mut words = annotation.split(',').map(str::trim);
            if words.next() != Some("tenant") {
                continue;
            }
            if let Some(table) = self.schema.table_mut(name) {
                table.tenant = true;
                table.weak_identity |= words.any(|word| word == "weak identity");
            }
        }
    }

    pub(super) fn drop_tables(
        &mut self,
        names: &[Name],
        if_exists: bool,
        cascade: bool,
    ) -> Result<(), Refusal> {
        for name in names {
            if self.drop_virtual_table(name) {
                continue;
            }
            if self.schema.table(name).is_none() {
                if self.schema.view(name).is_some() {
                    return Err(Refusal::new(format!("`{name}` is a view")));
                }
                if if_exists {
                    continue;
                }
                return Err(misfit::no_table(&self.schema, name));
            }
            self.release_parents(name, names, cascade)?;
            self.release_keys_of(name);
            self.schema.tables.retain(|table| table.name != *name);
            self.schema
                .triggers
                .retain(|trigger| trigger.table != *name);
        }
        Ok(())
    }

    /// What happens to those that depend on a table that is dropped. SQLite
    /// lets foreign keys and views dangle, for a rebuild makes the table
    /// again, and the portable source too; PostgreSQL refuses, or drops them
    /// with CASCADE.
    fn release_parents(
        &mut self,
        name: &Name,
        together: &[Name],
        cascade: bool,
    ) -> Result<(), Refusal> {
        if cascade && !self.is_sqlite() {
            for table in &mut self.schema.tables {
                table.foreign_keys.retain(|key| key.parent != *name);
            }
            self.drop_views_of(name);
        }
        if cascade || self.dialect != Dialect::Postgres {
            return Ok(());
        }
        let child = self
            .schema
            .children_of(name)
            .find(|(table, _)| !together.contains(&table.name));
        if let Some((table, _)) = child {
            let what = format!("a foreign key of `{}` refers to `{name}`", table.name);
            return Err(Refusal::new(what));
        }
        if let Some(view) = self.schema.views_of(name).next() {
            return Err(Refusal::new(format!(
                "the view `{}` reads `{name}`",
                view.name
            )));
        }
        Ok(())
    }
}

/// A column of the type of an expression over those tables.
/// The types that SQLite writes into the text of such a table: its columns'
/// affinities.
fn declare(columns: &mut [Option<Column>]) {
    for column in columns.iter_mut().flatten() {
        if let Some(declared) = &mut column.declared {
            let upper = declared.to_uppercase();
            let has = |parts: &[&str]| parts.iter().any(|part| upper.contains(part));
            // "Datatypes In SQLite", section 3.1.
            let affinity = if has(&["INT"]) {
                "INT"
            } else if has(&["CHAR", "CLOB", "TEXT"]) {
                "TEXT"
            } else if upper.is_empty() || has(&["BLOB"]) {
                ""
            } else if has(&["REAL", "FLOA", "DOUB"]) {
                "REAL"
            } else {
                "NUM"
            };
            *declared = affinity.to_owned();
        }
    }
}

fn source_of(tables: &[(Name, &Table)], expr: &Expr) -> Option<Column> {
    if let Expr::Column { table, column } = expr {
        let mut tables = tables.iter();
        return tables.find_map(|(name, source)| {
            let here = table.as_ref().is_none_or(|table| table == name);
            source.column(column).filter(|_| here).cloned()
        });
    }
    let empty = Table::new("");
    let mut table = tables.first().map_or(&empty, |(_, table)| *table).clone();
    if let Some((name, _)) = tables.first() {
        table.name = name.clone();
    }
    type_of(&table, expr).map(|data_type| Column::new("", data_type))
}

/// SQLite makes no second index for the same columns ("CREATE TABLE", section
/// 3.6: a UNIQUE that equals the key or another UNIQUE adds nothing). The
/// rowid is no index, so a UNIQUE of it stays.
fn drop_repeated_uniques(table: &mut Table) {
    let mut kept: Vec<Unique> = Vec::new();
    for unique in table.uniques.drain(..) {
        let is_key = table.primary_key.as_ref().is_some_and(|key| {
            key.columns == unique.columns
                && !table.columns.iter().any(|column| {
                    column.identity == Some(Identity::Rowid) && key.columns.contains(&column.name)
                })
        });
        let same = kept
            .iter_mut()
            .find(|other| other.columns == unique.columns);
        match same {
            // The name is worth keeping, whichever of the two has it.
            Some(other) => other.name = other.name.take().or(unique.name),
            None if is_key => {}
            None => kept.push(unique),
        }
    }
    table.uniques = kept;
}
