-- Rendered by dualfuel from 20261122002100_create_mcp_oauth/up.sql; do not edit.

SET LOCAL row_security = off;

DROP INDEX "mcp_oauth_tokens_mcp_oauth_config_id_idx";

ALTER TABLE "mcp_oauth_tokens" DROP CONSTRAINT "mcp_oauth_tokens_org_id_mcp_oauth_config_id_fkey";

DROP TABLE "mcp_oauth_tokens";

DROP INDEX "mcp_oauth_configs_name_ci_key";

ALTER TABLE "mcp_oauth_configs" DROP COLUMN "name_ci";

ALTER TABLE "mcp_oauth_configs" DROP CONSTRAINT "mcp_oauth_configs_org_id_mcp_server_id_fkey";

DROP TABLE "mcp_oauth_configs";
