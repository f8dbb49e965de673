-- Rendered by dualfuel from 20261122000500_create_api_tokens/up.sql; do not edit.

CREATE TABLE "api_tokens" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "token_prefix" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "api_tokens_token_prefix_key" UNIQUE ("token_prefix", "org_id"),
    CONSTRAINT "api_tokens_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "api_tokens_status_check" CHECK ("status" IN ('active', 'inactive'))
);

CREATE INDEX "api_tokens_user_id_idx" ON "api_tokens" ("user_id", "org_id");
