-- Rendered by dualfuel from 20261122000100_create_organisations/up.sql; do not edit.

CREATE TABLE `organisations` (
    `id` uuid NOT NULL,
    `slug` longtext NOT NULL,
    `name` longtext NOT NULL,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `organisations`
    ADD COLUMN `slug_ci` longtext GENERATED ALWAYS AS (lower(`slug`)) VIRTUAL,
    ADD UNIQUE KEY `organisations_slug_ci_key` (`slug_ci`);
