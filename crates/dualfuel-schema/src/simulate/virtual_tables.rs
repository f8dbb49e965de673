//! SQLite's virtual tables, where they are an index over other tables.
//!
//! Which they are if they say so (`content = 'notes'`), or if a trigger of the
//! same migration fills them: then what they hold is in that trigger's table
//! too. Any other may hold what nothing else does, and is refused.

use super::{Misfit, catalogue::Catalogue};
use crate::{
    Refusal,
    model::Name,
    parse::Parsed,
    statement::{Delete, Insert, Statement, Update},
};

impl Catalogue {
    pub(super) fn create_virtual_table(
        &mut self,
        name: &Name,
        if_not_exists: bool,
    ) -> Result<(), Refusal> {
        if if_not_exists && self.schema.virtual_tables.contains(name) {
            return Ok(());
        }
        self.free_name(name)?;
        self.schema.virtual_tables.push(name.clone());
        Ok(())
    }

    /// Whether there was one to drop.
    pub(super) fn drop_virtual_table(&mut self, name: &Name) -> bool {
        let count = self.schema.virtual_tables.len();
        self.schema.virtual_tables.retain(|known| known != name);
        self.schema.virtual_tables.len() < count
    }

    /// Whether there was one to rename; triggers follow.
    ///
    /// # Errors
    ///
    /// The new name is taken.
    pub(super) fn rename_virtual_table(&mut self, from: &Name, to: &Name) -> Result<bool, Refusal> {
        if !self.schema.virtual_tables.contains(from) {
            return Ok(false);
        }
        self.free_name(to)?;
        for name in &mut self.schema.virtual_tables {
            if name == from {
                *name = to.clone();
            }
        }
        let triggers = self.schema.triggers.iter_mut();
        for statement in triggers
            .filter_map(|trigger| trigger.body.as_mut())
            .flatten()
        {
            let (Statement::Insert(Insert { table, .. })
            | Statement::Update(Update { table, .. })
            | Statement::Delete(Delete { table, .. })) = statement
            else {
                continue;
            };
            if table == from {
                *table = to.clone();
            }
        }
        Ok(true)
    }
}

/// The virtual tables that may hold rows of their own.
pub(super) fn with_rows(statements: &[Parsed]) -> Vec<Misfit> {
    let mut found = Vec::new();
    for parsed in statements {
        let Statement::CreateVirtualTable {
            name,
            module,
            derived,
            ..
        } = &parsed.statement
        else {
            continue;
        };
        if !derived && !statements.iter().any(|other| fills(&other.statement, name)) {
            found.push(Misfit {
                span: parsed.span.clone(),
                refusal: Refusal::new(format!(
                    "`{module}` is a module that only SQLite has, and `{name}` may hold rows that \
                     no other table has"
                )),
            });
        }
    }
    found
}

/// Whether it is a trigger that inserts into the virtual table.
fn fills(statement: &Statement, name: &Name) -> bool {
    let Statement::CreateTrigger { trigger, .. } = statement else {
        return false;
    };
    let mut body = trigger.body.iter().flatten();
    body.any(|said| matches!(said, Statement::Insert(insert) if insert.table == *name))
}
