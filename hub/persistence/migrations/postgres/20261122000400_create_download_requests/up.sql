-- Rendered by dualfuel from 20261122000400_create_download_requests/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "download_requests" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "repo" text COLLATE "C" NOT NULL,
    "filename" text COLLATE "C" NOT NULL,
    "status" text COLLATE "C" NOT NULL,
    "error" text COLLATE "C",
    "total_bytes" integer,
    "downloaded_bytes" integer,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "download_requests_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "download_requests_status_check" CHECK ("status" IN ('pending', 'completed', 'error'))
);

ALTER TABLE "download_requests" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "download_requests" FORCE ROW LEVEL SECURITY;

CREATE POLICY "download_requests_org" ON "download_requests" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

CREATE INDEX "download_requests_status_idx" ON "download_requests" ("org_id", "status");

CREATE INDEX "download_requests_file_idx" ON "download_requests" ("org_id", "repo", "filename");
