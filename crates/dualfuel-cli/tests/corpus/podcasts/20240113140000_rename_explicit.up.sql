ALTER TABLE shows RENAME COLUMN explicit TO is_explicit;
