-- Rendered by dualfuel from 20261122000700_create_access_requests/up.sql; do not edit.

CREATE TABLE "access_requests" (
    "org_id" UUID_TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000001',
    "id" UUID_TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "reviewer" TEXT,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("id", "org_id"),
    CONSTRAINT "access_requests_org_id_check" CHECK ("org_id" = '00000000-0000-0000-0000-000000000001'),
    CONSTRAINT "access_requests_status_check" CHECK ("status" IN ('pending', 'approved', 'rejected'))
);

CREATE UNIQUE INDEX "access_requests_user_id_key" ON "access_requests" ("user_id", "org_id") WHERE "status" = 'pending';
