-- Rendered by dualfuel from 20261122000800_create_api_model_aliases/up.sql; do not edit.

CREATE TABLE "api_model_aliases" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "api_format" TEXT NOT NULL,
    "prefix" TEXT,
    "url" TEXT NOT NULL,
    "models" TEXT NOT NULL,
    "secret_cipher" BLOB,
    "secret_salt" BLOB,
    "secret_nonce" BLOB,
    "models_cache" JSON_TEXT CHECK (json_valid("models_cache")),
    "cache_fetched_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "api_model_aliases_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "api_model_aliases_secret_check" CHECK ("secret_cipher" IS NULL AND "secret_salt" IS NULL AND "secret_nonce" IS NULL OR "secret_cipher" IS NOT NULL AND "secret_salt" IS NOT NULL AND "secret_nonce" IS NOT NULL)
);

CREATE UNIQUE INDEX "api_model_aliases_prefix_key" ON "api_model_aliases" ("prefix", "org_id") WHERE "prefix" IS NOT NULL AND "prefix" <> '';

CREATE INDEX "api_model_aliases_api_format_idx" ON "api_model_aliases" ("api_format", "org_id");

CREATE INDEX "api_model_aliases_updated_at_idx" ON "api_model_aliases" ("updated_at", "org_id");
