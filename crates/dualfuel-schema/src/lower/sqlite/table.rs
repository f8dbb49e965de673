//! A table and its indexes on SQLite.
//!
//! A schema that SQLite's own migrations made is written as they spelled it
//! ([`Column::declared`]). Any other gets the canonical types, and a CHECK for
//! what they promise: `json_valid`, 0 or 1. The introspector takes such a
//! CHECK for a part of the type.

use super::{ENGINE, list, quote};
use crate::{
    Refusal,
    lower::{
        expr,
        names::{Claim, Scope, assign},
        script::create_table,
    },
    model::{
        Action, Check, Collation, Column, DataType, Deferral, Expr, ForeignKey, Function, Identity,
        Index, IndexPart, Literal, Name, Schema, Table, Unique,
    },
};

/// CREATE TABLE, under a name that may be another than its own.
pub(super) fn create(table: &Table, name: &Name) -> Result<String, Refusal> {
    let mut items = Vec::new();
    for column in &table.columns {
        items.push(definition(table, column)?);
    }
    items.extend(constraints(table)?);
    let mut tail = Vec::new();
    if table.options.strict {
        tail.push("STRICT");
    }
    if table.options.without_rowid {
        tail.push("WITHOUT ROWID");
    }
    let tail = match tail.as_slice() {
        [] => String::new(),
        words => format!(" {}", words.join(", ")),
    };
    let temporary = if table.temporary { "TEMPORARY " } else { "" };
    let head = format!("CREATE {temporary}TABLE {}", quote(name));
    Ok(create_table(&head, &items, &tail))
}

/// What follows the columns.
fn constraints(table: &Table) -> Result<Vec<String>, Refusal> {
    let mut items = Vec::new();
    if let Some(key) = &table.primary_key
        && numbered(table).is_none()
    {
        let columns = list(table, &key.columns);
        items.push(named(key.name.as_ref(), format!("PRIMARY KEY ({columns})")));
    }
    items.extend(
        table
            .uniques
            .iter()
            .map(|unique| unique_item(table, unique)),
    );
    for check in &table.checks {
        items.push(check_item(table, check)?);
    }
    for key in &table.foreign_keys {
        let columns = list(table, &key.columns);
        let references = references(table, key)?;
        let text = format!("FOREIGN KEY ({columns}) {references}");
        items.push(named(key.name.as_ref(), text));
    }
    Ok(items)
}

fn named(name: Option<&Name>, text: String) -> String {
    match name {
        Some(name) => format!("CONSTRAINT {} {text}", quote(name)),
        None => text,
    }
}

fn unique_item(table: &Table, unique: &Unique) -> String {
    let columns = list(table, &unique.columns);
    named(unique.name.as_ref(), format!("UNIQUE ({columns})"))
}

pub(super) fn check_item(table: &Table, check: &Check) -> Result<String, Refusal> {
    let condition = expr::condition(ENGINE, table, &check.expr)?;
    Ok(named(check.name.as_ref(), format!("CHECK ({condition})")))
}

/// The column that SQLite numbers: its type has to be INTEGER, and its key
/// the whole of the primary key.
pub(super) fn numbered(table: &Table) -> Option<&Column> {
    let key = table.primary_key.as_ref()?;
    let [name] = key.columns.as_slice() else {
        return None;
    };
    table
        .column(name)
        .filter(|column| column.identity.is_some())
}

/// A column as CREATE TABLE and ADD COLUMN take it.
pub(super) fn definition(table: &Table, column: &Column) -> Result<String, Refusal> {
    let mut text = quote(&column.name);
    if let Some(identity) = column.identity {
        if numbered(table).is_none_or(|other| other.name != column.name) {
            return Err(Refusal::new(format!(
                "`{}.{}` is numbered by the database: SQLite does that only for a column that is \
                 the whole primary key",
                table.name, column.name
            )));
        }
        text.push_str(" INTEGER PRIMARY KEY");
        if identity == Identity::Sequence {
            text.push_str(" AUTOINCREMENT");
        }
    } else {
        let declared = declared(column)?;
        if !declared.is_empty() {
            text.push_str(&format!(" {declared}"));
        }
    }
    if !column.nullable {
        text.push_str(" NOT NULL");
    }
    match column.collation {
        Collation::NoCase => text.push_str(" COLLATE NOCASE"),
        Collation::Rtrim => text.push_str(" COLLATE RTRIM"),
        Collation::Binary | Collation::Other(_) => {}
    }
    if let Some(generated) = &column.generated {
        let value = expr::value(ENGINE, table, &generated.expr, Some(&column.data_type))?;
        let kind = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        text.push_str(&format!(" GENERATED ALWAYS AS ({value}) {kind}"));
    } else if let Some(default) = column
        .default
        .as_ref()
        .filter(|_| column.identity.is_none())
    {
        text.push_str(&format!(
            " DEFAULT {}",
            expr::default(ENGINE, column, default)?
        ));
    }
    if let Some(check) = implied(table, column) {
        text.push_str(&format!(
            " CHECK ({})",
            expr::condition(ENGINE, table, &check)?
        ));
    }
    Ok(text)
}

