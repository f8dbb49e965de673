//! MariaDB's mutations. Nothing of its DDL can be rolled back, so each is
//! done to a new database.

use dualfuel_schema::{Engine, compare::Side};

use super::{Mutation, Shows, Tally, database, model, run, schema_of, script};

#[rustfmt::skip]
const MUTATIONS: &[Mutation] = &[
    // Columns.
    ("ALTER TABLE tasks MODIFY title varchar(100) DEFAULT 'untitled'", ["tasks", "title", "null"]),
    ("ALTER TABLE tasks MODIFY body longtext NOT NULL", ["tasks", "body", "null"]),
    ("ALTER TABLE tasks ALTER title DROP DEFAULT", ["tasks", "title", "default"]),
    ("ALTER TABLE tasks ALTER title SET DEFAULT 'Untitled'", ["tasks", "title", "default"]),
    ("ALTER TABLE tasks ALTER priority SET DEFAULT 4", ["tasks", "priority", "default"]),
    ("ALTER TABLE tasks ALTER weight SET DEFAULT 1.51", ["tasks", "weight", "default"]),
    ("ALTER TABLE tasks ALTER done SET DEFAULT TRUE", ["tasks", "done", "default"]),
    ("ALTER TABLE tasks ALTER created_at DROP DEFAULT", ["tasks", "created_at", "default"]),
    ("ALTER TABLE tasks ALTER created_at SET DEFAULT '2020-01-01'", ["tasks", "created_at", "default"]),
    ("ALTER TABLE tasks ALTER epoch SET DEFAULT 0", ["tasks", "epoch", "default"]),
    ("ALTER TABLE tasks ALTER meta SET DEFAULT '[]'", ["tasks", "meta", "default"]),
    ("ALTER TABLE tasks ALTER body SET DEFAULT ''", ["tasks", "body", "default"]),
    ("ALTER TABLE tasks ALTER token SET DEFAULT uuid()", ["tasks", "token", "default"]),
    ("ALTER TABLE tasks MODIFY title varchar(200) NOT NULL DEFAULT 'untitled'", ["tasks", "title", "type"]),
    ("ALTER TABLE tasks MODIFY size int", ["tasks", "size", "type"]),
    ("ALTER TABLE tasks MODIFY epoch int NOT NULL DEFAULT (unix_timestamp())", ["tasks", "epoch", "type"]),
    ("ALTER TABLE tasks MODIFY weight decimal(10,3) NOT NULL DEFAULT 1.50", ["tasks", "weight", "type"]),
    ("ALTER TABLE tasks MODIFY ratio double", ["tasks", "ratio", "type"]),
    ("ALTER TABLE tasks MODIFY updated_at datetime(6) DEFAULT utc_timestamp(6)", ["tasks", "updated_at", "type"]),
    ("ALTER TABLE tasks MODIFY due datetime(6)", ["tasks", "due", "type"]),
    ("ALTER TABLE tasks MODIFY meta longtext DEFAULT '{}'", ["tasks", "meta", "type"]),
    ("ALTER TABLE tasks MODIFY token char(36)", ["tasks", "token", "type"]),
    ("ALTER TABLE members MODIFY email varchar(191) NOT NULL COMMENT 'dualfuel: TEXT as varchar(255)'", ["members", "email", "type"]),
    ("ALTER TABLE tasks MODIFY body longtext COLLATE utf8mb4_general_ci", ["tasks", "body", "collation"]),
    ("ALTER TABLE tasks MODIFY body longtext COLLATE utf8mb4_bin", ["tasks", "body", "trailing blanks"]),
    ("ALTER TABLE tasks MODIFY body mediumtext", ["tasks", "body", "size"]),
    ("ALTER TABLE tasks MODIFY created_at datetime NOT NULL DEFAULT utc_timestamp(6)", ["tasks", "created_at", "precision"]),
    ("ALTER TABLE tasks MODIFY created_at datetime(6) NOT NULL DEFAULT utc_timestamp(6) ON UPDATE current_timestamp(6)", ["tasks", "created_at", "on update"]),
    ("SET foreign_key_checks = 0; ALTER TABLE tasks MODIFY id bigint NOT NULL; SET foreign_key_checks = 1", ["tasks", "id", "identity"]),
    ("ALTER TABLE tasks MODIFY total bigint", ["tasks", "total", "generated"]),
    ("ALTER TABLE tasks MODIFY total bigint GENERATED ALWAYS AS (priority * 100) STORED", ["tasks", "total", "generated"]),
    ("ALTER TABLE tasks DROP total; ALTER TABLE tasks ADD total bigint GENERATED ALWAYS AS (priority * 10) VIRTUAL", ["tasks", "total", "stored"]),
    ("ALTER TABLE tasks DROP payload", ["tasks", "payload", "column"]),
    ("ALTER TABLE tasks ADD extra int", ["tasks", "extra", "column"]),
    // Keys.
    ("ALTER TABLE members ADD INDEX members_project_id_fkey (project_id), DROP PRIMARY KEY", ["members", "", "primary key"]),
    ("ALTER TABLE members ADD INDEX members_project_id_fkey (project_id), DROP PRIMARY KEY, ADD PRIMARY KEY (email, project_id)", ["members", "", "primary key"]),
    ("DROP INDEX handle ON projects", ["projects", "unique (handle)", "unique"]),
    ("ALTER TABLE members ADD UNIQUE (email)", ["members", "email", "unique"]),
    ("DROP INDEX tasks_token ON tasks", ["tasks", "tasks_token", "unique"]),
    ("DROP INDEX tasks_token ON tasks; CREATE INDEX tasks_token ON tasks (token)", ["tasks", "tasks_token", "unique"]),
    ("ALTER TABLE tasks RENAME INDEX tasks_token TO tasks_tokens", ["tasks", "tasks_token", "name"]),
    // A NOCASE column, whose keys fold and whose mark is a comment.
    ("ALTER TABLE projects MODIFY dualfuel_guard_projects_handle_1 varchar(255) AS (handle) VIRTUAL INVISIBLE", ["projects", "unique (handle)", "keys"]),
    ("ALTER TABLE projects MODIFY handle longtext NOT NULL", ["projects", "handle", "collation"]),
    // Indexes.
    ("DROP INDEX tasks_title ON tasks", ["tasks", "tasks_title", "index"]),
    ("DROP INDEX tasks_title ON tasks; CREATE INDEX tasks_title ON tasks (created_at, title DESC)", ["tasks", "tasks_title", "keys"]),
    ("DROP INDEX tasks_title ON tasks; CREATE INDEX tasks_title ON tasks (title, created_at)", ["tasks", "tasks_title", "keys"]),
    ("DROP INDEX tasks_title ON tasks; CREATE INDEX tasks_title ON tasks (title DESC)", ["tasks", "tasks_title", "keys"]),
    ("DROP INDEX tasks_title ON tasks; CREATE INDEX tasks_title ON tasks (title(10) DESC, created_at)", ["tasks", "tasks_title", "prefix"]),
    ("DROP INDEX tasks_lower ON tasks", ["tasks", "tasks_lower", "index"]),
    ("ALTER TABLE tasks MODIFY dualfuel_guard_tasks_lower_1 varchar(255) AS (upper(title)) VIRTUAL INVISIBLE", ["tasks", "tasks_lower", "keys"]),
    ("DROP INDEX tasks_open ON tasks; CREATE INDEX tasks_open ON tasks (project_id)", ["tasks", "tasks_open", "predicate"]),
    ("DROP INDEX tasks_open ON tasks; CREATE INDEX tasks_open ON tasks (project_id) COMMENT 'dualfuel: where NOT `done`'", ["tasks", "tasks_open", "predicate"]),
    ("ALTER TABLE tasks MODIFY dualfuel_guard_tasks_active_1 tinyint(1) AS (CASE WHEN done THEN 1 END) VIRTUAL INVISIBLE", ["tasks", "tasks_active", "predicate"]),
    ("CREATE INDEX tasks_new ON tasks (due)", ["tasks", "tasks_new", "index"]),
    // Checks.
    ("ALTER TABLE tasks DROP CONSTRAINT tasks_range", ["tasks", "tasks_range", "check"]),
    ("ALTER TABLE tasks DROP CONSTRAINT tasks_range, ADD CONSTRAINT tasks_range CHECK (priority BETWEEN 1 AND 6 OR done)", ["tasks", "tasks_range", "check"]),
    ("ALTER TABLE tasks DROP CONSTRAINT tasks_range, ADD CONSTRAINT tasks_range CHECK (priority BETWEEN 1 AND 5 AND done)", ["tasks", "tasks_range", "check"]),
    ("ALTER TABLE tasks DROP CONSTRAINT tasks_range, ADD CONSTRAINT tasks_range CHECK (priority BETWEEN 1 AND 5 OR NOT done)", ["tasks", "tasks_range", "check"]),
    ("ALTER TABLE tasks MODIFY status longtext NOT NULL DEFAULT 'open'", ["tasks", "status", "check"]),
    ("ALTER TABLE tasks MODIFY status longtext NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done'))", ["tasks", "status", "check"]),
    ("ALTER TABLE tasks ADD CHECK (size > 0)", ["tasks", "size", "check"]),
    // Foreign keys.
    ("ALTER TABLE members DROP FOREIGN KEY members_project_id_fkey", ["members", "project_id", "foreign key"]),
    ("ALTER TABLE members DROP FOREIGN KEY members_project_id_fkey; ALTER TABLE members ADD FOREIGN KEY (project_id) REFERENCES projects (id)", ["members", "project_id", "on delete"]),
    ("ALTER TABLE members DROP FOREIGN KEY members_project_id_fkey; ALTER TABLE members ADD FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE ON UPDATE CASCADE", ["members", "project_id", "on update"]),
    ("ALTER TABLE members DROP FOREIGN KEY members_project_id_fkey; ALTER TABLE members ADD FOREIGN KEY (project_id) REFERENCES tasks (id) ON DELETE CASCADE", ["members", "project_id", "foreign key"]),
    // The rest.
    ("DROP VIEW open_tasks", ["open_tasks", "", "view"]),
    ("CREATE OR REPLACE VIEW open_tasks AS SELECT id FROM tasks", ["open_tasks", "", "columns"]),
    ("DROP TRIGGER tasks_touch", ["tasks", "tasks_touch", "trigger"]),
    ("DROP TRIGGER tasks_touch; CREATE TRIGGER tasks_touch AFTER UPDATE ON tasks FOR EACH ROW SET @touched = NEW.id", ["tasks", "tasks_touch", "trigger"]),
    ("ALTER TABLE projects MODIFY handle longtext COLLATE utf8mb4_general_ci NOT NULL COMMENT 'dualfuel: TEXT NOCASE as longtext'", ["projects", "handle", "collation"]),
    ("ALTER TABLE tasks MODIFY done boolean NOT NULL DEFAULT FALSE", ["tasks", "done", "check"]),
    ("ALTER TABLE tasks MODIFY payload longblob INVISIBLE", ["tasks", "payload", "visibility"]),
    ("ALTER TABLE tasks MODIFY body longtext CHARACTER SET latin1 COLLATE latin1_nopad_bin", ["tasks", "body", "character set"]),
    ("ALTER TABLE tasks ALTER INDEX tasks_title IGNORED", ["tasks", "tasks_title", "ignored"]),
    ("ALTER TABLE tasks MODIFY starts_at time", ["tasks", "starts_at", "precision"]),
    ("ALTER TABLE tasks MODIFY epoch bigint NOT NULL DEFAULT (unix_timestamp() + 1)", ["tasks", "epoch", "default"]),
    ("ALTER TABLE tasks MODIFY created_at datetime(6) NOT NULL DEFAULT (utc_timestamp(6) + interval 1 second)", ["tasks", "created_at", "default"]),
    ("DROP INDEX tasks_open ON tasks; CREATE INDEX tasks_open ON tasks (project_id) COMMENT 'dualfuel: where NOT `done` AND `status` <> ''Dropped'''", ["tasks", "tasks_open", "predicate"]),
    ("CREATE SEQUENCE numbers", ["numbers", "", "kind"]),
    ("CREATE VIEW done AS SELECT id FROM tasks", ["done", "", "view"]),
    ("DROP TABLE members; CREATE TABLE members (project_id bigint NOT NULL, email varchar(255) NOT NULL COMMENT 'dualfuel: TEXT as varchar(255)', `role` longtext NOT NULL DEFAULT 'reader', PRIMARY KEY (project_id, email), CONSTRAINT members_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin WITH SYSTEM VERSIONING", ["members", "", "kind"]),
    ("DROP TABLE members", ["members", "", "table"]),
    ("CREATE TABLE extra (id bigint)", ["extra", "", "table"]),
];

#[tokio::test]
async fn every_mutation_of_mariadb_is_reported() {
    let model = model().await;
    let mut tally = Tally::default();
    let mut whole = None;
    for mutation in MUTATIONS {
        let (_scratch, mut connection) = database(Engine::Mariadb, script(Engine::Mariadb)).await;
        if whole.is_none() {
            whole = Some(schema_of(&mut connection).await);
        }
        run(&mut connection, mutation.0).await;
        let schema = schema_of(&mut connection).await;
        let mutated = Side {
            schema: &schema,
            engine: Some(Engine::Mariadb),
        };
        tally.judge(
            (mutation, Shows::InOne),
            mutated,
            whole.as_ref().unwrap(),
            &model,
        );
    }
    tally.finish(Engine::Mariadb);
}
