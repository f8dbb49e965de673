//! Row level security of tenant tables.
//!
//! FORCE makes the owner subject to the policy too, and so is a migration:
//! with no org bound it would see no row. It says `row_security = off` first,
//! so that a statement which a policy would filter fails instead of finding
//! nothing, and takes FORCE off around those that have to see every org.

use super::quote;
use crate::{
    lower::{
        delta::{Object, TableDelta},
        script::Script,
    },
    model::{Name, Schema, Table},
    portable::tenant::ORG_COLUMN,
};

/// What a migration of a database with tenant tables begins with.
pub(crate) const ROW_SECURITY_OFF: &str = "SET LOCAL row_security = off";

/// After a session's first binding, an unbound transaction reads '' rather
/// than NULL. NULLIF turns both into "no org": no rows, instead of a failed
/// cast.
const CURRENT_ORG: &str = "NULLIF(current_setting('dualfuel.org_id', true), '')::uuid";

fn policy(table: &Name) -> String {
    quote(&Name::new(format!("{table}_org")))
}

/// Walls off a tenant table.
pub(super) fn enable(table: &Table, script: &mut Script) {
    if !table.tenant {
        return;
    }
    let name = quote(&table.name);
    script.push(format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"));
    script.push(format!("ALTER TABLE {name} FORCE ROW LEVEL SECURITY"));
    let own = format!("({} = {CURRENT_ORG})", quote(&Name::from(ORG_COLUMN)));
    script.push(format!(
        "CREATE POLICY {} ON {name} FOR ALL\n    USING {own}\n    WITH CHECK {own}",
        policy(&table.name)
    ));
}

/// The policy of a table that stays, under the table's new name.
pub(super) fn change(table: &TableDelta<'_>, script: &mut Script) {
    let (from, to) = (policy(&table.was.name), policy(&table.to.name));
    let name = quote(&table.to.name);
    if table.was.tenant && table.to.tenant && from != to {
        script.push(format!("ALTER POLICY {from} ON {name} RENAME TO {to}"));
    }
    // The policy names a column that goes with it.
    if table.was.tenant && !table.to.tenant {
        script.push(format!("DROP POLICY {from} ON {name}"));
        script.push(format!("ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY"));
        script.push(format!("ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"));
    }
}

/// A foreign key's rows are looked for in both tables when it is added.
pub(super) fn unforced_key(
    schema: &Schema,
    table: &Table,
    key: &Object,
    script: &mut Script,
    change: impl FnOnce(&mut Script),
) {
    let parent = key.parent.as_ref().and_then(|(name, _)| schema.table(name));
    let mut walled: Vec<&Name> = Vec::new();
    for table in std::iter::once(table).chain(parent).filter(|t| t.tenant) {
        if !walled.contains(&&table.name) {
            walled.push(&table.name);
        }
    }
    unforced(&walled, script, change);
}

/// Statements that have to see the rows of every org.
pub(crate) fn unforced(walled: &[&Name], script: &mut Script, change: impl FnOnce(&mut Script)) {
    for table in walled {
        script.push(format!(
            "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY",
            quote(table)
        ));
    }
    change(script);
    for table in walled {
        script.push(format!(
            "ALTER TABLE {} FORCE ROW LEVEL SECURITY",
            quote(table)
        ));
    }
}
