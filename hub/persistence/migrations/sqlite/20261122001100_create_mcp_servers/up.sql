-- Rendered by dualfuel from 20261122001100_create_mcp_servers/up.sql; do not edit.

CREATE TABLE "mcp_servers" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "name" TEXT,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT FALSE CHECK ("enabled" IN (FALSE, TRUE)),
    "created_by" TEXT NOT NULL,
    "updated_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcp_servers_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001')
);

ALTER TABLE "mcp_servers" ADD COLUMN "url_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("url")) VIRTUAL;

CREATE UNIQUE INDEX "mcp_servers_url_ci_key" ON "mcp_servers" ("url_ci", "org_id");
