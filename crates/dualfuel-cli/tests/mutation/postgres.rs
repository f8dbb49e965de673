//! PostgreSQL's mutations. DDL is transactional, so each is rolled back.

use dualfuel_schema::{Engine, compare::Side};

use super::{Mutation, Shows, Tally, database, model, run, schema_of, script};

#[rustfmt::skip]
const MUTATIONS: &[Mutation] = &[
    // Columns.
    (r#"ALTER TABLE tasks ALTER title DROP NOT NULL"#, ["tasks", "title", "null"]),
    (r#"ALTER TABLE tasks ALTER body SET NOT NULL"#, ["tasks", "body", "null"]),
    (r#"ALTER TABLE tasks ALTER title DROP DEFAULT"#, ["tasks", "title", "default"]),
    (r#"ALTER TABLE tasks ALTER title SET DEFAULT 'Untitled'"#, ["tasks", "title", "default"]),
    (r#"ALTER TABLE tasks ALTER priority SET DEFAULT 4"#, ["tasks", "priority", "default"]),
    (r#"ALTER TABLE tasks ALTER weight SET DEFAULT 1.51"#, ["tasks", "weight", "default"]),
    (r#"ALTER TABLE tasks ALTER score SET DEFAULT 0.25"#, ["tasks", "score", "default"]),
    (r#"ALTER TABLE tasks ALTER done SET DEFAULT TRUE"#, ["tasks", "done", "default"]),
    (r#"ALTER TABLE tasks ALTER created_at DROP DEFAULT"#, ["tasks", "created_at", "default"]),
    (r#"ALTER TABLE tasks ALTER created_at SET DEFAULT '2020-01-01'"#, ["tasks", "created_at", "default"]),
    (r#"ALTER TABLE tasks ALTER updated_at SET DEFAULT CURRENT_DATE"#, ["tasks", "updated_at", "default"]),
    (r#"ALTER TABLE tasks ALTER epoch SET DEFAULT 0"#, ["tasks", "epoch", "default"]),
    (r#"ALTER TABLE tasks ALTER meta SET DEFAULT '[]'"#, ["tasks", "meta", "default"]),
    (r#"ALTER TABLE tasks ALTER body SET DEFAULT ''"#, ["tasks", "body", "default"]),
    (r#"ALTER TABLE tasks ALTER token SET DEFAULT gen_random_uuid()"#, ["tasks", "token", "default"]),
    (r#"ALTER TABLE projects ALTER code TYPE varchar(40) COLLATE "C""#, ["projects", "code", "type"]),
    (r#"ALTER TABLE projects ALTER code TYPE text COLLATE "C""#, ["projects", "code", "type"]),
    (r#"ALTER TABLE tasks ALTER body TYPE varchar(9) COLLATE "C""#, ["tasks", "body", "type"]),
    (r#"ALTER TABLE tasks ALTER project_id TYPE integer"#, ["tasks", "project_id", "type"]),
    (r#"ALTER TABLE tasks ALTER size TYPE integer"#, ["tasks", "size", "type"]),
    (r#"ALTER TABLE tasks ALTER weight TYPE numeric(10,3)"#, ["tasks", "weight", "type"]),
    (r#"ALTER TABLE tasks ALTER weight TYPE numeric(12,2)"#, ["tasks", "weight", "type"]),
    (r#"ALTER TABLE tasks ALTER weight TYPE numeric"#, ["tasks", "weight", "type"]),
    (r#"ALTER TABLE tasks ALTER ratio TYPE double precision"#, ["tasks", "ratio", "type"]),
    (r#"ALTER TABLE tasks ALTER updated_at TYPE timestamp"#, ["tasks", "updated_at", "type"]),
    (r#"ALTER TABLE tasks ALTER due TYPE timestamp"#, ["tasks", "due", "type"]),
    (r#"ALTER TABLE tasks ALTER meta DROP DEFAULT, ALTER meta TYPE json, ALTER meta SET DEFAULT '{}'"#, ["tasks", "meta", "native type"]),
    (r#"ALTER TABLE tasks ALTER token TYPE text COLLATE "C""#, ["tasks", "token", "type"]),
    (r#"ALTER TABLE tasks ALTER body TYPE text COLLATE "und-x-icu""#, ["tasks", "body", "collation"]),
    (r#"ALTER TABLE projects ALTER region TYPE text COLLATE "en-x-icu""#, ["projects", "region", "collation"]),
    (r#"ALTER TABLE tasks ALTER id DROP IDENTITY"#, ["tasks", "id", "identity"]),
    (r#"ALTER TABLE tasks ALTER id SET GENERATED ALWAYS"#, ["tasks", "id", "identity"]),
    (r#"ALTER TABLE tasks ALTER total DROP EXPRESSION"#, ["tasks", "total", "generated"]),
    (r#"ALTER TABLE tasks DROP total; ALTER TABLE tasks ADD total bigint GENERATED ALWAYS AS (priority * 100) STORED"#, ["tasks", "total", "generated"]),
    (r#"ALTER TABLE tasks DROP payload"#, ["tasks", "payload", "column"]),
    (r#"ALTER TABLE tasks ADD extra integer"#, ["tasks", "extra", "column"]),
    (r#"ALTER TABLE tasks ALTER body TYPE text[] USING NULL"#, ["tasks", "body", "type"]),
    // Keys.
    (r#"ALTER TABLE members DROP CONSTRAINT members_pkey, ALTER project_id SET NOT NULL, ALTER email SET NOT NULL"#, ["members", "", "primary key"]),
    (r#"ALTER TABLE members DROP CONSTRAINT members_pkey, ADD PRIMARY KEY (email, project_id)"#, ["members", "", "primary key"]),
    (r#"ALTER TABLE members DROP CONSTRAINT members_pkey, ADD PRIMARY KEY (project_id), ALTER email SET NOT NULL"#, ["members", "", "primary key"]),
    (r#"DROP INDEX projects_handle_key"#, ["projects", "unique (handle)", "unique"]),
    (r#"ALTER TABLE members ADD UNIQUE (email)"#, ["members", "unique (email)", "unique"]),
    (r#"DROP INDEX tasks_token"#, ["tasks", "tasks_token", "unique"]),
    (r#"DROP INDEX tasks_token; CREATE INDEX tasks_token ON tasks (token)"#, ["tasks", "tasks_token", "unique"]),
    (r#"DROP INDEX tasks_token; CREATE UNIQUE INDEX tasks_token ON tasks (token) NULLS NOT DISTINCT"#, ["tasks", "tasks_token", "nulls not distinct"]),
    (r#"ALTER INDEX tasks_token RENAME TO tasks_tokens"#, ["tasks", "tasks_token", "name"]),
    // A NOCASE column, whose keys fold and whose mark is a comment.
    (r#"DROP INDEX projects_handle_key; CREATE UNIQUE INDEX projects_handle_key ON projects (handle)"#, ["projects", "unique (handle)", "keys"]),
    (r#"COMMENT ON COLUMN projects.handle IS NULL"#, ["projects", "handle", "collation"]),
    // Indexes.
    (r#"DROP INDEX tasks_title"#, ["tasks", "tasks_title", "index"]),
    (r#"DROP INDEX tasks_title; CREATE INDEX tasks_title ON tasks (created_at, title DESC)"#, ["tasks", "tasks_title", "keys"]),
    (r#"DROP INDEX tasks_title; CREATE INDEX tasks_title ON tasks (title, created_at)"#, ["tasks", "tasks_title", "keys"]),
    (r#"DROP INDEX tasks_title; CREATE INDEX tasks_title ON tasks (title DESC)"#, ["tasks", "tasks_title", "keys"]),
    (r#"DROP INDEX tasks_title; CREATE INDEX tasks_title ON tasks (title COLLATE "und-x-icu" DESC, created_at)"#, ["tasks", "tasks_title", "keys"]),
    (r#"DROP INDEX tasks_lower; CREATE INDEX tasks_lower ON tasks (upper(title))"#, ["tasks", "tasks_lower", "keys"]),
    (r#"DROP INDEX tasks_open; CREATE INDEX tasks_open ON tasks (project_id)"#, ["tasks", "tasks_open", "predicate"]),
    (r#"DROP INDEX tasks_open; CREATE INDEX tasks_open ON tasks (project_id) WHERE NOT done"#, ["tasks", "tasks_open", "predicate"]),
    (r#"DROP INDEX tasks_open; CREATE INDEX tasks_open ON tasks (project_id) WHERE NOT done OR status <> 'dropped'"#, ["tasks", "tasks_open", "predicate"]),
    (r#"DROP INDEX tasks_active; CREATE UNIQUE INDEX tasks_active ON tasks (project_id, title)"#, ["tasks", "tasks_active", "predicate"]),
    (r#"DROP INDEX tasks_active; CREATE UNIQUE INDEX tasks_active ON tasks (project_id, title) WHERE done"#, ["tasks", "tasks_active", "predicate"]),
    (r#"CREATE INDEX tasks_new ON tasks (due)"#, ["tasks", "tasks_new", "index"]),
    (r#"DROP INDEX tasks_title; CREATE INDEX tasks_title ON tasks (title DESC NULLS LAST, created_at)"#, ["tasks", "tasks_title", "nulls"]),
    (r#"UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'tasks_token'::regclass"#, ["tasks", "tasks_token", "valid"]),
    // Checks.
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_range"#, ["tasks", "tasks_range", "check"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_range, ADD CONSTRAINT tasks_range CHECK (priority BETWEEN 1 AND 6 OR done)"#, ["tasks", "tasks_range", "check"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_range, ADD CONSTRAINT tasks_range CHECK (priority BETWEEN 1 AND 5 AND done)"#, ["tasks", "tasks_range", "check"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_range, ADD CONSTRAINT tasks_range CHECK (priority BETWEEN 1 AND 5 OR NOT done)"#, ["tasks", "tasks_range", "check"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_range, ADD CONSTRAINT tasks_range CHECK (priority > 1 AND priority <= 5 OR done)"#, ["tasks", "tasks_range", "check"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_status_check"#, ["tasks", "status", "check"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_status_check, ADD CONSTRAINT tasks_status_check CHECK (status IN ('open', 'done'))"#, ["tasks", "status", "check"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_status_check, ADD CONSTRAINT tasks_status_check CHECK (status IN ('open', 'done', 'Dropped'))"#, ["tasks", "status", "check"]),
    (r#"ALTER TABLE tasks ADD CHECK (size > 0)"#, ["tasks", "tasks_size_check", "check"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_range, ADD CONSTRAINT tasks_range CHECK (priority BETWEEN 1 AND 5 OR done) NOT VALID"#, ["tasks", "tasks_range", "validated"]),
    // Foreign keys.
    (r#"ALTER TABLE members DROP CONSTRAINT members_project_id_fkey"#, ["members", "project_id", "foreign key"]),
    (r#"ALTER TABLE members DROP CONSTRAINT members_project_id_fkey, ADD FOREIGN KEY (project_id) REFERENCES projects (id)"#, ["members", "project_id", "on delete"]),
    (r#"ALTER TABLE members DROP CONSTRAINT members_project_id_fkey, ADD FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE RESTRICT"#, ["members", "project_id", "on delete"]),
    (r#"ALTER TABLE members DROP CONSTRAINT members_project_id_fkey, ADD FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE ON UPDATE CASCADE"#, ["members", "project_id", "on update"]),
    (r#"ALTER TABLE members DROP CONSTRAINT members_project_id_fkey, ADD FOREIGN KEY (project_id) REFERENCES tasks (id) ON DELETE CASCADE"#, ["members", "project_id", "foreign key"]),
    (r#"ALTER TABLE tasks ALTER CONSTRAINT tasks_parent_id_fkey NOT DEFERRABLE"#, ["tasks", "parent_id", "deferral"]),
    (r#"ALTER TABLE tasks ALTER CONSTRAINT tasks_parent_id_fkey DEFERRABLE INITIALLY IMMEDIATE"#, ["tasks", "parent_id", "deferral"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_region_code_fkey, ADD FOREIGN KEY (region, code) REFERENCES projects (region, code) ON UPDATE CASCADE ON DELETE SET NULL"#, ["tasks", "region, code", "on delete"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_region_code_fkey, ADD FOREIGN KEY (region, code) REFERENCES projects (region, code) MATCH FULL ON UPDATE CASCADE"#, ["tasks", "tasks_region_code_fkey", "match"]),
    // The rest.
    (r#"DROP VIEW open_tasks"#, ["open_tasks", "", "view"]),
    (r#"DROP VIEW open_tasks; CREATE VIEW open_tasks AS SELECT id FROM tasks"#, ["open_tasks", "", "columns"]),
    (r#"DROP TRIGGER tasks_touch ON tasks; CREATE TRIGGER tasks_touch BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION tasks_touch()"#, ["tasks", "tasks_touch", "trigger"]),
    (r#"DROP TRIGGER tasks_touch ON tasks; CREATE TRIGGER tasks_touch AFTER UPDATE OF title ON tasks FOR EACH ROW EXECUTE FUNCTION tasks_touch()"#, ["tasks", "tasks_touch", "trigger"]),
    (r#"ALTER TABLE tasks DISABLE TRIGGER tasks_touch"#, ["tasks", "tasks_touch", "enabled"]),
    (r#"ALTER TABLE tasks ENABLE ALWAYS TRIGGER tasks_touch"#, ["tasks", "tasks_touch", "enabled"]),
    (r#"ALTER TABLE tasks ENABLE ROW LEVEL SECURITY"#, ["tasks", "", "row security"]),
    (r#"ALTER TABLE tasks SET UNLOGGED"#, ["tasks", "", "persistence"]),
    (r#"CREATE RULE keep AS ON DELETE TO tasks DO INSTEAD NOTHING"#, ["tasks", "keep", "rule"]),
    (r#"ALTER TABLE tasks ADD CONSTRAINT one EXCLUDE USING btree (title WITH =)"#, ["tasks", "one", "exclusion"]),
    (r#"ALTER TABLE tasks ALTER created_at TYPE timestamp(0)"#, ["tasks", "created_at", "native type"]),
    (r#"CREATE SEQUENCE numbers"#, ["numbers", "", "kind"]),
    (r#"CREATE VIEW done AS SELECT id FROM tasks"#, ["done", "", "view"]),
    (r#"DROP INDEX tasks_title; CREATE INDEX tasks_title ON tasks (title DESC, created_at) INCLUDE (id)"#, ["tasks", "tasks_title", "include"]),
    (r#"DROP INDEX tasks_open; CREATE INDEX tasks_open ON tasks USING hash (project_id) WHERE NOT done AND status <> 'dropped'"#, ["tasks", "tasks_open", "method"]),
    (r#"DROP INDEX tasks_open; CREATE INDEX tasks_open ON tasks (project_id) WHERE NOT done AND status <> 'Dropped'"#, ["tasks", "tasks_open", "predicate"]),
    (r#"ALTER TABLE tasks ALTER updated_at SET DEFAULT now() + interval '1 second'"#, ["tasks", "updated_at", "default"]),
    (r#"ALTER TABLE tasks ALTER created_at SET DEFAULT (now() AT TIME ZONE 'Europe/Berlin')"#, ["tasks", "created_at", "default"]),
    (r#"ALTER TABLE tasks ALTER title SET DEFAULT 'untitled '"#, ["tasks", "title", "default"]),
    (r#"ALTER TABLE tasks ALTER score SET DEFAULT -0.5"#, ["tasks", "score", "default"]),
    (r#"DROP TABLE members"#, ["members", "", "table"]),
    (r#"CREATE TABLE extra (id bigint)"#, ["extra", "", "table"]),
];

#[rustfmt::skip]
const SEVERAL: &[Mutation] = &[
    (r#"CREATE TABLE parent (); ALTER TABLE members INHERIT parent; DROP VIEW open_tasks; CREATE VIEW open_tasks AS SELECT id, title FROM tasks WHERE NOT done"#, ["members", "", "inherits"]),
    (r#"DROP TRIGGER tasks_touch ON tasks"#, ["tasks", "tasks_touch", "trigger"]),
    (r#"CREATE POLICY all_rows ON tasks USING (true)"#, ["tasks", "all_rows", "policy"]),
    (r#"CREATE DOMAIN positive AS smallint CHECK (VALUE > 0); ALTER TABLE tasks ALTER size TYPE positive"#, ["tasks", "size", "check"]),
    (r#"CREATE TYPE mood AS ENUM ('a'); ALTER TABLE tasks ALTER body TYPE mood USING NULL"#, ["tasks", "body", "check"]),
    (r#"ALTER TABLE tasks DROP CONSTRAINT tasks_pkey CASCADE, ADD PRIMARY KEY (id) DEFERRABLE"#, ["tasks", "tasks_pkey", "deferrable"]),
    (r#"CREATE MATERIALIZED VIEW done AS SELECT id FROM tasks"#, ["done", "", "kind"]),
    (r#"ALTER TABLE projects DROP CONSTRAINT projects_region_code_key CASCADE, ADD UNIQUE (region, code, id)"#, ["projects", "unique (region, code)", "unique"]),
];

#[tokio::test]
async fn every_mutation_of_postgresql_is_reported() {
    let (_scratch, mut connection) = database(Engine::Postgres, script(Engine::Postgres)).await;
    let whole = schema_of(&mut connection).await;
    let model = model().await;
    let mut tally = Tally::default();
    let one = MUTATIONS.iter().map(|mutation| (mutation, Shows::InOne));
    let several = SEVERAL.iter().map(|mutation| (mutation, Shows::InSeveral));
    for (mutation, shows) in one.chain(several) {
        run(&mut connection, "BEGIN").await;
        run(&mut connection, mutation.0).await;
        let schema = schema_of(&mut connection).await;
        run(&mut connection, "ROLLBACK").await;
        let mutated = Side {
            schema: &schema,
            engine: Some(Engine::Postgres),
        };
        tally.judge((mutation, shows), mutated, &whole, &model);
    }
    tally.finish(Engine::Postgres);
}
