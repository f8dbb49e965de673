-- When a packet was last counted. The trigger fires before, as it says neither.
ALTER TABLE packets ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER packets_counted UPDATE OF grams ON packets
BEGIN
    UPDATE packets SET counted = unixepoch() WHERE id = OLD.id;
END;
UPDATE packets SET grams = grams + 1 WHERE grams IS NOT NULL AND NOT empty;
-- A digest of the photo; 0 until there is one.
ALTER TABLE notes ADD COLUMN digest BLOB NOT NULL DEFAULT 0;
