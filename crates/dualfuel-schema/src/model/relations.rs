//! Which tables, views and triggers have to do with which.

use super::{
    ForeignKey, Name, Query, Schema, Table, View,
    visit::{Visit, walk_factor},
};

impl Schema {
    /// The foreign keys that refer to a table, with the table that has them:
    /// its own too.
    pub fn children_of<'a>(
        &'a self,
        parent: &'a Name,
    ) -> impl Iterator<Item = (&'a Table, &'a ForeignKey)> {
        self.tables.iter().flat_map(move |table| {
            let keys = table.foreign_keys.iter();
            keys.filter(move |key| key.parent == *parent)
                .map(move |key| (table, key))
        })
    }

    /// The views that read a table or view.
    pub fn views_of<'a>(&'a self, name: &'a Name) -> impl Iterator<Item = &'a View> {
        self.views
            .iter()
            .filter(move |view| view.query.as_ref().is_some_and(|query| query.reads(name)))
    }

    /// Whether what a foreign key refers to is there. SQLite lets it refer to
    /// a table that is made later, or is gone; other engines get the foreign
    /// key when the table is there.
    pub fn has_parent(&self, key: &ForeignKey) -> bool {
        self.table(&key.parent).is_some_and(|parent| {
            let there = |name: &Name| parent.column(name).is_some();
            !key.parent_columns.is_empty() && key.parent_columns.iter().all(there)
        })
    }

    /// What it is without views and triggers that look at a table which is not
    /// there; none where nothing does. SQLite asks for it only when they are
    /// used, so that a table may go and come back under them.
    pub(crate) fn without_dangling(&self) -> Option<Self> {
        if self.views.is_empty() && self.triggers.is_empty() {
            return None;
        }
        let mut schema = self.clone();
        loop {
            let (views, triggers) = (schema.views.len(), schema.triggers.len());
            let there: Vec<Name> = schema
                .tables
                .iter()
                .map(|table| table.name.clone())
                .collect();
            let seen: Vec<Name> = schema.views.iter().map(|view| view.name.clone()).collect();
            let stands = |found: &[Name]| {
                let mut found = found.iter();
                found.all(|name| there.contains(name) || seen.contains(name))
            };
            schema.views.retain(|view| {
                view.query
                    .as_ref()
                    .is_none_or(|query| stands(&query.tables()))
            });
            schema.triggers.retain(|trigger| {
                let mut tables = Tables::default();
                tables.table(&trigger.table);
                for statement in trigger.body.iter().flatten() {
                    tables.statement(statement);
                }
                stands(&tables.found)
            });
            if (views, triggers) == (schema.views.len(), schema.triggers.len()) {
                let all = schema.views.len() == self.views.len()
                    && schema.triggers.len() == self.triggers.len();
                return (!all).then_some(schema);
            }
        }
    }

    /// Gives every foreign key that names no columns those of its parent's
    /// primary key, where the parent is there.
    pub fn resolve_parent_keys(&mut self) {
        for place in 0..self.tables.len() {
            let Some(table) = self.tables.get(place) else {
                continue;
            };
            let implied = |key: &ForeignKey| {
                let parent = self.table(&key.parent)?.primary_key.as_ref()?;
                let unsaid = key.parent_columns.is_empty();
                (unsaid && parent.columns.len() == key.columns.len())
                    .then(|| parent.columns.clone())
            };
            let found: Vec<_> = table.foreign_keys.iter().map(implied).collect();
            let Some(table) = self.tables.get_mut(place) else {
                continue;
            };
            for (key, columns) in table.foreign_keys.iter_mut().zip(found) {
                if let Some(columns) = columns {
                    key.parent_columns = columns;
                }
            }
        }
    }
}

impl Query {
    /// Whether it reads a table or view of that name, anywhere inside.
    pub fn reads(&self, name: &Name) -> bool {
        self.tables().contains(name)
    }

    /// The names in FROM, anywhere inside, each once. Those of its own common
    /// table expressions are not among them.
    pub fn tables(&self) -> Vec<Name> {
        let mut tables = Tables::default();
        tables.query(self);
        tables.found
    }
}

/// Collects the names in FROM, and those that a statement writes.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) found: Vec<Name>,
    ctes: Vec<Name>,
}

impl Visit for Tables {
    fn query(&mut self, query: &Query) {
        let outer = self.ctes.len();
        self.ctes
            .extend(query.ctes.iter().map(|cte| cte.name.clone()));
        super::visit::walk_query(self, query);
        self.ctes.truncate(outer);
    }

    fn factor(&mut self, factor: &super::TableFactor) {
        walk_factor(self, factor);
    }

    fn table(&mut self, name: &Name) {
        if !self.ctes.contains(name) && !self.found.contains(name) {
            self.found.push(name.clone());
        }
    }
}
