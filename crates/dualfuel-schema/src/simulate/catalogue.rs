//! The catalogue that statements are applied to: what there is, and the few
//! settings that change what a statement means.

use super::{Moves, indexes, misfit};
use crate::{
    Dialect, Refusal, ledger,
    model::{Name, Schema, View},
    statement::{Insert, Statement},
};

/// A database without rows.
#[derive(Debug, Clone)]
pub(super) struct Catalogue {
    /// Whose rules it goes by.
    pub(super) dialect: Dialect,
    /// What there is.
    pub(super) schema: Schema,
    /// Views that end with the connection.
    pub(super) temporary_views: Vec<Name>,
    /// Foreign keys whose parent was dropped, and which referred to its
    /// primary key: parent, table and columns.
    pub(super) released: Vec<(Name, Name, Vec<Name>)>,
    /// `PRAGMA foreign_keys=ON` was said last.
    foreign_keys: bool,
    /// `PRAGMA legacy_alter_table=ON` was said last.
    legacy_alter_table: bool,
}

/// What a statement did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    /// It may have changed the schema.
    Define(Moves),
    /// It made a table and filled it: `CREATE TABLE .. AS SELECT`.
    DefineAndFill(Box<Insert>),
    /// It changes rows. As it is meant, which is not always as it was spelled.
    Data(Box<Statement>),
    /// Nothing that other engines need.
    Nothing,
}

impl Effect {
    /// It may have changed the schema, and nothing has another name.
    pub(super) fn defined() -> Self {
        Self::Define(Moves::default())
    }
}

impl Catalogue {
    pub(super) fn new(dialect: Dialect, schema: Schema) -> Self {
        Self {
            dialect,
            schema,
            temporary_views: Vec::new(),
            released: Vec::new(),
            foreign_keys: false,
            legacy_alter_table: false,
        }
    }

    /// Whether SQLite's own rules hold.
    pub(super) fn is_sqlite(&self) -> bool {
        self.dialect == Dialect::Sqlite
    }

    /// Whether RENAME TABLE leaves other tables' foreign keys, triggers and
    /// views as they are. "ALTER TABLE", section 2: only with
    /// `legacy_alter_table` on, and foreign keys only while they are off.
    pub(super) fn rename_is_legacy(&self) -> (bool, bool) {
        let legacy = self.is_sqlite() && self.legacy_alter_table;
        (legacy, legacy && !self.foreign_keys)
    }

    /// Applies a statement. After an error the catalogue may be half changed:
    /// the caller keeps a copy.
    ///
    /// # Errors
    ///
    /// The statement does not fit what is there.
    pub(super) fn apply(&mut self, statement: &Statement) -> Result<Effect, Refusal> {
        let views = self.views_by_text();
        let effect = self.dispatch(statement)?;
        if !matches!(effect, Effect::Data(_) | Effect::Nothing) {
            self.schema.resolve_parent_keys();
            self.write_out_views(&views);
        }
        Ok(effect)
    }

    /// The views whose columns are those of their query, where that is read
    /// anew each time: a `*` has one more after ADD COLUMN. PostgreSQL and
    /// MySQL wrote the columns down when the view was made.
    pub(super) fn views_by_text(&self) -> Vec<View> {
        if !matches!(self.dialect, Dialect::Sqlite | Dialect::Portable) {
            return Vec::new();
        }
        let implied = |view: &&View| {
            let query = view.query.as_ref();
            let columns = query.and_then(|query| self.schema.columns_of(query));
            columns.is_none_or(|columns| columns == view.columns)
        };
        self.schema.views.iter().filter(implied).cloned().collect()
    }

    pub(super) fn write_out_views(&mut self, views: &[View]) {
        for view in views {
            if self.schema.view(&view.name) != Some(view) {
                continue;
            }
            let columns = view
                .query
                .as_ref()
                .and_then(|query| self.schema.columns_of(query));
            let mut own = self.schema.views.iter_mut();
            if let Some(columns) = columns
                && let Some(own) = own.find(|own| own.name == view.name)
            {
                own.columns = columns;
            }
        }
    }

