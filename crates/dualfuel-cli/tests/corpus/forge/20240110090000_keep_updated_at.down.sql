DROP TRIGGER keep_updated_at ON favourites;
DROP TRIGGER keep_updated_at ON labels;
DROP FUNCTION forge_touch();
ALTER TABLE favourites DROP COLUMN updated_at;
ALTER TABLE labels DROP COLUMN scope;
DROP TYPE label_scope;
ALTER TABLE labels DROP CONSTRAINT labels_name_short;
ALTER TABLE labels DROP COLUMN updated_at;
