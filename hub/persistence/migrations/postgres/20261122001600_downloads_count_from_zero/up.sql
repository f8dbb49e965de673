-- Rendered by dualfuel from 20261122001600_downloads_count_from_zero/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "download_requests" NO FORCE ROW LEVEL SECURITY;

UPDATE "download_requests" SET "downloaded_bytes" = 0 WHERE "downloaded_bytes" IS NULL;

ALTER TABLE "download_requests" FORCE ROW LEVEL SECURITY;

ALTER TABLE "download_requests" ALTER COLUMN "downloaded_bytes" SET DEFAULT 0;

ALTER TABLE "download_requests" ALTER COLUMN "downloaded_bytes" SET NOT NULL;
