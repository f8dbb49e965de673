DROP TRIGGER shows_touch;
ALTER TABLE shows ADD COLUMN image_url TEXT;
UPDATE shows SET image_url = (SELECT url FROM artwork WHERE artwork.show_id = shows.id);
DROP TABLE artwork;
CREATE TRIGGER shows_touch AFTER UPDATE OF title, description, image_url ON shows
FOR EACH ROW
BEGIN
    UPDATE shows SET updated_at = CURRENT_TIMESTAMP WHERE id = OLD.id;
END;
