-- One row an episode: where the listener stopped.
CREATE TABLE playback_positions (
    episode_id       INTEGER PRIMARY KEY NOT NULL,
    position_seconds INTEGER NOT NULL DEFAULT 0 CHECK (position_seconds >= 0),
    completed        BOOLEAN NOT NULL DEFAULT FALSE,
    updated_at       DATETIME NOT NULL DEFAULT (datetime('now')),
    FOREIGN KEY (episode_id) REFERENCES episodes (id) ON DELETE CASCADE
);
