//! The changes of a table that stays.
//!
//! One ALTER TABLE does all of them, so that MariaDB reads and writes the
//! table once and no index is missed by a foreign key in between. Where rows
//! are written anew there are two: one that makes room, then the rows, then
//! the rest. A column whose values MODIFY would not convert as SQLite does
//! gets a stand-in, `dualfuel_new_<column>`, that takes its place at the end.

use super::{
    ENGINE, Mariadb,
    column::{self, Without},
    objects, quote,
};
use crate::{
    Refusal,
    lower::{
        delta::{Delta, Object, ObjectKind, TableDelta, TablePlan, in_turn},
        expr, rows,
        script::Script,
    },
    model::{Column, Expr, Name},
    statement::{Statement, Update, UpdateOr},
};

/// A column that becomes AUTO_INCREMENT takes 0 for "the next number", and
/// would give such a row another.
const KEEP_ZERO: [&str; 2] = [
    "SET @dualfuel_sql_mode = @@sql_mode",
    "SET sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')",
];

pub(super) fn change_table(
    physical: &Mariadb,
    delta: &Delta<'_>,
    plan: &TablePlan<'_>,
    script: &mut Script,
) -> Result<(), Refusal> {
    let change = Change {
        physical,
        dropped: &plan.dropped,
        table: &plan.delta,
    };
    for clause in rename_indexes(plan) {
        change.clause(script, clause);
    }
    script.close();
    let drops: Vec<String> = plan.dropped.iter().map(objects::drop).collect();
    let two = change.needs_room();
    for clause in drops {
        change.clause(script, clause);
    }
    if two {
        change.make_room(script)?;
        script.close();
        change.write_rows(delta, script)?;
    }
    let anew = change.is_numbered_anew(two);
    if anew {
        script.extend(KEEP_ZERO.map(String::from));
    }
    change.columns(two, script)?;
    for object in &plan.added {
        change.clause(script, objects::add(object)?);
    }
    script.close();
    if anew {
        script.push("SET sql_mode = @dualfuel_sql_mode");
    }
    Ok(())
}

fn rename_indexes(plan: &TablePlan<'_>) -> Vec<String> {
    let renames = plan.renamed.iter();
    let renames = renames.map(|(old, new)| (old.name.clone(), new.name.clone()));
    in_turn(renames.collect())
        .into_iter()
        .map(|(from, to)| format!("RENAME INDEX {} TO {}", quote(&from), quote(&to)))
        .collect()
}

/// Whether a table is altered twice, with its rows written in between.
pub(super) fn in_two(physical: &Mariadb, table: &TableDelta<'_>) -> bool {
    let change = Change {
        physical,
        dropped: &[],
        table,
    };
    change.needs_room()
}

struct Change<'a> {
    physical: &'a Mariadb,
    /// Constraints and indexes that go.
    dropped: &'a [Object],
    table: &'a TableDelta<'a>,
}

