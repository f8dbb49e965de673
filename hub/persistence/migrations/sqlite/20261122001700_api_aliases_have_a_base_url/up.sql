-- Rendered by dualfuel from 20261122001700_api_aliases_have_a_base_url/up.sql; do not edit.

ALTER TABLE "api_model_aliases" RENAME COLUMN "url" TO "base_url";

CREATE TABLE "dualfuel_new_api_model_aliases" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "api_format" TEXT NOT NULL,
    "prefix" TEXT,
    "base_url" TEXT NOT NULL,
    "models" JSON_TEXT NOT NULL CHECK (json_valid("models")),
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

INSERT INTO "dualfuel_new_api_model_aliases" ("org_id", "id", "api_format", "prefix", "base_url", "models", "secret_cipher", "secret_salt", "secret_nonce", "models_cache", "cache_fetched_at", "created_at", "updated_at") SELECT "org_id", "id", "api_format", "prefix", "base_url", "models", "secret_cipher", "secret_salt", "secret_nonce", "models_cache", "cache_fetched_at", "created_at", "updated_at" FROM "api_model_aliases";

DROP TABLE "api_model_aliases";

ALTER TABLE "dualfuel_new_api_model_aliases" RENAME TO "api_model_aliases";

CREATE UNIQUE INDEX "api_model_aliases_prefix_key" ON "api_model_aliases" ("prefix", "org_id") WHERE "prefix" IS NOT NULL AND "prefix" <> '';

CREATE INDEX "api_model_aliases_api_format_idx" ON "api_model_aliases" ("api_format", "org_id");

CREATE INDEX "api_model_aliases_updated_at_idx" ON "api_model_aliases" ("updated_at", "org_id");

ALTER TABLE "api_model_aliases" ADD COLUMN "forward_all_with_prefix" BOOLEAN NOT NULL DEFAULT FALSE CHECK ("forward_all_with_prefix" IN (FALSE, TRUE));
