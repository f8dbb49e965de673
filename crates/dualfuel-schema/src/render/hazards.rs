//! What a SQLite file that passes through does to rows.
//!
//! SQLite changes a table by building a new one and dropping the old. A drop
//! deletes the table's rows, and with foreign keys on that fires ON DELETE of
//! whatever refers to them. `PRAGMA foreign_keys` does nothing inside a
//! transaction, and a migration runs in one unless `metadata.toml` says
//! otherwise. The file passes as it is; its author is told.

use crate::{
    Engine,
    model::{Action, Name, Schema},
    parse::Parsed,
    simulate::Step,
    statement::Statement,
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
        in_transaction: !files::runs_alone(&source.up),
        on: true,
    };
    for parsed in statements {
        let names = match &parsed.statement {
            Statement::DropTable { names, .. } if enforcement.on => names,
            Statement::Housekeeping { kind } => {
                enforcement.take(kind);
                continue;
            }
            _ => continue,
        };
        let within =
            |step: &&Step| step.span.start <= parsed.span.start && parsed.span.end <= step.span.end;
        let Some(step) = steps.iter().find(within) else {
            continue;
        };
        for name in names {
            // Only a rebuild: whoever drops a table for good means its rows.
            if step.before.table(name).is_some() && step.after.table(name).is_some() {
                let hit = referring(&step.before, name)
                    .map(|(child, action)| (parsed.span.start, sentence(name, &child, action)));
                found.extend(hit);
            }
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

fn sentence(table: &Name, child: &Name, action: Action) -> String {
    let does = match action {
        Action::Cascade => format!("deletes the rows of `{child}` (ON DELETE CASCADE)"),
        _ => format!("takes their parent from the rows of `{child}` (ON DELETE SET ..)"),
    };
    format!(
        "with foreign keys on, dropping `{table}` to rebuild it {does}; `dualfuel migrate` \
         switches them off, other tools need `run_in_transaction = false` in metadata.toml, and \
         PRAGMA foreign_keys = OFF before a BEGIN in the file"
    )
}
