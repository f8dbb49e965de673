-- Rendered by dualfuel from 20261122000100_create_organisations/up.sql; do not edit.

DROP INDEX "organisations_slug_ci_key";

ALTER TABLE "organisations" DROP COLUMN "slug_ci";

DROP TABLE "organisations";
