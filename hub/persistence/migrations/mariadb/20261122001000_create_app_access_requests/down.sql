-- Rendered by dualfuel from 20261122001000_create_app_access_requests/up.sql; do not edit.

ALTER TABLE `app_access_requests` DROP INDEX `app_access_requests_app_client_id_idx`;

ALTER TABLE `app_access_requests` DROP INDEX `app_access_requests_status_idx`;

ALTER TABLE `app_access_requests`
    DROP COLUMN `dualfuel_guard_app_access_requests_access_request_scope_key_1`,
    DROP INDEX `app_access_requests_access_request_scope_key`;

DROP TABLE `app_access_requests`;
