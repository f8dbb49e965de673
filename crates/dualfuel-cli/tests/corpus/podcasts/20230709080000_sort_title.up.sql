ALTER TABLE shows ADD COLUMN sort_title TEXT;

UPDATE shows
SET sort_title = CASE
    WHEN lower(substr(title, 1, 4)) = 'the ' THEN substr(title, 5)
    WHEN lower(substr(title, 1, 4)) = 'der ' THEN substr(title, 5)
    ELSE title
END;

CREATE INDEX idx_shows_sort_title ON shows (sort_title COLLATE NOCASE);
