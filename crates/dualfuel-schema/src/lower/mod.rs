//! From the model to one engine's statements.
//!
//! - [`expr`]: typed expressions, queries and data statements.
//! - `delta`: what differs between two schemas, in the order in which it can
//!   be done.
//! - `sqlite`, `postgres`, `mariadb`: the statements that do it.
//! - `loses`: what can't be taken back.
//! - `weaken`: what an engine does without.
//! - `whole`: fractions that only MySQL rounds as it does.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{
    Engine, Refusal,
    model::{Expr, Index, Name, Schema, Table, Trigger},
    simulate::{Step, StepKind},
    statement::Statement,
};
use delta::{Delta, tables_of_statement};
use memo::Known;
use script::Script;

mod delta;
pub mod expr;
mod halves;
mod last;
mod loses;
mod mariadb;
mod memo;
pub(crate) mod names;
mod postgres;
mod rows;
mod script;
mod sqlite;
#[cfg(test)]
mod tests;
mod touch;
mod view;
mod weaken;
mod whole;

pub(crate) use mariadb::rests_on_moving;

/// A migration on one engine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lowered {
    /// Its statements, in order, without `;`.
    pub statements: Vec<String>,
    /// Whether SQLite has to have foreign keys off while it runs, because a
    /// table is rebuilt.
    pub foreign_keys_off: bool,
    /// What this engine can't hold, and does without.
    pub weakenings: Vec<Weakening>,
    /// Why the change can't be undone without losing something, where it can't:
    /// "`users.age` is dropped with its values".
    pub loses: Vec<String>,
}

/// Something of the schema that an engine can't hold and does without.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Weakening {
    /// On which engine.
    pub engine: Engine,
    /// The table.
    pub table: String,
    /// The column, constraint or index.
    pub object: String,
    /// What is weaker: "the index holds all rows, not only those where ..".
    pub what: String,
}

/// A step that can't be said on an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlowered {
    /// Its bytes in the source file.
    pub span: Range<usize>,
    /// Why not.
    pub refusal: Refusal,
}

/// The statements that take `steps` on `engine`.
///
/// # Errors
///
/// Every step that can't be said there.
pub fn lower(engine: Engine, steps: &[Step]) -> Result<Lowered, Vec<Unlowered>> {
    Lowering::of(engine, steps).up()
}

/// The statements that take `steps` back: from the last one's schema after to
/// the first one's before. Rows that were changed stay changed.
///
/// # Errors
///
/// Every step that can't be taken back on that engine.
pub fn lower_inverse(engine: Engine, steps: &[Step]) -> Result<Lowered, Vec<Unlowered>> {
    Lowering::of(engine, steps).down()
}

/// A migration's steps on an engine, to go and to take back: both look at the
/// same schemas.
pub struct Lowering<'s> {
    engine: Engine,
    steps: &'s [Step],
    known: Known<'s>,
}

impl<'s> Lowering<'s> {
    /// Of `steps` on `engine`.
    pub fn of(engine: Engine, steps: &'s [Step]) -> Self {
        Self {
            engine,
            steps,
            known: Known::default(),
        }
    }

    /// See [`lower`].
    ///
    /// # Errors
    ///
    /// Every step that can't be said there.
    pub fn up(&self) -> Result<Lowered, Vec<Unlowered>> {
        let Self { engine, steps, .. } = *self;
        let mut lowered = Lowered::default();
        let mut failed = Vec::new();
        begin(engine, steps, &mut lowered);
        for (place, step) in steps.iter().enumerate() {
            let statements = match &step.kind {
                StepKind::Define(moves) => {
                    self.define(&Delta::new(&step.before, &step.after, moves))
                }
                StepKind::Data(statement) => {
                    let before = steps.get(..place).unwrap_or_default();
                    last::agrees(before, statement).and_then(|()| data(engine, step, statement))
                }
            };
            match statements {
                Ok(defined) => defined.add_to(&mut lowered),
                Err(refusal) => failed.push(Unlowered {
                    span: step.span.clone(),
                    refusal,
                }),
            }
            lowered.weakenings.extend(weaker_rows(engine, step));
            lowered.weakenings.extend(halves::weakening(engine, step));
            lowered.loses.extend(loses::of_step(step));
        }
        lowered.weakenings.extend(fresh_weakenings(engine, steps));
        if failed.is_empty() {
            Ok(lowered)
        } else {
            Err(failed)
        }
    }

