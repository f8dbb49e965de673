//! One tenant table, as each engine has it.
//!
//! What tells the orgs apart is a wall on PostgreSQL, a constant in a SQLite
//! file, and nothing on MariaDB ([`crate::portable::tenant`] has the table).
//! A source is made an engine's own before it is compared, so only two
//! databases of different engines ever meet here. Each is led to one form:
//! `org_id` first in every key, the transaction's org for its default, and
//! SQLite's CHECK. Where a database lacks its part of that, it stays as it is
//! and so is reported.

use std::borrow::Cow;

use super::{Report, Sides};
use crate::{
    Engine,
    model::{Action, BinaryOp, Check, Expr, Function, Name, Table},
    portable::tenant::{FILE_ORG, ORG_COLUMN},
};

/// Both tables in the one form, where they are tenant tables on different
/// engines.
pub(super) fn alike<'t>(
    sides: Sides,
    a: &'t Table,
    b: &'t Table,
    report: &mut Report<'_>,
) -> (Cow<'t, Table>, Cow<'t, Table>) {
    let as_they_are = (Cow::Borrowed(a), Cow::Borrowed(b));
    let (Some(left), Some(right)) = (sides.left, sides.right) else {
        return as_they_are;
    };
    let org = Name::from(ORG_COLUMN);
    let tenants = (is_tenant(left, a), is_tenant(right, b));
    let known = [tenants.0, tenants.1].contains(&Some(true));
    if left == right || !known || a.column(&org).is_none() || b.column(&org).is_none() {
        return as_they_are;
    }
    if let (Some(x), Some(y)) = tenants {
        report.value("", "tenant", x, y);
    }
    (
        Cow::Owned(one_form(left, a, &org)),
        Cow::Owned(one_form(right, b, &org)),
    )
}

/// Whether a table of a database holds the rows of orgs; none where nothing
/// tells.
fn is_tenant(engine: Engine, table: &Table) -> Option<bool> {
    let org = Name::from(ORG_COLUMN);
    match engine {
        Engine::Postgres => Some(table.tenant),
        Engine::Mariadb => None,
        Engine::Sqlite => {
            let column = table.column(&org);
            let starts = column.is_some_and(|column| column.default == Some(Expr::text(FILE_ORG)));
            let holds = |check: &Check| check.expr == is_the_files(&org);
            Some(starts || table.checks.iter().any(holds))
        }
    }
}

/// What every row of a SQLite file is held to.
fn is_the_files(org: &Name) -> Expr {
    Expr::binary(
        Expr::column(org.clone()),
        BinaryOp::Eq,
        Expr::text(FILE_ORG),
    )
}

fn one_form(engine: Engine, table: &Table, org: &Name) -> Table {
    let mut table = table.clone();
    let current = Expr::call(Function::CurrentOrg, Vec::new());
    let default = table
        .columns
        .iter_mut()
        .find(|column| column.name == *org)
        .map(|column| &mut column.default);
    match (engine, default) {
        // Whoever inserts names the org.
        (Engine::Mariadb, Some(default @ None)) => *default = Some(current),
        (Engine::Sqlite, Some(Some(default))) if *default == Expr::text(FILE_ORG) => {
            *default = current;
        }
        _ => {}
    }
    if engine == Engine::Sqlite {
        org_first(&mut table, org);
    } else {
        table.checks.push(Check {
            name: Some(Name::new(format!("{}_org_id_check", table.name))),
            expr: is_the_files(org),
        });
    }
    table
}

