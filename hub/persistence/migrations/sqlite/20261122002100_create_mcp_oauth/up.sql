-- Rendered by dualfuel from 20261122002100_create_mcp_oauth/up.sql; do not edit.

CREATE TABLE "mcp_oauth_configs" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT 'OAuth',
    "mcp_server_id" UUID_TEXT NOT NULL,
    "registration_type" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "client_secret_cipher" BLOB,
    "client_secret_salt" BLOB,
    "client_secret_nonce" BLOB,
    "authorization_endpoint" TEXT NOT NULL,
    "token_endpoint" TEXT NOT NULL,
    "registration_endpoint" TEXT,
    "registration_token_cipher" BLOB,
    "registration_token_salt" BLOB,
    "registration_token_nonce" BLOB,
    "client_id_issued_at" TIMESTAMPTZ,
    "token_endpoint_auth_method" TEXT,
    "scopes" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcp_oauth_configs_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "mcp_oauth_configs_registration_type_check" CHECK ("registration_type" IN ('pre-registered', 'dynamic')),
    CONSTRAINT "mcp_oauth_configs_client_secret_check" CHECK ("client_secret_cipher" IS NULL AND "client_secret_salt" IS NULL AND "client_secret_nonce" IS NULL OR "client_secret_cipher" IS NOT NULL AND "client_secret_salt" IS NOT NULL AND "client_secret_nonce" IS NOT NULL),
    CONSTRAINT "mcp_oauth_configs_registration_token_check" CHECK ("registration_token_cipher" IS NULL AND "registration_token_salt" IS NULL AND "registration_token_nonce" IS NULL OR "registration_token_cipher" IS NOT NULL AND "registration_token_salt" IS NOT NULL AND "registration_token_nonce" IS NOT NULL),
    FOREIGN KEY ("mcp_server_id", "org_id") REFERENCES "mcp_servers" ("id", "org_id") ON DELETE CASCADE
);

ALTER TABLE "mcp_oauth_configs" ADD COLUMN "name_ci" TEXT NOT NULL GENERATED ALWAYS AS (lower("name")) VIRTUAL;

CREATE UNIQUE INDEX "mcp_oauth_configs_name_ci_key" ON "mcp_oauth_configs" ("mcp_server_id", "name_ci", "org_id");

CREATE TABLE "mcp_oauth_tokens" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "mcp_oauth_config_id" UUID_TEXT NOT NULL,
    "access_token_cipher" BLOB NOT NULL,
    "access_token_salt" BLOB NOT NULL,
    "access_token_nonce" BLOB NOT NULL,
    "refresh_token_cipher" BLOB,
    "refresh_token_salt" BLOB,
    "refresh_token_nonce" BLOB,
    "scopes_granted" TEXT,
    "expires_at" TIMESTAMPTZ,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "mcp_oauth_tokens_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "mcp_oauth_tokens_refresh_token_check" CHECK ("refresh_token_cipher" IS NULL AND "refresh_token_salt" IS NULL AND "refresh_token_nonce" IS NULL OR "refresh_token_cipher" IS NOT NULL AND "refresh_token_salt" IS NOT NULL AND "refresh_token_nonce" IS NOT NULL),
    FOREIGN KEY ("mcp_oauth_config_id", "org_id") REFERENCES "mcp_oauth_configs" ("id", "org_id") ON DELETE RESTRICT
);

CREATE INDEX "mcp_oauth_tokens_mcp_oauth_config_id_idx" ON "mcp_oauth_tokens" ("mcp_oauth_config_id", "org_id");
