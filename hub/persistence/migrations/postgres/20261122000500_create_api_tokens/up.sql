-- Rendered by dualfuel from 20261122000500_create_api_tokens/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "api_tokens" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "user_id" text COLLATE "C" NOT NULL,
    "name" text COLLATE "C" DEFAULT '' NOT NULL,
    "token_prefix" text COLLATE "C" NOT NULL,
    "token_hash" text COLLATE "C" NOT NULL,
    "scopes" text COLLATE "C" NOT NULL,
    "status" text COLLATE "C" NOT NULL,
    "expires_at" timestamptz,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "api_tokens_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "api_tokens_token_prefix_key" UNIQUE ("org_id", "token_prefix"),
    CONSTRAINT "api_tokens_status_check" CHECK ("status" IN ('active', 'inactive'))
);

ALTER TABLE "api_tokens" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "api_tokens" FORCE ROW LEVEL SECURITY;

CREATE POLICY "api_tokens_org" ON "api_tokens" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

CREATE INDEX "api_tokens_user_id_idx" ON "api_tokens" ("org_id", "user_id");