impl Change<'_> {
    fn clause(&self, script: &mut Script, clause: impl Into<String>) {
        script.alter(ENGINE, &self.table.to.name, clause);
    }

    /// Whether anything has to happen to rows between two ALTERs.
    fn needs_room(&self) -> bool {
        self.table.filter().is_some()
            || self.table.to.columns.iter().any(|column| {
                self.table.value(&column.name).is_some()
                    || self.is_bare(column)
                    || self.has_stand_in(column)
            })
    }

    /// A new column that has to be given a value: MariaDB would make one up.
    fn is_bare(&self, column: &Column) -> bool {
        self.table.from.column(&column.name).is_none()
            && !column.nullable
            && column.default.is_none()
            && column.generated.is_none()
            && column.identity.is_none()
    }

    /// Whether its values go to a stand-in: those of another type, and those
    /// that were computed.
    fn has_stand_in(&self, to: &Column) -> bool {
        let Some(from) = self.table.from.column(&to.name) else {
            return false;
        };
        if to.generated.is_some() {
            return false;
        }
        from.generated.is_some()
            || from.data_type.family() != to.data_type.family()
            || (self.is_retyped(from) && self.table.value(&to.name).is_some())
    }

    fn is_retyped(&self, column: &Column) -> bool {
        let (from, to) = (&self.physical.from, &self.physical.to);
        let native = |natives: &super::Natives| {
            let native = natives.get(&self.table.to.name, &column.name);
            native.map(|native| native.sql.clone())
        };
        native(from) != native(to)
    }

    /// MariaDB can't turn a computed column into another by MODIFY.
    fn is_replaced(&self, from: &Column, to: &Column) -> bool {
        to.generated.is_some()
            && (column::generated(self.table.from, from) != column::generated(self.table.to, to)
                || self.is_retyped(from))
    }

    fn body(&self, column: &Column, without: Without) -> Result<String, Refusal> {
        column::body(&self.physical.to, self.table.to, column, without)
    }

    fn is_filled(&self, column: &Column) -> bool {
        column.generated.is_none()
            && self.table.from.column(&column.name).is_none()
            && (self.table.value(&column.name).is_some() || self.is_bare(column))
    }

    /// Columns for the new values, NULL so far.
    fn make_room(&self, script: &mut Script) -> Result<(), Refusal> {
        let without = Without {
            not_null: true,
            identity: true,
        };
        for column in &self.table.to.columns {
            if self.is_filled(column) {
                let body = self.body(column, without)?;
                let name = quote(&column.name);
                self.clause(script, format!("ADD COLUMN {name} {body}"));
            } else if self.has_stand_in(column) {
                let body = self.body(column, without)?;
                let name = quote(&stand_in(&column.name));
                self.clause(script, format!("ADD COLUMN {name} {body}"));
            }
        }
        for (from, to) in self.table.kept_columns() {
            if self.is_loosened(from, to) {
                let body = column::body(&self.physical.from, self.table.from, from, without)?;
                let name = quote(&from.name);
                self.clause(script, format!("MODIFY COLUMN {name} {body}"));
            }
        }
        // Without its key, a column can't be AUTO_INCREMENT.
        if self.loses_key() {
            for column in self.table.from.columns.iter() {
                if column.identity.is_some() {
                    let from = &self.physical.from;
                    let without = Without {
                        not_null: false,
                        identity: true,
                    };
                    let body = column::body(from, self.table.from, column, without)?;
                    let name = quote(&column.name);
                    self.clause(script, format!("MODIFY COLUMN {name} {body}"));
                }
            }
        }
        Ok(())
    }

    /// Whether an UPDATE gives a column new values that may be NULL, as they
    /// were not before.
    fn is_loosened(&self, from: &Column, to: &Column) -> bool {
        !from.nullable
            && to.nullable
            && to.generated.is_none()
            && self.table.value(&to.name).is_some()
            && !self.has_stand_in(to)
    }

    /// Whether the key of the numbered column goes, if only to come back.
    fn loses_key(&self) -> bool {
        let numbered = self
            .table
            .from
            .columns
            .iter()
            .filter(|c| c.identity.is_some());
        let numbered: Vec<&Name> = numbered.map(|column| &column.name).collect();
        self.dropped.iter().any(|object| {
            matches!(object.kind, ObjectKind::PrimaryKey | ObjectKind::Index)
                && object
                    .columns
                    .first()
                    .is_some_and(|first| numbered.contains(&first))
        })
    }

    /// Whether a column that has values becomes AUTO_INCREMENT.
    fn is_numbered_anew(&self, filled: bool) -> bool {
        self.table.to.columns.iter().any(|to| {
            let from = self.table.from.column(&to.name);
            to.identity.is_some()
                && from.is_none_or(|from| {
                    from.identity.is_none() || (filled && self.loses_key()) || self.has_stand_in(to)
                })
                && (from.is_some() || self.is_filled(to))
        })
    }

    fn write_rows(&self, delta: &Delta<'_>, script: &mut Script) -> Result<(), Refusal> {
        let by_update = |column: &Column| !self.has_stand_in(column) && column.generated.is_none();
        let mut set = Vec::new();
        let mut stand_ins = Vec::new();
        for to in self
            .table
            .to
            .columns
            .iter()
            .filter(|c| self.has_stand_in(c))
        {
            let own = Expr::column(to.name.clone());
            let value = self.table.value(&to.name).unwrap_or(&own);
            let name = stand_in(&to.name);
            set.push((name.clone(), value.clone()));
            stand_ins.push(Column {
                name,
                generated: None,
                ..to.clone()
            });
        }
        // Stand-ins first: they are made of what the columns still hold.
        if !set.is_empty() {
            let mut schema = delta.renamed.clone().into_owned();
            if let Some(table) = schema.table_mut(&self.table.to.name) {
                table.columns.extend(stand_ins);
            }
            let update = Statement::Update(Update {
                table: self.table.to.name.clone(),
                alias: None,
                set,
                from: Vec::new(),
                filter: None,
                or: UpdateOr::Fail,
            });
            let deleted = rows::rewrite(ENGINE, delta, self.table, |_| false)?;
            script.extend(deleted);
            script.extend(expr::data_statement(ENGINE, &schema, &update)?);
            let rest = rows::update(ENGINE, delta, self.table, by_update)?;
            script.extend(rest);
        } else {
            script.extend(rows::rewrite(ENGINE, delta, self.table, by_update)?);
        }
        Ok(())
    }

    /// What the columns shall be, in their order: one may stand after another
    /// that comes before it in the same ALTER. `filled`: rows have been written.
    fn columns(&self, filled: bool, script: &mut Script) -> Result<(), Refusal> {
        for column in self.table.dropped_columns() {
            self.clause(script, format!("DROP COLUMN {}", quote(&column.name)));
        }
        for (from, to) in self.table.kept_columns() {
            if self.has_stand_in(to) || self.is_replaced(from, to) {
                self.clause(script, format!("DROP COLUMN {}", quote(&to.name)));
            }
        }
        for to in &self.table.to.columns {
            if let Some(verb) = self.verb(to, filled)? {
                let body = self.body(to, Without::default())?;
                let place = match self.table.from.column(&to.name) {
                    Some(_) if verb.starts_with("MODIFY") => String::new(),
                    _ => self.place(to),
                };
                let name = quote(&to.name);
                self.clause(script, format!("{verb} {name} {body}{place}"));
            }
        }
        Ok(())
    }

    /// What is done for a column, if anything.
    fn verb(&self, to: &Column, filled: bool) -> Result<Option<String>, Refusal> {
        let Some(from) = self.table.from.column(&to.name) else {
            let there = filled && self.is_filled(to);
            let done = there && to.nullable && self.place(to).is_empty();
            let verb = if there { "MODIFY COLUMN" } else { "ADD COLUMN" };
            return Ok((!done).then(|| verb.to_owned()));
        };
        Ok(if self.has_stand_in(to) {
            Some(format!("CHANGE COLUMN {}", quote(&stand_in(&to.name))))
        } else if self.is_replaced(from, to) {
            Some("ADD COLUMN".to_owned())
        } else if self.is_modified(from, to, filled)? {
            Some("MODIFY COLUMN".to_owned())
        } else {
            None
        })
    }

    fn is_modified(&self, from: &Column, to: &Column, filled: bool) -> Result<bool, Refusal> {
        if filled && to.identity.is_some() && self.loses_key() {
            return Ok(true);
        }
        let loosened = filled && self.is_loosened(from, to);
        let without = Without {
            not_null: loosened,
            identity: loosened,
        };
        let before = column::body(&self.physical.from, self.table.from, from, without);
        let after = self.body(to, Without::default());
        match (before, after) {
            // An override made what can't be said; it stays as it is.
            (Err(_), Err(_)) if from == to => Ok(false),
            (Ok(before), after) => Ok(before != after?),
            (Err(_), after) => after.map(|_| true),
        }
    }

    /// Where a new column stands: after the one before it, unless only other
    /// new ones follow.
    fn place(&self, column: &Column) -> String {
        let columns = &self.table.to.columns;
        let Some(place) = columns.iter().position(|c| c.name == column.name) else {
            return String::new();
        };
        let is_new = |c: &Column| self.table.from.column(&c.name).is_none();
        if columns.iter().skip(place + 1).all(is_new) && is_new(column) {
            return String::new();
        }
        match place.checked_sub(1).and_then(|before| columns.get(before)) {
            None => " FIRST".into(),
            Some(before) => format!(" AFTER {}", quote(&before.name)),
        }
    }
}

fn stand_in(column: &Name) -> Name {
    Name::new(format!("dualfuel_new_{column}"))
}
