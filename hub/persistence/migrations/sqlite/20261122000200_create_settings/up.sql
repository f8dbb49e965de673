-- Rendered by dualfuel from 20261122000200_create_settings/up.sql; do not edit.

CREATE TABLE "settings" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "value_type" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("key"),
    CONSTRAINT "settings_value_type_check" CHECK ("value_type" IN ('string', 'number', 'boolean'))
);
