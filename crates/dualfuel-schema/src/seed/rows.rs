//! Rows for one table.

use super::{
    Boldness, Link, Row, Seeds, Short, Value,
    candidates::{candidates, names},
    order::{may_be_null, nullable, parent_columns},
    truth,
};
use crate::model::{Column, Expr, ForeignKey, Name, Schema, Table};

/// How often a row is tried before the table is given up.
const ATTEMPTS: usize = 3000;

pub(super) fn fill(
    schema: &Schema,
    table: &Table,
    boldness: Boldness,
    count: usize,
    seeds: &mut Seeds,
) {
    for number in 0..count {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ (number as u64 + 1));
        let mut wrong = "no values were found for it".to_owned();
        let found = (0..ATTEMPTS).find_map(|attempt| {
            let mut trial = Trial {
                schema,
                table,
                seeds,
                attempt,
                chance: &mut chance,
            };
            match trial.row(boldness, number) {
                Ok(row) => Some(row),
                Err(reason) => {
                    wrong = reason;
                    None
                }
            }
        });
        match found {
            Some(row) => seeds.rows.push(row),
            None => {
                seeds.short.push(Short {
                    table: table.name.clone(),
                    reason: format!("{number} of {count} rows: {wrong}"),
                });
                return;
            }
        }
    }
}

/// Sets the references that had to wait, because they go round in a circle.
pub(super) fn close_cycles(schema: &Schema, seeds: &mut Seeds) {
    let mut links = Vec::new();
    for table in &schema.tables {
        let Some(primary_key) = &table.primary_key else {
            continue;
        };
        for key in table
            .foreign_keys
            .iter()
            .filter(|key| key.parent != table.name)
        {
            let mut parents = seeds
                .rows
                .iter()
                .filter(|row| row.table == key.parent)
                .cycle();
            let first_parent = seeds.rows.iter().position(|row| row.table == key.parent);
            let rows = seeds.rows.iter().enumerate();
            for (place, row) in rows.filter(|(_, row)| row.table == table.name) {
                let is_key = |name: &Name| primary_key.columns.contains(name);
                let waits = key
                    .columns
                    .iter()
                    .all(|column| row.value(column) == Some(&Value::Null) && !is_key(column))
                    && first_parent.is_some_and(|parent| parent > place);
                let Some(parent) = parents.next().filter(|_| waits) else {
                    continue;
                };
                if let Some(link) = link(schema, table, key, row, parent, seeds, &links) {
                    links.push(link);
                }
            }
        }
    }
    seeds.links = links;
}

fn link(
    schema: &Schema,
    table: &Table,
    key: &ForeignKey,
    row: &Row,
    parent: &Row,
    seeds: &Seeds,
    links: &[Link],
) -> Option<Link> {
    let columns = key.columns.iter().zip(parent_columns(schema, key));
    let set = columns
        .map(|(column, of)| Some((column.clone(), parent.value(of)?.clone())))
        .collect::<Option<Vec<_>>>()?;
    let mut linked = row.clone();
    for (name, value) in &mut linked.values {
        if let Some((_, new)) = set.iter().find(|(column, _)| column == name) {
            *value = new.clone();
        }
    }
    let mut others = seeds.rows.iter().filter(|other| *other != row);
    let taken = others.any(|other| collide(table, &linked, other));
    let twice = (links.iter()).any(|link| link.table == table.name && link.set == set)
        && (table.uniques.iter())
            .any(|unique| unique.columns.iter().all(|c| key.columns.contains(c)));
    let primary_key = table.primary_key.as_ref()?;
    let key = primary_key.columns.iter();
    let key = key.map(|column| Some((column.clone(), row.value(column)?.clone())));
    (!taken && !twice && checks_pass(table, &linked)).then_some(Link {
        table: table.name.clone(),
        key: key.collect::<Option<Vec<_>>>()?,
        set,
    })
}

struct Trial<'a> {
    schema: &'a Schema,
    table: &'a Table,
    seeds: &'a Seeds,
    /// How many were tried before: the first one takes what suits best.
    attempt: usize,
    chance: &'a mut Chance,
}

