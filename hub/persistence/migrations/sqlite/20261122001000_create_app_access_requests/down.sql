-- Rendered by dualfuel from 20261122001000_create_app_access_requests/up.sql; do not edit.

DROP INDEX "app_access_requests_app_client_id_idx";

DROP INDEX "app_access_requests_status_idx";

DROP INDEX "app_access_requests_access_request_scope_key";

DROP TABLE "app_access_requests";