fn declared(column: &Column) -> Result<String, Refusal> {
    if let DataType::Other(name) = &column.data_type {
        return Err(Refusal::new(format!(
            "`{}` is of type {name}, which has no equal on the other engines",
            column.name
        )));
    }
    Ok(match &column.declared {
        Some(declared) => declared.clone(),
        None => expr::data_type(ENGINE, &column.data_type),
    })
}

/// What a type promises that SQLite does not hold by itself, unless a CHECK
/// says it already.
fn implied(table: &Table, column: &Column) -> Option<Expr> {
    if column.declared.is_some() {
        return None;
    }
    let own = Expr::column(column.name.clone());
    let check = match column.data_type {
        DataType::Json => Expr::call(Function::JsonValid, vec![own]),
        DataType::Boolean => Expr::InList {
            expr: Box::new(own),
            negated: false,
            list: [false, true]
                .map(|b| Expr::Literal(Literal::Boolean(b)))
                .into(),
        },
        _ => return None,
    };
    let said = table.checks.iter().any(|known| known.expr == check);
    (!said).then_some(check)
}

/// `REFERENCES ..` with actions.
pub(super) fn references(table: &Table, key: &ForeignKey) -> Result<String, Refusal> {
    let mut text = format!("REFERENCES {}", quote(&key.parent));
    if !key.parent_columns.is_empty() {
        let columns: Vec<String> = key.parent_columns.iter().map(quote).collect();
        text.push_str(&format!(" ({})", columns.join(", ")));
    }
    if !key.on_delete_columns.is_empty() && key.on_delete_columns.len() != key.columns.len() {
        return Err(Refusal::new(format!(
            "the foreign key of `{}` sets some of its columns: SQLite sets all of them",
            table.name
        )));
    }
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        let action = match action {
            Action::NoAction => continue,
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        };
        text.push_str(&format!(" ON {event} {action}"));
    }
    text.push_str(match key.deferral {
        Deferral::NotDeferrable => "",
        Deferral::InitiallyImmediate => " DEFERRABLE INITIALLY IMMEDIATE",
        Deferral::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    });
    Ok(text)
}

/// An index: its name, and the statement that creates it.
pub(super) type Created = (Name, Result<String, Refusal>);

/// The indexes of each table. SQLite has one set of names for all tables and
/// indexes of a database; MySQL's are by table.
pub(super) fn indexes(schema: &Schema) -> Vec<Vec<Created>> {
    let claims: Vec<Claim> = schema
        .tables
        .iter()
        .flat_map(|table| &table.indexes)
        .map(|index| Claim {
            given: Some(index.name.clone()),
            derived: String::new(),
            scopes: vec![Scope::Schema],
        })
        .collect();
    let reserved: Vec<&Name> = schema.tables.iter().map(|table| &table.name).collect();
    let mut names = assign(ENGINE, &reserved, &claims).into_iter();
    schema
        .tables
        .iter()
        .map(|table| {
            let indexes = table.indexes.iter().zip(names.by_ref());
            indexes
                .map(|(index, name)| {
                    let sql = create_index(table, index, &name);
                    (name, sql)
                })
                .collect()
        })
        .collect()
}

fn create_index(table: &Table, index: &Index, name: &Name) -> Result<String, Refusal> {
    let parts = index
        .parts
        .iter()
        .map(|part| index_part(table, part))
        .collect::<Result<Vec<_>, _>>()?;
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut sql = format!(
        "CREATE {unique}INDEX {} ON {} ({})",
        quote(name),
        quote(&table.name),
        parts.join(", ")
    );
    if let Some(predicate) = &index.predicate {
        let condition = expr::condition(ENGINE, table, predicate)?;
        sql.push_str(&format!(" WHERE {condition}"));
    }
    Ok(sql)
}

fn index_part(table: &Table, part: &IndexPart) -> Result<String, Refusal> {
    let mut text = match &part.expr {
        Expr::Column { column, .. } => list(table, std::slice::from_ref(column)),
        other => expr::value(ENGINE, table, other, None)?,
    };
    match part.collation {
        Some(Collation::NoCase) => text.push_str(" COLLATE NOCASE"),
        Some(Collation::Rtrim) => text.push_str(" COLLATE RTRIM"),
        Some(Collation::Binary) => text.push_str(" COLLATE BINARY"),
        Some(Collation::Other(_)) | None => {}
    }
    if part.descending {
        text.push_str(" DESC");
    }
    Ok(text)
}

/// Whether ADD COLUMN takes a default: it has to be a constant.
pub(super) fn is_constant(default: &Expr) -> bool {
    match default {
        Expr::Literal(_) => true,
        Expr::Unary { expr, .. } => is_constant(expr),
        _ => false,
    }
}