impl Trial<'_> {
    fn row(&mut self, boldness: Boldness, number: usize) -> Result<Row, String> {
        let mut row = Row {
            table: self.table.name.clone(),
            values: Vec::new(),
        };
        for key in &self.table.foreign_keys {
            self.refer(key, boldness, &mut row)?;
        }
        for column in &self.table.columns {
            if column.generated.is_none() && row.value(&column.name).is_none() {
                let value = self.pick(column, boldness, number);
                row.values.push((column.name.clone(), value));
            }
        }
        self.refer_to_itself(&mut row)?;
        let place = |name: &Name| {
            let mut columns = self.table.columns.iter();
            columns.position(|column| column.name == *name)
        };
        row.values.sort_by_key(|(name, _)| place(name));
        if !checks_pass(self.table, &row) {
            return Err("its checks allow none of the values tried".into());
        }
        let mut others = self.seeds.rows.iter();
        if others.any(|other| collide(self.table, &row, other)) {
            return Err("its unique keys leave no room".into());
        }
        Ok(row)
    }

    fn pick(&mut self, column: &Column, boldness: Boldness, number: usize) -> Value {
        // Later rows of the same kind come from later attempts: a unique
        // column runs out of edges, not of numbers.
        let row = number + self.attempt / 40 * 100;
        let values = candidates(self.table, column, boldness, row);
        let place = match self.attempt {
            0 => 0,
            _ => self.chance.below(values.len()),
        };
        values.get(place).cloned().unwrap_or(Value::Null)
    }

    /// Takes a parent's key over into the row.
    fn refer(&mut self, key: &ForeignKey, boldness: Boldness, row: &mut Row) -> Result<(), String> {
        let of = parent_columns(self.schema, key);
        if of.len() != key.columns.len() {
            return Err(format!("`{}` has no such key", key.parent));
        }
        let fits = |parent: &&Row| {
            parent.table == key.parent
                && key.columns.iter().zip(of).all(|(column, of)| {
                    let theirs = parent.value(of);
                    theirs.is_some_and(|value| *value != Value::Null)
                        && row.value(column).is_none_or(|mine| Some(mine) == theirs)
                })
        };
        let parents: Vec<&Row> = self.seeds.rows.iter().filter(fits).collect();
        let without = may_be_null(self.table, key)
            && (parents.is_empty() || boldness == Boldness::Edges && self.chance.below(4) == 0);
        if without {
            for column in &key.columns {
                if row.value(column).is_none() && nullable(self.table, column) {
                    row.values.push((column.clone(), Value::Null));
                }
            }
            return Ok(());
        }
        let Some(parent) = parents.get(self.chance.below(parents.len())) else {
            if key.parent == self.table.name {
                return Ok(()); // The first row refers to itself.
            }
            return Err(format!("there is no row of `{}` to refer to", key.parent));
        };
        for (column, of) in key.columns.iter().zip(of) {
            if let (None, Some(value)) = (row.value(column), parent.value(of)) {
                row.values.push((column.clone(), value.clone()));
            }
        }
        Ok(())
    }

    /// A row without anyone to refer to that must refer to someone refers to
    /// itself.
    fn refer_to_itself(&self, row: &mut Row) -> Result<(), String> {
        let own = self.table.foreign_keys.iter();
        for key in own.filter(|key| key.parent == self.table.name) {
            let of = parent_columns(self.schema, key);
            let is = |column: &Name, of: &Name| row.value(column) == row.value(of);
            let mut pairs = key.columns.iter().zip(of);
            let refers = pairs.all(|(column, of)| is(column, of));
            let mut siblings = self.seeds.rows.iter();
            let mut others = siblings.any(|other| other.table == self.table.name);
            others |= key
                .columns
                .iter()
                .any(|c| row.value(c) == Some(&Value::Null));
            if refers || others {
                continue;
            }
            let values: Vec<_> = of.iter().map(|of| row.value(of).cloned()).collect();
            for (column, value) in key.columns.iter().zip(values) {
                let found = row.values.iter_mut().find(|(name, _)| name == column);
                if let (Some((_, old)), Some(value)) = (found, value) {
                    *old = value;
                }
            }
        }
        Ok(())
    }
}

fn lookup(row: &Row) -> impl Fn(&Name) -> Option<Value> + '_ {
    |name| row.value(name).cloned()
}

fn checks_pass(table: &Table, row: &Row) -> bool {
    let mut checks = table.checks.iter();
    checks.all(|check| truth::passes(table, &lookup(row), &check.expr))
}

/// Whether two rows of `table` have a unique key in common.
fn collide(table: &Table, row: &Row, other: &Row) -> bool {
    if other.table != table.name {
        return false;
    }
    let plain = |columns: &[Name]| -> Vec<Expr> {
        let columns = columns.iter();
        columns.map(|column| Expr::column(column.clone())).collect()
    };
    let keys = table.primary_key.iter().map(|key| plain(&key.columns));
    let uniques = table.uniques.iter().map(|unique| plain(&unique.columns));
    let indexes = table.indexes.iter().filter(|index| {
        let holds = |row: &Row| {
            let predicate = index.predicate.as_ref();
            predicate.is_none_or(|predicate| {
                let value = truth::value(table, &lookup(row), predicate);
                value.is_none_or(|value| truth::truth(&value) != Some(Some(false)))
            })
        };
        index.unique && holds(row) && holds(other)
    });
    let indexes = indexes.map(|index| {
        let parts = index.parts.iter();
        parts.map(|part| part.expr.clone()).collect()
    });
    let mut all = keys.chain(uniques).chain(indexes);
    all.any(|parts: Vec<Expr>| parts.iter().all(|part| same(table, part, row, other)))
}

/// Whether two rows agree in a part of a key. Letters are folded everywhere:
/// the column may be made case-insensitive by a later migration.
fn same(table: &Table, part: &Expr, row: &Row, other: &Row) -> bool {
    let folded = |value: Value| match value {
        Value::Text(text) => Value::Text(text.trim_end().to_ascii_lowercase()),
        other => other,
    };
    let left = truth::value(table, &lookup(row), part);
    let right = truth::value(table, &lookup(other), part);
    match (left, right) {
        (Some(Value::Null), _) | (_, Some(Value::Null)) => false,
        (Some(left), Some(right)) => folded(left) == folded(right),
        // Not known: only rows that agree in all of its columns can collide.
        _ => table.columns.iter().all(|column| {
            !names(part, &column.name) || row.value(&column.name) == other.value(&column.name)
        }),
    }
}

/// Numbers without a pattern, the same ones each time (xorshift64*).
struct Chance(u64);

impl Chance {
    /// A number below `bound`; 0 when that is 0.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap_or_default() % bound.max(1)
    }
}
