-- dualfuel: tenant
CREATE TABLE api_tokens (
    id           UUID NOT NULL PRIMARY KEY,
    user_id      TEXT NOT NULL,
    name         TEXT NOT NULL DEFAULT '',
    token_prefix TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    status       TEXT NOT NULL,
    expires_at   TIMESTAMPTZ,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    CONSTRAINT api_tokens_token_prefix_key UNIQUE (token_prefix),
    CONSTRAINT api_tokens_status_check CHECK (status IN ('active', 'inactive'))
);

CREATE INDEX api_tokens_user_id_idx ON api_tokens (user_id);
