DROP INDEX stops_number;
ALTER TABLE stops DROP COLUMN number;
