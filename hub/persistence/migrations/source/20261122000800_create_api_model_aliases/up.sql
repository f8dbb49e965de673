-- dualfuel: tenant
CREATE TABLE api_model_aliases (
    id               UUID NOT NULL PRIMARY KEY,
    api_format       TEXT NOT NULL,
    prefix           TEXT,
    url              TEXT NOT NULL,
    -- A JSON array, as text for now.
    models           TEXT NOT NULL,
    secret_cipher    BLOB,
    secret_salt      BLOB,
    secret_nonce     BLOB,
    models_cache     JSON,
    cache_fetched_at TIMESTAMPTZ,
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL,
    CONSTRAINT api_model_aliases_secret_check CHECK (
        (secret_cipher IS NULL AND secret_salt IS NULL AND secret_nonce IS NULL)
        OR (secret_cipher IS NOT NULL AND secret_salt IS NOT NULL AND secret_nonce IS NOT NULL)
    )
);

-- An alias without a prefix is reached by its models' own names.
CREATE UNIQUE INDEX api_model_aliases_prefix_key ON api_model_aliases (prefix)
    WHERE prefix IS NOT NULL AND prefix <> '';
CREATE INDEX api_model_aliases_api_format_idx ON api_model_aliases (api_format);
CREATE INDEX api_model_aliases_updated_at_idx ON api_model_aliases (updated_at);
