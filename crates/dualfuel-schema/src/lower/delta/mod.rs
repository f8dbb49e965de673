//! What differs between two schemas, and what has to stand aside meanwhile.
//!
//! [`Delta`] finds which table and which column is which. It holds the schema
//! before in two forms: as it was, whose names are those to drop, and
//! [renamed](Delta::renamed), with the names of the schema after but all else
//! as it was. What is written alike in the second form and in the schema
//! after is the same thing, whatever happened to the names.
//!
//! [`plan`] then compares what an engine makes of both: its constraints and
//! indexes are [`Object`]s with a name and a definition. An engine's names
//! follow from a schema alone, so an object that keeps its definition and not
//! its name is renamed, and no name depends on history.
//!
//! An object also has to go and come back where rows or columns change under
//! it: a foreign key with ON DELETE CASCADE would take rows along that the
//! migration does not mention.

mod dependents;
mod object;
mod order;
mod plan;

pub(crate) use dependents::{Dependents, tables_of_statement};
pub(crate) use object::{Object, ObjectKind, effective_parent, keys, same_set};
pub(crate) use order::{creation_order, in_turn};
pub(crate) use plan::{Made, Physical, Plan, TablePlan, plan};

use std::borrow::Cow;

use crate::{
    model::{Column, Expr, Name, Schema, Table, ViewColumns},
    simulate::{Moves, Rewrite},
};

/// Which is which in two schemas.
pub(crate) struct Delta<'a> {
    /// As it was.
    pub(crate) before: &'a Schema,
    /// As it was, under the names of `after`. Its tables stand where they
    /// stand in `before`.
    pub(crate) renamed: Cow<'a, Schema>,
    /// As it shall be.
    pub(crate) after: &'a Schema,
    /// Tables that stay: places in `before` and in `after`.
    pairs: Vec<(usize, usize)>,
    /// Tables to rename, in turn.
    pub(crate) table_renames: Vec<(Name, Name)>,
    /// Columns to rename, in turn: table (its name after), before, after.
    pub(crate) column_renames: Vec<(Name, Name, Name)>,
    /// How rows are written anew, in terms of `renamed`.
    rewrites: Vec<Rewrite>,
}

/// A table that stays.
pub(crate) struct TableDelta<'a> {
    /// As it was.
    pub(crate) was: &'a Table,
    /// As it was, under the names of `to`.
    pub(crate) from: &'a Table,
    /// As it shall be.
    pub(crate) to: &'a Table,
    /// How its rows are written anew, in terms of `from`.
    pub(crate) rewrite: Option<&'a Rewrite>,
}

impl<'a> Delta<'a> {
    pub(crate) fn new(before: &'a Schema, after: &'a Schema, moves: &Moves) -> Self {
        let mut renamed = Cow::Borrowed(before);
        let table_renames = rename_tables(&mut renamed, after, moves);
        let column_renames = rename_columns(&mut renamed, after, moves);
        if matches!(renamed, Cow::Owned(_)) {
            leave_dangling(before, &mut renamed);
        }
        let pairs = renamed
            .tables
            .iter()
            .enumerate()
            .filter_map(|(place, table)| {
                let stays = |other: &Table| other.name == table.name;
                Some((place, after.tables.iter().position(stays)?))
            })
            .collect();
        let rewrites = moves
            .rewrites
            .iter()
            .map(|rewrite| under_new_names(rewrite, &column_renames, &table_renames))
            .collect();
        Self {
            before,
            renamed,
            after,
            pairs,
            table_renames,
            column_renames,
            rewrites,
        }
    }

    /// Whether all names stay, so that [`renamed`](Self::renamed) is the
    /// schema before itself.
    pub(crate) fn renames_nothing(&self) -> bool {
        matches!(self.renamed, Cow::Borrowed(_))
    }

    /// Tables that stay, in their order before.
    pub(crate) fn kept(&self) -> impl Iterator<Item = TableDelta<'_>> {
        self.pairs.iter().filter_map(|(was, to)| {
            let to = self.after.tables.get(*to)?;
            Some(TableDelta {
                was: self.before.tables.get(*was)?,
                from: self.renamed.tables.get(*was)?,
                to,
                rewrite: self.rewrites.iter().find(|r| r.table == to.name),
            })
        })
    }

    /// Tables that go, as they were and renamed, in their order before.
    pub(crate) fn dropped(&self) -> impl Iterator<Item = (&'a Table, &Table)> {
        let all = self.before.tables.iter().zip(&self.renamed.tables);
        all.enumerate()
            .filter(|(place, _)| !self.pairs.iter().any(|(was, _)| was == place))
            .map(|(_, tables)| tables)
    }

    /// Tables that come, in their order after.
    pub(crate) fn created(&self) -> impl Iterator<Item = &'a Table> {
        self.after
            .tables
            .iter()
            .enumerate()
            .filter(|(place, _)| !self.pairs.iter().any(|(_, to)| to == place))
            .map(|(_, table)| table)
    }
}

impl<'a> TableDelta<'a> {
    /// Columns that stay: before, under its new name, and after.
    pub(crate) fn kept_columns(&self) -> impl Iterator<Item = (&'a Column, &'a Column)> {
        let to = self.to;
        self.from
            .columns
            .iter()
            .filter_map(move |column| Some((column, to.column(&column.name)?)))
    }

