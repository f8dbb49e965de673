-- Rendered by dualfuel from 20261122001200_create_mcps/up.sql; do not edit.

DROP INDEX "mcps_mcp_server_id_idx";

DROP INDEX "mcps_slug_ci_key";

ALTER TABLE "mcps" DROP COLUMN "slug_ci";

DROP TABLE "mcps";
