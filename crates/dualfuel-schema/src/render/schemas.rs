//! The schema of each engine, from migration to migration.
//!
//! They differ where `-- dualfuel: only` keeps a statement from an engine, and
//! in what a portable source means beyond its SQL. Engines that find the same
//! schema and the same statements share one simulation.

use std::sync::Arc;

use crate::{
    Dialect, Engine, Refusal,
    lower::{self, Weakening},
    model::{Index, Schema, Table},
    parse::Parsed,
    portable,
    simulate::{self, Misfit, Step},
};

/// What each engine has so far.
pub(super) struct Schemas {
    dialect: Dialect,
    engines: [OnEngine; 3],
}

struct OnEngine {
    engine: Engine,
    /// As the source says it.
    said: Arc<Schema>,
    /// The last schema that was made its own, and what it became.
    last: Option<(Arc<Schema>, Arc<Schema>)>,
}

/// What a migration does on an engine.
#[derive(Clone)]
pub(super) struct Taken {
    pub(super) engine: Engine,
    before: Arc<Schema>,
    /// The statements it has there.
    pub(super) statements: Vec<Parsed>,
    /// Those that do not fit what is there, with the reason.
    pub(super) misfits: Vec<Misfit>,
    /// As the source says them.
    pub(super) said: Vec<Step>,
    /// As the engine takes them, or what can't be said.
    pub(super) own: Result<Vec<Step>, Failure>,
    /// What the steps leave, as the source says it.
    pub(super) after: Arc<Schema>,
    /// What they leave on the engine.
    pub(super) own_after: Arc<Schema>,
    /// Indexes that it can't hold.
    pub(super) left_out: Vec<Weakening>,
}

/// A step whose schema the engine can't have.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// Which step, from 0.
    pub(super) step: usize,
    pub(super) refusal: Refusal,
}

impl Schemas {
    pub(super) fn new(dialect: Dialect) -> Self {
        let empty = Arc::new(Schema {
            dialect: Some(dialect),
            ..Schema::default()
        });
        Self {
            dialect,
            engines: Engine::ALL.map(|engine| OnEngine {
                engine,
                said: Arc::clone(&empty),
                last: None,
            }),
        }
    }

    /// Takes a migration on every engine: `statements` gives those that are
    /// for it.
    pub(super) fn take(&mut self, statements: impl Fn(Engine) -> Vec<Parsed>) -> Vec<Taken> {
        let mut taken: Vec<Taken> = Vec::new();
        for on in &mut self.engines {
            let statements = statements(on.engine);
            let same = taken.iter().find(|other| {
                Arc::ptr_eq(&other.before, &on.said) && other.statements == statements
            });
            let (said, misfits) = match same {
                Some(other) => (other.said.clone(), other.misfits.clone()),
                None => simulate_fitting(self.dialect, &on.said, &statements),
            };
            let before = Arc::clone(&on.said);
            if let Some(step) = said.last() {
                on.said = Arc::clone(&step.after);
            }
            let own = on.own_steps(self.dialect, &said);
            let own_after = on.own_schema(self.dialect);
            let left_out = on.fresh_left_out(self.dialect, &before);
            taken.push(Taken {
                left_out,
                engine: on.engine,
                before,
                statements,
                misfits,
                said,
                own,
                after: Arc::clone(&on.said),
                own_after,
            });
        }
        taken
    }
}

impl OnEngine {
    /// What a schema is on this engine. The same one gives the same `Arc`
    /// again, because one step's schema after is the next one's before.
    fn make_own(&mut self, dialect: Dialect, schema: &Arc<Schema>) -> Result<Arc<Schema>, Refusal> {
        let has_virtual = !schema.virtual_tables.is_empty() && self.engine != Engine::Sqlite;
        let does_without = has_virtual || self.left_out(dialect, schema).next().is_some();
        if dialect != Dialect::Portable && !does_without {
            return Ok(Arc::clone(schema));
        }
        if let Some((said, own)) = &self.last
            && (Arc::ptr_eq(said, schema) || said == schema)
        {
            return Ok(Arc::clone(own));
        }
        let own = match dialect {
            Dialect::Portable => portable::for_engine(schema, self.engine)?,
            _ => {
                let mut own = schema.without_virtual_tables();
                for (table, index, _) in self.left_out(dialect, schema) {
                    if let Some(table) = own.table_mut(&table.name) {
                        table.indexes.retain(|other| other.name != index.name);
                    }
                }
                own
            }
        };
        let own = Arc::new(own);
        self.last = Some((Arc::clone(schema), Arc::clone(&own)));
        Ok(own)
    }

