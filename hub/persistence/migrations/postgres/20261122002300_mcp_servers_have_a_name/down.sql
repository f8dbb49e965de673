-- Rendered by dualfuel from 20261122002300_mcp_servers_have_a_name/up.sql; do not edit.
-- dualfuel: irreversible: rows that the migration changes stay changed

SET LOCAL row_security = off;

ALTER TABLE "mcp_servers" ALTER COLUMN "name" DROP NOT NULL;

ALTER TABLE "mcp_servers" ALTER COLUMN "name" DROP DEFAULT;
