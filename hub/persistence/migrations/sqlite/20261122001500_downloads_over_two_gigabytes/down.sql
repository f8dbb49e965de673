-- Rendered by dualfuel from 20261122001500_downloads_over_two_gigabytes/up.sql; do not edit.

ALTER TABLE "download_requests" DROP COLUMN "started_at";

CREATE TABLE "dualfuel_new_download_requests" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "repo" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "error" TEXT,
    "total_bytes" BIGINT,
    "downloaded_bytes" INT4,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "download_requests_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "download_requests_status_check" CHECK ("status" IN ('pending', 'completed', 'error'))
);

INSERT INTO "dualfuel_new_download_requests" ("org_id", "id", "repo", "filename", "status", "error", "total_bytes", "downloaded_bytes", "created_at", "updated_at") SELECT "org_id", "id", "repo", "filename", "status", "error", "total_bytes", "downloaded_bytes", "created_at", "updated_at" FROM "download_requests";

DROP TABLE "download_requests";

ALTER TABLE "dualfuel_new_download_requests" RENAME TO "download_requests";

CREATE INDEX "download_requests_status_idx" ON "download_requests" ("status", "org_id");

CREATE INDEX "download_requests_file_idx" ON "download_requests" ("repo", "filename", "org_id");

CREATE TABLE "dualfuel_new_download_requests" (
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

INSERT INTO "dualfuel_new_download_requests" ("org_id", "id", "repo", "filename", "status", "error", "total_bytes", "downloaded_bytes", "created_at", "updated_at") SELECT "org_id", "id", "repo", "filename", "status", "error", "total_bytes", "downloaded_bytes", "created_at", "updated_at" FROM "download_requests";

DROP TABLE "download_requests";

ALTER TABLE "dualfuel_new_download_requests" RENAME TO "download_requests";

CREATE INDEX "download_requests_status_idx" ON "download_requests" ("status", "org_id");

CREATE INDEX "download_requests_file_idx" ON "download_requests" ("repo", "filename", "org_id");
