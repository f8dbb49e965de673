-- Rendered by dualfuel from 20261122001500_downloads_over_two_gigabytes/up.sql; do not edit.

SET LOCAL row_security = off;

ALTER TABLE "download_requests" ALTER COLUMN "total_bytes" TYPE bigint;

ALTER TABLE "download_requests" ALTER COLUMN "downloaded_bytes" TYPE bigint;

ALTER TABLE "download_requests" ADD COLUMN "started_at" timestamptz;
