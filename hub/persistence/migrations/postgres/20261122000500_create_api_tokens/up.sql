CREATE TABLE api_tokens (
    org_id uuid NOT NULL DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid,
    id           uuid NOT NULL,
    user_id      text COLLATE "C" NOT NULL,
    name         text COLLATE "C" NOT NULL DEFAULT '',
    token_prefix text COLLATE "C" NOT NULL,
    token_hash   text COLLATE "C" NOT NULL,
    scopes       text COLLATE "C" NOT NULL,
    status       text COLLATE "C" NOT NULL,
    expires_at   timestamptz,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT api_tokens_token_prefix_key UNIQUE (org_id, token_prefix),
    CONSTRAINT api_tokens_status_check CHECK (status IN ('active', 'inactive'))
);
CREATE INDEX api_tokens_user_id_idx ON api_tokens (org_id, user_id);

ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
-- The owner too: Hub's login may be the owner in development.
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
-- After a session's first binding, an unbound transaction reads '' rather than
-- NULL. NULLIF turns both into "no org": no rows, instead of a failed cast.
CREATE POLICY api_tokens_org ON api_tokens FOR ALL
    USING (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);
