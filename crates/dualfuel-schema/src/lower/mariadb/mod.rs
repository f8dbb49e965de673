//! What a change is on MariaDB.
//!
//! A definition on MariaDB is said as a whole: MODIFY forgets the NOT NULL,
//! DEFAULT and COMMENT that it does not repeat. So a column's definition is
//! written in one place, and compared as a whole. Every statement commits by
//! itself, so a table's changes are one ALTER TABLE where they can be.
//!
//! What MariaDB has no words for is kept where [`crate::introspect`] finds it:
//!
//! - A column comment `dualfuel: <type> [NOCASE] as <native type>`
//!   (`dualfuel: TEXT as varchar(768)`) gives the canonical type of a column
//!   whose native one says something else; the native type is spelled as in
//!   `information_schema`.
//! - An index comment `dualfuel: where <condition>` gives the predicate of an
//!   index that holds all rows instead.
//! - A virtual column `dualfuel_guard_<index>_<n>` is a key of an index, and
//!   no column of the model: `CASE WHEN <condition> THEN 1 END`, the last key
//!   of a partial unique index; or the expression that is the key itself,
//!   `lower(column)` for a NOCASE column.
//! - `dualfuel_identity_<column>` is the index that AUTO_INCREMENT wants where
//!   the column is not the first of another. An index that has a foreign
//!   key's name and columns serves that key only.
//!
//! - [`native`]: types. [`column`]: columns. [`objects`]: constraints and
//!   indexes. [`alter`]: the changes of a table. [`trigger`]: triggers.

mod alter;
mod column;
mod folding;
mod native;
mod objects;
mod trigger;

use std::rc::Rc;

use self::column::Without;
pub(crate) use self::column::rests_on_moving;
pub(super) use self::native::Natives;
use super::{
    Weakening,
    delta::{Delta, Made, Object, ObjectKind, Physical, Plan, TableDelta, TablePlan, plan},
    expr,
    memo::Known,
    script::{Script, create_table},
    view,
};
use crate::{
    Engine, Refusal,
    model::{Column, Name, Schema, Table},
};

const ENGINE: Engine = Engine::Mariadb;

/// The native types before, under the new names, and after.
struct Mariadb {
    from: Rc<Natives>,
    to: Rc<Natives>,
    made: Made,
}

impl Physical for Mariadb {
    fn made(&self) -> &Made {
        &self.made
    }

    fn changes(&self, _: &Delta<'_>, table: &TableDelta<'_>, name: &Name) -> bool {
        match (table.from.column(name), table.to.column(name)) {
            (Some(from), Some(to)) => {
                self.from.get(&table.from.name, name) != self.to.get(&table.to.name, name)
                    || column::generated(table.from, from) != column::generated(table.to, to)
                    // A NOT NULL that comes is in the way of ON DELETE SET NULL.
                    || from.nullable != to.nullable
            }
            _ => true,
        }
    }

    /// InnoDB wants an index under a foreign key at every moment; where rows
    /// are written anew, those that go do so before the others come.
    fn bares_keys(&self, table: &TableDelta<'_>) -> bool {
        alter::in_two(self, table)
    }
}

pub(super) fn quote(name: &Name) -> String {
    expr::quote(ENGINE, name)
}

/// `a`, `b`, as the table spells them.
pub(super) fn list(table: &Table, columns: &[Name]) -> String {
    let spelled = columns
        .iter()
        .map(|name| quote(table.column(name).map_or(name, |column| &column.name)));
    spelled.collect::<Vec<_>>().join(", ")
}

/// What MariaDB does without in a schema.
pub(super) fn weakenings(schema: &Schema) -> Vec<Weakening> {
    let mut all = objects::weakenings(schema);
    all.extend(folding::weakenings(schema));
    all
}

