//! Which statements touch the rows of every org.
//!
//! Under FORCE ROW LEVEL SECURITY the owner that migrates sees no row: an
//! UPDATE finds none and succeeds. So a statement that changes or reads rows
//! of tenant tables has to say that it is meant for all orgs.

use std::ops::Range;

use crate::{
    Refusal,
    model::{Name, Schema, visit::Visit},
    simulate::{Step, StepKind},
    statement::Statement,
};

/// Data steps that touch a tenant table and do not say `every org`.
pub(super) fn undeclared(steps: &[Step]) -> Vec<(Range<usize>, Refusal)> {
    let mut found = Vec::new();
    for step in steps {
        let StepKind::Data(statement) = &step.kind else {
            continue;
        };
        if let Some(refusal) = positional(statement, &step.before) {
            found.push((step.span.clone(), refusal));
            continue;
        }
        let declared = step
            .annotations
            .iter()
            .any(|said| said.split_whitespace().eq(["every", "org"]));
        if declared {
            continue;
        }
        let names = Tables::of(statement);
        if let Some(table) = names.iter().find(|name| is_tenant(&step.before, name)) {
            let reason = format!(
                "it touches the rows of `{table}`, which belong to many orgs: write `-- dualfuel: \
                 every org` before it if it is meant for all of them"
            );
            found.push((step.span.clone(), Refusal::new(reason)));
        }
    }
    found
}

/// An INSERT without column names gives values by position, and the org has
/// taken the first.
fn positional(statement: &Statement, schema: &Schema) -> Option<Refusal> {
    match statement {
        Statement::Insert(insert)
            if insert.columns.is_empty()
                && insert.source.is_some()
                && is_tenant(schema, &insert.table) =>
        {
            Some(Refusal::new(format!(
                "it gives values by position to `{}`, which has `org_id` too: name the columns",
                insert.table
            )))
        }
        _ => None,
    }
}

fn is_tenant(schema: &Schema, name: &Name) -> bool {
    schema.table(name).is_some_and(|table| table.tenant)
}

/// The tables that a statement writes or reads.
#[derive(Default)]
struct Tables(Vec<Name>);

impl Tables {
    fn of(statement: &Statement) -> Vec<Name> {
        let mut tables = Self::default();
        tables.statement(statement);
        tables.0
    }
}

impl Visit for Tables {
    fn table(&mut self, name: &Name) {
        self.0.push(name.clone());
    }
}
