CREATE TABLE user_aliases (
    org_id         TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001'
        CONSTRAINT user_aliases_org_id_check
        CHECK (org_id = '00000000-0000-0000-0000-000000000001'),
    id             TEXT NOT NULL,
    user_id        TEXT NOT NULL,
    alias          TEXT NOT NULL,
    repo           TEXT NOT NULL,
    filename       TEXT NOT NULL,
    snapshot       TEXT NOT NULL,
    request_params TEXT NOT NULL DEFAULT '{}',
    context_params TEXT NOT NULL DEFAULT '[]',
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    PRIMARY KEY (id, org_id),
    CONSTRAINT user_aliases_alias_key UNIQUE (user_id, alias, org_id),
    CONSTRAINT user_aliases_request_params_check CHECK (json_valid(request_params)),
    CONSTRAINT user_aliases_context_params_check CHECK (json_valid(context_params))
) STRICT;
