//! `org_id` in every tenant table.
//!
//! Foreign keys are checked without row level security and a unique index
//! tells of rows that no policy shows, so both have to carry the org: then a
//! key of one org can't be taken, referred to or found out by another. See the
//! decisions in ARCHITECTURE.md.
//!
//! | | PostgreSQL, MariaDB | SQLite |
//! |---|---|---|
//! | primary key `(id)` | `(org_id, id)` | `(id, org_id)` |
//! | unique, index `(a)` | `(org_id, a)` | `(a, org_id)` |
//! | foreign key `(a)` to a tenant table | `(org_id, a)` to `(org_id, id)` | `(a, org_id)` to `(id, org_id)` |
//! | default of `org_id` | the transaction's org; MariaDB: none | the constant of every file |
//! | its check | the policy | the constant of every file |
//! | ON DELETE SET NULL | `SET NULL (a)`; MariaDB: refused | SET DEFAULT |
//!
//! A conflict target matches an index whatever the order of its columns, so
//! the same statement works on both run-time engines. On SQLite the org is
//! the same in all rows, and an index that begins with it would be no use.

use crate::{
    Engine, Refusal,
    model::{
        Action, BinaryOp, Check, Column, DataType, Expr, ForeignKey, Function, IndexPart, Name,
        Schema, Table,
    },
};

/// The column that says whose a row is.
pub const ORG_COLUMN: &str = "org_id";

/// What stands for the file's org on SQLite.
pub const FILE_ORG: &str = "00000000-0000-0000-0000-000000000001";

/// Adds the org to tenant tables. Global tables stay as they are.
///
/// # Errors
///
/// A [`Refusal`] for a tenant table that names `org_id` itself or numbers its
/// rows without saying that this is a weakness; for a global table's foreign
/// key to a tenant table; for a foreign key that would have to set the org to
/// NULL.
pub fn with_orgs(schema: &mut Schema, engine: Engine) -> Result<(), Refusal> {
    let tenants: Vec<Name> = schema
        .tables
        .iter()
        .filter(|table| table.tenant)
        .map(|table| table.name.clone())
        .collect();
    let keys: Vec<(Name, Vec<Name>)> = schema
        .tables
        .iter()
        .filter_map(|table| Some((table.name.clone(), table.primary_key.clone()?.columns)))
        .collect();
    for table in &mut schema.tables {
        if table.tenant {
            with_org(table, &tenants, &keys, engine)?;
        } else if let Some(key) = table
            .foreign_keys
            .iter()
            .find(|k| tenants.contains(&k.parent))
        {
            return Err(Refusal::new(format!(
                "the global table `{}` refers to the tenant table `{}`, so it would have to know \
                 whose row that is: mark it `-- dualfuel: tenant` too",
                table.name, key.parent
            )));
        }
    }
    Ok(())
}

fn with_org(
    table: &mut Table,
    tenants: &[Name],
    keys: &[(Name, Vec<Name>)],
    engine: Engine,
) -> Result<(), Refusal> {
    let org = Name::from(ORG_COLUMN);
    if table.column(&org).is_some() {
        return Err(Refusal::new(format!(
            "the tenant table `{}` has a column `org_id` already: leave it out, the tenant pass \
             adds it",
            table.name
        )));
    }
    check_identity(table)?;
    add_column(table, &org, engine);
    let place = Place::on(engine);
    match &mut table.primary_key {
        // SQLite numbers a row only where its key is the one column.
        Some(key) if engine == Engine::Sqlite && is_numbered(&table.columns) => {
            let columns = place.with(&org, &key.columns);
            table.uniques.push(crate::model::Unique {
                name: None,
                columns,
                nulls_not_distinct: false,
            });
        }
        Some(key) => key.columns = place.with(&org, &key.columns),
        None => {}
    }
    for unique in &mut table.uniques {
        if !unique.columns.contains(&org) {
            unique.columns = place.with(&org, &unique.columns);
        }
    }
    for index in &mut table.indexes {
        let part = IndexPart {
            expr: Expr::column(org.clone()),
            collation: None,
            descending: false,
        };
        match place {
            Place::First => index.parts.insert(0, part),
            Place::Last => index.parts.push(part),
        }
    }
    for key in &mut table.foreign_keys {
        if tenants.contains(&key.parent) {
            carry_org(&table.name, key, &org, keys, engine)?;
        }
    }
    Ok(())
}

fn check_identity(table: &Table) -> Result<(), Refusal> {
    if is_numbered(&table.columns) && !table.weak_identity {
        return Err(Refusal::new(format!(
            "the tenant table `{}` numbers its rows, and the next number tells of other orgs: make \
             the key a UUID, or write `-- dualfuel: tenant, weak identity`",
            table.name
        )));
    }
    Ok(())
}

fn is_numbered(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.identity.is_some())
}

fn add_column(table: &mut Table, org: &Name, engine: Engine) {
    let default = match engine {
        Engine::Postgres => Some(Expr::call(Function::CurrentOrg, Vec::new())),
        Engine::Sqlite => Some(Expr::text(FILE_ORG)),
        // No wall and no session setting to read: whoever inserts names the org.
        Engine::Mariadb => None,
    };
    table.columns.insert(
        0,
        Column {
            nullable: false,
            default,
            ..Column::new(org.clone(), DataType::Uuid)
        },
    );
    if engine == Engine::Sqlite {
        table.checks.insert(
            0,
            Check {
                name: Some(Name::new(format!("{}_org_id_check", table.name))),
                expr: Expr::binary(
                    Expr::column(org.clone()),
                    BinaryOp::Eq,
                    Expr::text(FILE_ORG),
                ),
            },
        );
    }
}

fn carry_org(
    table: &Name,
    key: &mut ForeignKey,
    org: &Name,
    keys: &[(Name, Vec<Name>)],
    engine: Engine,
) -> Result<(), Refusal> {
    let place = Place::on(engine);
    if key.parent_columns.is_empty()
        && let Some((_, columns)) = keys.iter().find(|(name, _)| *name == key.parent)
    {
        key.parent_columns.clone_from(columns);
    }
    let sets_null = [key.on_delete, key.on_update].contains(&Action::SetNull);
    if sets_null && key.on_update == Action::SetNull {
        return Err(Refusal::new(format!(
            "`{table}`: ON UPDATE SET NULL would take the org off the row"
        )));
    }
    if sets_null {
        match engine {
            Engine::Postgres => key.on_delete_columns.clone_from(&key.columns),
            // `org_id` has a default, its one value; the others' is NULL.
            Engine::Sqlite => key.on_delete = Action::SetDefault,
            Engine::Mariadb => {
                return Err(Refusal::new(format!(
                    "`{table}`: MariaDB's ON DELETE SET NULL sets every column of the key, so it \
                     would take the org off the row"
                )));
            }
        }
    }
    key.columns = place.with(org, &key.columns);
    key.parent_columns = place.with(org, &key.parent_columns);
    Ok(())
}

/// Where the org stands in a key.
#[derive(Debug, Clone, Copy)]
enum Place {
    First,
    Last,
}

impl Place {
    fn on(engine: Engine) -> Self {
        match engine {
            Engine::Postgres | Engine::Mariadb => Self::First,
            Engine::Sqlite => Self::Last,
        }
    }

    fn with(self, org: &Name, columns: &[Name]) -> Vec<Name> {
        let mut columns = columns.to_vec();
        match self {
            Self::First => columns.insert(0, org.clone()),
            Self::Last => columns.push(org.clone()),
        }
        columns
    }
}
