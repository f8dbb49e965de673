CREATE TABLE IF NOT EXISTS notes (
    id      INTEGER PRIMARY KEY,
    bed_id  INTEGER REFERENCES beds (id) ON DELETE SET NULL,
    body    TEXT NOT NULL,
    photo   BLOB,
    written TIMESTAMP NOT NULL DEFAULT (datetime('now', 'utc'))
);
