-- Rendered by dualfuel from 20261122001200_create_mcps/up.sql; do not edit.

ALTER TABLE `mcps` RENAME INDEX `mcps_mcp_server_id_idx` TO `mcps_org_id_mcp_server_id_fkey`;

ALTER TABLE `mcps`
    DROP INDEX `mcps_slug_ci_key`,
    DROP COLUMN `slug_ci`;

ALTER TABLE `mcps` DROP FOREIGN KEY `mcps_org_id_mcp_server_id_fkey`;

DROP TABLE `mcps`;
