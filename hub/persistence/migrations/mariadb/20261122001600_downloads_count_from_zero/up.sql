-- Rendered by dualfuel from 20261122001600_downloads_count_from_zero/up.sql; do not edit.

UPDATE `download_requests` SET `downloaded_bytes` = 0 WHERE `downloaded_bytes` IS NULL;

ALTER TABLE `download_requests` MODIFY COLUMN `downloaded_bytes` bigint DEFAULT 0;

ALTER TABLE `download_requests` MODIFY COLUMN `downloaded_bytes` bigint NOT NULL DEFAULT 0;
