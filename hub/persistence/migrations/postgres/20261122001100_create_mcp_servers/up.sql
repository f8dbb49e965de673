-- Rendered by dualfuel from 20261122001100_create_mcp_servers/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "mcp_servers" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "url" text COLLATE "C" NOT NULL,
    "name" text COLLATE "C",
    "description" text COLLATE "C",
    "enabled" boolean DEFAULT FALSE NOT NULL,
    "created_by" text COLLATE "C" NOT NULL,
    "updated_by" text COLLATE "C" NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "mcp_servers_pkey" PRIMARY KEY ("org_id", "id")
);

ALTER TABLE "mcp_servers" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "mcp_servers" FORCE ROW LEVEL SECURITY;

CREATE POLICY "mcp_servers_org" ON "mcp_servers" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

ALTER TABLE "mcp_servers" ADD COLUMN "url_ci" text COLLATE "C" GENERATED ALWAYS AS (lower("url")) STORED NOT NULL;

CREATE UNIQUE INDEX "mcp_servers_url_ci_key" ON "mcp_servers" ("org_id", "url_ci");
