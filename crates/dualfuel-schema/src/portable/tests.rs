use super::for_engine;
use crate::{
    Dialect, Engine,
    model::{Action, DataType, Expr, Function, Name, Schema, Table},
    render::{RenderOptions, Source, render},
};

/// The schema that a portable source leaves, before anything of an engine.
fn schema(sql: &str) -> Schema {
    let source = Source {
        directory: "1_all".into(),
        file: "1_all/up.sql".into(),
        up: sql.into(),
        ..Source::default()
    };
    let options = RenderOptions {
        dialect: Dialect::Portable,
        read: Default::default(),
    };
    let rendered = render(&[source], options);
    Schema::clone(&rendered[0].schema)
}

fn table(schema: &Schema, engine: Engine, name: &str) -> Table {
    let schema = for_engine(schema, engine).expect("it can be walled off");
    schema
        .table(&Name::from(name))
        .expect("it is there")
        .clone()
}

fn names(columns: &[Name]) -> Vec<&str> {
    columns.iter().map(Name::as_str).collect()
}

const TASKS: &str = "
    -- dualfuel: tenant
    CREATE TABLE projects (id UUID NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE);
    -- dualfuel: tenant
    CREATE TABLE tasks (
        id UUID NOT NULL PRIMARY KEY,
        project_id UUID REFERENCES projects (id) ON DELETE SET NULL
    );
    CREATE INDEX tasks_project ON tasks (project_id);
    CREATE TABLE countries (code TEXT NOT NULL PRIMARY KEY);
";

#[test]
fn keys_of_a_tenant_table_carry_the_org() {
    let schema = schema(TASKS);
    for (engine, key, unique) in [
        (Engine::Postgres, ["org_id", "id"], ["org_id", "code"]),
        (Engine::Sqlite, ["id", "org_id"], ["code", "org_id"]),
    ] {
        let projects = table(&schema, engine, "projects");
        let primary_key = projects.primary_key.expect("it has one");
        assert_eq!(names(&primary_key.columns), key, "{engine}");
        assert_eq!(names(&projects.uniques[0].columns), unique, "{engine}");
    }
}

#[test]
fn a_reference_that_is_set_to_null_keeps_the_org() {
    let schema = schema(TASKS);

    let postgres = &table(&schema, Engine::Postgres, "tasks").foreign_keys[0];
    assert_eq!(names(&postgres.columns), ["org_id", "project_id"]);
    assert_eq!(names(&postgres.parent_columns), ["org_id", "id"]);
    assert_eq!(postgres.on_delete, Action::SetNull);
    assert_eq!(names(&postgres.on_delete_columns), ["project_id"]);

    let sqlite = &table(&schema, Engine::Sqlite, "tasks").foreign_keys[0];
    assert_eq!(names(&sqlite.columns), ["project_id", "org_id"]);
    assert_eq!(sqlite.on_delete, Action::SetDefault);

    let refused = for_engine(&schema, Engine::Mariadb).expect_err("it would lose the org");
    assert!(refused.reason.contains("take the org off"), "{refused}");
}

#[test]
fn the_org_comes_from_the_transaction_or_from_the_file() {
    let schema = schema(TASKS);
    let org = Name::from("org_id");

    let postgres = table(&schema, Engine::Postgres, "tasks");
    let default = postgres.column(&org).and_then(|c| c.default.clone());
    assert_eq!(default, Some(Expr::call(Function::CurrentOrg, vec![])));

    let sqlite = table(&schema, Engine::Sqlite, "tasks");
    let default = sqlite.column(&org).and_then(|c| c.default.clone());
    assert_eq!(default, Some(Expr::text(super::tenant::FILE_ORG)));
    assert_eq!(sqlite.checks.len(), 1);
}

#[test]
fn a_global_table_stays_as_it_is() {
    let schema = schema(TASKS);
    let before = schema.table(&Name::from("countries")).cloned();
    for engine in [Engine::Postgres, Engine::Sqlite] {
        assert_eq!(Some(table(&schema, engine, "countries")), before);
    }
}

