//! `round(x, 2)` of a half where rows are written.
//!
//! 1.005 is a little less than it says as a binary number. SQLite rounded what
//! it says until 3.43, and rounds what it is since; PostgreSQL and MariaDB are
//! made to round what it says. Which of the two wrote the rows of a SQLite
//! file can't be known, so the difference is declared.

use super::Weakening;
use crate::{
    Engine,
    model::{
        Expr, Function, Literal,
        visit::{Visit, walk_expr},
    },
    simulate::{Step, StepKind},
};

/// What a data statement's rounding may do otherwise than SQLite's.
pub(super) fn weakening(engine: Engine, step: &Step) -> Option<Weakening> {
    let StepKind::Data(statement) = &step.kind else {
        return None;
    };
    let mut rounds = Rounds(false);
    rounds.statement(statement);
    (rounds.0 && engine != Engine::Sqlite).then(|| Weakening {
        engine,
        table: statement
            .table()
            .map(ToString::to_string)
            .unwrap_or_default(),
        object: "round(..)".into(),
        what: "a half is rounded by its decimal digits, 1.005 to 1.01: SQLite since 3.43 goes by \
               the binary number, which may be less, and gives 1.0"
            .into(),
    })
}

/// Whether anything is rounded to digits behind the point.
struct Rounds(bool);

impl Visit for Rounds {
    fn expr(&mut self, expr: &Expr) {
        if let Expr::Call(call) = expr
            && call.function == Function::Round
        {
            // To whole numbers, a half is exactly one.
            let whole = |digits: &Expr| matches!(digits, Expr::Literal(Literal::Integer(0)));
            self.0 |= call.args.get(1).is_some_and(|digits| !whole(digits));
        }
        walk_expr(self, expr);
    }
}
