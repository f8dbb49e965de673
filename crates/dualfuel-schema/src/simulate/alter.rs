//! ALTER TABLE, change by change.

use super::{
    Moves, Rewrite,
    catalogue::{Catalogue, Effect},
    enums::set_labels,
    misfit,
    names::name_constraints,
};
use crate::{
    Dialect, Refusal,
    model::{Column, Name, Table, ViewColumns},
    statement::AlterTable,
};

impl Catalogue {
    pub(super) fn alter_table(
        &mut self,
        table: &Name,
        if_exists: bool,
        changes: &[AlterTable],
    ) -> Result<Effect, Refusal> {
        if let [AlterTable::RenameTable { to }] = changes
            && self.rename_virtual_table(table, to)?
        {
            return Ok(Effect::defined());
        }
        let Some(found) = self.schema.table(table) else {
            if self.schema.view(table).is_some() {
                return Err(Refusal::new(format!("`{table}` is a view")));
            }
            if if_exists {
                return Ok(Effect::Nothing);
            }
            return Err(misfit::no_table(&self.schema, table));
        };
        let mut name = found.name.clone();
        let mut moves = Moves::default();
        for change in changes {
            let next = self.alter(&name, change)?;
            if let Some((_, to)) = next.tables.first() {
                name = to.clone();
            }
            moves = moves.then(next);
        }
        Ok(Effect::Define(moves))
    }

    fn alter(&mut self, name: &Name, change: &AlterTable) -> Result<Moves, Refusal> {
        let mut moves = Moves::default();
        match change {
            AlterTable::AddColumn { .. } => self.add_column(name, change)?,
            AlterTable::DropColumn {
                name: column,
                if_exists,
                cascade,
            } => self.drop_column(name, column, *if_exists, *cascade)?,
            AlterTable::RenameColumn { from, to } => {
                self.rename_column(name, from, to)?;
                moves.columns.push((name.clone(), from.clone(), to.clone()));
            }
            AlterTable::RenameTable { to } => {
                self.rename_table(name, to)?;
                moves.tables.push((name.clone(), to.clone()));
            }
            AlterTable::SetType { column, using, .. } => {
                self.set_type(name, change)?;
                if let Some(using) = using {
                    let mut using = using.clone();
                    self.settle_row_expression(self.existing(name)?, &mut using)?;
                    moves.rewrites.push(Rewrite {
                        table: name.clone(),
                        values: vec![(column.clone(), using)],
                        filter: None,
                    });
                }
            }
            AlterTable::Redefine { from, column } => {
                self.redefine(name, from, column)?;
                if *from != column.name {
                    let to = column.name.clone();
                    moves.columns.push((name.clone(), from.clone(), to));
                }
            }
            AlterTable::AddIndex(index) => self.create_index(name, index, false)?,
            AlterTable::DropIndex { name: index } => {
                self.drop_indexes(std::slice::from_ref(index), Some(name), false)?;
            }
            AlterTable::SetNotNull { column } => self.column_mut(name, column)?.nullable = false,
            AlterTable::DropNotNull { column } => {
                let table = self.existing(name)?;
                let key = table.primary_key.as_ref();
                if key.is_some_and(|key| key.columns.contains(column)) {
                    let what = format!("`{column}` is in the primary key, which holds no NULL");
                    return Err(Refusal::new(what));
                }
                self.column_mut(name, column)?.nullable = true;
            }
            AlterTable::SetDefault { column, default } => {
                let default = Some(default.clone()).filter(|default| !default.is_null_literal());
                self.column_mut(name, column)?.default = default;
            }
            AlterTable::DropDefault { column } => {
                let serial = self.dialect == Dialect::Postgres;
                let column = self.column_mut(name, column)?;
                column.default = None;
                // A `serial` is a default and nothing else; an identity column
                // has none to drop, which PostgreSQL refuses.
                if serial {
                    column.identity = None;
                }
            }
            AlterTable::SetIdentity { column, identity } => {
                let column = self.column_mut(name, column)?;
                column.identity = *identity;
                column.nullable &= identity.is_none();
            }
            _ => self.alter_constraint(name, change)?,
        }
        Ok(moves)
    }

