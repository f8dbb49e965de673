ALTER TABLE repositories ALTER COLUMN name TYPE varchar(100);
ALTER TABLE webhook_deliveries ALTER COLUMN duration DROP NOT NULL, ALTER COLUMN duration DROP DEFAULT;
ALTER TABLE webhooks DROP COLUMN content_type;