    /// The indexes over formulas of a SQLite source that the engine can't hold.
    fn left_out<'s>(
        &self,
        dialect: Dialect,
        schema: &'s Schema,
    ) -> impl Iterator<Item = (&'s Table, &'s Index, Refusal)> + use<'s> {
        let engine = self.engine;
        let said = if dialect == Dialect::Sqlite {
            schema.tables.as_slice()
        } else {
            &[]
        };
        said.iter().flat_map(move |table| {
            let indexes = table.indexes.iter();
            indexes.filter_map(move |index| {
                let refusal = lower::leaves_out(engine, table, index)?;
                Some((table, index, refusal))
            })
        })
    }

    /// Those that a migration makes, in words.
    fn fresh_left_out(&self, dialect: Dialect, before: &Schema) -> Vec<Weakening> {
        let known = |table: &Table, index: &Index| {
            let table = before.table(&table.name);
            table.is_some_and(|table| table.index(&index.name) == Some(index))
        };
        let fresh = self.left_out(dialect, &self.said);
        let fresh = fresh.filter(|(table, index, _)| !known(table, index));
        fresh
            .map(|(table, index, refusal)| Weakening {
                engine: self.engine,
                table: table.name.to_string(),
                object: index.name.to_string(),
                what: format!("the index is left out: {}", refusal.reason),
            })
            .collect()
    }

    fn own_steps(&mut self, dialect: Dialect, said: &[Step]) -> Result<Vec<Step>, Failure> {
        let steps = said.iter().enumerate();
        steps
            .map(|(index, step)| {
                let failure = |refusal| Failure {
                    step: index,
                    refusal,
                };
                // What dangles when the migration begins or ends is said.
                let (first, last) = (index == 0, index + 1 == said.len());
                let before = self.make_own(dialect, &step.before).map_err(failure)?;
                let after = self.make_own(dialect, &step.after).map_err(failure)?;
                Ok(Step {
                    before: self.meanwhile(dialect, before, first),
                    after: self.meanwhile(dialect, after, last),
                    ..step.clone()
                })
            })
            .collect()
    }

    /// Between two statements of SQLite's a trigger may look at a table that is
    /// made again by the next. Elsewhere it is made again with the table.
    fn meanwhile(&self, dialect: Dialect, schema: Arc<Schema>, is_end: bool) -> Arc<Schema> {
        if is_end || dialect != Dialect::Sqlite || self.engine == Engine::Sqlite {
            return schema;
        }
        match schema.without_dangling() {
            Some(standing) => Arc::new(standing),
            None => schema,
        }
    }

    /// What the present schema is here; as the source says it where the
    /// engine can't have it, which is refused where it came about.
    fn own_schema(&mut self, dialect: Dialect) -> Arc<Schema> {
        let said = Arc::clone(&self.said);
        self.make_own(dialect, &said).unwrap_or(said)
    }
}

/// Simulates the statements that fit, and says which do not.
///
/// A simulation goes all the way or not at all; so those that do not fit are
/// left out and it is tried again, until the rest fits.
fn simulate_fitting(
    dialect: Dialect,
    before: &Arc<Schema>,
    statements: &[Parsed],
) -> (Vec<Step>, Vec<Misfit>) {
    let mut fitting = statements.to_vec();
    let mut misfits = Vec::new();
    loop {
        match simulate::simulate(dialect, before, &fitting) {
            Ok(steps) => return (steps, misfits),
            Err(found) => {
                let count = fitting.len();
                fitting.retain(|parsed| !found.iter().any(|misfit| misfit.span == parsed.span));
                misfits.extend(found);
                if fitting.len() == count {
                    // It names no statement of ours: nothing to leave out.
                    return (Vec::new(), misfits);
                }
            }
        }
    }
}
