-- Rendered by dualfuel from 20261122000300_create_operator_tokens/up.sql; do not edit.

CREATE TABLE "operator_tokens" (
    "id" UUID_TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "token_prefix" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id"),
    CONSTRAINT "operator_tokens_token_prefix_key" UNIQUE ("token_prefix"),
    CONSTRAINT "operator_tokens_status_check" CHECK ("status" IN ('active', 'inactive'))
);
