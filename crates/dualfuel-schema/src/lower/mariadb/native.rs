//! The native type of each column, which depends on the keys it is part of.
//!
//! InnoDB keeps `longtext` and `longblob` outside the row, so that a primary
//! or foreign key can't hold them: there a column is `varchar(n)` or
//! `varbinary(n)`, as long as its keys allow (3072 bytes in all, four a
//! character). A foreign key's integers have to be of one size: those that
//! are linked all get the widest. A comment keeps the canonical type of a
//! column whose native one says something else.

use std::collections::HashMap;

use super::ENGINE;
use crate::{
    lower::{
        delta::{effective_parent, same_set},
        expr,
    },
    model::{Collation, DataType, Family, ForeignKey, Name, Schema, Table},
};

/// How many bytes all columns of one key may take together.
const KEY_BYTES: usize = 3072;
/// Of what is no text or bytes, more than any takes.
const FIXED_BYTES: usize = 32;
/// UTF-8.
const CHARACTER_BYTES: usize = 4;
/// A row's columns may declare 65535 bytes in all: beyond so many long keys,
/// each gets [`SHORT`] characters.
const MANY_KEYS: usize = 15;
const SHORT: usize = 255;
/// What an index holds of a text that is too long for it.
const PREFIX: usize = 191;

/// A column's native type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Native {
    /// As it is declared.
    pub(super) sql: String,
    /// What it stands for, where that does not show.
    pub(super) comment: Option<String>,
    /// The most bytes that a key of it takes; none when it is too long for one.
    bytes: Option<usize>,
}

/// The native types of all columns of a schema.
pub(crate) struct Natives {
    tables: HashMap<Name, HashMap<Name, Native>>,
}

impl Natives {
    pub(super) fn of(schema: &Schema) -> Self {
        let widths = Widths::of(schema);
        let referred = referred_keys(schema);
        let tables = schema.tables.iter().map(|table| {
            let sizes = Sizes::of(schema, table, &referred);
            let columns = table.columns.iter().map(|column| {
                let wide = widths.get(&table.name, &column.name);
                let data_type = wide.unwrap_or(&column.data_type);
                let size = sizes.get(&column.name);
                let nocase = column.collation == Collation::NoCase;
                let native = native(&column.data_type, data_type, size, nocase);
                (column.name.clone(), native)
            });
            (table.name.clone(), columns.collect())
        });
        Self {
            tables: tables.collect(),
        }
    }

    pub(super) fn get(&self, table: &Name, column: &Name) -> Option<&Native> {
        self.tables.get(table)?.get(column)
    }

    /// Those of all columns of a table.
    pub(super) fn table(&self, table: &Name) -> Option<&HashMap<Name, Native>> {
        self.tables.get(table)
    }
}

impl Native {
    /// The type of an expression's value.
    pub(super) fn of_value(data_type: &DataType) -> Self {
        native(data_type, data_type, None, false)
    }

    /// How much of each key an index holds: none when it holds it whole.
    pub(super) fn prefixes(keys: &[&Native]) -> Vec<Option<usize>> {
        let whole: usize = keys
            .iter()
            .map(|key| key.bytes.unwrap_or(KEY_BYTES + 1))
            .sum();
        let fits = whole <= KEY_BYTES;
        keys.iter()
            .map(|key| match key.bytes {
                Some(bytes) if fits || bytes <= PREFIX * CHARACTER_BYTES => None,
                _ => Some(PREFIX),
            })
            .collect()
    }
}

/// `said` is the canonical type, `data_type` what it is widened to.
fn native(said: &DataType, data_type: &DataType, size: Option<usize>, nocase: bool) -> Native {
    let characters = |bytes: usize| bytes / CHARACTER_BYTES;
    let (sql, bytes) = match (data_type, size) {
        (DataType::Text, Some(size)) => (format!("varchar({})", characters(size)), Some(size)),
        (DataType::Blob, Some(size)) => (format!("varbinary({size})"), Some(size)),
        (DataType::Varchar(length), Some(size)) if *length as usize > characters(size) => {
            (format!("varchar({})", characters(size)), Some(size))
        }
        _ => (expr::data_type(ENGINE, data_type), key_bytes(data_type)),
    };
    let shown = catalogue(data_type, &sql);
    let hidden = matches!(said, DataType::TimestampTz | DataType::Numeric(None))
        || said != data_type
        || sql != expr::data_type(ENGINE, said)
        || nocase;
    let word = if nocase { " NOCASE" } else { "" };
    Native {
        comment: hidden.then(|| format!("dualfuel: {said}{word} as {shown}")),
        sql,
        bytes,
    }
}

fn key_bytes(data_type: &DataType) -> Option<usize> {
    match data_type {
        DataType::Text | DataType::Blob | DataType::Json | DataType::Other(_) => None,
        DataType::Varchar(length) | DataType::Char(length) => {
            Some(*length as usize * CHARACTER_BYTES)
        }
        _ => Some(FIXED_BYTES),
    }
}

