CREATE TABLE artwork (
    show_id    INTEGER PRIMARY KEY NOT NULL REFERENCES shows (id) ON DELETE CASCADE,
    url        TEXT NOT NULL,
    sha256     BLOB,
    width      SMALLINT,
    height     SMALLINT,
    fetched_at DATETIME
);

INSERT INTO artwork (show_id, url)
SELECT id, image_url FROM shows WHERE image_url IS NOT NULL AND image_url <> '';

-- The trigger names the column, so it goes first and comes back without it.
DROP TRIGGER shows_touch;
ALTER TABLE shows DROP COLUMN image_url;
CREATE TRIGGER shows_touch AFTER UPDATE OF title, description ON shows
FOR EACH ROW
BEGIN
    UPDATE shows SET updated_at = CURRENT_TIMESTAMP WHERE id = OLD.id;
END;
