//! What a step loses that taking it back can't bring again.

use super::delta::{Delta, TableDelta};
use crate::{
    model::{Column, Name, Table},
    simulate::{Moves, Step, StepKind},
};

/// Names the other way round. A rewrite has no inverse: values stay as they
/// were made.
pub(super) fn inverted(moves: &Moves) -> Moves {
    let back = |(from, to): &(_, _)| (Clone::clone(to), Clone::clone(from));
    let table_before = |after: &Name| {
        let found = moves.tables.iter().find(|(_, to)| to == after);
        found.map_or_else(|| after.clone(), |(from, _)| from.clone())
    };
    Moves {
        tables: moves.tables.iter().map(back).collect(),
        columns: moves
            .columns
            .iter()
            .map(|(table, from, to)| (table_before(table), to.clone(), from.clone()))
            .collect(),
        rewrites: Vec::new(),
        indexes: moves.indexes.iter().map(back).collect(),
    }
}

/// Why a step can't be undone without losing something.
pub(super) fn of_step(step: &Step) -> Vec<String> {
    let moves = match &step.kind {
        StepKind::Data(_) => return vec!["rows that the migration changes stay changed".into()],
        StepKind::Define(moves) => moves,
    };
    let delta = Delta::new(&step.before, &step.after, moves);
    let mut lost: Vec<String> = delta
        .dropped()
        .map(|(table, _)| format!("`{}` is dropped with its rows", table.name))
        .collect();
    for table in delta.kept() {
        lost.extend(of_table(&table));
    }
    lost
}

fn of_table(table: &TableDelta<'_>) -> Vec<String> {
    let name = &table.was.name;
    let mut lost = Vec::new();
    if table.filter().is_some() {
        lost.push(format!("rows of `{name}` are deleted"));
    }
    for column in table.dropped_columns().filter(|c| c.generated.is_none()) {
        lost.push(dropped(table.was, column));
    }
    for (from, to) in table
        .kept_columns()
        .filter(|(from, _)| from.generated.is_none())
    {
        if to.generated.is_some() {
            lost.push(format!("`{name}.{}` becomes computed", from.name));
        } else if table.value(&to.name).is_some() {
            lost.push(format!("`{name}.{}` gets new values", from.name));
        }
    }
    lost
}

fn dropped(table: &Table, column: &Column) -> String {
    let lost = format!(
        "`{}.{}` is dropped with its values",
        table.name, column.name
    );
    let needed = !column.nullable && column.default.is_none() && column.identity.is_none();
    if needed {
        format!(
            "{lost}, and can come back only while the table is empty: it is NOT NULL without a default"
        )
    } else {
        lost
    }
}
