CREATE TABLE download_requests (
    org_id           TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001'
        CONSTRAINT download_requests_org_id_check
        CHECK (org_id = '00000000-0000-0000-0000-000000000001'),
    id               TEXT NOT NULL,
    repo             TEXT NOT NULL,
    filename         TEXT NOT NULL,
    status           TEXT NOT NULL,
    error            TEXT,
    total_bytes      INTEGER,
    downloaded_bytes INTEGER NOT NULL DEFAULT 0,
    started_at       TEXT,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    PRIMARY KEY (id, org_id),
    CONSTRAINT download_requests_status_check
        CHECK (status IN ('pending', 'completed', 'error'))
) STRICT;
CREATE INDEX download_requests_status_idx ON download_requests (status, org_id);
CREATE INDEX download_requests_file_idx ON download_requests (repo, filename, org_id);
