-- dualfuel: tenant
CREATE TABLE mcp_oauth_configs (
    id                         UUID NOT NULL PRIMARY KEY,
    name                       TEXT NOT NULL DEFAULT 'OAuth',
    mcp_server_id              UUID NOT NULL REFERENCES mcp_servers (id) ON DELETE CASCADE,
    registration_type          TEXT NOT NULL,
    client_id                  TEXT NOT NULL,
    client_secret_cipher       BLOB,
    client_secret_salt         BLOB,
    client_secret_nonce        BLOB,
    authorization_endpoint     TEXT NOT NULL,
    token_endpoint             TEXT NOT NULL,
    registration_endpoint      TEXT,
    registration_token_cipher  BLOB,
    registration_token_salt    BLOB,
    registration_token_nonce   BLOB,
    client_id_issued_at        TIMESTAMPTZ,
    token_endpoint_auth_method TEXT,
    scopes                     TEXT,
    created_by                 TEXT NOT NULL,
    created_at                 TIMESTAMPTZ NOT NULL,
    updated_at                 TIMESTAMPTZ NOT NULL,
    CONSTRAINT mcp_oauth_configs_registration_type_check
        CHECK (registration_type IN ('pre-registered', 'dynamic')),
    CONSTRAINT mcp_oauth_configs_client_secret_check CHECK (
        (client_secret_cipher IS NULL AND client_secret_salt IS NULL
            AND client_secret_nonce IS NULL)
        OR (client_secret_cipher IS NOT NULL AND client_secret_salt IS NOT NULL
            AND client_secret_nonce IS NOT NULL)
    ),
    CONSTRAINT mcp_oauth_configs_registration_token_check CHECK (
        (registration_token_cipher IS NULL AND registration_token_salt IS NULL
            AND registration_token_nonce IS NULL)
        OR (registration_token_cipher IS NOT NULL AND registration_token_salt IS NOT NULL
            AND registration_token_nonce IS NOT NULL)
    )
);

CREATE UNIQUE INDEX mcp_oauth_configs_name_ci_key
    ON mcp_oauth_configs (mcp_server_id, lower(name));

-- dualfuel: tenant
CREATE TABLE mcp_oauth_tokens (
    id                   UUID NOT NULL PRIMARY KEY,
    mcp_oauth_config_id  UUID NOT NULL REFERENCES mcp_oauth_configs (id) ON DELETE RESTRICT,
    access_token_cipher  BLOB NOT NULL,
    access_token_salt    BLOB NOT NULL,
    access_token_nonce   BLOB NOT NULL,
    refresh_token_cipher BLOB,
    refresh_token_salt   BLOB,
    refresh_token_nonce  BLOB,
    scopes_granted       TEXT,
    expires_at           TIMESTAMPTZ,
    created_by           TEXT NOT NULL,
    created_at           TIMESTAMPTZ NOT NULL,
    updated_at           TIMESTAMPTZ NOT NULL,
    CONSTRAINT mcp_oauth_tokens_refresh_token_check CHECK (
        (refresh_token_cipher IS NULL AND refresh_token_salt IS NULL
            AND refresh_token_nonce IS NULL)
        OR (refresh_token_cipher IS NOT NULL AND refresh_token_salt IS NOT NULL
            AND refresh_token_nonce IS NOT NULL)
    )
);

CREATE INDEX mcp_oauth_tokens_mcp_oauth_config_id_idx ON mcp_oauth_tokens (mcp_oauth_config_id);
