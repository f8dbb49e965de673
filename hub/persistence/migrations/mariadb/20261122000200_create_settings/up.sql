-- Rendered by dualfuel from 20261122000200_create_settings/up.sql; do not edit.

CREATE TABLE `settings` (
    `key` varchar(768) NOT NULL COMMENT 'dualfuel: TEXT as varchar(768)',
    `value` longtext NOT NULL,
    `value_type` longtext NOT NULL,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`key`),
    CONSTRAINT `settings_value_type_check` CHECK (`value_type` IN ('string', 'number', 'boolean'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
