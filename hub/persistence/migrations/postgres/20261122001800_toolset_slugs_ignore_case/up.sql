-- Rendered by dualfuel from 20261122001800_toolset_slugs_ignore_case/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "toolsets" DROP CONSTRAINT "toolsets_slug_key";

ALTER TABLE "toolsets" ADD COLUMN "slug_ci" text COLLATE "C" GENERATED ALWAYS AS (lower("slug")) STORED NOT NULL;

CREATE UNIQUE INDEX "toolsets_slug_ci_key" ON "toolsets" ("org_id", "user_id", "slug_ci");
