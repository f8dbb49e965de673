//! What a change is on PostgreSQL.
//!
//! Everything is an ALTER: a table that was dropped and renamed would lose its
//! policies and grants. All statements of a migration are one transaction.
//!
//! - [`objects`]: constraints and indexes, with the names that PostgreSQL
//!   itself would give.
//! - [`column`]: columns, and how one becomes another.
//! - [`security`]: row level security of tenant tables.
//! - [`trigger`]: triggers as functions.
//!
//! Text is `COLLATE "C"`. A NOCASE column is too: it is marked by the comment
//! `dualfuel: NOCASE`, and uniques and indexes hold `lower(column)`.

mod column;
mod objects;
mod security;
mod trigger;

pub(super) use security::{ROW_SECURITY_OFF, unforced};

use super::{
    Weakening,
    delta::{
        Delta, Made, Object, ObjectKind, Physical, Plan, TableDelta, TablePlan, plan, same_set,
    },
    expr,
    memo::Known,
    rows,
    script::{Script, create_table},
    view, weaken,
};
use crate::{
    Engine, Refusal,
    model::{Name, Schema, Table},
};

const ENGINE: Engine = Engine::Postgres;

struct Postgres {
    made: Made,
}

impl Physical for Postgres {
    fn made(&self) -> &Made {
        &self.made
    }

    fn changes(&self, _: &Delta<'_>, table: &TableDelta<'_>, name: &Name) -> bool {
        match (table.from.column(name), table.to.column(name)) {
            (Some(from), Some(to)) => {
                column::is_retyped(from, to)
                    || column::is_replaced(table, from, to)
                    || from.collation != to.collation
            }
            _ => true,
        }
    }
}

pub(super) fn quote(name: &Name) -> String {
    expr::quote(ENGINE, name)
}

/// `"a", "b"`, as the table spells them.
pub(super) fn list(table: &Table, columns: &[Name]) -> String {
    let spelled = columns
        .iter()
        .map(|name| quote(table.column(name).map_or(name, |column| &column.name)));
    spelled.collect::<Vec<_>>().join(", ")
}

/// What PostgreSQL does without in a schema.
pub(super) fn weakenings(schema: &Schema) -> Vec<Weakening> {
    weaken::common(ENGINE, schema)
}

/// The statements of a change.
pub(super) fn define<'s>(delta: &Delta<'s>, known: &Known<'s>) -> Result<Vec<String>, Refusal> {
    let made = Made::of(delta, &known.objects, objects::objects);
    let physical = Postgres { made };
    let plan = plan(&physical, delta);
    let mut script = Script::default();
    drop_dependents(&plan, &mut script);
    for (table, key) in &plan.detached {
        drop_object(&mut script, &table.name, key);
    }
    for table in &plan.tables {
        for object in &table.dropped {
            drop_object(&mut script, &table.delta.was.name, object);
        }
    }
    for (was, renamed) in delta.dropped() {
        // One that stands in a renamed table's way goes by its new name.
        if was.name == renamed.name {
            script.push(format!("DROP TABLE {}", quote(&was.name)));
        }
    }
    rename(&plan, &mut script);
    for (was, renamed) in delta.dropped() {
        if was.name != renamed.name {
            script.push(format!("DROP TABLE {}", quote(&renamed.name)));
        }
    }
    let inline = create_tables(&plan, &mut script)?;
    for table in &plan.tables {
        security::change(&table.delta, &mut script);
        change_table(&plan, table, &mut script)?;
        if !table.delta.was.tenant {
            security::enable(table.delta.to, &mut script);
        }
    }
    for (table, key) in &plan.attached {
        if !inline.iter().any(|done| std::ptr::eq(*done, key)) {
            let clause = add_constraint(key)?;
            security::unforced_key(delta.after, table, key, &mut script, |script| {
                script.alter(ENGINE, &table.name, clause);
            });
        }
    }
    create_dependents(&plan, &mut script)?;
    Ok(script.finish())
}

fn drop_dependents(plan: &Plan<'_>, script: &mut Script) {
    for trigger in &plan.dependents.triggers_dropped {
        trigger::drop(plan.delta.before, trigger, script);
    }
    for view in &plan.dependents.views_dropped {
        script.push(format!("DROP VIEW {}", quote(&view.name)));
    }
}

fn create_dependents(plan: &Plan<'_>, script: &mut Script) -> Result<(), Refusal> {
    for view in &plan.dependents.views_created {
        script.push(view::create_view(ENGINE, plan.delta.after, view)?);
    }
    for trigger in &plan.dependents.triggers_created {
        trigger::create(plan.delta.after, trigger, script)?;
    }
    Ok(())
}

