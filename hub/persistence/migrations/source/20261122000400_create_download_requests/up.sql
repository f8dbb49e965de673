-- dualfuel: tenant
CREATE TABLE download_requests (
    id               UUID NOT NULL PRIMARY KEY,
    repo             TEXT NOT NULL,
    filename         TEXT NOT NULL,
    status           TEXT NOT NULL,
    error            TEXT,
    total_bytes      INTEGER,
    downloaded_bytes INTEGER,
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL,
    CONSTRAINT download_requests_status_check
        CHECK (status IN ('pending', 'completed', 'error'))
);

CREATE INDEX download_requests_status_idx ON download_requests (status);
CREATE INDEX download_requests_file_idx ON download_requests (repo, filename);
