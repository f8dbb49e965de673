//! A table whose rows are another one's, value for value.

use crate::{
    model::{Column, Expr, Function, Identity, Name, QueryBody, SelectItem, Table, TableFactor},
    simulate::catalogue::{Catalogue, Effect},
    statement::{Insert, OnConflict, Statement},
};

/// How the rows of one table come from those of another.
#[derive(Debug, Clone)]
pub(super) struct Image {
    /// Column and its value, over the other table's columns.
    pub(super) values: Vec<(Name, Expr)>,
    /// The rows that are there, over the other table's columns.
    pub(super) filter: Option<Expr>,
}

impl Image {
    /// What `insert` makes of its table; with the name of the table that it
    /// reads. None unless every row of it is one row there.
    pub(super) fn of(catalogue: &Catalogue, insert: &Insert) -> Option<(Name, Self)> {
        let statement = Statement::Insert(insert.clone());
        let Ok(Effect::Data(meant)) = catalogue.data(&statement) else {
            return None;
        };
        let Statement::Insert(insert) = *meant else {
            return None;
        };
        let query = insert
            .source
            .filter(|_| insert.on_conflict == OnConflict::Fail)?;
        if !query.ctes.is_empty() || query.limit.is_some() || query.offset.is_some() {
            return None;
        }
        let QueryBody::Select(select) = query.body else {
            return None;
        };
        let [join] = select.from.as_slice() else {
            return None;
        };
        let TableFactor::Table { name, .. } = &join.factor else {
            return None;
        };
        if select.distinct || !select.group_by.is_empty() || select.having.is_some() {
            return None;
        }
        let from = catalogue.schema.table(name)?;
        let into = catalogue.schema.table(&insert.table)?;
        let values = values(from, &select.items)?;
        let targets: Vec<Name> = if insert.columns.is_empty() {
            let columns = into
                .columns
                .iter()
                .filter(|column| column.generated.is_none());
            columns.map(|column| column.name.clone()).collect()
        } else {
            insert.columns
        };
        let filter = match select.filter {
            Some(filter) => Some(of_row(filter)?),
            None => None,
        };
        let image = Self {
            values: targets
                .iter()
                .cloned()
                .zip(values.iter().cloned())
                .collect(),
            filter,
        };
        (targets.len() == values.len()).then(|| (from.name.clone(), image))
    }

    /// This image, where what it is an image of is itself one.
    pub(super) fn through(&self, earlier: &Self) -> Option<Self> {
        let resolve = |expr: &Expr| {
            let mut expr = expr.clone();
            let mut known = true;
            expr.for_each_mut(&mut |expr| {
                if let Expr::Column { column, .. } = expr {
                    match earlier.value(column) {
                        Some(value) => *expr = value.clone(),
                        None => known = false,
                    }
                }
            });
            known.then_some(expr)
        };
        let values = self.values.iter().map(|(name, value)| {
            let value = resolve(value)?;
            Some((name.clone(), value))
        });
        let own = match &self.filter {
            Some(filter) => Some(resolve(filter)?),
            None => None,
        };
        Some(Self {
            values: values.collect::<Option<_>>()?,
            filter: match (earlier.filter.clone(), own) {
                (Some(earlier), Some(own)) => {
                    Some(Expr::binary(earlier, crate::model::BinaryOp::And, own))
                }
                (earlier, own) => earlier.or(own),
            },
        })
    }

    fn value(&self, column: &Name) -> Option<&Expr> {
        let mut values = self.values.iter();
        values
            .find(|(name, _)| name == column)
            .map(|(_, value)| value)
    }

    /// What is new about the rows of `new`, which come from those of `old`:
    /// columns under another name, and values. None where it can't be said.
    ///
    /// A column that is copied as it is from one that is no longer there is
    /// that one under another name; nothing else is.
    pub(super) fn changes(&self, old: &Table, new: &Table) -> Option<Changes> {
        // `rowid` is a column of no table.
        let values = self.values.iter().map(|(_, value)| value);
        let mut mentioned = values.chain(&self.filter).flat_map(Expr::columns);
        if !mentioned.all(|column| old.column(&column).is_some()) {
            return None;
        }
        let mut changes = Changes::default();
        for column in &new.columns {
            if column.generated.is_some() {
                continue;
            }
            let name = &column.name;
            match self.value(name) {
                Some(Expr::Column { column: from, .. }) if from == name => {}
                Some(Expr::Column { column: from, .. })
                    if new.column(from).is_none()
                        && old.column(name).is_none()
                        && changes.columns.iter().all(|(used, _)| used != from) =>
                {
                    changes.columns.push((from.clone(), name.clone()));
                }
                Some(value) => changes.values.push((name.clone(), value.clone())),
                None if old.column(name).is_none() => {}
                // The old values are left behind for the default.
                None => changes
                    .values
                    .push((name.clone(), given_by_default(column)?)),
            }
        }
        Some(changes)
    }
}

/// What [`Image::changes`] found.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    pub(super) columns: Vec<(Name, Name)>,
    pub(super) values: Vec<(Name, Expr)>,
}

fn given_by_default(column: &Column) -> Option<Expr> {
    match column.identity {
        // Every row would get another number.
        Some(Identity::Rowid | Identity::Sequence) => None,
        None => Some(column.default.clone().unwrap_or(Expr::NULL)),
    }
}

/// The values of a SELECT's list, over the row of `from` alone.
fn values(from: &Table, items: &[SelectItem]) -> Option<Vec<Expr>> {
    let mut values = Vec::new();
    for item in items {
        match item {
            SelectItem::All | SelectItem::AllOf(_) => {
                let columns = from.columns.iter();
                values.extend(columns.map(|column| Expr::column(column.name.clone())));
            }
            SelectItem::Expr { expr, .. } => values.push(of_row(expr.clone())?),
        }
    }
    Some(values)
}

/// An expression that says something of one row and of nothing else.
fn of_row(mut expr: Expr) -> Option<Expr> {
    let mut alone = true;
    expr.for_each_mut(&mut |expr| match expr {
        Expr::Column { table, .. } => *table = None,
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InQuery { .. } => alone = false,
        Expr::Call(call) if call.over.is_some() || is_aggregate(call.function) => alone = false,
        _ => {}
    });
    alone.then_some(expr)
}

fn is_aggregate(function: Function) -> bool {
    matches!(
        function,
        Function::Count
            | Function::Sum
            | Function::Total
            | Function::Avg
            | Function::Min
            | Function::Max
            | Function::GroupConcat
            | Function::JsonGroupArray
            | Function::JsonGroupObject
    )
}