    /// See [`lower_inverse`].
    ///
    /// # Errors
    ///
    /// Every step that can't be taken back there.
    pub fn down(&self) -> Result<Lowered, Vec<Unlowered>> {
        let Self { engine, steps, .. } = *self;
        let mut lowered = Lowered::default();
        let mut failed = Vec::new();
        begin(engine, steps, &mut lowered);
        for step in steps.iter().rev() {
            lowered.loses.extend(loses::of_step(step));
            let StepKind::Define(moves) = &step.kind else {
                continue;
            };
            let back = loses::inverted(moves);
            let defined = match enum_stays(engine, step).or_else(|| virtual_table_stays(step)) {
                Some(refusal) => Err(refusal),
                None => {
                    lowered.statements.extend(drop_virtual_tables(step));
                    self.define(&Delta::new(&step.after, &step.before, &back))
                }
            };
            match defined {
                Ok(defined) => defined.add_to(&mut lowered),
                Err(refusal) => failed.push(Unlowered {
                    span: step.span.clone(),
                    refusal,
                }),
            }
        }
        lowered.loses.reverse();
        if failed.is_empty() {
            Ok(lowered)
        } else {
            Err(failed)
        }
    }

    fn define(&self, delta: &Delta<'s>) -> Result<Defined, Refusal> {
        match self.engine {
            Engine::Sqlite => sqlite::define(delta),
            Engine::Postgres => postgres::define(delta, &self.known).map(Defined::from),
            Engine::Mariadb => mariadb::define(delta, &self.known).map(Defined::from),
        }
    }
}

/// What a data statement does otherwise than on SQLite.
fn weaker_rows(engine: Engine, step: &Step) -> Option<Weakening> {
    let StepKind::Data(statement) = &step.kind else {
        return None;
    };
    let table = expr::numbered_otherwise(&step.before, statement)?;
    (engine != Engine::Sqlite).then(|| Weakening {
        engine,
        table: table.name.to_string(),
        object: "INSERT .. SELECT".into(),
        what:
            "the rows may be numbered otherwise: in another order than SQLite's, which no ORDER BY \
               says, or with numbers left out for rows that were there already"
                .into(),
    })
}

/// What the migration as a whole adds to what the engine does without.
fn fresh_weakenings(engine: Engine, steps: &[Step]) -> Vec<Weakening> {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return Vec::new();
    };
    let known = weakenings(engine, &first.before);
    let mut fresh = weakenings(engine, &last.after);
    fresh.retain(|weak| !known.contains(weak));
    fresh
}

/// A PostgreSQL source's enum is a type of its own there, and no CHECK over
/// text: what was done to it, the model does not know how to take back.
fn enum_stays(engine: Engine, step: &Step) -> Option<Refusal> {
    let changed = step.before.enums != step.after.enums;
    (engine == Engine::Postgres && changed)
        .then(|| Refusal::new("an enum type is only taken back by its author"))
}

/// How a virtual table was made is not in the model.
fn virtual_table_stays(step: &Step) -> Option<Refusal> {
    let mut before = step.before.virtual_tables.iter();
    before
        .any(|name| !step.after.virtual_tables.contains(name))
        .then(|| Refusal::new("a virtual table is only made again by its author"))
}

/// Those that a step makes, on the one engine that has them.
fn drop_virtual_tables(step: &Step) -> impl Iterator<Item = String> {
    let after = step.after.virtual_tables.iter();
    after
        .filter(|name| !step.before.virtual_tables.contains(name))
        .map(|name| format!("DROP TABLE {}", expr::quote(Engine::Sqlite, name)))
}

