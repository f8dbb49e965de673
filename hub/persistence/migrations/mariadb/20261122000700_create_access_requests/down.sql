-- Rendered by dualfuel from 20261122000700_create_access_requests/up.sql; do not edit.

ALTER TABLE `access_requests`
    DROP COLUMN `dualfuel_guard_access_requests_user_id_key_1`,
    DROP INDEX `access_requests_user_id_key`;

DROP TABLE `access_requests`;
