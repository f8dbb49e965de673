CREATE TABLE chapters (
    episode_id INTEGER NOT NULL REFERENCES episodes (id) ON DELETE CASCADE,
    start_ms   INTEGER NOT NULL,
    end_ms     INTEGER,
    title      TEXT NOT NULL,
    link       TEXT,
    PRIMARY KEY (episode_id, start_ms),
    CHECK (end_ms > start_ms)
) WITHOUT ROWID;
