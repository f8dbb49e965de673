//! The names that PostgreSQL gives to constraints without one.
//!
//! A later `DROP CONSTRAINT users_email_key` means the constraint by the name
//! that it was given when it was made, so a PostgreSQL source's constraints
//! are named here as PostgreSQL names them (`ChooseConstraintName`).

use crate::model::{Check, Name, Table};

/// The most bytes that a name has on PostgreSQL.
const LONGEST: usize = 63;

/// Names every constraint that has no name, as PostgreSQL does when it makes
/// the table, or adds them to it.
pub(super) fn name_constraints(table: &mut Table) {
    let name = table.name.clone();
    let mut taken: Vec<Name> = named(table);
    let mut choose = |columns: &[Name], label: &str| {
        let columns: Vec<&str> = columns.iter().map(Name::as_str).collect();
        let chosen = (0..=taken.len())
            .map(|pass| {
                let label = match pass {
                    0 => label.to_owned(),
                    _ => format!("{label}{pass}"),
                };
                Name::new(object_name(name.as_str(), &columns.join("_"), &label))
            })
            .find(|candidate| !taken.contains(candidate))?;
        taken.push(chosen.clone());
        Some(chosen)
    };
    if let Some(key) = table.primary_key.as_mut().filter(|key| key.name.is_none()) {
        key.name = choose(&[], "pkey");
    }
    for unique in table.uniques.iter_mut().filter(|c| c.name.is_none()) {
        unique.name = choose(&unique.columns, "key");
    }
    for place in 0..table.checks.len() {
        let Some(check) = table.checks.get(place).filter(|c| c.name.is_none()) else {
            continue;
        };
        if is_of_enum(table, check) {
            continue;
        }
        let columns = Some(check.expr.columns()).filter(|columns| columns.len() == 1);
        let chosen = choose(&columns.unwrap_or_default(), "check");
        if let Some(check) = table.checks.get_mut(place) {
            check.name = chosen;
        }
    }
    for key in table.foreign_keys.iter_mut().filter(|c| c.name.is_none()) {
        key.name = choose(&key.columns, "fkey");
    }
}

/// The names of a table's constraints.
fn named(table: &Table) -> Vec<Name> {
    let key = table.primary_key.iter().filter_map(|c| c.name.clone());
    let uniques = table.uniques.iter().filter_map(|c| c.name.clone());
    let checks = table.checks.iter().filter_map(|c| c.name.clone());
    let foreign = table.foreign_keys.iter().filter_map(|c| c.name.clone());
    key.chain(uniques).chain(checks).chain(foreign).collect()
}

/// Whether it stands for an enum's labels, which PostgreSQL has no CHECK for.
fn is_of_enum(table: &Table, check: &Check) -> bool {
    table
        .columns
        .iter()
        .any(|column| column.enum_type.is_some() && super::enums::is_check_of(check, &column.name))
}

/// `table_columns_label`, where the longer of the first two gives way until
/// all fits (`makeObjectName`).
fn object_name(table: &str, columns: &str, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(!columns.is_empty());
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second + overhead > LONGEST && first + second > 0 {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let table = cut(table, first);
    match cut(columns, second) {
        "" => format!("{table}_{label}"),
        columns => format!("{table}_{columns}_{label}"),
    }
}

/// At most so many bytes, no character halved.
fn cut(text: &str, mut bytes: usize) -> &str {
    while !text.is_char_boundary(bytes) {
        bytes -= 1;
    }
    text.get(..bytes).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, DataType, Expr, PrimaryKey, Unique};

    /// Expected names: PostgreSQL 15's own.
    #[test]
    fn constraints_are_named_as_postgresql_names_them() {
        let mut table = Table::new("a_table_with_a_name_that_is_long_enough_to_be_cut");
        table.columns.push(Column::new("id", DataType::BigInt));
        table.primary_key = Some(PrimaryKey {
            name: None,
            columns: vec!["id".into()],
        });
        table.uniques = vec![
            Unique {
                name: None,
                columns: vec!["a_column_with_a_long_name".into(), "id".into()],
                nulls_not_distinct: false,
            };
            2
        ];
        table.checks = vec![
            Check {
                name: None,
                expr: Expr::column("id"),
            };
            2
        ];
        name_constraints(&mut table);
        let names: Vec<String> = named(&table).iter().map(Name::to_string).collect();
        assert_eq!(
            names,
            [
                "a_table_with_a_name_that_is_long_enough_to_be_cut_pkey",
                "a_table_with_a_name_that_is_lo_a_column_with_a_long_name_id_key",
                "a_table_with_a_name_that_is_l_a_column_with_a_long_name_id_key1",
                "a_table_with_a_name_that_is_long_enough_to_be_cut_id_check",
                "a_table_with_a_name_that_is_long_enough_to_be_cut_id_check1",
            ]
        );
    }
}
