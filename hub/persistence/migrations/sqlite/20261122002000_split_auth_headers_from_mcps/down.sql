-- Rendered by dualfuel from 20261122002000_split_auth_headers_from_mcps/up.sql; do not edit.
-- dualfuel: irreversible: rows that the migration changes stay changed
-- dualfuel: irreversible: `mcps.header_key` is dropped with its values
-- dualfuel: irreversible: `mcps.header_cipher` is dropped with its values
-- dualfuel: irreversible: `mcps.header_salt` is dropped with its values
-- dualfuel: irreversible: `mcps.header_nonce` is dropped with its values

CREATE TABLE "dualfuel_new_mcps" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "mcp_server_id" UUID_TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT TRUE CHECK ("enabled" IN (FALSE, TRUE)),
    "tools_cache" JSON_TEXT CHECK (json_valid("tools_cache")),
    "tools_filter" JSON_TEXT CHECK (json_valid("tools_filter")),
    "header_nonce" BLOB,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "auth_type" TEXT NOT NULL DEFAULT 'public',
    "auth_header_id" UUID_TEXT,
    "slug_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("slug")) VIRTUAL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcps_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    FOREIGN KEY ("mcp_server_id", "org_id") REFERENCES "mcp_servers" ("id", "org_id"),
    CONSTRAINT "mcps_auth_header_id_fkey" FOREIGN KEY ("auth_header_id", "org_id") REFERENCES "mcp_auth_headers" ("id", "org_id")
);

INSERT INTO "dualfuel_new_mcps" ("org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "created_at", "updated_at", "auth_type", "auth_header_id") SELECT "org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "created_at", "updated_at", "auth_type", "auth_header_id" FROM "mcps";

DROP TABLE "mcps";

ALTER TABLE "dualfuel_new_mcps" RENAME TO "mcps";

CREATE UNIQUE INDEX "mcps_slug_ci_key" ON "mcps" ("created_by", "slug_ci", "org_id");

CREATE INDEX "mcps_mcp_server_id_idx" ON "mcps" ("mcp_server_id", "org_id");

CREATE INDEX "mcps_auth_header_id_idx" ON "mcps" ("auth_header_id", "org_id");

CREATE TABLE "dualfuel_new_mcps" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "mcp_server_id" UUID_TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT TRUE CHECK ("enabled" IN (FALSE, TRUE)),
    "tools_cache" JSON_TEXT CHECK (json_valid("tools_cache")),
    "tools_filter" JSON_TEXT CHECK (json_valid("tools_filter")),
    "header_salt" BLOB,
    "header_nonce" BLOB,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "auth_type" TEXT NOT NULL DEFAULT 'public',
    "auth_header_id" UUID_TEXT,
    "slug_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("slug")) VIRTUAL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcps_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    FOREIGN KEY ("mcp_server_id", "org_id") REFERENCES "mcp_servers" ("id", "org_id"),
    CONSTRAINT "mcps_auth_header_id_fkey" FOREIGN KEY ("auth_header_id", "org_id") REFERENCES "mcp_auth_headers" ("id", "org_id")
);

INSERT INTO "dualfuel_new_mcps" ("org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "header_nonce", "created_at", "updated_at", "auth_type", "auth_header_id") SELECT "org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "header_nonce", "created_at", "updated_at", "auth_type", "auth_header_id" FROM "mcps";

DROP TABLE "mcps";

ALTER TABLE "dualfuel_new_mcps" RENAME TO "mcps";

CREATE UNIQUE INDEX "mcps_slug_ci_key" ON "mcps" ("created_by", "slug_ci", "org_id");

CREATE INDEX "mcps_mcp_server_id_idx" ON "mcps" ("mcp_server_id", "org_id");

CREATE INDEX "mcps_auth_header_id_idx" ON "mcps" ("auth_header_id", "org_id");

CREATE TABLE "dualfuel_new_mcps" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "mcp_server_id" UUID_TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT TRUE CHECK ("enabled" IN (FALSE, TRUE)),
    "tools_cache" JSON_TEXT CHECK (json_valid("tools_cache")),
    "tools_filter" JSON_TEXT CHECK (json_valid("tools_filter")),
    "header_cipher" BLOB,
    "header_salt" BLOB,
    "header_nonce" BLOB,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "auth_type" TEXT NOT NULL DEFAULT 'public',
    "auth_header_id" UUID_TEXT,
    "slug_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("slug")) VIRTUAL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcps_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    FOREIGN KEY ("mcp_server_id", "org_id") REFERENCES "mcp_servers" ("id", "org_id"),
    CONSTRAINT "mcps_auth_header_id_fkey" FOREIGN KEY ("auth_header_id", "org_id") REFERENCES "mcp_auth_headers" ("id", "org_id")
);

