-- Rendered by dualfuel from 20261122001200_create_mcps/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "mcps" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "created_by" text COLLATE "C" NOT NULL,
    "mcp_server_id" uuid NOT NULL,
    "name" text COLLATE "C" NOT NULL,
    "slug" text COLLATE "C" NOT NULL,
    "description" text COLLATE "C",
    "enabled" boolean DEFAULT TRUE NOT NULL,
    "tools_cache" jsonb,
    "tools_filter" jsonb,
    "header_key" text COLLATE "C",
    "header_cipher" bytea,
    "header_salt" bytea,
    "header_nonce" bytea,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "mcps_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "mcps_org_id_mcp_server_id_fkey" FOREIGN KEY ("org_id", "mcp_server_id") REFERENCES "mcp_servers" ("org_id", "id")
);

ALTER TABLE "mcps" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "mcps" FORCE ROW LEVEL SECURITY;

CREATE POLICY "mcps_org" ON "mcps" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

ALTER TABLE "mcps" ADD COLUMN "slug_ci" text COLLATE "C" GENERATED ALWAYS AS (lower("slug")) STORED NOT NULL;

CREATE UNIQUE INDEX "mcps_slug_ci_key" ON "mcps" ("org_id", "created_by", "slug_ci");

CREATE INDEX "mcps_mcp_server_id_idx" ON "mcps" ("org_id", "mcp_server_id");