    fn alter_constraint(&mut self, name: &Name, change: &AlterTable) -> Result<(), Refusal> {
        let mut table = self.existing(name)?.clone();
        match change {
            AlterTable::AddPrimaryKey(key) => {
                if table.primary_key.is_some() {
                    return Err(Refusal::new(format!("`{name}` has a primary key already")));
                }
                table.primary_key = Some(key.clone());
            }
            AlterTable::DropPrimaryKey => {
                let none = || Refusal::new(format!("`{name}` has no primary key"));
                table.primary_key.take().ok_or_else(none)?;
            }
            AlterTable::AddUnique(unique) => table.uniques.push(unique.clone()),
            AlterTable::AddCheck(check) => table.checks.push(check.clone()),
            AlterTable::AddForeignKey(key) => table.foreign_keys.push(key.clone()),
            AlterTable::DropConstraint {
                name: constraint,
                if_exists,
            } => {
                let dropped = drop_constraint(&mut table, constraint) || *if_exists;
                let missing = || misfit::no_constraint(&table, constraint);
                dropped.then_some(()).ok_or_else(missing)?;
            }
            AlterTable::RenameConstraint { from, to } => rename_constraint(&mut table, from, to)?,
            _ => {}
        }
        self.settle(&mut table)?;
        self.put(table);
        Ok(())
    }

    fn add_column(&mut self, name: &Name, change: &AlterTable) -> Result<(), Refusal> {
        let AlterTable::AddColumn {
            column,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            if_not_exists,
        } = change
        else {
            return Ok(());
        };
        let mut table = self.existing(name)?.clone();
        if table.column(&column.name).is_some() {
            return if *if_not_exists {
                Ok(())
            } else {
                let what = format!("`{name}` has a column `{}` already", column.name);
                Err(Refusal::new(what))
            };
        }
        if self.is_sqlite() {
            // "ALTER TABLE", section 4. A STORED column it takes while the
            // table has no rows (tried), as it does one that is NOT NULL.
            let refused = if *primary_key {
                Some("PRIMARY KEY")
            } else if !uniques.is_empty() {
                Some("UNIQUE")
            } else {
                None
            };
            if let Some(word) = refused {
                return Err(Refusal::new(format!(
                    "SQLite adds no {word} column to a table"
                )));
            }
        }
        table.columns.push(column.clone());
        if *primary_key {
            if table.primary_key.is_some() {
                return Err(Refusal::new(format!("`{name}` has a primary key already")));
            }
            table.primary_key = Some(crate::model::PrimaryKey {
                name: None,
                columns: vec![column.name.clone()],
            });
        }
        table.uniques.extend(uniques.iter().cloned());
        table.checks.extend(checks.iter().cloned());
        table.foreign_keys.extend(foreign_keys.iter().cloned());
        self.settle(&mut table)?;
        self.put(table);
        Ok(())
    }

    fn rename_column(&mut self, table: &Name, from: &Name, to: &Name) -> Result<(), Refusal> {
        self.column_mut(table, from)?;
        if from != to && self.existing(table)?.column(to).is_some() {
            return Err(Refusal::new(format!(
                "`{table}` has a column `{to}` already"
            )));
        }
        let views = match self.dialect {
            Dialect::Postgres => ViewColumns::Keep,
            _ => ViewColumns::Follow,
        };
        self.schema.rename_column(table, from, to, views);
        Ok(())
    }

    fn rename_table(&mut self, from: &Name, to: &Name) -> Result<(), Refusal> {
        // SQLite refuses a name that differs from its own by case alone;
        // others take it. The name is taken either way.
        if self.is_sqlite() || from != to {
            self.free_name(to)?;
        }
        self.schema.rename_table_alone(from, to);
        match self.rename_is_legacy() {
            (false, _) => self.schema.rename_references(from, to),
            (true, false) => self.schema.rename_parent(from, to),
            (true, true) => {}
        }
        self.settle_keys_of(to);
        Ok(())
    }

