//! Constraints and indexes on PostgreSQL.

use super::{ENGINE, list, quote};
use crate::{
    Refusal,
    lower::{
        delta::{Object, ObjectKind, Plan, effective_parent, in_turn},
        expr,
        names::{Claim, Scope, assign, derived},
        script::Script,
    },
    model::{
        Action, Collation, Column, DataType, Deferral, Expr, Family, ForeignKey, Index, IndexPart,
        Name, Schema, Table, Unique,
    },
};

/// Those of each table. A foreign key without a parent to refer to is left
/// out until it has one.
pub(super) fn objects(schema: &Schema) -> Vec<Vec<Object>> {
    let mut claims = Vec::new();
    let mut tables: Vec<Vec<Object>> = Vec::new();
    for (place, table) in schema.tables.iter().enumerate() {
        let mut objects = Vec::new();
        for (claim, object) in of_table(schema, place, table) {
            claims.push(claim);
            objects.push(object);
        }
        tables.push(objects);
    }
    let tables_names = schema.tables.iter().map(|table| &table.name);
    let views = schema.views.iter().map(|view| &view.name);
    let reserved: Vec<&Name> = tables_names.chain(views).collect();
    let names = assign(ENGINE, &reserved, &claims);
    for (object, name) in tables.iter_mut().flatten().zip(names) {
        object.name = name;
    }
    tables
}

fn of_table(schema: &Schema, place: usize, table: &Table) -> Vec<(Claim, Object)> {
    let constraint = Scope::Constraints(place);
    let mut all = Vec::new();
    if let Some(key) = &table.primary_key {
        let claim = Claim {
            given: key.name.clone(),
            derived: format!("{}_pkey", table.name),
            scopes: vec![Scope::Schema, constraint],
        };
        let sql = format!("PRIMARY KEY ({})", list(table, &key.columns));
        all.push((
            claim,
            object(ObjectKind::PrimaryKey, Ok(sql), key.columns.clone()),
        ));
    }
    for unique in &table.uniques {
        let claim = Claim {
            given: unique.name.clone(),
            derived: derived(&table.name, &unique.columns, "key"),
            scopes: vec![Scope::Schema, constraint],
        };
        all.push((claim, unique_object(table, unique)));
    }
    for check in &table.checks {
        let columns = check.expr.columns();
        let claim = Claim {
            given: check.name.clone(),
            derived: match columns.as_slice() {
                [column] => derived(&table.name, std::slice::from_ref(column), "check"),
                _ => format!("{}_check", table.name),
            },
            scopes: vec![constraint],
        };
        let sql = expr::condition(ENGINE, table, &check.expr).map(|sql| format!("CHECK ({sql})"));
        all.push((claim, object(ObjectKind::Check, sql, columns)));
    }
    for index in &table.indexes {
        let claim = Claim {
            given: Some(index.name.clone()),
            derived: String::new(),
            scopes: vec![Scope::Schema],
        };
        all.push((claim, index_object(table, index)));
    }
    for key in &table.foreign_keys {
        if let Some((parent, columns)) = effective(schema, key) {
            let claim = Claim {
                given: key.name.clone(),
                derived: derived(&table.name, &key.columns, "fkey"),
                scopes: vec![constraint],
            };
            let sql = foreign_key(table, key, parent, &columns);
            let mut object = object(ObjectKind::ForeignKey, sql, key.columns.clone());
            object.parent = Some((parent.name.clone(), columns));
            all.push((claim, object));
        }
    }
    all
}

fn object(kind: ObjectKind, sql: Result<String, Refusal>, columns: Vec<Name>) -> Object {
    Object {
        kind,
        name: Name::from(""),
        sql,
        unique: false,
        columns,
        parent: None,
    }
}

fn is_nocase(table: &Table, column: &Name) -> bool {
    table
        .column(column)
        .is_some_and(|column| column.collation == Collation::NoCase)
}

/// A constraint; over a NOCASE column a unique index, because a constraint
/// takes no expression.
fn unique_object(table: &Table, unique: &Unique) -> Object {
    let nulls = nulls(unique.nulls_not_distinct);
    if !unique.columns.iter().any(|column| is_nocase(table, column)) {
        let sql = format!("UNIQUE{nulls} ({})", list(table, &unique.columns));
        return object(ObjectKind::Unique, Ok(sql), unique.columns.clone());
    }
    let parts: Vec<String> = unique
        .columns
        .iter()
        .map(|column| {
            let text = list(table, std::slice::from_ref(column));
            if is_nocase(table, column) {
                format!("lower({text})")
            } else {
                text
            }
        })
        .collect();
    let sql = format!("({}){nulls}", parts.join(", "));
    Object {
        unique: true,
        ..object(ObjectKind::Index, Ok(sql), unique.columns.clone())
    }
}

fn nulls(not_distinct: bool) -> &'static str {
    if not_distinct {
        " NULLS NOT DISTINCT"
    } else {
        ""
    }
}

