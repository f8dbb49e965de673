-- Rendered by dualfuel from 20261122000400_create_download_requests/up.sql; do not edit.

CREATE TABLE `download_requests` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `repo` longtext NOT NULL,
    `filename` longtext NOT NULL,
    `status` longtext NOT NULL,
    `error` longtext,
    `total_bytes` int,
    `downloaded_bytes` int,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    CONSTRAINT `download_requests_status_check` CHECK (`status` IN ('pending', 'completed', 'error'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `download_requests` ADD KEY `download_requests_status_idx` (`org_id`, `status`(191));

ALTER TABLE `download_requests` ADD KEY `download_requests_file_idx` (`org_id`, `repo`(191), `filename`(191));
