-- Rendered by dualfuel from 20261122000300_create_operator_tokens/up.sql; do not edit.

CREATE TABLE `operator_tokens` (
    `id` uuid NOT NULL,
    `name` longtext NOT NULL DEFAULT '',
    `token_prefix` longtext NOT NULL,
    `token_hash` longtext NOT NULL,
    `status` longtext NOT NULL,
    `expires_at` datetime(6) COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`id`),
    UNIQUE KEY `operator_tokens_token_prefix_key` (`token_prefix`),
    CONSTRAINT `operator_tokens_status_check` CHECK (`status` IN ('active', 'inactive'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
