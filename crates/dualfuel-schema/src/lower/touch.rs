//! Triggers that change the very row that fired them.
//!
//! SQLite has no way to assign to the new row, so a trigger that keeps
//! `updated_at` says it with an UPDATE of its own table:
//!
//! ```sql
//! CREATE TRIGGER touch AFTER UPDATE ON posts BEGIN
//!     UPDATE posts SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
//! END;
//! ```
//!
//! Elsewhere that would fire the trigger again, or is refused (MariaDB). There
//! it is a BEFORE trigger that assigns.
//!
//! A trigger that says neither BEFORE nor AFTER fires before. What it writes to
//! the row is then written over by the UPDATE that fired it, in the columns
//! that this sets, and stays in the others (SQLite 3.40 and 3.51, tried; its
//! documentation leaves it open). PostgreSQL would refuse that UPDATE.

use super::expr;
use crate::{
    model::{BinaryOp, Expr, Name, Schema, Table, Trigger, TriggerEvent, TriggerTime},
    statement::{Statement, Update},
};

/// What a trigger assigns to the row that fired it.
pub(crate) struct Touch {
    /// Columns and their values, in terms of `new` and `old`.
    pub(crate) set: Vec<(Name, Expr)>,
    /// When: its WHEN, and what its UPDATE asks beside the row's key.
    pub(crate) when: Option<Expr>,
}

/// What it assigns, if that is all that it does.
pub(crate) fn touch(schema: &Schema, trigger: &Trigger) -> Option<Touch> {
    let before = match (&trigger.time, &trigger.event) {
        (TriggerTime::After, TriggerEvent::Insert | TriggerEvent::Update(_)) => false,
        (TriggerTime::Before, TriggerEvent::Update(_)) => true,
        _ => return None,
    };
    let table = schema.table(&trigger.table)?;
    let [Statement::Update(update)] = trigger.body.as_deref()? else {
        return None;
    };
    if update.table != table.name || !update.from.is_empty() || has_query(update) {
        return None;
    }
    let mut conditions: Vec<&Expr> = Vec::new();
    conjuncts(update.filter.as_ref()?, &mut conditions);
    let named: Vec<Option<Name>> = conditions
        .iter()
        .map(|condition| of_the_row(update, condition))
        .collect();
    let alone = |name: &Option<Name>| name.as_ref().is_some_and(|name| is_key(table, name));
    let key = match named.iter().find(|name| alone(name)) {
        Some(Some(name)) => vec![name.clone()],
        _ => table.primary_key.as_ref()?.columns.clone(),
    };
    if !key
        .iter()
        .all(|column| named.contains(&Some(column.clone())))
    {
        return None;
    }
    let mut named = named.iter();
    conditions.retain(|_| !matches!(named.next(), Some(Some(name)) if key.contains(name)));
    let found = if before { "old" } else { "new" };
    let of_row = |expr: &Expr| as_found(expr, update, found);
    let assigned = |name: &Name, value: &Expr| match before {
        true => unless_set(name, of_row(value)),
        false => of_row(value),
    };
    let when = trigger
        .when
        .iter()
        .cloned()
        .chain(conditions.into_iter().map(of_row))
        .reduce(|all, next| Expr::binary(all, BinaryOp::And, next));
    let set = update.set.iter();
    Some(Touch {
        set: set
            .map(|(name, value)| (name.clone(), assigned(name, value)))
            .collect(),
        when,
    })
}

impl Touch {
    /// Its assignments in an order in which none reads what an earlier one
    /// wrote: SQLite's UPDATE makes them at once, elsewhere a body makes them
    /// one after the other. None where there is no such order.
    pub(crate) fn in_turn(&self) -> Option<Vec<(Name, Expr)>> {
        let readable: Vec<_> = self
            .set
            .iter()
            .map(|(name, value)| (name.clone(), without_old(value)))
            .collect();
        let mut rest = self.set.clone();
        let turns = expr::ordered(&readable)?.into_iter();
        turns
            .map(|(name, _)| {
                let place = rest.iter().position(|(of, _)| *of == name)?;
                Some(rest.remove(place))
            })
            .collect()
    }

