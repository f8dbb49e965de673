-- Rendered by dualfuel from 20261122000700_create_access_requests/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "access_requests" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "username" text COLLATE "C" NOT NULL,
    "user_id" text COLLATE "C" NOT NULL,
    "reviewer" text COLLATE "C",
    "status" text COLLATE "C" DEFAULT 'pending' NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "access_requests_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "access_requests_status_check" CHECK ("status" IN ('pending', 'approved', 'rejected'))
);

ALTER TABLE "access_requests" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "access_requests" FORCE ROW LEVEL SECURITY;

CREATE POLICY "access_requests_org" ON "access_requests" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

CREATE UNIQUE INDEX "access_requests_user_id_key" ON "access_requests" ("org_id", "user_id") WHERE "status" = 'pending';
