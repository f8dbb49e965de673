CREATE TABLE operator_tokens (
    id           UUID NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL DEFAULT '',
    token_prefix TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    status       TEXT NOT NULL,
    expires_at   TIMESTAMPTZ,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    CONSTRAINT operator_tokens_token_prefix_key UNIQUE (token_prefix),
    CONSTRAINT operator_tokens_status_check CHECK (status IN ('active', 'inactive'))
);
