-- Rendered by dualfuel from 20261122001500_downloads_over_two_gigabytes/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "download_requests" DROP COLUMN "started_at";

ALTER TABLE "download_requests" ALTER COLUMN "downloaded_bytes" TYPE integer;

ALTER TABLE "download_requests" ALTER COLUMN "total_bytes" TYPE integer;
