-- Rendered by dualfuel from 20261122002100_create_mcp_oauth/up.sql; do not edit.

ALTER TABLE `mcp_oauth_tokens` RENAME INDEX `mcp_oauth_tokens_mcp_oauth_config_id_idx` TO `mcp_oauth_tokens_org_id_mcp_oauth_config_id_fkey`;

ALTER TABLE `mcp_oauth_tokens` DROP FOREIGN KEY `mcp_oauth_tokens_org_id_mcp_oauth_config_id_fkey`;

DROP TABLE `mcp_oauth_tokens`;

ALTER TABLE `mcp_oauth_configs`
    DROP INDEX `mcp_oauth_configs_name_ci_key`,
    DROP COLUMN `name_ci`;

ALTER TABLE `mcp_oauth_configs` DROP FOREIGN KEY `mcp_oauth_configs_org_id_mcp_server_id_fkey`;

DROP TABLE `mcp_oauth_configs`;
