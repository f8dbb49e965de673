-- A model's file is larger than 32 bits can count.
ALTER TABLE download_requests ALTER COLUMN total_bytes TYPE BIGINT;
ALTER TABLE download_requests ALTER COLUMN downloaded_bytes TYPE BIGINT;
ALTER TABLE download_requests ADD COLUMN started_at TIMESTAMPTZ;
