-- Rendered by dualfuel from 20261122001200_create_mcps/up.sql; do not edit.

CREATE TABLE `mcps` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `created_by` longtext NOT NULL,
    `mcp_server_id` uuid NOT NULL,
    `name` longtext NOT NULL,
    `slug` longtext NOT NULL,
    `description` longtext,
    `enabled` boolean NOT NULL DEFAULT TRUE,
    `tools_cache` json,
    `tools_filter` json,
    `header_key` longtext,
    `header_cipher` longblob,
    `header_salt` longblob,
    `header_nonce` longblob,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    KEY `mcps_org_id_mcp_server_id_fkey` (`org_id`, `mcp_server_id`),
    CONSTRAINT `mcps_org_id_mcp_server_id_fkey` FOREIGN KEY (`org_id`, `mcp_server_id`) REFERENCES `mcp_servers` (`org_id`, `id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `mcps`
    ADD COLUMN `slug_ci` longtext GENERATED ALWAYS AS (lower(`slug`)) VIRTUAL,
    ADD UNIQUE KEY `mcps_slug_ci_key` (`org_id`, `created_by`, `slug_ci`);

ALTER TABLE `mcps` RENAME INDEX `mcps_org_id_mcp_server_id_fkey` TO `mcps_mcp_server_id_idx`;
