-- Rendered by dualfuel from 20261122001800_toolset_slugs_ignore_case/up.sql; do not edit.

DROP INDEX "toolsets_slug_ci_key";

ALTER TABLE "toolsets" DROP COLUMN "slug_ci";

CREATE TABLE "dualfuel_new_toolsets" (
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

INSERT INTO "dualfuel_new_toolsets" ("org_id", "id", "user_id", "toolset_type", "slug", "description", "enabled", "secret_cipher", "secret_salt", "secret_nonce", "created_at", "updated_at") SELECT "org_id", "id", "user_id", "toolset_type", "slug", "description", "enabled", "secret_cipher", "secret_salt", "secret_nonce", "created_at", "updated_at" FROM "toolsets";

DROP TABLE "toolsets";

ALTER TABLE "dualfuel_new_toolsets" RENAME TO "toolsets";

CREATE INDEX "toolsets_toolset_type_idx" ON "toolsets" ("toolset_type", "org_id");
