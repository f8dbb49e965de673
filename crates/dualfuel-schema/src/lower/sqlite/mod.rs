//! What a change is on SQLite.
//!
//! SQLite renames tables and columns, adds a column that needs no look at the
//! rows, and drops one that nothing names. For all else a table is built anew:
//! create `dualfuel_new_<table>`, copy the rows, drop the old table, rename.
//! Foreign keys have to be off meanwhile, because a DROP TABLE deletes the
//! rows first, and a row that is deleted takes along those that refer to it.
//! Views and triggers that look at the table are dropped before, since a
//! RENAME checks them all, and created again at the end.
//!
//! `table` writes CREATE TABLE and CREATE INDEX, `rebuild` the copy, `trigger`
//! triggers.

mod rebuild;
mod table;
mod trigger;

use super::{
    Defined, Weakening,
    delta::{Delta, Dependents, TableDelta},
    expr,
    script::Script,
    view,
    weaken::weakening,
};
use crate::{
    Engine, Refusal,
    model::{Column, Name, Schema, Table},
};

const ENGINE: Engine = Engine::Sqlite;

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

/// What SQLite does without in a schema.
pub(super) fn weakenings(schema: &Schema) -> Vec<Weakening> {
    let mut all = Vec::new();
    for table in &schema.tables {
        let constraints = table.uniques.iter().filter(|u| u.nulls_not_distinct);
        let constraints = constraints.map(|unique| unique.name.as_ref());
        let indexes = table.indexes.iter().filter(|i| i.nulls_not_distinct);
        for name in constraints.chain(indexes.map(|index| Some(&index.name))) {
            let object = name.map_or("", |name| name.as_str());
            all.push(weakening(
                ENGINE,
                table,
                object,
                "NULL is never equal to NULL",
            ));
        }
    }
    all
}

/// How a table that stays gets what it shall have.
enum Way<'a> {
    /// Nothing but its name and those of its columns may differ.
    Same,
    /// By ALTERs.
    Add(Vec<&'a Column>),
    Drop(Vec<&'a Column>),
    Rebuild,
}

/// The statements of a change.
pub(super) fn define(delta: &Delta<'_>) -> Result<Defined, Refusal> {
    let ways: Vec<(TableDelta<'_>, Way<'_>)> = delta
        .kept()
        .map(|table| {
            let way = way(&table);
            (table, way)
        })
        .collect();
    let dependents = Dependents::of(delta, &touched(delta, &ways));
    let mut script = Script::default();
    for trigger in &dependents.triggers_dropped {
        script.push(format!("DROP TRIGGER {}", quote(&trigger.name_on(ENGINE))));
    }
    for view in &dependents.views_dropped {
        script.push(format!("DROP VIEW {}", quote(&view.name)));
    }
    let indexes = Indexes::of(delta, &ways);
    for name in &indexes.drop {
        script.push(format!("DROP INDEX {}", quote(name)));
    }
    for (was, renamed) in children_first(delta) {
        if was.name == renamed.name {
            script.push(format!("DROP TABLE {}", quote(&was.name)));
        }
    }
    rename(delta, &mut script);
    for (was, renamed) in children_first(delta) {
        if was.name != renamed.name {
            script.push(format!("DROP TABLE {}", quote(&renamed.name)));
        }
    }
    for created in delta.created() {
        script.push(table::create(created, &created.name)?);
    }
    for (table, way) in &ways {
        change(delta, table, way, &mut script)?;
    }
    for index in indexes.create {
        script.push(index?);
    }
    for view in &dependents.views_created {
        script.push(view::create_view(ENGINE, delta.after, view)?);
    }
    for trigger in &dependents.triggers_created {
        script.push(trigger::create(delta.after, trigger)?);
    }
    Ok(Defined {
        statements: script.finish(),
        foreign_keys_off: drops_a_parent(delta, &ways),
    })
}

/// Whether a table goes, if only to be built anew, that others refer to.
fn drops_a_parent(delta: &Delta<'_>, ways: &[(TableDelta<'_>, Way<'_>)]) -> bool {
    let rebuilt = ways
        .iter()
        .filter(|(_, way)| matches!(way, Way::Rebuild))
        .map(|(table, _)| &table.was.name);
    let dropped = delta.dropped().map(|(was, _)| &was.name);
    let mut gone = rebuilt.chain(dropped);
    gone.any(|name| {
        let refers = |table: &Table| table.foreign_keys.iter().any(|key| key.parent == *name);
        delta.before.tables.iter().any(refers)
    })
}

/// Tables that go, those that refer to others before them.
fn children_first<'d>(delta: &'d Delta<'_>) -> Vec<(&'d Table, &'d Table)> {
    let mut waiting: Vec<(&Table, &Table)> = delta.dropped().collect();
    let mut done = Vec::new();
    while !waiting.is_empty() {
        let refers = |child: &Table, parent: &Table| {
            child.name != parent.name
                && child
                    .foreign_keys
                    .iter()
                    .any(|key| key.parent == parent.name)
        };
        let free = waiting
            .iter()
            .position(|(table, _)| !waiting.iter().any(|(other, _)| refers(other, table)));
        done.push(waiting.remove(free.unwrap_or(0)));
    }
    done
}

