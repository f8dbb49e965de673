CREATE TABLE user_aliases (
    org_id uuid NOT NULL DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid,
    id             uuid NOT NULL,
    user_id        text COLLATE "C" NOT NULL,
    alias          text COLLATE "C" NOT NULL,
    repo           text COLLATE "C" NOT NULL,
    filename       text COLLATE "C" NOT NULL,
    snapshot       text COLLATE "C" NOT NULL,
    request_params jsonb NOT NULL DEFAULT '{}',
    context_params jsonb NOT NULL DEFAULT '[]',
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT user_aliases_alias_key UNIQUE (org_id, user_id, alias)
);

ALTER TABLE user_aliases ENABLE ROW LEVEL SECURITY;
-- The owner too: Hub's login may be the owner in development.
ALTER TABLE user_aliases FORCE ROW LEVEL SECURITY;
-- After a session's first binding, an unbound transaction reads '' rather than
-- NULL. NULLIF turns both into "no org": no rows, instead of a failed cast.
CREATE POLICY user_aliases_org ON user_aliases FOR ALL
    USING (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);
