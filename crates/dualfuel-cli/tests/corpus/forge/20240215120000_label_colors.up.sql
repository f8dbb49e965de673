-- Rebuilt on SQLite, under its trigger.
ALTER TABLE labels ALTER COLUMN color DROP NOT NULL;
ALTER TABLE labels ALTER COLUMN id DROP DEFAULT;
DROP TRIGGER IF EXISTS keep_updated_at ON favourites;
CREATE INDEX webhooks_config_idx ON webhooks USING gin (config jsonb_path_ops);
