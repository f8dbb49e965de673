ALTER TABLE documents DROP COLUMN pages;
ALTER TABLE documents DROP COLUMN meta;