/// What `engine` can't hold of `schema`, and does without.
pub fn weakenings(engine: Engine, schema: &Schema) -> Vec<Weakening> {
    match engine {
        Engine::Sqlite => sqlite::weakenings(schema),
        Engine::Postgres => postgres::weakenings(schema),
        Engine::Mariadb => mariadb::weakenings(schema),
    }
}

/// Why `engine` does without an index over a formula, where it does. A unique
/// one is never left out: it decides which rows there may be.
pub(crate) fn leaves_out(engine: Engine, table: &Table, index: &Index) -> Option<Refusal> {
    let formulas = index.parts.iter().map(|part| &part.expr);
    let formulas: Vec<&Expr> = formulas.chain(&index.predicate).collect();
    if engine == Engine::Sqlite || index.unique || !formulas.iter().any(|expr| has_call(expr)) {
        return None;
    }
    let keys = index.parts.iter().filter_map(|part| match part.expr {
        Expr::Column { .. } => None,
        ref expr => expr::value(engine, table, expr, None).err(),
    });
    let predicate = index.predicate.as_ref().and_then(|predicate| {
        let said = match engine {
            Engine::Mariadb => expr::condition(engine, table, predicate),
            _ => expr::predicate(engine, table, predicate),
        };
        said.err()
    });
    keys.chain(predicate).next()
}

fn has_call(expr: &Expr) -> bool {
    let mut found = false;
    expr.for_each(&mut |expr| found |= matches!(expr, Expr::Call(_)));
    found
}

/// Whether a trigger changes the very row that fired it, and nothing else: on
/// PostgreSQL and MariaDB it fires before, not after.
pub(crate) fn assigns(schema: &Schema, trigger: &Trigger) -> bool {
    touch::touch(schema, trigger).is_some()
}

/// What one step comes to.
#[derive(Debug, Default)]
struct Defined {
    statements: Vec<String>,
    foreign_keys_off: bool,
}

impl Defined {
    fn add_to(self, lowered: &mut Lowered) {
        lowered.statements.extend(self.statements);
        lowered.foreign_keys_off |= self.foreign_keys_off;
    }
}

impl From<Vec<String>> for Defined {
    fn from(statements: Vec<String>) -> Self {
        Self {
            statements,
            foreign_keys_off: false,
        }
    }
}

/// Under FORCE whoever migrates is blind: see `postgres::security`.
fn begin(engine: Engine, steps: &[Step], lowered: &mut Lowered) {
    let walled = |schema: &Schema| schema.tables.iter().any(|table| table.tenant);
    if engine == Engine::Postgres
        && steps
            .iter()
            .any(|step| walled(&step.before) || walled(&step.after))
    {
        lowered.statements.push(postgres::ROW_SECURITY_OFF.into());
    }
}

/// What a statement on tenant tables has to say before it.
const EVERY_ORG: &str = "every org";

fn data(engine: Engine, step: &Step, statement: &Statement) -> Result<Defined, Refusal> {
    whole::check(engine, &step.before, statement)?;
    let statements = expr::data_statement(engine, &step.before, statement)?;
    let mut walled: Vec<&Name> = Vec::new();
    for name in tables_of_statement(statement) {
        if let Some(table) = step.before.table(&name)
            && table.tenant
            && !walled.contains(&&table.name)
        {
            walled.push(&table.name);
        }
    }
    if let Some(table) = walled.first()
        && !step.annotations.iter().any(|said| said == EVERY_ORG)
    {
        return Err(Refusal::new(format!(
            "the rows of `{table}` belong to orgs: a migration changes those of all, and has to \
             say so with `-- dualfuel: every org` before the statement"
        )));
    }
    if engine != Engine::Postgres {
        return Ok(Defined::from(statements));
    }
    let mut script = Script::default();
    postgres::unforced(&walled, &mut script, |script| script.extend(statements));
    Ok(Defined::from(script.finish()))
}