/// A native type as `information_schema` spells it: integers have a width.
fn catalogue(data_type: &DataType, sql: &str) -> String {
    match data_type {
        DataType::SmallInt => "smallint(6)".into(),
        DataType::Integer => "int(11)".into(),
        DataType::BigInt => "bigint(20)".into(),
        DataType::Boolean => "tinyint(1)".into(),
        _ => sql.into(),
    }
}

/// The bytes that each text or blob column of a table may take, because it is
/// part of a key that can hold no more.
struct Sizes(Vec<(Name, usize)>);

impl Sizes {
    fn of(schema: &Schema, table: &Table, referred: &[(&Name, Vec<Name>)]) -> Self {
        let mut sizes = Self(Vec::new());
        for key in narrow_keys(schema, table, referred) {
            sizes.fit(table, &key);
        }
        let many = sizes.0.len() > MANY_KEYS;
        for (_, size) in sizes.0.iter_mut().filter(|_| many) {
            *size = (*size).min(SHORT * CHARACTER_BYTES);
        }
        sizes
    }

    fn get(&self, column: &Name) -> Option<usize> {
        let (_, size) = self.0.iter().find(|(name, _)| name == column)?;
        Some(*size)
    }

    /// Shares what is left beside columns of a fixed size.
    fn fit(&mut self, table: &Table, key: &[Name]) {
        let columns: Vec<_> = key.iter().filter_map(|name| table.column(name)).collect();
        let is_long =
            |data_type: &DataType| matches!(data_type.family(), Family::Text | Family::Blob);
        let (long, fixed): (Vec<_>, Vec<_>) = columns
            .into_iter()
            .partition(|column| is_long(&column.data_type));
        let left = KEY_BYTES.saturating_sub(fixed.len() * FIXED_BYTES);
        let share = left / long.len().max(1);
        let share = share - share % CHARACTER_BYTES;
        for column in long {
            match self.0.iter_mut().find(|(name, _)| *name == column.name) {
                Some((_, size)) => *size = (*size).min(share),
                None => self.0.push((column.name.clone(), share)),
            }
        }
    }
}

/// Primary keys, foreign keys, and what foreign keys refer to.
fn narrow_keys(schema: &Schema, table: &Table, referred: &[(&Name, Vec<Name>)]) -> Vec<Vec<Name>> {
    let mut keys: Vec<Vec<Name>> = table
        .primary_key
        .iter()
        .map(|key| key.columns.clone())
        .collect();
    for key in &table.foreign_keys {
        if effective_parent(schema, key).is_some() {
            keys.push(key.columns.clone());
        }
    }
    for (parent, columns) in referred {
        if **parent == table.name && !keys.iter().any(|known| same_set(known, columns)) {
            keys.push(columns.clone());
        }
    }
    keys
}

/// What the foreign keys of a schema refer to: table and columns.
fn referred_keys(schema: &Schema) -> Vec<(&Name, Vec<Name>)> {
    let keys = schema.tables.iter().flat_map(|child| &child.foreign_keys);
    keys.filter_map(|key| {
        let (_, columns) = effective_parent(schema, key)?;
        Some((&key.parent, columns))
    })
    .collect()
}

/// The widest integer among the columns that foreign keys link.
struct Widths(Vec<(Name, Name, DataType)>);

impl Widths {
    fn of(schema: &Schema) -> Self {
        let mut widths = Self(Vec::new());
        // Each round carries a width one foreign key further.
        let keys: Vec<(&Table, &ForeignKey)> = schema
            .tables
            .iter()
            .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)))
            .collect();
        for _ in 0..=keys.len() {
            let mut changed = false;
            for (table, key) in &keys {
                changed |= widths.link(schema, table, key);
            }
            if !changed {
                break;
            }
        }
        widths
    }

    fn get(&self, table: &Name, column: &Name) -> Option<&DataType> {
        let mut found = self.0.iter();
        let found = found.find(|(of, name, _)| of == table && name == column);
        found.map(|(_, _, width)| width)
    }

    fn link(&mut self, schema: &Schema, table: &Table, key: &ForeignKey) -> bool {
        let Some((parent, columns)) = effective_parent(schema, key) else {
            return false;
        };
        let mut changed = false;
        for (child, column) in key.columns.iter().zip(&columns) {
            let width = |of: &Table, name: &Name| {
                let known = self.get(&of.name, name).cloned();
                known.or_else(|| Some(of.column(name)?.data_type.clone()))
            };
            let (Some(left), Some(right)) = (width(table, child), width(parent, column)) else {
                continue;
            };
            if let Some(widest) = wider(&left, &right)
                && left != right
            {
                self.set(&table.name, child, &widest);
                self.set(&parent.name, column, &widest);
                changed = true;
            }
        }
        changed
    }

    fn set(&mut self, table: &Name, column: &Name, width: &DataType) {
        self.0
            .retain(|(of, name, _)| !(of == table && name == column));
        self.0.push((table.clone(), column.clone(), width.clone()));
    }
}

fn wider(left: &DataType, right: &DataType) -> Option<DataType> {
    let order = [DataType::BigInt, DataType::Integer, DataType::SmallInt];
    let integers = left.family() == Family::Integer && right.family() == Family::Integer;
    order
        .into_iter()
        .find(|width| integers && (width == left || width == right))
}
