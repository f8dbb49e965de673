ALTER TABLE vehicles DROP COLUMN wheelchair;
ALTER TABLE stops DROP COLUMN wheelchair;
