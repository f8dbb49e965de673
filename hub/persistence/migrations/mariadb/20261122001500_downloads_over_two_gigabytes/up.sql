-- Rendered by dualfuel from 20261122001500_downloads_over_two_gigabytes/up.sql; do not edit.

ALTER TABLE `download_requests` MODIFY COLUMN `total_bytes` bigint;

ALTER TABLE `download_requests` MODIFY COLUMN `downloaded_bytes` bigint;

ALTER TABLE `download_requests` ADD COLUMN `started_at` datetime(6) COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)';
