-- Rendered by dualfuel from 20261122001400_settings_may_be_options/up.sql; do not edit.

CREATE TABLE "dualfuel_new_settings" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "value_type" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("key")
);

INSERT INTO "dualfuel_new_settings" ("key", "value", "value_type", "created_at", "updated_at") SELECT "key", "value", "value_type", "created_at", "updated_at" FROM "settings";

DROP TABLE "settings";

ALTER TABLE "dualfuel_new_settings" RENAME TO "settings";

CREATE TABLE "dualfuel_new_settings" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "value_type" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("key"),
    CONSTRAINT "settings_value_type_check" CHECK ("value_type" IN ('string', 'number', 'boolean'))
);

INSERT INTO "dualfuel_new_settings" ("key", "value", "value_type", "created_at", "updated_at") SELECT "key", "value", "value_type", "created_at", "updated_at" FROM "settings";

DROP TABLE "settings";

ALTER TABLE "dualfuel_new_settings" RENAME TO "settings";