#[test]
fn a_global_table_may_not_refer_to_a_tenants() {
    let schema = schema(
        "-- dualfuel: tenant
         CREATE TABLE projects (id UUID NOT NULL PRIMARY KEY);
         CREATE TABLE featured (project_id UUID NOT NULL REFERENCES projects (id));",
    );
    let refused = for_engine(&schema, Engine::Postgres).expect_err("whose is it?");
    assert!(refused.reason.contains("`featured`"), "{refused}");
}

#[test]
fn a_number_that_tells_of_other_orgs_has_to_be_asked_for() {
    let numbered = |mark: &str| {
        schema(&format!(
            "-- dualfuel: {mark}
             CREATE TABLE invoices (id INTEGER PRIMARY KEY AUTOINCREMENT, total BIGINT);"
        ))
    };
    let refused = for_engine(&numbered("tenant"), Engine::Postgres).expect_err("it is a leak");
    assert!(refused.reason.contains("weak identity"), "{refused}");

    let weak = numbered("tenant, weak identity");
    let postgres = table(&weak, Engine::Postgres, "invoices");
    assert_eq!(
        postgres
            .primary_key
            .map(|key| names(&key.columns).join(",")),
        Some("org_id,id".into())
    );
    // SQLite numbers only a key of one column.
    let sqlite = table(&weak, Engine::Sqlite, "invoices");
    assert_eq!(
        sqlite.primary_key.map(|key| names(&key.columns).join(",")),
        Some("id".into())
    );
    assert_eq!(names(&sqlite.uniques[0].columns), ["id", "org_id"]);
}

#[test]
fn a_folded_index_is_over_a_column() {
    let schema = schema(
        "CREATE TABLE tags (id UUID NOT NULL PRIMARY KEY, label TEXT NOT NULL, note TEXT);
         CREATE UNIQUE INDEX tags_label ON tags (lower(label));
         CREATE INDEX tags_label_note ON tags (lower(label), lower(note));",
    );
    let tags = table(&schema, Engine::Sqlite, "tags");
    let columns: Vec<_> = tags
        .columns
        .iter()
        .map(|c| (c.name.as_str(), c.nullable))
        .collect();
    assert_eq!(
        columns,
        [
            ("id", false),
            ("label", false),
            ("note", true),
            ("label_ci", false),
            ("note_ci", true)
        ]
    );
    let parts: Vec<_> = tags.indexes[1]
        .parts
        .iter()
        .map(|part| part.expr.clone())
        .collect();
    assert_eq!(parts, [Expr::column("label_ci"), Expr::column("note_ci")]);
}

#[test]
fn a_folded_index_needs_its_columns_name() {
    let schema = schema(
        "CREATE TABLE tags (label TEXT NOT NULL, label_ci TEXT);
         CREATE UNIQUE INDEX tags_label ON tags (lower(label));",
    );
    let refused = for_engine(&schema, Engine::Sqlite).expect_err("the name is taken");
    assert!(refused.reason.contains("`label_ci`"), "{refused}");
}

/// SQLite's `INTEGER` has 64 bits, the portable one 32: what was written for
/// one must not be declared to the other.
#[test]
fn a_portable_type_is_never_declared_as_it_was_written() {
    let schema = schema(
        "CREATE TABLE files (id UUID NOT NULL PRIMARY KEY, pages INTEGER);
         ALTER TABLE files ADD COLUMN copies INTEGER;
         CREATE TABLE logs (id INTEGER PRIMARY KEY, level INTEGER);",
    );
    let columns = schema.tables.iter().flat_map(|table| &table.columns);
    let told: Vec<_> = columns
        .map(|c| (c.name.as_str(), c.data_type.clone(), c.declared.clone()))
        .collect();
    assert_eq!(
        told,
        [
            ("id", DataType::Uuid, None),
            ("pages", DataType::Integer, None),
            ("copies", DataType::Integer, None),
            ("id", DataType::BigInt, None),
            ("level", DataType::Integer, None),
        ]
    );
}
