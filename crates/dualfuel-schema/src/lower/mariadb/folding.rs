//! `lower` and `upper` in what the catalogue keeps.
//!
//! SQLite folds A to Z, and so does PostgreSQL over collation "C"; MariaDB
//! folds every letter. Where a data statement writes rows that is said with
//! care; a CHECK, an index, a computed column, a view and a trigger have to be
//! read back from the catalogue, and keep the plain word.

use super::ENGINE;
use crate::{
    lower::{
        Weakening,
        weaken::{called, weakening},
    },
    model::{
        Call, Expr, Function, Literal, Schema, Table,
        visit::{Visit, walk_expr},
    },
};

pub(super) fn weakenings(schema: &Schema) -> Vec<Weakening> {
    let mut all = Vec::new();
    for table in &schema.tables {
        of_table(table, &mut all);
    }
    let mut weak = |table: &str, object: &str| {
        all.push(Weakening {
            engine: ENGINE,
            table: table.to_owned(),
            object: object.to_owned(),
            what: WHAT.into(),
        });
    };
    for view in &schema.views {
        if view
            .query
            .as_ref()
            .is_some_and(|query| found(|folds| folds.query(query)))
        {
            weak(view.name.as_str(), "");
        }
    }
    for trigger in &schema.triggers {
        let folds = found(|folds| {
            if let Some(when) = &trigger.when {
                folds.expr(when);
            }
            for statement in trigger.body.iter().flatten() {
                folds.statement(statement);
            }
        });
        if folds {
            weak(trigger.table.as_str(), trigger.name.as_str());
        }
    }
    all
}

const WHAT: &str = "lower() and upper() fold every letter there, not A to Z alone";

fn of_table(table: &Table, all: &mut Vec<Weakening>) {
    let folds = |expr: &Expr| found(|folds| folds.expr(expr));
    let mut weak = |object: &str| all.push(weakening(ENGINE, table, object, WHAT));
    for column in &table.columns {
        if column
            .generated
            .as_ref()
            .is_some_and(|one| folds(&one.expr))
        {
            weak(column.name.as_str());
        }
    }
    for check in table.checks.iter().filter(|check| folds(&check.expr)) {
        match &check.name {
            Some(name) => weak(name.as_str()),
            None => weak(&called(&check.expr.columns())),
        }
    }
    for index in &table.indexes {
        let mut parts = index
            .parts
            .iter()
            .map(|part| &part.expr)
            .chain(&index.predicate);
        if parts.any(folds) {
            weak(index.name.as_str());
        }
    }
}

fn found(walk: impl FnOnce(&mut Folds)) -> bool {
    let mut folds = Folds(false);
    walk(&mut folds);
    folds.0
}

/// Whether a text is folded that may have letters beyond ASCII.
struct Folds(bool);

impl Visit for Folds {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Call(call) = expr
            && matches!(call.function, Function::Lower | Function::Upper)
        {
            self.0 |= !call.args.first().is_some_and(is_ascii);
        }
        walk_expr(self, expr);
    }
}

fn is_ascii(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Text(_)) => true,
        Expr::Call(call) => {
            let Call { function, .. } = &**call;
            matches!(
                function,
                Function::Hex | Function::RandomUuid | Function::Typeof
            )
        }
        _ => false,
    }
}
