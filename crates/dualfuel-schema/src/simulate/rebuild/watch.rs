//! The lives of tables through a migration: when each was made, what it was
//! called, where its rows came from, who had to do with it, when it was dropped.

use super::{Act, Does, image::Image};
use crate::{
    model::{Name, Schema, visit::Visit},
    simulate::catalogue::{Catalogue, Effect},
    statement::{AlterTable, Statement},
};

/// A table from its CREATE to its DROP, under whatever names.
#[derive(Debug, Clone)]
pub(super) struct Life {
    /// Its names, each with the act that gave it; none for the one that it
    /// came with.
    names: Vec<(Option<usize>, Name)>,
    /// The act that made it; none for a table that was there.
    pub(super) made: Option<usize>,
    /// The act that dropped it.
    pub(super) dropped: Option<usize>,
    /// Its rows are another one's: by which act, whose, how.
    pub(super) image: Option<(usize, usize, Image)>,
    /// The acts that have to do with it, its CREATE, DROP and RENAME among them.
    pub(super) roles: Vec<(usize, Role)>,
}

/// What a table is in an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Made,
    Dropped,
    Renamed,
    /// It has a column more.
    Extended,
    /// Any other change of its form.
    Altered,
    /// It gets an index.
    Indexed,
    /// It loses an index or a trigger.
    Stripped,
    /// A trigger or view that is made has to do with it.
    Watched,
    /// A foreign key refers to it.
    Parent,
    Read,
    Written,
}

impl Life {
    /// What it is called when `act` begins.
    pub(super) fn name_at(&self, act: usize) -> Option<&Name> {
        let mut names = self.names.iter().rev();
        names
            .find(|(since, _)| since.is_none_or(|since| since < act))
            .map(|(_, name)| name)
    }

    /// The acts that renamed it, each with the names before and after.
    pub(super) fn renames(&self) -> impl Iterator<Item = (usize, &Name, &Name)> {
        self.names.windows(2).filter_map(|pair| match pair {
            [(_, before), (Some(act), after)] => Some((*act, before, after)),
            _ => None,
        })
    }

    /// Its names, with the act that gave each.
    pub(super) fn names(&self) -> impl Iterator<Item = (Option<usize>, &Name)> {
        self.names.iter().map(|(since, name)| (*since, name))
    }

    /// What it is in an act.
    pub(super) fn roles_in(&self, act: usize) -> impl Iterator<Item = Role> {
        let roles = self.roles.iter().filter(move |(at, _)| *at == act);
        roles.map(|(_, role)| *role)
    }
}

/// All lives; none where something does not fit.
pub(super) fn watch(catalogue: &Catalogue, acts: &[Act]) -> Option<Vec<Life>> {
    let mut watch = Watch {
        catalogue: catalogue.clone(),
        lives: Vec::new(),
    };
    for table in &catalogue.schema.tables {
        watch.begin(None, table.name.clone());
    }
    for (at, act) in acts.iter().enumerate() {
        watch.take(at, act)?;
    }
    Some(watch.lives)
}

struct Watch {
    catalogue: Catalogue,
    lives: Vec<Life>,
}

impl Watch {
    fn begin(&mut self, made: Option<usize>, name: Name) {
        self.lives.push(Life {
            names: vec![(made, name)],
            made,
            dropped: None,
            image: None,
            roles: made.map(|at| (at, Role::Made)).into_iter().collect(),
        });
    }

    /// The living table of that name.
    fn find(&self, name: &Name) -> Option<usize> {
        let mut lives = self.lives.iter();
        lives.position(|life| {
            let called = life.names.last().map(|(_, name)| name);
            life.dropped.is_none() && called == Some(name)
        })
    }

    fn note(&mut self, at: usize, name: &Name, role: Role) {
        if let Some(life) = self.find(name).and_then(|id| self.lives.get_mut(id)) {
            life.roles.push((at, role));
        }
    }