fn index_object(table: &Table, index: &Index) -> Object {
    let mut columns: Vec<Name> = index
        .parts
        .iter()
        .flat_map(|part| part.expr.columns())
        .collect();
    if let Some(predicate) = &index.predicate {
        columns.extend(predicate.columns());
    }
    Object {
        unique: index.unique,
        ..object(ObjectKind::Index, index_sql(table, index), columns)
    }
}

fn index_sql(table: &Table, index: &Index) -> Result<String, Refusal> {
    let parts = index
        .parts
        .iter()
        .map(|part| index_part(table, part))
        .collect::<Result<Vec<_>, _>>()?;
    let mut sql = format!("({}){}", parts.join(", "), nulls(index.nulls_not_distinct));
    if let Some(predicate) = &index.predicate {
        sql.push_str(" WHERE ");
        sql.push_str(&expr::predicate(ENGINE, table, predicate)?);
    }
    Ok(sql)
}

fn index_part(table: &Table, part: &IndexPart) -> Result<String, Refusal> {
    let key = match &part.expr {
        Expr::Column { column, .. } => {
            let text = list(table, std::slice::from_ref(column));
            let folded = match &part.collation {
                Some(collation) => *collation == Collation::NoCase,
                None => is_nocase(table, column),
            };
            if folded {
                format!("lower({text})")
            } else {
                text
            }
        }
        other => {
            let text = expr::value(ENGINE, table, other, None)?;
            if part.collation == Some(Collation::NoCase) {
                format!("lower({text})")
            } else {
                format!("({text})")
            }
        }
    };
    Ok(if part.descending {
        format!("{key} DESC")
    } else {
        key
    })
}

/// The parent, when there is a constraint for the key to refer to: an index
/// over `lower(column)` is none.
pub(super) fn effective<'a>(
    schema: &'a Schema,
    key: &ForeignKey,
) -> Option<(&'a Table, Vec<Name>)> {
    effective_parent(schema, key)
        .filter(|(parent, columns)| !columns.iter().any(|column| is_nocase(parent, column)))
}

fn foreign_key(
    table: &Table,
    key: &ForeignKey,
    parent: &Table,
    columns: &[Name],
) -> Result<String, Refusal> {
    for (child, parent_column) in key.columns.iter().zip(columns) {
        if let (Some(child), Some(column)) = (table.column(child), parent.column(parent_column)) {
            comparable(table, child, parent, column)?;
        }
    }
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        list(table, &key.columns),
        quote(&parent.name),
        list(parent, columns)
    );
    if let Some(action) = action(key.on_delete) {
        sql.push_str(&format!(" ON DELETE {action}"));
        if !key.on_delete_columns.is_empty() {
            sql.push_str(&format!(" ({})", list(table, &key.on_delete_columns)));
        }
    }
    if let Some(action) = action(key.on_update) {
        sql.push_str(&format!(" ON UPDATE {action}"));
    }
    sql.push_str(match key.deferral {
        Deferral::NotDeferrable => "",
        Deferral::InitiallyImmediate => " DEFERRABLE",
        Deferral::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    });
    Ok(sql)
}

fn action(action: Action) -> Option<&'static str> {
    match action {
        Action::NoAction => None,
        Action::Restrict => Some("RESTRICT"),
        Action::Cascade => Some("CASCADE"),
        Action::SetNull => Some("SET NULL"),
        Action::SetDefault => Some("SET DEFAULT"),
    }
}

/// PostgreSQL compares a foreign key with its parent by `=`, which it must
/// have for the two types, with an index of the parent's type.
fn comparable(
    table: &Table,
    child: &Column,
    parent: &Table,
    column: &Column,
) -> Result<(), Refusal> {
    let (from, to) = (&child.data_type, &column.data_type);
    let alike = match (from.family(), to.family()) {
        (Family::Integer, Family::Number) => true,
        (Family::Number, Family::Number) => {
            matches!(to, DataType::Double) || from == to || matches!(from, DataType::Real)
        }
        (left, right) => left == right,
    };
    if alike {
        return Ok(());
    }
    Err(Refusal::new(format!(
        "the foreign key from `{}.{}`, which is {from}, to `{}.{}`, which is {to}: PostgreSQL \
         compares no two such types; give both columns one type",
        table.name, child.name, parent.name, column.name
    )))
}

/// Gives what keeps its definition its new name.
pub(super) fn rename(plan: &Plan<'_>, script: &mut Script) {
    for table in &plan.tables {
        let name = quote(&table.delta.to.name);
        let renames = |indexes: bool| {
            let chosen = table
                .renamed
                .iter()
                .filter(move |(old, _)| (old.kind == ObjectKind::Index) == indexes);
            in_turn(
                chosen
                    .map(|(old, new)| (old.name.clone(), new.name.clone()))
                    .collect(),
            )
        };
        for (from, to) in renames(false) {
            script.push(format!(
                "ALTER TABLE {name} RENAME CONSTRAINT {} TO {}",
                quote(&from),
                quote(&to)
            ));
        }
        for (from, to) in renames(true) {
            script.push(format!(
                "ALTER INDEX {} RENAME TO {}",
                quote(&from),
                quote(&to)
            ));
        }
    }
}