fn drop_object(script: &mut Script, table: &Name, object: &Object) {
    if object.kind == ObjectKind::Index {
        script.push(format!("DROP INDEX {}", quote(&object.name)));
    } else {
        let clause = format!("DROP CONSTRAINT {}", quote(&object.name));
        script.alter(ENGINE, table, clause);
    }
}

fn add_constraint(object: &Object) -> Result<String, Refusal> {
    let definition = object.sql.clone()?;
    Ok(format!(
        "ADD CONSTRAINT {} {definition}",
        quote(&object.name)
    ))
}

fn add_object(script: &mut Script, table: &Name, object: &Object) -> Result<(), Refusal> {
    if object.kind == ObjectKind::Index {
        let definition = object.sql.clone()?;
        let unique = if object.unique { "UNIQUE " } else { "" };
        script.push(format!(
            "CREATE {unique}INDEX {} ON {} {definition}",
            quote(&object.name),
            quote(table)
        ));
    } else {
        script.alter(ENGINE, table, add_constraint(object)?);
    }
    Ok(())
}

/// RENAME stands alone in its ALTER TABLE.
fn rename(plan: &Plan<'_>, script: &mut Script) {
    let delta = plan.delta;
    for (from, to) in &delta.table_renames {
        script.push(format!(
            "ALTER TABLE {} RENAME TO {}",
            quote(from),
            quote(to)
        ));
    }
    for (table, from, to) in &delta.column_renames {
        script.push(format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            quote(table),
            quote(from),
            quote(to)
        ));
    }
    objects::rename(plan, script);
}

/// New tables, with the foreign keys whose parent is there by then: those are
/// returned.
fn create_tables<'p>(plan: &'p Plan<'_>, script: &mut Script) -> Result<Vec<&'p Object>, Refusal> {
    let mut inline = Vec::new();
    let mut there: Vec<&Name> = Vec::new();
    for (table, objects) in &plan.created {
        let mut items = Vec::new();
        for column in &table.columns {
            items.push(column::definition(table, column)?);
        }
        let mut indexes = Vec::new();
        for object in objects {
            match object.kind {
                ObjectKind::Index => indexes.push(object),
                _ => items.push(constraint(object)?),
            }
        }
        for (_, key) in plan.attached.iter().filter(|(of, _)| of.name == table.name) {
            if parent_is_there(plan, table, key, &there) {
                items.push(constraint(key)?);
                inline.push(key);
            }
        }
        let temporary = if table.temporary { "TEMPORARY " } else { "" };
        let head = format!("CREATE {temporary}TABLE {}", quote(&table.name));
        script.push(create_table(&head, &items, ""));
        for index in indexes {
            add_object(script, &table.name, index)?;
        }
        for column in &table.columns {
            column::comment(&table.name, None, column, script);
        }
        security::enable(table, script);
        there.push(&table.name);
    }
    Ok(inline)
}

fn constraint(object: &Object) -> Result<String, Refusal> {
    let definition = object.sql.clone()?;
    Ok(format!("CONSTRAINT {} {definition}", quote(&object.name)))
}

/// Whether a new table's foreign key can be part of its CREATE TABLE.
fn parent_is_there(plan: &Plan<'_>, table: &Table, key: &Object, created: &[&Name]) -> bool {
    let Some((parent, columns)) = &key.parent else {
        return false;
    };
    // The table's own indexes come after it.
    if *parent == table.name {
        let own = plan.created.iter().find(|(of, _)| of.name == *parent);
        return own.is_some_and(|(_, objects)| {
            objects.iter().any(|object| {
                object.kind != ObjectKind::Index && same_set(&object.columns, columns)
            })
        });
    }
    plan.parent_is_there(key, created)
}

/// Columns and rows of a table that stays, then what comes.
fn change_table(
    plan: &Plan<'_>,
    table: &TablePlan<'_>,
    script: &mut Script,
) -> Result<(), Refusal> {
    let delta = &table.delta;
    column::add_plain(delta, script)?;
    column::loosen(delta, script);
    let rows = rows::rewrite(ENGINE, plan.delta, delta, |column| {
        !column::rewritten_by_type(delta, column)
    })?;
    if !rows.is_empty() {
        let walled: &[&Name] = if delta.to.tenant {
            &[&delta.to.name]
        } else {
            &[]
        };
        security::unforced(walled, script, |script| script.extend(rows));
    }
    column::change(delta, script)?;
    for object in &table.added {
        add_object(script, &delta.to.name, object)?;
    }
    Ok(())
}
