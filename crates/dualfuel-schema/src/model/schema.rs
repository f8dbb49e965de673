use serde::{Deserialize, Serialize};

use super::{Expr, Name, Query, Table};
use crate::{Dialect, Engine, statement::Statement};

/// All that a database holds, as far as Dualfuel knows it.
///
/// Ledgers and other bookkeeping tables are not part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Schema {
    /// Tables, in order of creation (an introspected one: by name).
    pub tables: Vec<Table>,
    /// Views, in order of creation.
    pub views: Vec<View>,
    /// Triggers, in order of creation.
    pub triggers: Vec<Trigger>,
    /// SQLite's virtual tables, where they hold nothing that other tables do
    /// not: full-text indexes. Other engines do without; never compared there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub virtual_tables: Vec<Name>,
    /// What the migrations that made it are written in; none when it comes
    /// from a database. Decides whether an [`Oddity`] can come from them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Dialect>,
    /// What an introspector found and this model has no place for. Migrations
    /// give none; an introspected schema with any is not equal to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<Oddity>,
    /// A PostgreSQL source's enum types, which columns of them are checked
    /// against. Never compared: elsewhere they are only those CHECKs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enums: Vec<EnumType>,
    /// A PostgreSQL source's functions for triggers. Never compared: elsewhere
    /// they are only what those triggers do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trigger_functions: Vec<TriggerFunction>,
}

/// A PostgreSQL source's function for triggers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct TriggerFunction {
    /// Its name.
    pub name: Name,
    /// What it assigns to the new row, in terms of `new` and `old`; `None`
    /// where it does anything else.
    pub set: Option<Vec<(Name, Expr)>>,
    /// Whether it assigns at all.
    pub when: Option<Expr>,
}

/// A PostgreSQL source's enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct EnumType {
    /// Its name.
    pub name: Name,
    /// Its labels, in order.
    pub labels: Vec<String>,
}

/// Something in a database that the model can't say: an index's method, a
/// constraint that is not validated, `ON UPDATE current_timestamp`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Oddity {
    /// The table it belongs to.
    pub table: Name,
    /// The column, constraint or index; empty for the table itself.
    pub object: String,
    /// Which attribute: `method`, `validated`, `on update`.
    pub attribute: String,
    /// Its value.
    pub value: String,
}

/// A view. Its name and columns are compared; its query where both sides are
/// databases of one engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct View {
    /// Its name.
    pub name: Name,
    /// Its columns' names: those given, or those of its query.
    pub columns: Vec<Name>,
    /// Its rows, where they could be read: an introspected view has none.
    pub query: Option<Query>,
    /// Its query as its engine's catalogue has it; a migration's has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A trigger. Which table, when and on what is compared; what it does where
/// both sides are databases of one engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Trigger {
    /// Its name.
    pub name: Name,
    /// Its table.
    pub table: Name,
    /// When it fires.
    pub time: TriggerTime,
    /// On what.
    pub event: TriggerEvent,
    /// `WHEN (..)`.
    pub when: Option<Expr>,
    /// What it does, once for each row; `None` where it could not be read, so
    /// that other engines need an override.
    pub body: Option<Vec<Statement>>,
    /// Its text: SQLite's, for a rebuild to create it again, or what a database
    /// has.
    pub text: Option<String>,
    /// The function that it calls, where a PostgreSQL source made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<Name>,
}

impl Trigger {
    /// Its name on an engine. PostgreSQL's triggers have a name each table, so
    /// that one name serves many; elsewhere such a one gets its table's too.
    pub(crate) fn name_on(&self, engine: Engine) -> Name {
        let apart = self.name.folded().contains(&self.table.folded());
        if self.calls.is_none() || engine == Engine::Postgres || apart {
            return self.name.clone();
        }
        Name::new(format!("{}_{}", self.name, self.table))
    }
}

/// When a trigger fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the keywords")]
pub enum TriggerTime {
    Before,
    After,
    InsteadOf,
}

/// What fires a trigger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after the keywords")]
pub enum TriggerEvent {
    Insert,
    Delete,
    /// Of these columns; of any when empty.
    Update(Vec<Name>),
}

impl Schema {
    /// The table of that name.
    pub fn table(&self, name: &Name) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == *name)
    }

    /// The table of that name, to change.
    pub fn table_mut(&mut self, name: &Name) -> Option<&mut Table> {
        self.tables.iter_mut().find(|table| table.name == *name)
    }

    /// The view of that name.
    pub fn view(&self, name: &Name) -> Option<&View> {
        self.views.iter().find(|view| view.name == *name)
    }

    /// Whether a statement writes to a virtual table, and so only to an index.
    pub(crate) fn is_upkeep(&self, statement: &Statement) -> bool {
        matches!(
            statement,
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_)
        ) && statement
            .table()
            .is_some_and(|table| self.virtual_tables.contains(table))
    }

    /// What it is on engines that have no virtual tables: without them and
    /// without what keeps them up.
    pub(crate) fn without_virtual_tables(&self) -> Self {
        let mut schema = self.clone();
        schema.virtual_tables.clear();
        schema.triggers.retain_mut(|trigger| {
            let Some(body) = &mut trigger.body else {
                return true;
            };
            let said = body.len();
            body.retain(|statement| !self.is_upkeep(statement));
            said == 0 || !body.is_empty()
        });
        schema
    }

    /// The table that has an index of that name.
    pub fn table_of_index(&self, name: &Name) -> Option<&Table> {
        self.tables.iter().find(|table| table.index(name).is_some())
    }
}