    /// Columns that go.
    pub(crate) fn dropped_columns(&self) -> impl Iterator<Item = &'a Column> {
        let to = self.to;
        let gone = move |column: &&Column| to.column(&column.name).is_none();
        self.from.columns.iter().filter(gone)
    }

    /// Columns that come.
    pub(crate) fn added_columns(&self) -> impl Iterator<Item = &'a Column> {
        let from = self.from;
        let new = move |column: &&Column| from.column(&column.name).is_none();
        self.to.columns.iter().filter(new)
    }

    /// The value that a rewrite gives a column; none when it keeps its own.
    pub(crate) fn value(&self, column: &Name) -> Option<&'a Expr> {
        let (_, value) = self
            .rewrite?
            .values
            .iter()
            .find(|(name, _)| name == column)?;
        let same = matches!(value, Expr::Column { column: of, .. } if of == column)
            && self.from.column(column).is_some();
        (!same).then_some(value)
    }

    /// Which rows stay.
    pub(crate) fn filter(&self) -> Option<&'a Expr> {
        self.rewrite?.filter.as_ref()
    }
}

/// Renames tables, and those in their way.
fn rename_tables(
    renamed: &mut Cow<'_, Schema>,
    after: &Schema,
    moves: &Moves,
) -> Vec<(Name, Name)> {
    let mut wanted: Vec<(Name, Name)> = moves.tables.clone();
    for table in &renamed.tables {
        if wanted.iter().any(|(from, _)| *from == table.name) {
            continue;
        }
        if wanted.iter().any(|(_, to)| *to == table.name) {
            wanted.push((table.name.clone(), displaced(&table.name)));
        } else if let Some(to) = after.table(&table.name)
            && to.name.as_str() != table.name.as_str()
        {
            wanted.push((table.name.clone(), to.name.clone()));
        }
    }
    let renames = in_turn(wanted);
    for (from, to) in &renames {
        renamed.to_mut().rename_table(from, to);
    }
    renames
}

/// Renames columns, and those in their way.
fn rename_columns(
    renamed: &mut Cow<'_, Schema>,
    after: &Schema,
    moves: &Moves,
) -> Vec<(Name, Name, Name)> {
    let mut all = Vec::new();
    for to in &after.tables {
        let Some(table) = renamed.table(&to.name) else {
            continue;
        };
        let mut wanted: Vec<(Name, Name)> = moves
            .columns
            .iter()
            .filter(|(of, _, _)| *of == to.name)
            .map(|(_, from, to)| (from.clone(), to.clone()))
            .collect();
        for column in &table.columns {
            if wanted.iter().any(|(from, _)| *from == column.name) {
                continue;
            }
            if wanted.iter().any(|(_, to)| *to == column.name) {
                wanted.push((column.name.clone(), displaced(&column.name)));
            } else if let Some(to) = to.column(&column.name)
                && to.name.as_str() != column.name.as_str()
            {
                wanted.push((column.name.clone(), to.name.clone()));
            }
        }
        for (from, into) in in_turn(wanted) {
            let renamed = renamed.to_mut();
            renamed.rename_column(&to.name, &from, &into, ViewColumns::Keep);
            all.push((to.name.clone(), from, into));
        }
    }
    all
}

/// A foreign key that had no parent has none under the new names either: the
/// table that was given its parent's name is another, and the key comes with
/// it. So both forms have the same objects in the same places.
fn leave_dangling(before: &Schema, renamed: &mut Cow<'_, Schema>) {
    let mut found = Vec::new();
    for (place, (was, table)) in before.tables.iter().zip(&renamed.tables).enumerate() {
        let keys = was.foreign_keys.iter().zip(&table.foreign_keys);
        for (key, (was, now)) in keys.enumerate() {
            if effective_parent(before, was).is_none() && effective_parent(renamed, now).is_some() {
                found.push((place, key));
            }
        }
    }
    for (table, key) in found {
        let table = renamed.to_mut().tables.get_mut(table);
        let keys = table.map(|table| &mut table.foreign_keys);
        if let Some(key) = keys.and_then(|keys| keys.get_mut(key)) {
            // No table has this name.
            key.parent = Name::new("");
        }
    }
}

/// What a table or column is called that is dropped while another takes its
/// name.
fn displaced(name: &Name) -> Name {
    Name::new(format!("dualfuel_old_{name}"))
}

/// A rewrite names columns as they were; an engine runs it after the renames.
fn under_new_names(
    rewrite: &Rewrite,
    columns: &[(Name, Name, Name)],
    tables: &[(Name, Name)],
) -> Rewrite {
    let mut rewrite = rewrite.clone();
    let table = rewrite.table.clone();
    let mut rename = |expr: &mut Expr| {
        if let Expr::Column { table: of, column } = expr {
            if let Some(of) = of {
                for (from, to) in tables {
                    if of == from {
                        *of = to.clone();
                    }
                }
            }
            for (_, from, to) in columns.iter().filter(|(of, _, _)| *of == table) {
                if column == from {
                    *column = to.clone();
                }
            }
        }
    };
    for (_, value) in &mut rewrite.values {
        value.for_each_mut(&mut rename);
    }
    if let Some(filter) = &mut rewrite.filter {
        filter.for_each_mut(&mut rename);
    }
    rewrite
}