fn touched(delta: &Delta<'_>, ways: &[(TableDelta<'_>, Way<'_>)]) -> Vec<Name> {
    let moved = |(table, way): &&(TableDelta<'_>, Way<'_>)| {
        table.was.name.as_str() != table.to.name.as_str()
            || delta
                .column_renames
                .iter()
                .any(|(of, _, _)| *of == table.to.name)
            || matches!(way, Way::Drop(_) | Way::Rebuild)
    };
    let kept = ways
        .iter()
        .filter(moved)
        .map(|(table, _)| table.to.name.clone());
    let gone = delta.dropped().map(|(_, renamed)| renamed.name.clone());
    kept.chain(gone).collect()
}

fn rename(delta: &Delta<'_>, script: &mut Script) {
    let mut rename = |from: &Name, to: &Name| {
        let (from, to) = (quote(from), quote(to));
        script.push(format!("ALTER TABLE {from} RENAME TO {to}"));
    };
    for (from, to) in &delta.table_renames {
        if from == to {
            // Of a name in other capitals SQLite says that it is taken.
            let between = Name::new(format!("dualfuel_old_{from}"));
            rename(from, &between);
            rename(&between, to);
        } else {
            rename(from, to);
        }
    }
    for (table, from, to) in &delta.column_renames {
        script.push(format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            quote(table),
            quote(from),
            quote(to)
        ));
    }
}

fn way<'a>(table: &TableDelta<'a>) -> Way<'a> {
    let moves_rows = table.filter().is_some()
        || table
            .to
            .columns
            .iter()
            .any(|c| table.value(&c.name).is_some());
    if moves_rows {
        return Way::Rebuild;
    }
    if same(table.from, table.to) {
        return Way::Same;
    }
    let added: Vec<&Column> = table.added_columns().collect();
    let dropped: Vec<&Column> = table.dropped_columns().collect();
    let mut with = table.from.clone();
    if dropped.is_empty()
        && added
            .iter()
            .all(|column| rebuild::can_add(table.to, column))
    {
        rebuild::add(&mut with, table.to, &added);
        if same(&with, table.to) {
            return Way::Add(added);
        }
    } else if added.is_empty() && dropped.iter().all(|c| rebuild::can_drop(table.from, c)) {
        with.columns
            .retain(|column| table.to.column(&column.name).is_some());
        if same(&with, table.to) {
            return Way::Drop(dropped);
        }
    }
    Way::Rebuild
}

/// Whether two tables are written alike, but for their indexes. A foreign key
/// that names its parent's primary key is one that names no columns: which is
/// seen only once the parent is there.
fn same(from: &Table, to: &Table) -> bool {
    if from == to {
        return true;
    }
    let mut from = from.clone();
    let mut to = to.clone();
    for (was, is) in from.foreign_keys.iter_mut().zip(&mut to.foreign_keys) {
        if was.parent_columns.is_empty() || is.parent_columns.is_empty() {
            was.parent_columns.clear();
            is.parent_columns.clear();
        }
    }
    match (table::create(&from, &to.name), table::create(&to, &to.name)) {
        (Ok(from), Ok(to)) => from == to,
        // An override made what can't be said: what it is can't be seen in how
        // it is written.
        (Err(_), Err(_)) => {
            from.indexes.clone_from(&to.indexes);
            from == to
        }
        _ => false,
    }
}

fn change(
    delta: &Delta<'_>,
    table: &TableDelta<'_>,
    way: &Way<'_>,
    script: &mut Script,
) -> Result<(), Refusal> {
    let name = quote(&table.to.name);
    match way {
        Way::Same => {}
        Way::Add(columns) => {
            for column in columns {
                let text = rebuild::added(table.to, column)?;
                script.push(format!("ALTER TABLE {name} ADD COLUMN {text}"));
            }
        }
        Way::Drop(columns) => {
            for column in columns {
                let column = quote(&column.name);
                script.push(format!("ALTER TABLE {name} DROP COLUMN {column}"));
            }
        }
        Way::Rebuild => script.extend(rebuild::statements(delta, table)?),
    }
    Ok(())
}

/// Indexes to drop before the tables change, and statements to create others
/// afterwards. Those of a table that goes or is built anew go with it.
struct Indexes {
    drop: Vec<Name>,
    create: Vec<Result<String, Refusal>>,
}

impl Indexes {
    fn of(delta: &Delta<'_>, ways: &[(TableDelta<'_>, Way<'_>)]) -> Self {
        let names = table::indexes(delta.before);
        let texts = table::indexes(&delta.renamed);
        let mut indexes = Self {
            drop: Vec::new(),
            create: Vec::new(),
        };
        for (table, new) in delta.after.tables.iter().zip(table::indexes(delta.after)) {
            let way = ways.iter().find(|(delta, _)| std::ptr::eq(delta.to, table));
            let mut old = Vec::new();
            if let Some((kept, way)) = way
                && !matches!(way, Way::Rebuild)
                && let Some(place) = place(delta.before, kept.was)
                && let (Some(names), Some(texts)) = (names.get(place), texts.get(place))
            {
                old = names.iter().zip(texts).collect();
            }
            for (name, text) in new {
                let same = |((was, _), (_, sql)): &(&table::Created, &table::Created)| {
                    was.as_str() == name.as_str() && *sql == text
                };
                match old.iter().position(same) {
                    Some(place) => drop(old.remove(place)),
                    None => indexes.create.push(text),
                }
            }
            let gone = old.into_iter().map(|((name, _), _)| name.clone());
            indexes.drop.extend(gone);
        }
        indexes
    }
}

fn place(schema: &Schema, table: &Table) -> Option<usize> {
    schema.tables.iter().position(|t| std::ptr::eq(t, table))
}
