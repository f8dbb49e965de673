-- Rendered by dualfuel from 20261122001500_downloads_over_two_gigabytes/up.sql; do not edit.

ALTER TABLE `download_requests` DROP COLUMN `started_at`;

ALTER TABLE `download_requests` MODIFY COLUMN `downloaded_bytes` int;

ALTER TABLE `download_requests` MODIFY COLUMN `total_bytes` int;
