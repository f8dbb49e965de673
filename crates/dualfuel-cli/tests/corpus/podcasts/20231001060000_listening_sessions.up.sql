-- Times as seconds since 1970: the player writes them that way.
CREATE TABLE listening_sessions (
    id         INTEGER PRIMARY KEY NOT NULL,
    episode_id INTEGER REFERENCES episodes (id) ON DELETE SET NULL,
    started_at INTEGER NOT NULL DEFAULT (strftime('%s', 'now')),
    ended_at   INTEGER,
    speed      REAL NOT NULL DEFAULT 1.0 CHECK (speed BETWEEN 0.5 AND 3.0),
    seconds    INTEGER GENERATED ALWAYS AS (ended_at - started_at) STORED
);

CREATE INDEX idx_listening_sessions_started ON listening_sessions (started_at);
