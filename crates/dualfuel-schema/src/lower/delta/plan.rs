//! What an engine has to do, in the order in which it can be done.

use std::rc::Rc;

use super::{Delta, Dependents, Object, ObjectKind, TableDelta, creation_order, same_set};
use crate::{
    lower::memo::Memo,
    model::{Name, Schema, Table},
};

/// What an engine makes of a schema's tables.
pub(crate) trait Physical {
    /// The constraints and indexes of every table.
    fn made(&self) -> &Made;

    /// Whether a column is stored or compared another way afterwards, so that
    /// nothing that rests on it can stay while it changes.
    fn changes(&self, delta: &Delta<'_>, table: &TableDelta<'_>, column: &Name) -> bool;

    /// Whether a foreign key has no index of its own side for a while, when
    /// one that goes was under it.
    fn bares_keys(&self, _table: &TableDelta<'_>) -> bool {
        false
    }
}

/// The constraints and indexes of a change's schemas, table by table. How many
/// there are and in which order does not depend on names.
pub(crate) struct Made {
    before: Rc<Vec<Vec<Object>>>,
    renamed: Rc<Vec<Vec<Object>>>,
    after: Rc<Vec<Vec<Object>>>,
}

impl Made {
    /// `make` gives those of a schema.
    pub(crate) fn of<'s>(
        delta: &Delta<'s>,
        memo: &Memo<'s, Vec<Vec<Object>>>,
        make: impl Fn(&Schema) -> Vec<Vec<Object>>,
    ) -> Self {
        let before = memo.get(delta.before, &make);
        let renamed = if delta.renames_nothing() {
            Rc::clone(&before)
        } else {
            Rc::new(make(&delta.renamed))
        };
        Self {
            before,
            renamed,
            after: memo.get(delta.after, &make),
        }
    }

    /// What a table had: names as they were, definitions renamed.
    pub(crate) fn going(&self, delta: &Delta<'_>, was: &Table) -> impl Iterator<Item = Object> {
        let pairs = self.old_pairs(delta, was);
        pairs.map(|(name, object)| object.called(name))
    }

    fn old_pairs(&self, delta: &Delta<'_>, was: &Table) -> impl Iterator<Item = (&Name, &Object)> {
        let place = place(delta.before, was);
        let names = of_table(&self.before, place).iter();
        let names = names.map(|object| &object.name);
        names.zip(of_table(&self.renamed, place))
    }

    /// What a table shall have.
    fn coming(&self, delta: &Delta<'_>, to: &Table) -> &[Object] {
        of_table(&self.after, place(delta.after, to))
    }
}

fn place(schema: &Schema, table: &Table) -> Option<usize> {
    schema.tables.iter().position(|of| of.name == table.name)
}

fn of_table(tables: &[Vec<Object>], place: Option<usize>) -> &[Object] {
    place
        .and_then(|place| tables.get(place))
        .map_or(&[], Vec::as_slice)
}

/// What to do, for an engine to say in its own words. In this order:
///
/// 1. triggers and views that are in the way;
/// 2. foreign keys that are in the way, then other objects that go;
/// 3. tables that go;
/// 4. renames;
/// 5. tables that come;
/// 6. columns and rows of those that stay, then objects that come;
/// 7. foreign keys;
/// 8. views and triggers.
pub(crate) struct Plan<'a> {
    pub(crate) delta: &'a Delta<'a>,
    pub(crate) dependents: Dependents<'a>,
    /// Table (as it was) and foreign key.
    pub(crate) detached: Vec<(&'a Table, Object)>,
    pub(crate) tables: Vec<TablePlan<'a>>,
    /// In an order in which they can be created, with their objects, foreign
    /// keys left out.
    pub(crate) created: Vec<(&'a Table, Vec<Object>)>,
    /// Table (as it shall be) and foreign key.
    pub(crate) attached: Vec<(&'a Table, Object)>,
}

impl Plan<'_> {
    /// Whether a foreign key of a new table can be part of its CREATE TABLE,
    /// after the tables that are `created` by then.
    pub(crate) fn parent_is_there(&self, key: &Object, created: &[&Name]) -> bool {
        let Some((parent, columns)) = &key.parent else {
            return false;
        };
        let kept = self
            .tables
            .iter()
            .find(|kept| kept.delta.to.name == *parent);
        match kept {
            Some(TablePlan { delta, added, .. }) => {
                let same = |name: &Name| delta.from.column(name) == delta.to.column(name);
                added.is_empty() && columns.iter().all(same)
            }
            None => created.contains(&parent),
        }
    }
}

/// What to do to a table that stays.
pub(crate) struct TablePlan<'a> {
    pub(crate) delta: TableDelta<'a>,
    /// By their names before. No foreign keys.
    pub(crate) dropped: Vec<Object>,
    /// Before and after, foreign keys among them.
    pub(crate) renamed: Vec<(Object, Object)>,
    /// No foreign keys.
    pub(crate) added: Vec<Object>,
}

