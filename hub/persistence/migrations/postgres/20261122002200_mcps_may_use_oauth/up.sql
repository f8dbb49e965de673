-- Rendered by dualfuel from 20261122002200_mcps_may_use_oauth/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "mcps" ADD COLUMN "auth_oauth_config_id" uuid;

ALTER TABLE "mcps" NO FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcp_oauth_configs" NO FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcps" ADD CONSTRAINT "mcps_auth_oauth_config_id_fkey" FOREIGN KEY ("org_id", "auth_oauth_config_id") REFERENCES "mcp_oauth_configs" ("org_id", "id");

ALTER TABLE "mcps" FORCE ROW LEVEL SECURITY;

ALTER TABLE "mcp_oauth_configs" FORCE ROW LEVEL SECURITY;

CREATE INDEX "mcps_auth_oauth_config_id_idx" ON "mcps" ("org_id", "auth_oauth_config_id");

ALTER TABLE "mcps" ADD CONSTRAINT "mcps_auth_type_check" CHECK ("auth_type" IN ('public', 'header', 'oauth'));

ALTER TABLE "mcps" ADD CONSTRAINT "mcps_auth_check" CHECK ("auth_type" = 'public' AND "auth_header_id" IS NULL AND "auth_oauth_config_id" IS NULL OR "auth_type" = 'header' AND "auth_header_id" IS NOT NULL AND "auth_oauth_config_id" IS NULL OR "auth_type" = 'oauth' AND "auth_header_id" IS NULL AND "auth_oauth_config_id" IS NOT NULL);
