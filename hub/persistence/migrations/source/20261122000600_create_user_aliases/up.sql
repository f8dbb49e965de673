-- dualfuel: tenant
CREATE TABLE user_aliases (
    id             UUID NOT NULL PRIMARY KEY,
    user_id        TEXT NOT NULL,
    alias          TEXT NOT NULL,
    repo           TEXT NOT NULL,
    filename       TEXT NOT NULL,
    snapshot       TEXT NOT NULL,
    request_params JSON NOT NULL DEFAULT '{}',
    context_params JSON NOT NULL DEFAULT '[]',
    created_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL,
    CONSTRAINT user_aliases_alias_key UNIQUE (user_id, alias)
);
