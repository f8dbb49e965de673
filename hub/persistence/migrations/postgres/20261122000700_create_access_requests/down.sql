-- Rendered by dualfuel from 20261122000700_create_access_requests/up.sql; do not edit.

SET LOCAL row_security = off;

DROP INDEX "access_requests_user_id_key";

DROP TABLE "access_requests";
