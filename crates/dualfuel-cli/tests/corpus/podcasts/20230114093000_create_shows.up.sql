-- The shows a listener follows.
CREATE TABLE shows (
    id              INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    feed_url        TEXT NOT NULL UNIQUE,
    title           TEXT NOT NULL,
    description     TEXT,
    image_url       TEXT,
    language        TEXT NOT NULL DEFAULT 'en',
    explicit        BOOLEAN NOT NULL DEFAULT 0,
    last_fetched_at DATETIME,
    created_at      DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX idx_shows_title ON shows (title);