INSERT INTO "dualfuel_new_mcps" ("org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "header_salt", "header_nonce", "created_at", "updated_at", "auth_type", "auth_header_id") SELECT "org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "header_salt", "header_nonce", "created_at", "updated_at", "auth_type", "auth_header_id" FROM "mcps";

DROP TABLE "mcps";

ALTER TABLE "dualfuel_new_mcps" RENAME TO "mcps";

CREATE UNIQUE INDEX "mcps_slug_ci_key" ON "mcps" ("created_by", "slug_ci", "org_id");

CREATE INDEX "mcps_mcp_server_id_idx" ON "mcps" ("mcp_server_id", "org_id");

CREATE INDEX "mcps_auth_header_id_idx" ON "mcps" ("auth_header_id", "org_id");

CREATE TABLE "dualfuel_new_mcps" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "mcp_server_id" UUID_TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT TRUE CHECK ("enabled" IN (FALSE, TRUE)),
    "tools_cache" JSON_TEXT CHECK (json_valid("tools_cache")),
    "tools_filter" JSON_TEXT CHECK (json_valid("tools_filter")),
    "header_key" TEXT,
    "header_cipher" BLOB,
    "header_salt" BLOB,
    "header_nonce" BLOB,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "auth_type" TEXT NOT NULL DEFAULT 'public',
    "auth_header_id" UUID_TEXT,
    "slug_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("slug")) VIRTUAL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcps_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    FOREIGN KEY ("mcp_server_id", "org_id") REFERENCES "mcp_servers" ("id", "org_id"),
    CONSTRAINT "mcps_auth_header_id_fkey" FOREIGN KEY ("auth_header_id", "org_id") REFERENCES "mcp_auth_headers" ("id", "org_id")
);

INSERT INTO "dualfuel_new_mcps" ("org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "header_cipher", "header_salt", "header_nonce", "created_at", "updated_at", "auth_type", "auth_header_id") SELECT "org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "header_cipher", "header_salt", "header_nonce", "created_at", "updated_at", "auth_type", "auth_header_id" FROM "mcps";

DROP TABLE "mcps";

ALTER TABLE "dualfuel_new_mcps" RENAME TO "mcps";

CREATE UNIQUE INDEX "mcps_slug_ci_key" ON "mcps" ("created_by", "slug_ci", "org_id");

CREATE INDEX "mcps_mcp_server_id_idx" ON "mcps" ("mcp_server_id", "org_id");

CREATE INDEX "mcps_auth_header_id_idx" ON "mcps" ("auth_header_id", "org_id");

DROP INDEX "mcps_auth_header_id_idx";

CREATE TABLE "dualfuel_new_mcps" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "mcp_server_id" UUID_TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT TRUE CHECK ("enabled" IN (FALSE, TRUE)),
    "tools_cache" JSON_TEXT CHECK (json_valid("tools_cache")),
    "tools_filter" JSON_TEXT CHECK (json_valid("tools_filter")),
    "header_key" TEXT,
    "header_cipher" BLOB,
    "header_salt" BLOB,
    "header_nonce" BLOB,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "auth_type" TEXT NOT NULL DEFAULT 'public',
    "auth_header_id" UUID_TEXT,
    "slug_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("slug")) VIRTUAL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcps_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    FOREIGN KEY ("mcp_server_id", "org_id") REFERENCES "mcp_servers" ("id", "org_id")
);

INSERT INTO "dualfuel_new_mcps" ("org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "header_key", "header_cipher", "header_salt", "header_nonce", "created_at", "updated_at", "auth_type", "auth_header_id") SELECT "org_id", "id", "created_by", "mcp_server_id", "name", "slug", "description", "enabled", "tools_cache", "tools_filter", "header_key", "header_cipher", "header_salt", "header_nonce", "created_at", "updated_at", "auth_type", "auth_header_id" FROM "mcps";

DROP TABLE "mcps";

ALTER TABLE "dualfuel_new_mcps" RENAME TO "mcps";

CREATE UNIQUE INDEX "mcps_slug_ci_key" ON "mcps" ("created_by", "slug_ci", "org_id");

CREATE INDEX "mcps_mcp_server_id_idx" ON "mcps" ("mcp_server_id", "org_id");

ALTER TABLE "mcps" DROP COLUMN "auth_header_id";

ALTER TABLE "mcps" DROP COLUMN "auth_type";

DROP INDEX "mcp_auth_headers_name_ci_key";

ALTER TABLE "mcp_auth_headers" DROP COLUMN "name_ci";

DROP TABLE "mcp_auth_headers";
