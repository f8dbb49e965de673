//! A table with other columns or constraints.

use super::{
    ENGINE, quote,
    table::{self, check_item, create, definition, is_constant, references},
};
use crate::{
    Refusal,
    lower::{
        delta::{Delta, TableDelta},
        expr,
    },
    model::{
        Check, Column, Expr, ForeignKey, Identity, Join, JoinKind, Name, Query, QueryBody, Select,
        SelectItem, Table, TableFactor,
    },
    statement::{Insert, OnConflict, Statement},
};

/// Whether ADD COLUMN takes it ("ALTER TABLE", section 6): no key, no
/// NOT NULL without a default, a default that is a constant, and not kept if
/// computed.
pub(super) fn can_add(table: &Table, column: &Column) -> bool {
    let name = &column.name;
    let in_key = table
        .primary_key
        .iter()
        .any(|key| key.columns.contains(name))
        || table
            .uniques
            .iter()
            .any(|unique| unique.columns.contains(name));
    let default = match (&column.default, &column.generated) {
        (_, Some(generated)) => !generated.stored,
        (Some(default), None) => is_constant(default),
        (None, None) => column.nullable,
    };
    // A foreign key's new column has to be NULL where foreign keys are on.
    let refers = own_keys(table, column).next().is_some();
    !in_key && default && (!refers || column.default.is_none())
}

/// Whether DROP COLUMN takes it: nothing may name it.
pub(super) fn can_drop(table: &Table, column: &Column) -> bool {
    let name = &column.name;
    let names = |columns: &[Name]| columns.contains(name);
    let others = table.columns.iter().filter(|other| other.name != *name);
    !(table.primary_key.iter().any(|key| names(&key.columns))
        || table.uniques.iter().any(|unique| names(&unique.columns))
        || table.checks.iter().any(|check| check.expr.mentions(name))
        || table.foreign_keys.iter().any(|key| names(&key.columns))
        || others
            .filter_map(|other| other.generated.as_ref())
            .any(|generated| generated.expr.mentions(name)))
}

/// The CHECKs of one column alone, which come with it.
fn own_checks<'a>(table: &'a Table, column: &'a Column) -> impl Iterator<Item = &'a Check> {
    table
        .checks
        .iter()
        .filter(|check| check.expr.columns() == [column.name.clone()])
}

/// The foreign keys of one column alone.
fn own_keys<'a>(table: &'a Table, column: &'a Column) -> impl Iterator<Item = &'a ForeignKey> {
    table
        .foreign_keys
        .iter()
        .filter(|key| key.columns == [column.name.clone()])
}

/// What ADD COLUMN makes of a table.
pub(super) fn add(from: &mut Table, to: &Table, columns: &[&Column]) {
    for column in columns {
        from.columns.push((*column).clone());
        from.checks.extend(own_checks(to, column).cloned());
        from.foreign_keys.extend(own_keys(to, column).cloned());
    }
}

/// A column as ADD COLUMN takes it, with the constraints that come with it.
pub(super) fn added(table: &Table, column: &Column) -> Result<String, Refusal> {
    let mut text = definition(table, column)?;
    for check in own_checks(table, column) {
        text.push(' ');
        text.push_str(&check_item(table, check)?);
    }
    for key in own_keys(table, column) {
        if let Some(name) = &key.name {
            text.push_str(&format!(" CONSTRAINT {}", quote(name)));
        }
        text.push(' ');
        text.push_str(&references(table, key)?);
    }
    Ok(text)
}

/// Create, copy, drop, rename. Indexes come later.
pub(super) fn statements(
    delta: &Delta<'_>,
    table: &TableDelta<'_>,
) -> Result<Vec<String>, Refusal> {
    let new = Name::new(format!("dualfuel_new_{}", table.to.name));
    let mut statements = vec![create(table.to, &new)?];
    let mut schema = delta.renamed.clone().into_owned();
    schema.tables.push(Table {
        name: new.clone(),
        ..table.to.clone()
    });
    let copy = Statement::Insert(copy(table, &new));
    statements.extend(expr::data_statement(ENGINE, &schema, &copy)?);
    statements.extend(keep_sequence(table, &new)?);
    let name = quote(&table.to.name);
    statements.push(format!("DROP TABLE {name}"));
    statements.push(format!("ALTER TABLE {} RENAME TO {name}", quote(&new)));
    Ok(statements)
}

/// `INSERT INTO new (..) SELECT .. FROM old WHERE ..`.
fn copy(table: &TableDelta<'_>, new: &Name) -> Insert {
    let mut columns = Vec::new();
    let mut items = Vec::new();
    for column in table.to.columns.iter().filter(|c| c.generated.is_none()) {
        let own = table.from.column(&column.name);
        let value = match (table.value(&column.name), own) {
            (Some(value), _) => value.clone(),
            (None, Some(own)) => Expr::column(own.name.clone()),
            (None, None) => continue,
        };
        columns.push(column.name.clone());
        items.push(SelectItem::Expr {
            expr: value,
            alias: None,
        });
    }
    let select = Select {
        distinct: false,
        items,
        from: vec![Join {
            kind: JoinKind::Cross,
            factor: TableFactor::Table {
                name: table.to.name.clone(),
                alias: None,
            },
            on: None,
            using: Vec::new(),
        }],
        filter: table.filter().cloned(),
        group_by: Vec::new(),
        having: None,
    };
    Insert {
        table: new.clone(),
        columns,
        source: Some(Query {
            recursive: false,
            ctes: Vec::new(),
            body: QueryBody::Select(Box::new(select)),
            order_by: Vec::new(),
            limit: None,
            offset: None,
        }),
        on_conflict: OnConflict::Fail,
    }
}

/// AUTOINCREMENT goes on where the old table was, also when the rows with the
/// greatest numbers are long gone.
fn keep_sequence(table: &TableDelta<'_>, new: &Name) -> Result<Vec<String>, Refusal> {
    let is_sequence = |table: &Table| {
        table::numbered(table).is_some_and(|c| c.identity == Some(Identity::Sequence))
    };
    if !is_sequence(table.from) || !is_sequence(table.to) {
        return Ok(Vec::new());
    }
    let old = expr::text_constant(ENGINE, table.to.name.as_str())?;
    let new = expr::text_constant(ENGINE, new.as_str())?;
    Ok(vec![
        format!("DELETE FROM sqlite_sequence WHERE name = {new}"),
        format!(
            "INSERT INTO sqlite_sequence (name, seq) \
             SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
        ),
    ])
}
