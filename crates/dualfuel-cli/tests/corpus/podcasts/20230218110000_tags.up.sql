CREATE TABLE tags (
    id   INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE show_tags (
    show_id INTEGER NOT NULL,
    tag_id  INTEGER NOT NULL,
    PRIMARY KEY (show_id, tag_id),
    FOREIGN KEY (show_id) REFERENCES shows (id) ON DELETE CASCADE,
    FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE
);

CREATE INDEX idx_show_tags_tag ON show_tags (tag_id);

INSERT INTO tags (name) VALUES ('News'), ('Comedy'), ('Science'), ('Krimi & Hörspiel');
