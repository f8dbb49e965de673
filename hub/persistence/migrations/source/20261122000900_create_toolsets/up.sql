-- dualfuel: tenant
CREATE TABLE toolsets (
    id            UUID NOT NULL PRIMARY KEY,
    user_id       TEXT NOT NULL,
    toolset_type  TEXT NOT NULL,
    slug          TEXT NOT NULL,
    description   TEXT,
    enabled       BOOLEAN NOT NULL DEFAULT FALSE,
    secret_cipher BLOB,
    secret_salt   BLOB,
    secret_nonce  BLOB,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL,
    CONSTRAINT toolsets_secret_check CHECK (
        (secret_cipher IS NULL AND secret_salt IS NULL AND secret_nonce IS NULL)
        OR (secret_cipher IS NOT NULL AND secret_salt IS NOT NULL AND secret_nonce IS NOT NULL)
    ),
    CONSTRAINT toolsets_slug_key UNIQUE (user_id, slug)
);

CREATE INDEX toolsets_toolset_type_idx ON toolsets (toolset_type);

-- dualfuel: tenant
CREATE TABLE app_toolset_configs (
    id           UUID NOT NULL PRIMARY KEY,
    toolset_type TEXT NOT NULL,
    enabled      BOOLEAN NOT NULL DEFAULT FALSE,
    updated_by   TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    CONSTRAINT app_toolset_configs_toolset_type_key UNIQUE (toolset_type)
);
