-- Rendered by dualfuel from 20261122000600_create_user_aliases/up.sql; do not edit.

CREATE TABLE `user_aliases` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `user_id` longtext NOT NULL,
    `alias` longtext NOT NULL,
    `repo` longtext NOT NULL,
    `filename` longtext NOT NULL,
    `snapshot` longtext NOT NULL,
    `request_params` json NOT NULL DEFAULT '{}',
    `context_params` json NOT NULL DEFAULT '[]',
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    UNIQUE KEY `user_aliases_alias_key` (`org_id`, `user_id`, `alias`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
