ALTER TABLE shows RENAME COLUMN is_explicit TO explicit;
