-- Rendered by dualfuel from 20261122000400_create_download_requests/up.sql; do not edit.

CREATE TABLE "download_requests" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "repo" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "error" TEXT,
    "total_bytes" INT4,
    "downloaded_bytes" INT4,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "download_requests_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "download_requests_status_check" CHECK ("status" IN ('pending', 'completed', 'error'))
);

CREATE INDEX "download_requests_status_idx" ON "download_requests" ("status", "org_id");

CREATE INDEX "download_requests_file_idx" ON "download_requests" ("repo", "filename", "org_id");
