-- Rendered by dualfuel from 20261122002100_create_mcp_oauth/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "mcp_oauth_configs" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "name" text COLLATE "C" DEFAULT 'OAuth' NOT NULL,
    "mcp_server_id" uuid NOT NULL,
    "registration_type" text COLLATE "C" NOT NULL,
    "client_id" text COLLATE "C" NOT NULL,
    "client_secret_cipher" bytea,
    "client_secret_salt" bytea,
    "client_secret_nonce" bytea,
    "authorization_endpoint" text COLLATE "C" NOT NULL,
    "token_endpoint" text COLLATE "C" NOT NULL,
    "registration_endpoint" text COLLATE "C",
    "registration_token_cipher" bytea,
    "registration_token_salt" bytea,
    "registration_token_nonce" bytea,
    "client_id_issued_at" timestamptz,
    "token_endpoint_auth_method" text COLLATE "C",
    "scopes" text COLLATE "C",
    "created_by" text COLLATE "C" NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "mcp_oauth_configs_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "mcp_oauth_configs_registration_type_check" CHECK ("registration_type" IN ('pre-registered', 'dynamic')),
    CONSTRAINT "mcp_oauth_configs_client_secret_check" CHECK ("client_secret_cipher" IS NULL AND "client_secret_salt" IS NULL AND "client_secret_nonce" IS NULL OR "client_secret_cipher" IS NOT NULL AND "client_secret_salt" IS NOT NULL AND "client_secret_nonce" IS NOT NULL),
    CONSTRAINT "mcp_oauth_configs_registration_token_check" CHECK ("registration_token_cipher" IS NULL AND "registration_token_salt" IS NULL AND "registration_token_nonce" IS NULL OR "registration_token_cipher" IS NOT NULL AND "registration_token_salt" IS NOT NULL AND "registration_token_nonce" IS NOT NULL),
    CONSTRAINT "mcp_oauth_configs_org_id_mcp_server_id_fkey" FOREIGN KEY ("org_id", "mcp_server_id") REFERENCES "mcp_servers" ("org_id", "id") ON DELETE CASCADE
);

ALTER TABLE "mcp_oauth_configs" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "mcp_oauth_configs" FORCE ROW LEVEL SECURITY;

CREATE POLICY "mcp_oauth_configs_org" ON "mcp_oauth_configs" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

ALTER TABLE "mcp_oauth_configs" ADD COLUMN "name_ci" text COLLATE "C" GENERATED ALWAYS AS (lower("name")) STORED NOT NULL;

CREATE UNIQUE INDEX "mcp_oauth_configs_name_ci_key" ON "mcp_oauth_configs" ("org_id", "mcp_server_id", "name_ci");

CREATE TABLE "mcp_oauth_tokens" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "mcp_oauth_config_id" uuid NOT NULL,
    "access_token_cipher" bytea NOT NULL,
    "access_token_salt" bytea NOT NULL,
    "access_token_nonce" bytea NOT NULL,
    "refresh_token_cipher" bytea,
    "refresh_token_salt" bytea,
    "refresh_token_nonce" bytea,
    "scopes_granted" text COLLATE "C",
    "expires_at" timestamptz,
    "created_by" text COLLATE "C" NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "mcp_oauth_tokens_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "mcp_oauth_tokens_refresh_token_check" CHECK ("refresh_token_cipher" IS NULL AND "refresh_token_salt" IS NULL AND "refresh_token_nonce" IS NULL OR "refresh_token_cipher" IS NOT NULL AND "refresh_token_salt" IS NOT NULL AND "refresh_token_nonce" IS NOT NULL),
    CONSTRAINT "mcp_oauth_tokens_org_id_mcp_oauth_config_id_fkey" FOREIGN KEY ("org_id", "mcp_oauth_config_id") REFERENCES "mcp_oauth_configs" ("org_id", "id") ON DELETE RESTRICT
);

ALTER TABLE "mcp_oauth_tokens" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "mcp_oauth_tokens" FORCE ROW LEVEL SECURITY;

CREATE POLICY "mcp_oauth_tokens_org" ON "mcp_oauth_tokens" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

CREATE INDEX "mcp_oauth_tokens_mcp_oauth_config_id_idx" ON "mcp_oauth_tokens" ("org_id", "mcp_oauth_config_id");
