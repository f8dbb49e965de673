-- Rendered by dualfuel from 20261122002000_split_auth_headers_from_mcps/up.sql; do not edit.

CREATE TABLE `mcp_auth_headers` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `name` longtext NOT NULL DEFAULT 'Header',
    `mcp_server_id` uuid NOT NULL,
    `header_key` longtext NOT NULL,
    `secret_cipher` longblob NOT NULL,
    `secret_salt` longblob NOT NULL,
    `secret_nonce` longblob NOT NULL,
    `created_by` longtext NOT NULL,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    KEY `mcp_auth_headers_org_id_mcp_server_id_fkey` (`org_id`, `mcp_server_id`),
    CONSTRAINT `mcp_auth_headers_org_id_mcp_server_id_fkey` FOREIGN KEY (`org_id`, `mcp_server_id`) REFERENCES `mcp_servers` (`org_id`, `id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

INSERT INTO `mcp_auth_headers` (`org_id`, `id`, `name`, `mcp_server_id`, `header_key`, `secret_cipher`, `secret_salt`, `secret_nonce`, `created_by`, `created_at`, `updated_at`) SELECT `org_id`, `id`, concat('Header of ', `created_by`, '/', `slug`), `mcp_server_id`, `header_key`, `header_cipher`, `header_salt`, `header_nonce`, `created_by`, `created_at`, `updated_at` FROM `mcps` WHERE `header_key` IS NOT NULL AND `header_cipher` IS NOT NULL AND `header_salt` IS NOT NULL AND `header_nonce` IS NOT NULL;

ALTER TABLE `mcp_auth_headers`
    ADD COLUMN `name_ci` longtext GENERATED ALWAYS AS (lower(`name`)) VIRTUAL,
    ADD UNIQUE KEY `mcp_auth_headers_name_ci_key` (`org_id`, `mcp_server_id`, `name_ci`);

ALTER TABLE `mcps` ADD COLUMN `auth_type` longtext NOT NULL DEFAULT 'public' AFTER `updated_at`;

ALTER TABLE `mcps` ADD COLUMN `auth_header_id` uuid AFTER `auth_type`;

UPDATE `mcps` SET `auth_type` = 'header', `auth_header_id` = `id` WHERE EXISTS (SELECT 1 FROM `mcp_auth_headers` WHERE `mcp_auth_headers`.`org_id` = `mcps`.`org_id` AND `mcp_auth_headers`.`id` = `mcps`.`id`);

ALTER TABLE `mcps` ADD KEY `mcps_auth_header_id_fkey` (`org_id`, `auth_header_id`);

ALTER TABLE `mcps` ADD CONSTRAINT `mcps_auth_header_id_fkey` FOREIGN KEY (`org_id`, `auth_header_id`) REFERENCES `mcp_auth_headers` (`org_id`, `id`);

ALTER TABLE `mcps` RENAME INDEX `mcps_auth_header_id_fkey` TO `mcps_auth_header_id_idx`;

ALTER TABLE `mcps` DROP COLUMN `header_key`;

ALTER TABLE `mcps` DROP COLUMN `header_cipher`;

ALTER TABLE `mcps` DROP COLUMN `header_salt`;

ALTER TABLE `mcps` DROP COLUMN `header_nonce`;
