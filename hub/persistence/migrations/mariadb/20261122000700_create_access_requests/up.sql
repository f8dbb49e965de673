-- Rendered by dualfuel from 20261122000700_create_access_requests/up.sql; do not edit.

CREATE TABLE `access_requests` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `username` longtext NOT NULL,
    `user_id` longtext NOT NULL,
    `reviewer` longtext,
    `status` longtext NOT NULL DEFAULT 'pending',
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    CONSTRAINT `access_requests_status_check` CHECK (`status` IN ('pending', 'approved', 'rejected'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `access_requests`
    ADD COLUMN `dualfuel_guard_access_requests_user_id_key_1` tinyint GENERATED ALWAYS AS (CASE WHEN `status` = 'pending' THEN 1 END) VIRTUAL,
    ADD UNIQUE KEY `access_requests_user_id_key` (`org_id`, `user_id`, `dualfuel_guard_access_requests_user_id_key_1`);
