//! Checks and foreign keys. Keys and uniques are indexes here.

use super::{Catalog, ENGINE, IntrospectError, ask, lift, table_mut};
use crate::model::{
    Action, Check, DataType, Deferral, Expr, ForeignKey, Function, Name, Schema, Table,
};

pub(super) async fn read<C: Catalog>(
    catalog: &mut C,
    schema: &mut Schema,
) -> Result<(), IntrospectError<C::Error>> {
    let checks = "SELECT table_name, constraint_name, level, check_clause \
                  FROM information_schema.check_constraints \
                  WHERE constraint_schema = DATABASE() ORDER BY table_name, constraint_name";
    for row in ask(ENGINE, catalog, checks).await? {
        let Some(table) = table_mut(schema, &row.name(0)) else {
            continue;
        };
        let expr = lift(ENGINE, row.text(3));
        // A column's CHECK bears the column's name.
        let name = Some(row.name(1)).filter(|name| row.text(2) == "Table" && !is_made_up(name));
        if row.text(2) == "Table" || !is_of_json(table, &row.name(1), &expr) {
            table.checks.push(Check { name, expr });
        }
    }
    let foreign_keys = "SELECT r.table_name, r.constraint_name, r.delete_rule, r.update_rule, \
           k.column_name, k.referenced_column_name, \
           CASE WHEN k.referenced_table_schema = DATABASE() THEN k.referenced_table_name \
             ELSE CONCAT(k.referenced_table_schema, '.', k.referenced_table_name) END \
         FROM information_schema.referential_constraints r \
         JOIN information_schema.key_column_usage k \
           ON k.constraint_schema = r.constraint_schema AND k.table_name = r.table_name \
           AND k.constraint_name = r.constraint_name \
         WHERE r.constraint_schema = DATABASE() AND k.table_schema = DATABASE() \
           AND k.referenced_table_name IS NOT NULL \
         ORDER BY r.table_name, r.constraint_name, k.ordinal_position";
    for row in ask(ENGINE, catalog, foreign_keys).await? {
        let Some(table) = table_mut(schema, &row.name(0)) else {
            continue;
        };
        let name = row.name(1);
        let of_name = |key: &ForeignKey| key.name.as_ref() == Some(&name);
        if !table.foreign_keys.iter().any(of_name) {
            table.foreign_keys.push(ForeignKey {
                name: Some(name.clone()),
                columns: Vec::new(),
                parent: row.name(6),
                parent_columns: Vec::new(),
                on_delete: action(row.text(2)),
                on_update: action(row.text(3)),
                on_delete_columns: Vec::new(),
                deferral: Deferral::NotDeferrable,
            });
        }
        let of_name = |key: &&mut ForeignKey| key.name.as_ref() == Some(&name);
        if let Some(key) = table.foreign_keys.iter_mut().find(of_name) {
            key.columns.push(row.name(4));
            key.parent_columns.push(row.name(5));
        }
    }
    Ok(())
}

/// `CONSTRAINT_1` is what MariaDB calls a CHECK without a name.
fn is_made_up(name: &Name) -> bool {
    name.as_str()
        .strip_prefix("CONSTRAINT_")
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the CHECK is the one that the type `json` stands for.
fn is_of_json(table: &Table, column: &Name, check: &Expr) -> bool {
    let valid = Expr::call(Function::JsonValid, vec![Expr::column(column.clone())]);
    *check == valid
        && table
            .column(column)
            .is_some_and(|column| column.data_type == DataType::Json)
}

/// `RESTRICT` is also what MariaDB calls `NO ACTION`.
fn action(word: &str) -> Action {
    match word {
        "RESTRICT" => Action::Restrict,
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}
