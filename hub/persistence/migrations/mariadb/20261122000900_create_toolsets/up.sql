-- Rendered by dualfuel from 20261122000900_create_toolsets/up.sql; do not edit.

CREATE TABLE `toolsets` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `user_id` longtext NOT NULL,
    `toolset_type` longtext NOT NULL,
    `slug` longtext NOT NULL,
    `description` longtext,
    `enabled` boolean NOT NULL DEFAULT FALSE,
    `secret_cipher` longblob,
    `secret_salt` longblob,
    `secret_nonce` longblob,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    UNIQUE KEY `toolsets_slug_key` (`org_id`, `user_id`, `slug`),
    CONSTRAINT `toolsets_secret_check` CHECK (`secret_cipher` IS NULL AND `secret_salt` IS NULL AND `secret_nonce` IS NULL OR `secret_cipher` IS NOT NULL AND `secret_salt` IS NOT NULL AND `secret_nonce` IS NOT NULL)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `toolsets` ADD KEY `toolsets_toolset_type_idx` (`org_id`, `toolset_type`(191));

CREATE TABLE `app_toolset_configs` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `toolset_type` longtext NOT NULL,
    `enabled` boolean NOT NULL DEFAULT FALSE,
    `updated_by` longtext NOT NULL,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    UNIQUE KEY `app_toolset_configs_toolset_type_key` (`org_id`, `toolset_type`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
