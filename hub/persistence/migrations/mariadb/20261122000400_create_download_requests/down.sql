-- Rendered by dualfuel from 20261122000400_create_download_requests/up.sql; do not edit.

ALTER TABLE `download_requests` DROP INDEX `download_requests_file_idx`;

ALTER TABLE `download_requests` DROP INDEX `download_requests_status_idx`;

DROP TABLE `download_requests`;