/// Compares what an engine makes of both schemas.
pub(crate) fn plan<'a>(physical: &impl Physical, delta: &'a Delta<'a>) -> Plan<'a> {
    let made = physical.made();
    let hot: Vec<Hot> = delta
        .kept()
        .map(|table| Hot::of(physical, delta, &table))
        .collect();
    let mut plan = Plan {
        delta,
        dependents: Dependents::of(delta, &touched(delta, &hot)).leaving_unread(delta),
        detached: Vec::new(),
        tables: Vec::new(),
        created: Vec::new(),
        attached: Vec::new(),
    };
    for table in delta.kept() {
        let changes = compare(made, delta, &table, &hot);
        let (keys, dropped) = foreign_keys(changes.dropped);
        plan.detached
            .extend(keys.into_iter().map(|key| (table.was, key)));
        let (keys, added) = foreign_keys(changes.added);
        plan.attached
            .extend(keys.into_iter().map(|key| (table.to, key)));
        plan.tables.push(TablePlan {
            delta: table,
            dropped,
            renamed: changes.renamed,
            added,
        });
    }
    for (was, _) in delta.dropped() {
        let (keys, _) = foreign_keys(made.going(delta, was).collect());
        plan.detached.extend(keys.into_iter().map(|key| (was, key)));
    }
    for table in creation_order(delta.after, delta.created()) {
        let (keys, rest) = foreign_keys(made.coming(delta, table).to_vec());
        plan.attached
            .extend(keys.into_iter().map(|key| (table, key)));
        plan.created.push((table, rest));
    }
    plan
}

fn foreign_keys(objects: Vec<Object>) -> (Vec<Object>, Vec<Object>) {
    objects
        .into_iter()
        .partition(|object| object.kind == ObjectKind::ForeignKey)
}

/// What is in motion in a table that stays.
struct Hot {
    table: Name,
    /// Columns whose values change or are stored another way, or that go.
    columns: Vec<Name>,
    /// Whether rows are deleted.
    rows: bool,
    /// The columns of keys that go, if only to come back.
    keys: Vec<Vec<Name>>,
    /// See [`Physical::bares_keys`].
    bares: bool,
}

impl Hot {
    fn of(physical: &impl Physical, delta: &Delta<'_>, table: &TableDelta<'_>) -> Self {
        let columns = table
            .from
            .columns
            .iter()
            .map(|column| &column.name)
            .filter(|name| {
                table.to.column(name).is_none()
                    || table.value(name).is_some()
                    || physical.changes(delta, table, name)
            })
            .cloned()
            .collect();
        let mut hot = Self {
            table: table.to.name.clone(),
            columns,
            rows: table.filter().is_some(),
            keys: Vec::new(),
            bares: physical.bares_keys(table),
        };
        let changes = compare(physical.made(), delta, table, std::slice::from_ref(&hot));
        hot.keys = changes.dropped.into_iter().map(|o| o.columns).collect();
        hot
    }
}

/// Whether an object of `table` can't stay while that happens.
fn stands_aside(table: &Name, object: &Object, hot: &[Hot]) -> bool {
    hot.iter().any(|hot| {
        let rests_on = |columns: &[Name]| columns.iter().any(|name| hot.columns.contains(name));
        let own = hot.table == *table && rests_on(&object.columns);
        let parent = object.parent.as_ref().is_some_and(|(parent, columns)| {
            *parent == hot.table
                && (hot.rows
                    || rests_on(columns)
                    || hot.keys.iter().any(|key| same_set(key, columns)))
        });
        let bared = hot.bares
            && hot.table == *table
            && object.kind == ObjectKind::ForeignKey
            && hot.keys.iter().any(|key| key.starts_with(&object.columns));
        own || parent || bared
    })
}

/// Tables that views and triggers can't look at meanwhile, by their names
/// after (one that goes: by the name it has at the end).
fn touched(delta: &Delta<'_>, hot: &[Hot]) -> Vec<Name> {
    let moved = |table: &TableDelta<'_>| {
        table.was.name.as_str() != table.to.name.as_str()
            || table.rewrite.is_some()
            || delta
                .column_renames
                .iter()
                .any(|(of, _, _)| *of == table.to.name)
            || hot
                .iter()
                .any(|hot| hot.table == table.to.name && !hot.columns.is_empty())
    };
    let kept = delta
        .kept()
        .filter(moved)
        .map(|table| table.to.name.clone());
    let gone = delta.dropped().map(|(_, renamed)| renamed.name.clone());
    kept.chain(gone).collect()
}

#[derive(Default)]
struct Changes {
    dropped: Vec<Object>,
    renamed: Vec<(Object, Object)>,
    added: Vec<Object>,
}

/// What becomes of a table's objects while `hot` is in motion.
fn compare(made: &Made, delta: &Delta<'_>, table: &TableDelta<'_>, hot: &[Hot]) -> Changes {
    let mut changes = Changes::default();
    let mut come: Vec<&Object> = made.coming(delta, table.to).iter().collect();
    let mut unnamed = Vec::new();
    // Those that keep their name first: of two alike, each keeps its own.
    for (name, object) in made.old_pairs(delta, table.was) {
        let old = || object.called(name);
        if stands_aside(&table.to.name, object, hot) {
            changes.dropped.push(old());
        } else if let Some(place) = come
            .iter()
            .position(|new| new.is(object) && new.name.as_str() == name.as_str())
        {
            come.remove(place);
        } else {
            unnamed.push(old());
        }
    }
    for old in unnamed {
        match come.iter().position(|new| new.is(&old)) {
            Some(place) => changes.renamed.push((old, come.remove(place).clone())),
            None => changes.dropped.push(old),
        }
    }
    changes.added = come.into_iter().cloned().collect();
    changes
}
