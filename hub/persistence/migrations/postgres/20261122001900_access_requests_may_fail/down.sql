-- Rendered by dualfuel from 20261122001900_access_requests_may_fail/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "app_access_requests" DROP CONSTRAINT "app_access_requests_status_check";

ALTER TABLE "app_access_requests" ADD CONSTRAINT "app_access_requests_status_check" CHECK ("status" IN ('draft', 'approved', 'denied'));

ALTER TABLE "app_access_requests" DROP COLUMN "error_message";
