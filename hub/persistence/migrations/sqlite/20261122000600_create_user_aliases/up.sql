-- Rendered by dualfuel from 20261122000600_create_user_aliases/up.sql; do not edit.

CREATE TABLE "user_aliases" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "repo" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "snapshot" TEXT NOT NULL,
    "request_params" JSON_TEXT NOT NULL DEFAULT '{}' CHECK (json_valid("request_params")),
    "context_params" JSON_TEXT NOT NULL DEFAULT '[]' CHECK (json_valid("context_params")),
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "user_aliases_alias_key" UNIQUE ("user_id", "alias", "org_id"),
    CONSTRAINT "user_aliases_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001')
);
