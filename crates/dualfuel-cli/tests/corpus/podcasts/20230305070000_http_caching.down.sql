ALTER TABLE shows DROP COLUMN fetch_failures;
ALTER TABLE shows DROP COLUMN last_modified;
ALTER TABLE shows DROP COLUMN etag;
