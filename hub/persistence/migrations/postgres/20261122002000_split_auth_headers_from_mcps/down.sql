-- Rendered by dualfuel from 20261122002000_split_auth_headers_from_mcps/up.sql; do not edit.
-- dualfuel: irreversible: rows that the migration changes stay changed
-- dualfuel: irreversible: `mcps.header_key` is dropped with its values
-- dualfuel: irreversible: `mcps.header_cipher` is dropped with its values
-- dualfuel: irreversible: `mcps.header_salt` is dropped with its values
-- dualfuel: irreversible: `mcps.header_nonce` is dropped with its values

SET LOCAL row_security = off;

ALTER TABLE "mcps" ADD COLUMN "header_nonce" bytea;

ALTER TABLE "mcps" ADD COLUMN "header_salt" bytea;

ALTER TABLE "mcps" ADD COLUMN "header_cipher" bytea;

ALTER TABLE "mcps" ADD COLUMN "header_key" text COLLATE "C";

DROP INDEX "mcps_auth_header_id_idx";

ALTER TABLE "mcps" DROP CONSTRAINT "mcps_auth_header_id_fkey";

ALTER TABLE "mcps" DROP COLUMN "auth_header_id";

ALTER TABLE "mcps" DROP COLUMN "auth_type";

DROP INDEX "mcp_auth_headers_name_ci_key";

ALTER TABLE "mcp_auth_headers" DROP COLUMN "name_ci";

ALTER TABLE "mcp_auth_headers" DROP CONSTRAINT "mcp_auth_headers_org_id_mcp_server_id_fkey";

DROP TABLE "mcp_auth_headers";
