DROP INDEX idx_shows_sort_title;
ALTER TABLE shows DROP COLUMN sort_title;
