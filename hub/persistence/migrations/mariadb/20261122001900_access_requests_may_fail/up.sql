-- Rendered by dualfuel from 20261122001900_access_requests_may_fail/up.sql; do not edit.

ALTER TABLE `app_access_requests` ADD COLUMN `error_message` longtext;

ALTER TABLE `app_access_requests` DROP CONSTRAINT `app_access_requests_status_check`;

ALTER TABLE `app_access_requests` ADD CONSTRAINT `app_access_requests_status_check` CHECK (`status` IN ('draft', 'approved', 'denied', 'failed'));