    fn set_type(&mut self, name: &Name, change: &AlterTable) -> Result<(), Refusal> {
        let AlterTable::SetType {
            column,
            data_type,
            declared,
            enum_type,
            ..
        } = change
        else {
            return Ok(());
        };
        let labels = self.labels(enum_type.as_ref())?.map(<[String]>::to_vec);
        let found = self.column_mut(name, column)?;
        let was_enum = found.enum_type.is_some();
        found.data_type = data_type.clone();
        found.declared.clone_from(declared);
        found.enum_type.clone_from(enum_type);
        if (was_enum || labels.is_some())
            && let Some(table) = self.schema.table_mut(name)
        {
            set_labels(table, column, labels.as_deref());
        }
        Ok(())
    }

    fn redefine(&mut self, name: &Name, from: &Name, column: &Column) -> Result<(), Refusal> {
        if *from != column.name {
            self.rename_column(name, from, &column.name)?;
        }
        *self.column_mut(name, &column.name)? = column.clone();
        let mut table = self.existing(name)?.clone();
        self.settle(&mut table)?;
        self.put(table);
        Ok(())
    }

    /// The table, of which it is known that it is there.
    pub(super) fn existing(&self, name: &Name) -> Result<&Table, Refusal> {
        let found = self.schema.table(name);
        found.ok_or_else(|| misfit::no_table(&self.schema, name))
    }

    fn column_mut(&mut self, table: &Name, column: &Name) -> Result<&mut Column, Refusal> {
        let missing = misfit::no_column(self.existing(table)?, column);
        let table = self.schema.table_mut(table);
        let mut columns = table.into_iter().flat_map(|table| &mut table.columns);
        columns.find(|other| other.name == *column).ok_or(missing)
    }

    /// The table as it is now.
    pub(super) fn put(&mut self, mut table: Table) {
        if self.dialect == Dialect::Postgres {
            name_constraints(&mut table);
        }
        if let Some(old) = self.schema.table_mut(&table.name.clone()) {
            *old = table;
        }
    }
}

/// Drops a constraint by its name; false where there is none. A source that is
/// not PostgreSQL's may still call an unnamed one as PostgreSQL would.
fn drop_constraint(table: &mut Table, name: &Name) -> bool {
    let Some(place) = find_constraint(table, name) else {
        return false;
    };
    match place {
        Place::Key => table.primary_key = None,
        Place::Unique(at) => drop(table.uniques.remove(at)),
        Place::Check(at) => drop(table.checks.remove(at)),
        Place::Foreign(at) => drop(table.foreign_keys.remove(at)),
    }
    true
}

fn rename_constraint(table: &mut Table, from: &Name, to: &Name) -> Result<(), Refusal> {
    let name = match find_constraint(table, from) {
        Some(Place::Key) => table.primary_key.as_mut().map(|c| &mut c.name),
        Some(Place::Unique(at)) => table.uniques.get_mut(at).map(|c| &mut c.name),
        Some(Place::Check(at)) => table.checks.get_mut(at).map(|c| &mut c.name),
        Some(Place::Foreign(at)) => table.foreign_keys.get_mut(at).map(|c| &mut c.name),
        None => None,
    };
    match name {
        Some(name) => {
            *name = Some(to.clone());
            Ok(())
        }
        None => Err(misfit::no_constraint(table, from)),
    }
}

/// Where a constraint is.
#[derive(Debug, Clone, Copy)]
enum Place {
    Key,
    Unique(usize),
    Check(usize),
    Foreign(usize),
}

fn find_constraint(table: &Table, name: &Name) -> Option<Place> {
    let mut named = table.clone();
    if place_of(&named, name).is_none() {
        name_constraints(&mut named);
    }
    place_of(&named, name)
}

fn place_of(table: &Table, name: &Name) -> Option<Place> {
    let is = |other: &Option<Name>| other.as_ref() == Some(name);
    let key = table.primary_key.as_ref().filter(|c| is(&c.name));
    let unique = || table.uniques.iter().position(|c| is(&c.name));
    let check = || table.checks.iter().position(|c| is(&c.name));
    let foreign = || table.foreign_keys.iter().position(|c| is(&c.name));
    key.map(|_| Place::Key)
        .or_else(|| unique().map(Place::Unique))
        .or_else(|| check().map(Place::Check))
        .or_else(|| foreign().map(Place::Foreign))
}
