//! The keys of a table, and what a row that is written has in them.

use super::insert::is_default;
use crate::{
    lower::expr::scope::Scope,
    model::{BinaryOp, Collation, Column, Expr, Function, Literal, Name, Schema, Table},
};

/// A key: no two rows have the same.
pub(super) struct Key {
    /// Over the row.
    pub(super) parts: Vec<Expr>,
    /// Of which rows; all when absent.
    pub(super) predicate: Option<Expr>,
    /// Whether it is the primary one.
    pub(super) primary: bool,
}

impl Key {
    /// Its columns, where it is of nothing else and of all rows.
    pub(super) fn columns(&self) -> Option<Vec<Name>> {
        let columns = self.parts.iter().map(|part| match part {
            Expr::Column { column, .. } => Some(column.clone()),
            _ => None,
        });
        columns
            .collect::<Option<Vec<_>>>()
            .filter(|_| self.predicate.is_none())
    }

    /// The condition that a row of `table` has what `new` has in this key.
    /// None where `new` has NULL or chance there: then no row has.
    pub(super) fn hit(&self, table: &Name, new: &NewRow<'_>) -> Option<Expr> {
        let mut all = Vec::new();
        for part in &self.parts {
            let value = new.value(part);
            if value.is_null_literal() || by_chance(&value) {
                return None;
            }
            all.push(Expr::binary(
                of_table(part, table, |_, _| true),
                BinaryOp::Eq,
                value,
            ));
        }
        if let Some(predicate) = &self.predicate {
            all.push(new.value(predicate));
            all.push(of_table(predicate, table, |_, _| true));
        }
        all.into_iter()
            .reduce(|all, one| Expr::binary(all, BinaryOp::And, one))
    }

    /// What a row has in it, where only constants make it up.
    pub(super) fn constants(&self, new: &NewRow<'_>) -> Option<Vec<String>> {
        let values = self.parts.iter().map(|part| {
            Some(match new.value(part) {
                Expr::Literal(Literal::Text(text)) => match part {
                    Expr::CollateNoCase(_) => text.to_ascii_lowercase(),
                    _ => text,
                },
                Expr::Literal(Literal::Integer(number)) => number.to_string(),
                Expr::Literal(Literal::Number(number)) => number.parse::<f64>().ok()?.to_string(),
                _ => return None,
            })
        });
        values.collect()
    }
}

/// The keys that a row with values for `columns` can hit: one in a column that
/// is left out and has no value by itself is NULL or a new number.
pub(super) fn keys(table: &Table, columns: &[&Column]) -> Vec<Key> {
    let plain = |primary: bool, columns: &[Name]| Key {
        parts: columns
            .iter()
            .map(|column| self::column(table, column))
            .collect(),
        predicate: None,
        primary,
    };
    let indexed = table
        .indexes
        .iter()
        .filter(|index| index.unique)
        .map(|index| Key {
            parts: index
                .parts
                .iter()
                .map(|part| match (&part.expr, &part.collation) {
                    (Expr::Column { column, .. }, None) => self::column(table, column),
                    (expr, Some(Collation::NoCase)) => Expr::CollateNoCase(Box::new(expr.clone())),
                    (expr, _) => expr.clone(),
                })
                .collect(),
            predicate: index.predicate.clone(),
            primary: false,
        });
    let primary = table
        .primary_key
        .iter()
        .map(|key| plain(true, &key.columns));
    let uniques = table
        .uniques
        .iter()
        .map(|unique| plain(false, &unique.columns));
    let given = |name: &Name| {
        columns.iter().any(|column| column.name == *name)
            || table
                .column(name)
                .is_some_and(|column| column.default.is_some() || column.generated.is_some())
    };
    let mut found: Vec<Key> = Vec::new();
    for key in primary.chain(uniques).chain(indexed) {
        let hit = key
            .parts
            .iter()
            .flat_map(Expr::columns)
            .all(|name| given(&name));
        let known = found
            .iter()
            .any(|other| other.parts == key.parts && other.predicate.is_none());
        if hit && !known {
            found.push(key);
        }
    }
    found
}

/// A column as it compares.
fn column(table: &Table, name: &Name) -> Expr {
    let expr = Expr::Column {
        table: None,
        column: name.clone(),
    };
    match table.column(name).map(|column| &column.collation) {
        Some(Collation::NoCase) => Expr::CollateNoCase(Box::new(expr)),
        _ => expr,
    }
}

