-- Rendered by dualfuel from 20261122002100_create_mcp_oauth/up.sql; do not edit.

DROP INDEX "mcp_oauth_tokens_mcp_oauth_config_id_idx";

DROP TABLE "mcp_oauth_tokens";

DROP INDEX "mcp_oauth_configs_name_ci_key";

ALTER TABLE "mcp_oauth_configs" DROP COLUMN "name_ci";

DROP TABLE "mcp_oauth_configs";
