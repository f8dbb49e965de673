-- Rendered by dualfuel from 20261122000800_create_api_model_aliases/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "api_model_aliases" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "api_format" text COLLATE "C" NOT NULL,
    "prefix" text COLLATE "C",
    "url" text COLLATE "C" NOT NULL,
    "models" text COLLATE "C" NOT NULL,
    "secret_cipher" bytea,
    "secret_salt" bytea,
    "secret_nonce" bytea,
    "models_cache" jsonb,
    "cache_fetched_at" timestamptz,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "api_model_aliases_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "api_model_aliases_secret_check" CHECK ("secret_cipher" IS NULL AND "secret_salt" IS NULL AND "secret_nonce" IS NULL OR "secret_cipher" IS NOT NULL AND "secret_salt" IS NOT NULL AND "secret_nonce" IS NOT NULL)
);

ALTER TABLE "api_model_aliases" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "api_model_aliases" FORCE ROW LEVEL SECURITY;

CREATE POLICY "api_model_aliases_org" ON "api_model_aliases" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

CREATE UNIQUE INDEX "api_model_aliases_prefix_key" ON "api_model_aliases" ("org_id", "prefix") WHERE "prefix" IS NOT NULL AND "prefix" <> '';

CREATE INDEX "api_model_aliases_api_format_idx" ON "api_model_aliases" ("org_id", "api_format");

CREATE INDEX "api_model_aliases_updated_at_idx" ON "api_model_aliases" ("org_id", "updated_at");
