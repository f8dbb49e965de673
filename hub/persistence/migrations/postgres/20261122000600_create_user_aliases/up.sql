-- Rendered by dualfuel from 20261122000600_create_user_aliases/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "user_aliases" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "user_id" text COLLATE "C" NOT NULL,
    "alias" text COLLATE "C" NOT NULL,
    "repo" text COLLATE "C" NOT NULL,
    "filename" text COLLATE "C" NOT NULL,
    "snapshot" text COLLATE "C" NOT NULL,
    "request_params" jsonb DEFAULT '{}'::jsonb NOT NULL,
    "context_params" jsonb DEFAULT '[]'::jsonb NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "user_aliases_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "user_aliases_alias_key" UNIQUE ("org_id", "user_id", "alias")
);

ALTER TABLE "user_aliases" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "user_aliases" FORCE ROW LEVEL SECURITY;

CREATE POLICY "user_aliases_org" ON "user_aliases" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);
