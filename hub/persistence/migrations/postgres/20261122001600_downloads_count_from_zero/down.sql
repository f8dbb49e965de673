-- Rendered by dualfuel from 20261122001600_downloads_count_from_zero/up.sql; do not edit.
-- dualfuel: irreversible: rows that the migration changes stay changed

SET LOCAL row_security = off;

ALTER TABLE "download_requests" ALTER COLUMN "downloaded_bytes" DROP NOT NULL;

ALTER TABLE "download_requests" ALTER COLUMN "downloaded_bytes" DROP DEFAULT;
