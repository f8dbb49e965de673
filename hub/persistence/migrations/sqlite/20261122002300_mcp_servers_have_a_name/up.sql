-- Rendered by dualfuel from 20261122002300_mcp_servers_have_a_name/up.sql; do not edit.

PRAGMA foreign_keys = OFF;

BEGIN IMMEDIATE;

UPDATE "mcp_servers" SET "name" = '' WHERE "name" IS NULL;

CREATE TABLE "dualfuel_new_mcp_servers" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "name" TEXT DEFAULT '',
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT FALSE CHECK ("enabled" IN (FALSE, TRUE)),
    "created_by" TEXT NOT NULL,
    "updated_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "url_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("url")) VIRTUAL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcp_servers_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001')
);

INSERT INTO "dualfuel_new_mcp_servers" ("org_id", "id", "url", "name", "description", "enabled", "created_by", "updated_by", "created_at", "updated_at") SELECT "org_id", "id", "url", "name", "description", "enabled", "created_by", "updated_by", "created_at", "updated_at" FROM "mcp_servers";

DROP TABLE "mcp_servers";

ALTER TABLE "dualfuel_new_mcp_servers" RENAME TO "mcp_servers";

CREATE UNIQUE INDEX "mcp_servers_url_ci_key" ON "mcp_servers" ("url_ci", "org_id");

CREATE TABLE "dualfuel_new_mcp_servers" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT FALSE CHECK ("enabled" IN (FALSE, TRUE)),
    "created_by" TEXT NOT NULL,
    "updated_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "url_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("url")) VIRTUAL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcp_servers_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001')
);

INSERT INTO "dualfuel_new_mcp_servers" ("org_id", "id", "url", "name", "description", "enabled", "created_by", "updated_by", "created_at", "updated_at") SELECT "org_id", "id", "url", "name", "description", "enabled", "created_by", "updated_by", "created_at", "updated_at" FROM "mcp_servers";

DROP TABLE "mcp_servers";

ALTER TABLE "dualfuel_new_mcp_servers" RENAME TO "mcp_servers";

CREATE UNIQUE INDEX "mcp_servers_url_ci_key" ON "mcp_servers" ("url_ci", "org_id");

PRAGMA foreign_key_check;

COMMIT;

PRAGMA foreign_keys = ON;
