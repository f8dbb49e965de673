DROP INDEX idx_tags_name_nocase;
