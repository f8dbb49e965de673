-- Rendered by dualfuel from 20261122002100_create_mcp_oauth/up.sql; do not edit.

CREATE TABLE `mcp_oauth_configs` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `name` longtext NOT NULL DEFAULT 'OAuth',
    `mcp_server_id` uuid NOT NULL,
    `registration_type` longtext NOT NULL,
    `client_id` longtext NOT NULL,
    `client_secret_cipher` longblob,
    `client_secret_salt` longblob,
    `client_secret_nonce` longblob,
    `authorization_endpoint` longtext NOT NULL,
    `token_endpoint` longtext NOT NULL,
    `registration_endpoint` longtext,
    `registration_token_cipher` longblob,
    `registration_token_salt` longblob,
    `registration_token_nonce` longblob,
    `client_id_issued_at` datetime(6) COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `token_endpoint_auth_method` longtext,
    `scopes` longtext,
    `created_by` longtext NOT NULL,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    CONSTRAINT `mcp_oauth_configs_registration_type_check` CHECK (`registration_type` IN ('pre-registered', 'dynamic')),
    CONSTRAINT `mcp_oauth_configs_client_secret_check` CHECK (`client_secret_cipher` IS NULL AND `client_secret_salt` IS NULL AND `client_secret_nonce` IS NULL OR `client_secret_cipher` IS NOT NULL AND `client_secret_salt` IS NOT NULL AND `client_secret_nonce` IS NOT NULL),
    CONSTRAINT `mcp_oauth_configs_registration_token_check` CHECK (`registration_token_cipher` IS NULL AND `registration_token_salt` IS NULL AND `registration_token_nonce` IS NULL OR `registration_token_cipher` IS NOT NULL AND `registration_token_salt` IS NOT NULL AND `registration_token_nonce` IS NOT NULL),
    KEY `mcp_oauth_configs_org_id_mcp_server_id_fkey` (`org_id`, `mcp_server_id`),
    CONSTRAINT `mcp_oauth_configs_org_id_mcp_server_id_fkey` FOREIGN KEY (`org_id`, `mcp_server_id`) REFERENCES `mcp_servers` (`org_id`, `id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `mcp_oauth_configs`
    ADD COLUMN `name_ci` longtext GENERATED ALWAYS AS (lower(`name`)) VIRTUAL,
    ADD UNIQUE KEY `mcp_oauth_configs_name_ci_key` (`org_id`, `mcp_server_id`, `name_ci`);

CREATE TABLE `mcp_oauth_tokens` (
    `org_id` uuid NOT NULL,
    `id` uuid NOT NULL,
    `mcp_oauth_config_id` uuid NOT NULL,
    `access_token_cipher` longblob NOT NULL,
    `access_token_salt` longblob NOT NULL,
    `access_token_nonce` longblob NOT NULL,
    `refresh_token_cipher` longblob,
    `refresh_token_salt` longblob,
    `refresh_token_nonce` longblob,
    `scopes_granted` longtext,
    `expires_at` datetime(6) COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `created_by` longtext NOT NULL,
    `created_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    `updated_at` datetime(6) NOT NULL COMMENT 'dualfuel: TIMESTAMPTZ as datetime(6)',
    PRIMARY KEY (`org_id`, `id`),
    CONSTRAINT `mcp_oauth_tokens_refresh_token_check` CHECK (`refresh_token_cipher` IS NULL AND `refresh_token_salt` IS NULL AND `refresh_token_nonce` IS NULL OR `refresh_token_cipher` IS NOT NULL AND `refresh_token_salt` IS NOT NULL AND `refresh_token_nonce` IS NOT NULL),
    KEY `mcp_oauth_tokens_org_id_mcp_oauth_config_id_fkey` (`org_id`, `mcp_oauth_config_id`),
    CONSTRAINT `mcp_oauth_tokens_org_id_mcp_oauth_config_id_fkey` FOREIGN KEY (`org_id`, `mcp_oauth_config_id`) REFERENCES `mcp_oauth_configs` (`org_id`, `id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

ALTER TABLE `mcp_oauth_tokens` RENAME INDEX `mcp_oauth_tokens_org_id_mcp_oauth_config_id_fkey` TO `mcp_oauth_tokens_mcp_oauth_config_id_idx`;
