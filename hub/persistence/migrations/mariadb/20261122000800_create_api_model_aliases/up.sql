-- Rendered by dualfuel from 20261122000800_create_api_model_aliases/up.sql; do not edit.

CREATE TABLE `api_model_aliases` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `api_format` longtext NOT NULL,
    `prefix` longtext,
    `url` longtext NOT NULL,
    `models` longtext NOT NULL,
    `secret_cipher` longblob,
    `secret_salt` longblob,
    `secret_nonce` longblob,
    `models_cache` json,
    `cache_fetched_at` datetime(6) COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    CONSTRAINT `api_model_aliases_secret_check` CHECK (`secret_cipher` IS NULL AND `secret_salt` IS NULL AND `secret_nonce` IS NULL OR `secret_cipher` IS NOT NULL AND `secret_salt` IS NOT NULL AND `secret_nonce` IS NOT NULL)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `api_model_aliases`
    ADD COLUMN `dualfuel_guard_api_model_aliases_prefix_key_1` tinyint GENERATED ALWAYS AS (CASE WHEN `prefix` IS NOT NULL AND `prefix` <> '' THEN 1 END) VIRTUAL,
    ADD UNIQUE KEY `api_model_aliases_prefix_key` (`org_id`, `prefix`, `dualfuel_guard_api_model_aliases_prefix_key_1`);

ALTER TABLE `api_model_aliases` ADD KEY `api_model_aliases_api_format_idx` (`org_id`, `api_format`(191));

ALTER TABLE `api_model_aliases` ADD KEY `api_model_aliases_updated_at_idx` (`org_id`, `updated_at`);
