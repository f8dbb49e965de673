CREATE TABLE episodes_old (
    id               INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    show_id          INTEGER NOT NULL REFERENCES shows(id) ON DELETE CASCADE,
    guid             TEXT NOT NULL,
    title            TEXT NOT NULL,
    notes_html       TEXT NOT NULL DEFAULT '',
    media_url        TEXT NOT NULL,
    media_type       TEXT NOT NULL DEFAULT 'audio/mpeg',
    duration_seconds INTEGER,
    published_at     DATETIME NOT NULL,
    UNIQUE (show_id, guid)
);
INSERT INTO episodes_old
SELECT id, show_id, guid, title, notes_html, media_url, media_type, duration_seconds, published_at FROM episodes;
DROP TABLE episodes;
ALTER TABLE episodes_old RENAME TO episodes;
CREATE INDEX idx_episodes_show_published ON episodes (show_id, published_at DESC);
