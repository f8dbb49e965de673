//! SQLite's mutations. It has no ALTER for most, so the table is made anew
//! from changed text, as a rebuild would.

use dualfuel_schema::{Engine, compare::Side};

use super::{Shows, Tally, database, model, schema_of, script};

/// A text of the script, what stands there instead, and the report.
type Edit = (&'static str, &'static str, [&'static str; 3]);

#[rustfmt::skip]
const EDITS: &[Edit] = &[
    // Columns.
    (r#""title" VARCHAR(100) NOT NULL"#, r#""title" VARCHAR(100)"#, ["tasks", "title", "null"]),
    (r#""body" TEXT"#, r#""body" TEXT NOT NULL"#, ["tasks", "body", "null"]),
    (r#" DEFAULT 'untitled'"#, "", ["tasks", "title", "default"]),
    (r#"DEFAULT 'untitled'"#, r#"DEFAULT 'Untitled'"#, ["tasks", "title", "default"]),
    (r#"DEFAULT 3"#, r#"DEFAULT 4"#, ["tasks", "priority", "default"]),
    (r#"DEFAULT '1.50'"#, r#"DEFAULT '1.51'"#, ["tasks", "weight", "default"]),
    (r#"DEFAULT 0.5"#, r#"DEFAULT 0.25"#, ["tasks", "score", "default"]),
    (r#"DEFAULT FALSE"#, r#"DEFAULT TRUE"#, ["tasks", "done", "default"]),
    (r#"DEFAULT (unixepoch())"#, r#"DEFAULT 0"#, ["tasks", "epoch", "default"]),
    (r#""created_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"#, r#""created_at" TIMESTAMP NOT NULL"#, ["tasks", "created_at", "default"]),
    (r#"DEFAULT '{}'"#, r#"DEFAULT '[]'"#, ["tasks", "meta", "default"]),
    (r#""title" VARCHAR(100)"#, r#""title" VARCHAR(200)"#, ["tasks", "title", "type"]),
    (r#""priority" INT4"#, r#""priority" BIGINT"#, ["tasks", "priority", "type"]),
    (r#""size" SMALLINT"#, r#""size" INT4"#, ["tasks", "size", "type"]),
    (r#"DECIMAL_TEXT(10,2)"#, r#"DECIMAL_TEXT(10,3)"#, ["tasks", "weight", "type"]),
    (r#"FLOAT4"#, r#"DOUBLE"#, ["tasks", "ratio", "type"]),
    (r#""updated_at" TIMESTAMPTZ"#, r#""updated_at" TIMESTAMP"#, ["tasks", "updated_at", "type"]),
    (r#""due" DATE"#, r#""due" TIMESTAMP"#, ["tasks", "due", "type"]),
    (r#""token" UUID_TEXT"#, r#""token" TEXT"#, ["tasks", "token", "type"]),
    (r#""payload" BLOB"#, r#""payload" TEXT"#, ["tasks", "payload", "type"]),
    (r#""body" TEXT"#, r#""body" TEXT COLLATE RTRIM"#, ["tasks", "body", "collation"]),
    (r#""total" BIGINT GENERATED ALWAYS AS ("priority" * 10) STORED"#, r#""total" BIGINT"#, ["tasks", "total", "generated"]),
    (r#"("priority" * 10)"#, r#"("priority" * 100)"#, ["tasks", "total", "generated"]),
    (r#"STORED"#, r#"VIRTUAL"#, ["tasks", "total", "stored"]),
    (r#"  "payload" BLOB,"#, "", ["tasks", "payload", "column"]),
    (r#"  "payload" BLOB,"#, r#"  "payload" BLOB, "extra" INT4,"#, ["tasks", "extra", "column"]),
    // Keys.
    (r#",
  PRIMARY KEY ("project_id", "email")"#, "", ["members", "", "primary key"]),
    (r#"PRIMARY KEY ("project_id", "email")"#, r#"PRIMARY KEY ("email", "project_id")"#, ["members", "", "primary key"]),
    (",\n  UNIQUE (\"handle\")", "", ["projects", "unique (handle)", "unique"]),
    (r#"UNIQUE ("region", "code")"#, r#"UNIQUE ("code", "region")"#, ["projects", "unique (region, code)", "keys"]),
    (r#"CREATE UNIQUE INDEX "tasks_token" ON "tasks" ("token");"#, "", ["tasks", "tasks_token", "unique"]),
    (r#"CREATE UNIQUE INDEX "tasks_token""#, r#"CREATE INDEX "tasks_token""#, ["tasks", "tasks_token", "unique"]),
    // Indexes.
    (r#"CREATE INDEX "tasks_title" ON "tasks" ("title" DESC, "created_at");"#, "", ["tasks", "tasks_title", "index"]),
    (r#"("title" DESC, "created_at")"#, r#"("created_at", "title" DESC)"#, ["tasks", "tasks_title", "keys"]),
    (r#"("title" DESC, "created_at")"#, r#"("title", "created_at")"#, ["tasks", "tasks_title", "keys"]),
    (r#"("title" DESC, "created_at")"#, r#"("title" COLLATE NOCASE DESC, "created_at")"#, ["tasks", "tasks_title", "keys"]),
    (r#"(lower("title"))"#, r#"(upper("title"))"#, ["tasks", "tasks_lower", "keys"]),
    (r#" AND "status" <> 'dropped'"#, "", ["tasks", "tasks_open", "predicate"]),
    (r#"("project_id", "title") WHERE "done" = 0"#, r#"("project_id", "title")"#, ["tasks", "tasks_active", "predicate"]),
    (r#"("project_id", "title") WHERE "done" = 0"#, r#"("project_id", "title") WHERE "done" = 1"#, ["tasks", "tasks_active", "predicate"]),
    // Checks.
    (r#"  CONSTRAINT "tasks_range" CHECK ("priority" BETWEEN 1 AND 5 OR "done"),"#, "", ["tasks", "tasks_range", "check"]),
    (r#"BETWEEN 1 AND 5"#, r#"BETWEEN 1 AND 6"#, ["tasks", "tasks_range", "check"]),
    (r#"BETWEEN 1 AND 5"#, r#"NOT BETWEEN 1 AND 5"#, ["tasks", "tasks_range", "check"]),
    (r#"'open', 'done', 'dropped'"#, r#"'open', 'done'"#, ["tasks", "status", "check"]),
    (r#" CHECK ("status" IN ('open', 'done', 'dropped'))"#, "", ["tasks", "status", "check"]),
    (r#" CHECK ("done" IN (0, 1))"#, "", ["tasks", "done", "check"]),
    (r#" CHECK (json_valid("meta"))"#, "", ["tasks", "meta", "check"]),
    (r#""priority" > 9 AND"#, r#""priority" > 9 OR"#, ["tasks", "score, priority, weight", "check"]),
    // Foreign keys.
    (r#""project_id" BIGINT NOT NULL REFERENCES "projects" ("id") ON DELETE CASCADE,
  "email""#, r#""project_id" BIGINT NOT NULL,
  "email""#, ["members", "project_id", "foreign key"]),
    (r#"ON DELETE CASCADE,
  "email""#, r#"ON DELETE RESTRICT,
  "email""#, ["members", "project_id", "on delete"]),
    (r#" ON UPDATE CASCADE"#, "", ["tasks", "region, code", "on update"]),
    (r#" DEFERRABLE INITIALLY DEFERRED"#, "", ["tasks", "parent_id", "deferral"]),
    (r#"REFERENCES "tasks" ("id")"#, r#"REFERENCES "projects" ("id")"#, ["tasks", "parent_id", "foreign key"]),
    (r#"REFERENCES "projects" ("region", "code") ON"#, r#"REFERENCES "projects" ("code", "region") ON"#, ["tasks", "region, code", "foreign key"]),
    (r#"WHERE "done" = 0 AND "status" <> 'dropped'"#, r#"WHERE "done" = 0 AND "status" <> 'Dropped'"#, ["tasks", "tasks_open", "predicate"]),
    (r#"DEFAULT (unixepoch())"#, r#"DEFAULT (unixepoch() + 1)"#, ["tasks", "epoch", "default"]),
    (r#"DEFAULT 'untitled'"#, r#"DEFAULT 'untitled '"#, ["tasks", "title", "default"]),
    (r#"DEFAULT 0.5"#, r#"DEFAULT -0.5"#, ["tasks", "score", "default"]),
    // The rest.
    (r#"SELECT "id", "title""#, r#"SELECT "id""#, ["open_tasks", "", "columns"]),
    (r#"AFTER UPDATE OF "title""#, r#"AFTER UPDATE"#, ["tasks", "tasks_touch", "trigger"]),
    (r#"AFTER UPDATE OF "title""#, r#"AFTER INSERT"#, ["tasks", "tasks_touch", "trigger"]),
];

#[tokio::test]
async fn every_mutation_of_sqlite_is_reported() {
    let whole = script(Engine::Sqlite);
    let model = model().await;
    let (_scratch, mut connection) = database(Engine::Sqlite, whole).await;
    let schema = schema_of(&mut connection).await;
    let mut tally = Tally::default();
    for (from, to, expected) in EDITS {
        assert!(whole.contains(from), "`{from}` is not in the script");
        let (_scratch, mut connection) =
            database(Engine::Sqlite, &whole.replacen(from, to, 1)).await;
        let mutated = schema_of(&mut connection).await;
        let side = Side {
            schema: &mutated,
            engine: Some(Engine::Sqlite),
        };
        tally.judge((&(*from, *expected), Shows::InOne), side, &schema, &model);
    }
    tally.finish(Engine::Sqlite);
}
