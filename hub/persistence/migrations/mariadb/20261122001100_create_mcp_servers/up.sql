-- Rendered by dualfuel from 20261122001100_create_mcp_servers/up.sql; do not edit.

CREATE TABLE `mcp_servers` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `url` longtext NOT NULL,
    `name` longtext,
    `description` longtext,
    `enabled` boolean NOT NULL DEFAULT FALSE,
    `created_by` longtext NOT NULL,
    `updated_by` longtext NOT NULL,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `mcp_servers`
    ADD COLUMN `url_ci` longtext GENERATED ALWAYS AS (lower(`url`)) VIRTUAL,
    ADD UNIQUE KEY `mcp_servers_url_ci_key` (`org_id`, `url_ci`);