    fn dispatch(&mut self, statement: &Statement) -> Result<Effect, Refusal> {
        match statement {
            Statement::CreateTable {
                table,
                if_not_exists,
                temporary,
                query,
            } => return self.create_table(table, *if_not_exists, *temporary, query.as_ref()),
            Statement::AlterTable {
                table,
                if_exists,
                changes,
            } => return self.alter_table(table, *if_exists, changes),
            Statement::DropTable {
                names,
                if_exists,
                cascade,
            } => self.drop_tables(names, *if_exists, *cascade)?,
            Statement::CreateIndex {
                table,
                index,
                if_not_exists,
                ..
            } => self.create_index(table, index, *if_not_exists)?,
            Statement::DropIndex {
                names,
                table,
                if_exists,
            } => self.drop_indexes(names, table.as_ref(), *if_exists)?,
            Statement::RenameIndex { from, to } => {
                self.rename_index(from, to)?;
                return Ok(Effect::Define(Moves {
                    indexes: vec![(from.clone(), to.clone())],
                    ..Moves::default()
                }));
            }
            Statement::CreateVirtualTable {
                name,
                if_not_exists,
                ..
            } => self.create_virtual_table(name, *if_not_exists)?,
            Statement::CreateView { .. } => self.create_view(statement)?,
            Statement::DropView { names, if_exists } => self.drop_views(names, *if_exists)?,
            Statement::CreateTrigger {
                trigger,
                if_not_exists,
                or_replace,
            } => self.create_trigger(trigger, *if_not_exists, *or_replace)?,
            Statement::DropTrigger {
                name,
                table,
                if_exists,
            } => self.drop_trigger(name, table.as_ref(), *if_exists)?,
            Statement::CreateEnum { name, labels } => self.create_enum(name, labels)?,
            Statement::AddEnumLabel {
                name,
                label,
                if_not_exists,
            } => self.add_label(name, label, *if_not_exists)?,
            Statement::RenameEnumLabel { name, from, to } => self.rename_label(name, from, to)?,
            Statement::RenameType { from, to } => self.rename_type(from, to)?,
            Statement::DropType { names, if_exists } => self.drop_types(names, *if_exists)?,
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => {
                let ledger = ledger::of(statement);
                if ledger.is_some_and(|name| self.schema.table(name).is_none()) {
                    return Ok(Effect::Nothing);
                }
                return self.data(statement);
            }
            Statement::Raise { .. } => {
                return Err(Refusal::new("`RAISE` is for a trigger's body alone"));
            }
            Statement::CreateTriggerFunction { name, set, when } => {
                self.create_trigger_function(name, set.as_deref(), when.as_ref());
            }
            Statement::DropTriggerFunctions { names, cascade } => {
                self.drop_trigger_functions(names, *cascade)?;
            }
            Statement::Do { parts } => return self.run_block(parts),
            Statement::Housekeeping { kind } => {
                self.keep_house(kind);
                return Ok(Effect::Nothing);
            }
        }
        Ok(Effect::defined())
    }

    fn keep_house(&mut self, kind: &str) {
        let kind = kind.to_ascii_uppercase();
        let Some((setting, value)) = kind.split_once(['=', '(']) else {
            return;
        };
        let value = value
            .trim()
            .trim_end_matches(')')
            .trim_matches(['\'', '"', ' ']);
        let on = matches!(value, "ON" | "1" | "TRUE" | "YES");
        if setting.contains("FOREIGN_KEYS") && !setting.contains("DEFER") {
            self.foreign_keys = on;
        } else if setting.contains("LEGACY_ALTER_TABLE") {
            self.legacy_alter_table = on;
        }
    }

    /// Whether a table, view or index may have that name.
    ///
    /// # Errors
    ///
    /// What has it. MySQL has a namespace for the indexes of each table.
    pub(super) fn free_name(&self, name: &Name) -> Result<(), Refusal> {
        if self.schema.table(name).is_some() || self.schema.virtual_tables.contains(name) {
            return Err(misfit::taken("table", name));
        }
        if self.schema.view(name).is_some() {
            return Err(misfit::taken("view", name));
        }
        if self.dialect != Dialect::Mysql && indexes::holds(&self.schema, name) {
            return Err(misfit::taken("index", name));
        }
        Ok(())
    }

    /// Notes which foreign keys refer to the primary key of a table that goes.
    /// `REFERENCES parent` means whichever key the table has that is made
    /// again, and is not told from `REFERENCES parent (id)` once resolved.
    pub(super) fn release_keys_of(&mut self, parent: &Name) {
        let key = self
            .schema
            .table(parent)
            .and_then(|table| table.primary_key.as_ref());
        let Some(columns) = key.map(|key| &key.columns) else {
            return;
        };
        let children = self.schema.children_of(parent);
        let children = children.filter(|(_, key)| key.parent_columns == *columns);
        self.released.extend(
            children.map(|(table, key)| (parent.clone(), table.name.clone(), key.columns.clone())),
        );
    }

    /// Lets those foreign keys refer to the key of the table that is there now,
    /// where it has no such columns as they knew.
    pub(super) fn settle_keys_of(&mut self, parent: &Name) {
        let Some(table) = self.schema.table(parent) else {
            return;
        };
        let there: Vec<Name> = table.columns.iter().map(|c| c.name.clone()).collect();
        for table in &mut self.schema.tables {
            for key in table
                .foreign_keys
                .iter_mut()
                .filter(|key| key.parent == *parent)
            {
                let released = self.released.iter().any(|(of, child, columns)| {
                    of == parent && *child == table.name && *columns == key.columns
                });
                if released && !key.parent_columns.iter().all(|name| there.contains(name)) {
                    key.parent_columns.clear();
                }
            }
        }
    }
}