/// The row that is written.
pub(super) struct NewRow<'a> {
    table: &'a Table,
    values: Vec<(Name, Expr)>,
}

impl<'a> NewRow<'a> {
    /// A line of VALUES. A name that is no column stands for text.
    pub(super) fn of_cells(
        table: &'a Table,
        columns: &[&Column],
        cells: &[Expr],
        around: &Scope<'_>,
    ) -> Self {
        let values = columns.iter().zip(cells).map(|(column, cell)| {
            let value = match cell {
                cell if is_default(cell) => by_itself(column),
                Expr::Column {
                    table: None,
                    column,
                } if around.find(None, column).is_none() => {
                    Expr::Literal(Literal::Text(column.as_str().to_owned()))
                }
                cell => cell.clone(),
            };
            (column.name.clone(), value)
        });
        Self {
            table,
            values: values.collect(),
        }
    }

    /// A row of a query that goes by a name.
    pub(super) fn of_query(table: &'a Table, columns: &[&Column], name: &Name) -> Self {
        let values = columns.iter().map(|column| {
            let value = Expr::Column {
                table: Some(name.clone()),
                column: column.name.clone(),
            };
            (column.name.clone(), value)
        });
        Self {
            table,
            values: values.collect(),
        }
    }

    /// A row that is changed: what is not assigned stays.
    pub(super) fn of_assignments(table: &'a Table, set: &[(Name, Expr)], name: &Name) -> Self {
        let values = table.columns.iter().map(|column| {
            let assigned = set.iter().find(|(name, _)| *name == column.name);
            let value = match assigned {
                Some((_, value)) => value.clone(),
                None => Expr::Column {
                    table: Some(name.clone()),
                    column: column.name.clone(),
                },
            };
            (column.name.clone(), value)
        });
        Self {
            table,
            values: values.collect(),
        }
    }

    /// The value of an expression over the row.
    pub(super) fn value(&self, expr: &Expr) -> Expr {
        let mut value = match expr {
            Expr::CollateNoCase(expr) => (**expr).clone(),
            expr => expr.clone(),
        };
        // What is computed from others goes first.
        for _ in 0..self.table.columns.len().min(4) {
            value.for_each_mut(&mut |expr| {
                if let Expr::Column {
                    table: None,
                    column,
                } = expr
                    && let Some(column) = self.table.column(column)
                    && let Some(generated) = &column.generated
                {
                    *expr = generated.expr.clone();
                }
            });
        }
        value.for_each_mut(&mut |expr| {
            if let Expr::Column {
                table: None,
                column,
            } = expr
            {
                *expr = self.cell(column);
            }
        });
        value
    }

    fn cell(&self, name: &Name) -> Expr {
        let given = self.values.iter().find(|(column, _)| column == name);
        match (given, self.table.column(name)) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(column)) => by_itself(column),
            (None, None) => Expr::NULL,
        }
    }
}

/// What a column has when nothing is said.
pub(super) fn by_itself(column: &Column) -> Expr {
    column.default.clone().unwrap_or(Expr::NULL)
}

/// An expression with `name` before those of its columns that are `of` it.
pub(super) fn of_table(
    expr: &Expr,
    name: &Name,
    of: impl Fn(Option<&Name>, &Name) -> bool,
) -> Expr {
    let mut expr = expr.clone();
    expr.for_each_mut(&mut |expr| {
        if let Expr::Column { table, column } = expr
            && of(table.as_ref(), column)
        {
            *table = Some(name.clone());
        }
    });
    expr
}

/// Whether a value is made by chance, so that no row has it already.
pub(super) fn by_chance(expr: &Expr) -> bool {
    let mut found = false;
    expr.for_each(&mut |expr| {
        if let Expr::Call(call) = expr {
            found |= matches!(
                call.function,
                Function::Random | Function::Randomblob | Function::RandomUuid
            );
        }
    });
    found
}

/// Whether rows of other tables go, or lose their parent, with a row of this.
pub(super) fn takes_along(schema: &Schema, table: &Table) -> bool {
    use crate::model::Action;
    let mut keys = schema.tables.iter().flat_map(|child| &child.foreign_keys);
    keys.any(|key| {
        key.parent == table.name && !matches!(key.on_delete, Action::NoAction | Action::Restrict)
    })
}
