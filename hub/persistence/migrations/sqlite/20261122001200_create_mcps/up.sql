-- Rendered by dualfuel from 20261122001200_create_mcps/up.sql; do not edit.

CREATE TABLE "mcps" (
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
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcps_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    FOREIGN KEY ("mcp_server_id", "org_id") REFERENCES "mcp_servers" ("id", "org_id")
);

ALTER TABLE "mcps" ADD COLUMN "slug_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("slug")) VIRTUAL;

CREATE UNIQUE INDEX "mcps_slug_ci_key" ON "mcps" ("created_by", "slug_ci", "org_id");

CREATE INDEX "mcps_mcp_server_id_idx" ON "mcps" ("mcp_server_id", "org_id");
