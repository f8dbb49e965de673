//! What a SQLite file that passes through does to rows.
//!
//! SQLite changes a table by building a new one and dropping the old. A drop
//! deletes the table's rows, and with foreign keys on that fires ON DELETE of
//! whatever refers to them. `PRAGMA foreign_keys` does nothing inside a
//! transaction, and a migration runs in one unless `metadata.toml` says
//! otherwise. The file passes as it is; its author is told.
//!
//! INSERT OR REPLACE deletes the row that is there, with the same effect.

use crate::{
    Engine,
    model::{Action, Name, Schema},
    parse::Parsed,
    simulate::Step,
    statement::{Insert, OnConflict, Statement},
};

use super::{Source, files};

/// Offset and text of each hazard of a file that passes through.
pub(super) fn hazards(
    engine: Engine,
    source: &Source,
    statements: &[Parsed],
    steps: &[Step],
) -> Vec<(usize, String)> {
    if engine != Engine::Sqlite || files::says_no_transaction(source.metadata.as_deref()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut enforcement = Enforcement {
        in_transaction: !files::runs_alone(engine, &source.up),
        on: true,
    };
    for parsed in statements {
        if let Statement::Housekeeping { kind } = &parsed.statement {
            enforcement.take(kind);
        }
        if !enforcement.on {
            continue;
        }
        let within =
            |step: &&Step| step.span.start <= parsed.span.start && parsed.span.end <= step.span.end;
        let Some(step) = steps.iter().find(within) else {
            continue;
        };
        let hit = |name: &Name, says: fn(&Name, &Name, Action) -> String| {
            let children = referring(&step.before, name);
            let hit =
                children.map(|(child, action)| (parsed.span.start, says(name, &child, action)));
            hit.collect::<Vec<_>>()
        };
        match &parsed.statement {
            Statement::DropTable { names, .. } => {
                // Only a rebuild: whoever drops a table for good means its rows.
                let rebuilt = |name: &&Name| {
                    step.before.table(name).is_some() && step.after.table(name).is_some()
                };
                for name in names.iter().filter(rebuilt) {
                    found.extend(hit(name, dropped));
                }
            }
            Statement::Insert(Insert {
                table,
                on_conflict: OnConflict::Replace,
                ..
            }) => found.extend(hit(table, replaced)),
            _ => {}
        }
    }
    found
}

/// Whether foreign keys are enforced, from statement to statement.
struct Enforcement {
    in_transaction: bool,
    on: bool,
}

impl Enforcement {
    fn take(&mut self, kind: &str) {
        match kind {
            "BEGIN" => self.in_transaction = true,
            "COMMIT" => self.in_transaction = false,
            _ => {
                let value = kind.strip_prefix("PRAGMA FOREIGN_KEYS=");
                if let (false, Some(value)) = (self.in_transaction, value) {
                    self.on = !["OFF", "0", "FALSE", "NO"].contains(&value);
                }
            }
        }
    }
}

/// The tables that lose something when the rows of `parent` are deleted.
fn referring(schema: &Schema, parent: &Name) -> impl Iterator<Item = (Name, Action)> {
    let fires = |action: Action| {
        matches!(
            action,
            Action::Cascade | Action::SetNull | Action::SetDefault
        )
    };
    let tables = schema.tables.iter().filter(|table| table.name != *parent);
    tables.filter_map(move |table| {
        let mut keys = table.foreign_keys.iter();
        let key = keys.find(|key| key.parent == *parent && fires(key.on_delete))?;
        Some((table.name.clone(), key.on_delete))
    })
}

/// What becomes of a child's rows.
fn does(child: &Name, action: Action) -> String {
    match action {
        Action::Cascade => format!("deletes the rows of `{child}` (ON DELETE CASCADE)"),
        _ => format!("takes their parent from the rows of `{child}` (ON DELETE SET ..)"),
    }
}

fn dropped(table: &Name, child: &Name, action: Action) -> String {
    format!(
        "with foreign keys on, dropping `{table}` to rebuild it {}; `dualfuel migrate` \
         switches them off, other tools need `run_in_transaction = false` in metadata.toml, and \
         PRAGMA foreign_keys = OFF before a BEGIN in the file",
        does(child, action)
    )
}

fn replaced(table: &Name, child: &Name, action: Action) -> String {
    format!(
        "with foreign keys on, replacing a row of `{table}` {}, and so it does on the other \
         engines; ON CONFLICT .. DO UPDATE keeps them",
        does(child, action)
    )
}
