-- Rendered by dualfuel from 20261122002300_mcp_servers_have_a_name/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "mcp_servers" NO FORCE ROW LEVEL SECURITY;

UPDATE "mcp_servers" SET "name" = '' WHERE "name" IS NULL;

ALTER TABLE "mcp_servers" FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcp_servers" ALTER COLUMN "name" SET DEFAULT '';

ALTER TABLE "mcp_servers" ALTER COLUMN "name" SET NOT NULL;
