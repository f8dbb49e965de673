CREATE TABLE operator_tokens (
    id           TEXT NOT NULL,
    name         TEXT NOT NULL DEFAULT '',
    token_prefix TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    status       TEXT NOT NULL,
    expires_at   TEXT,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT operator_tokens_token_prefix_key UNIQUE (token_prefix),
    CONSTRAINT operator_tokens_status_check CHECK (status IN ('active', 'inactive'))
) STRICT;
