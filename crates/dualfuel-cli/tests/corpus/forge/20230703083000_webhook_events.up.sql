ALTER TABLE webhooks ADD COLUMN content_type text NOT NULL DEFAULT 'application/json';
UPDATE webhooks SET content_type = config ->> 'content_type' WHERE config ->> 'content_type' IS NOT NULL;
ALTER TABLE webhook_deliveries ALTER COLUMN duration SET NOT NULL, ALTER COLUMN duration SET DEFAULT 0;
ALTER TABLE repositories ALTER COLUMN name TYPE varchar(140);
