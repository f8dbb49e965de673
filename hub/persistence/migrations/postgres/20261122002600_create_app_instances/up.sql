-- Rendered by dualfuel from 20261122002600_create_app_instances/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "app_instances" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "client_id" text COLLATE "C" NOT NULL,
    "only_one" smallint DEFAULT 1 NOT NULL,
    "secret_cipher" bytea NOT NULL,
    "secret_salt" bytea NOT NULL,
    "secret_nonce" bytea NOT NULL,
    "status" text COLLATE "C" NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "app_instances_pkey" PRIMARY KEY ("org_id", "client_id"),
    CONSTRAINT "app_instances_only_one_key" UNIQUE ("org_id", "only_one"),
    CONSTRAINT "app_instances_only_one_check" CHECK ("only_one" = 1),
    CONSTRAINT "app_instances_status_check" CHECK ("status" IN ('setup', 'ready', 'resource-admin'))
);

ALTER TABLE "app_instances" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "app_instances" FORCE ROW LEVEL SECURITY;

CREATE POLICY "app_instances_org" ON "app_instances" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);
