//! What a migration's statements make of a schema, without a database.
//!
//! Each statement is applied to a catalogue as its own engine would, and gives
//! a [`Step`] with the schema before and after it. A lowering looks at those
//! two, not at the statement, so that thirteen spellings of one change become
//! one change. SQLite's table rebuild (create, copy, drop, rename) is found
//! here and becomes a single step: see `rebuild`.
//!
//! A statement is refused only where its own engine would refuse it, or where
//! a name means nothing. It is not checked for what an engine finds out when
//! it looks at rows.

mod alter;
mod blocks;
mod catalogue;
mod drop_column;
mod enums;
mod indexes;
mod meaning;
mod misfit;
mod moves;
mod names;
mod rebuild;
mod tables;
mod trigger_functions;
mod views;
mod virtual_tables;

use std::{ops::Range, sync::Arc};

use catalogue::{Catalogue, Effect};
use rebuild::{Act, Does};

use crate::{
    Dialect, Refusal,
    model::{Expr, Name, Schema},
    parse::Parsed,
    statement::{Guarded, Statement},
};

/// One change of schema or rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its bytes in the source file: of the first to the last statement.
    pub span: Range<usize>,
    /// The schema it finds.
    pub before: Arc<Schema>,
    /// The schema it leaves.
    pub after: Arc<Schema>,
    /// What it does.
    pub kind: StepKind,
    /// What `-- dualfuel:` comments before it say.
    pub annotations: Vec<String>,
}

/// What a [`Step`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// Takes the schema from `before` to `after`.
    Define(Moves),
    /// Changes rows only: an INSERT, UPDATE or DELETE.
    Data(Box<Statement>),
}

/// What can't be seen from two schemas alone: which table and column is which,
/// and what becomes of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moves {
    /// Tables that are the same under another name: before, after.
    pub tables: Vec<(Name, Name)>,
    /// Columns that are the same under another name: table (its name after),
    /// before, after.
    pub columns: Vec<(Name, Name, Name)>,
    /// Tables whose rows are written anew.
    pub rewrites: Vec<Rewrite>,
    /// Indexes that are the same under another name: before, after.
    pub indexes: Vec<(Name, Name)>,
}

/// How the rows of a rebuilt table come from those it had. Columns that are
/// not named keep their value (under their name, or as
/// [`Moves::columns`] says), and new ones take their default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The table, by its name after the step.
    pub table: Name,
    /// New values, in terms of the columns before.
    pub values: Vec<(Name, Expr)>,
    /// Rows that are kept, in terms of the columns before; all when absent.
    pub filter: Option<Expr>,
}

/// Why a statement can't follow those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Its bytes in the source file.
    pub span: Range<usize>,
    /// What is wrong: "there is no table `user`".
    pub refusal: Refusal,
}

/// The steps of one migration that finds `before`. The last step's `after` is
/// what it leaves; without steps, that is `before`.
///
/// # Errors
///
/// Every statement that does not fit what is there.
pub fn simulate(
    dialect: Dialect,
    before: &Arc<Schema>,
    statements: &[Parsed],
) -> Result<Vec<Step>, Vec<Misfit>> {
    let mut run = Run {
        catalogue: Catalogue::new(dialect, Schema::clone(before)),
        at: Arc::clone(before),
        steps: Vec::new(),
        misfits: virtual_tables::with_rows(statements),
    };
    for act in rebuild::recognise(&run.catalogue, statements) {
        run.take(&act);
    }
    run.end_session();
    if run.misfits.is_empty() {
        let steps = moves::with_their_indexes(run.steps);
        Ok(moves::with_keys_that_match(steps))
    } else {
        Err(run.misfits)
    }
}

/// What a step comes from: a rebuild takes the statements about indexes
/// around it along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Rebuild,
    CreateIndex,
    DropIndex,
    Other,
}

