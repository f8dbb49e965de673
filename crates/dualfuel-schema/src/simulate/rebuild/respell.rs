//! A statement about a table under another name.

use super::{Act, Does};
use crate::{
    model::{
        Expr, Name, Schema, Trigger,
        visit::{VisitMut, mut_expr},
    },
    statement::{AlterTable, Statement},
};

/// Calls the table `to` wherever the act says `from`.
pub(super) fn respell(act: &mut Act, from: &Name, to: &Name) {
    if from == to {
        return;
    }
    let set = |name: &mut Name| {
        if name == from {
            *name = to.clone();
        }
    };
    let mut respeller = Respeller { from, to };
    let statement = match &mut act.does {
        Does::Rebuild(rebuild) => {
            for key in &mut rebuild.table.foreign_keys {
                set(&mut key.parent);
            }
            return;
        }
        Does::Statement(statement) => &mut **statement,
    };
    match statement {
        Statement::CreateTable { table, query, .. } => {
            for key in &mut table.foreign_keys {
                set(&mut key.parent);
            }
            if let Some(query) = query {
                respeller.query(query);
            }
        }
        Statement::AlterTable { table, changes, .. } => {
            set(table);
            for change in changes {
                match change {
                    AlterTable::AddColumn { foreign_keys, .. } => {
                        foreign_keys.iter_mut().for_each(|key| set(&mut key.parent));
                    }
                    AlterTable::AddForeignKey(key) => set(&mut key.parent),
                    _ => {}
                }
            }
        }
        Statement::CreateIndex { table, .. } => set(table),
        Statement::DropIndex { table, .. } | Statement::DropTrigger { table, .. } => {
            table.iter_mut().for_each(set);
        }
        Statement::DropTable { names, .. } => names.iter_mut().for_each(set),
        Statement::CreateView { query, .. } => respeller.query(query),
        Statement::CreateTrigger { trigger, .. } => respell_trigger(trigger, from, to),
        data => respeller.statement(data),
    }
}

/// By way of a schema that has nothing but the trigger: that renames its text
/// too.
fn respell_trigger(trigger: &mut Trigger, from: &Name, to: &Name) {
    let mut alone = Schema::default();
    alone.triggers.push(trigger.clone());
    alone.rename_table(from, to);
    if let Some(renamed) = alone.triggers.pop() {
        *trigger = renamed;
    }
}

struct Respeller<'a> {
    from: &'a Name,
    to: &'a Name,
}

impl VisitMut for Respeller<'_> {
    fn expr(&mut self, expr: &mut Expr) {
        if let Expr::Column {
            table: Some(table), ..
        } = expr
            && table == self.from
        {
            *table = self.to.clone();
        }
        mut_expr(self, expr);
    }

    fn table(&mut self, name: &mut Name) {
        if name == self.from {
            *name = self.to.clone();
        }
    }
}
