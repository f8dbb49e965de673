-- SQLite can't add a CHECK to a table, so it is built anew.
CREATE TABLE episodes_new (
    id               INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    show_id          INTEGER NOT NULL REFERENCES shows(id) ON DELETE CASCADE,
    guid             TEXT NOT NULL,
    title            TEXT NOT NULL,
    notes_html       TEXT NOT NULL DEFAULT '',
    media_url        TEXT NOT NULL,
    media_type       TEXT NOT NULL DEFAULT 'audio/mpeg',
    duration_seconds INTEGER CHECK (duration_seconds IS NULL OR duration_seconds >= 0),
    published_at     DATETIME NOT NULL,
    kind             TEXT NOT NULL DEFAULT 'full' CHECK (kind IN ('full', 'trailer', 'bonus')),
    season           INTEGER,
    number           INTEGER,
    UNIQUE (show_id, guid)
);

INSERT INTO episodes_new (id, show_id, guid, title, notes_html, media_url, media_type, duration_seconds, published_at)
SELECT id, show_id, guid, title, notes_html, media_url, media_type, duration_seconds, published_at
FROM episodes;

DROP TABLE episodes;
ALTER TABLE episodes_new RENAME TO episodes;

CREATE INDEX idx_episodes_show_published ON episodes (show_id, published_at DESC);
