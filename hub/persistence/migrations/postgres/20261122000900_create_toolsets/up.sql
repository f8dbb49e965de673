-- Rendered by dualfuel from 20261122000900_create_toolsets/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "toolsets" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "user_id" text COLLATE "C" NOT NULL,
    "toolset_type" text COLLATE "C" NOT NULL,
    "slug" text COLLATE "C" NOT NULL,
    "description" text COLLATE "C",
    "enabled" boolean DEFAULT FALSE NOT NULL,
    "secret_cipher" bytea,
    "secret_salt" bytea,
    "secret_nonce" bytea,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "toolsets_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "toolsets_slug_key" UNIQUE ("org_id", "user_id", "slug"),
    CONSTRAINT "toolsets_secret_check" CHECK ("secret_cipher" IS NULL AND "secret_salt" IS NULL AND "secret_nonce" IS NULL OR "secret_cipher" IS NOT NULL AND "secret_salt" IS NOT NULL AND "secret_nonce" IS NOT NULL)
);

ALTER TABLE "toolsets" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "toolsets" FORCE ROW LEVEL SECURITY;

CREATE POLICY "toolsets_org" ON "toolsets" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

CREATE INDEX "toolsets_toolset_type_idx" ON "toolsets" ("org_id", "toolset_type");

CREATE TABLE "app_toolset_configs" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "toolset_type" text COLLATE "C" NOT NULL,
    "enabled" boolean DEFAULT FALSE NOT NULL,
    "updated_by" text COLLATE "C" NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "app_toolset_configs_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "app_toolset_configs_toolset_type_key" UNIQUE ("org_id", "toolset_type")
);

ALTER TABLE "app_toolset_configs" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "app_toolset_configs" FORCE ROW LEVEL SECURITY;

CREATE POLICY "app_toolset_configs_org" ON "app_toolset_configs" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);
