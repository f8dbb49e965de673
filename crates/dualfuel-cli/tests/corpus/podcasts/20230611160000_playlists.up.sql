CREATE TABLE playlists (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name       TEXT NOT NULL,
    smart      BOOLEAN NOT NULL DEFAULT FALSE,
    rules      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(rules)),
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE playlist_entries (
    playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
    episode_id  INTEGER NOT NULL REFERENCES episodes (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    PRIMARY KEY (playlist_id, episode_id)
);

CREATE INDEX idx_playlist_entries_position ON playlist_entries (playlist_id, position);

INSERT INTO playlists (name, smart, rules) VALUES
    ('Unplayed', TRUE, '{"played": false}'),
    ('Short ones', TRUE, '{"max_minutes": 20, "order": ["published_at", "desc"]}');