/// The statements of a change.
pub(super) fn define<'s>(delta: &Delta<'s>, known: &Known<'s>) -> Result<Vec<String>, Refusal> {
    let from = if delta.renames_nothing() {
        known.natives.get(delta.before, Natives::of)
    } else {
        Rc::new(Natives::of(&delta.renamed))
    };
    let to = known.natives.get(delta.after, Natives::of);
    let made = Made::of(delta, &known.objects, |schema| {
        if std::ptr::eq(schema, delta.before) {
            let natives = known.natives.get(delta.before, Natives::of);
            objects::objects(schema, &natives)
        } else if std::ptr::eq(schema, delta.after) {
            objects::objects(schema, &to)
        } else {
            objects::objects(schema, &from)
        }
    });
    let physical = Mariadb { from, to, made };
    let mut plan = plan(&physical, delta);
    objects::rename_by_turns(&mut plan);
    let mut script = Script::default();
    drop_dependents(&plan, &mut script);
    for (table, key) in &plan.detached {
        let clause = format!("DROP FOREIGN KEY {}", quote(&key.name));
        script.alter(ENGINE, &table.name, clause);
    }
    for (was, renamed) in delta.dropped() {
        if was.name == renamed.name {
            script.push(format!("DROP TABLE {}", quote(&was.name)));
        }
    }
    rename(&physical, delta, &mut script)?;
    for (was, renamed) in delta.dropped() {
        if was.name != renamed.name {
            script.push(format!("DROP TABLE {}", quote(&renamed.name)));
        }
    }
    let inline = create_tables(&physical, &plan, &mut script)?;
    for table in plan.tables.iter().filter(|table| stirs(&physical, table)) {
        alter::change_table(&physical, delta, table, &mut script)?;
    }
    for (table, key) in &plan.attached {
        if !inline.iter().any(|done| std::ptr::eq(*done, key)) {
            let clause = objects::add(key)?;
            script.alter(ENGINE, &table.name, clause);
        }
    }
    for view in &plan.dependents.views_created {
        script.push(view::create_view(ENGINE, delta.after, view)?);
    }
    for trigger in &plan.dependents.triggers_created {
        trigger::create(delta.after, trigger, &mut script)?;
    }
    Ok(script.finish())
}

/// Whether anything of a table that stays is another thing afterwards: most of
/// a schema is not, and is not worth writing down to see that.
fn stirs(physical: &Mariadb, plan: &TablePlan<'_>) -> bool {
    let table = &plan.delta;
    let objects = [&plan.dropped, &plan.added];
    !objects.iter().all(|changed| changed.is_empty())
        || !plan.renamed.is_empty()
        || table.rewrite.is_some()
        || table.from != table.to
        || physical.from.table(&table.from.name) != physical.to.table(&table.to.name)
}

fn drop_dependents(plan: &Plan<'_>, script: &mut Script) {
    for trigger in &plan.dependents.triggers_dropped {
        trigger::drop(plan.delta.before, trigger, script);
    }
    for view in &plan.dependents.views_dropped {
        script.push(format!("DROP VIEW {}", quote(&view.name)));
    }
}

/// All of a table's columns in one ALTER, with what is computed from them:
/// MariaDB renames a column in a CHECK, but not in a computed column.
fn rename(physical: &Mariadb, delta: &Delta<'_>, script: &mut Script) -> Result<(), Refusal> {
    for (from, to) in &delta.table_renames {
        script.push(format!("RENAME TABLE {} TO {}", quote(from), quote(to)));
    }
    for pair in delta.kept() {
        let table = pair.from;
        let renames = net(delta.column_renames.iter().filter(|of| of.0 == table.name));
        if renames.is_empty() {
            continue;
        }
        let moved = |columns: &[Name]| columns.iter().any(|c| renames.iter().any(|r| r.1 == *c));
        let computed = |column: &&Column| {
            let value = column.generated.as_ref();
            value.is_some_and(|value| moved(&value.expr.columns()))
        };
        for (from, to) in &renames {
            let name = quote(to);
            let clause = match table.column(to).filter(computed) {
                Some(column) => {
                    let body = column::body(&physical.from, table, column, Without::default())?;
                    format!("CHANGE COLUMN {} {name} {body}", quote(from))
                }
                None => format!("RENAME COLUMN {} TO {name}", quote(from)),
            };
            script.alter(ENGINE, &table.name, clause);
        }
        for column in table.columns.iter().filter(computed) {
            if !moved(std::slice::from_ref(&column.name)) {
                let definition = column::definition(&physical.from, table, column)?;
                script.alter(ENGINE, &table.name, format!("MODIFY COLUMN {definition}"));
            }
        }
        for guard in guards(physical, delta, pair.was) {
            if moved(&guard.columns) {
                let clause = format!("MODIFY COLUMN {}", objects::item(&guard)?);
                script.alter(ENGINE, &table.name, clause);
            }
        }
        script.close();
        // So does a comment that says which rows an index was meant to hold.
        for index in commented(physical, delta, pair.was, &renames) {
            script.alter(ENGINE, &table.name, objects::drop(&index));
            script.alter(ENGINE, &table.name, objects::add(&index)?);
        }
        script.close();
    }
    Ok(())
}