    /// Whether its assignments write over what it asks.
    pub(crate) fn moves_its_condition(&self) -> bool {
        let asks = self.when.as_ref().map(|when| without_old(when).columns());
        let asks = asks.unwrap_or_default();
        self.set.iter().any(|(name, _)| asks.contains(name))
    }
}

/// The row as it was does not change under a body.
fn without_old(expr: &Expr) -> Expr {
    let mut expr = expr.clone();
    expr.for_each_mut(&mut |expr| {
        if matches!(expr, Expr::Column { table: Some(of), .. } if of.is("old")) {
            *expr = Expr::integer(1);
        }
    });
    expr
}

/// Whether a trigger writes to its own table.
pub(crate) fn writes_own_table(trigger: &Trigger) -> bool {
    trigger.body.iter().flatten().any(|statement| {
        let written = match statement {
            Statement::Insert(insert) => &insert.table,
            Statement::Update(update) => &update.table,
            Statement::Delete(delete) => &delete.table,
            _ => return false,
        };
        *written == trigger.table
    })
}

fn has_query(update: &Update) -> bool {
    let mut found = false;
    let values = update.set.iter().map(|(_, value)| value);
    for expr in values.chain(&update.filter) {
        expr.for_each(&mut |expr| {
            found |= matches!(
                expr,
                Expr::Subquery(_) | Expr::Exists { .. } | Expr::InQuery { .. }
            );
        });
    }
    found
}

fn conjuncts<'a>(expr: &'a Expr, all: &mut Vec<&'a Expr>) {
    match expr {
        Expr::Binary {
            left,
            op: BinaryOp::And,
            right,
        } => {
            conjuncts(left, all);
            conjuncts(right, all);
        }
        other => all.push(other),
    }
}

/// `id = NEW.id`: of which column it says that.
fn of_the_row(update: &Update, condition: &Expr) -> Option<Name> {
    let Expr::Binary {
        left,
        op: BinaryOp::Eq | BinaryOp::Is,
        right,
    } = condition
    else {
        return None;
    };
    let sides = [(left, right), (right, left)];
    sides.iter().find_map(|(own, row)| {
        let (
            Expr::Column { table: of, column },
            Expr::Column {
                table: Some(row),
                column: same,
            },
        ) = (own.as_ref(), row.as_ref())
        else {
            return None;
        };
        let found =
            is_own(of.as_ref(), update) && (row.is("new") || row.is("old")) && column == same;
        found.then(|| column.clone())
    })
}

/// Whether a column's qualifier is the table that is updated.
fn is_own(of: Option<&Name>, update: &Update) -> bool {
    of.is_none_or(|of| *of == update.table || update.alias.as_ref() == Some(of))
}

fn is_key(table: &Table, column: &Name) -> bool {
    let alone = |columns: &[Name]| columns == [column.clone()];
    let rowid = ["rowid", "_rowid_", "oid"]
        .iter()
        .any(|name| column.is(*name));
    (rowid && table.column(column).is_none())
        || table.primary_key.iter().any(|key| alone(&key.columns))
        || table.uniques.iter().any(|unique| alone(&unique.columns))
}

/// A value for a column, unless the statement that fired sets it to another.
fn unless_set(name: &Name, value: Expr) -> Expr {
    let of = |row: &str| Expr::Column {
        table: Some(Name::from(row)),
        column: name.clone(),
    };
    let kept = Expr::binary(of("new"), BinaryOp::Is, of("old"));
    Expr::Case {
        operand: None,
        branches: vec![(kept, value)],
        otherwise: Some(Box::new(of("new"))),
    }
}

/// The trigger's UPDATE finds the row as the statement left it, `new`, or as
/// it has yet to change it, `old`.
fn as_found(expr: &Expr, update: &Update, row: &str) -> Expr {
    let mut expr = expr.clone();
    expr.for_each_mut(&mut |expr| {
        if let Expr::Column { table, .. } = expr
            && is_own(table.as_ref(), update)
        {
            *table = Some(Name::from(row));
        }
    });
    expr
}
