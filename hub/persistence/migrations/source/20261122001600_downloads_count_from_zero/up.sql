-- NULL and 0 said the same.
-- dualfuel: every org
UPDATE download_requests SET downloaded_bytes = 0 WHERE downloaded_bytes IS NULL;
ALTER TABLE download_requests ALTER COLUMN downloaded_bytes SET DEFAULT 0;
ALTER TABLE download_requests ALTER COLUMN downloaded_bytes SET NOT NULL;
