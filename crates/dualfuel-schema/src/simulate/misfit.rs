//! What to say when a statement does not fit: what it asks for, and what is
//! there instead.

use crate::{
    Refusal,
    model::{Name, Schema, Table},
};

/// There is no such table.
pub(super) fn no_table(schema: &Schema, name: &Name) -> Refusal {
    if schema.virtual_tables.contains(name) {
        return Refusal::new(format!(
            "`{name}` is a virtual table, which only SQLite has"
        ));
    }
    let names = schema.tables.iter().map(|table| &table.name);
    absent(
        "table",
        name,
        names.chain(schema.views.iter().map(|v| &v.name)),
    )
}

/// There is no such view.
pub(super) fn no_view(schema: &Schema, name: &Name) -> Refusal {
    absent("view", name, schema.views.iter().map(|view| &view.name))
}

/// There is no such index.
pub(super) fn no_index(schema: &Schema, name: &Name) -> Refusal {
    let indexes = schema.tables.iter().flat_map(|table| &table.indexes);
    absent("index", name, indexes.map(|index| &index.name))
}

/// There is no such trigger.
pub(super) fn no_trigger(schema: &Schema, name: &Name) -> Refusal {
    absent("trigger", name, schema.triggers.iter().map(|t| &t.name))
}

/// There is no such type.
pub(super) fn no_type(schema: &Schema, name: &Name) -> Refusal {
    absent("type", name, schema.enums.iter().map(|t| &t.name))
}

/// The table has no such column.
pub(super) fn no_column(table: &Table, name: &Name) -> Refusal {
    let Refusal { reason, .. } = absent("column", name, table.columns.iter().map(|c| &c.name));
    Refusal::new(
        reason
            .replacen("there is", &format!("`{}` has", table.name), 1)
            .replacen("; there is", "; it has", 1),
    )
}

/// The table has no such constraint.
pub(super) fn no_constraint(table: &Table, name: &Name) -> Refusal {
    let uniques = table.uniques.iter().filter_map(|c| c.name.as_ref());
    let checks = table.checks.iter().filter_map(|c| c.name.as_ref());
    let keys = table.foreign_keys.iter().filter_map(|c| c.name.as_ref());
    let Refusal { reason, .. } = absent("constraint", name, uniques.chain(checks).chain(keys));
    Refusal::new(
        reason
            .replacen("there is", &format!("`{}` has", table.name), 1)
            .replacen("; there is", "; it has", 1),
    )
}

/// The name is taken.
pub(super) fn taken(kind: &str, name: &Name) -> Refusal {
    Refusal::new(format!("there is {} `{name}` already", article(kind)))
}

fn article(kind: &str) -> String {
    let an = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if an { "an" } else { "a" })
}

fn absent<'a>(kind: &str, name: &Name, there: impl Iterator<Item = &'a Name>) -> Refusal {
    let nearest = there
        .map(|other| (distance(&name.folded(), &other.folded()), other))
        .min_by_key(|(distance, _)| *distance)
        // Nearer than what a wholly different name would be.
        .filter(|(distance, _)| *distance <= 1 + name.as_str().len() / 4);
    Refusal::new(match nearest {
        Some((_, other)) => format!("there is no {kind} `{name}`; there is `{other}`"),
        None => format!("there is no {kind} `{name}`"),
    })
}

/// How many characters have to be put in, taken out or changed.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, from) in left.chars().enumerate() {
        let mut diagonal = above;
        let mut last = above + 1;
        for (to, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let changed = diagonal + usize::from(from != *to);
            diagonal = *cell;
            last = changed.min(*cell + 1).min(last + 1);
            *cell = last;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_told_from_a_name_of_another_kind() {
        let mut schema = Schema::default();
        schema.tables.push(Table::new("users"));
        let say = |name: &str| no_table(&schema, &Name::new(name)).reason;
        assert_eq!(say("usrs"), "there is no table `usrs`; there is `users`");
        assert_eq!(say("invoices"), "there is no table `invoices`");
    }
}
