//! In which order.

use super::effective_parent;
use crate::model::{Name, Schema, Table};

/// Renames so that each finds its new name free: one that another still has
/// waits for it, and a circle is opened with a name in between.
pub(crate) fn in_turn(renames: Vec<(Name, Name)>) -> Vec<(Name, Name)> {
    let mut waiting: Vec<(Name, Name)> = renames
        .into_iter()
        .filter(|(from, to)| from.as_str() != to.as_str())
        .collect();
    let mut done = Vec::new();
    while !waiting.is_empty() {
        let free = waiting
            .iter()
            .position(|(from, to)| from == to || !waiting.iter().any(|(other, _)| other == to));
        if let Some(place) = free {
            done.push(waiting.remove(place));
        } else if let Some((from, _)) = waiting.first_mut() {
            let between = Name::new(format!("dualfuel_turn_{from}"));
            done.push((from.clone(), between.clone()));
            *from = between;
        }
    }
    done
}

/// New tables, parents before their children where no circle forbids it.
pub(crate) fn creation_order<'a>(
    schema: &Schema,
    tables: impl IntoIterator<Item = &'a Table>,
) -> Vec<&'a Table> {
    let mut waiting: Vec<&Table> = tables.into_iter().collect();
    let mut done = Vec::new();
    while !waiting.is_empty() {
        let needs = |table: &Table, other: &Table| {
            other.name != table.name
                && table
                    .foreign_keys
                    .iter()
                    .any(|key| key.parent == other.name && effective_parent(schema, key).is_some())
        };
        let ready = waiting
            .iter()
            .position(|table| !waiting.iter().any(|other| needs(table, other)));
        done.push(waiting.remove(ready.unwrap_or(0)));
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(renames: &[(&str, &str)]) -> Vec<String> {
        let renames = renames
            .iter()
            .map(|(a, b)| (Name::from(*a), Name::from(*b)));
        in_turn(renames.collect())
            .into_iter()
            .map(|(from, to)| format!("{from}>{to}"))
            .collect()
    }

    #[test]
    fn a_rename_waits_for_its_name_to_be_free() {
        assert_eq!(turns(&[("a", "b"), ("b", "c")]), ["b>c", "a>b"]);
    }

    #[test]
    fn two_that_change_places_meet_half_way() {
        assert_eq!(
            turns(&[("a", "b"), ("b", "a")]),
            ["a>dualfuel_turn_a", "b>a", "dualfuel_turn_a>b"]
        );
    }

    #[test]
    fn a_change_of_case_alone_is_a_rename() {
        assert_eq!(turns(&[("Users", "users")]), ["Users>users"]);
    }
}
