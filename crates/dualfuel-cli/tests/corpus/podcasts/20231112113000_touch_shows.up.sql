CREATE TRIGGER shows_touch AFTER UPDATE OF title, description, image_url ON shows
FOR EACH ROW
BEGIN
    UPDATE shows SET updated_at = CURRENT_TIMESTAMP WHERE id = OLD.id;
END;
