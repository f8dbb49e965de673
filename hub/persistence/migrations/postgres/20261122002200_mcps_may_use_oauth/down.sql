-- Rendered by dualfuel from 20261122002200_mcps_may_use_oauth/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "mcps" DROP CONSTRAINT "mcps_auth_check";

ALTER TABLE "mcps" DROP CONSTRAINT "mcps_auth_type_check";

DROP INDEX "mcps_auth_oauth_config_id_idx";

ALTER TABLE "mcps" DROP CONSTRAINT "mcps_auth_oauth_config_id_fkey";

ALTER TABLE "mcps" DROP COLUMN "auth_oauth_config_id";
