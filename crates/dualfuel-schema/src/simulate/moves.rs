//! Moves after moves.

use super::{Moves, Part, Rewrite, Step, StepKind};
use crate::model::{Name, Schema};

impl Moves {
    /// Whether nothing has another name and no row is written anew.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These moves, and then those: what was `a` and then `b` and then `c` is
    /// `a` and then `c`.
    ///
    /// The rewrites of `next` are taken over as they are, so they may follow
    /// these moves only where those rewrote no row of the same table.
    #[must_use]
    pub fn then(mut self, next: Self) -> Self {
        let renamed = |name: &Name| {
            let mut tables = next.tables.iter();
            let found = tables.find(|(before, _)| before == name);
            found.map_or(name.clone(), |(_, after)| after.clone())
        };
        for Rewrite { table, .. } in &mut self.rewrites {
            *table = renamed(table);
        }
        for (table, _, _) in &mut self.columns {
            *table = renamed(table);
        }
        for (table, from, to) in next.columns {
            let earlier = self
                .columns
                .iter_mut()
                .find(|(other, _, column)| *other == table && *column == from);
            match earlier {
                Some((_, _, column)) => *column = to,
                None => self.columns.push((table, from, to)),
            }
        }
        chain(&mut self.tables, next.tables);
        chain(&mut self.indexes, next.indexes);
        self.rewrites.extend(next.rewrites);
        self.columns
            .retain(|(_, from, to)| from.as_str() != to.as_str());
        self
    }
}

fn chain(names: &mut Vec<(Name, Name)>, next: Vec<(Name, Name)>) {
    for (from, to) in next {
        match names.iter_mut().find(|(_, name)| *name == from) {
            Some((_, name)) => *name = to,
            None => names.push((from, to)),
        }
    }
    names.retain(|(from, to)| from.as_str() != to.as_str());
}

/// The steps, where a rebuild and the indexes that are dropped before and made
/// after it are one step: most of those indexes are there before and after,
/// and an engine that alters the table keeps them.
pub(super) fn with_their_indexes(steps: Vec<(Part, Step)>) -> Vec<Step> {
    let mut merged: Vec<(Part, Step)> = Vec::with_capacity(steps.len());
    for (part, step) in steps {
        let mut step = step;
        let together = |last: Part| match part {
            Part::Rebuild => last == Part::DropIndex,
            Part::CreateIndex => last == Part::Rebuild,
            Part::DropIndex | Part::Other => false,
        };
        let mut whole = part;
        while let Some((last, earlier)) = merged.pop_if(|(last, _)| together(*last)) {
            step = earlier.then(step);
            if last == Part::Rebuild {
                whole = Part::Rebuild;
                break;
            }
        }
        merged.push((whole, step));
    }
    merged.into_iter().map(|(_, step)| step).collect()
}

/// The steps, where changes of a key's type and of the columns that refer to it
/// are one step. SQLite compares anything with anything, so there one table
/// may be rebuilt after the other; elsewhere a foreign key between two types
/// can't be, not even for a moment.
pub(super) fn with_keys_that_match(steps: Vec<Step>) -> Vec<Step> {
    let mut merged: Vec<Step> = Vec::with_capacity(steps.len());
    let mut rest = steps.into_iter().peekable();
    while let Some(step) = rest.next() {
        let before = mismatched(&step.before);
        let broken = |step: &Step| {
            mismatched(&step.after)
                .iter()
                .any(|key| !before.contains(key))
        };
        let mut tail: Vec<Step> = Vec::new();
        let mut open = broken(&step);
        let mut whole = step;
        while open && let Some(next) = rest.next_if(|next| whole.may_precede(next, &tail)) {
            open = broken(&next);
            tail.push(next);
            if !open {
                for next in tail.drain(..) {
                    whole = whole.then(next);
                }
            }
        }
        // Those that did not help stay as they are.
        merged.push(whole);
        merged.append(&mut tail);
    }
    merged
}

/// The foreign keys whose columns are of other types than what they refer to.
fn mismatched(schema: &Schema) -> Vec<(Name, Vec<Name>)> {
    let mut found = Vec::new();
    for table in &schema.tables {
        for key in &table.foreign_keys {
            let parent = schema.table(&key.parent);
            let same = |(own, other): (&Name, &Name)| {
                let other = parent.and_then(|parent| parent.column(other));
                match (table.column(own), other) {
                    (Some(own), Some(other)) => own.data_type == other.data_type,
                    _ => true,
                }
            };
            if !key.columns.iter().zip(&key.parent_columns).all(same) {
                found.push((table.name.clone(), key.columns.clone()));
            }
        }
    }
    found
}

impl Step {
    /// Whether `next`, behind this step and `between`, may be one with them:
    /// it rewrites no table whose columns they have changed, since a rewrite
    /// speaks of columns as they were.
    fn may_precede(&self, next: &Self, between: &[Self]) -> bool {
        let StepKind::Define(moves) = &next.kind else {
            return false;
        };
        std::iter::once(self).chain(between).all(|earlier| {
            let StepKind::Define(earlier) = &earlier.kind else {
                return false;
            };
            let moved = |table: &Name| {
                earlier.tables.iter().any(|(_, after)| after == table)
                    || earlier.columns.iter().any(|(of, _, _)| of == table)
                    || earlier
                        .rewrites
                        .iter()
                        .any(|rewrite| rewrite.table == *table)
            };
            !moves.rewrites.iter().any(|rewrite| moved(&rewrite.table))
        })
    }

    /// This step and the next as one.
    fn then(mut self, next: Self) -> Self {
        self.span = self.span.start.min(next.span.start)..self.span.end.max(next.span.end);
        self.after = next.after;
        self.annotations.extend(next.annotations);
        self.kind = match (self.kind, next.kind) {
            (StepKind::Define(moves), StepKind::Define(more)) => StepKind::Define(moves.then(more)),
            (kind, _) => kind,
        };
        self
    }
}
