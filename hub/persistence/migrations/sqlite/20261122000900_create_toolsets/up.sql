-- Rendered by dualfuel from 20261122000900_create_toolsets/up.sql; do not edit.

CREATE TABLE "toolsets" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "toolset_type" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT FALSE CHECK ("enabled" IN (FALSE, TRUE)),
    "secret_cipher" BLOB,
    "secret_salt" BLOB,
    "secret_nonce" BLOB,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "toolsets_slug_key" UNIQUE ("user_id", "slug", "org_id"),
    CONSTRAINT "toolsets_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "toolsets_secret_check" CHECK ("secret_cipher" IS NULL AND "secret_salt" IS NULL AND "secret_nonce" IS NULL OR "secret_cipher" IS NOT NULL AND "secret_salt" IS NOT NULL AND "secret_nonce" IS NOT NULL)
);

CREATE INDEX "toolsets_toolset_type_idx" ON "toolsets" ("toolset_type", "org_id");

CREATE TABLE "app_toolset_configs" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "toolset_type" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT FALSE CHECK ("enabled" IN (FALSE, TRUE)),
    "updated_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "app_toolset_configs_toolset_type_key" UNIQUE ("toolset_type", "org_id"),
    CONSTRAINT "app_toolset_configs_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001')
);
