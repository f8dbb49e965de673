CREATE TABLE downloads (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    episode_id  INTEGER NOT NULL REFERENCES episodes (id) ON DELETE CASCADE,
    status      TEXT NOT NULL DEFAULT 'queued'
                CHECK (status IN ('queued', 'running', 'done', 'failed')),
    path        TEXT,
    bytes_total BIGINT,
    bytes_done  BIGINT NOT NULL DEFAULT 0,
    error       TEXT,
    created_at  DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CHECK (status <> 'failed' OR error IS NOT NULL)
);

-- at most one unfinished download an episode
CREATE UNIQUE INDEX idx_downloads_active ON downloads (episode_id) WHERE status IN ('queued', 'running');
CREATE INDEX idx_downloads_failed ON downloads (created_at) WHERE status = 'failed';
