-- Rendered by dualfuel from 20261122002600_create_app_instances/up.sql; do not edit.

CREATE TABLE `app_instances` (
    `org_id` uuid NOT NULL,
    `client_id` varchar(760) NOT NULL COMMENT 'dualfuel: TEXT as varchar(760)',
    `only_one` smallint NOT NULL DEFAULT 1,
    `secret_cipher` longblob NOT NULL,
    `secret_salt` longblob NOT NULL,
    `secret_nonce` longblob NOT NULL,
    `status` longtext NOT NULL,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `client_id`),
    UNIQUE KEY `app_instances_only_one_key` (`org_id`, `only_one`),
    CONSTRAINT `app_instances_only_one_check` CHECK (`only_one` = 1),
    CONSTRAINT `app_instances_status_check` CHECK (`status` IN ('setup', 'ready', 'resource-admin'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