    fn take(&mut self, at: usize, act: &Act) -> Option<()> {
        let statement = match &act.does {
            Does::Statement(statement) => statement,
            Does::Rebuild(rebuild) => {
                self.note(at, &rebuild.table.name, Role::Altered);
                for key in &rebuild.table.foreign_keys {
                    self.note(at, &key.parent, Role::Parent);
                }
                self.catalogue.act(act).ok()?;
                return Some(());
            }
        };
        for (name, role) in roles(&self.catalogue.schema, statement) {
            self.note(at, &name, role);
        }
        let copy = match &**statement {
            Statement::Insert(insert) => Image::of(&self.catalogue, insert)
                .map(|(from, image)| (insert.table.clone(), from, image)),
            _ => None,
        };
        let effect = self.catalogue.act(act).ok()?;
        match &**statement {
            Statement::CreateTable { table, .. } if effect != Effect::Nothing => {
                self.begin(Some(at), table.name.clone());
            }
            Statement::AlterTable { table, changes, .. } => {
                let mut name = table.clone();
                for change in changes {
                    if let AlterTable::RenameTable { to } = change {
                        if let Some(life) = self.find(&name).and_then(|id| self.lives.get_mut(id)) {
                            life.names.push((Some(at), to.clone()));
                        }
                        name = to.clone();
                    }
                }
            }
            Statement::DropTable { names, .. } => {
                for name in names {
                    if let Some(life) = self.find(name).and_then(|id| self.lives.get_mut(id)) {
                        life.dropped = Some(at);
                    }
                }
            }
            _ => {}
        }
        let copy = match effect {
            Effect::DefineAndFill(insert) => Image::of(&self.catalogue, &insert)
                .map(|(from, image)| (insert.table.clone(), from, image)),
            _ => copy,
        };
        if let Some((into, from, image)) = copy {
            self.copied(at, &into, &from, image);
        }
        Some(())
    }

    /// Rows were copied. Only into a table of this migration that had none.
    fn copied(&mut self, at: usize, into: &Name, from: &Name, image: Image) {
        let (Some(into), Some(from)) = (self.find(into), self.find(from)) else {
            return;
        };
        let Some(life) = self.lives.get_mut(into).filter(|_| into != from) else {
            return;
        };
        let written = |(then, role): &(usize, Role)| *then < at && *role == Role::Written;
        if life.made.is_some() && !life.roles.iter().any(written) {
            life.image = Some((at, from, image));
        }
    }
}

/// The tables that a statement has to do with, and what they are in it.
fn roles(schema: &Schema, statement: &Statement) -> Vec<(Name, Role)> {
    let each = |names: Vec<Name>, role: Role| names.into_iter().map(move |name| (name, role));
    match statement {
        Statement::CreateTable { table, query, .. } => {
            let read = query
                .as_ref()
                .map(|query| query.tables())
                .unwrap_or_default();
            let parents = table.foreign_keys.iter().map(|key| key.parent.clone());
            let own = table.name.clone();
            each(parents.filter(|name| *name != own).collect(), Role::Parent)
                .chain(each(read, Role::Read))
                .collect()
        }
        Statement::AlterTable { table, changes, .. } => {
            let role = match changes.as_slice() {
                [AlterTable::RenameTable { .. }] => Role::Renamed,
                [AlterTable::AddColumn { .. }] => Role::Extended,
                _ => Role::Altered,
            };
            let parents = changes.iter().flat_map(|change| match change {
                AlterTable::AddColumn { foreign_keys, .. } => foreign_keys.as_slice(),
                AlterTable::AddForeignKey(key) => std::slice::from_ref(key),
                _ => &[],
            });
            let parents = parents.map(|key| key.parent.clone()).collect();
            each(parents, Role::Parent)
                .chain([(table.clone(), role)])
                .collect()
        }
        Statement::DropTable { names, .. } => each(names.clone(), Role::Dropped).collect(),
        Statement::CreateIndex { table, .. } => vec![(table.clone(), Role::Indexed)],
        Statement::DropIndex { names, table, .. } => {
            let owners = names.iter().filter_map(|name| schema.table_of_index(name));
            let owners: Vec<Name> = owners.map(|table| table.name.clone()).collect();
            let owners = table.clone().map_or(owners, |table| vec![table]);
            each(owners, Role::Stripped).collect()
        }
        Statement::CreateView { query, .. } => each(query.tables(), Role::Watched).collect(),
        Statement::CreateTrigger { trigger, .. } => {
            let mut mentioned = crate::model::relations::Tables::default();
            mentioned.table(&trigger.table);
            for statement in trigger.body.iter().flatten() {
                mentioned.statement(statement);
            }
            each(mentioned.found, Role::Watched).collect()
        }
        Statement::DropTrigger { name, .. } => {
            let triggers = schema
                .triggers
                .iter()
                .filter(|trigger| trigger.name == *name);
            each(triggers.map(|t| t.table.clone()).collect(), Role::Stripped).collect()
        }
        Statement::Insert(insert) => {
            let mut read = crate::model::relations::Tables::default();
            read.statement(statement);
            written(read.found, &insert.table)
        }
        Statement::Update(update) => {
            let mut read = crate::model::relations::Tables::default();
            read.statement(statement);
            written(read.found, &update.table)
        }
        Statement::Delete(delete) => {
            let mut read = crate::model::relations::Tables::default();
            read.statement(statement);
            written(read.found, &delete.table)
        }
        _ => Vec::new(),
    }
}

fn written(mentioned: Vec<Name>, target: &Name) -> Vec<(Name, Role)> {
    let role = |name: Name| {
        let role = if name == *target {
            Role::Written
        } else {
            Role::Read
        };
        (name, role)
    };
    mentioned.into_iter().map(role).collect()
}
