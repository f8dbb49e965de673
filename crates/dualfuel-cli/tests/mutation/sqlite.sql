CREATE TABLE "projects" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "code" VARCHAR(20) NOT NULL,
  "region" TEXT NOT NULL DEFAULT 'eu',
  "handle" TEXT NOT NULL COLLATE NOCASE,
  UNIQUE ("region", "code"),
  UNIQUE ("handle")
);
CREATE TABLE "members" (
  "project_id" BIGINT NOT NULL REFERENCES "projects" ("id") ON DELETE CASCADE,
  "email" TEXT NOT NULL,
  "role" TEXT NOT NULL DEFAULT 'reader',
  PRIMARY KEY ("project_id", "email")
);
CREATE TABLE "tasks" (
  "id" INTEGER PRIMARY KEY,
  "project_id" BIGINT NOT NULL REFERENCES "projects" ("id") ON DELETE CASCADE,
  "parent_id" BIGINT REFERENCES "tasks" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  "region" TEXT,
  "code" VARCHAR(20),
  "title" VARCHAR(100) NOT NULL DEFAULT 'untitled',
  "body" TEXT,
  "status" TEXT NOT NULL DEFAULT 'open' CHECK ("status" IN ('open', 'done', 'dropped')),
  "priority" INT4 NOT NULL DEFAULT 3,
  "size" SMALLINT,
  "weight" DECIMAL_TEXT(10,2) NOT NULL DEFAULT '1.50',
  "score" DOUBLE DEFAULT 0.5,
  "ratio" FLOAT4,
  "done" BOOLEAN NOT NULL DEFAULT FALSE CHECK ("done" IN (0, 1)),
  "due" DATE,
  "starts_at" TIME,
  "created_at" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updated_at" TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
  "meta" JSON_TEXT DEFAULT '{}' CHECK (json_valid("meta")),
  "token" UUID_TEXT,
  "payload" BLOB,
  "epoch" BIGINT NOT NULL DEFAULT (unixepoch()),
  "total" BIGINT GENERATED ALWAYS AS ("priority" * 10) STORED,
  CONSTRAINT "tasks_range" CHECK ("priority" BETWEEN 1 AND 5 OR "done"),
  CHECK ("score" >= 0 AND NOT ("priority" > 9 AND "weight" < 1)),
  FOREIGN KEY ("region", "code") REFERENCES "projects" ("region", "code") ON UPDATE CASCADE
);
CREATE INDEX "tasks_title" ON "tasks" ("title" DESC, "created_at");
CREATE INDEX "tasks_open" ON "tasks" ("project_id") WHERE "done" = 0 AND "status" <> 'dropped';
CREATE UNIQUE INDEX "tasks_token" ON "tasks" ("token");
CREATE UNIQUE INDEX "tasks_active" ON "tasks" ("project_id", "title") WHERE "done" = 0;
CREATE INDEX "tasks_lower" ON "tasks" (lower("title"));
CREATE VIEW "open_tasks" AS SELECT "id", "title" FROM "tasks" WHERE "done" = 0;
CREATE TRIGGER "tasks_touch" AFTER UPDATE OF "title" ON "tasks" BEGIN
  UPDATE "tasks" SET "updated_at" = CURRENT_TIMESTAMP WHERE "id" = NEW."id";
END;
