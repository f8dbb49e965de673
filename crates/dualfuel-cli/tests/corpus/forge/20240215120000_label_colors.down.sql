DROP INDEX webhooks_config_idx;
CREATE TRIGGER keep_updated_at BEFORE UPDATE ON favourites
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE PROCEDURE forge_touch();
ALTER TABLE labels ALTER COLUMN id SET DEFAULT nextval('labels_id_seq');
UPDATE labels SET color = 'cccccc' WHERE color IS NULL;
ALTER TABLE labels ALTER COLUMN color SET NOT NULL;