/// The indexes whose comment names a column that is renamed: their names
/// before, what they are over renamed.
fn commented(
    physical: &Mariadb,
    delta: &Delta<'_>,
    was: &Table,
    renames: &[(Name, Name)],
) -> Vec<Object> {
    let named = |object: &Object| {
        let index = was.index(&object.name).filter(|index| !index.unique);
        let predicate = index.and_then(|index| index.predicate.as_ref());
        predicate.is_some_and(|predicate| {
            let columns = predicate.columns();
            columns
                .iter()
                .any(|column| renames.iter().any(|renamed| renamed.0 == *column))
        })
    };
    let objects = physical.made.going(delta, was);
    objects
        .filter(|object| object.kind == ObjectKind::Index && named(object))
        .collect()
}

/// From the first name to the last: within one ALTER columns may change names.
fn net<'a>(steps: impl Iterator<Item = &'a (Name, Name, Name)>) -> Vec<(Name, Name)> {
    let mut renames: Vec<(Name, Name)> = Vec::new();
    for (_, from, to) in steps {
        match renames.iter_mut().find(|(_, last)| last == from) {
            Some((_, last)) => *last = to.clone(),
            None => renames.push((from.clone(), to.clone())),
        }
    }
    renames
}

/// The guards that a table has: their names before, their values renamed.
fn guards(physical: &Mariadb, delta: &Delta<'_>, was: &Table) -> Vec<Object> {
    let objects = physical.made.going(delta, was);
    objects
        .filter(|object| object.kind == ObjectKind::Guard)
        .collect()
}

/// New tables, with the foreign keys whose parent is there by then: those are
/// returned.
fn create_tables<'p>(
    physical: &Mariadb,
    plan: &'p Plan<'_>,
    script: &mut Script,
) -> Result<Vec<&'p Object>, Refusal> {
    let mut inline = Vec::new();
    let mut there: Vec<&Name> = Vec::new();
    for (table, objects) in &plan.created {
        let mut items = Vec::new();
        for column in &table.columns {
            items.push(column::definition(&physical.to, table, column)?);
        }
        there.push(&table.name);
        for kind in [ObjectKind::Guard, ObjectKind::PrimaryKey] {
            for object in objects.iter().filter(|object| object.kind == kind) {
                items.push(objects::item(object)?);
            }
        }
        for object in objects
            .iter()
            .filter(|object| object.kind > ObjectKind::PrimaryKey)
        {
            items.push(objects::item(object)?);
        }
        for (_, key) in plan.attached.iter().filter(|(of, _)| of.name == table.name) {
            if plan.parent_is_there(key, &there) {
                items.push(objects::item(key)?);
                inline.push(key);
            }
        }
        let temporary = if table.temporary { "TEMPORARY " } else { "" };
        let head = format!("CREATE {temporary}TABLE {}", quote(&table.name));
        script.push(create_table(
            &head,
            &items,
            " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin",
        ));
    }
    Ok(inline)
}