/// SQLite's keys with the org where the others have it.
fn org_first(table: &mut Table, org: &Name) {
    let first = |columns: &mut Vec<Name>| {
        if columns.last() == Some(org) {
            columns.rotate_right(1);
        }
    };
    for unique in &mut table.uniques {
        first(&mut unique.columns);
    }
    if let Some(key) = &mut table.primary_key {
        first(&mut key.columns);
        // SQLite numbers a row only where its key is the one column; the key
        // with the org is a unique beside it.
        let numbered = table.columns.iter().any(|column| column.identity.is_some());
        let whole: Vec<Name> = [org].into_iter().chain(&key.columns).cloned().collect();
        let beside = table
            .uniques
            .iter()
            .position(|unique| numbered && unique.columns == whole);
        if let Some(place) = beside {
            table.uniques.remove(place);
            key.columns = whole;
        }
    }
    for index in &mut table.indexes {
        if index
            .parts
            .last()
            .is_some_and(|part| part.expr == Expr::column(org.clone()))
        {
            index.parts.rotate_right(1);
        }
    }
    for key in &mut table.foreign_keys {
        // The org has a default, its one value; the others' is NULL.
        if key.on_delete == Action::SetDefault && key.columns.contains(org) {
            key.on_delete = Action::SetNull;
            key.on_delete_columns = key.columns.clone();
            key.on_delete_columns.retain(|column| column != org);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Dialect, Engine,
        compare::{Difference, Side, compare},
        model::{Expr, Schema},
        parse::{ReadOptions, parse},
        portable::for_engine,
        simulate::simulate,
    };

    const SOURCE: &str = "-- dualfuel: tenant\nCREATE TABLE a (id UUID PRIMARY KEY, code TEXT UNIQUE);\n\
        -- dualfuel: tenant\nCREATE TABLE b (id UUID PRIMARY KEY, \
        a_id UUID REFERENCES a (id) ON DELETE CASCADE, n INTEGER);\nCREATE INDEX b_n ON b (n);";

    fn on(engine: Engine) -> Schema {
        let read = parse(Dialect::Portable, SOURCE, ReadOptions::default());
        let statements: Vec<_> = read.into_iter().map(Result::unwrap).collect();
        let steps = simulate(Dialect::Portable, &Default::default(), &statements).unwrap();
        let mut schema = for_engine(&steps.last().unwrap().after, engine).unwrap();
        // Its catalogue does not know.
        if engine != Engine::Postgres {
            schema
                .tables
                .iter_mut()
                .for_each(|table| table.tenant = false);
        }
        schema
    }

    fn differences(a: Engine, left: &Schema, b: Engine, right: &Schema) -> Vec<Difference> {
        let side = |engine, schema| Side {
            schema,
            engine: Some(engine),
        };
        compare(side(a, left), side(b, right)).differences
    }

    #[test]
    fn one_source_is_one_schema_on_every_engine() {
        for a in Engine::ALL {
            for b in Engine::ALL {
                assert_eq!(differences(a, &on(a), b, &on(b)), [], "{a} and {b}");
            }
        }
    }

    #[test]
    fn what_keeps_orgs_apart_is_missed_where_it_is_gone() {
        let check = |engine: Engine, attribute: &str, change: fn(&mut Schema)| {
            let mut changed = on(engine);
            change(&mut changed);
            let other = match engine {
                Engine::Sqlite => Engine::Postgres,
                _ => Engine::Sqlite,
            };
            let found = differences(other, &on(other), engine, &changed);
            let attributes: Vec<_> = found.iter().map(|found| &*found.attribute).collect();
            assert_eq!(attributes, [attribute], "{engine}: {found:?}");
        };
        check(Engine::Sqlite, "check", |schema| {
            schema.tables[0].checks.clear()
        });
        check(Engine::Sqlite, "default", |schema| {
            schema.tables[0].columns[0].default = None
        });
        check(Engine::Sqlite, "keys", |schema| {
            schema.tables[1].indexes[0].parts.pop();
        });
        check(Engine::Postgres, "tenant", |schema| {
            schema.tables[0].tenant = false
        });
        check(Engine::Postgres, "default", |schema| {
            schema.tables[0].columns[0].default = None
        });
        check(Engine::Postgres, "keys", |schema| {
            schema.tables[1].indexes[0].parts.remove(0);
        });
        check(Engine::Mariadb, "default", |schema| {
            schema.tables[0].columns[0].default = Some(Expr::text("x"));
        });
        check(Engine::Mariadb, "primary key", |schema| {
            schema.tables[1]
                .primary_key
                .as_mut()
                .unwrap()
                .columns
                .remove(0);
        });
    }
}
