-- Rendered by dualfuel from 20261122001600_downloads_count_from_zero/up.sql; do not edit.
-- dualfuel: irreversible: rows that the migration changes stay changed

ALTER TABLE `download_requests` MODIFY COLUMN `downloaded_bytes` bigint DEFAULT 0;

ALTER TABLE `download_requests` MODIFY COLUMN `downloaded_bytes` bigint;
