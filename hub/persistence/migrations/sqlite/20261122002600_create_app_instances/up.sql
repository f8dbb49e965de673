-- Rendered by dualfuel from 20261122002600_create_app_instances/up.sql; do not edit.

CREATE TABLE "app_instances" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "client_id" TEXT NOT NULL,
    "only_one" SMALLINT NOT NULL DEFAULT 1,
    "secret_cipher" BLOB NOT NULL,
    "secret_salt" BLOB NOT NULL,
    "secret_nonce" BLOB NOT NULL,
    "status" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("client_id", "org_id"),
    CONSTRAINT "app_instances_only_one_key" UNIQUE ("only_one", "org_id"),
    CONSTRAINT "app_instances_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "app_instances_only_one_check" CHECK ("only_one" = 1),
    CONSTRAINT "app_instances_status_check" CHECK ("status" IN ('setup', 'ready', 'resource-admin'))
);
