-- Rendered by dualfuel from 20261122000800_create_api_model_aliases/up.sql; do not edit.

DROP INDEX "api_model_aliases_updated_at_idx";

DROP INDEX "api_model_aliases_api_format_idx";

DROP INDEX "api_model_aliases_prefix_key";

DROP TABLE "api_model_aliases";
