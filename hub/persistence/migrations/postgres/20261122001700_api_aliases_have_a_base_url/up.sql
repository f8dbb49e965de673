-- Rendered by dualfuel from 20261122001700_api_aliases_have_a_base_url/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "api_model_aliases" RENAME COLUMN "url" TO "base_url";

ALTER TABLE "api_model_aliases" ALTER COLUMN "models" TYPE jsonb USING (CAST("models" AS jsonb))::jsonb;

ALTER TABLE "api_model_aliases" ADD COLUMN "forward_all_with_prefix" boolean DEFAULT FALSE NOT NULL;
