-- Rendered by dualfuel from 20261122001700_api_aliases_have_a_base_url/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "api_model_aliases" DROP COLUMN "forward_all_with_prefix";

ALTER TABLE "api_model_aliases" ALTER COLUMN "models" TYPE text COLLATE "C" USING (CAST("models" AS text))::text;

ALTER TABLE "api_model_aliases" RENAME COLUMN "base_url" TO "url";
