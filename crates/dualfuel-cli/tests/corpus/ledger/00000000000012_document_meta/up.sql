ALTER TABLE documents ADD COLUMN meta TEXT;
UPDATE documents SET meta = json_object('name', file_name, 'type', media_type);
ALTER TABLE documents ADD COLUMN pages INTEGER;
UPDATE documents SET pages = CAST(json_extract(meta, '$.pages') AS INTEGER) WHERE meta IS NOT NULL;