/// A simulation on its way.
#[derive(Debug)]
struct Run {
    catalogue: Catalogue,
    /// The catalogue's schema, as the last step left it.
    at: Arc<Schema>,
    steps: Vec<(Part, Step)>,
    misfits: Vec<Misfit>,
}

impl Run {
    fn take(&mut self, act: &Act) {
        if let Does::Statement(statement) = &act.does
            && let Statement::Do { parts } = &**statement
        {
            return self.take_block(act, parts);
        }
        match self.catalogue.act(act) {
            Ok(Effect::Nothing) => {}
            Ok(Effect::Define(moves)) => {
                self.catalogue.mark_tenant(act);
                self.define(act, moves);
            }
            Ok(Effect::DefineAndFill(insert)) => {
                self.catalogue.mark_tenant(act);
                self.define(act, Moves::default());
                self.data(act, Box::new(Statement::Insert(*insert)));
            }
            Ok(Effect::Data(statement)) => self.data(act, statement),
            Err(refusal) => {
                // It may have got half way.
                self.catalogue.schema = Schema::clone(&self.at);
                self.misfits.push(Misfit {
                    span: act.span.clone(),
                    refusal,
                });
            }
        }
    }

    /// The statements of a block that are to run, one by one: some change the
    /// schema, some rows.
    fn take_block(&mut self, act: &Act, parts: &[Guarded]) {
        for part in parts {
            if !self.catalogue.holds(part) {
                continue;
            }
            for statement in &part.statements {
                if part.unless_there && self.catalogue.is_there(statement) {
                    continue;
                }
                self.take(&Act {
                    span: act.span.clone(),
                    annotations: act.annotations.clone(),
                    does: Does::Statement(Box::new(statement.clone())),
                });
            }
        }
    }

    /// A step from where the last one ended to what the catalogue has now;
    /// none when that is the same.
    fn define(&mut self, act: &Act, moves: Moves) {
        if *self.at == self.catalogue.schema && moves.is_empty() {
            return;
        }
        let part = match &act.does {
            Does::Rebuild(_) => Part::Rebuild,
            Does::Statement(statement) => match **statement {
                Statement::CreateIndex { .. } => Part::CreateIndex,
                Statement::DropIndex { .. } => Part::DropIndex,
                _ => Part::Other,
            },
        };
        let after = Arc::new(self.catalogue.schema.clone());
        let before = std::mem::replace(&mut self.at, Arc::clone(&after));
        let step = Step {
            span: act.span.clone(),
            before,
            after,
            kind: StepKind::Define(moves),
            annotations: act.annotations.clone(),
        };
        self.steps.push((part, step));
    }

    fn data(&mut self, act: &Act, statement: Box<Statement>) {
        let step = Step {
            span: act.span.clone(),
            before: Arc::clone(&self.at),
            after: Arc::clone(&self.at),
            kind: StepKind::Data(statement),
            annotations: act.annotations.clone(),
        };
        self.steps.push((Part::Other, step));
    }

    /// What is temporary ends with the migration, so that the schema between
    /// two of them has nothing of the kind.
    fn end_session(&mut self) {
        let Some(span) = self.steps.last().map(|(_, step)| step.span.clone()) else {
            return;
        };
        let schema = &self.catalogue.schema;
        let tables = schema.tables.iter().filter(|table| table.temporary);
        let tables: Vec<Name> = tables.map(|table| table.name.clone()).collect();
        let views: Vec<Name> = std::mem::take(&mut self.catalogue.temporary_views);
        let drops = [
            (!views.is_empty()).then_some(Statement::DropView {
                names: views,
                if_exists: true,
            }),
            (!tables.is_empty()).then_some(Statement::DropTable {
                names: tables,
                if_exists: true,
                cascade: true,
            }),
        ];
        for statement in drops.into_iter().flatten() {
            self.take(&Act {
                span: span.clone(),
                annotations: Vec::new(),
                does: Does::Statement(Box::new(statement)),
            });
        }
    }
}
