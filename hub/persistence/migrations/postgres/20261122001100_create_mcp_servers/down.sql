-- Rendered by dualfuel from 20261122001100_create_mcp_servers/up.sql; do not edit.

SET LOCAL row_security = off;

DROP INDEX "mcp_servers_url_ci_key";

ALTER TABLE "mcp_servers" DROP COLUMN "url_ci";

DROP TABLE "mcp_servers";
