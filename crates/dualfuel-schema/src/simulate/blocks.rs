//! PostgreSQL's DO blocks: what their conditions ask is known, since nothing
//! but the migrations made what there is.

use super::{
    Moves,
    catalogue::{Catalogue, Effect},
};
use crate::{
    Refusal,
    model::{Name, Table},
    statement::{AlterTable, Condition, Guarded, Statement, Thing},
};

impl Catalogue {
    /// Whether the statements of a part are to run.
    pub(super) fn holds(&self, part: &Guarded) -> bool {
        let mut conditions = part.conditions.iter();
        conditions.all(|Condition { exists, thing }| self.has(thing) == *exists)
    }

    /// Applies a block, as far as the schema is concerned.
    pub(super) fn run_block(&mut self, parts: &[Guarded]) -> Result<Effect, Refusal> {
        let mut moves = Moves::default();
        for part in parts {
            if !self.holds(part) {
                continue;
            }
            for statement in &part.statements {
                if part.unless_there && self.is_there(statement) {
                    continue;
                }
                if let Effect::Define(next) = self.apply(statement)? {
                    moves = moves.then(next);
                }
            }
        }
        Ok(Effect::Define(moves))
    }

    fn has(&self, thing: &Thing) -> bool {
        let on = |table: &Option<Name>, of: &Name| table.as_ref().is_none_or(|table| table == of);
        match thing {
            Thing::Relation(name) => self.free_name(name).is_err(),
            Thing::Column { table, column } => self
                .schema
                .table(table)
                .is_some_and(|table| table.column(column).is_some()),
            Thing::Type(name) => self.schema.enums.iter().any(|kind| kind.name == *name),
            Thing::Constraint { name, table } => {
                let mut tables = self.schema.tables.iter();
                tables.any(|of| on(table, &of.name) && has_constraint(of, name))
            }
            Thing::Trigger { name, table } => {
                let mut triggers = self.schema.triggers.iter();
                triggers.any(|trigger| trigger.name == *name && on(table, &trigger.table))
            }
        }
    }

    /// Whether what a statement makes is there already.
    pub(super) fn is_there(&self, statement: &Statement) -> bool {
        match statement {
            Statement::CreateEnum { name, .. } => self.has(&Thing::Type(name.clone())),
            Statement::CreateTable { table, .. } => self.free_name(&table.name).is_err(),
            Statement::CreateIndex { index, .. } => self.free_name(&index.name).is_err(),
            Statement::CreateView { name, .. } => self.free_name(name).is_err(),
            Statement::CreateTrigger { trigger, .. } => self.has(&Thing::Trigger {
                name: trigger.name.clone(),
                table: Some(trigger.table.clone()),
            }),
            Statement::AddEnumLabel { name, label, .. } => {
                let mut kinds = self.schema.enums.iter();
                kinds.any(|kind| kind.name == *name && kind.labels.contains(label))
            }
            Statement::AlterTable { table, changes, .. } => {
                let table = self.schema.table(table);
                table.is_some_and(|table| changes.iter().all(|change| has_already(table, change)))
            }
            _ => false,
        }
    }
}

fn has_already(table: &Table, change: &AlterTable) -> bool {
    let named = |name: &Option<Name>| {
        name.as_ref()
            .is_some_and(|name| has_constraint(table, name))
    };
    match change {
        AlterTable::AddColumn { column, .. } => table.column(&column.name).is_some(),
        AlterTable::AddPrimaryKey(key) => named(&key.name),
        AlterTable::AddUnique(unique) => named(&unique.name),
        AlterTable::AddCheck(check) => named(&check.name),
        AlterTable::AddForeignKey(key) => named(&key.name),
        AlterTable::RenameColumn { to, .. } => table.column(to).is_some(),
        _ => false,
    }
}

/// A PostgreSQL source's constraints all have names: see [`super::names`].
fn has_constraint(table: &Table, name: &Name) -> bool {
    let is = |given: &Option<Name>| given.as_ref() == Some(name);
    table.primary_key.iter().any(|key| is(&key.name))
        || table.uniques.iter().any(|unique| is(&unique.name))
        || table.checks.iter().any(|check| is(&check.name))
        || table.foreign_keys.iter().any(|key| is(&key.name))
}
