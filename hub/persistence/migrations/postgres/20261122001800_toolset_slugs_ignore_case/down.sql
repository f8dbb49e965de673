-- Rendered by dualfuel from 20261122001800_toolset_slugs_ignore_case/up.sql; do not edit.

SET LOCAL row_security = off;

DROP INDEX "toolsets_slug_ci_key";

ALTER TABLE "toolsets" DROP COLUMN "slug_ci";

ALTER TABLE "toolsets" ADD CONSTRAINT "toolsets_slug_key" UNIQUE ("org_id", "user_id", "slug");
