-- Rendered by dualfuel from 20261122000200_create_settings/up.sql; do not edit.

CREATE TABLE "settings" (
    "key" text COLLATE "C" NOT NULL,
    "value" text COLLATE "C" NOT NULL,
    "value_type" text COLLATE "C" NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "settings_pkey" PRIMARY KEY ("key"),
    CONSTRAINT "settings_value_type_check" CHECK ("value_type" IN ('string', 'number', 'boolean'))
);
