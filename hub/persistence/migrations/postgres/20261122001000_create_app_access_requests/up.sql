-- Rendered by dualfuel from 20261122001000_create_app_access_requests/up.sql; do not edit.

SET LOCAL row_security = off;

CREATE TABLE "app_access_requests" (
    "org_id" uuid DEFAULT NULLIF(current_setting('dualfuel.org_id', true), '')::uuid NOT NULL,
    "id" uuid NOT NULL,
    "app_client_id" text COLLATE "C" NOT NULL,
    "app_name" text COLLATE "C",
    "app_description" text COLLATE "C",
    "flow_type" text COLLATE "C" NOT NULL,
    "redirect_uri" text COLLATE "C",
    "status" text COLLATE "C" NOT NULL,
    "requested" jsonb NOT NULL,
    "approved" jsonb,
    "user_id" text COLLATE "C",
    "requested_role" text COLLATE "C" NOT NULL,
    "approved_role" text COLLATE "C",
    "access_request_scope" text COLLATE "C",
    "expires_at" timestamptz NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL,
    CONSTRAINT "app_access_requests_pkey" PRIMARY KEY ("org_id", "id"),
    CONSTRAINT "app_access_requests_flow_type_check" CHECK ("flow_type" IN ('redirect', 'popup')),
    CONSTRAINT "app_access_requests_status_check" CHECK ("status" IN ('draft', 'approved', 'denied'))
);

ALTER TABLE "app_access_requests" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "app_access_requests" FORCE ROW LEVEL SECURITY;

CREATE POLICY "app_access_requests_org" ON "app_access_requests" FOR ALL
    USING ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid)
    WITH CHECK ("org_id" = NULLIF(current_setting('dualfuel.org_id', true), '')::uuid);

CREATE UNIQUE INDEX "app_access_requests_access_request_scope_key" ON "app_access_requests" ("org_id", "access_request_scope") WHERE "access_request_scope" IS NOT NULL;

CREATE INDEX "app_access_requests_status_idx" ON "app_access_requests" ("org_id", "status");

CREATE INDEX "app_access_requests_app_client_id_idx" ON "app_access_requests" ("org_id", "app_client_id");
