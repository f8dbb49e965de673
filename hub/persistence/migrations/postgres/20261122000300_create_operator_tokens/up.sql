-- Rendered by dualfuel from 20261122000300_create_operator_tokens/up.sql; do not edit.

CREATE TABLE "operator_tokens" (
    "id" uuid NOT NULL,
    "name" text COLLATE "C" DEFAULT '' NOT NULL,
    "token_prefix" text COLLATE "C" NOT NULL,
    "token_hash" text COLLATE "C" NOT NULL,
    "status" text COLLATE "C" NOT NULL,
    "expires_at" timestamptz,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "operator_tokens_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "operator_tokens_token_prefix_key" UNIQUE ("token_prefix"),
    CONSTRAINT "operator_tokens_status_check" CHECK ("status" IN ('active', 'inactive'))
);
