-- Rendered by dualfuel from 20261122000500_create_api_tokens/up.sql; do not edit.

CREATE TABLE `api_tokens` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `user_id` longtext NOT NULL,
    `name` longtext NOT NULL DEFAULT '',
    `token_prefix` longtext NOT NULL,
    `token_hash` longtext NOT NULL,
    `scopes` longtext NOT NULL,
    `status` longtext NOT NULL,
    `expires_at` datetime(6) COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    UNIQUE KEY `api_tokens_token_prefix_key` (`org_id`, `token_prefix`),
    CONSTRAINT `api_tokens_status_check` CHECK (`status` IN ('active', 'inactive'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `api_tokens` ADD KEY `api_tokens_user_id_idx` (`org_id`, `user_id`(191));
