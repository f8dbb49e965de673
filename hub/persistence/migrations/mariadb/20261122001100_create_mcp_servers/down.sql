-- Rendered by dualfuel from 20261122001100_create_mcp_servers/up.sql; do not edit.

ALTER TABLE `mcp_servers`
    DROP INDEX `mcp_servers_url_ci_key`,
    DROP COLUMN `url_ci`;

DROP TABLE `mcp_servers`;
