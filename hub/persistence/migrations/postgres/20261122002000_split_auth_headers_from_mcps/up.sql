-- Rendered by dualfuel from 20261122002000_split_auth_headers_from_mcps/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "mcp_auth_headers" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "name" text COLLATE "C" DEFAULT 'Header' NOT NULL,
    "mcp_server_id" uuid NOT NULL,
    "header_key" text COLLATE "C" NOT NULL,
    "secret_cipher" bytea NOT NULL,
    "secret_salt" bytea NOT NULL,
    "secret_nonce" bytea NOT NULL,
    "created_by" text COLLATE "C" NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "mcp_auth_headers_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "mcp_auth_headers_org_id_mcp_server_id_fkey" FOREIGN KEY ("org_id", "mcp_server_id") REFERENCES "mcp_servers" ("org_id", "id") ON DELETE CASCADE
);

ALTER TABLE "mcp_auth_headers" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "mcp_auth_headers" FORCE ROW LEVEL SECURITY;

CREATE POLICY "mcp_auth_headers_org" ON "mcp_auth_headers" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

ALTER TABLE "mcp_auth_headers" NO FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcps" NO FORCE ROW LEVEL SECURITY;

INSERT INTO "mcp_auth_headers" ("org_id", "id", "name", "mcp_server_id", "header_key", "secret_cipher", "secret_salt", "secret_nonce", "created_by", "created_at", "updated_at") SELECT "org_id", "id", 'Header of ' || "created_by" || '/' || "slug", "mcp_server_id", "header_key", "header_cipher", "header_salt", "header_nonce", "created_by", "created_at", "updated_at" FROM "mcps" WHERE "header_key" IS NOT NULL AND "header_cipher" IS NOT NULL AND "header_salt" IS NOT NULL AND "header_nonce" IS NOT NULL;

ALTER TABLE "mcp_auth_headers" FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcps" FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcp_auth_headers" ADD COLUMN "name_ci" text COLLATE "C" GENERATED ALWAYS AS (lower("name")) STORED NOT NULL;

CREATE UNIQUE INDEX "mcp_auth_headers_name_ci_key" ON "mcp_auth_headers" ("org_id", "mcp_server_id", "name_ci");

ALTER TABLE "mcps" ADD COLUMN "auth_type" text COLLATE "C" DEFAULT 'public' NOT NULL;

ALTER TABLE "mcps" ADD COLUMN "auth_header_id" uuid;

ALTER TABLE "mcps" NO FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcp_auth_headers" NO FORCE ROW LEVEL SECURITY;

UPDATE "mcps" SET "auth_type" = 'header', "auth_header_id" = "id" WHERE EXISTS (SELECT 1 FROM "mcp_auth_headers" WHERE "mcp_auth_headers"."org_id" = "mcps"."org_id" AND "mcp_auth_headers"."id" = "mcps"."id");

ALTER TABLE "mcps" FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcp_auth_headers" FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcps" NO FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcp_auth_headers" NO FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcps" ADD CONSTRAINT "mcps_auth_header_id_fkey" FOREIGN KEY ("org_id", "auth_header_id") REFERENCES "mcp_auth_headers" ("org_id", "id");

ALTER TABLE "mcps" FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcp_auth_headers" FORCE ROW LEVEL SECURITY;

CREATE INDEX "mcps_auth_header_id_idx" ON "mcps" ("org_id", "auth_header_id");

ALTER TABLE "mcps" DROP COLUMN "header_key";

ALTER TABLE "mcps" DROP COLUMN "header_cipher";

ALTER TABLE "mcps" DROP COLUMN "header_salt";

ALTER TABLE "mcps" DROP COLUMN "header_nonce";
