//! Views and triggers.

use super::{catalogue::Catalogue, misfit};
use crate::{
    Dialect, Refusal,
    model::{Name, Trigger, View},
    statement::Statement,
};

impl Catalogue {
    pub(super) fn create_view(&mut self, statement: &Statement) -> Result<(), Refusal> {
        let Statement::CreateView {
            name,
            columns,
            query,
            if_not_exists,
            or_replace,
            temporary,
        } = statement
        else {
            return Ok(());
        };
        let place = self.schema.views.iter().position(|view| view.name == *name);
        if *if_not_exists && (place.is_some() || self.schema.table(name).is_some()) {
            return Ok(());
        }
        if !(*or_replace && place.is_some()) {
            self.free_name(name)?;
        }
        let mut query = query.clone();
        self.settle_query(&mut query)?;
        let implied = if columns.is_empty() {
            self.schema.columns_of(&query)
        } else {
            None
        };
        let view = View {
            name: name.clone(),
            columns: implied.unwrap_or_else(|| columns.clone()),
            query: Some(query),
            text: None,
        };
        match place.and_then(|place| self.schema.views.get_mut(place)) {
            Some(old) => *old = view,
            None => self.schema.views.push(view),
        }
        if *temporary {
            self.temporary_views.push(name.clone());
        }
        Ok(())
    }

    pub(super) fn drop_views(&mut self, names: &[Name], if_exists: bool) -> Result<(), Refusal> {
        for name in names {
            if self.schema.view(name).is_none() {
                if self.schema.table(name).is_some() {
                    return Err(Refusal::new(format!("`{name}` is a table")));
                }
                if if_exists {
                    continue;
                }
                return Err(misfit::no_view(&self.schema, name));
            }
            self.schema.views.retain(|view| view.name != *name);
            // Those that fire INSTEAD OF its changes.
            self.schema
                .triggers
                .retain(|trigger| trigger.table != *name);
        }
        Ok(())
    }

    /// Drops the views that read a table or view, and those that read them.
    pub(super) fn drop_views_of(&mut self, name: &Name) {
        let mut doomed: Vec<Name> = vec![name.clone()];
        let mut next = 0;
        while let Some(of) = doomed.get(next).cloned() {
            for view in self.schema.views_of(&of) {
                if !doomed.contains(&view.name) {
                    doomed.push(view.name.clone());
                }
            }
            next += 1;
        }
        self.schema
            .views
            .retain(|view| !doomed.contains(&view.name));
    }

    pub(super) fn create_trigger(
        &mut self,
        trigger: &Trigger,
        if_not_exists: bool,
        or_replace: bool,
    ) -> Result<(), Refusal> {
        self.home_of(trigger)?;
        // PostgreSQL has a namespace for the triggers of each table.
        let per_table = self.dialect == Dialect::Postgres;
        let place = self.schema.triggers.iter().position(|other| {
            other.name == trigger.name
                && (!per_table || (other.table == trigger.table && other.event == trigger.event))
        });
        if place.is_some() && !or_replace {
            return if if_not_exists {
                Ok(())
            } else {
                Err(misfit::taken("trigger", &trigger.name))
            };
        }
        let mut trigger = trigger.clone();
        let body = trigger.body.as_deref_mut().unwrap_or_default();
        self.settle_trigger(&trigger.table, trigger.when.as_mut(), body)?;
        let trigger = self.settled(trigger);
        match place.and_then(|place| self.schema.triggers.get_mut(place)) {
            Some(old) => *old = trigger,
            None => self.schema.triggers.push(trigger),
        }
        Ok(())
    }

    pub(super) fn drop_trigger(
        &mut self,
        name: &Name,
        table: Option<&Name>,
        if_exists: bool,
    ) -> Result<(), Refusal> {
        let place = self.schema.triggers.iter().position(|trigger| {
            trigger.name == *name && table.is_none_or(|table| trigger.table == *table)
        });
        match place {
            // On PostgreSQL one of several events is several of one name.
            Some(place) => {
                let gone = self.schema.triggers.remove(place);
                let same =
                    |trigger: &Trigger| trigger.name == gone.name && trigger.table == gone.table;
                self.schema.triggers.retain(|trigger| !same(trigger));
                Ok(())
            }
            None if if_exists => Ok(()),
            None => Err(misfit::no_trigger(&self.schema, name)),
        }
    }
}
