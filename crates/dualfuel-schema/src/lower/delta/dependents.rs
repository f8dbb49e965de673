//! Views and triggers that stand on what changes.

use super::Delta;
use crate::{
    model::{Name, Query, Trigger, View, visit::Visit},
    statement::Statement,
};

/// Views and triggers to drop before and to create after a change.
pub(crate) struct Dependents<'a> {
    /// As they were, those created last first.
    pub(crate) triggers_dropped: Vec<&'a Trigger>,
    /// As they were, those created last first: they may read the others.
    pub(crate) views_dropped: Vec<&'a View>,
    pub(crate) views_created: Vec<&'a View>,
    pub(crate) triggers_created: Vec<&'a Trigger>,
}

impl<'a> Dependents<'a> {
    /// Those that are not the same afterwards, or that look at one of the
    /// `touched` tables (by their names after).
    pub(crate) fn of(delta: &Delta<'a>, touched: &[Name]) -> Self {
        let mut touched = touched.to_vec();
        let mut views_dropped = Vec::new();
        let views = delta.before.views.iter().zip(&delta.renamed.views);
        for (was, from) in views {
            let stays = delta.after.views.contains(from);
            let reads = from.query.as_ref().map(tables_of).unwrap_or_default();
            if !stays || reads.iter().any(|name| touched.contains(name)) {
                touched.push(from.name.clone());
                views_dropped.push(was);
            }
        }
        views_dropped.reverse();
        let mut triggers_dropped = Vec::new();
        let triggers = delta.before.triggers.iter().zip(&delta.renamed.triggers);
        for (was, from) in triggers {
            let stays = delta.after.triggers.contains(from);
            if !stays || looks_at(from, &touched) {
                triggers_dropped.push(was);
            }
        }
        triggers_dropped.reverse();
        let views_created = delta
            .after
            .views
            .iter()
            .filter(|view| stood_nowhere(view, delta, &views_dropped))
            .collect();
        let triggers_created = delta
            .after
            .triggers
            .iter()
            .filter(|trigger| {
                let stayed = delta
                    .before
                    .triggers
                    .iter()
                    .zip(&delta.renamed.triggers)
                    .any(|(was, from)| {
                        from == *trigger && !triggers_dropped.iter().any(|d| std::ptr::eq(*d, was))
                    });
                !stayed
            })
            .collect();
        Self {
            triggers_dropped,
            views_dropped,
            views_created,
            triggers_created,
        }
    }

    /// Lets a trigger stand whose body nobody could read, where a table is
    /// altered in its place and keeps the names that the trigger may know.
    pub(crate) fn leaving_unread(mut self, delta: &Delta<'_>) -> Self {
        let renames = !delta.column_renames.is_empty() || !delta.table_renames.is_empty();
        let loses = delta
            .kept()
            .any(|table| table.dropped_columns().count() > 0);
        if renames || loses || delta.dropped().next().is_some() {
            return self;
        }
        let unread = |trigger: &Trigger| trigger.body.is_none() && trigger.text.is_none();
        let (dropped, created) = (&self.triggers_dropped, &self.triggers_created);
        let stands: Vec<Trigger> = dropped
            .iter()
            .filter(|trigger| unread(trigger) && created.contains(*trigger))
            .map(|trigger| Trigger::clone(trigger))
            .collect();
        self.triggers_dropped
            .retain(|trigger| !stands.contains(trigger));
        self.triggers_created
            .retain(|trigger| !stands.contains(trigger));
        self
    }
}

/// Whether no view that stays is this one.
fn stood_nowhere(view: &View, delta: &Delta<'_>, dropped: &[&View]) -> bool {
    let views = delta.before.views.iter().zip(&delta.renamed.views);
    !views
        .into_iter()
        .any(|(was, from)| from == view && !dropped.iter().any(|d| std::ptr::eq(*d, was)))
}

fn looks_at(trigger: &Trigger, touched: &[Name]) -> bool {
    let mut names = vec![trigger.table.clone()];
    for statement in trigger.body.iter().flatten() {
        names.append(&mut tables_of_statement(statement));
    }
    names.iter().any(|name| touched.contains(name))
}

#[derive(Default)]
struct Tables(Vec<Name>);

impl Visit for Tables {
    fn table(&mut self, name: &Name) {
        self.0.push(name.clone());
    }
}

/// The tables and views that a query reads. The name of a common table
/// expression may be among them.
pub(crate) fn tables_of(query: &Query) -> Vec<Name> {
    let mut tables = Tables::default();
    tables.query(query);
    tables.0
}

/// The tables and views that a data statement reads or writes.
pub(crate) fn tables_of_statement(statement: &Statement) -> Vec<Name> {
    let mut tables = Tables::default();
    tables.statement(statement);
    tables.0
}
