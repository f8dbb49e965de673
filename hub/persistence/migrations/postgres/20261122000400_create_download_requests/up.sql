CREATE TABLE download_requests (
    org_id uuid NOT NULL DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid,
    id               uuid NOT NULL,
    repo             text COLLATE "C" NOT NULL,
    filename         text COLLATE "C" NOT NULL,
    status           text COLLATE "C" NOT NULL,
    error            text COLLATE "C",
    total_bytes      bigint,
    downloaded_bytes bigint NOT NULL DEFAULT 0,
    started_at       timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    CONSTRAINT download_requests_status_check
        CHECK (status IN ('pending', 'completed', 'error'))
);
CREATE INDEX download_requests_status_idx ON download_requests (org_id, status);
CREATE INDEX download_requests_file_idx ON download_requests (org_id, repo, filename);

ALTER TABLE download_requests ENABLE ROW LEVEL SECURITY;
-- The owner too: Hub's login may be the owner in development.
ALTER TABLE download_requests FORCE ROW LEVEL SECURITY;
-- After a session's first binding, an unbound transaction reads '' rather than
-- NULL. NULLIF turns both into "no org": no rows, instead of a failed cast.
CREATE POLICY download_requests_org ON download_requests FOR ALL
    USING (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK (org_id = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);
